"""What the examples of a rule leave out: an answer, a side of a line, an exemption, a feed."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from fangpin.policy.expand import expanded
from fangpin.policy.language.evaluate import UNKNOWN, Case, evaluate
from fangpin.policy.language.nodes import (
    Compare,
    Fact,
    FromAbove,
    Members,
    Node,
    children,
    facts_of,
    parameters_of,
)
from fangpin.policy.language.source import source
from fangpin.policy.loading.examples import examples_of
from fangpin.policy.loading.reading import Problems
from fangpin.policy.pack import Example, Pack, Rule
from fangpin.policy.situation import Situation, case_of, derivation_order

ORDERED = ("<", "<=", ">", ">=")
BELOW, AT, ABOVE = -1, 0, 1
WORDS = {
    BELOW: ("低于线", "below the line"),
    AT: ("恰在线上", "at the line"),
    ABOVE: ("高于线", "above the line"),
}


def warn_of_gaps(pack: Pack, problems: Problems) -> None:
    """Warns of what the examples of the pack's own rules do not show.

    Every rule needs an example for each answer it can give, for each exemption, with each of its
    feeds missing; every line an example at it and on the other side (both sides where the line is
    a parameter), in whichever rule uses it.
    """
    shown: dict[str, list[tuple[Example, Situation, Case]]] = {}
    order = derivation_order(pack.facts)
    for rule, example, situation in examples_of(pack):
        case = case_of(pack, situation, order)
        shown.setdefault(rule.name, []).append((example, situation, case))
    for name, examples in shown.items():
        for gap in _gaps(pack, pack.rules[name], examples):
            _warn(problems, pack.rules[name], gap)
    for name, gap in _lines(pack, shown):
        _warn(problems, pack.rules[name], gap)


def _warn(problems: Problems, rule: Rule, gap: tuple[str, str]) -> None:
    zh, en = gap
    problems.warn(
        problems.where(rule.origin, "examples"),
        (f"规则 {rule.name} 没有{zh}的例子", f"the rule {rule.name} has no example {en}"),
        ("补一个例子", "add one"),
    )


def _gaps(
    pack: Pack, rule: Rule, examples: list[tuple[Example, Situation, Case]]
) -> Iterator[tuple[str, str]]:
    expected = {example.expect for example, _, _ in examples}
    if True not in expected:
        yield "成立", "that expects true"
    if False not in expected:
        yield "不成立", "that expects false"
    for exemption in rule.unless:
        node, when = exemption.when.node, rule.when.node
        if node is None or when is None:
            continue
        if not any(
            evaluate(node, case) is True and evaluate(when, case) is True for _, _, case in examples
        ):
            label = exemption.name
            yield f"例外 {label} ", f"in which the exemption {label} holds"
    yield from _feeds(pack, rule, examples)


def _feeds(
    pack: Pack, rule: Rule, examples: list[tuple[Example, Situation, Case]]
) -> Iterator[tuple[str, str]]:
    by_feed: dict[str, set[str]] = {}
    for name in sorted(_sources(pack, rule.condition)):
        fact = pack.facts[name]
        if fact.feed is not None:
            feed = fact.feed if fact.period == "current" else f"{fact.feed}@{fact.period}"
            by_feed.setdefault(feed, set()).add(name)
    for feed, names in by_feed.items():
        if not any(
            _left_open(example) & names and not _known(situation) & names
            for example, situation, _ in examples
        ):
            yield f" {feed} 缺失", f"with {feed} missing"


def _left_open(example: Example) -> set[str]:
    """Facts that the example says are unknown."""
    tables = (example.given, *(example.members or ()))
    return {name for facts in tables for name, value in facts.items() if value is None}


def _known(situation: Situation) -> set[str]:
    given = (situation.village, situation.household, *situation.persons)
    return {name for facts in given for name, value in facts.items() if value is not UNKNOWN}


def _sources(pack: Pack, node: Node) -> set[str]:
    """The facts that an expression rests on in the end, none of them derived."""
    found: set[str] = set()
    waiting = [fact.name for fact in facts_of(node)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        derive = pack.facts[name].derive
        if derive is not None and derive.node is not None:
            waiting += [fact.name for fact in facts_of(derive.node)]
    return {name for name in found if pack.facts[name].derive is None}


def _lines(
    pack: Pack, shown: Mapping[str, list[tuple[Example, Situation, Case]]]
) -> Iterator[tuple[str, tuple[str, str]]]:
    derived = {
        fact.name: fact.derive.node
        for fact in pack.facts.values()
        if fact.type == "bool" and fact.derive is not None and fact.derive.node is not None
    }
    sides: dict[Compare, set[int | None]] = {}
    first: dict[Compare, str] = {}
    for name, examples in shown.items():
        cases = [case for _, _, case in examples]
        for compare, inside in _compares(expanded(pack.rules[name].condition, derived), False):
            first.setdefault(compare, name)
            seen = sides.setdefault(compare, set())
            seen.update(_side(compare, case) for case in _cases(cases, inside))
    for compare, name in first.items():
        for side in sorted(_needed(compare) - sides[compare]):
            zh, en = WORDS[side]
            text = source(compare)
            yield name, (f" {text} {zh}", f"{en} {text}")


def _needed(compare: Compare) -> set[int]:
    if parameters_of(compare):
        return {BELOW, AT, ABOVE}
    return {AT, BELOW if compare.op in (">=", "<") else ABOVE}


def _compares(node: Node, inside: bool) -> Iterator[tuple[Compare, bool]]:
    """Ordered comparisons of a fact with a line, and whether they speak of a member."""
    if isinstance(node, Compare) and node.op in ORDERED and facts_of(node):
        yield node, inside
    if isinstance(node, Fact | FromAbove):
        return
    for child in children(node):
        yield from _compares(child, inside or isinstance(node, Members))


def _cases(cases: list[Case], inside: bool) -> Iterator[Case]:
    for case in cases:
        if inside:
            yield from (case.member(position) for position in range(len(case.members)))
        else:
            yield case


def _side(compare: Compare, case: Case) -> int | None:
    left, right = evaluate(compare.left, case), evaluate(compare.right, case)
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if isinstance(left, date) and isinstance(right, date):
        return (left > right) - (left < right)
    if isinstance(left, int) and isinstance(right, int):
        a = Fraction(left, 10**compare.left.type.scale)
        b = Fraction(right, 10**compare.right.type.scale)
        return (a > b) - (a < b)
    return None
