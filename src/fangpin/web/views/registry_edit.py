"""Changing what is registered about a household or a person, and what is recorded by year."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.rights import GROUP_WORDS, FieldGroup
from fangpin.people.scope import Right
from fangpin.registry.actions.edit import (
    HOUSEHOLD_BY_ACTION,
    PERSON_BY_ACTION,
    edit_household,
    edit_person,
)
from fangpin.registry.actions.refusals import Conflict, NotAllowed
from fangpin.registry.actions.yearly import assign_helper, record_conditions, record_income
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.contradictions import contradictions
from fangpin.registry.queries.file import HouseholdFile, MemberFile
from fangpin.registry.queries.shown import Shown
from fangpin.registry.values import accept
from fangpin.web.access import actor_of, needs
from fangpin.web.drafts import draft_key
from fangpin.web.forms import Input, from_field, inputs_of, sent, sides, with_problems
from fangpin.web.views.registry_household import file_or_404
from fangpin.web.wording import language, pick


@dataclass(frozen=True)
class Form:
    """A form over fields of one subject. `sections`: (heading, inputs)."""

    subject: str
    title: Text
    about: str
    draft: str
    version: int
    sections: list[tuple[Text, list[Input]]]
    back: str

    @property
    def inputs(self) -> list[Input]:
        """All inputs."""
        return [each for _, listed in self.sections for each in listed]


def writable_file(actor: User, number: str) -> HouseholdFile:
    """The file of a household that the actor may change. Raises Http404 otherwise."""
    file = file_or_404(actor, number)
    if not file.may_write:
        raise Http404
    return file


def version_of(request: HttpRequest) -> int | None:
    """The version that the sender saw; None when it is missing or nonsense."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def version_missing(request: HttpRequest, back: str) -> HttpResponse:
    """428: a change without the version seen could overwrite somebody else's."""
    error = FangpinError.because(
        "提交的内容没有带上所见版本，为防止覆盖他人的修改，没有保存",
        "the version that was seen is missing; nothing was saved, so that nobody is overwritten",
        do_zh="请返回重新打开表单",
        do_en="go back and open the form again",
    )
    return render(request, "web/refused.html", {"problem": error, "back": back}, status=428)


def _shown(request: HttpRequest, form: Form, *, problems: Iterable[str] = ()) -> HttpResponse:
    context = {
        "form": form,
        "problems": list(problems),
        "draft_key": draft_key(actor_of(request)),
    }
    return render(request, "web/registry/edit.html", context, status=422 if problems else 200)


def _conflict(
    request: HttpRequest, form: Form, conflict: Conflict, inputs: Iterable[Input]
) -> HttpResponse:
    prefix = form.subject
    allowed = frozenset(f"{prefix}.{each.name}" for each in inputs)
    context = {"form": form, "sides": sides(conflict, allowed), "version": conflict.version}
    return render(request, "web/registry/conflict.html", context, status=409)


def _picked(values: Mapping[str, Any], data: QueryDict) -> dict[str, Any]:
    """Without the fields for which the sender took the other side."""
    return {
        name: value for name, value in values.items() if data.get(f"pick-{name}", "mine") != "now"
    }


def _write(
    request: HttpRequest,
    form: Form,
    act: Callable[[int, dict[str, Any]], object],
    afresh: Callable[[], Form] | None = None,
) -> HttpResponse:
    """Carry out what the form sent; the form again, or both sides, when that is not possible.

    `afresh`: the form as it is now, for rows without a version of their own; what was typed stands
    beside what is recorded now.
    """
    version = version_of(request)
    if version is None:
        return version_missing(request, form.back)
    values = _picked(sent(form.inputs, request.POST), request.POST)
    try:
        act(version, values)
    except Conflict as conflict:
        if afresh is not None:
            return _again(request, afresh(), values)
        return _conflict(request, form, conflict, form.inputs)
    except NotAllowed as refused:
        error = FangpinError.because(
            refused.reason.zh,
            refused.reason.en,
            do_zh="没有任何更改",
            do_en="nothing was changed",
        )
        context = {"problem": error, "back": form.back}
        return render(request, "web/refused.html", context, status=403)
    except FangpinError as error:
        sections = []
        general: list[str] = []
        for heading, inputs in form.sections:
            marked, rest = with_problems(inputs, values, error, form.subject)
            sections.append((heading, marked))
            general = rest
        named = [each for _, inputs in sections for each in inputs if each.problem]
        found = {each.problem for each in named}
        general = [text for text in general if text not in found]
        spoken = language()
        problems = general + [
            f"{e.label.in_language(spoken)}{pick('：', ': ')}{e.problem}" for e in named
        ]
        again = Form(
            *(form.subject, form.title, form.about, form.draft, version, sections, form.back)
        )
        return _shown(request, again, problems=problems or [str(error)])
    return redirect(form.back)


def _again(request: HttpRequest, fresh: Form, values: Mapping[str, Any]) -> HttpResponse:
    """409: the form with what was typed; where others recorded something else, that beside it."""
    sections = []
    for heading, inputs in fresh.sections:
        mixed = []
        for each in inputs:
            mine = values.get(each.name, each.value)
            if mine == each.value:
                mixed.append(each)
                continue
            now = str(each.value) if each.value else pick("（空）", "(none)")
            if each.kind in ("choice", "choices"):
                chosen = each.value if isinstance(each.value, list) else [each.value]
                told = [
                    text.in_language(language()) for code, text in each.options if code in chosen
                ]
                now = pick("、", ", ").join(told)
            mixed.append(replace(each, value=mine, hint=Text(f"现登记：{now}", f"now: {now}")))
        sections.append((heading, mixed))
    said = pick(
        "您打开之后，别人已修改了这一户。您的填写都在，尚未保存；与现登记不同的，旁边有说明。",
        "Somebody changed this household after you had opened it. Everything you entered is here"
        " and not saved; where it differs from what is recorded now, that stands beside it.",
    )
    context = {
        "form": replace(fresh, sections=sections),
        "problems": [said],
        "draft_key": draft_key(actor_of(request)),
    }
    return render(request, "web/registry/edit.html", context, status=409)


def _sections(
    fields: Mapping[FieldGroup, list[Shown]],
    writable: frozenset[FieldGroup],
    only: str,
    by_action: frozenset[str],
) -> list[tuple[Text, list[Input]]]:
    found = []
    for group in FieldGroup:
        if group not in writable or (only and group != only):
            continue
        inputs = inputs_of(fields.get(group, ()), leave_out=by_action)
        if inputs:
            found.append((GROUP_WORDS[group], inputs))
    if only and not found:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@needs(Right.registry_write)
def household(request: HttpRequest, number: str) -> HttpResponse:
    """Fields of the household, all writable groups or the one of `?group=`."""
    actor = actor_of(request)
    file = writable_file(actor, number)
    group = request.GET.get("group", "")
    form = Form(
        "household",
        Text("修改户信息", "Change the household"),
        f"household:{number}",
        f"household:{number}:{group}",
        file.version,
        _sections(file.fields, file.writable, group, HOUSEHOLD_BY_ACTION),
        reverse("household", args=[number]),
    )
    if request.method == "GET":
        return _shown(request, form)
    return _write(
        request,
        form,
        lambda version, values: edit_household(
            by=actor, household=file.pk, version=version, values=values
        ),
    )


def member_or_404(file: HouseholdFile, pk: int) -> MemberFile:
    """A present or former member of the household. Raises Http404."""
    for each in (*file.members, *file.former):
        if each.pk == pk:
            return each
    raise Http404


@require_http_methods(["GET", "POST"])
@needs(Right.registry_write)
def person(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Fields of a member, all writable groups or the one of `?group=`."""
    actor = actor_of(request)
    file = writable_file(actor, number)
    member = member_or_404(file, pk)
    group = request.GET.get("group", "")
    sections = _sections(member.fields, file.writable, group, PERSON_BY_ACTION)
    if (
        sections
        and FieldGroup.identity in file.writable
        and (not group or group == FieldGroup.identity)
    ):
        sections[0] = (sections[0][0], _with_name(member, sections[0][1]))
    form = Form(
        "person",
        Text(f"修改成员信息 {member.name}", f"Change a member {member.name}"),
        f"person:{pk}",
        f"person:{pk}:{group}",
        member.version,
        sections,
        f"{reverse('household', args=[number])}#person-{pk}",
    )
    if request.method == "GET":
        return _shown(request, form)
    return _write(
        request,
        form,
        lambda version, values: edit_person(by=actor, person=pk, version=version, values=values),
    )


def _with_name(member: MemberFile, inputs: list[Input]) -> list[Input]:
    fields = catalogue().fields
    added = [from_field(fields["person.name"], member.name)]
    if not member.is_head and member.open:
        relation = from_field(fields["membership.relation"], member.relation_code)
        options = [option for option in relation.options if option[0] != "head"]
        added.append(Input("relation", relation.label, "choice", relation.value, options))
    return [*added, *inputs]


@require_http_methods(["GET", "POST"])
@needs(Right.registry_write)
def yearly(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Income or conditions of a year, or a new helper."""
    actor = actor_of(request)
    file = writable_file(actor, number)
    makers = {"income": _income_form, "conditions": _conditions_form, "helper": _helper_form}
    if kind not in makers:
        raise Http404
    form = makers[kind](file, request)

    def act(version: int, given: dict[str, Any]) -> object:
        values = dict(given)  # what was sent is shown again when it is not written
        who: dict[str, Any] = {"by": actor, "household": file.pk, "version": version}
        if kind == "helper":
            return assign_helper(**who, values=values)
        year = _year(values.pop("year", ""))
        if kind == "conditions":
            return record_conditions(**who, year=year, values=values)
        items = {
            name.removeprefix("item-"): values.pop(name)
            for name in list(values)
            if name.startswith("item-")
        }
        return record_income(**who, year=year, values={**values, "items": items})

    if request.method == "GET":
        return _shown(request, form)
    return _write(request, form, act, lambda: makers[kind](writable_file(actor, number), request))


def _year(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    raise FangpinError.because(
        "年度应为四位数字", "a year has four digits", do_zh="如 2021", do_en="such as 2021"
    )


def _asked_year(request: HttpRequest) -> int:
    text = request.POST.get("year") or request.GET.get("year", "")
    return int(text) if text.isdigit() and len(text) == 4 else timezone.localdate().year


def _year_input(year: int) -> Input:
    return Input("year", Text("年度", "Year"), "whole", str(year), required=True)


def _yearly_form(
    file: HouseholdFile, kind: str, title: Text, sections: list[tuple[Text, list[Input]]]
) -> Form:
    return Form(
        kind,
        title,
        f"household:{file.number}",
        f"{kind}:{file.number}",
        file.version,
        sections,
        reverse("household", args=[file.number]),
    )


def _income_form(file: HouseholdFile, request: HttpRequest) -> Form:
    if FieldGroup.income not in file.writable:
        raise Http404
    known = catalogue()
    year = _asked_year(request)
    kept = next((i for i in file.incomes if i.year == year and i.occasion == "year"), None)
    persons = kept.persons if kept and kept.persons else file.size
    basics = [
        _year_input(year),
        Input("persons", known.fields["income.persons"].label, "whole", str(persons)),
    ]
    sections = [(Text("年度和人口", "Year and members"), basics)]
    for of in known.item_classes.values():
        items = [item for item in known.items.values() if item.item_class is of]
        inputs = [
            Input(
                f"item-{item.name}",
                item.label,
                "decimal",
                f"{kept.items[item.name] / 100:.2f}" if kept and item.name in kept.items else "",
                unit="元",
            )
            for item in items
        ]
        sums = {each.field.name: each for each in kept.sums} if kept else {}
        if of.sum:
            total = from_field(
                known.fields[f"income.{of.sum}"], sums[of.sum].value if of.sum in sums else None
            )
            inputs.append(
                Input(
                    total.name,
                    Text(f"{of.label.zh}合计", f"{of.label.en}, total"),
                    "decimal",
                    total.value,
                    unit="元",
                    hint=Text("不清楚分项时只填合计", "only the total when items are not known"),
                )
            )
        sections.append((of.label, inputs))
    return _yearly_form(file, "income", Text("登记年度收入", "Record a year's income"), sections)


def _conditions_form(file: HouseholdFile, request: HttpRequest) -> Form:
    year = _asked_year(request)
    kept = next((each for each in file.conditions if each.year == year), None)
    values = {s.field.name: s.value for g in kept.fields.values() for s in g} if kept else {}
    groups: dict[FieldGroup, list[Input]] = {}
    for field in catalogue().of("conditions"):
        if field.group in file.writable and field.name != "year" and field.type != "reference":
            groups.setdefault(field.group, []).append(from_field(field, values.get(field.name)))
    if not groups:
        raise Http404
    sections = [(Text("年度", "Year"), [_year_input(year)])]
    sections += [(GROUP_WORDS[group], inputs) for group, inputs in groups.items()]
    return _yearly_form(
        file, "conditions", Text("登记住房和生产生活条件", "Record living conditions"), sections
    )


def _helper_form(file: HouseholdFile, request: HttpRequest) -> Form:
    if FieldGroup.helper not in file.writable:
        raise Http404
    inputs = [
        from_field(field)
        for field in catalogue().of("helper")
        if field.name not in ("began_on", "ended_on") and field.type != "reference"
    ]
    title = Text("登记帮扶责任人", "Add a helper")
    return _yearly_form(file, "helper", title, [(title, inputs)])


@require_POST
@needs(Right.registry_write)
def check(request: HttpRequest) -> JsonResponse:
    """What is wrong with one value while it is being typed, and what it contradicts.

    Nothing is kept or written down. Answers {"problem": text, "doubts": {field: text}}.
    """
    fields = catalogue().fields
    field = fields.get(request.POST.get("field", ""))
    if field is None:
        raise Http404
    spoken = language()
    problem = ""
    try:
        if not (field.type == "id_number" and request.POST.get("id_kind") in ("passport",)):
            accept(field, _typed(field, request.POST))
    except FangpinError as error:
        problem = pick("。", ". ").join(
            text.in_language(spoken)
            for each in error.problems
            for text in (each.what, each.remedy)
            if text
        )
    values: dict[str, Any] = {
        name: request.POST.get(name, "") for name in ("id_number", "sex", "relation")
    }
    try:
        values["birth_date"] = accept(
            fields["person.birth_date"], request.POST.get("birth_date", "")
        )
    except FangpinError:
        values["birth_date"] = None
    doubts = {key.partition(".")[2]: text for key, text in contradictions(values)}
    return JsonResponse(
        {
            "problem": problem,
            "doubts": {name: text.in_language(spoken) for name, text in doubts.items()},
        }
    )


def _typed(field: Field, data: QueryDict) -> Any:
    if field.type in ("codes", "text_by_code", "money_by_item"):
        known = set(choices(field.vocabulary)) if field.vocabulary else set()
        return [code for code in data.getlist("value") if code in known]
    return data.get("value", "")
