"""`fangpin screen`: a folder of department files → a run folder."""

import json
from datetime import datetime
from pathlib import Path

import click
import polars as pl

from fangpin.cli.progress import Steps
from fangpin.feeds.delivery import Delivery, Verdict
from fangpin.feeds.probable.pairs import read_decisions
from fangpin.policy import load_pack
from fangpin.screening.run import Screened
from fangpin.screening.run import screen as run_screening
from fangpin.screening.sheets import write_csv, write_workbook

_MARKS = {
    Verdict.accepted: "✓",
    Verdict.accepted_with_gaps: "◐",
    Verdict.quarantined: "✗",
    Verdict.refused: "✗",
    Verdict.not_recognised: "?",
}
_VERDICTS = {
    Verdict.accepted: "已采用",
    Verdict.accepted_with_gaps: "有缺口",
    Verdict.quarantined: "已隔离",
    Verdict.refused: "已退回",
    Verdict.not_recognised: "未识别",
}


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--pack", "pack_name", required=True, help="Name of a shipped pack, or a folder.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day the run speaks of."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Run folder to write.")
@click.option("--previous", type=click.Path(path_type=Path), help="Run folder to compare with.")
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    help="Parquet file of decided pairs (docs/linkage.md).",
)
@click.option("--csv", is_flag=True, help="Also write findings.csv into the run folder.")
@click.option("--excel", is_flag=True, help="Also write findings.xlsx into the run folder.")
@click.option("--overwrite", is_flag=True, help="Replace an existing run folder.")
@click.option("--no-returns", is_flag=True, help="Leave out the workbooks for the departments.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def screen(
    directory: Path,
    pack_name: str,
    as_of: datetime,
    out: Path,
    previous: Path | None,
    decisions: Path | None,
    csv: bool,
    excel: bool,
    overwrite: bool,
    no_returns: bool,
    as_json: bool,
) -> None:
    """Read the department files in DIRECTORY (not its sub-folders), screen them, write OUT."""
    pack = load_pack(pack_name)
    with Steps(quiet=as_json) as steps:
        screened = run_screening(
            directory,
            pack=pack,
            as_of=as_of.date(),
            out=out,
            previous=previous,
            progress=steps.report,
            workbooks=not no_returns,
            overwrite=overwrite,
            decisions=read_decisions(decisions) if decisions else None,
        )
    if csv:
        write_csv(screened.findings, out / "findings.csv")
    if excel:
        write_workbook(screened.findings, out / "findings.xlsx")
    if as_json:
        click.echo((out / "run.json").read_text(encoding="utf-8"))
        return
    _print_deliveries(screened.intake.deliveries)
    _print_findings(screened)
    click.echo(f"\n用时(秒)/ seconds: {json.dumps(screened.seconds)}")
    click.echo(f"结果 / result: {out}")


def _print_deliveries(deliveries: list[Delivery]) -> None:
    click.echo("\n报送文件 / deliveries  (读取 = 采用 + 更正 + 退回)")
    for each in deliveries:
        rows = each.rows
        label = each.label.zh if each.label else "—"
        period = f"{each.period:%Y-%m}" if each.period else ""
        click.echo(
            f" {_MARKS[each.verdict]} {_VERDICTS[each.verdict]} {each.file}  [{label} {period}] "
            f"{rows.read:,} = {rows.accepted:,} + {rows.corrected:,} + {rows.rejected:,}"
        )
        for reason in each.reasons:
            click.echo(f"     {reason.zh}")


def _print_findings(screened: Screened) -> None:
    findings = screened.findings
    click.echo("\n疑点 / findings")
    counts = (
        findings.group_by("kind", "state")
        .agg(pl.len().alias("findings"), pl.col("kind_zh").first())
        .sort("kind", "state")
    )
    states = {"new": "新增", "continuing": "持续", "cleared": "已清除", "unknown": "待核实"}
    for row in counts.iter_rows(named=True):
        click.echo(f" {row['findings']:>7,}  {states[row['state']]}  {row['kind_zh']}")
    if counts.is_empty():
        click.echo("       0")
