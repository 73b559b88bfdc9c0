"""What became of findings: answers of field checks, and households that came to light otherwise.

The table, one row per answer (CSV, Excel or Parquet):

| column | meaning |
|---|---|
| `household_number` | as in the register |
| `rule` | name of the rule, or the kind of finding; blank: the household as such |
| `answered_on` | day of the answer |
| `result` | `confirmed`, `refused`, `in_monitoring` (was monitored already), `not_living_here` |
| `channel` | `field_check`: an answer to a finding. Anything else (`own_application`, `cadre_visit`, `hotline`, `press` …): the household came to light by itself |

Headers and results may be Chinese (户编号、规则或疑点类型、答复日期、结果、渠道; 属实、不属实、已在监测、不在此居住).
Answers are labels: no rule ever reads them. A finding without an answer is unanswered, not refused.
"""  # noqa: E501

from datetime import date, datetime
from pathlib import Path

import polars as pl

from fangpin.kernel.characters import without_spaces
from fangpin.kernel.dates import read_date
from fangpin.kernel.errors import FangpinError, Problem, Text, Where

SCHEMA = {
    "household_number": pl.String,
    "rule": pl.String,
    "answered_on": pl.Date,
    "result": pl.String,
    "channel": pl.String,
}
FIELD_CHECK = "field_check"
RESULTS = {
    "confirmed": Text("属实", "confirmed"),
    "refused": Text("不属实", "refused"),
    "in_monitoring": Text("已在监测", "in monitoring already"),
    "not_living_here": Text("不在此居住", "not living here"),
}
CHANNELS = {
    FIELD_CHECK: Text("入户核查", "field check"),
    "own_application": Text("自主申报", "own application"),
    "cadre_visit": Text("干部走访", "cadre visit"),
    "hotline": Text("热线", "hotline"),
    "press": Text("媒体", "press"),
}
_HEADERS = {
    "household_number": ("户编号", "户号", "household"),
    "rule": ("规则", "疑点类型", "规则或疑点类型", "kind"),
    "answered_on": ("答复日期", "核查日期", "日期", "date"),
    "result": ("结果", "核查结果"),
    "channel": ("渠道", "来源", "发现渠道"),
}
_OPTIONAL = ("rule", "channel")
_MOST_PROBLEMS = 20
EMPTY = pl.DataFrame(schema=SCHEMA)


def load_outcomes(path: Path) -> pl.DataFrame:
    """SCHEMA, sorted by household, day, rule; equal rows once.

    Raises FangpinError: no such file or format, a column missing, values that are not understood
    (the first twenty of them, by row).
    """
    raw = _read(path)
    named = _named(path, raw)
    read = {
        "household_number": _texts(named["household_number"]),
        "rule": _texts(named["rule"]) if "rule" in named.columns else [None] * named.height,
        "channel": _texts(named["channel"])
        if "channel" in named.columns
        else [None] * named.height,
        "result": _texts(named["result"]),
        "answered_on": named["answered_on"].to_list(),
    }
    problems: list[Problem] = []
    rows = []
    for number in range(named.height):
        values = {name: column[number] for name, column in read.items()}
        if all(value is None for value in values.values()):
            continue
        row = _row(path, number + 2, values, problems)
        if row is not None:
            rows.append(row)
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise FangpinError(problems)
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row").unique()
    return table.sort(*SCHEMA, nulls_last=False)


def _read(path: Path) -> pl.DataFrame:
    try:
        match path.suffix.lower():
            case ".parquet":
                return pl.read_parquet(path)
            case ".csv":
                return pl.read_csv(path, infer_schema=False, encoding="utf8")
            case ".xlsx" | ".xls":
                return pl.read_excel(path, engine="calamine")
    except (OSError, pl.exceptions.PolarsError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    raise _unreadable(path, path.suffix)


def _unreadable(path: Path, why: str) -> FangpinError:
    return FangpinError.because(
        f"无法读取核查结果：{why}",
        f"the answers cannot be read: {why}",
        do_zh="给出 UTF-8 的 CSV、Excel 或 Parquet 文件",
        do_en="give a CSV file in UTF-8, an Excel or a Parquet file",
        where=Where.of(path),
    )


def _named(path: Path, raw: pl.DataFrame) -> pl.DataFrame:
    """Columns under their own names; others are left out."""
    found: dict[str, str] = {}
    for name, others in _HEADERS.items():
        for column in raw.columns:
            if without_spaces(column.removeprefix("\ufeff")).lower() in (name, *others):
                found.setdefault(name, column)
    missing = [name for name in SCHEMA if name not in found and name not in _OPTIONAL]
    if missing:
        listed = "、".join(f"{_HEADERS[name][0]}（{name}）" for name in missing)
        raise FangpinError.because(
            f"核查结果缺少列：{listed}",
            f"the answers lack the columns {', '.join(missing)}",
            do_zh="表头写 household_number、rule、answered_on、result、channel 或相应中文",
            do_en="name the columns household_number, rule, answered_on, result, channel",
            where=Where.of(path),
        )
    return raw.select(pl.col(column).alias(name) for name, column in found.items())


def _texts(column: pl.Series) -> list[str | None]:
    """Texts without spaces around them; blank is None; whole numbers without decimals."""
    texts = column.cast(pl.String).str.strip_chars().to_list()
    return [text.removesuffix(".0") if text else None for text in texts]


def _row(
    path: Path, number: int, values: dict[str, object], problems: list[Problem]
) -> tuple[object, ...] | None:
    day = _day(values["answered_on"])
    result = _word(values["result"], RESULTS)
    wrong = [
        name
        for name, value in (
            ("household_number", values["household_number"]),
            ("answered_on", day),
            ("result", result),
        )
        if value is None
    ]
    for name in wrong:
        shown = values[name] if values[name] is not None else ""
        known = "、".join(f"{key}({text.zh})" for key, text in RESULTS.items())
        do = {
            "household_number": Text("补上户编号", "fill in the household's number"),
            "answered_on": Text("写成 2021-06-15", "write it like 2021-06-15"),
            "result": Text(f"写 {known} 之一", f"write one of {', '.join(RESULTS)}"),
        }[name]
        problems.append(
            Problem(
                Text(f"“{shown}”不能作为{_HEADERS[name][0]}", f"{shown!r} is no {name}"),
                do,
                Where(file=str(path), row=number, column=name),
            )
        )
    if wrong:
        return None
    channel = values["channel"]
    known_channel = _word(channel, CHANNELS) if channel is not None else FIELD_CHECK
    return values["household_number"], values["rule"], day, result, known_channel or channel


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not value.strip():
        return None
    return read_date(value).value


def _word(value: object, words: dict[str, Text]) -> str | None:
    text = without_spaces(str(value)).lower() if value is not None else ""
    for key, each in words.items():
        if text in (key, each.zh, each.en):
            return key
    return None
