"""Rows are booked to persons by number; names, places and birth dates only stand in for blanks."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.feeds.county import County, number_of, reasons, typed

from fangpin.feeds.linking import Linker, Links
from fangpin.feeds.placing import placed
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows
from fangpin.kernel.identity import new_key

SCHOOL = ["乡镇", "村", "学生姓名", "身份证号", "出生日期", "学校名称", "学籍状态"]
MEDICAL = ["乡镇", "患者姓名", "身份证号", "结算日期", "结算单号", "个人自付"]
HOUSING = ["乡镇", "村名", "户主姓名", "户主身份证号", "鉴定等级"]
YULU = [
    "乡镇",
    "村",
    "户主姓名",
    "户主身份证号",
    "学生姓名",
    "学生身份证号",
    "就读院校",
    "补助金额",
]


@pytest.fixture(scope="module")
def county() -> County:
    return County(10)


@pytest.fixture(scope="module")
def register(county: County) -> Register:
    return county.register()


def link(register: Register, rows: TypedRows, **options: Any) -> Links:
    return Linker(register, new_key(), **options).link(rows, placed(rows, register))


def swapped(number: str) -> str:
    """The number with two neighbouring digits exchanged so that its check digit fails."""
    for at in range(16, 9, -1):
        if number[at] != number[at - 1]:
            return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
    raise AssertionError(number)


def pupil(person: Any, number: Any = "same", birth: Any = "same", name: str | None = None) -> list:
    return [
        person.township, person.village, name or person.name,
        person.number if number == "same" else number,
        f"{person.birth:%Y-%m-%d}" if birth == "same" else birth, "石门小学", "在读",
    ]  # fmt: skip


def school(*rows: Sequence[Any]) -> TypedRows:
    return typed("school_roll", [SCHOOL, *rows])


def test_exact_by_number(county: County, register: Register) -> None:
    rows = school(*(pupil(p) for p in county.persons[::7]))
    links = link(register, rows)
    assert links.person.tolist() == list(range(0, len(county.persons), 7))
    assert links.household.tolist() == [n // 3 for n in range(0, len(county.persons), 7)]
    assert not links.suspects
    assert rows.verdicts.frame().height == 0


def test_strangers_are_outside_and_no_fault(county: County, register: Register) -> None:
    stranger = pupil(county.persons[0], number_of(county.persons[0].birth, 996), name="外乡人")
    rows = school(stranger)
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert links.outside.tolist() == [True]
    assert rows.used.all()


def test_variant_spelling_is_the_same_person(register: Register) -> None:
    county = County(10)
    rows = county.person_table()
    name = rows[0].index("姓名")
    rows[4][name] = "赵国强"
    linked = school(pupil(county.persons[3], name="趙國強"))
    links = link(county.register(persons=rows), linked)
    assert links.person.tolist() == [3]
    assert reasons(linked, 0) == {("corrected", "name_variant")}


def test_a_number_of_another_person_is_never_booked(county: County, register: Register) -> None:
    owner, other = county.persons[0], county.persons[40]
    rows = school(pupil(other, owner.number))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert reasons(rows, 0) == {("rejected", "id_of_another")}
    assert {person for person, _, _ in links.suspects} == {40}


def test_masked_names_are_checked_by_surname(county: County, register: Register) -> None:
    person, other = (
        county.persons[0],
        next(p for p in county.persons if p.name[0] != county.persons[0].name[0]),
    )
    rows = school(
        pupil(person, name=f"{person.name[0]}*{person.name[-1]}"),
        pupil(person, name=f"{other.name[0]}*{other.name[-1]}"),
    )
    assert link(register, rows).person.tolist() == [0, -1]


@pytest.mark.parametrize("damage", ["swap", "numeric", "scientific", "short"])
def test_a_damaged_number_goes_back_and_makes_exactly_one_suspect(
    county: County, register: Register, damage: str
) -> None:
    person = county.persons[25]
    number: Any = {
        "swap": swapped(person.number),
        "numeric": float(person.number[:15] + "000"),
        "scientific": f"{float(person.number[:17] + '0'):.14E}",
        "short": person.number[:11] + person.number[12:],
    }[damage]
    rows = school(pupil(person, number))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert [action for action, _ in reasons(rows, 0)] == ["rejected"]
    assert [p for p, _, _ in links.suspects] == [25]


def test_a_damaged_number_of_a_stranger_makes_nobody_a_suspect(
    county: County, register: Register
) -> None:
    away = ["外县镇", "远村", county.persons[25].name, "52990119700101999", None, "小学", "在读"]
    rows = school(away)
    assert link(register, rows).suspects == []
    assert not rows.used.any()


def test_repairs_are_booked_only_when_asked_for(county: County, register: Register) -> None:
    person = county.persons[25]
    rows = school(pupil(person, swapped(person.number), birth=None))
    links = link(register, rows, accept_repairs=True)
    assert links.person.tolist() == [25]
    assert reasons(rows, 0) == {("corrected", "id_repaired")}
    assert [p for p, _, _ in links.suspects] == [25]


def test_a_blank_number_by_name_birth_date_and_village(county: County, register: Register) -> None:
    person = county.persons[11]
    rows = school(pupil(person, None))
    assert link(register, rows).person.tolist() == [11]
    assert reasons(rows, 0) == {("corrected", "linked_by_name_birth_village")}


def test_two_rows_that_claim_one_person_are_both_open(county: County, register: Register) -> None:
    person = county.persons[11]
    second = pupil(person, None)
    second[5] = "另一小学"
    rows = school(pupil(person, None), second)
    links = link(register, rows)
    assert links.person.tolist() == [-1, -1]
    assert {p for p, _, _ in links.suspects} == {11}


def test_another_birth_date_is_another_person(county: County, register: Register) -> None:
    rows = school(pupil(county.persons[11], None, "1901-01-01"))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert not links.suspects


def twins(village: str = "石门村") -> tuple[County, Register]:
    """A county where two persons of one village, in different households, share a name."""
    county = County(10)
    rows = county.person_table()
    name = rows[0].index("姓名")
    rows[1][name] = rows[10][name] = "同名人"
    return county, county.register(persons=rows)


def test_namesakes_in_one_village_are_never_merged_by_name() -> None:
    county, register = twins()
    person = county.persons[0]
    rows = typed(
        "housing_inspection", [HOUSING, [person.township, person.village, "同名人", None, "D级"]]
    )
    links = link(register, rows)
    assert links.household.tolist() == [-1]
    assert {p for p, _, _ in links.suspects} == {0, 9}
    assert [action for action, _ in reasons(rows, 0)] == ["rejected"]


def test_a_household_by_the_only_such_name_in_the_village(
    county: County, register: Register
) -> None:
    names = [p.name for p in county.of("茶山村")]
    person = next(p for p in county.of("茶山村") if names.count(p.name) == 1)
    rows = typed(
        "housing_inspection", [HOUSING, [person.township, "茶山", person.name, None, "D级"]]
    )
    links = link(register, rows)
    assert links.household.tolist() == [county.persons.index(person) // 3]
    assert reasons(rows, 0) == {("corrected", "linked_by_name_village")}


def test_persons_are_not_booked_by_name_and_village(county: County, register: Register) -> None:
    person = county.persons[30]
    rows = school(pupil(person, None, None))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert 30 in {p for p, _, _ in links.suspects}


def test_a_student_through_the_head_of_household(county: County, register: Register) -> None:
    head, child = county.persons[6], county.persons[8]
    rows = typed(
        "yulu_grants",
        [
            YULU,
            [head.township, head.village, head.name, head.number, child.name, None, "学院", 1500],
        ],
    )
    assert link(register, rows).person.tolist() == [8]
    assert reasons(rows, 0) == {("corrected", "linked_by_head")}


def test_a_township_alone_makes_namesakes_of_the_township_suspects(
    county: County, register: Register
) -> None:
    person = county.persons[50]
    rows = typed(
        "medical_settlement",
        [MEDICAL, [person.township, person.name, None, "2021-05-03", "R1", "16800"]],
    )
    links = link(register, rows)
    same = {
        n for n, p in enumerate(county.persons)
        if p.name == person.name and p.township == person.township
    }  # fmt: skip
    assert {p for p, _, _ in links.suspects} == same


def test_wrong_number_in_the_register_is_found_from_the_other_side() -> None:
    county = County(10)
    rows = county.person_table()
    number = rows[0].index("证件号码")
    rows[13][number] = swapped(county.persons[12].number)
    register = county.register(persons=rows)
    linked = school(pupil(county.persons[12]))
    assert link(register, linked).person.tolist() == [12]
    assert reasons(linked, 0) == {("corrected", "register_id_repaired")}


def test_village_under_another_township_is_flagged(county: County, register: Register) -> None:
    person = county.of("柳湾村")[0]
    rows = school(["青石镇", "柳湾村", person.name, person.number, None, "小学", "在读"])
    links = link(register, rows)
    assert links.person.tolist() == [county.persons.index(person)]
    assert reasons(rows, 0) == {("flagged", "place_wrong_township")}


def test_rows_about_villages(register: Register) -> None:
    header = ["乡镇", "行政村", "本月停水天数"]
    rows = typed(
        "water_monthly",
        [header, ["青石镇", "石门村", "3"], ["青石镇", "无此村", "0"], ["外县镇", "远村", "0"]],
    )
    links = link(register, rows)
    assert links.village.tolist() == [0, -1, -1]
    assert reasons(rows, 1) == {("rejected", "not_linked_village")}
    assert reasons(rows, 2) == set()
