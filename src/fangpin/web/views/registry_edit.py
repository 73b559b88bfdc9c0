"""Changing what is registered about a household or a person; checking what is typed."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.rights import GROUP_WORDS, FieldGroup
from fangpin.people.scope import Right
from fangpin.registry.actions.edit import (
    HOUSEHOLD_BY_ACTION,
    PERSON_BY_ACTION,
    edit_household,
    edit_person,
)
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.contradictions import contradictions
from fangpin.registry.queries.file import HouseholdFile, MemberFile
from fangpin.registry.queries.shown import Shown
from fangpin.registry.values import accept
from fangpin.web.access import actor_of, needs
from fangpin.web.forms import Input, from_field, inputs_of
from fangpin.web.forms.saving import Form, shown_form, write
from fangpin.web.views.registry_household import names_of_members, writable_file
from fangpin.web.wording import language, pick


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
        names=names_of_members(file),
    )
    if request.method == "GET":
        return shown_form(request, form)
    return write(
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
        person=member.number,
        names=names_of_members(file),
    )
    if request.method == "GET":
        return shown_form(request, form)
    return write(
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


@require_POST
@needs(Right.registry_write)
def check(request: HttpRequest) -> JsonResponse:
    """What is wrong with one value while it is being typed, and what it contradicts.

    Nothing is kept or written down. Answers {"problem": text, "doubts": {field: text}}.
    """
    fields = catalogue().fields
    field = fields.get(request.POST.get("field", ""))
    if field is None:  # asked for by a dialog, not a column: nothing to check it against
        return JsonResponse({"problem": "", "doubts": {}})
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
