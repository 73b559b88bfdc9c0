"""Invented procedures: one with everything in it, and generated ones."""

from fractions import Fraction

from hypothesis import strategies as st

from fangpin.kernel.errors import Text
from fangpin.policy.procedure_records import (
    Actor,
    GreenChannel,
    Outcome,
    Procedure,
    Publication,
    Step,
    TimeLimit,
    Vote,
)

POSTS = ("village_worker", "township_officer", "county_bureau", "approver")


def text(word: str) -> Text:
    return Text(word, word)


def step(name: str, *posts: str, **more: object) -> Step:
    values: dict[str, object] = {
        "id": name,
        "label": text(name),
        "actor": Actor("somebody"),
        "posts": posts or ("village_worker",),
        "clause": "A4",
        "state": text(f"待{name}"),
    }
    return Step(**(values | more))  # type: ignore[arg-type]


def back(to: str) -> Outcome:
    return Outcome("return", text("退回"), goes=f"back:{to}", reason_required=True)


YES = Outcome("agree", text("同意"))
NO = Outcome("refuse", text("不同意"), goes="end", ends_as="refused", reason_required=True)

MONITOR = Procedure(
    id="try-monitor",
    label=text("纳入"),
    clause="A4",
    subject="household",
    effect="monitor",
    time_limit=TimeLimit(15),
    opens_from=("clue", "officer"),
    green=GreenChannel("A4", text("绿色通道"), later=("compare", "assess", "notice"),
                       help_step="help"),
    steps=(
        step("lead"),
        step("visit", within=TimeLimit(3)),
        step("compare", "county_bureau", "department_liaison", parallel_with="visit",
             skip_when=("compared_already",)),
        step("help", "village_worker", "township_officer", skip_when=(), event="first_measure"),
        step("assess", vote=Vote(text("村民代表会议"), Fraction(2, 3), Fraction(1, 2)),
             outcomes=(YES, NO, back("visit"))),
        step("notice", publish=Publication("village", 5), on_objection="back:visit"),
        step("review", "township_officer", outcomes=(YES, NO, back("visit")),
             apart_from=("visit",), within=TimeLimit(2, "workday")),
        step("decide", "approver", "county_bureau", outcomes=(YES, NO, back("review")),
             decides=True, publish=Publication("village", 5, form="announcement"),
             event="included"),
        step("enter", "township_officer"),
    ),
)  # fmt: skip


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    """Procedures of one to six steps with ways back, votes, notices, steps side by side."""
    count = draw(st.integers(1, 6))
    decides = draw(st.integers(0, count - 1))
    names = [f"s{at}" for at in range(count)]
    steps = []
    for at, name in enumerate(names):
        posts = draw(st.sets(st.sampled_from(POSTS), min_size=1, max_size=3))
        outcomes = [YES] if draw(st.booleans()) else []
        if outcomes and draw(st.booleans()):
            outcomes.append(NO)
        if outcomes and draw(st.booleans()):
            outcomes.append(back(draw(st.sampled_from(names[: at + 1]))))
        beside = names[at - 1] if at and draw(st.booleans()) and at != decides else None
        notice = at != decides and draw(st.integers(0, 4)) == 0
        steps.append(
            step(
                name,
                *sorted(posts),
                outcomes=tuple(outcomes),
                decides=at == decides,
                parallel_with=beside,
                publish=Publication("village", 5) if notice else None,
                on_objection=f"back:{draw(st.sampled_from(names[: at + 1]))}" if notice else None,
                on_timeout=draw(st.sampled_from(["escalate", "advance", "end"])),
                apart_from=tuple(draw(st.sets(st.sampled_from(names), max_size=2)) - {name}),
                skip_when=("known",) if draw(st.integers(0, 5)) == 0 else (),
            )
        )
    green = None
    if decides and draw(st.booleans()):
        first = decides - 1
        later = draw(st.sets(st.sampled_from(names), max_size=3)) - {names[first]}
        green = GreenChannel("A4", text("绿色"), tuple(sorted(later)), names[first])
    effect = draw(st.sampled_from(["monitor", "remove_risk", "none"]))
    return Procedure(
        id="drawn",
        label=text("抽"),
        clause="A4",
        subject="household",
        steps=tuple(steps),
        effect=effect,  # type: ignore[arg-type]
        green=green,
    )
