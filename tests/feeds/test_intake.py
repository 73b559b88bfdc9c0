"""A folder of files end to end."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.feeds.county import APRIL, AS_OF, MAY, County, number_of, pack, write_csv

from fangpin.feeds.checking import check_files
from fangpin.feeds.delivery import Delivery, Verdict
from fangpin.feeds.intake import Intake, take_in
from fangpin.kernel.errors import FangpinError

INSURED = [
    "姓名",
    "公民身份号码",
    "险种类型",
    "参保状态",
    "缴费年度",
    "参保地乡镇街道",
    "参保地村居",
]
CERTIFICATES = ["序号", "乡镇", "村(社区)", "姓名", "性别", "残疾人证号", "残疾类别", "残疾等级"]
LOW = ["序号", "乡镇", "行政村", "申请人(户主)", "保障类别", "保障人数", "户月保障金(元)",
       "保障对象姓名", "与户主关系", "公民身份号码"]  # fmt: skip


def insured(county: County, villages: set[str] | None = None) -> list[list[Any]]:
    rows = [
        [p.name, p.number, "城乡居民基本医疗保险", "正常参保", "2021", p.township, p.village]
        for p in county.persons
        if villages is None or p.village in villages
    ]
    return [INSURED, *rows]


def certificates(county: County, month: str, step: int = 5) -> list[list[Any]]:
    title = [f"丙县持证残疾人名册(2021年{month}月)", *[None] * 7]
    rows = [
        [str(n), p.township, p.village, p.name, "男" if int(p.number[16]) % 2 else "女",
         p.number + "42", "肢体残疾", "二级"]
        for n, p in enumerate(county.persons[::step], 1)
    ]  # fmt: skip
    return [title, CERTIFICATES, *rows]


@pytest.fixture
def county(tmp_path: Path) -> County:
    county = County(12)
    county.write(tmp_path)
    return county


def of(intake: Intake, word: str) -> Delivery:
    return next(delivery for delivery in intake.deliveries if word in delivery.file)


def test_registry_feeds_and_periods(county: County, tmp_path: Path) -> None:
    write_csv(tmp_path / "参保人员名单(截至2021年5月).csv", insured(county))
    write_csv(tmp_path / "残疾人4月.csv", certificates(county, "4"))
    write_csv(tmp_path / "残疾人5月.csv", certificates(county, "5", 3))
    intake = take_in(tmp_path, pack(), AS_OF)
    assert intake.persons.height == len(county.persons)
    assert set(intake.feeds) == {
        ("insurance_enrolment", MAY),
        ("disability_certificates", APRIL),
        ("disability_certificates", MAY),
    }
    table = intake.feeds["insurance_enrolment", MAY].frame
    assert table["_person"].to_list() == list(range(len(county.persons)))
    assert {delivery.verdict for delivery in intake.deliveries} == {Verdict.accepted}
    for delivery in intake.deliveries:
        rows = delivery.rows
        assert rows.read == rows.accepted + rows.corrected + rows.rejected
    delivered = intake.coverage.filter(pl.col("status") != "missing")
    assert delivered.height == 0


def test_contracts_that_nobody_delivered_are_missing_everywhere(
    county: County, tmp_path: Path
) -> None:
    intake = take_in(tmp_path, pack(), AS_OF)
    missing = intake.coverage.filter(pl.col("contract") == "deaths")
    assert missing["status"].to_list() == ["missing"] * intake.places.height
    assert missing["period"].unique().to_list() == [MAY]


def test_snapshot_parts_hold_no_names_and_no_numbers(county: County, tmp_path: Path) -> None:
    write_csv(tmp_path / "参保人员名单2021年5月.csv", insured(county))
    intake = take_in(tmp_path, pack(), AS_OF)
    secret = {p.name for p in county.persons} | {p.number for p in county.persons}
    frames = [intake.places, intake.households, intake.persons]
    frames += [table.frame for table in intake.feeds.values()]
    for frame in frames:
        texts = frame.select(pl.col(pl.String))
        assert not {v for column in texts for v in column.to_list()} & secret


def test_parts_of_one_delivery_are_put_together_and_repeats_left_out(
    county: County, tmp_path: Path
) -> None:
    north = {"石门村", "上坪村", "枫树村"}
    rest = {p.village for p in county.persons} - north
    write_csv(tmp_path / "参保1(2021年5月).csv", insured(county, north))
    write_csv(tmp_path / "参保2(2021年5月).csv", insured(county, rest))
    (tmp_path / "参保2副本(2021年5月).csv").write_bytes(
        (tmp_path / "参保2(2021年5月).csv").read_bytes()
    )
    intake = take_in(tmp_path, pack(), AS_OF)
    frame = intake.feeds["insurance_enrolment", MAY].frame
    assert sorted(frame["_person"].to_list()) == list(range(len(county.persons)))
    copy = of(intake, "参保2(2021")
    assert copy.verdict is Verdict.refused or of(intake, "副本").verdict is Verdict.refused
    assert intake.coverage.filter(pl.col("contract") == "insurance_enrolment").height == 0


def test_a_township_that_is_missing_is_not_covered(county: County, tmp_path: Path) -> None:
    villages = {p.village for p in county.persons if p.township != "云台镇"}
    write_csv(tmp_path / "参保人员名单2021年5月.csv", insured(county, villages))
    intake = take_in(tmp_path, pack(), AS_OF)
    gaps = intake.coverage.filter(pl.col("contract") == "insurance_enrolment")
    named = gaps.join(intake.places.with_row_index("village"), on="village")
    assert set(named["name"]) == {"云台村", "茶山村", "东沟村"}
    delivery = of(intake, "参保")
    assert delivery.verdict is Verdict.accepted_with_gaps
    areas = {area.township: area.status.value for area in delivery.areas}
    assert areas == {"青石镇": "complete", "白沙乡": "complete", "云台镇": "missing"}


def low_income(county: County) -> list[list[Any]]:
    rows: list[list[Any]] = [["丙县2021年5月农村低保发放花名册", *[None] * 9], LOW]
    for n, head in enumerate(county.heads()[::3], 1):
        at = county.persons.index(head)
        mates = county.persons[at : at + 3]
        for m, person in enumerate(mates):
            lead = [str(n), head.township, head.village, head.name, "二类", "3", "900"]
            rows.append(
                [*(lead if m == 0 else [None] * 7), person.name, "户主" if m == 0 else "其他",
                 person.number]
            )  # fmt: skip
    return rows


def test_a_household_amount_counts_once(county: County, tmp_path: Path) -> None:
    rows = low_income(county)
    # The first household's head has a damaged number: another member carries the amount.
    rows[2][9] = rows[2][9][:17]
    write_csv(tmp_path / "低保2021年5月.csv", rows)
    intake = take_in(tmp_path, pack(), AS_OF)
    frame = intake.feeds["subsistence_allowance", MAY].frame
    sums = frame.group_by("_household").agg(pl.col("monthly_amount").sum())
    assert set(sums["monthly_amount"]) == {90000}
    assert sums.height == len(county.heads()[::3])


def test_suspects_name_the_row(county: County, tmp_path: Path) -> None:
    rows = insured(county)
    rows[8][1] = rows[8][1][:17]
    write_csv(tmp_path / "参保2021年5月.csv", rows)
    intake = take_in(tmp_path, pack(), AS_OF)
    assert intake.suspects.row(0, named=True) == {
        "contract": "insurance_enrolment", "period": MAY, "person": 7, "file": "参保2021年5月.csv",
        "sheet": "", "row": 9, "reason": "id_wrong_length",
    }  # fmt: skip
    assert intake.suspects.height == 1
    line = intake.rows.row(0, named=True)
    assert (line["row"], line["column"], line["action"]) == (9, "B", "rejected")
    assert line["taken_as"].endswith(intake.persons["number"][7])


def test_the_same_input_gives_the_same_tables(county: County, tmp_path: Path) -> None:
    write_csv(tmp_path / "参保2021年5月.csv", insured(county))
    first, second = (take_in(tmp_path, pack(), AS_OF) for _ in range(2))
    assert first.persons.equals(second.persons)
    assert first.suspects.equals(second.suspects)
    assert first.rows.equals(second.rows)
    for key, table in first.feeds.items():
        assert table.frame.equals(second.feeds[key].frame)


def test_bad_files_are_refused_and_the_others_go_on(county: County, tmp_path: Path) -> None:
    (tmp_path / "空.xlsx").write_bytes(b"")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    write_csv(
        tmp_path / "菜单.csv", [["菜名", "价格", "份数"], ["面", "12", "3"], ["饭", "2", "9"]]
    )
    intake = take_in(tmp_path, pack(), AS_OF)
    assert of(intake, "空").verdict is Verdict.refused
    assert of(intake, "坏").verdict is Verdict.refused
    assert of(intake, "菜单").verdict is Verdict.not_recognised
    for word in ("空", "坏", "菜单"):
        assert of(intake, word).reasons
    assert of(intake, "人员信息").verdict is Verdict.accepted


def test_no_register_no_folder_nothing(tmp_path: Path) -> None:
    with pytest.raises(FangpinError, match="没有可读取的数据文件"):
        take_in(tmp_path, pack(), AS_OF)
    with pytest.raises(FangpinError, match="找不到"):
        take_in(tmp_path / "none", pack(), AS_OF)
    write_csv(tmp_path / "参保2021年5月.csv", insured(County(2)))
    with pytest.raises(FangpinError, match="没有户籍台账"):
        take_in(tmp_path, pack(), AS_OF)


def test_it_can_be_stopped(county: County, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(step: str, done: int, total: int) -> None:
        if done == 1:
            raise Stop

    with pytest.raises(Stop):
        take_in(tmp_path, pack(), AS_OF, progress=stop)


def test_clues_are_matched_by_number_phone_or_village_and_name(
    county: County, tmp_path: Path
) -> None:
    by_number, by_phone, by_name, nobody = (county.persons[n] for n in (3, 33, 63, 93))
    header = ["工单编号", "来电时间", "诉求人", "联系电话", "诉求内容", "办理状态"]
    write_csv(
        tmp_path / "12345热线转办线索(2021年5月).csv",
        [header,
         ["G1", "2021-05-02", "匿名", None, f"身份证{by_number.number}住院花费大", "转办"],
         ["G2", "2021-05-02", by_phone.name[0] + "先生", by_phone.phone, "反映没有收入", "转办"],
         ["G3", "2021-05-03", "匿名", None, f"{by_name.village}{by_name.name}家房屋开裂", "转办"],
         ["G4", "2021-05-03", "匿名", None, f"一个叫{nobody.name}的人没有饭吃请求救助", "转办"],
         ["G5", "2021-05-04", "匿名", None, "路灯不亮", "转办"]],
    )  # fmt: skip
    frame = take_in(tmp_path, pack(), AS_OF).feeds["hotline_clues", MAY].frame
    assert frame["_household"].to_list() == [1, 11, 21, None, None]
    assert frame["clue_topic"].to_list()[:3] == ["illness", "income", "housing"]


def test_checking_files_without_a_register(tmp_path: Path) -> None:
    rows = insured(County(2))
    rows[3][1] = "123"
    write_csv(tmp_path / "参保2021年5月.csv", rows)
    checked = check_files(tmp_path, pack(), AS_OF)
    assert not checked.linked
    assert checked.deliveries[0].rows.rejected == 1
    assert checked.rows["reason"].to_list() == ["id_wrong_length"]


def test_a_row_about_merged_villages_is_booked_to_both(county: County, tmp_path: Path) -> None:
    codes = {p.village: p.code for p in county.persons}
    write_csv(
        tmp_path / "行政村区划变动对照表.csv",
        [["乡镇", "原村名", "原统计区划代码", "现村名", "现统计区划代码", "变动年份"],
         ["白沙乡", "渡口村", codes["渡口村"], "渡柳村", "529901101777", "2020"],
         ["白沙乡", "柳湾村", codes["柳湾村"], "渡柳村", "529901101777", "2020"]],
    )  # fmt: skip
    rows = [["乡镇", "行政村", "供水工程", "水质检测", "本月停水天数", "是否恢复"]]
    for village in dict.fromkeys(p.village for p in county.persons):
        town = next(p.township for p in county.persons if p.village == village)
        if village not in ("渡口村", "柳湾村"):
            rows.append([town, village, "集中供水", "合格", "0", ""])
    rows.append(["白沙乡", "渡柳村", "集中供水", "合格", "12", "否"])
    write_csv(tmp_path / "农村饮水安全月报2021年5月.csv", rows)
    intake = take_in(tmp_path, pack(), AS_OF)
    dry = intake.feeds["water_monthly", MAY].frame.filter(pl.col("outage_days") == 12)
    names = intake.places["name"].gather(dry["_village"]).to_list()
    assert sorted(names) == ["柳湾村", "渡口村"]
    assert intake.coverage.filter(pl.col("contract") == "water_monthly").height == 0


def test_numbers_are_those_of_the_register_not_of_strangers(county: County, tmp_path: Path) -> None:
    rows = insured(county)
    rows += [["外乡人", number_of(date(1980, 1, 1), n), *rows[1][2:5], "外县镇", "远村"]
             for n in range(900, 940)]  # fmt: skip
    write_csv(tmp_path / "参保2021年5月.csv", rows)
    intake = take_in(tmp_path, pack(), AS_OF)
    delivery = of(intake, "参保")
    assert delivery.linked == len(county.persons)
    assert delivery.not_linked == 40
    assert delivery.rows.rejected == 0
    assert intake.feeds["insurance_enrolment", MAY].frame.height == len(county.persons)


def test_rows_that_came_in_another_file_count_once(county: County, tmp_path: Path) -> None:
    rows = insured(county)
    write_csv(tmp_path / "参保甲(2021年5月).csv", rows)
    write_csv(tmp_path / "参保乙(2021年5月).csv", rows[:40])
    intake = take_in(tmp_path, pack(), AS_OF)
    frame = intake.feeds["insurance_enrolment", MAY].frame
    assert sorted(frame["_person"].to_list()) == list(range(len(county.persons)))
    repeated = intake.rows.filter(pl.col("reason") == "duplicate_in_another_part")
    assert repeated.height == 39


def test_two_versions_of_one_list_are_pointed_out(county: County, tmp_path: Path) -> None:
    rows = insured(county)
    write_csv(tmp_path / "参保甲(2021年5月).csv", rows)
    changed = [rows[0], *([*row[:3], "暂停参保", *row[4:]] for row in rows[1:])]
    write_csv(tmp_path / "参保乙(2021年5月).csv", changed)
    intake = take_in(tmp_path, pack(), AS_OF)
    second = max((d for d in intake.deliveries if "参保" in d.file), key=lambda d: d.file)
    assert second.verdict is Verdict.accepted_with_gaps
    assert "两个版本" in second.reasons[-1].zh


def test_of_two_exports_of_the_register_the_newest_counts(county: County, tmp_path: Path) -> None:
    for month, rows in (("04", 30), ("05", None)):
        for word, table in (("户", county.household_table()), ("人员", county.person_table())):
            title = [f"丙县农户{word}信息表", *[None] * 12]
            made = [f"导出时间:2021-{month}-30", *[None] * 12]
            path = tmp_path / f"{word}信息_2021{month}.csv"
            write_csv(path, [title, made, *table[:rows]])
    for name in ("农户家庭基本信息_户信息.csv", "家庭成员信息_人员信息.csv"):
        (tmp_path / name).unlink()
    intake = take_in(tmp_path, pack(), AS_OF)
    assert intake.persons.height == len(county.persons)
    old = [d for d in intake.deliveries if "202104" in d.file]
    assert {d.verdict for d in old} == {Verdict.refused}
    assert "2021-05" in old[0].reasons[0].zh


def test_hidden_sheets_are_reported_and_not_taken_in(county: County, tmp_path: Path) -> None:
    import xlsxwriter

    rows = low_income(county)
    with xlsxwriter.Workbook(str(tmp_path / "低保.xlsx")) as book:
        for name, count in (("花名册", len(rows)), ("2020年12月(旧)", 20)):
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows[:count]):
                sheet.write_row(line, 0, row)
            if name != "花名册":
                sheet.hide()
    intake = take_in(tmp_path, pack(), AS_OF)
    delivery = of(intake, "低保")
    assert {(s.sheet, s.hidden, s.used) for s in delivery.sheets} == {
        ("花名册", False, True),
        ("2020年12月(旧)", True, False),
    }
    assert delivery.rows.read == len(rows) - 2
    assert ("subsistence_allowance", MAY) in intake.feeds
