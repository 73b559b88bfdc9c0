"""Counts of comparisons against a plain recount, whole or in parts, for many questions."""

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import examples
from tests.engine.invented import invented

from fangpin.engine.facts import Facts
from fangpin.engine.findings import evaluate_rules
from fangpin.engine.partition import parts
from fangpin.engine.snapshot import Snapshot
from fangpin.engine.variation import read_parameters, settings_of, varied_pack
from fangpin.kernel.errors import FangpinError
from fangpin.policy import Pack, load_pack
from fangpin.policy.written_values import written
from fangpin.screening.applied import Applied, Whole
from fangpin.screening.comparison import Comparison
from fangpin.screening.comparison_json import as_json
from fangpin.screening.paired import Counted
from fangpin.screening.tally import Counts
from fangpin.screening.what_if import Baseline

AS_OF = date(2021, 5, 31)
PACK, OTHER = load_pack("baiyin-2021"), load_pack("hubei-2019")
READ = [
    each
    for each in read_parameters(PACK, AS_OF)
    if each.rules and each.type in ("money", "integer", "number", "bool")
]


def baseline_of(snapshots: list[Snapshot], pack: Pack = PACK) -> Baseline:
    facts = [Facts(pack, each, AS_OF) for each in snapshots]
    return Baseline(Path("run"), "hash", Counted(Applied(pack, facts), Whole(snapshots)), True)


SNAPSHOTS = {
    4: invented(PACK, AS_OF, seed=4),
    7: invented(PACK, AS_OF, seed=7, households=150, gaps=False),
}
BASELINES = {seed: baseline_of([snapshot]) for seed, snapshot in SNAPSHOTS.items()}


def questions() -> st.SearchStrategy[dict[str, str]]:
    def one(parameter):
        if parameter.type == "bool":
            return st.just((parameter.name, "false" if parameter.value else "true"))
        declared = PACK.parameters[parameter.name]
        factors = st.sampled_from([Fraction(0), Fraction(1), Fraction(2), Fraction(5)])
        return factors.map(
            lambda factor: (
                (parameter.name, written(declared, int(parameter.value * factor)))
                if parameter.type != "number"
                else (parameter.name, written(declared, parameter.value * factor))
            )
        )

    pairs = st.sampled_from(READ).flatmap(one)
    return st.lists(pairs, max_size=3).map(dict)


def recounted(snapshot: Snapshot, before: Pack, after: Pack) -> dict[str, object]:
    """The same by sets of subjects, from outcomes computed afresh."""
    standing: list[dict[str, tuple[set[int], set[int], str]]] = []
    for pack in (before, after):
        outcomes = evaluate_rules(pack, Facts(pack, snapshot, AS_OF))
        standing.append(
            {
                each.rule.name: (
                    set(each.holds.tolist()),
                    {row for row, unsure in enumerate(each.undecided) if unsure},
                    each.rule.subject,
                )
                for each in outcomes
            }
        )
    rules, found, flips = {}, [Counter(), Counter()], Counter()
    gained_homes, lost_homes, unsure_homes = set(), set(), set()
    none: tuple[set[int], set[int], str] = (set(), set(), "")
    for name in {**standing[0], **standing[1]}:
        then, now = standing[0].get(name, none), standing[1].get(name, none)
        subject = now[2] or then[2]

        def homes(rows: set[int], subject: str = subject) -> set[int]:
            if subject == "person":
                return {int(snapshot.households_of_persons[row]) for row in rows}
            return rows if subject == "household" else set()

        gained, gone = now[0] - then[0], then[0] - now[0]
        lost, unsure = gone - now[1], gone & now[1]
        rules[name] = Counts(
            before=len(then[0]), after=len(now[0]), gained=len(gained), lost=len(lost),
            newly=len(gained), no_longer=len(lost), became_unknown=len(unsure),
            unknown_before=len(then[1]), unknown_after=len(now[1]),
        )  # fmt: skip
        flips["gained"] += len(gained)
        flips["lost"] += len(lost)
        flips["became_unknown"] += len(unsure)
        found[0].update(homes(then[0]))
        found[1].update(homes(now[0]))
        gained_homes |= homes(gained)
        lost_homes |= homes(lost)
        unsure_homes |= homes(unsure)
    return {
        "rules": rules,
        "flips": {name: count for name, count in flips.items() if count},
        "before": set(found[0]),
        "after": set(found[1]),
        "gained": gained_homes,
        "lost": lost_homes,
        "newly": {home for home in gained_homes if not found[0][home]},
        "no_longer": {home for home in lost_homes if not found[1][home]} - unsure_homes,
        "became_unknown": unsure_homes,
    }


def agrees(answer: Comparison, snapshot: Snapshot, expected: dict[str, object]) -> None:
    assert {each.name: each.subjects for each in answer.rules} == expected["rules"]
    total = answer.total
    for name in ("before", "after", "gained", "lost", "newly", "no_longer", "became_unknown"):
        assert getattr(total, name) == len(expected[name]), name  # type: ignore[arg-type]
    directions = answer.flips["direction"].value_counts().rows()
    assert dict(directions) == expected["flips"]
    townships = snapshot.places["township_code"].to_list()
    village = snapshot.villages_of_households
    for name in ("before", "gained", "lost"):
        counted = Counter(townships[village[home]] for home in expected[name])  # type: ignore
        shown = {each.key: getattr(each.counts, name) for each in answer.by("township")}
        assert {key: count for key, count in shown.items() if count} == dict(counted)


@settings(max_examples=examples(10, long=25), deadline=None)
@given(questions(), st.sampled_from(sorted(SNAPSHOTS)))
def test_other_figures(asked, seed):
    answer = BASELINES[seed].what_if(asked)
    changed = varied_pack(PACK, settings_of(PACK, asked, AS_OF), AS_OF)
    agrees(answer, SNAPSHOTS[seed], recounted(SNAPSHOTS[seed], PACK, changed))
    for level in ("township", "village"):
        groups = answer.by(level)
        for name in ("before", "after", "gained", "lost", "unknown_before", "unknown_after"):
            assert sum(getattr(each.counts, name) for each in groups) == getattr(answer.total, name)


@pytest.mark.parametrize("seed", sorted(SNAPSHOTS))
def test_another_pack(seed):
    answer = BASELINES[seed].what_if(pack=OTHER)
    agrees(answer, SNAPSHOTS[seed], recounted(SNAPSHOTS[seed], PACK, OTHER))


@settings(max_examples=5, deadline=None)
@given(questions(), st.sampled_from([1, 20, 60]))
def test_parts_say_the_same_as_the_whole(asked, persons):
    whole = BASELINES[4].what_if(asked)
    cut = [each.snapshot for each in parts(SNAPSHOTS[4], persons)]
    assert len(cut) > 1
    in_parts = baseline_of(cut).what_if(asked)
    assert as_json(in_parts) == as_json(whole)
    assert in_parts.told(in_parts.flips).equals(whole.told(whole.flips))


@pytest.mark.parametrize(
    ("asked", "direction"),
    [
        (
            {
                "monitoring_line": "9000",
                "medical_line_single_other": "1",
                "school_age_below": "99",
                "posts_allowed": "0",
            },
            "gained",
        ),
        ({"monitoring_line": "-9000", "school_age_below": "1", "posts_allowed": "99"}, "lost"),
    ],
)
def test_every_sentence_is_there(asked, direction):
    answer = BASELINES[7].what_if(asked)
    told = answer.told(answer.flips)
    assert direction in set(told["direction"])
    assert told.height > 3
    for side in ("before_zh", "before_en", "after_zh", "after_en"):
        assert told[side].str.len_chars().min() > 0


def test_two_rules_of_one_kind_are_counted_once():
    rule = PACK.rules["low_income_not_monitored"]
    twin = replace(rule, name="low_income_again")
    pack = replace(PACK, rules={**PACK.rules, twin.name: twin})
    base = baseline_of([SNAPSHOTS[7]], pack)
    answer = base.what_if({"monitoring_line": "9000"})
    kinds = {each.key: each.counts for each in answer.by("kind")}
    one = next(each for each in answer.rules if each.name == "low_income_not_monitored")
    assert kinds["low_income_not_monitored"] == one.households
    assert one.subjects.gained > 0


def test_a_figure_that_nothing_reads_is_told():
    answer = BASELINES[4].what_if({"identification_days": "10", "monitoring_line": "7000"})
    (note,) = answer.notes
    assert "days from a lead to the decision" in note.en
    assert BASELINES[4].what_if({"monitoring_line": "7000"}).notes == ()
    assert BASELINES[4].what_if({"identification_days": "15"}).notes == (), "as it is now"


def test_another_pack_without_a_figure_in_force_is_refused():
    parameter = PACK.parameters["newborn_days"]
    later = replace(parameter, values=(replace(parameter.values[0], from_=date(2030, 1, 1)),))
    pack = replace(PACK, parameters={**PACK.parameters, "newborn_days": later}, hash="other")
    with pytest.raises(FangpinError, match="newborn_days"):
        BASELINES[4].what_if(pack=pack)
