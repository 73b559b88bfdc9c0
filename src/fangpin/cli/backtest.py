"""`fangpin backtest`: past months against what became of their findings."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from fangpin.cli.table import lines
from fangpin.kernel.errors import FangpinError, Language, Text
from fangpin.policy import load_pack
from fangpin.screening.backtest import WITHIN, Backtest
from fangpin.screening.backtest import backtest as run_backtest
from fangpin.screening.backtest_json import as_json
from fangpin.screening.backtest_rows import (
    ALTERNATIVES,
    MONTHS,
    RULES,
    Cell,
    alternative_rows,
    month_rows,
    rule_rows,
    write_workbook,
)
from fangpin.screening.outcomes import load_outcomes


@click.command()
@click.argument("runs", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--outcomes", type=click.Path(path_type=Path), help="Answers: CSV, Excel, Parquet.")
@click.option(
    "--set", "values", multiple=True, metavar="param.X=A;B", help="Other values to try, one by one."
)
@click.option("--within", default=WITHIN, show_default=True, help="Days in which an answer counts.")
@click.option("--run-pack", help="The pack of the runs where it is not a shipped one.")
@click.option("--by-month", is_flag=True, help="Also month by month.")
@click.option("--excel", type=click.Path(path_type=Path), help="Write a workbook.")
@click.option("--json", "as_json_too", is_flag=True, help="Print JSON.")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh")
def backtest(
    runs: tuple[Path, ...],
    outcomes: Path | None,
    values: tuple[str, ...],
    within: int,
    run_pack: str | None,
    by_month: bool,
    excel: Path | None,
    as_json_too: bool,
    language: Language,
) -> None:
    """Replay RUNS (run folders, or folders of them) as they were known then.

    Prints per rule what was confirmed, refused and unanswered, how long before the household came
    to light by other means it was found, and what other figures would have given.
    """
    answers = load_outcomes(outcomes) if outcomes else None
    pack = load_pack(run_pack) if run_pack else None
    result = run_backtest(
        runs,
        answers,
        tried(values),
        within=within,
        packs=(lambda _: pack) if pack else None,
    )
    if excel is not None:
        write_workbook(result, excel, language)
    if as_json_too:
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=1))
        return
    _print(result, by_month, language)


def tried(values: Sequence[str]) -> dict[str, list[str]]:
    """`param.X=A;B` → X: [A, B]. Several values are divided by ; or, without any, by commas."""
    found: dict[str, list[str]] = {}
    for value in values:
        name, equals, text = value.partition("=")
        parts = text.replace("；", ";").split(";" if ";" in text or "；" in text else ",")
        listed = [part.strip() for part in parts if part.strip()]
        if not equals or not name.strip() or not listed:
            raise FangpinError.because(
                f"--set 应写成 param.名称=值;值，写的是“{value}”",
                f"--set is written param.NAME=VALUE;VALUE, got {value!r}",
                do_zh="例如 --set 'param.relief_line=2000元;4000元'",
                do_en="for example --set 'param.relief_line=2000元;4000元'",
            )
        found.setdefault(name.strip(), []).extend(listed)
    return found


def _print(result: Backtest, by_month: bool, language: Language) -> None:
    first, last = result.months[0].as_of, result.months[-1].as_of
    title = Text(
        f"回测 {len(result.months)} 个月：{first} 至 {last}",
        f"backtest of {len(result.months)} months: {first} to {last}",
    )
    click.echo(title.in_language(language))
    for note in result.notes:
        click.echo(f"  ※ {note.in_language(language)}")
    _table(Text("按规则（户）", "by rule (households)"), RULES, rule_rows(result), 1, language)
    if by_month:
        rows = month_rows(result)
        _table(Text("逐月（户）", "by month (households)"), MONTHS, rows, 2, language)
    rows = alternative_rows(result)
    if rows:
        _table(Text("换个标准", "other figures"), ALTERNATIVES, rows, 3, language)


def _table(
    title: Text,
    head: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    texts: int,
    language: Language,
) -> None:
    def shown(cell: Cell) -> str:
        if isinstance(cell, Text):
            return cell.in_language(language)
        return f"{cell:,}" if isinstance(cell, int) else cell

    click.echo(f"\n{title.in_language(language)}")
    words = [each.in_language(language) for each in head]
    for line in lines(words, [[shown(cell) for cell in row] for row in rows], texts):
        click.echo(f"  {line}")
