"""What becomes of every row of a columnar source."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.feeds.columnar.lakesource import (
    AS_OF,
    NUMBERS,
    catches,
    landed,
    pack,
    write_source,
)
from tests.kernel.test_identity import wide
from tests.screening.lakefolder import number_of

from fangpin.feeds.columnar import delivered, is_columnar, take_in_columns
from fangpin.feeds.delivery import Delivery, Verdict
from fangpin.feeds.intake import Intake

JUNE = date(2030, 6, 1)
PACK = pack()


def take_in(folder: Path) -> Intake:
    return take_in_columns(folder, PACK, AS_OF)


def delivery(intake: Intake, name: str) -> Delivery:
    return next(each for each in intake.deliveries if each.file.startswith(name))


def spoilt(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def test_every_row_is_booked_rejected_or_an_outsiders(tmp_path: Path) -> None:
    rows = [
        NUMBERS[4],
        f" {NUMBERS[1]} ",
        wide(NUMBERS[0]),
        spoilt(NUMBERS[2]),
        NUMBERS[3][:17],
        "9901011980010100ZZ",
        None,
        number_of(77),
        NUMBERS[4],
    ]
    sent = catches([landed(number, 100 * at, f"S{at}") for at, number in enumerate(rows)])
    intake = take_in(write_source(tmp_path / "in", sent))
    frame = intake.feeds["catches", JUNE].frame
    assert frame.select("_person", "_row", "value").rows() == [
        (0, 3, 200), (1, 2, 100), (4, 1, 0), (4, 9, 800),
    ]  # fmt: skip
    assert set(frame.columns) >= {"_household", "_village", "_file", "_sheet", "slip", "species"}
    assert "id_number" not in frame.columns
    entry = delivery(intake, "catches")
    counts = entry.rows
    assert (counts.read, counts.accepted, counts.corrected, counts.rejected) == (9, 3, 2, 4)
    assert (entry.linked, entry.not_linked) == (4, 1)
    lines = intake.rows.filter(pl.col("action") == "rejected")
    assert lines.select("row", "reason").rows() == [
        (4, "id_wrong_check_digit"),
        (5, "id_wrong_length"),
        (6, "id_bad_characters"),
        (7, "id_blank"),
    ]
    assert NUMBERS[3][:17] in lines["reason_zh"][1]
    assert "{" not in "".join(lines["reason_en"].to_list() + lines["remedy_zh"].to_list())


def test_pieces_of_a_file_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [NUMBERS[at % 6] if at % 4 else spoilt(NUMBERS[at % 6]) for at in range(23)]
    sent = catches([landed(number, at, f"S{at}") for at, number in enumerate(numbers)])
    folder = write_source(tmp_path / "in", sent)
    whole = take_in(folder)
    monkeypatch.setattr(delivered, "ROWS_AT_ONCE", 4)
    pieces = take_in(folder)
    key = ("catches", JUNE)
    assert whole.feeds[key].frame.equals(pieces.feeds[key].frame)
    assert whole.rows.equals(pieces.rows)
    assert whole.content_hash == pieces.content_hash


def test_a_row_that_was_sent_twice_counts_once(tmp_path: Path) -> None:
    twice = [
        landed(NUMBERS[0], 500, "S1"),
        landed(NUMBERS[0], 500, "S2"),
        landed(NUMBERS[1], 500, "S1"),
        landed(f"{NUMBERS[0]} ", 500, "S1"),
    ]
    intake = take_in(write_source(tmp_path / "in", catches(twice)))
    assert intake.feeds["catches", JUNE].frame["_row"].to_list() == [1, 2, 3]
    counts = delivery(intake, "catches").rows
    assert (counts.rejected, counts.of_which_duplicates) == (1, 1)
    line = intake.rows.row(0, named=True)
    assert (line["row"], line["action"], line["reason"]) == (4, "duplicate", "duplicate_row")
    assert "1" in line["reason_en"]


def test_rows_that_differ_only_where_no_fact_looks_are_two(tmp_path: Path) -> None:
    rows = catches([landed(NUMBERS[0], 500), landed(NUMBERS[0], 500)])
    rows = rows.with_columns(pl.Series("harbour", ["east", "west"]))
    intake = take_in(write_source(tmp_path / "in", rows))
    assert intake.feeds["catches", JUNE].frame.height == 2


def test_cells_that_cannot_be_used_are_unknown(tmp_path: Path) -> None:
    beyond = catches([landed(NUMBERS[0], 10_000_001), landed(NUMBERS[1], None)])
    boats = pl.DataFrame(
        {
            "id_number": [NUMBERS[0], NUMBERS[2]],
            "state": ["wrecked", "flying"],
            "checked_on": [date(2030, 6, 1)] * 2,
        }
    )
    intake = take_in(write_source(tmp_path / "in", beyond, boats=boats))
    frame = intake.feeds["catches", JUNE].frame
    # Too much is unknown; what is required and blank sends the row back.
    assert frame.select("_person", "value").rows() == [(0, None)]
    assert intake.rows.select("row", "reason", "header").rows() == [(2, "required_blank", "value")]
    assert intake.feeds["boats", JUNE].frame["state"].to_list() == ["wrecked", None]
    for name, word in (("catches", "value"), ("boats", "state")):
        entry = delivery(intake, name)
        assert entry.verdict is Verdict.accepted_with_gaps
        assert word in entry.reasons[0].en


def test_who_has_no_number_of_his_own_is_doubtful(tmp_path: Path) -> None:
    numbers = [*NUMBERS[:3], spoilt(NUMBERS[3]), NUMBERS[0], None]
    identity = pl.DataFrame({"id_number": numbers}, schema={"id_number": pl.String})
    intake = take_in(write_source(tmp_path / "in", identity=identity))
    # 0 and 4 share a number: whose rows they are cannot be said.
    assert intake.feeds["catches", JUNE].frame["_person"].to_list() == [1, 2]
    doubtful = intake.suspects.filter(pl.col("contract") == "catches")
    assert doubtful["person"].to_list() == [0, 3, 4, 5]
    assert delivery(intake, "register/identity").rows.flagged == 4


def test_areas_that_are_not_covered(tmp_path: Path) -> None:
    coverage = pl.DataFrame(
        {
            "contract": ["catches"],
            "period": [JUNE],
            "village_code": ["990101001201"],
            "status": ["missing"],
            "reason_zh": ["未报送"],
            "reason_en": ["not delivered"],
        }
    )
    intake = take_in(write_source(tmp_path / "in", coverage=coverage, boats=None))
    told = intake.coverage.select("contract", "village", "status").rows()
    # Nobody sent the boats.
    assert told == [
        ("boats", 0, "missing"), ("boats", 1, "missing"), ("catches", 1, "missing"),
    ]  # fmt: skip
    area = delivery(intake, "catches").areas[0]
    assert (area.code, area.rows, area.status) == ("990101001000", 6, "missing")


def test_deliveries_of_other_months(tmp_path: Path) -> None:
    files = {
        "boats": None,
        "boats@2030-03": pl.DataFrame(
            {"id_number": NUMBERS[:1], "state": ["wrecked"], "checked_on": [date(2030, 3, 1)]}
        ),
        "catches@2030-05": catches([landed(NUMBERS[0], 1)]),
        "catches@2030-04": catches([landed(NUMBERS[0], 2)]),
        "catches@2030-07": catches([landed(NUMBERS[0], 3)]),
    }
    intake = take_in(write_source(tmp_path / "in", **files))
    # June and the month before are read; July has not come yet, nobody asks for April.
    assert sorted(intake.feeds) == [
        ("boats", date(2030, 3, 1)), ("catches", date(2030, 5, 1)), ("catches", JUNE),
    ]  # fmt: skip
    assert delivery(intake, "catches@2030-07").verdict is Verdict.quarantined
    assert "not opened" in delivery(intake, "catches@2030-04").reasons[0].en
    late = intake.coverage.filter(pl.col("status") == "late")
    assert late.select("contract", "period", "village").rows() == [
        ("boats", date(2030, 3, 1), 0), ("boats", date(2030, 3, 1), 1),
    ]  # fmt: skip


def test_a_text_with_somebodys_number_is_no_text(tmp_path: Path) -> None:
    rows = catches([landed(NUMBERS[0], 1, "S-1"), landed(NUMBERS[1], 1, f"see {NUMBERS[2]}")])
    intake = take_in(write_source(tmp_path / "in", rows))
    assert intake.feeds["catches", JUNE].frame["slip"].to_list() == ["S-1", None]


def test_content_is_known_by_its_files(tmp_path: Path) -> None:
    one, same = (take_in(write_source(tmp_path / name)) for name in "ab")
    other = take_in(write_source(tmp_path / "c", catches([landed(NUMBERS[0], 1)])))
    assert one.content_hash == same.content_hash != other.content_hash


def test_which_folders_are_columnar(tmp_path: Path) -> None:
    assert is_columnar(write_source(tmp_path / "in"))
    assert not is_columnar(tmp_path)
    assert not is_columnar([tmp_path / "in"])
