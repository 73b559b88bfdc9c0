"""Packs compared by meaning."""

import json
from pathlib import Path

import pytest

from fangpin.policy import load_pack
from fangpin.policy.diff import Change, diff, text_of
from fangpin.policy.pack import Pack

PACKS = Path(__file__).parent / "packs"


@pytest.fixture(scope="module")
def base() -> Pack:
    return load_pack(PACKS / "lakeside-2020")


@pytest.fixture(scope="module")
def revised() -> Pack:
    return load_pack(PACKS / "lakeside-2021")


def keys(changes: list[Change]) -> list[tuple[str, str, str, str | None]]:
    return [
        (each.section, each.kind, each.name, each.on.isoformat() if each.on else None)
        for each in changes
    ]


def test_every_change_of_meaning_is_found_and_nothing_else(base: Pack, revised: Pack) -> None:
    assert keys(diff(base, revised)) == [
        ("parameters", "raised", "catch_line", "2021-01-01"),
        ("parameters", "added", "catch_line", "2022-01-01"),
        ("targets", "raised", "ashore", "2021-12-31"),
        ("targets", "changed", "ashore", "2022-12-31"),
        ("targets", "changed", "ashore", None),
        ("rules", "changed", "catch_fell", None),
        ("rules", "changed", "catch_fell", None),
        ("rules", "removed", "old_crew", None),
        ("procedures", "changed", "laid-up-aid", None),
    ]


def test_the_other_way_round_everything_turns(base: Pack, revised: Pack) -> None:
    there = {(each.name, each.on): each for each in diff(base, revised) if each.on}
    back = {(each.name, each.on): each for each in diff(revised, base) if each.on}
    turned = {"raised": "lowered", "added": "removed", "changed": "changed"}
    assert {key: turned[each.kind] for key, each in there.items()} == {
        key: each.kind for key, each in back.items()
    }
    assert all(back[key].before == each.after for key, each in there.items())


def test_a_pack_does_not_differ_from_itself(base: Pack) -> None:
    assert diff(base, base) == []
    assert text_of([], "en") == "The packs mean the same."


def test_readable_in_both_languages(base: Pack, revised: Pack) -> None:
    changes = diff(base, revised)
    zh, en = text_of(changes, "zh"), text_of(changes, "en")
    assert "  提高 月捕捞收入预警线（catch_line）：2021-01-01 起 1,000元/月 → 1,100元/月" in zh
    assert "raised warning line for the monthly catch (catch_line): from 2021-01-01" in en
    assert "1,000 yuan/month → 1,100 yuan/month" in en
    assert "2022-12-31 前 愿意的全部上岸 → 2022-12-31 前 不低于90%" in zh
    assert (
        "condition monthly_catch < last_month_catch / 2 → "
        "monthly_catch < last_month_catch / 2 and fishes" in en
    )


def test_as_json_holds_the_same(base: Pack, revised: Pack) -> None:
    rows = json.loads(json.dumps([each.as_json() for each in diff(base, revised)]))
    assert rows[0]["before"] == {"zh": "1,000元/月", "en": "1,000 yuan/month"}
    assert rows[0]["on"] == "2021-01-01"


def test_documents_of_different_places_differ_in_their_mechanisms() -> None:
    changes = diff(load_pack("fuxin-2016"), load_pack("cangxi-2014"))
    mechanisms = [each for each in changes if each.section == "mechanisms"]
    assert sum(each.kind == "removed" for each in mechanisms) == 29
    assert sum(each.kind == "added" for each in mechanisms) == 27
    assert not [each for each in changes if each.section in ("facts", "contracts", "codes")]
