"""The village table: what is written, what is kept, what does not fit together."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.places import actions
from fangpin.places.models import NaturalVillage, Place, VillageProfile
from fangpin.places.profile.catalogue import FILE, Kind, catalogue, read_catalogue
from fangpin.places.profile.values import Unreadable, printed, read_value, remarks, worded
from fangpin.policy import load_pack
from fangpin.policy.loading.reading import PackError

Tree = dict[str, Place]
FIELDS = catalogue().fields


def test_every_figure_of_the_feed_about_villages_has_its_place_here() -> None:
    contract = load_pack("cn-base").contracts["village_facts"]
    keys = {"serial", "county", "township", "village", "village_code", "phone", "remark"}
    for column in contract.columns:
        if column.name not in keys:
            assert column.name in FIELDS, column.name
            assert FIELDS[column.name].label.zh


def test_every_field_says_who_may_know_it_and_the_table_why_it_is_kept() -> None:
    assert all(field.privacy for field in FIELDS.values())
    assert catalogue().purpose.zh
    assert catalogue().legal_basis.zh
    pack, _, clause = catalogue().clause.partition(":")
    assert clause in load_pack(pack).clauses


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{part: dangerous_houses,", "{part: dangerous_house,", "dangerous_house"),
        ("{name: persons,", "{name: households,", "households"),
        ("class: internal", "class: secret", "secret"),
        ("not_zero:", "not_nil:", "not_nil"),
    ],
)
def test_a_mistake_in_the_catalogue_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = tmp_path / "catalogue.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError, match=told):
        read_catalogue(file)


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("households", "1,024", 1024),
        ("households", "１２", 12),
        ("households", " ", None),
        ("collective_income", "58000.5", 5_800_050),
        ("road_missing", "3.25", 325),
        ("hard_road", "是", True),
        ("hard_road", "否", False),
        ("hard_road", "—", None),
        ("village_class", "一般村", "ordinary"),
        ("village_class", "脱贫村", "lifted_out"),
        ("stationed_unit", "县文化馆", "县文化馆"),
    ],
)
def test_what_is_written_is_kept(name: str, written: str, kept: object) -> None:
    assert read_value(FIELDS[name], written) == kept


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("households", "-3"),
        ("households", "3.5"),
        ("households", "很多"),
        ("households", "100001"),
        ("collective_income", "1.234"),
        ("hard_road", "大概"),
        ("village_class", "好村"),
        ("lifted_out_year", "1919"),
        ("stationed_unit", "长" * 121),
    ],
)
def test_what_is_no_value_is_refused_in_words(name: str, written: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_value(FIELDS[name], written)
    assert error.value.text.zh
    assert error.value.text.en


def test_money_in_ten_thousands() -> None:
    assert read_value(FIELDS["collective_income"], "5.8", scale=10000) == 5_800_000


@given(st.sampled_from(sorted(FIELDS)), st.integers(0, 10**6), st.booleans())
def test_what_a_form_shows_is_read_back(name: str, number: int, flag: bool) -> None:
    field = FIELDS[name]
    match field.kind:
        case Kind.BOOL:
            value: int | bool | str = flag
        case Kind.CODE:
            value = list(catalogue().classes)[number % len(catalogue().classes)]
        case Kind.TEXT:
            value = f"单位{number}"
        case Kind.YEAR:
            value = 1949 + number % 70
        case _:
            value = number % ((field.highest or 10**6) + 1)
    assert read_value(field, printed(field, value)) == value
    assert worded(field, value).zh


def test_each_check_fires_above_its_line_and_is_silent_on_it() -> None:
    for check in catalogue().checks:
        line = {check.part.name: 10, check.whole.name: 10}
        others = {each.field for each in remarks(line)}
        assert check.part.name not in others
        above = remarks({**line, check.part.name: 11})
        assert [(each.field, each.error) for each in above] == [(check.part.name, check.error)]
        assert remarks({check.part.name: 11}) == []
    assert [each.field for each in remarks({"households": 0})] == ["households"]


def test_a_profile_is_kept_with_what_is_known_only(tree: Tree) -> None:
    village = tree["上河村"]
    first = actions.keep_profile(
        by=None, place=village, year=2023, values={"households": 100, "clinics": 0}, version=0
    )
    assert (first.values, first.version) == ({"households": 100, "clinics": 0}, 1)
    same = actions.keep_profile(
        by=None, place=village, year=2023, values={"households": 100}, version=1
    )
    assert same.version == 1
    second = actions.keep_profile(
        by=None, place=village, year=2023, values={"clinics": None, "persons": 300}, version=1
    )
    assert second.values == {"households": 100, "persons": 300}
    told = AuditEntry.objects.filter(action="villages.keep_profile").order_by("pk")
    assert [entry.detail["fields"] for entry in told] == [
        ["clinics", "households"],
        ["clinics", "persons"],
    ]


def test_somebody_elses_version_is_not_overwritten(tree: Tree) -> None:
    village = tree["上河村"]
    actions.keep_profile(by=None, place=village, year=2023, values={"clinics": 1}, version=0)
    for version in (0, 2):
        with pytest.raises(actions.Stale) as stale:
            actions.keep_profile(
                by=None, place=village, year=2023, values={"clinics": 2}, version=version
            )
        assert stale.value.theirs.values == {"clinics": 1}
    assert VillageProfile.objects.get().values == {"clinics": 1}


def test_figures_that_cannot_be_together_are_refused(tree: Tree) -> None:
    village = tree["上河村"]
    actions.keep_profile(by=None, place=village, year=2023, values={"households": 100}, version=0)
    for place, year, values in (
        (village, 2023, {"dangerous_houses": 101}),
        (village, 2023, {"persons": 0}),
        (village, 1989, {"clinics": 1}),
        (village, timezone.localdate().year + 1, {"clinics": 1}),
        (tree["清水镇"], 2023, {"clinics": 1}),
    ):
        version = 1 if year == 2023 and place == village else 0
        with pytest.raises(FangpinError):
            actions.keep_profile(by=None, place=place, year=year, values=values, version=version)
    assert VillageProfile.objects.get().values == {"households": 100}


def test_hamlets_and_sites(tree: Tree) -> None:
    village, group = tree["上河村"], NaturalVillage.Kind.GROUP
    first = actions.keep_hamlet(by=None, place=village, kind=group, name="一组", households=30)
    with pytest.raises(FangpinError):
        actions.keep_hamlet(by=None, place=village, kind=group, name="一组")
    with pytest.raises(FangpinError):
        actions.keep_hamlet(by=None, place=tree["清水镇"], kind=group, name="一组")
    actions.keep_hamlet(by=None, place=village, kind=group, name="一组", persons=9, hamlet=first)
    actions.close_hamlet(by=None, hamlet=first, on=timezone.localdate() - timedelta(days=1))
    assert actions.keep_hamlet(by=None, place=village, kind=group, name="一组").pk != first.pk

    site = actions.keep_site(
        by=None, place=tree["清水镇"], name="河畔安置点", figures={"persons": 361, "households": 96}
    )
    with pytest.raises(FangpinError):
        actions.keep_site(by=None, place=tree["清水镇"], name="河畔安置点", figures={})
    with pytest.raises(FangpinError):
        actions.keep_site(
            by=None,
            place=tree["清水镇"],
            name="另一处",
            figures={"persons": 10, "employed_persons": 11},
        )
    actions.close_site(by=None, site=site, on=date(2024, 1, 1))
    assert AuditEntry.objects.filter(action="villages.keep_site").count() == 1
