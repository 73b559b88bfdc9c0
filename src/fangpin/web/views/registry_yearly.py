"""What is recorded by year, and who helps: income, living conditions, helpers."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.rights import GROUP_WORDS, FieldGroup
from fangpin.people.scope import Right
from fangpin.registry.actions.yearly import assign_helper, record_conditions, record_income
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import RegistryEvent
from fangpin.registry.queries.file import HouseholdFile
from fangpin.web.access import actor_of, needs
from fangpin.web.forms import Input, from_field
from fangpin.web.forms.saving import Form, shown_form, write
from fangpin.web.views.registry_household import names_of_members, writable_file

_FOUR = re.compile("[0-9]{4}")


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

    def act(version: int, given: dict[str, Any]) -> RegistryEvent | None:
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
        return shown_form(request, form)
    return write(request, form, act, lambda: makers[kind](writable_file(actor, number), request))


def _year(text: str) -> int:
    if _FOUR.fullmatch(text):
        return int(text)
    raise FangpinError.because(
        "年度应为四位数字", "a year has four digits", do_zh="如 2021", do_en="such as 2021"
    )


def _asked_year(request: HttpRequest) -> int:
    text = request.POST.get("year") or request.GET.get("year", "")
    return int(text) if _FOUR.fullmatch(text) else timezone.localdate().year


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
        names=names_of_members(file),
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
