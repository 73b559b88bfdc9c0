"""The machine alone: any order of moves by anybody leaves a case in a state that is allowed."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.procedures import MONITOR, POSTS, procedures, step

import fangpin.cases.flow as machine
from fangpin.cases.flow import (
    Expire,
    Flow,
    Move,
    Object,
    Post,
    Settle,
    State,
    Take,
    Who,
    Withdraw,
)
from fangpin.cases.refusals import Refusal
from fangpin.cases.tally import Tally
from fangpin.kernel.errors import Text
from fangpin.policy.procedure_records import Publication

ALL = frozenset(POSTS) | {"department_liaison"}
CAST = (
    Who(1, frozenset({"village_worker"})),
    Who(2, frozenset({"township_officer"})),
    Who(3, frozenset({"county_bureau"})),
    Who(4, frozenset({"approver"})),
    Who(5, ALL),
    Who(6, ALL, Text("本户成员", "a member of the household")),
    Who(None, ALL),
)
CARRIED, LOST = Tally(30, 25, 20, 5), Tally(30, 25, 5, 20)


def went(flow: Flow, state: State, move: Move) -> State:
    after = flow.apply(state, move)
    assert isinstance(after, State), after
    return after


def code(flow: Flow, state: State, move: Move) -> str:
    after = flow.apply(state, move)
    assert isinstance(after, Refusal), after
    return after.code


def by(number: int) -> Who:
    return CAST[number - 1]


def straight(flow: Flow, until: str) -> State:
    """A case of MONITOR taken as far as the step where it waits next."""
    state = flow.begin(1)
    for move in (
        Take(by(1), "lead", "done"),
        Take(by(1), "visit", "done"),
        Take(by(3), "compare", "done"),
        Take(by(1), "help", "done"),
        Take(by(1), "assess", "agree", tally=CARRIED),
        Post("notice"),
        Post("notice", over=True),
        Take(by(1), "notice", "done"),
        Take(by(2), "review", "agree"),
        Take(by(4), "decide", "agree", "符合条件"),
    ):
        if state.waits_at(until):
            return state
        state = went(flow, state, move)
    return state


def test_a_case_goes_its_whole_way() -> None:
    flow = Flow(MONITOR)
    state = straight(flow, "enter")
    assert state.effective
    state = went(flow, state, Take(by(2), "enter", "done"))
    assert state.status == "granted"
    assert [each.step for each in state.done] == [each.id for each in MONITOR.steps]


@pytest.mark.parametrize(
    ("until", "move", "refused"),
    [
        ("lead", Take(by(2), "lead", "done"), "not_the_post"),
        ("lead", Take(by(1), "visit", "done"), "not_waiting"),
        ("lead", Take(by(6), "lead", "done"), "barred"),
        ("lead", Take(by(1), "lead", "agree"), "no_such_outcome"),
        ("assess", Take(by(1), "assess", "agree"), "no_votes"),
        ("assess", Take(by(1), "assess", "agree", tally=Tally(30, 19, 19, 0)), "no_quorum"),
        ("assess", Take(by(1), "assess", "agree", tally=Tally(30, 20, 10, 10)), "not_as_voted"),
        ("assess", Take(by(1), "assess", "refuse", "x x", tally=CARRIED), "not_as_voted"),
        ("assess", Take(by(1), "assess", "return", "  "), "no_reason"),
        ("notice", Take(by(1), "notice", "done"), "notice_hangs"),
        ("notice", Post("notice", over=True), "no_notice"),
        ("notice", Object("notice"), "no_notice"),
        ("review", Take(by(1), "review", "agree"), "not_the_post"),
        ("decide", Take(by(4), "decide", "agree"), "no_reason"),
        ("decide", Take(by(3), "decide", "agree", "理由"), "four_eyes"),
        ("decide", Take(by(7), "decide", "agree", "理由"), "nobody"),
        ("decide", Expire("decide"), None),
        ("enter", Withdraw(by(2), "不再申请"), "too_late"),
    ],
)
def test_what_is_refused(until: str, move: Move, refused: str | None) -> None:
    flow = Flow(MONITOR)
    state = straight(flow, until)
    assert state.waits_at(until)
    if refused is None:
        assert flow.apply(state, move) == state  # escalated elsewhere; nothing happens here
    else:
        assert code(flow, state, move) == refused


@pytest.mark.parametrize(
    ("tally", "quorate", "carried"),
    [
        (Tally(30, 20, 11, 9), True, True),  # exactly two thirds, one more than half
        (Tally(30, 20, 10, 10), True, False),  # half is not over half
        (Tally(31, 20, 20, 0), False, True),  # 20/31 < 2/3
        (Tally(3, 2, 2, 0), True, True),
        (Tally(10**9, 666_666_666, 666_666_666, 0), False, True),  # by one vote, exactly
        (Tally(5, 0, 0, 0), False, False),
    ],
)
def test_votes_are_counted_exactly(tally: Tally, quorate: bool, carried: bool) -> None:
    vote = Flow(MONITOR).steps["assess"].vote
    assert vote is not None
    assert tally.wrong() is None
    assert (tally.quorate(vote), tally.carried(vote)) == (quorate, carried)


@pytest.mark.parametrize(
    "tally", [Tally(5, 6, 6, 0), Tally(5, 4, 3, 2), Tally(5, 4, 5, -1), Tally(0, 0, 0, 0)]
)
def test_votes_that_cannot_be(tally: Tally) -> None:
    state = straight(Flow(MONITOR), "assess")
    assert code(Flow(MONITOR), state, Take(by(1), "assess", "agree", tally=tally)) == "votes"


def test_an_objection_stops_the_notice_and_upheld_sends_back() -> None:
    flow = Flow(MONITOR)
    state = went(flow, straight(flow, "notice"), Post("notice"))
    state = went(flow, went(flow, state, Object("notice")), Object("notice"))
    state = went(flow, state, Post("notice", over=True))
    assert code(flow, state, Take(by(1), "notice", "done")) == "objections"
    assert code(flow, state, Settle(by(1), "notice", False, "不属实")) == "four_eyes"
    state = went(flow, state, Settle(by(2), "notice", False, "不属实"))
    assert code(flow, state, Take(by(1), "notice", "done")) == "objections"
    upheld = went(flow, state, Settle(by(2), "notice", True, "有两辆汽车"))
    assert {each.step for each in upheld.waiting} == {"visit", "compare"}
    again = went(flow, upheld, Take(by(1), "visit", "done"))
    again = went(flow, again, Take(by(3), "compare", "done"))
    again = went(flow, again, Take(by(1), "help", "done"))
    again = went(flow, again, Take(by(1), "assess", "agree", tally=CARRIED))
    assert again.waits_at("notice").notice == "due"  # type: ignore[union-attr]


def test_help_comes_first_and_what_is_owed_comes_before_the_decision() -> None:
    flow = Flow(MONITOR, frozenset({"green"}))
    order = ["lead", "visit", "help", "compare", "assess", "notice", "review", "decide", "enter"]
    assert list(flow.steps) == order
    state = flow.begin(1)
    state = went(flow, state, Take(by(1), "lead", "done"))
    state = went(flow, state, Take(by(1), "visit", "done"))
    state = went(flow, state, Take(by(2), "help", "done"))
    assert flow.owed(state)[:3] == ("compare", "assess", "notice")
    state = went(flow, state, Take(by(3), "compare", "done"))
    assert "compare" not in flow.owed(state)
    assert [each.step for each in state.waiting] == ["assess"]


def test_what_is_known_already_is_not_asked_again() -> None:
    flow = Flow(MONITOR, frozenset({"compared_already"}))
    assert "compare" not in flow.steps
    deciding = replace(MONITOR, steps=(step("a", decides=True, skip_when=("compared_already",)),))
    assert "a" in Flow(deciding, frozenset({"compared_already"})).steps


def test_time_alone_neither_decides_nor_refuses() -> None:
    def single(**more: object) -> Flow:
        return Flow(
            replace(MONITOR, steps=(step("a", **more), step("b", decides=True)), green=None)
        )

    advance = single(on_timeout="advance")
    assert went(advance, advance.begin(1), Expire("a")).waits_at("b")
    hangs = single(on_timeout="advance", publish=Publication("village", 5))
    assert code(hangs, hangs.begin(1), Expire("a")) == "notice_hangs"
    ends = single(on_timeout="end")
    assert code(ends, ends.begin(1), Expire("a")) == "nobody"
    harmless = Flow(replace(ends.procedure, effect="none"))
    assert went(harmless, harmless.begin(1), Expire("a")).status == "cancelled"


def test_the_machine_knows_no_database() -> None:
    for module in ("flow", "refusals", "tally"):
        source = Path(machine.__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
        imported = {
            node.module or ""
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom)
        }
        assert not [name for name in imported if "django" in name or name.endswith(".models")]


def moves(flow: Flow, state: State, draw: Callable[[Any], Any]) -> Move:
    """Any move, mostly one that fits, by anybody."""
    who = draw(st.sampled_from(CAST))
    waiting = [each.step for each in state.waiting]
    some = st.sampled_from(list(flow.steps))
    name = draw(st.sampled_from(waiting) if waiting and draw(st.booleans()) else some)
    reason = draw(st.sampled_from(["", "有理由"]))
    kind = draw(
        st.sampled_from(["take"] * 8 + ["post", "over", "object", "settle", "time", "back"])
    )
    if kind == "take":
        outcome = draw(st.sampled_from([each.id for each in flow.outcomes(name)] + ["other"]))
        return Take(who, name, outcome, reason, draw(st.sampled_from([None, CARRIED, LOST])))
    if kind in ("post", "over"):
        return Post(name, over=kind == "over")
    if kind == "object":
        return Object(name)
    if kind == "settle":
        return Settle(who, name, draw(st.booleans()), reason)
    return Expire(name) if kind == "time" else Withdraw(who, reason)


@settings(max_examples=50)
@given(procedure=procedures(), green=st.booleans(), known=st.booleans(), data=st.data())
def test_any_order_of_moves_by_any_cast(
    procedure: machine.Procedure, green: bool, known: bool, data: st.DataObject
) -> None:
    given = [name for name, holds in (("green", green), ("known", known)) if holds]
    flow = Flow(procedure, frozenset(given))
    state = flow.begin(data.draw(st.sampled_from([1, 2, 3])))
    effects = 0
    for _ in range(data.draw(st.integers(1, 40))):
        move = moves(flow, state, data.draw)
        after = flow.apply(state, move)
        if isinstance(after, Refusal):
            continue
        assert state.status == "open"  # closed is closed
        _nothing_lost(state, after)
        if after.effective and not state.effective:
            effects += 1
            assert isinstance(move, Take)
            _decided_by_another(flow, state, move)
        if after.status == "granted" and state.status == "open":
            _everything_done(flow, after)
        state = after
    assert effects <= 1
    assert (state.status == "open") == bool(state.waiting)


def _nothing_lost(before: State, after: State) -> None:
    """Steps that waited still wait or are written down; what was written down stays."""
    seqs = [each.seq for each in after.done] + [each.seq for each in after.waiting]
    assert len(seqs) == len(set(seqs))
    known = {(each.seq, each.step) for each in (*after.done, *after.waiting)}
    assert {(each.seq, each.step) for each in (*before.done, *before.waiting)} <= known
    assert [(e.seq, e.by, e.outcome) for e in after.done[: len(before.done)]] == [
        (e.seq, e.by, e.outcome) for e in before.done
    ]


def _decided_by_another(flow: Flow, before: State, move: Take) -> None:
    assert flow.steps[move.step].decides
    assert move.who.id is not None
    assert move.who.barred is None
    assert move.reason
    assert move.who.id != before.opened_by
    assert move.who.id not in {each.by for each in before.done if each.step != move.step}
    assert set(flow.steps[move.step].posts) & move.who.posts


def _everything_done(flow: Flow, after: State) -> None:
    done = {each.step for each in after.done if each.round == after.round and not each.left}
    assert done == set(flow.steps)
    assert not flow.owed(after)
