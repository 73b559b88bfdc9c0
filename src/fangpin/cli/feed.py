"""`fangpin feed check`: what department files are and what is wrong with them."""

import json
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click
import polars as pl

from fangpin.cli.progress import Steps
from fangpin.feeds.checking import Checked, check_files
from fangpin.feeds.delivery import Delivery, Verdict
from fangpin.feeds.returns import write_returns
from fangpin.kernel.errors import Language
from fangpin.policy import load_pack

BAD = (Verdict.quarantined, Verdict.refused, Verdict.not_recognised)
_VERDICTS = {
    Verdict.accepted: ("✓ 可采用", "✓ accepted"),
    Verdict.accepted_with_gaps: ("◐ 可采用，有缺口", "◐ accepted with gaps"),
    Verdict.quarantined: ("✗ 整份暂不采用", "✗ set aside as a whole"),
    Verdict.refused: ("✗ 无法采用", "✗ refused"),
    Verdict.not_recognised: ("? 认不出是哪一类数据", "? not recognised"),
}


@click.group()
def feed() -> None:
    """Department files / 部门文件."""


@feed.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--pack", "pack_name", default="cn-base", show_default=True, help="Pack or folder.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the check (default today)."
)
@click.option("--returns", type=click.Path(path_type=Path), help="Folder for return workbooks.")
@click.option("--rows", "most", default=10, show_default=True, help="Causes shown per file.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print deliveries as JSON.")
def check(
    files: tuple[Path, ...],
    pack_name: str,
    as_of: datetime | None,
    returns: Path | None,
    most: int,
    lang: Language,
    as_json: bool,
) -> None:
    """Say what FILES (or the files of a folder) are and what is wrong with them.

    Exit 1 when a file cannot be used.
    """
    pack = load_pack(pack_name)
    day = as_of.date() if as_of else date.today()
    source: Path | Iterable[Path] = files[0] if len(files) == 1 else files
    with Steps(quiet=as_json) as steps:
        checked = check_files(source, pack, day, steps.report)
        if returns is not None:
            write_returns(checked, returns, steps.report)
    if as_json:
        listed = [delivery.as_json() for delivery in checked.deliveries]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
    else:
        for delivery in checked.deliveries:
            _print(delivery, checked.rows.filter(pl.col("file") == delivery.file), lang, most)
        _print_end(checked, lang)
    if any(delivery.verdict in BAD for delivery in checked.deliveries):
        sys.exit(1)


def _print(delivery: Delivery, rows: pl.DataFrame, lang: Language, most: int) -> None:
    zh = lang == "zh"
    label = delivery.label.in_language(lang) if delivery.label else "—"
    period = f"{delivery.period:%Y-%m}" if delivery.period else "—"
    click.echo(f"\n{delivery.file}\n  {label} · {period} · {_VERDICTS[delivery.verdict][not zh]}")
    counts = delivery.rows
    if counts.read:
        numbers = (counts.read, counts.accepted, counts.corrected, counts.rejected,
                   counts.of_which_duplicates, counts.flagged)  # fmt: skip
        line = (
            "  读到 {} 行 = 采用 {} + 更正后采用 {} + 退回 {}(其中重复 {});采用但请核对 {}"
            if zh
            else "  {} rows read = {} accepted + {} corrected + {} rejected ({} repeated); "
            "{} used but to be checked"
        )
        click.echo(line.format(*numbers))
    for sheet in delivery.sheets:
        if not sheet.used:
            click.echo(f"  · {sheet.sheet}: {sheet.why.in_language(lang)}")
    for total in delivery.control_totals:
        if not total.agrees:
            said = "合计 {} 与逐行相加 {} 不符" if zh else "total {} but the rows add up to {}"
            click.echo(f"  · {total.column}: {said.format(total.stated, total.computed)}")
    for reason in delivery.reasons:
        click.echo(f"  ! {reason.in_language(lang)}")
    _print_causes(rows, lang, most)


def _print_causes(rows: pl.DataFrame, lang: Language, most: int) -> None:
    """The most frequent causes, each with one example and its remedy."""
    shown = rows.filter(pl.col("action").is_in(["rejected", "flagged", "duplicate"]))
    causes = (
        shown.group_by("reason", maintain_order=True)
        .agg(pl.len().alias("rows"), pl.all().exclude("reason").first())
        .sort("rows", descending=True, maintain_order=True)
    )
    for cause in causes.head(most).iter_rows(named=True):
        where = f"{cause['sheet']}!{cause['column']}{cause['row']}".lstrip("!")
        click.echo(f"  - {cause['rows']} × {cause[f'reason_{lang}']} [{where}]")
        click.echo(f"      → {cause[f'remedy_{lang}']}")


def _print_end(checked: Checked, lang: Language) -> None:
    if not checked.linked:
        click.echo(
            "\n没有户籍台账，未做归户比对。"
            if lang == "zh"
            else "\nNo register among the files: nothing was linked."
        )
