"""`fangpin screen`: a folder of department files → a run folder."""

import json
from datetime import datetime
from pathlib import Path

import click
import polars as pl

from fangpin.cli.deliveries import STATES, print_deliveries
from fangpin.cli.progress import Steps
from fangpin.feeds.probable.pairs import read_decisions
from fangpin.policy.loading.kept import load_kept_pack
from fangpin.screening.run import Screened
from fangpin.screening.run import screen as run_screening
from fangpin.screening.sheets import write_csv, write_workbook


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
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Folder where what a columnar source gives is kept for the next run.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where to compute: here, or on Apache Spark (columnar sources; docs/scale.md).",
)
@click.option("--master", default="local[*]", show_default=True, help="Spark: which cluster.")
@click.option(
    "--persons-per-part", default=500_000, show_default=True, help="Spark: size of a task."
)
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
    store: Path | None,
    as_json: bool,
    engine: str,
    master: str,
    persons_per_part: int,
) -> None:
    """Read the department files in DIRECTORY (not its sub-folders), screen them, write OUT."""
    pack = load_kept_pack(pack_name)
    if engine == "spark":
        from fangpin.cli.on_spark import screen_and_print

        given = {"--csv": csv, "--excel": excel, "--decisions": decisions is not None}
        screen_and_print(
            directory,
            pack,
            as_of.date(),
            out,
            previous=previous,
            overwrite=overwrite,
            master=master,
            persons_per_part=persons_per_part,
            as_json=as_json,
            not_here=[name for name, there in given.items() if there],
        )
        return
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
            store=store,
            decisions=read_decisions(decisions) if decisions else None,
        )
    if csv:
        write_csv(screened.findings, out / "findings.csv")
    if excel:
        write_workbook(screened.findings, out / "findings.xlsx")
    if as_json:
        click.echo((out / "run.json").read_text(encoding="utf-8"))
        return
    print_deliveries(screened.intake.deliveries)
    _print_findings(screened)
    click.echo(f"\n用时(秒)/ seconds: {json.dumps(screened.seconds)}")
    click.echo(f"结果 / result: {out}")


def _print_findings(screened: Screened) -> None:
    findings = screened.findings
    click.echo("\n疑点 / findings")
    counts = (
        findings.group_by("kind", "state")
        .agg(pl.len().alias("findings"), pl.col("kind_zh").first())
        .sort("kind", "state")
    )
    for row in counts.iter_rows(named=True):
        click.echo(f" {row['findings']:>7,}  {STATES[row['state']]}  {row['kind_zh']}")
    if counts.is_empty():
        click.echo("       0")
