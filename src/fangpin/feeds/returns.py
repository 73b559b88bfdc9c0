"""Workbooks that go back to the departments: their own rows, what is wrong, what to do.

One workbook per file. Text is written as text (nothing starts a formula), long numbers as text
(nothing is cut again), amounts and short numbers as numbers.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.delivery import Delivery, Verdict
from fangpin.feeds.reasons import Action
from fangpin.feeds.tables import RawSheet

DOUBTFUL = (
    "linked_by_name_birth_village", "linked_by_name_village", "linked_by_head", "linked_by_model",
    "register_id_repaired",
)  # fmt: skip
"""Corrected rows that the sender should nevertheless confirm."""
ADDED = ("原表行号", "处理结果", "问题", "怎么办")
ACTIONS = {
    Action.rejected: "退回",
    Action.duplicate: "重复，只计一次",
    Action.flagged: "已采用，请核对",
    Action.corrected: "已采用，请确认",
    Action.quarantined: "整份暂不采用",
}
VERDICTS = {
    Verdict.accepted: "已采用",
    Verdict.accepted_with_gaps: "已采用，但不完整",
    Verdict.quarantined: "整份暂不采用，请核对后重报",
    Verdict.refused: "无法读取，请重报",
    Verdict.not_recognised: "认不出是哪一类数据，请核对",
}
_WIDEST = 40
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_MOST_ROWS = 100_000
_CREATED = datetime(2000, 1, 1)

Progress = Callable[[str, int, int], None]


@dataclass
class SentSheet:
    """A sheet as it came, for the return workbook: where its headers are and what is data."""

    sheet: RawSheet
    header_rows: tuple[int, ...]
    headers: tuple[str, ...] = ()


@dataclass
class Workpapers:
    """What returns need beyond the run folder; in memory only. Key: file name."""

    sheets: dict[str, list[SentSheet]] = field(default_factory=dict)


def write_returns(intake: Any, folder: Path, progress: Progress | None = None) -> list[Path]:
    """A workbook for each file with rejected or doubtful rows, `<file stem>_退回.xlsx`.

    `intake` as returned by `take_in`. Makes `folder`; returns the paths written, in file order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = returned_rows(intake.rows)
    by_file = {str(key[0]): part for key, part in shown.group_by("file", maintain_order=True)}
    chosen = [
        delivery
        for delivery in intake.deliveries
        if delivery.file in by_file
        or delivery.verdict in (Verdict.quarantined, Verdict.accepted_with_gaps)
    ]
    written: list[Path] = []
    used: set[str] = set()
    for step, delivery in enumerate(chosen):
        if progress:
            progress("returns", step, len(chosen))
        path = folder / _file_name(delivery.file, used)
        rows = by_file.get(delivery.file, shown.clear())
        write_return(path, delivery, rows, intake.workpapers.sheets.get(delivery.file, []))
        written.append(path)
    if progress:
        progress("returns", len(chosen), len(chosen))
    return written


def _file_name(file: str, used: set[str]) -> str:
    """`<stem>_退回.xlsx`; the suffix is kept when two files share a stem."""
    path = Path(file)
    name = f"{path.stem}_退回.xlsx"
    if name in used:
        name = f"{path.stem}_{path.suffix.lstrip('.')}_退回.xlsx"
    used.add(name)
    return name


def returned_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Lines of `rows.parquet` that a sender has to see."""
    return rows.filter(
        pl.col("action").is_in(
            [Action.rejected.value, Action.duplicate.value, Action.flagged.value]
        )
        | ((pl.col("action") == Action.corrected.value) & pl.col("reason").is_in(list(DOUBTFUL)))
    )


def write_return(
    path: Path, delivery: Delivery, rows: pl.DataFrame, sheets: list[SentSheet]
) -> None:
    """The workbook of one file. `rows` as in `rows.parquet`, only lines to be shown."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    content = BytesIO()  # the library would hide from the caller that the disk is full
    with xlsxwriter.Workbook(content, options) as book:
        # A fixed date: the same rows give the same workbook.
        book.set_properties({"title": "退回数据", "created": _CREATED})
        formats = _Formats(book)
        _cover(book, formats, delivery, rows)
        names: set[str] = {"说明"}
        for sent in sheets:
            mine = rows.filter(pl.col("sheet") == sent.sheet.sheet)
            if mine.height:
                _rows_sheet(book, formats, sent, mine, names)
    path.write_bytes(content.getvalue())


class _Formats:
    """The few looks of a return workbook."""

    def __init__(self, book: Any) -> None:
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.title = book.add_format({**font, "bold": True, "font_size": 16})
        self.text = book.add_format({**font, "text_wrap": True, "valign": "top"})
        self.plain = book.add_format({**font, "num_format": "@", "border": 1})
        self.number = book.add_format({**font, "border": 1})
        self.header = book.add_format(
            {**font, "bold": True, "text_wrap": True, "bg_color": "#D9E2F3", "border": 1,
             "align": "center"}
        )  # fmt: skip
        self.added = book.add_format(
            {**font, "bold": True, "text_wrap": True, "bg_color": "#FFE699", "border": 1,
             "align": "center"}
        )  # fmt: skip
        self.bad = book.add_format(
            {**font, "num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006",
             "bold": True, "border": 1}
        )  # fmt: skip
        self.doubt = book.add_format(
            {**font, "num_format": "@", "bg_color": "#FFEB9C", "border": 1}
        )
        self.note = book.add_format({**font, "text_wrap": True, "border": 1})
        self.count = book.add_format({**font, "border": 1, "align": "right", "num_format": "#,##0"})
        self.label = book.add_format({**font, "border": 1, "bg_color": "#F2F2F2"})


def _cover(book: Any, formats: _Formats, delivery: Delivery, rows: pl.DataFrame) -> None:
    """What the file is, how many rows were taken, why rows come back, what to do."""
    sheet = book.add_worksheet("说明")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 70)
    sheet.write_string(0, 0, "数据退回说明", formats.title)
    line = 2
    label = delivery.label.zh if delivery.label else "(未识别)"
    period = delivery.period.strftime("%Y年%m月") if delivery.period else "—"
    sender = delivery.sender.zh if delivery.sender else "—"
    for name, text in (
        ("文件", delivery.file), ("识别为", label), ("报送单位", sender), ("所属期", period),
        ("结论", VERDICTS[delivery.verdict]),
    ):  # fmt: skip
        sheet.write_string(line, 0, name, formats.label)
        sheet.merge_range(line, 1, line, 2, text, formats.note)
        line += 1
    line += 1
    counts = delivery.rows
    for name, number, text in (
        ("读到的数据行", counts.read, "= 采用 + 更正后采用 + 退回"),
        ("采用", counts.accepted, ""),
        ("更正后采用", counts.corrected, "已按规范写法更正，无需重报"),
        ("退回", counts.rejected,
         f"其中重复行 {counts.of_which_duplicates} 行(只计一次)"),
        ("采用但请核对", counts.flagged, "已计入采用或更正后采用"),
    ):  # fmt: skip
        sheet.write_string(line, 0, name, formats.label)
        sheet.write_number(line, 1, number, formats.count)
        sheet.write_string(line, 2, text, formats.note)
        line += 1
    if delivery.reasons:
        line += 1
        sheet.write_string(line, 0, "对整份数据的意见", formats.label)
        for reason in delivery.reasons:
            sheet.merge_range(line, 1, line, 2, reason.zh, formats.note)
            line += 1
    line = _reason_list(sheet, formats, rows, line + 1)
    sheet.merge_range(
        line + 1, 0, line + 1, 2,
        "请在业务系统中更正后重新导出；退回的行可单独重报，表头不变。"
        "“退回”的单元格标为红色，“请核对”的标为黄色；右侧四列由核查系统填写。",
        formats.text,
    )  # fmt: skip
    sheet.set_row(line + 1, 36)


def _reason_list(sheet: Any, formats: _Formats, rows: pl.DataFrame, line: int) -> int:
    """Causes by number of rows, each with its remedy once."""
    if not rows.height:
        return line
    groups = (
        rows.group_by("action", "reason")
        .agg(pl.len().alias("rows"), pl.col("remedy_zh").first())
        .sort(["rows", "reason"], descending=[True, False])
    )
    for column, text in enumerate(("原因", "行数", "怎么办")):
        sheet.write_string(line, column, text, formats.header)
    for action, reason, count, remedy in groups.iter_rows():
        line += 1
        sheet.write_string(line, 0, cause(reason), formats.note)
        sheet.write_number(line, 1, count, formats.count)
        shown = ACTIONS.get(Action(action), action)
        # A remedy that quotes one row would mislead here.
        text = remedy.split(";可能应为")[0] if remedy else ""
        sheet.write_string(line, 2, f"【{shown}】{text}", formats.note)
    return line + 1


CAUSES = {
    "id_numeric_cell": "证件号存成数值", "id_scientific_text": "证件号成科学计数法",
    "id_wrong_length": "证件号位数不对", "id_bad_characters": "证件号有错字符",
    "id_bad_date": "证件号出生日期不存在", "id_wrong_check_digit": "证件号校验位不符",
    "id_bad_disability_code": "残疾人证号末两位不符", "id_blank": "证件号为空",
    "id_placeholder": "证件号为占位码", "id_of_another": "证件号属于另一人",
    "id_shared_in_register": "两人同用一个证件号", "register_id_unusable": "台账证件号不能采用",
    "register_id_of_another": "台账证件号属于另一人",
    "register_head_id_unusable": "户主证件号不能采用",
    "name_lost_characters": "姓名生僻字丢失", "name_blank": "姓名为空",
    "linked_by_name_birth_village": "按姓名、出生日期、村对应", "linked_by_name_village":
    "按姓名和村对应", "linked_by_head": "按户主证件号对应", "linked_by_model": "综合比对对应",
    "linked_by_review": "经人工核对对应", "register_id_repaired": "台账号码有误",
    "number_differs": "证件号与台账相近而不同",
    "not_linked_ambiguous": "不能确定是谁", "not_linked_clue": "线索未对应到户",
    "not_linked_village": "认不出村", "village_of_several": "合并后的村名",
    "date_impossible": "日期不存在",
    "date_unreadable": "认不出日期", "money_pending": "金额待核", "money_unreadable": "认不出金额",
    "money_range": "金额是范围", "money_too_precise": "金额多于两位小数",
    "unit_undeclared": "未注明元或万元", "number_unreadable": "不是数字",
    "out_of_domain": "数值超出范围", "unknown_word": "写法不在代码表", "bool_unreadable":
    "不是“是”或“否”", "formula_without_value": "公式没有结果", "cell_error": "公式出错",
    "required_blank": "必填项为空", "level_conflict": "残疾等级与证号不一致",
    "category_conflict": "残疾类别与证号不一致", "duplicate_row": "重复行",
    "duplicate_in_another_part": "在另一表中重复", "same_key_different": "编号相同、内容不同",
    "hidden_row": "隐藏行", "place_wrong_township": "乡镇与村不符",
    "person_in_two_households": "同一人在两户", "person_of_two_households_kept":
    "同一人在两户(暂按此户)", "household_size_mismatch": "户人口数不符",
    "household_unknown": "户编号不在户表", "household_number_repeated": "户编号重复",
    "household_without_members": "户没有成员", "place_unknown": "认不出户所在村",
    "record_too_few_fields": "记录字段太少", "record_too_many_fields": "记录字段过多",
    "record_broken_over_two_lines": "记录断成两行", "record_unclosed_quote": "引号不成对",
}  # fmt: skip


def cause(reason: str) -> str:
    """A few Chinese words for a reason code."""
    return CAUSES.get(reason, reason)


def _rows_sheet(
    book: Any, formats: _Formats, sent: SentSheet, rows: pl.DataFrame, names: set[str]
) -> None:
    """The sender's header and rows, offending cells marked, four columns added."""
    raw = sent.sheet
    sheet = book.add_worksheet(_sheet_name(raw.sheet or "数据", names))
    width = _used_width(raw)
    widths = [8.0] * width
    top = _headers(sheet, formats, sent, width, widths)
    marks: dict[int, dict[int, str]] = {}
    texts: dict[int, tuple[list[str], list[str], list[str]]] = {}
    for row, column, action, zh, remedy in rows.select(
        "row", "column", "action", "reason_zh", "remedy_zh"
    ).iter_rows():
        index = column_index(column)
        if index is not None:
            worse = marks.setdefault(row, {})
            if worse.get(index) not in (Action.rejected, Action.duplicate):
                worse[index] = action
        actions, causes, remedies = texts.setdefault(row, ([], [], []))
        for listed, text in ((actions, action), (causes, zh), (remedies, remedy)):
            if text and text not in listed:
                listed.append(text)
    line = top
    for row in sorted(texts)[:_MOST_ROWS]:
        _row(sheet, formats, raw, row, line, width, marks.get(row, {}), widths)
        actions, causes, remedies = texts[row]
        sheet.write_number(line, width, row, formats.number)
        result = next(ACTIONS[a] for a in ACTIONS if a.value in actions)
        mark = formats.bad if result.startswith("退回") else formats.doubt
        sheet.write_string(line, width + 1, result, mark)
        sheet.write_string(line, width + 2, "\n".join(causes), formats.note)
        sheet.write_string(line, width + 3, "\n".join(remedies), formats.note)
        needed = max(_lines(causes, 46), _lines(remedies, 40))
        if needed > 1:
            sheet.set_row(line, 15.5 * needed)
        line += 1
    for index, size in enumerate(widths):
        sheet.set_column(index, index, min(size, _WIDEST))
    for index, size in enumerate((10, 16, 50, 44)):
        sheet.set_column(width + index, width + index, size)
    sheet.freeze_panes(top, 0)
    sheet.autofilter(top - 1, 0, max(line - 1, top), width + 3)


def _headers(
    sheet: Any, formats: _Formats, sent: SentSheet, width: int, widths: list[float]
) -> int:
    """Header rows as the sender wrote them (group headers repeated); the next free row."""
    rows = sent.header_rows or (0,)
    for line, row in enumerate(rows):
        last = line == len(rows) - 1
        for index in range(width):
            text = sent.sheet.cell(row, index) or ""
            if not text and last and index < len(sent.headers):
                text = sent.headers[index].rsplit("/", 1)[-1]
            sheet.write_string(line, index, text, formats.header)
            if last:
                widths[index] = max(widths[index], min(display_width(text), 20) + 2)
        for index, text in enumerate(ADDED):
            sheet.write_string(line, width + index, text if last else "", formats.added)
    return len(rows)


def _row(
    sheet: Any,
    formats: _Formats,
    raw: RawSheet,
    row: int,
    line: int,
    width: int,
    marks: dict[int, str],
    widths: list[float],
) -> None:
    broken = {number: text for number, text, _ in raw.broken}
    if row in broken:
        sheet.write_string(line, 0, broken[row], formats.bad)
        return
    for index in range(width):
        text = raw.cell(row, index)
        mark = marks.get(index)
        look = {
            None: formats.plain,
            Action.rejected.value: formats.bad,
            Action.duplicate.value: formats.bad,
        }.get(mark, formats.doubt)
        if text is None:
            sheet.write_blank(line, index, None, look)
            continue
        kind = raw.columns[index].kind[row - 1]
        if kind == CellKind.number and mark is None and len(text) <= 12:
            sheet.write_number(line, index, float(text), formats.number)
        else:
            sheet.write_string(line, index, text, look)
        widths[index] = max(widths[index], min(display_width(text), _WIDEST) + 2)


def _used_width(raw: RawSheet) -> int:
    """Columns up to the last one that says something."""
    for index in range(len(raw.columns) - 1, -1, -1):
        if raw.columns[index].text.null_count() < raw.rows:
            return index + 1
    return 1


def _lines(texts: list[str], per_line: int) -> int:
    return sum(-(-display_width(text) // per_line) or 1 for text in texts)


def display_width(text: str) -> int:
    """Width in half-width characters: Chinese characters count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def column_index(letters: str | None) -> int | None:
    """A → 0, AA → 26; None for none."""
    if not letters:
        return None
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _sheet_name(name: str, used: set[str]) -> str:
    """A name Excel takes, at most 31 characters, not used before in this workbook."""
    base = _SHEET_NAME.sub("_", name).strip("'")[:28] or "数据"
    candidate, number = base, 2
    while candidate.lower() in {name.lower() for name in used}:
        candidate = f"{base}_{number}"
        number += 1
    used.add(candidate)
    return candidate
