"""What cells look like, judged against the type of a column."""

from pathlib import Path

import pytest
from tests.feeds.variants import CELLS
from tests.feeds.workbooks import xlsx

from fangpin.feeds.content import fit, looks_like_ids, looks_like_names, sample_columns
from fangpin.feeds.header_rows import HeaderWords
from fangpin.feeds.layout import lay_out
from fangpin.feeds.reading import read_file
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Code, Codes, ContractColumn

LEVELS = Codes(
    name="level",
    label=Text("等级", "level"),
    values=(Code("1", "一级", "1"), Code("2", "二级", "2")),
)


def sampled(tmp_path: Path, cells: list[object]):  # type: ignore[no-untyped-def]
    path = xlsx(tmp_path / "1.xlsx", {"表": [["列", "身份证号"], *[[cell, "x"] for cell in cells]]})
    (table,) = lay_out(read_file(path)[0], HeaderWords.of(["列", "身份证号"]))
    return sample_columns(table)[0]


KINDS = {
    "id": "id_number",
    "cert": "disability_number",
    "date": "date",
    "past": "date",
    "serialdate": "date",
    "month": "month",
    "money": "money",
    "int": "integer",
    "name": "name",
    "phone": "phone",
    "yesno": "bool",
}


@pytest.mark.parametrize(("cells", "kind"), KINDS.items())
def test_cells_suit_their_own_type(tmp_path: Path, cells: str, kind: str) -> None:
    sample = sampled(tmp_path, [CELLS[cells](n) for n in range(24)])
    assert (fit(sample, ContractColumn("x", kind), None) or 0) >= 0.9


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ("id", "money"),
        ("id", "name"),
        ("name", "id_number"),
        ("name", "date"),
        ("money", "id_number"),
        ("address", "name"),
        ("yesno", "date"),
        ("date", "phone"),
        ("phone", "id_number"),
    ],
)
def test_cells_do_not_suit_another_type(tmp_path: Path, cells: str, kind: str) -> None:
    sample = sampled(tmp_path, [CELLS[cells](n) for n in range(24)])
    assert (fit(sample, ContractColumn("x", kind), None) or 0) <= 0.1


def test_codes_by_their_spellings_and_nothing_to_judge(tmp_path: Path) -> None:
    column = ContractColumn("x", "code:level")
    assert fit(sampled(tmp_path, ["一级", "二级", "三级", "一级"]), column, LEVELS) == 0.75
    assert fit(sampled(tmp_path, [None, None]), column, LEVELS) is None
    assert fit(sampled(tmp_path, ["x"]), ContractColumn("x", "text"), None) is None


def test_damaged_identity_numbers_still_look_like_some(tmp_path: Path) -> None:
    cells: list[object] = [
        "'299900197001010011",
        "2999 0019 7001 010011",
        "6.20402E+17",
        620402198310073000,
        "29990019700101001x",
        "２９９９００１９７００１０１００１１",
    ]
    assert looks_like_ids(sampled(tmp_path, cells))
    assert not looks_like_ids(sampled(tmp_path, ["299900197001010011"] * 9))


def test_names_are_mostly_distinct_short_words(tmp_path: Path) -> None:
    assert looks_like_names(sampled(tmp_path, [CELLS["name"](n) for n in range(24)]))
    assert not looks_like_names(sampled(tmp_path, ["在岗", "退出"] * 12))
