"""new, continuing, cleared, unknown."""

import polars as pl
import pytest

from fangpin.screening.compare import with_states


def findings(*rows: tuple[str, str | None, str]) -> pl.DataFrame:
    """(rule, household, state); sentences say which run they are from."""
    return pl.DataFrame(
        [
            {
                "rule": rule,
                "village_code": "990101001200",
                "household_number": household,
                "person_number": None,
                "state": state,
                "sentence_zh": f"{rule} {household}",
                "sentence_en": f"{rule} {household}",
            }
            for rule, household, state in rows
        ],
        schema={
            "rule": pl.String,
            "village_code": pl.String,
            "household_number": pl.String,
            "person_number": pl.String,
            "state": pl.String,
            "sentence_zh": pl.String,
            "sentence_en": pl.String,
        },
    )


def states(current: pl.DataFrame, previous: pl.DataFrame | None) -> list[tuple[str, str, str]]:
    found = with_states(current, previous).select("rule", "household_number", "state")
    return sorted(found.rows())


def test_without_a_previous_run_everything_is_new():
    current = findings(("r", "H1", "new"), ("r", "H2", "unknown"))
    assert states(current, None) == [("r", "H1", "new"), ("r", "H2", "unknown")]


@pytest.mark.parametrize("before", ["new", "continuing"])
def test_found_again_is_continuing(before):
    assert states(findings(("r", "H1", "new")), findings(("r", "H1", before))) == [
        ("r", "H1", "continuing")
    ]


@pytest.mark.parametrize("before", ["cleared", "unknown"])
def test_what_was_not_firm_before_is_new(before):
    assert states(findings(("r", "H1", "new")), findings(("r", "H1", before))) == [
        ("r", "H1", "new")
    ]


def test_known_false_now_is_cleared():
    assert states(findings(("r", "H1", "false")), findings(("r", "H1", "new"))) == [
        ("r", "H1", "cleared")
    ]


def test_undecided_now_is_unknown_and_told_once():
    assert states(findings(("r", "H1", "unknown")), findings(("r", "H1", "new"))) == [
        ("r", "H1", "unknown")
    ]


def test_gone_without_a_word_is_unknown_never_cleared():
    assert states(findings(), findings(("r", "H1", "continuing"))) == [("r", "H1", "unknown")]


def test_what_was_cleared_before_is_not_told_again():
    assert states(findings(), findings(("r", "H1", "cleared"))) == []


def test_another_rule_on_the_same_household_is_another_finding():
    assert states(findings(("other", "H1", "new")), findings(("r", "H1", "new"))) == [
        ("other", "H1", "new"),
        ("r", "H1", "unknown"),
    ]


def test_findings_about_villages_compare_by_village():
    assert states(findings(("w", None, "new")), findings(("w", None, "new"))) == [
        ("w", None, "continuing")
    ]


def test_cleared_sentence_tells_what_it_was():
    table = with_states(findings(("r", "H1", "false")), findings(("r", "H1", "new")))
    assert table["sentence_zh"][0] == "已清除，上次为：r H1"
    assert table["sentence_en"][0] == "Cleared; last time: r H1"


def test_findings_stand_in_one_order_whatever_their_state():
    before = findings(("a", "H2", "new"), ("a", "H4", "new"), ("a", "H1", "new"))
    now = findings(("a", "H1", "new"), ("a", "H2", "false"), ("a", "H3", "unknown"))
    table = with_states(now, before)
    assert table.select("household_number", "state").rows() == [
        ("H1", "continuing"), ("H2", "cleared"), ("H3", "unknown"), ("H4", "unknown"),
    ]  # fmt: skip
