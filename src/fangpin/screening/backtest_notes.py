"""What runs and answers do not tell: said in words, so that a blank is not taken for a zero."""

from collections.abc import Iterator

import polars as pl

from fangpin.kernel.errors import Text
from fangpin.screening.labelled import Labelled
from fangpin.screening.replay import Replay

NO_ANSWERS = Text(
    "没有核查结果：属实和不属实都未知，未答复不等于不属实",
    "no answers: confirmed and refused are unknown; no answer is not a refusal",
)
ONE_MONTH = Text(
    "只有一个月：提前天数和漏报要有以后月份的台账才能算",
    "one month only: lead time and misses need the register of later months",
)
NO_FACT = Text(
    "政策包没有“在监测中”这个事实项：是否另行发现只看核查结果里的其他渠道",
    "the pack has no fact for being monitored: who came to light otherwise is only known from "
    "answers of other channels",
)


def missing(replay: Replay, labelled: Labelled, first: pl.DataFrame) -> Iterator[Text]:
    """What is missing for a fuller answer. `first`: the first findings under the pack."""
    if labelled.answers.is_empty():
        yield NO_ANSWERS
    else:
        yield from _unanswered_months(first)
    if len(replay.months) < 2:
        yield ONE_MONTH
    elif not any(month.register_tells for month in replay.months):
        yield NO_FACT
    yield from _not_used(replay, labelled)
    changed = [f"{month.as_of}" for month in replay.months if not month.pack_unchanged]
    if changed:
        yield Text(
            f"政策包在 {'、'.join(changed)} 的比对之后有改动，按现在的政策包重算",
            f"the pack has changed since the runs of {', '.join(changed)}; "
            "replayed with the pack as it is today",
        )


def _unanswered_months(first: pl.DataFrame) -> Iterator[Text]:
    answered = set(first.filter(pl.col("label") != "unanswered")["first_found"])
    silent = [f"{day}" for day in sorted(set(first["first_found"])) if day not in answered]
    if silent:
        yield Text(
            f"{'、'.join(silent)} 首次发现的疑点还没有答复，计为未答复，不计为不属实",
            f"nothing first found on {', '.join(silent)} has been answered yet; "
            "counted as unanswered, not as refused",
        )


def _not_used(replay: Replay, labelled: Labelled) -> Iterator[Text]:
    """Answers that belong to nothing here."""
    known = replay.households["household_number"].implode()
    strangers = labelled.outcomes.filter(~pl.col("household_number").is_in(known)).height
    if strangers:
        yield Text(
            f"{strangers:,} 条核查结果的户编号不在任何一个月的台账里，没有采用",
            f"{strangers:,} answers are about households that no register has; not used",
        )
    names = {name for rule in replay.rules.values() for name in (rule.name, rule.kind)}
    rules = sorted(set(labelled.outcomes["rule"].drop_nulls()) - names)
    if rules:
        yield Text(
            f"核查结果里的规则或类型不认识，没有采用：{'、'.join(rules)}",
            f"rules or kinds of the answers that no pack has, not used: {', '.join(rules)}",
        )
