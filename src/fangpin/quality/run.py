"""The rules of a pack on exports: who is hit, why, and which rules could not be checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from fangpin.engine.compiled import Compiled
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome, evaluate_rule
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import FangpinError, Problem, Severity, Text, Where
from fangpin.policy.language import nodes
from fangpin.policy.pack import Fact, Pack, Rule
from fangpin.quality.hits import hits_table
from fangpin.quality.intake import Exports, register_of, take_in
from fangpin.quality.raw import sheets_of
from fangpin.quality.sheets import ExportSheet, Unused, export_sheets

GROUP = "quality"
_DAY = re.compile(r"(20\d\d)\D(\d{1,2})\D(\d{1,2})(?!\d)")


@dataclass(frozen=True)
class NotChecked:
    """A rule that could not be applied, and the facts whose export or column was not sent."""

    rule: Rule
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Checked:
    """`hits` as `quality.hits.HITS` says."""

    hits: pl.DataFrame
    exports: Exports
    as_of: date
    not_checked: tuple[NotChecked, ...]
    unused: tuple[Unused, ...]


def check(
    pack: Pack,
    paths: Sequence[Path],
    as_of: date | None = None,
    read: Sequence[RawSheet] | None = None,
) -> Checked:
    """Every quality rule of the pack on the exports. `as_of`: the day they speak of (default: the
    one written above the header of the register export); `read`: the sheets of these files, if they
    have been read already. Raises FangpinError for unreadable files, a register that is
    missing or empty, and an unknown day."""
    sheets, unused = export_sheets(pack, sheets_of(paths) if read is None else read)
    try:
        _require_rows(register_of(sheets))
        as_of = as_of or _day_written(sheets)
    except FangpinError as error:
        raise FangpinError([*error.problems, *(_not_used(each) for each in unused)]) from None
    exports = take_in(pack, sheets, as_of)
    facts, outcomes, not_checked = evaluated(pack, exports, as_of)
    hits = hits_table(facts, exports, outcomes)
    return Checked(hits, exports, as_of, tuple(not_checked), tuple(unused))


def evaluated(
    pack: Pack, exports: Exports, as_of: date, compiled: Compiled | None = None
) -> tuple[Facts, list[Outcome], list[NotChecked]]:
    """Every quality rule of the pack, asked of the exports as far as their columns allow.
    `compiled`: the pack made ready for the day, if it is at hand."""
    facts = Facts(pack, exports.snapshot, as_of, compiled or Compiled(pack, as_of))
    outcomes: list[Outcome] = []
    not_checked: list[NotChecked] = []
    for rule in pack.rules.values():
        if rule.group != GROUP:
            continue
        absent = _lacking(facts, rule)
        if absent:
            not_checked.append(NotChecked(rule, absent))
        else:
            outcomes.append(evaluate_rule(facts, rule))
    return facts, outcomes, not_checked


def _require_rows(register: Sequence[ExportSheet]) -> None:
    """An export without a row is an export that went wrong, not a county without faults."""
    if any(each.frame.height for each in register):
        return
    raise FangpinError.because(
        "监测对象信息里只有表头，没有一行数据",
        "the register export has a header and not one row",
        do_zh="检查导出时选的地区和年度，重新导出",
        do_en="look at the area and the year that were chosen, and export it again",
        where=Where(register[0].file, register[0].sheet or None),
    )


def _not_used(unused: Unused) -> Problem:
    """Beside a refusal: a file that was meant to be an export may be what is missing."""
    return Problem(
        Text(f"没有使用：{unused.why.zh}", f"not used: {unused.why.en}"),
        Text(
            "如果这是导出表，请核对文件是否完整、表头是否在前20行",
            "if this is an export, see that the file is whole and its header in the first 20 rows",
        ),
        Where(unused.file, unused.sheet or None),
        Severity.warning,
    )


def _day_written(sheets: Sequence[ExportSheet]) -> date:
    """“数据截止 2023-12-18” above the header of the register export, else of another export."""
    ordered = sorted(sheets, key=lambda each: each.contract.role == "feed")
    for sheet in ordered:
        found = _DAY.search(sheet.title)
        if found:
            try:
                return date(*(int(each) for each in found.groups()))
            except ValueError:
                continue
    raise FangpinError.because(
        "导出表的标题行里没有数据截止日期",
        "no day is written above the header of the exports",
        do_zh="在命令里写 --as-of 2023-12-18 这样的日期",
        do_en="give it as --as-of 2023-12-18",
    )


def _lacking(facts: Facts, rule: Rule) -> tuple[Fact, ...]:
    """Facts of the rule that cannot be known: their column or export was not sent."""
    snapshot = facts.snapshot
    lacking = []
    for fact in facts.compiled.sources(rule):
        if fact.registry is not None:
            if fact.registry not in snapshot.table(fact.subject).columns:
                lacking.append(fact)
            continue
        rows = facts.rows(fact)
        if rows is None or not _columns_read(fact) <= set(rows.frame.columns):
            lacking.append(fact)
    return tuple(lacking)


def _columns_read(fact: Fact) -> set[str]:
    """Columns of the delivery that the fact reads."""
    expressions = [each.node for each in fact.expressions.values() if each.node is not None]
    read = {
        node.name
        for expression in expressions
        for node in nodes.walk(expression)
        if isinstance(node, nodes.Column)
    }
    return read | ({fact.order_by} if fact.order_by else set())
