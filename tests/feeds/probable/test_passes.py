"""The probabilistic pass: what it books, what it leaves to people, what it never touches."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.feeds.county import County, Person, pack, reasons, typed

from fangpin.feeds.linking import Linker, Links, RowLinker
from fangpin.feeds.placing import placed
from fangpin.feeds.probable.asking import UNDATED, fingerprints
from fangpin.feeds.probable.pairs import DECISIONS, PAIRS, fingerprint_key
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows

SCHOOL = ["乡镇", "村", "学生姓名", "身份证号", "性别", "出生日期", "学校名称", "学籍状态"]
MEDICAL = ["乡镇", "村", "患者姓名", "身份证号", "联系电话", "结算日期", "结算单号", "个人自付"]
KEY = fingerprint_key("529901")
HOMES = 60


@pytest.fixture(scope="module")
def county() -> County:
    county = County(HOMES)
    # Twins, and namesakes of one village born close together.
    elder, younger = county.persons[1], county.persons[2]
    elder.name, younger.name = "钱国栋", "钱国梁"
    younger.birth = elder.birth
    county.persons[10].name, county.persons[13].name = "孙志强", "孙志强"
    county.persons[13].birth = county.persons[10].birth + timedelta(days=40)
    return county


@pytest.fixture(scope="module")
def register(county: County) -> Register:
    return county.register()


def link(register: Register, rows: TypedRows, **options: Any) -> Links:
    linker = Linker(register, b"k" * 32, pair_key=KEY, **options)
    return linker.link(rows, placed(rows, register))


def sex_of(person: Person) -> str:
    return "男" if int(person.number[16]) % 2 else "女"


def pupil(person: Person, **changed: Any) -> list[Any]:
    said = {
        "township": person.township,
        "village": person.village,
        "name": person.name,
        "number": None,
        "sex": sex_of(person),
        "birth": f"{person.birth:%Y-%m-%d}",
        **changed,
    }
    return [*said.values(), "石门小学", "在读"]


def school(*rows: Sequence[Any]) -> TypedRows:
    return typed("school_roll", [SCHOOL, *rows])


def unusual(county: County) -> tuple[int, Person]:
    """Somebody whose name nobody shares, with a given name of two characters."""
    names = [person.name for person in county.persons]
    for at, person in enumerate(county.persons[30:], 30):
        if names.count(person.name) == 1 and len(person.name) == 3:
            return at, person
    raise AssertionError


@pytest.mark.parametrize(
    "slip",
    [
        lambda p: {"birth": f"{p.birth + timedelta(days=365):%Y-%m-%d}"},
        lambda p: {"birth": f"{p.birth.replace(day=1):%Y-%m-%d}"},
        lambda p: {"village": None, "name": p.name[0] + p.name[2] + p.name[1]},
    ],
)
def test_one_slip_does_not_hide_a_person(county: County, register: Register, slip: Any) -> None:
    at, person = unusual(county)
    rows = school(pupil(person, **slip(person)))
    links = link(register, rows)
    assert links.person.tolist() == [at]
    assert links.household.tolist() == [at // 3]
    assert reasons(rows, 0) == {("corrected", "linked_by_model")}
    assert links.pairs is None
    assert not links.suspects


def test_the_grounds_are_told_with_their_weight(county: County, register: Register) -> None:
    _, person = unusual(county)
    rows = school(pupil(person, birth=f"{person.birth.replace(day=1):%Y-%m-%d}"))
    link(register, rows)
    line = rows.verdicts.frame().row(0, named=True)
    assert line["taken_as"] == f"{person.household}/{person.person}"
    assert "姓名相同 +" in line["detail_zh"]
    assert "同村 +" in line["detail_zh"]
    assert "the same village +" in line["detail_en"]


def test_twins_are_told_apart_or_left_to_people(county: County, register: Register) -> None:
    elder, younger = county.persons[1], county.persons[2]
    exact = school(pupil(elder), pupil(younger))
    assert link(register, exact).person.tolist() == [1, 2]
    between = school(pupil(elder, name="钱国民", sex=None), pupil(elder, name="钱国", sex=None))
    links = link(register, between)
    assert links.person.tolist() == [-1, -1]
    assert links.pairs is not None
    asked = links.pairs.filter(pl.col("row") == 3)
    assert set(asked["person_number"]) == {elder.person, younger.person}
    assert asked["rank"].to_list() == [1, 2]


def test_namesakes_of_a_village_are_not_merged(county: County, register: Register) -> None:
    one, other = county.persons[10], county.persons[13]
    middle = one.birth + timedelta(days=20)
    rows = school(pupil(one, birth=f"{middle:%Y-%m-%d}", sex=None))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert {person for person, _, _ in links.suspects} >= {10, 13}
    assert links.pairs is not None
    assert set(links.pairs["person_number"]) == {one.person, other.person}


def test_name_and_village_alone_are_only_asked(county: County, register: Register) -> None:
    at, person = unusual(county)
    rows = school(pupil(person, birth=None))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert links.pairs is not None
    assert links.pairs["person_number"].to_list() == [person.person]
    assert {found for found, _, _ in links.suspects} == {at}


def test_a_stranger_of_a_registered_family_is_left_alone(
    county: County, register: Register
) -> None:
    _, person = unusual(county)
    rows = school(pupil(person, name=person.name[0] + "雯静", birth="1931-08-19"))
    links = link(register, rows)
    assert links.person.tolist() == [-1]
    assert links.pairs is None


def test_two_rows_that_claim_one_person_are_left_to_people(
    county: County, register: Register
) -> None:
    _, person = unusual(county)
    near = f"{person.birth.replace(day=1):%Y-%m-%d}"
    rows = school(pupil(person, birth=near), pupil(person, birth=near, sex=None))
    links = link(register, rows)
    assert links.person.tolist() == [-1, -1]
    assert links.pairs is not None
    assert set(links.pairs["person_number"]) == {person.person}


def test_somebody_on_the_list_already_is_not_booked_again(
    county: County, register: Register
) -> None:
    at, person = unusual(county)
    near = f"{person.birth.replace(day=1):%Y-%m-%d}"
    rows = school(pupil(person, number=person.number), pupil(person, birth=near))
    links = link(register, rows)
    assert links.person.tolist() == [at, -1]


def test_a_damaged_number_is_never_booked(county: County, register: Register) -> None:
    at, person = unusual(county)
    near = f"{person.birth.replace(day=1):%Y-%m-%d}"
    rows = school(
        pupil(person, number=person.number[:17], birth=near),
        pupil(person, number="529901190001010010", birth=near),
    )
    links = link(register, rows)
    assert links.person.tolist() == [-1, -1]
    assert links.pairs is not None
    # Only where the remains of the number fit somebody is anybody asked.
    assert links.pairs.select("row", "person_number").rows() == [(2, person.person)]
    assert at in {found for found, _, _ in links.suspects}


def test_a_phone_stands_in_for_a_birth_date(county: County, register: Register) -> None:
    at, person = unusual(county)

    def settlement(phone: str | None) -> list[Any]:
        return [person.township, person.village, person.name, None, phone, "2021-05-03",
                f"R{phone}", "1000"]  # fmt: skip

    rows = typed("medical_settlement", [MEDICAL, settlement(person.phone), settlement(None)])
    assert link(register, rows).person.tolist() == [at, -1]


def asked_about(county: County, register: Register) -> tuple[int, Person, pl.DataFrame]:
    at, person = unusual(county)
    pairs = link(register, school(pupil(person, birth=None))).pairs
    assert pairs is not None
    return at, person, pairs


def decision(pairs: pl.DataFrame, accepted: bool) -> pl.DataFrame:
    return pairs.select(
        "fingerprint", "person_number", "household_number",
        pl.lit(accepted).alias("accepted"), pl.lit(date(2021, 5, 20)).alias("decided_on"),
    ).match_to_schema(DECISIONS)  # fmt: skip


def test_an_accepted_pair_is_linked_next_month(county: County, register: Register) -> None:
    at, person, pairs = asked_about(county, register)
    rows = school(pupil(county.persons[40]), pupil(person, birth=None))
    links = link(register, rows, decisions=decision(pairs, True))
    assert links.person.tolist() == [40, at]
    assert reasons(rows, 1) == {("corrected", "linked_by_review")}
    assert links.pairs is None
    assert not links.suspects


def test_a_refused_pair_is_never_proposed_again(county: County, register: Register) -> None:
    _, person, pairs = asked_about(county, register)
    rows = school(pupil(person, birth=None))
    links = link(register, rows, decisions=decision(pairs, False))
    assert links.person.tolist() == [-1]
    assert links.pairs is None
    assert not links.suspects


def test_other_rows_are_not_touched_by_a_decision(county: County, register: Register) -> None:
    _, person, pairs = asked_about(county, register)
    rows = school(pupil(person, birth=None, sex=None))
    links = link(register, rows, decisions=decision(pairs, True))
    assert links.person.tolist() == [-1]
    assert links.pairs is not None


def test_a_refusal_also_binds_the_exact_passes(county: County, register: Register) -> None:
    at, person = unusual(county)
    rows = school(pupil(person))
    assert link(register, rows).person.tolist() == [at]
    print_of = _fingerprint(register, school(pupil(person)))
    refused = pl.DataFrame(
        [[print_of, person.person, person.household, False, date(2021, 5, 20)]],
        schema=DECISIONS, orient="row",
    )  # fmt: skip
    assert link(register, school(pupil(person)), decisions=refused).person.tolist() == [-1]


def _fingerprint(register: Register, rows: TypedRows) -> str:
    linker = Linker(register, b"k" * 32, pair_key=KEY)
    of = RowLinker(linker, rows, placed(rows, register), Links.none(rows.size))
    sent = pl.Series([None], dtype=pl.String).new_from_index(0, rows.size)
    return fingerprints(of, np.array([0]), sent)[0]


def test_a_name_and_a_village_alone_are_known_again_in_the_same_kind_of_file_only(
    county: County, register: Register
) -> None:
    """Of two namesakes of a village one may stand in this department's file, one in that one's."""
    person = county.persons[40]
    where = [person.township, person.village, person.name]

    def settled(phone: str | None) -> str:
        row = [*where, None, phone, "2021-05-03", "R1", "1000"]
        return _fingerprint(register, typed("medical_settlement", [MEDICAL, row]))

    def insured(phone: str | None) -> str:
        header = ["参保地乡镇街道", "参保地村居", "姓名", "公民身份号码", "联系电话", "参保状态"]
        row = [*where, None, phone, "正常参保"]
        return _fingerprint(register, typed("insurance_enrolment", [header, row]))

    assert settled(None) == settled(None) != insured(None)
    assert settled(person.phone) == insured(person.phone) != settled(None)


def test_pairs_hold_both_sides_and_their_grounds(county: County, register: Register) -> None:
    _, person, pairs = asked_about(county, register)
    assert pairs.columns == list(UNDATED)
    assert {name: pairs.schema[name] for name in UNDATED} == {n: PAIRS[n] for n in UNDATED}
    line = pairs.row(0, named=True)
    assert line["delivered"] == {
        "name": person.name, "birth_date": None, "sex": sex_of(person),
        "village": f"{person.township}{person.village}", "phone": None, "head_name": None,
    }  # fmt: skip
    assert line["registered"]["name"] == person.name
    assert line["registered"]["birth_date"] == person.birth.isoformat()
    assert line["registered"]["phone"] == person.phone
    assert line["village_code"] == person.code
    assert line["row"] == 2
    assert 0 < line["probability"] < 1
    assert line["weight"] == pytest.approx(
        sum(each["weight"] for each in line["reasons"]), abs=0.01
    )
    assert [each["field"] for each in line["reasons"]] == ["name", "sex", "village", "prior"]


def test_the_same_rows_give_the_same_pairs(county: County, register: Register) -> None:
    _, person, pairs = asked_about(county, register)
    again = link(register, school(pupil(person, birth=None))).pairs
    assert again is not None
    assert again.equals(pairs)


def test_the_general_pack_has_an_area_code_for_fingerprints() -> None:
    assert fingerprint_key(pack().area_code) != fingerprint_key("620402")
