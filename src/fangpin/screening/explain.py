"""What a run says about one household or person, and where every figure comes from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from fangpin.engine.snapshot import table_of
from fangpin.kernel.errors import FangpinError, Language
from fangpin.policy.pack import Pack

_STATES = {
    "new": ("新增", "new"),
    "continuing": ("持续", "continuing"),
    "cleared": ("已清除", "cleared"),
    "unknown": ("待核实", "to be checked"),
}


def findings_of(run: Path, subject: str) -> pl.DataFrame:
    """Findings about a household number, person number or village code, as in findings.parquet.

    Raises FangpinError when `run` is no run folder or the register has no such number.
    """
    path = run / "findings.parquet"
    if not path.is_file():
        raise FangpinError.because(
            f"“{run}”不是比对结果文件夹，缺少 findings.parquet",
            f"{run} is not a run folder, it has no findings.parquet",
            do_zh="指向 fangpin screen --out 写成的文件夹",
            do_en="name a folder that `fangpin screen --out` wrote",
        )
    keys = ("household_number", "person_number", "village_code")
    wanted = pl.any_horizontal([pl.col(key) == subject for key in keys]).fill_null(False)
    found = pl.read_parquet(path).filter(wanted)
    if found.is_empty() and not _in_register(run, subject):
        raise FangpinError.because(
            "这次比对的台账里没有这个户编号、人编号或村代码",
            "the register of this run has no household, person or village with that number",
            do_zh="核对编号后重试；编号以台账导出表为准",
            do_en="check the number; it is the one written in the register's export",
        )
    return found


def _in_register(run: Path, subject: str) -> bool:
    tables = (("households", "number"), ("persons", "number"), ("places", "code"))
    return any(
        not table_of(run / "snapshot", name).filter(pl.col(key) == subject).collect().is_empty()
        for name, key in tables
    )


def lines(found: pl.DataFrame, pack: Pack | None, language: Language) -> Iterator[str]:
    """The findings as text: sentence, clause, figures, source rows."""
    zh = language == "zh"
    if found.is_empty():
        yield "没有疑点。" if zh else "No findings."
        return
    for number, row in enumerate(found.iter_rows(named=True), start=1):
        state = _STATES[row["state"]][0 if zh else 1]
        who = row["person_number"] or row["household_number"] or row["village_code"]
        yield f"{number}. [{state}] {row['kind_zh'] if zh else row['kind_en']} · {who}"
        yield f"   {row['sentence_zh'] if zh else row['sentence_en']}"
        yield from _clause(row, pack, language)
        for entry in row["evidence"] or ():
            yield f"   · {_figure(entry, zh)}"


def _clause(row: dict[str, Any], pack: Pack | None, language: Language) -> Iterator[str]:
    zh = language == "zh"
    word = "依据" if zh else "Clause"
    clause = pack.clauses.get(row["clause"]) if pack else None
    if clause is None:
        yield f"   {word}:{row['clause_path']}" if zh else f"   {word}: {row['clause_path']}"
        return
    summary = clause.summary.in_language(language)
    document = pack.title.in_language(language) if pack else ""
    if zh:
        yield f"   {word}:《{document}》{clause.path} {summary}"
    else:
        yield f"   {word}: {document}, {clause.path}: {summary}"


def _figure(entry: dict[str, Any], zh: bool) -> str:
    label = entry["label_zh"] if zh else entry["label_en"]
    unit = f" {entry['unit']}" if entry["unit"] and entry["unit"] != "1" else ""
    text = f"{label} {entry['value'] if zh else entry['value_en']}{unit}"
    if entry["person_number"]:
        text += f"({entry['person_number']})" if zh else f" ({entry['person_number']})"
    if entry["file"] is None:
        return text
    sheet = f" › {entry['sheet']}" if entry["sheet"] else ""
    row = f"第 {entry['row']} 行" if zh else f"row {entry['row']}"
    return f"{text} ← {entry['file']}{sheet} › {row}"
