"""The list of persons of record (人名录)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, Right
from fangpin.registry.queries.file import age_on
from fangpin.registry.queries.lists import (
    COUNT_UP_TO,
    PersonFilter,
    PersonRow,
    count_persons,
    persons_page,
)
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.choosing import (
    PLACE_FILTERS,
    YES_NO,
    codes,
    place_column,
    place_names,
    places,
    whole,
    yes_no,
)
from fangpin.web.lists.keyset import read_key, written
from fangpin.web.lists.spec import (
    Column,
    Export,
    Filter,
    FilterKind,
    Found,
    ListSpec,
    Option,
    Part,
    Total,
    register,
)
from fangpin.web.posted import plain_number
from fangpin.web.wording import language, pick

Extra = Mapping[str, Any]


def filter_of(values: Mapping[str, str], today: date) -> PersonFilter:
    """The restrictions of the list as the queries take them."""
    return PersonFilter(
        area=values.get("village") or values.get("township", ""),
        sex=values.get("sex", ""),
        youngest=whole(values.get("age_from")),
        oldest=whole(values.get("age_to")),
        health=values.get("health", ""),
        labour_ability=values.get("labour", ""),
        education=values.get("education", ""),
        at_school=yes_no(values.get("at_school", "")),
        disability_level=values.get("disability", ""),
        works_away=yes_no(values.get("works_away", "")),
        insured=yes_no(values.get("insured", "")),
        subsistence=yes_no(values.get("subsistence", "")),
        category=values.get("category", ""),
        monitoring=values.get("monitoring", ""),
        today=today,
    )


def _fetch(actor: User, asked: Asked, about: object) -> Found:
    today = timezone.localdate()
    key = read_key(asked.after, 3)
    last = plain_number(key[2]) if key else None
    after = (key[0], key[1], last) if key and last is not None else None
    rows, more = persons_page(actor, filter_of(asked.values, today), after=after, size=asked.size)
    names = place_names(row.village_code for row in rows)
    return Found(rows, written(more), {"places": names, "today": today})


def _totals(actor: User, asked: Asked, about: object) -> Sequence[Total]:
    found = count_persons(actor, filter_of(asked.values, timezone.localdate()))
    over = found > COUNT_UP_TO
    return (Total(min(found, COUNT_UP_TO), Text("人", "persons"), at_least=over),)


def _choices(actor: User, asked: Asked, about: object) -> dict[str, Sequence[Option]]:
    return {
        **places(actor, Right.registry, asked.values.get("township", "")),
        "sex": codes("sex"),
        "health": codes("health"),
        "labour": codes("labour_ability"),
        "education": codes("education"),
        "at_school": YES_NO,
        "disability": codes("disability_level"),
        "works_away": YES_NO,
        "insured": YES_NO,
        "subsistence": YES_NO,
        "category": codes("household_category"),
        "monitoring": codes("monitoring_category"),
    }


def _said(text: Text | None) -> str:
    return text.in_language(language()) if text else ""


def _code(row: PersonRow) -> str:
    return row.village_code


def _name(row: PersonRow, extra: Extra) -> SafeString:
    address = f"{reverse('household', args=[row.household_number])}#person-{row.pk}"
    return format_html('<a href="{}">{}</a>', address, row.name or pick("（未填）", "(none)"))


def _household(row: PersonRow, extra: Extra) -> SafeString:
    address = reverse("household", args=[row.household_number])
    return format_html('<a class="num" href="{}">{}</a>', address, row.household_number)


def _age(row: PersonRow, extra: Extra) -> str:
    age = age_on(row.birth_date, extra["today"])
    return "" if age is None else str(age)


def _health(row: PersonRow, extra: Extra) -> str:
    return pick("、", ", ").join(_said(each) for each in row.health) or ""


PERSONS = register(
    ListSpec(
        name="persons",
        view="registry-persons",
        css="persons",
        household=lambda row: str(row.household_number),
        caption=Text("人名录", "Persons"),
        rights=(Right.registry,),
        columns=(
            Column(
                "name",
                Text("姓名", "Name"),
                _name,
                fixed=True,
                labelled=False,
                css="key nowrap",
                parts=(Part(Text("姓名", "Name"), lambda r, extra: r.name),),
            ),
            Column("relation", Text("与户主关系", "Relation"), lambda r, extra: _said(r.relation)),
            Column("sex", Text("性别", "Sex"), lambda r, extra: _said(r.sex), css="inline"),
            Column("age", Text("年龄", "Age"), _age, css="num"),
            place_column(_code),
            Column(
                "household",
                Text("户编号", "Household"),
                _household,
                css="nowrap",
                parts=(
                    Part(
                        Text("户编号", "Household"),
                        lambda r, extra: r.household_number,
                        width=20,
                    ),
                ),
                always=True,
            ),
            Column("health", Text("健康状况", "Health"), _health, group=FieldGroup.health),
            Column(
                "labour",
                Text("劳动技能", "Labour ability"),
                lambda r, extra: _said(r.labour_ability),
                group=FieldGroup.work,
            ),
            Column(
                "education",
                Text("文化程度", "Education"),
                lambda r, extra: _said(r.education),
                group=FieldGroup.education,
                shown=False,
            ),
            Column(
                "born",
                Text("出生日期", "Born"),
                lambda r, extra: r.birth_date.isoformat() if r.birth_date else "",
                group=FieldGroup.identity,
                shown=False,
                css="nowrap",
            ),
        ),
        filters=(
            *PLACE_FILTERS,
            Filter("age", Text("年龄", "Age"), FilterKind.range, group=FieldGroup.identity),
            Filter("sex", Text("性别", "Sex"), FilterKind.choice, group=FieldGroup.identity),
            Filter(
                "health", Text("健康状况", "Health"), FilterKind.choice, group=FieldGroup.health
            ),
            Filter(
                "disability",
                Text("残疾等级", "Disability level"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.disability,
            ),
            Filter(
                "labour",
                Text("劳动技能", "Labour ability"),
                FilterKind.choice,
                group=FieldGroup.work,
            ),
            Filter(
                "works_away",
                Text("外出务工", "Works away"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.work,
            ),
            Filter(
                "at_school",
                Text("在校", "At school"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.education,
            ),
            Filter(
                "education",
                Text("文化程度", "Education"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.education,
            ),
            Filter(
                "insured",
                Text("参加基本医保", "Basic medical insurance"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.insurance,
            ),
            Filter(
                "subsistence",
                Text("享受低保", "Subsistence allowance"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.insurance,
            ),
            Filter(
                "category",
                Text("户类型", "Household category"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.household,
            ),
            Filter(
                "monitoring",
                Text("监测对象类别", "Monitoring category"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.household,
            ),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        export=Export(Right.registry_export, place=_code),
        nothing=Text("辖区内还没有登记人员。", "No person is registered in your area yet."),
    )
)
