"""Packs compared by meaning."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from fangpin.policy import load_pack
from fangpin.policy.diff import Change, diff, text_of
from fangpin.policy.pack import Pack, Step
from fangpin.policy.procedure_diff import differences

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
        *[("procedures", "changed", "laid-up-aid", None)] * 4,
    ]


def test_a_changed_procedure_says_which_step_what_of_it_and_the_clause(
    base: Pack, revised: Pack
) -> None:
    found = [each for each in diff(base, revised) if each.section == "procedures"]
    assert [(each.step, each.key, each.clause) for each in found] == [
        (None, "clause", "r1"),
        ("pay", "steps", "r1"),
        ("visit", "within", "r1"),
        ("card", "steps", "r1"),
    ]
    within = found[2]
    assert within.before is not None
    assert within.after is not None
    assert (within.before.zh, within.after.zh) == ("3天内", "2个工作日内")
    assert within.what.zh == "步骤“入户核查”（visit）时限 3天内 → 2个工作日内 [修订一]"
    assert found[1].what.zh == "取消步骤“发放”（pay） [修订一]"
    assert found[3].what.en == "added: step “card” (card) [修订一]"


def test_every_key_of_a_step_is_compared() -> None:
    """A step changed in every way: each key is named, and no other."""
    pack = load_pack("cn-base")
    procedure = pack.procedures["cn-monitor"]
    old = next(step for step in procedure.steps if step.id == "notice")
    other = next(step for step in procedure.steps if step.id == "assess")
    new = replace(
        other, id="notice", event="checked", on_timeout="advance", skip_when=("green",),
        parallel_with="compare", apart_from=("visit",), decides=True, posts=("approver",),
        rates=pack.procedures["cn-exit-village"].steps[0].rates,
    )  # fmt: skip
    steps = tuple(new if step is old else step for step in procedure.steps)
    found = differences(procedure, pack, replace(procedure, steps=steps), pack)
    assert {each.key for each in found} == {
        each.name for each in fields(Step) if each.name not in ("id", "clause", "origin", "hash")
    }
    assert {each.step.id for each in found if each.step} == {"notice"}


def test_steps_in_another_order_are_told() -> None:
    pack = load_pack("cn-base")
    procedure = pack.procedures["cn-monitor"]
    turned = replace(
        procedure, steps=(procedure.steps[1], procedure.steps[0], *procedure.steps[2:])
    )
    (found,) = differences(procedure, pack, turned, pack)
    assert found.key == "order"
    assert found.after.en.startswith("application, declaration and consent → warning")


def test_a_figure_by_parameter_is_told_at_the_step() -> None:
    """The procedure's text is the same; the days come from a parameter that differs."""
    pack = load_pack("cn-base")
    procedure = pack.procedures["cn-monitor"]
    longer = replace(
        pack.parameters["household_check_days"],
        values=tuple(
            replace(value, value=9) for value in pack.parameters["household_check_days"].values
        ),
    )
    after = replace(pack, parameters={**pack.parameters, "household_check_days": longer})
    (found,) = differences(procedure, pack, procedure, after)
    assert (found.step and found.step.id, found.key, found.after.en) == (
        "visit", "within", "within 9 days"
    )  # fmt: skip


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
