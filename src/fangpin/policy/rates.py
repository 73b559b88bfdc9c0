"""The rates by which households, villages and counties leave: exact shares, unknown kept unknown.

A rate is computed from whole numbers by name (`INPUTS`). What was found in a sample is carried
over to everybody in proportion: omitted people = rate of omission × people not registered, people
wrongly let go = rate of wrong exits × people lifted out of poverty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from fangpin.kernel.errors import FangpinError, Text
from fangpin.policy.procedure_records import RateName

Relation = Literal["at_most", "less_than", "at_least"]
Figures = Mapping[str, Fraction | int | None]
"""Numbers by name; one that is None or left out is unknown."""

LABELS: Final[dict[RateName, Text]] = {
    "wrong_exit": Text("错退率", "rate of wrong exits"),
    "omission": Text("漏评率", "rate of omissions"),
    "overall_poverty": Text("综合贫困发生率", "overall poverty rate"),
    "approval": Text("群众认可度", "approval by the people"),
}
_SAMPLE_OF_EXITS = ("sampled_wrong_exits", "sampled_alleviated")
_SAMPLE_OF_OMISSIONS = ("sampled_omissions", "sampled_unregistered")
INPUTS: Final[dict[RateName, tuple[str, ...]]] = {
    "wrong_exit": _SAMPLE_OF_EXITS,
    "omission": _SAMPLE_OF_OMISSIONS,
    "overall_poverty": (
        *("remaining_poor", "alleviated", "unregistered", "rural_population"),
        *(*_SAMPLE_OF_EXITS, *_SAMPLE_OF_OMISSIONS),
    ),
    "approval": ("approving_households", "surveyed_households"),
}
INPUT_LABELS: Final[dict[str, Text]] = {
    "sampled_wrong_exits": Text("抽样错退人口", "people in the sample wrongly let go"),
    "sampled_alleviated": Text("抽样脱贫人口", "people lifted out of poverty in the sample"),
    "sampled_omissions": Text("调查核实漏评人口", "people found to be omitted"),
    "sampled_unregistered": Text(
        "抽查村未建档立卡农村人口", "people not registered in the villages of the sample"
    ),
    "remaining_poor": Text("建档立卡剩余贫困人口", "registered people still poor"),
    "alleviated": Text("脱贫人口", "people lifted out of poverty"),
    "unregistered": Text("未建档立卡农村人口", "rural people not registered"),
    "rural_population": Text("乡村总人口", "rural population"),
    "approving_households": Text("认可户数", "households that approve"),
    "surveyed_households": Text("调查总户数", "households asked"),
}
_PARTS: Final = (
    _SAMPLE_OF_EXITS,
    _SAMPLE_OF_OMISSIONS,
    ("approving_households", "surveyed_households"),
    ("remaining_poor", "rural_population"),
    ("alleviated", "rural_population"),
    ("unregistered", "rural_population"),
)
"""The first of each two is part of the second."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share from 0 to 1, or None when unknown; `least` is what it is at least in any case."""

    name: RateName
    value: Fraction | None
    least: Fraction = Fraction(0)

    def keeps(self, relation: Relation, limit: Fraction) -> bool | None:
        """Whether the rate keeps to the limit; None when that cannot be told.

        An unknown rate may still be known to break a limit, never to keep to it.
        """
        if self.value is not None:
            if relation == "at_most":
                return self.value <= limit
            return self.value < limit if relation == "less_than" else self.value >= limit
        broken = (
            self.least > limit
            if relation == "at_most"
            else relation == "less_than" and self.least >= limit
        )
        return False if broken else None


def rate(name: RateName, figures: Figures) -> Rate:
    """One rate. Raises FangpinError for impossible numbers: negative, or a part above its whole.

    A sample of nobody tells nothing: the rate is unknown. Where there is nobody to be carried over
    to (no people lifted out of poverty, nobody unregistered), no sample is needed.
    """
    _refuse_impossible(figures, INPUTS[name])
    match name:
        case "wrong_exit":
            return Rate(name, _share(figures, *_SAMPLE_OF_EXITS))
        case "omission":
            return Rate(name, _share(figures, *_SAMPLE_OF_OMISSIONS))
        case "approval":
            return Rate(name, _share(figures, "approving_households", "surveyed_households"))
        case "overall_poverty":
            return _overall(figures)


def rates(figures: Figures) -> dict[RateName, Rate]:
    """All four rates."""
    return {name: rate(name, figures) for name in LABELS}


def _overall(figures: Figures) -> Rate:
    population = _known(figures, "rural_population")
    poor = [
        _known(figures, "remaining_poor"),
        _carried_over(figures, "unregistered", _SAMPLE_OF_OMISSIONS),
        _carried_over(figures, "alleviated", _SAMPLE_OF_EXITS),
    ]
    if not population:
        return Rate("overall_poverty", None)
    least = sum((each for each in poor if each is not None), Fraction(0)) / population
    return Rate("overall_poverty", None if None in poor else least, least)


def _carried_over(figures: Figures, people: str, sample: tuple[str, str]) -> Fraction | None:
    everybody, share = _known(figures, people), _share(figures, *sample)
    if everybody == 0:
        return Fraction(0)
    return None if everybody is None or share is None else share * everybody


def _share(figures: Figures, part: str, whole: str) -> Fraction | None:
    above, below = _known(figures, part), _known(figures, whole)
    return above / below if above is not None and below else None


def _known(figures: Figures, name: str) -> Fraction | None:
    value = figures.get(name)
    return None if value is None else Fraction(value)


def _refuse_impossible(figures: Figures, names: tuple[str, ...]) -> None:
    for name in names:
        value = _known(figures, name)
        if value is not None and value < 0:
            label = INPUT_LABELS[name]
            raise FangpinError.because(
                f"{label.zh}不能是负数",
                f"the number of {label.en} cannot be negative",
                do_zh="核对后重新填写",
                do_en="check the number and enter it again",
            )
    for part, whole in _PARTS:
        above, below = _known(figures, part), _known(figures, whole)
        if not {part, whole} <= set(names) or above is None or below is None:
            continue
        if above > below:
            less, more = INPUT_LABELS[part], INPUT_LABELS[whole]
            raise FangpinError.because(
                f"{less.zh}（{above}）多于{more.zh}（{below}）",
                f"there are more {less.en} ({above}) than {more.en} ({below})",
                do_zh="核对这两个数",
                do_en="check the two numbers",
            )
    _refuse_too_many(figures, names)


def _refuse_too_many(figures: Figures, names: tuple[str, ...]) -> None:
    """Those still poor, lifted out and not registered are different people of one population."""
    parts = ("remaining_poor", "alleviated", "unregistered")
    people = [_known(figures, name) for name in parts]
    population = _known(figures, "rural_population")
    if "rural_population" not in names or population is None:
        return
    together = sum((each for each in people if each is not None), Fraction(0))
    if together > population:
        raise FangpinError.because(
            f"剩余贫困、脱贫和未建档人口合计 {together} 人，多于乡村总人口 {population} 人",
            f"{together} people still poor, lifted out or not registered are more than the rural "
            f"population of {population}",
            do_zh="核对这四个数",
            do_en="check the four numbers",
        )
