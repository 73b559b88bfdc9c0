"""Units, their responsibility lists, and who looks after which place or household."""

from datetime import date
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.kernel.credit_code import CreditCodeVerdict, judge_credit_code
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import Charge, Unit, UnitDuty, User
from fangpin.places.models import Place

_GOOD_CODES = (CreditCodeVerdict.blank, CreditCodeVerdict.ok, CreditCodeVerdict.ok_normalised)


@transaction.atomic
def enter_unit(
    *,
    by: Any,
    name: str,
    kind: Unit.Kind,
    place: Place,
    since: date,
    parent: Unit | None = None,
    code: str = "",
    feed_name: str = "",
) -> Unit:
    """Enter a unit of a place. Raises FangpinError for a name or credit code that is taken."""
    unit = Unit(kind=kind, place=place, valid_from=since)
    _fill(unit, name=name, parent=parent, code=code, feed_name=feed_name)
    unit.save()
    record(
        by=by,
        action="units.enter",
        subject=f"unit:{unit.pk}",
        detail={"kind": kind, "place": place.code},
    )
    return unit


@transaction.atomic
def change_unit(
    *,
    by: Any,
    unit: Unit,
    name: str,
    parent: Unit | None,
    code: str = "",
    feed_name: str = "",
) -> Unit:
    """Give a unit another name, parent, credit code or name in feeds."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _fill(unit, name=name, parent=parent, code=code, feed_name=feed_name)
    unit.save()
    record(by=by, action="units.change", subject=f"unit:{unit.pk}")
    return unit


@transaction.atomic
def close_unit(*, by: Any, unit: Unit, last_day: date) -> None:
    """The unit ends; posts in it give nothing from the next day on. Units below must end first."""
    if Unit.objects.filter(parent=unit, valid_to=None).exists():
        raise FangpinError.because(
            f"{unit.name} 还有下属单位",
            f"other units stand below {unit.name}",
            do_zh="先撤销或改挂下属单位",
            do_en="end those first, or give them another parent",
        )
    if last_day < unit.valid_from:
        raise FangpinError.because(
            "撤销日期早于设立日期",
            "the unit would end before it began",
            do_zh="更正日期",
            do_en="correct the day",
        )
    Unit.objects.filter(pk=unit.pk).update(valid_to=last_day)
    record(
        by=by,
        action="units.close",
        subject=f"unit:{unit.pk}",
        detail={"last_day": last_day.isoformat()},
    )


@transaction.atomic
def enter_local_units(*, by: Any, county: Place, since: date) -> int:
    """The government of each township and the committee of each village, where the place has none
    of that kind yet. Returns how many were entered; doing it again enters none."""
    kinds = {
        Place.Level.TOWNSHIP: (Unit.Kind.TOWNSHIP_GOVERNMENT, "人民政府"),
        Place.Level.VILLAGE: (Unit.Kind.VILLAGE_COMMITTEE, "村民委员会"),
    }
    made = 0
    governments: dict[int, Unit] = {}
    for level, (kind, ending) in kinds.items():
        places = Place.objects.filter(
            code__startswith=county.prefix, level=level, valid_to=None
        ).order_by("code")
        known = {
            unit.place_id: unit
            for unit in Unit.objects.filter(place__in=places, kind=kind, valid_to=None)
        }
        taken = set(
            Unit.objects.filter(place__in=places, valid_to=None).values_list("place_id", "name")
        )
        fresh = []
        for place in places:
            name = _local_name(place.name, ending)
            if place.pk not in known and (place.pk, name) not in taken:
                parent = governments.get(place.parent_id or 0)
                fresh.append(
                    Unit(name=name, kind=kind, place=place, parent=parent, valid_from=since)
                )
        for unit in Unit.objects.bulk_create(fresh):
            known[unit.place_id] = unit
        made += len(fresh)
        governments = known
    if made:
        record(
            by=by,
            action="units.enter_local",
            subject=f"place:{county.pk}",
            detail={"units": made},
        )
    return made


def _local_name(place: str, ending: str) -> str:
    """清水镇 → 清水镇人民政府; 上河村 → 上河村村民委员会; 城关社区 → 城关社区居民委员会;
    城关街道 → 城关街道办事处."""
    if place.endswith("社区") or place.endswith(("居委会", "居民委员会")):
        return f"{place.removesuffix('居民委员会').removesuffix('居委会')}居民委员会"
    if place.endswith(("街道", "街道办事处")):
        return f"{place.removesuffix('办事处')}办事处"
    if place.endswith("村民委员会"):
        return place
    if place.endswith("村委会"):
        return f"{place.removesuffix('村委会')}村民委员会"
    return f"{place}{ending}"


def department_unit(*, by: Any, name: str, place: Place, since: date) -> Unit:
    """The department of this name in feeds, entered for the place where it is not known yet."""
    known = Unit.objects.filter(
        feed_name=name, valid_to=None, place__code__startswith=place.prefix
    ).first()
    return known or enter_unit(
        by=by,
        name=name,
        kind=Unit.Kind.DEPARTMENT,
        place=place,
        since=since,
        feed_name=name,
    )


@transaction.atomic
def add_duty(
    *, by: Any, unit: Unit, text: str, since: date, pack: str = "", clause: str = ""
) -> UnitDuty:
    """Write a line into a unit's responsibility list; `pack` and `clause` say where it stands."""
    if not text.strip() or len(text.strip()) > 300:
        raise FangpinError.because(
            "没有填写职责，或超过 300 字",
            "the duty is missing or longer than 300 characters",
            do_zh="一条职责写一件事",
            do_en="write one thing per line",
        )
    duty = UnitDuty.objects.create(
        unit=unit, text=text.strip(), pack=pack, clause=clause, valid_from=since
    )
    record(by=by, action="units.add_duty", subject=f"unit:{unit.pk}", detail={"duty": duty.pk})
    return duty


@transaction.atomic
def end_duty(*, by: Any, duty: UnitDuty, last_day: date) -> None:
    """A line of the responsibility list ends."""
    UnitDuty.objects.filter(pk=duty.pk).update(valid_to=_not_before(last_day, duty.valid_from))
    record(by=by, action="units.end_duty", subject=f"unit:{duty.unit_id}", detail={"duty": duty.pk})


@transaction.atomic
def add_charge(
    *,
    by: Any,
    unit: Unit | None,
    user: User | None,
    place: Place,
    since: date,
    household_number: str = "",
) -> Charge:
    """A unit, or a person, looks after a place, or a household of it, from a day on."""
    if unit is None and user is None:
        raise FangpinError.because(
            "没有选择包保单位或责任人",
            "neither a unit nor a person is named",
            do_zh="至少选择一个",
            do_en="choose one of them",
        )
    same = Charge.objects.filter(
        unit=unit, user=user, place=place, household_number=household_number, valid_to=None
    )
    if (running := same.first()) is not None:
        return running
    charge = Charge.objects.create(
        unit=unit, user=user, place=place, household_number=household_number, valid_from=since
    )
    record(
        by=by,
        action="units.add_charge",
        subject=f"place:{place.pk}",
        detail={
            "charge": charge.pk,
            "unit": unit.pk if unit else None,
            "user": user.pk if user else None,
            "household": household_number,
        },
    )
    return charge


@transaction.atomic
def end_charge(*, by: Any, charge: Charge, last_day: date) -> None:
    """Somebody looks after the place or household no longer."""
    Charge.objects.filter(pk=charge.pk).update(valid_to=_not_before(last_day, charge.valid_from))
    record(
        by=by,
        action="units.end_charge",
        subject=f"place:{charge.place_id}",
        detail={"charge": charge.pk, "last_day": last_day.isoformat()},
    )


def _not_before(last_day: date, first_day: date) -> date:
    """Something that ends on its first day has lasted that day."""
    return max(last_day, first_day)


def _fill(unit: Unit, *, name: str, parent: Unit | None, code: str, feed_name: str) -> None:
    tidy = name.strip()
    if not tidy or len(tidy) > 120:
        raise FangpinError.because(
            "没有填写单位名称，或超过 120 字",
            "the name of the unit is missing or longer than 120 characters",
            do_zh="填写单位全称",
            do_en="enter the full name",
        )
    others = Unit.objects.filter(valid_to=None).exclude(pk=unit.pk or 0)
    if others.filter(place=unit.place, name=tidy).exists():
        raise FangpinError.because(
            f"{unit.place.name} 已有单位“{tidy}”",
            f"{unit.place.name} has a unit {tidy} already",
            do_zh="直接使用已有的单位，或改用能区分的全称",
            do_en="use that one, or a name that tells them apart",
        )
    credit = judge_credit_code(code)
    if credit.verdict not in _GOOD_CODES:
        raise FangpinError.because(
            f"统一社会信用代码“{code}”不正确",
            f"“{code}” is no valid credit code",
            do_zh="核对 18 位代码，没有就留空",
            do_en="check its 18 characters, or leave it empty",
        )
    tidy_code = credit.normalised or ""
    if tidy_code and others.filter(code=tidy_code).exists():
        raise FangpinError.because(
            f"统一社会信用代码 {tidy_code} 已登记在另一个单位",
            f"the credit code {tidy_code} belongs to another unit",
            do_zh="核对代码",
            do_en="check the code",
        )
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise FangpinError.because(
                "上级单位不能是本单位或其下属单位",
                "a unit cannot stand below itself",
                do_zh="另选上级单位",
                do_en="choose another parent",
            )
        above = above.parent
    unit.name, unit.parent, unit.code = tidy, parent, tidy_code
    unit.feed_name = feed_name.strip()[:80]
