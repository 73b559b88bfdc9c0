"""What is known about villages: yearly figures, hamlets and groups, resettlement sites."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.places.models import NaturalVillage, Place, ResettlementSite, VillageProfile
from fangpin.places.profile.catalogue import catalogue
from fangpin.places.profile.values import Value, implausible_year, remarks


class Stale(Exception):
    """Somebody else has saved the profile meanwhile. `theirs` is what stands there now; None when
    the village itself is not there any more."""

    def __init__(self, theirs: VillageProfile | None) -> None:
        super().__init__(f"version {theirs.version}" if theirs else "gone")
        self.theirs = theirs


@transaction.atomic
def keep_profile(
    *, by: Any, place: Place, year: int, values: Mapping[str, Value | None], version: int
) -> VillageProfile:
    """Save figures of a village for a year: what is None becomes unknown, what is not named stays.

    `version` is the one that was seen, 0 for a profile that was not there. Raises Stale when
    another one is there now, FangpinError for figures that cannot be together.
    """
    if Place.Level(place.level) != Place.Level.VILLAGE:
        raise _no_village(place)
    if implausible_year(year, timezone.localdate()):
        raise FangpinError.because(
            f"年度 {year} 不对",
            f"{year} is no year for figures",
            do_zh="填写 1990 年至今的年度",
            do_en="give a year from 1990 to this one",
        )
    if unknown := set(values) - set(catalogue().fields):
        raise ValueError(f"no such figures: {sorted(unknown)}")
    profile = VillageProfile.objects.select_for_update().filter(place=place, year=year).first()
    if (profile.version if profile else 0) != version:
        raise Stale(profile or VillageProfile(place=place, year=year, version=0))
    before = dict(profile.values) if profile else {}
    after = {name: value for name, value in (before | dict(values)).items() if value is not None}
    bad = [remark for remark in remarks(after) if remark.error]
    if bad:
        raise FangpinError.because(
            "；".join(remark.text.zh for remark in bad),
            "; ".join(remark.text.en for remark in bad),
            do_zh="核对后改正",
            do_en="check and correct them",
        )
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if not changed and profile is not None:
        return profile
    if profile is None:
        profile = VillageProfile(place=place, year=year, version=0)
    profile.values, profile.version, profile.changed_by = after, profile.version + 1, by
    profile.save()
    record(
        by=by,
        action="villages.keep_profile",
        subject=f"place:{place.pk}",
        detail={"year": year, "version": profile.version, "fields": changed},
    )
    return profile


@transaction.atomic
def keep_hamlet(
    *,
    by: Any,
    place: Place,
    kind: NaturalVillage.Kind,
    name: str,
    households: int | None = None,
    persons: int | None = None,
    hard_road: bool | None = None,
    hamlet: NaturalVillage | None = None,
) -> NaturalVillage:
    """Enter a hamlet or group of a village, or change one. Raises FangpinError."""
    if Place.Level(place.level) != Place.Level.VILLAGE:
        raise _no_village(place)
    tidy = _named(name)
    same = NaturalVillage.objects.filter(place=place, kind=kind, name=tidy, closed_on=None)
    if same.exclude(pk=hamlet.pk if hamlet else 0).exists():
        raise _named_twice(tidy)
    hamlet = hamlet or NaturalVillage(place=place)
    hamlet.kind, hamlet.name = kind, tidy
    hamlet.households, hamlet.persons, hamlet.hard_road = households, persons, hard_road
    hamlet.save()
    record(
        by=by,
        action="villages.keep_hamlet",
        subject=f"place:{place.pk}",
        detail={"hamlet": hamlet.pk},
    )
    return hamlet


@transaction.atomic
def close_hamlet(*, by: Any, hamlet: NaturalVillage, on: date) -> None:
    """The hamlet or group is there no more."""
    NaturalVillage.objects.filter(pk=hamlet.pk).update(closed_on=on)
    record(
        by=by,
        action="villages.close_hamlet",
        subject=f"place:{hamlet.place_id}",
        detail={"hamlet": hamlet.pk, "on": on.isoformat()},
    )


@transaction.atomic
def keep_site(
    *,
    by: Any,
    place: Place,
    name: str,
    figures: Mapping[str, int | None],
    clause: str = "",
    note: str = "",
    site: ResettlementSite | None = None,
) -> ResettlementSite:
    """Enter a resettlement site of a place, or change one.

    `figures`: planned_households, planned_persons, households, persons, employed_persons,
    occupied_since (year). Raises FangpinError for a name that is taken and for more people at
    work than live there.
    """
    tidy = _named(name)
    same = ResettlementSite.objects.filter(place=place, name=tidy, closed_on=None)
    if same.exclude(pk=site.pk if site else 0).exists():
        raise _named_twice(tidy)
    employed, persons = figures.get("employed_persons"), figures.get("persons")
    if employed is not None and persons is not None and employed > persons:
        raise FangpinError.because(
            f"就业人数 {employed} 多于入住人数 {persons}",
            f"{employed} people at work exceed the {persons} who live there",
            do_zh="核对人数",
            do_en="check the numbers",
        )
    site = site or ResettlementSite(place=place)
    site.name, site.clause, site.note = tidy, clause.strip()[:120], note.strip()[:300]
    for figure in (
        *("planned_households", "planned_persons", "households", "persons"),
        *("employed_persons", "occupied_since"),
    ):
        setattr(site, figure, figures.get(figure))
    site.save()
    record(
        by=by,
        action="villages.keep_site",
        subject=f"place:{place.pk}",
        detail={"site": site.pk},
    )
    return site


@transaction.atomic
def close_site(*, by: Any, site: ResettlementSite, on: date) -> None:
    """The resettlement site is one no longer."""
    ResettlementSite.objects.filter(pk=site.pk).update(closed_on=on)
    record(
        by=by,
        action="villages.close_site",
        subject=f"place:{site.place_id}",
        detail={"site": site.pk, "on": on.isoformat()},
    )


def _named(name: str) -> str:
    tidy = name.strip()
    if not tidy or len(tidy) > 80:
        raise FangpinError.because(
            "没有填写名称，或名称超过 80 字",
            "the name is missing or longer than 80 characters",
            do_zh="填写名称",
            do_en="enter the name",
        )
    return tidy


def _named_twice(name: str) -> FangpinError:
    return FangpinError.because(
        f"“{name}”已经登记",
        f"{name} is entered already",
        do_zh="改已有的一条，或换个名称",
        do_en="change that one, or use another name",
    )


def _no_village(place: Place) -> FangpinError:
    return FangpinError.because(
        f"{place.name} 不是行政村",
        f"{place.name} is no village",
        do_zh="选择一个行政村",
        do_en="choose a village",
    )
