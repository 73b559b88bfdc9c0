"""`fangpin screen --engine spark`: the same run folder, made on a cluster."""

import json
from datetime import date
from pathlib import Path

import click
import polars as pl

from fangpin.cli.deliveries import STATES, print_deliveries
from fangpin.cli.progress import Steps
from fangpin.cluster.run import ScreenedOnSpark, screen_on_spark
from fangpin.kernel.errors import FangpinError
from fangpin.policy.pack import Pack


def screen_and_print(
    directory: Path,
    pack: Pack,
    as_of: date,
    out: Path,
    *,
    previous: Path | None,
    overwrite: bool,
    master: str,
    persons_per_part: int,
    as_json: bool,
    not_here: list[str],
) -> None:
    """Screen a columnar source on Spark and tell what was found. `not_here`: options that were
    given and mean nothing on a cluster."""
    if not_here:
        raise FangpinError.because(
            f"--engine spark 不支持 {'、'.join(not_here)}",
            f"--engine spark cannot be combined with {', '.join(not_here)}",
            do_zh="去掉这些选项；疑点在 findings.parquet 中",
            do_en="leave these options out; the findings are in findings.parquet",
        )
    with Steps(quiet=as_json) as steps:
        screened = screen_on_spark(
            directory,
            pack=pack,
            as_of=as_of,
            out=out,
            master=master,
            previous=previous,
            progress=steps.report,
            overwrite=overwrite,
            persons_per_part=persons_per_part,
        )
    if as_json:
        click.echo((out / "run.json").read_text(encoding="utf-8"))
        return
    print_deliveries(screened.deliveries)
    _print_findings(screened)
    click.echo(f"\n用时(秒)/ seconds: {json.dumps(screened.seconds)}")
    click.echo(f"结果 / result: {out}")


def _print_findings(screened: ScreenedOnSpark) -> None:
    click.echo("\n疑点 / findings")
    labels = {rule.kind: rule.label.zh for rule in screened.pack.rules.values()}
    counts = (
        screened.counts.group_by("kind", "state")
        .agg(pl.col("findings").sum())
        .sort("kind", "state")
    )
    for row in counts.iter_rows(named=True):
        click.echo(f" {row['findings']:>7,}  {STATES[row['state']]}  {labels[row['kind']]}")
    if counts.is_empty():
        click.echo("       0")
