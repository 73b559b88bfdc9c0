"""From a file to the registry: what is added, changed, refused, and what stays as it is."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.utils import timezone
from tests.exchange.invented import VILLAGES, book, household_row, person_row

from fangpin.clues.models import Clue
from fangpin.exchange import actions, tasks
from fangpin.exchange.actions import folder_of
from fangpin.exchange.models import Import
from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.identity import check_digit
from fangpin.registry import sealing
from fangpin.registry.models import (
    CategorySpell,
    Household,
    IncomeYear,
    Membership,
    Origin,
    Person,
    RegistryEvent,
    YearlyConditions,
)

pytestmark = pytest.mark.usefixtures("county")
ON = date(2026, 3, 1)
HOME, OTHER = "5299001012010001", "5299001012010002"
BASE = (
    [household_row(HOME), household_row(OTHER, **{"户类型": "脱贫户"})],
    [
        person_row(HOME, 1),
        person_row(HOME, 2, "配偶", **{"性别": "女"}),
        person_row(OTHER, 1),
    ],
)


def say(percent: int, step: Text) -> None:
    """Nobody watches."""


def brought(path: Path, name: str = "") -> Import:
    return actions.bring(
        by=None, name=name or path.name, chunks=[path.read_bytes()], on=ON, queued=False
    )


def checked(path: Path, name: str = "") -> Import:
    found = brought(path, name)
    tasks.check(by=None, progress=say, number=found.pk)
    found.refresh_from_db()
    return found


def imported(path: Path, name: str = "") -> Import:
    found = brought(path, name)
    tasks.run_now(found, by=None, progress=say)
    found.refresh_from_db()
    return found


def table(found: Import, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder_of(found) / "report" / f"{name}.parquet")


def refusals(found: Import) -> list[tuple[int, str]]:
    told = table(found, "remarks").filter(pl.col("kind") == "refused")
    return list(zip(told["row"].to_list(), told["zh"].to_list(), strict=True))


def everything() -> dict[str, list[Any]]:
    """All rows of the registry, to see that nothing changed."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Household, Person, Membership, CategorySpell, IncomeYear, YearlyConditions)
    }


def test_new_households_are_entered_with_everything_the_file_says(tmp_path: Path) -> None:
    found = imported(book(tmp_path / "表.xlsx", *BASE))
    assert found.state == Import.State.APPLIED
    assert found.counts["households_added"] == 2
    assert found.counts["persons_added"] == 3
    home = Household.objects.get(number=HOME)
    assert (home.village_code, home.category, home.members) == ("529900101201", "general", 2)
    assert sealing.open_one(home, "phone") == "15400000001"
    assert home.conditions.get().arable_land == 4.5
    head = Membership.objects.get(household=home, is_head=True).person
    assert sealing.open_one(head, "name") == "样本甲"
    assert head.birth_date == date(1960, 1, 1)
    assert head.health == ["healthy"]
    assert [spell.code for spell in home.spells.all()] == ["general"]
    assert set(RegistryEvent.objects.get().households) == set(
        Household.objects.values_list("pk", flat=True)
    )
    entry = AuditEntry.objects.get(action="registry.import")
    assert "样本" not in str(entry.detail)
    assert [path.name for path in folder_of(found).iterdir()] == ["report"]


def test_a_dry_run_writes_nothing_to_the_registry(tmp_path: Path) -> None:
    found = checked(book(tmp_path / "表.xlsx", *BASE))
    assert found.state == Import.State.CHECKED
    assert not Household.objects.exists()
    assert (folder_of(found) / "report" / "report.xlsx").is_file()


def test_the_same_content_changes_nothing_whatever_it_looks_like(tmp_path: Path) -> None:
    first = imported(book(tmp_path / "表.xlsx", *BASE))
    before, events = everything(), RegistryEvent.objects.count()
    turned = (
        [[f"{cell}  " if cell else cell for cell in row] for row in reversed(BASE[0])],
        [[f" {cell}" if cell else "　" for cell in row] for row in reversed(BASE[1])],
    )
    again = imported(book(tmp_path / "别的名字.xlsx", *turned))
    assert again.content == first.content
    assert again.repeat_of == first
    assert again.counts["households_unchanged"] == 2
    assert everything() == before
    assert RegistryEvent.objects.count() == events


def test_changes_are_told_field_by_field_and_masked(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    rows = [
        household_row(HOME, **{"联系电话": "15411112222", "工资性收入": "1234.5"}),
        BASE[0][1],
    ]
    people = [person_row(HOME, 1, **{"姓名": "样本改"}), *BASE[1][1:]]
    found = checked(book(tmp_path / "改.xlsx", rows, people))
    told = {
        (line["number"], line["field"]): (line["old"], line["new"])
        for line in table(found, "changes").iter_rows(named=True)
    }
    assert told == {
        (HOME, "联系电话"): ("154****0001", "154****2222"),
        (HOME, "工资性收入"): (None, "1234.5"),
        (f"{HOME}01", "姓名"): ("样**", "样**"),
    }
    report = openpyxl.load_workbook(folder_of(found) / "report" / "report.xlsx")
    cells = [str(c.value) for page in report for row in page.iter_rows() for c in row if c.value]
    assert not [cell for cell in cells if "15411112222" in cell or "样本改" in cell]
    tasks.run_now(found, by=None, progress=say)
    home = Household.objects.get(number=HOME)
    assert (home.version, sealing.open_one(home, "phone")) == (2, "15411112222")
    assert home.incomes.get().wage_income == 1234_50
    assert Household.objects.get(number=OTHER).version == 1


def test_a_blank_cell_changes_nothing(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    before = everything()
    rows = [household_row(HOME, **{"联系电话": None, "耕地面积(亩)": " ", "户类型": "一般农户"})]
    found = imported(book(tmp_path / "空.xlsx", rows, []))
    assert found.counts["households_unchanged"] == 1
    assert everything() == before


def test_what_the_file_does_not_name_stays(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    imported(book(tmp_path / "一户.xlsx", BASE[0][:1], BASE[1][:1]))
    assert Household.objects.get(number=HOME).members == 2
    assert Membership.objects.filter(ended_on=None).count() == 3


@pytest.mark.parametrize(
    ("rows", "people", "said"),
    [
        (
            [household_row(HOME, **{"村区划代码": None, "行政村": "不存在村"})],
            [],
            "没有“样本镇不存在村”",
        ),
        (
            [household_row(HOME), household_row(HOME, **{"户类型": "脱贫户"})],
            [],
            "出现多次（第 2、3 行）",
        ),
        ([], [person_row(HOME, 1)], "该户不在台账"),
        (
            [household_row(HOME)],
            [person_row(HOME, 1), person_row(HOME, 2)],
            "该户将出现两个户主",
        ),
        ([household_row(HOME)], [person_row(HOME, 1, **{"人编号": None})], "“人编号”为空"),
        ([household_row(HOME)], [person_row(HOME, 1, **{"证件号码": "6.20402E+17"})], "已经丢失"),
    ],
)
def test_rows_that_cannot_be_used_are_refused_with_a_reason(
    tmp_path: Path, rows: list[Any], people: list[Any], said: str
) -> None:
    found = checked(book(tmp_path / "表.xlsx", rows, people))
    told = refusals(found)
    assert told
    assert all(said in reason for _, reason in told), told
    assert found.counts["refused"] == len({row for row, _ in told})


def test_an_identity_number_in_a_number_cell_is_refused_with_its_row(tmp_path: Path) -> None:
    path = book(tmp_path / "表.xlsx", *BASE)
    workbook = openpyxl.load_workbook(path)
    page = workbook["人员信息"]
    page["E3"].value, page["E3"].data_type = 529900196002010013, "n"
    workbook.save(path)
    found = imported(path)
    ((row, reason),) = refusals(found)
    assert row == 3
    assert "以数值存储" in reason
    assert found.counts["persons_added"] == 2


def test_a_second_head_is_refused_and_the_first_one_stays(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    found = imported(book(tmp_path / "二.xlsx", [], [person_row(HOME, 2, "户主")]))
    assert "两个户主" in refusals(found)[0][1]
    assert Membership.objects.get(household__number=HOME, is_head=True).person.number == f"{HOME}01"


def test_the_head_changes_when_the_file_says_both(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    people = [person_row(HOME, 1, "配偶"), person_row(HOME, 2, "户主", **{"性别": "女"})]
    imported(book(tmp_path / "换.xlsx", [], people))
    assert Membership.objects.get(household__number=HOME, is_head=True).person.number == f"{HOME}02"


def test_a_person_moves_to_another_household(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    moved = person_row(HOME, 2, "其他", **{"户编号": OTHER, "性别": "女"})
    found = imported(book(tmp_path / "转.xlsx", [], [moved]))
    assert found.counts["notes"] == 1
    person = Person.objects.get(number=f"{HOME}02")
    spells = [(m.household.number, m.ended_on) for m in person.memberships.order_by("pk")]
    assert spells == [(HOME, ON), (OTHER, None)]
    assert dict(Household.objects.values_list("number", "members")) == {HOME: 1, OTHER: 2}
    assert set(Household.objects.values_list("version", flat=True)) == {2}


def test_the_dead_and_closed_households_are_not_taken_back_by_a_file(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    Person.objects.filter(number=f"{HOME}02").update(died_on=date(2026, 1, 1))
    Household.objects.filter(number=OTHER).update(state="dissolved", members=0)
    found = checked(book(tmp_path / "再.xlsx", *BASE))
    reasons = "".join(reason for _, reason in refusals(found))
    assert "已登记死亡" in reasons
    assert "已并户、分户或注销" in reasons


def test_categories_leave_a_history(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    imported(book(tmp_path / "改.xlsx", [household_row(HOME, **{"户类型": "脱贫户"})], []))
    spells = CategorySpell.objects.filter(household__number=HOME).order_by("pk")
    assert [(s.code, s.began_on, s.ended_on) for s in spells] == [
        ("general", None, ON),
        ("alleviated", ON, None),
    ]


def test_a_household_known_from_a_screening_only_becomes_the_registrys_own(tmp_path: Path) -> None:
    Household.objects.create(number=HOME, village_code="529900101201", origin=Origin.RUN)
    imported(book(tmp_path / "表.xlsx", *BASE))
    assert Household.objects.get(number=HOME).origin == Origin.REGISTRY


def test_what_changed_since_the_dry_run_stops_the_import(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    found = checked(book(tmp_path / "改.xlsx", [household_row(HOME, **{"户类型": "脱贫户"})], []))
    Household.objects.filter(number=HOME).update(group_name="三社", version=2)
    actions.begin_apply(by=None, number=found.pk, queued=False)
    with pytest.raises(FangpinError, match="预检之后台账又有变动"):
        tasks.apply(by=None, progress=say, number=found.pk)
    found.refresh_from_db()
    assert found.state == Import.State.STALE
    assert HOME in found.problem_zh
    assert Household.objects.get(number=HOME).category == "general"
    actions.check_again(by=None, number=found.pk)
    tasks.run_now(found, by=None, progress=say)
    home = Household.objects.get(number=HOME)
    assert (home.category, home.group_name, home.version) == ("alleviated", "三社", 3)


def test_applying_twice_or_late_does_nothing_more(tmp_path: Path) -> None:
    found = imported(book(tmp_path / "表.xlsx", *BASE))
    before = everything()
    for _ in range(2):
        tasks.apply(by=None, progress=say, number=found.pk)
        tasks.check(by=None, progress=say, number=found.pk)
    assert everything() == before


def test_one_fault_in_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of several writes fails: nothing of the others is left."""
    found = checked(book(tmp_path / "表.xlsx", *BASE))
    actions.begin_apply(by=None, number=found.pk, queued=False)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr("fangpin.exchange.applying.events", broken)
        with pytest.raises(RuntimeError):
            tasks.apply(by=None, progress=say, number=found.pk)
    assert not Household.objects.exists()
    tasks.apply(by=None, progress=say, number=found.pk)
    assert Household.objects.count() == 2


def test_a_file_that_is_no_wide_table_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "通知.csv"
    path.write_text("标题,内容\n放假,三天\n", encoding="utf-8")
    found = brought(path)
    with pytest.raises(FangpinError):
        tasks.check(by=None, progress=say, number=found.pk)
    found.refresh_from_db()
    assert found.state == Import.State.REFUSED
    assert found.problem_zh
    assert found.problem_en


def test_a_checked_file_can_be_given_up(tmp_path: Path) -> None:
    found = checked(book(tmp_path / "表.xlsx", *BASE))
    actions.discard(by=None, number=found.pk)
    found.refresh_from_db()
    assert found.state == Import.State.DISCARDED
    with pytest.raises(FangpinError):
        actions.begin_apply(by=None, number=found.pk)


def test_what_was_read_is_read_again_when_it_no_longer_holds(tmp_path: Path) -> None:
    for spoil in ("nothing", "gone", "damaged", "another content"):
        number = {"nothing": 1, "gone": 2, "damaged": 3, "another content": 4}[spoil]
        home = f"529900101201000{number}"
        found = checked(book(tmp_path / "表.xlsx", [household_row(home)], [person_row(home, 1)]))
        read = folder_of(found) / "read"
        if spoil == "gone":
            (read / "told.json").unlink()
        elif spoil == "damaged":
            (read / "persons.parquet").write_bytes(b"PAR1")
        elif spoil == "another content":
            told = (read / "told.json").read_text().replace(found.content, "0" * 64)
            (read / "told.json").write_text(told)
        actions.begin_apply(by=None, number=found.pk, queued=False)
        tasks.apply(by=None, progress=say, number=found.pk)
        assert Household.objects.get(number=home).members == 1


def test_a_file_that_waits_too_long_is_discarded(tmp_path: Path) -> None:
    kept = checked(book(tmp_path / "新.xlsx", *BASE))
    old = checked(book(tmp_path / "旧.xlsx", *BASE))
    Import.objects.filter(pk=old.pk).update(at=timezone.now() - actions.KEPT)
    assert actions.forget_old_files() == 1
    assert not list(folder_of(old).glob("file.*"))
    assert list(folder_of(kept).glob("file.*"))
    assert dict(Import.objects.values_list("pk", "state")) == {
        kept.pk: "checked",
        old.pk: "discarded",
    }


def test_a_broken_off_job_is_queued_again_a_running_one_is_not(tmp_path: Path) -> None:
    found = checked(book(tmp_path / "表.xlsx", *BASE))
    job = actions.begin_apply(by=None, number=found.pk)
    assert actions.begin_apply(by=None, number=found.pk) == job
    Job.objects.update(state=Job.State.FAILED)
    assert actions.begin_apply(by=None, number=found.pk) != job


def test_what_hangs_on_a_household_follows_it_into_its_new_village(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    home = Household.objects.get(number=HOME)
    clue = Clue.objects.create(
        household=home, village_code=home.village_code, opened_at=timezone.now()
    )
    row = household_row(HOME, **{"行政村": "西平村", "村区划代码": VILLAGES[1][0]})
    imported(book(tmp_path / "迁.xlsx", [row], []))
    home.refresh_from_db()
    clue.refresh_from_db()
    assert home.village_code == clue.village_code == VILLAGES[1][0]


def notes(found: Import) -> list[tuple[int, str, str]]:
    told = table(found, "remarks").filter(pl.col("kind") == "note")
    return list(
        zip(told["row"].to_list(), told["column"].to_list(), told["zh"].to_list(), strict=True)
    )


def test_a_number_that_contradicts_itself_or_the_person_is_noted_and_imported(
    tmp_path: Path,
) -> None:
    first = f"529900196001010{HOME[-2:]}"
    number = first + check_digit(first)  # an odd serial: a man
    sound = person_row(HOME, 1, **{"证件号码": number})
    assert notes(imported(book(tmp_path / "base.xlsx", BASE[0], [sound]))) == []
    slipped = number[:-1] + ("1" if number[-1] != "1" else "2")
    wrong = person_row(HOME, 1, **{"证件号码": slipped})
    found = checked(book(tmp_path / "slipped.xlsx", [], [wrong]))
    assert [each[1:] for each in notes(found)] == [("证件号码", "证件号码校验位不符")]
    other = person_row(HOME, 1, **{"证件号码": number, "性别": "女", "出生日期": "2021"})
    found = checked(book(tmp_path / "other.xlsx", [], [other]))
    assert sorted(each[2] for each in notes(found)) == [
        "出生日期与证件号码不一致",
        "性别与证件号码不一致",
    ]
    assert refusals(found) == []


def test_a_village_code_that_does_not_fit_the_names_is_never_passed_over(tmp_path: Path) -> None:
    codes = (VILLAGES[0][0], VILLAGES[1][0], "110101001001", None)
    rows = [household_row(f"{HOME}{at}", **{"村区划代码": c}) for at, c in enumerate(codes)]
    found = checked(book(tmp_path / "a.xlsx", rows, []))
    assert [(row, zh[-8:]) for row, zh in refusals(found)] == [(3, "不能确定是哪个村")]
    said = [(row, zh[-12:]) for row, column, zh in notes(found) if column == "村区划代码"]
    assert said == [(4, VILLAGES[0][0])]


def test_a_table_of_something_else_is_refused_under_its_own_name(tmp_path: Path) -> None:
    other = openpyxl.Workbook()
    other.active.append(["学号", "语文", "数学"])
    other.active.append([1, 90, 80])
    other.save(tmp_path / "a.xlsx")
    found = brought(tmp_path / "a.xlsx", "成绩.xlsx")
    with pytest.raises(FangpinError, match="这既不是户表，也不是人表") as refused:
        tasks.check(by=None, progress=say, number=found.pk)
    assert refused.value.problems[0].where.file == "成绩.xlsx"


def test_columns_that_are_no_field_are_named_but_not_the_number_of_members(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", *BASE)
    made = openpyxl.load_workbook(path)
    sheet = made["户信息"]
    for header, value in (("家庭人口数", "2"), ("门牌颜色", "红")):
        column = sheet.max_column + 1
        for row, text in ((1, header), (2, value)):
            sheet.cell(row, column, text)
    made.save(path)
    assert checked(path).left_out == ["门牌颜色"]
