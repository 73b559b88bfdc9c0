"""The county's own list: what a dry run says is what happens, and nothing before."""

from datetime import date

import pytest
from tests.places.conftest import VILLAGES, homes

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.places.actions import Report, apply_list, dry_run, rename
from fangpin.places.models import Place, PlaceChange
from fangpin.places.queries import resolve
from fangpin.places.village_list import ListRow, columns_of, read_row
from fangpin.registry.models import Household

ON = date(2022, 1, 1)
Tree = dict[str, Place]


def _rows(*wanted: tuple[object, ...]) -> list[ListRow]:
    """(code, name, township[, former …])."""
    return [
        ListRow(number, str(code), str(name), str(town), "", tuple(map(str, former)))
        for number, (code, name, town, *former) in enumerate(wanted, 2)
    ]


SAME = [(code, name, township) for code, name, _, township in VILLAGES]


def _dry(tree: Tree, rows: list[ListRow], *, complete: bool = True) -> Report:
    return dry_run(by=None, county=tree["测试县"], rows=rows, on=ON, complete=complete)


def _kinds(report: Report) -> list[tuple[str, str]]:
    return [(line.kind, line.name) for line in report.changes]


def test_the_same_list_changes_nothing(tree: Tree, households: None) -> None:
    report = _dry(tree, _rows(*SAME))
    assert report.counts == {"unchanged": 5}
    apply_list(
        by=None,
        county=tree["测试县"],
        rows=_rows(*SAME),
        on=ON,
        complete=True,
        digest=report.digest,
    )
    assert not PlaceChange.objects.exists()


def test_every_kind_of_change_at_once(tree: Tree, households: None) -> None:
    Household.objects.filter(village_code="620402102202").delete()
    rows = _rows(
        ("620402101201", "上河新村", "清水镇"),  # renamed
        ("620402102009", "下河村", "石门镇"),  # moved, told by its name; the township is renamed
        ("620402101288", "柳沟村", "清水镇", "620402101203"),  # new code, told by the old one
        ("620402102201", "东岭村", "石门镇"),
        ("620402101299", "新建村", "清水镇"),  # added
        # 西岭村 is not on the list: closed
        ("62040210120", "坏代码村", "清水镇"),
        ("620403101201", "外县村", "清水镇"),
    )
    report = _dry(tree, rows)
    assert _kinds(report) == [
        ("renamed", "上河新村"),
        ("renamed", "石门镇"),
        ("moved", "下河村"),
        ("recoded", "柳沟村"),
        ("added", "新建村"),
        ("refused", "坏代码村"),
        ("refused", "外县村"),
        ("closed", "西岭村"),
    ]
    assert not PlaceChange.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="places.rename").exists()
    assert Place.objects.get(code="620402101201").name == "上河村"

    county = tree["测试县"]
    done = apply_list(by=None, county=county, rows=rows, on=ON, complete=True, digest=report.digest)
    assert done.lines == report.lines
    assert Place.objects.get(code="620402101201").name == "上河新村"
    assert homes()["6204021012021"] == "620402102009"
    assert homes()["6204021012031"] == "620402101288"
    assert resolve("620402101203", ON).code == "620402101288"
    assert Place.objects.get(name="西岭村").valid_to == date(2021, 12, 31)
    assert AuditEntry.objects.filter(action="places.apply_list").count() == 1
    again = dry_run(by=None, county=county, rows=rows, on=date(2023, 1, 1), complete=True)
    assert again.counts == {"unchanged": 5, "refused": 2}


def test_merged_villages_are_told_by_their_former_codes(tree: Tree, households: None) -> None:
    rows = _rows(
        ("620402101201", "双河村", "清水镇", "620402101201", "620402101202"),
        ("620402102301", "双岭村", "石门乡", "620402102201", "620402102202"),
    )
    report = _dry(tree, rows, complete=False)
    assert _kinds(report) == [("merged", "双河村"), ("merged", "双岭村")]
    apply_list(
        by=None,
        county=tree["测试县"],
        rows=rows,
        on=ON,
        complete=False,
        digest=report.digest,
    )
    assert homes()["6204021012022"] == "620402101201"
    assert {homes()[f"62040210220{n}1"] for n in (1, 2)} == {"620402102301"}
    assert resolve("620402102202", ON).name == "双岭村"
    assert Place.objects.filter(level="village", valid_to=None).count() == 3


def test_a_short_list_closes_only_when_it_is_said_to_be_complete(
    tree: Tree, households: None
) -> None:
    rows = _rows(*SAME[:4])
    assert _dry(tree, rows, complete=False).counts == {"unchanged": 4}
    report = _dry(tree, rows)
    last = report.lines[-1]
    assert (last.kind, last.row, last.name) == ("refused", 0, "西岭村")
    assert "2 条登记" in last.why.zh


def test_a_row_that_is_refused_closes_no_village(tree: Tree, households: None) -> None:
    Household.objects.all().delete()
    rows = _rows(*SAME[:4], ("620402102202", "", "石门乡"))
    report = _dry(tree, rows)
    assert report.counts == {"unchanged": 4, "refused": 1}


def test_two_names_for_one_code_are_refused(tree: Tree) -> None:
    rows = _rows(*SAME, ("620402101201", "另一村", "清水镇"), SAME[0])
    report = _dry(tree, rows)
    assert report.counts == {"unchanged": 5, "refused": 1}
    assert "第 2 行" in report.changes[0].why.zh


def test_two_names_for_one_township_are_refused(tree: Tree) -> None:
    rows = _rows(*SAME[:1], (*SAME[1][:2], "清水乡"))
    report = _dry(tree, rows, complete=False)
    assert report.counts == {"unchanged": 1, "refused": 1}
    assert "清水镇" in report.changes[0].why.zh


def test_what_changed_since_the_dry_run_stops_it(tree: Tree) -> None:
    rows = _rows(("620402101201", "上河新村", "清水镇"))
    report = _dry(tree, rows, complete=False)
    rename(by=None, place=tree["上河村"], name="别名村", on=date(2021, 1, 1))
    with pytest.raises(FangpinError, match="重新预检"):
        apply_list(
            by=None,
            county=tree["测试县"],
            rows=rows,
            on=ON,
            complete=False,
            digest=report.digest,
        )
    assert Place.objects.get(code="620402101201").name == "别名村"


def test_codes_that_are_swapped_within_a_list_are_not_taken_for_renamings(tree: Tree) -> None:
    # The list says who had which code before; without that, two names have been exchanged.
    rows = _rows(
        ("620402101201", "下河村", "清水镇"), ("620402101202", "上河村", "清水镇"), *SAME[2:]
    )
    assert _kinds(_dry(tree, rows)) == [("renamed", "下河村"), ("renamed", "上河村")]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (("序号", "乡镇", "行政村", "统计用区划代码"), {"code": 3, "name": 2, "township": 1}),
        (
            ("村代码", "村名", "原代码", "乡镇代码"),
            {"code": 0, "name": 1, "former": 2, "township_code": 3},
        ),
        (("姓名", "身份证号"), {}),
        (("村（社区）", "12位代码"), {"code": 1, "name": 0}),
    ],
)
def test_columns_are_known_by_their_headers(
    headers: tuple[str, ...], found: dict[str, int]
) -> None:
    assert columns_of(headers) == found


def test_a_row_is_tidied() -> None:
    row = read_row(
        7,
        {
            "code": " ６２０４０２１０１２０１ ",
            "name": "上 河村",
            "former": "620402101202、620402101203",
        },
    )
    assert row == ListRow(7, "620402101201", "上河村", "", "", ("620402101202", "620402101203"))
    assert read_row(8, {"code": None, "name": " "}) is None
