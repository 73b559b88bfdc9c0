"""A comparison as files: a workbook for people, CSV and Parquet for the list of flips.

Lists are written piece by piece. No cell can become a formula.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from fangpin.kernel.errors import Language, Text
from fangpin.kernel.neutral import neutral_table
from fangpin.screening.comparison import LEVELS, Comparison, Level
from fangpin.screening.entitlements import ProgrammeEffect
from fangpin.screening.flips import DIRECTION_WORDS, SCHEMA
from fangpin.screening.payments import Cost
from fangpin.screening.sheet_book import SheetBook
from fangpin.screening.tally import Counts

COUNTS = {
    "before": Text("现有疑点", "found now"),
    "after": Text("试算后", "found then"),
    "gained": Text("新增", "gained"),
    "lost": Text("减少", "lost"),
    "newly": Text("新增中原无疑点", "of gained: none before"),
    "no_longer": Text("减少后再无疑点", "of lost: none left"),
    "became_unknown": Text("转为无法判断", "can no longer be decided"),
    "unknown_before": Text("现无法判断", "undecided now"),
    "unknown_after": Text("试算后无法判断", "undecided then"),
}
STATUS_WORDS = {
    "same": Text("不变", "same"),
    "changed": Text("有变化", "changed"),
    "added": Text("新增规则", "added"),
    "dropped": Text("取消", "dropped"),
}
SUBJECT_WORDS = {
    "person": Text("人", "persons"),
    "household": Text("户", "households"),
    "village": Text("村", "villages"),
}
LEVEL_WORDS: dict[Level, Text] = {
    "township": Text("乡镇", "townships"),
    "village": Text("行政村", "villages"),
    "kind": Text("疑点类型", "kinds"),
}
LIST = {
    "direction": Text("变化", "change"),
    "kind": Text("疑点类型", "kind"),
    "township": Text("乡镇", "township"),
    "village": Text("行政村", "village"),
    "household_number": Text("户编号", "household"),
    "person_number": Text("人编号", "person"),
    "before": Text("现在", "now"),
    "after": Text("试算后", "then"),
    "rule": Text("规则", "rule"),
}


def write_parquet(answer: Comparison, path: Path) -> None:
    """Every flip with its sentences in both languages (SCHEMA of `flips.py`)."""
    pieces = list(answer.told_in_slices())
    table = pl.concat(pieces) if pieces else pl.DataFrame(schema=SCHEMA)
    table.write_parquet(path, compression="zstd")


def write_csv(answer: Comparison, path: Path, language: Language = "zh") -> None:
    """The list of flips, UTF-8 with BOM."""
    with path.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf")
        head = pl.DataFrame(schema=dict.fromkeys(LIST, pl.String))
        _renamed(head, language).write_csv(stream)
        for piece in answer.told_in_slices():
            _renamed(neutral_table(_readable(piece, language)), language).write_csv(
                stream, include_header=False
            )


def _readable(piece: pl.DataFrame, language: Language) -> pl.DataFrame:
    words = {name: text.in_language(language) for name, text in DIRECTION_WORDS.items()}
    return piece.select(
        pl.col("direction").replace(words),
        pl.col(f"kind_{language}").alias("kind"),
        *("township", "village", "household_number", "person_number"),
        pl.col(f"before_{language}").alias("before"),
        pl.col(f"after_{language}").alias("after"),
        "rule",
    )


def _renamed(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    return frame.rename({name: text.in_language(language) for name, text in LIST.items()})


def write_workbook(answer: Comparison, path: Path, language: Language = "zh") -> None:
    """Sheets: overview, rules, townships, villages, kinds, programmes, and the list of flips (one
    sheet for each million). Raises OSError when the file cannot be written."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    book = _Book(workbook, language)
    book.overview(answer)
    book.rules(answer)
    for level in LEVELS:
        rows = ((each.label, each.key, *_counts(each.counts)) for each in answer.by(level))
        title = LEVEL_WORDS[level]
        book.table(title, (title, Text("代码", "code"), *COUNTS.values()), rows, (22, 30))
    book.programmes(answer)
    book.flips(answer)
    try:
        workbook.close()
    except FileCreateError as error:  # hides what the system said, a full disk for one
        raise (error.args[0] if isinstance(error.args[0], OSError) else error) from error


def _counts(counts: Counts) -> list[int]:
    return [getattr(counts, name) for name in COUNTS]


class _Book(SheetBook):
    """The sheets of a comparison."""

    def overview(self, answer: Comparison) -> None:
        """What was asked, what comes of it, what it costs."""
        total, costs = answer.total, answer.costs
        rows: list[tuple[object, object]] = [
            (Text("问题和结果", "question and answer"), answer.sentence),
            (Text("政策包", "pack"), answer.pack.title),
            (Text("比对日期", "day of the run"), str(answer.after.as_of)),
        ]
        rows += [
            (each.label, Text(f"{each.before_text.zh} → {each.after_text.zh}",
                              f"{each.before_text.en} → {each.after_text.en}"))
            for each in answer.settings
        ]  # fmt: skip
        rows += [(text, getattr(total, name)) for name, text in COUNTS.items()]
        rows += [
            (ENTITLED, costs.entitled.text),
            (LED, costs.led.text),
            (WITHOUT_FIGURE, _names(costs.without_figure)),
            (ONCE, _names(costs.once)),
        ]
        head = (Text("项目", "item"), Text("内容（户）", "content (households)"))
        self.table(Text("概览", "overview"), head, rows, (34, 90))

    def rules(self, answer: Comparison) -> None:
        """Rule by rule: subjects, households."""
        head = (
            *(Text("规则", "rule"), Text("名称", "label"), Text("情况", "status")),
            Text("对象", "about"),
            *COUNTS.values(),
            *(Text("新增户", "households gained"), Text("减少户", "households lost")),
        )
        rows = (
            (
                each.name,
                each.label,
                STATUS_WORDS[each.status],
                SUBJECT_WORDS[each.subject],
                *_counts(each.subjects),
                *((each.households.gained, each.households.lost) if each.households else ("", "")),
            )
            for each in answer.rules
        )
        self.table(Text("规则", "rules"), head, rows, (26, 30))

    def programmes(self, answer: Comparison) -> None:
        """Programme by programme: who is entitled, what findings lead to, what it costs."""
        head = (
            Text("待遇", "programme"),
            Text("牵头单位", "lead"),
            Text("对象", "about"),
            Text("现符合", "entitled now"),
            Text("试算后符合", "entitled then"),
            Text("新增疑点户中符合且未享受", "entitled, not receiving, in gained households"),
            Text("减少疑点户中符合且未享受", "entitled, not receiving, in lost households"),
            Text("标准", "amount"),
            *(ENTITLED, LED),
        )
        rows = (
            (
                each.label,
                "、".join(each.lead),
                SUBJECT_WORDS[each.subject],
                each.entitled.before,
                each.entitled.after,
                each.led_gained,
                each.led_lost,
                each.amount_after or each.amount_before or "",
                *(shown_cost(each, each.cost), shown_cost(each, each.led_cost)),
            )
            for each in answer.programmes
        )
        self.table(Text("待遇", "programmes"), head, rows, (26, 26, 8, 12, 12, 14, 14, 36, 24, 24))

    def flips(self, answer: Comparison) -> None:
        """The households that come and go."""
        rows = (
            row
            for piece in answer.told_in_slices()
            for row in _readable(piece, self.language).iter_rows()
        )
        widths = (14, 26, 12, 12, 20, 20, 60, 60, 24)
        self.table(Text("名单", "list"), tuple(LIST.values()), rows, widths)


ENTITLED = Text("符合条件者的年费用差", "yearly difference for those entitled")
LED = Text(
    "新增疑点户符合而未享受的年费用（已减去减少户）",
    "yearly: what gained households are entitled to and lack (less lost ones)",
)
ONCE = Text("一次性待遇（不计入年费用）", "paid once (in no yearly sum)")
WITHOUT_FIGURE = Text("政策包没有金额的待遇", "no figure in the pack")


def _names(programmes: Iterable[ProgrammeEffect]) -> Text:
    found = [each.label for each in programmes]
    return Text(
        "、".join(each.zh for each in found) or "无", ", ".join(each.en for each in found) or "none"
    )


def shown_cost(programme: ProgrammeEffect, cost: Cost | None) -> Text:
    """A cost in words; without a figure the reason."""
    if cost is None:
        return programme.reason or Text("—", "—")
    once = Text("（一次性）", " once") if programme.rhythm == "once" else None
    text = cost.text
    return Text(text.zh + once.zh, text.en + once.en) if once else text
