"""Entering a household that the registry does not have: village, head, what it counts as."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fangpin.checks.entry import Doubted
from fangpin.kernel.errors import FangpinError, Text, Where, all_at_once
from fangpin.people.models import User
from fangpin.people.rights import FieldGroup
from fangpin.people.scope import Right, scope_of
from fangpin.privacy.actions.notices import check_entry, enter_informed
from fangpin.privacy.notice import notice
from fangpin.privacy.words import HOW
from fangpin.registry.actions.enter import NewPerson, already_known
from fangpin.registry.actions.refusals import NotAllowed
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Household
from fangpin.web.access import actor_of, needs
from fangpin.web.drafts import draft_key
from fangpin.web.forms import Input, from_field, sent, with_problems
from fangpin.web.forms.doubts import Shown, carry_out, shown
from fangpin.web.lists.choosing import places
from fangpin.web.wording import language, pick

_HOUSEHOLD = ("category", "main_cause", "phone", "bank", "account")
_HEAD = ("name", "id_kind", "id_number", "sex", "birth_date", "ethnic_group", "labour_ability")
_CHOOSE = ("", Text("请选择", "choose"))


def _where(actor: User, data: QueryDict) -> list[Input]:
    found = places(actor, Right.registry_write, data.get("township", ""))
    fields = catalogue().fields
    listed = []
    for name, label in (("township", Text("乡镇", "Township")), ("village", Text("村", "Village"))):
        options = [_CHOOSE, *((option.value, option.text) for option in found[name])]
        value = data.get(name, "") or (options[1][0] if len(options) == 2 else "")
        listed.append(Input(name, label, "choice", value, options, required=name == "village"))
    return [
        *listed,
        from_field(fields["household.group_name"], data.get("group_name", "")),
        Input(
            "number",
            fields["household.number"].label,
            "text",
            data.get("number", ""),
            hint=Text("国家系统未给号时留空", "blank until the national system gives one"),
        ),
    ]


def _of(subject: str, names: tuple[str, ...]) -> list[Input]:
    return [from_field(catalogue().fields[f"{subject}.{name}"]) for name in names]


def _enter(request: HttpRequest, actor: User, data: QueryDict) -> str:
    """Enter what was sent; the number of the household. Raises FangpinError with everything that
    is wrong, and Doubted."""
    head = sent(_of("person", _HEAD), data)
    village = data.get("village", "")
    values = sent([*_of("household", _HOUSEHOLD), *_of("household", ("group_name",))], data)
    told: dict[str, Any] = {
        "version": data.get("notice_version", ""),
        "how": data.get("notice_how", ""),
        "consents": data.getlist("consents"),
        "members": [NewPerson(relation="head", values=head, is_head=True)],
        "values": {name: value for name, value in values.items() if value},
    }
    all_at_once(
        lambda: _in_the_area(actor, village),
        lambda: _not_known(head, again="again" in data),
        lambda: check_entry(**told),
    )
    event = carry_out(
        request,
        lambda: enter_informed(
            by=actor, village_code=village, number=data.get("number", ""), **told
        ),
    )
    return str(Household.objects.values_list("number", flat=True).get(pk=event.households[0]))


def _in_the_area(actor: User, village: str) -> None:
    if not scope_of(actor).covers(Right.registry_write, village):
        raise FangpinError.because(
            "请选择您办理范围内的行政村",
            "choose a village that lies within your area",
            do_zh="从列表中选择",
            do_en="choose from the list",
            where=Where(column="village"),
        )


def _not_known(head: Mapping[str, Any], *, again: bool) -> None:
    known = [] if again else already_known(head)
    if known:
        raise FangpinError.because(
            f"该证件号码已登记在人编号 {'、'.join(known)} 名下",
            f"this identity number is registered already: {', '.join(known)}",
            do_zh="请核对；若是同一人，请在原户办理分户或迁往其他户",
            do_en="check it; if it is the same person, split or move them from there",
            where=Where(column="person.id_number"),
        )


@require_http_methods(["GET", "POST"])
@needs(Right.registry_write)
def enter(request: HttpRequest) -> HttpResponse:
    """The form; members other than the head are added on the household's page."""
    actor = actor_of(request)
    if not {FieldGroup.identity, FieldGroup.household} <= scope_of(actor).writable_groups(None):
        raise Http404
    data = request.POST if request.method == "POST" else QueryDict()
    sections = [
        (Text("住在哪里", "Where"), "household", _where(actor, data)),
        (Text("户主", "Head"), "person", _of("person", _HEAD)),
        (Text("户情况", "Household"), "household", _of("household", _HOUSEHOLD)),
    ]
    problems: list[str] = []
    error: FangpinError | None = None
    doubts: Shown | None = None
    if request.method == "POST" and "again-list" not in request.POST:
        try:
            return redirect("household", _enter(request, actor, request.POST))
        except Doubted as found:
            of = {subject: inputs for _, subject, inputs in sections}
            doubts = shown(request, found.doubts, of, {})
        except NotAllowed as refused:
            problems.append(refused.reason.in_language(language()))
        except FangpinError as raised:
            error = raised
    marked_sections = []
    for heading, subject, inputs in sections:
        values = {each.name: request.POST.get(each.name, each.value) for each in inputs}
        marked, general = with_problems(inputs, values, error, subject)
        marked_sections.append((heading, marked))
        if error is not None and subject == "person":
            problems += [text for text in general if text not in problems]
    named = {each.problem for _, inputs in marked_sections for each in inputs if each.problem}
    problems = [text for text in problems if text not in named]
    if error is not None and not problems:
        problems = [pick("请改正标出的项目", "correct what is marked")]
    context = {
        "sections": marked_sections,
        "problems": problems,
        "doubts": doubts,
        "back": reverse("registry-households"),
        "notice": notice(),
        "how": HOW.items(),
        "chosen_how": request.POST.get("notice_how", ""),
        "consents": set(request.POST.getlist("consents")),
        "draft_key": draft_key(actor),
    }
    status = 422 if problems or doubts else 200
    return render(request, "web/registry/enter.html", context, status=status)
