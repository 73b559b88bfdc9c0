"""`fangpin explain`: what a run says of one household, person or village."""

import json
from pathlib import Path

import click

from fangpin.kernel.errors import FangpinError, Language
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack
from fangpin.screening.explain import findings_of, lines


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("subject")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--pack", "pack_name", help="Pack for the clauses; default: the run's own.")
def explain(run: Path, subject: str, language: Language, pack_name: str | None) -> None:
    """Print the findings of RUN about SUBJECT: a household, person or village by its number."""
    found = findings_of(run, subject)
    for line in lines(found, _pack(run, pack_name), language):
        click.echo(line)


def _pack(run: Path, name: str | None) -> Pack | None:
    """The pack named, or the run's own if it is still known; without it clauses are shown bare."""
    if name is not None:
        return load_pack(name)
    try:
        return load_pack(json.loads((run / "run.json").read_text(encoding="utf-8"))["pack"]["name"])
    except (FangpinError, OSError):
        return None
