"""Whom an unusable row may concern, over a whole folder."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.feeds.county import AS_OF, County, number_of, pack, write_csv

from fangpin.feeds.intake import Intake, take_in

DEATHS = ["姓名", "性别", "身份证号", "死亡日期", "户籍地"]


@pytest.fixture
def county(tmp_path: Path) -> County:
    county = County(6)
    county.write(tmp_path)
    return county


def suspects(intake: Intake, contract: str) -> list[tuple[int, str]]:
    found = intake.suspects.filter(pl.col("contract") == contract)
    return list(found.select("person", "reason").iter_rows())


def test_numbers_in_torn_records(county: County, tmp_path: Path) -> None:
    lines = ["|".join(DEATHS)]
    for person in county.persons[10:40]:
        lines.append(f"{person.name}|男|{person.number}|20210405|{person.township}{person.village}")
    torn, split = county.persons[50], county.persons[60]
    lines.append(f"{torn.name}|男|{torn.number}")
    lines.append(f"20210405|{torn.township}{torn.village}")
    lines.append(f"{split.name}|男|{split.number}|20210405|{split.township}|{split.village}")
    (tmp_path / "殡葬火化信息20210531.txt").write_text("\r\n".join(lines) + "\r\n", "gb18030")
    intake = take_in(tmp_path, pack(), AS_OF)
    assert suspects(intake, "deaths") == [(50, "broken_record"), (60, "broken_record")]
    delivery = next(d for d in intake.deliveries if "殡葬" in d.file)
    assert (delivery.rows.read, delivery.rows.rejected) == (32, 2)
    offers = intake.rows.filter(pl.col("file") == delivery.file, pl.col("action") == "rejected")
    whole = f"{torn.name}|男|{torn.number}|20210405|{torn.township}{torn.village}"
    again = f"{split.name}|男|{split.number}|20210405|{split.township}{split.village}"
    assert offers["taken_as"].to_list() == [whole, again]


def test_persons_without_a_number_in_the_register(tmp_path: Path) -> None:
    county = County(6)
    rows = county.person_table()
    column = rows[0].index("证件号码")
    rows[5][column] = "999999202104190002"
    write_csv(tmp_path / "户信息.csv", county.household_table())
    write_csv(tmp_path / "人员信息.csv", rows)
    header = ["姓名", "公民身份号码", "险种类型", "参保状态", "参保地乡镇", "参保地村居"]
    kind = "城乡居民基本医疗保险"
    insured = [
        [p.name, p.number, kind, "正常参保", p.township, p.village]
        for n, p in enumerate(county.persons)
        if n != 4
    ]
    write_csv(tmp_path / "参保2021年5月.csv", [header, *insured])
    person = county.persons[4]
    # A row of that name booked to nobody may be the person's …
    away = number_of(date(1955, 5, 5), 7)
    insured.append([person.name, away, kind, "正常参保", "", ""])
    write_csv(tmp_path / "参保2021年5月.csv", [header, *insured])
    intake = take_in(tmp_path, pack(), AS_OF)
    assert suspects(intake, "insurance_enrolment") == [(4, "register_without_number")]
    # … and found by name, birth date and village the person is no suspect any more.
    insured[-1] = [person.name, person.number, kind, "正常参保", person.township, person.village]
    write_csv(tmp_path / "参保2021年5月.csv", [header, *insured])
    again = take_in(tmp_path, pack(), AS_OF)
    assert suspects(again, "insurance_enrolment") == []


def test_a_certificate_that_contradicts_itself(county: County, tmp_path: Path) -> None:
    header = ["姓名", "残疾人证号", "残疾类别", "残疾等级"]
    rows = [[p.name, p.number + "42", "肢体残疾", "二级"] for p in county.persons[:12]]
    rows[3][1] = county.persons[3].number + "43"
    write_csv(tmp_path / "持证残疾人名册2021年5月.csv", [header, *rows])
    intake = take_in(tmp_path, pack(), AS_OF)
    assert suspects(intake, "disability_certificates") == [(3, "level_conflict")]


def test_a_valid_number_close_to_the_registered_one(county: County, tmp_path: Path) -> None:
    person = county.persons[7]
    other = person.number[:14] + f"{(int(person.number[14:17]) + 500) % 1000:03d}"
    from fangpin.kernel.identity import check_digit

    header = ["姓名", "公民身份号码", "险种类型", "参保状态", "参保地乡镇", "参保地村居"]
    kind = "城乡居民基本医疗保险"
    rows = [
        [p.name, p.number if n != 7 else other + check_digit(other), kind, "正常参保",
         p.township, p.village]
        for n, p in enumerate(county.persons)
    ]  # fmt: skip
    write_csv(tmp_path / "参保2021年5月.csv", [header, *rows])
    intake = take_in(tmp_path, pack(), AS_OF)
    assert suspects(intake, "insurance_enrolment") == [(7, "number_differs")]
    line = intake.rows.filter(pl.col("reason") == "number_differs").row(0, named=True)
    assert (line["row"], line["action"]) == (9, "flagged")
