"""`fangpin registry`: the registry in and out of the database, and invented people for load tests.

Django is imported only inside a command, so that the other commands start without it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from fangpin.kernel.errors import FangpinError, Text

_DAY = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_PIECE = 1 << 20


@click.group()
def registry() -> None:
    """The registry of record: import, export, snapshots."""


@contextmanager
def _database() -> Iterator[None]:
    from fangpin.web import database

    server = database.for_one_command()
    try:
        yield
    finally:
        if server is not None:
            server.stop()


def _told() -> Callable[[int, Text], None]:
    """Tells each step once."""
    last = ""

    def progress(percent: int, step: Text) -> None:
        nonlocal last
        if step.zh != last:
            last = step.zh
            click.echo(f"  {percent:3d} %  {step.zh} / {step.en}")

    return progress


@registry.command("import")
@click.argument("file", type=_FILE)
@click.option("--on", type=_DAY, default=None, help="day from which changes hold (today)")
@click.option("--income-year", type=click.IntRange(2010, 2100), help="year that incomes are of")
@click.option("--apply", "carry_out", is_flag=True, help="carry it out after the dry run")
@click.option("--report", type=_OUT, help="write the report (masked) here, .xlsx")
def import_command(
    file: Path, on: datetime | None, income_year: int | None, carry_out: bool, report: Path | None
) -> None:
    """Compare a wide table with the registry and the quality rules; with --apply carry it out, all
    or nothing."""
    _refuse_existing(report)
    with _database():
        from django.utils import timezone

        from fangpin.checks import planned
        from fangpin.exchange import actions, tasks
        from fangpin.exchange.report import WRITES, column_notes, reasons
        from fangpin.exchange.state import Year

        with file.open("rb") as content:
            found = actions.bring(
                by=None,
                name=file.name,
                chunks=iter(lambda: content.read(_PIECE), b""),
                on=on.date() if on else timezone.localdate(),
                income_year=income_year,
                queued=False,
            )
        told = _told()
        planned.check(by=None, progress=told, number=found.pk)
        found.refresh_from_db()
        year = Year(found.income_year or 0, found.conditions_year or 0)
        for word, value in tasks.summary_of(found.file, found.counts, year):
            click.echo(f"  {word}:{value}")
        kept = actions.folder_of(found) / "report"
        for reason, rows in reasons(kept):
            click.echo(f"  {rows:,} 行不导入 / rows left out: {reason.zh} / {reason.en}")
        for note in column_notes(kept):
            click.echo(f"  {note.zh} / {note.en}")
        if found.left_out:
            click.echo(f"  台账中没有对应字段、未导入的列:{'、'.join(found.left_out)}")
        if report is not None:
            report.write_bytes((kept / "report.xlsx").read_bytes())
        if not carry_out:
            actions.discard(by=None, number=found.pk)
            click.echo("只做了预检；加 --apply 导入 / dry run only; --apply carries it out")
            return
        if not any(found.counts.get(name) for name in WRITES):
            actions.discard(by=None, number=found.pk)
            click.echo(
                "没有可导入的内容，台账未变动 / nothing to carry out, the registry is unchanged"
            )
            raise SystemExit(1 if found.counts["refused"] else 0)
        actions.begin_apply(by=None, number=found.pk, queued=False)
        planned.apply(by=None, progress=told, number=found.pk)
        click.echo("已导入 / carried out")


@registry.command("export")
@click.argument("out", type=_OUT)
@click.option("--area", default="", help="code or its beginning: county, township or village")
@click.option("--sheet", type=click.Choice(["household", "person"]), help="csv holds one table")
@click.option("--template", is_flag=True, help="the empty tables, with what may be written")
@click.option("--gb-codes", is_flag=True, help="codes of national standards in place of words")
def export_command(out: Path, area: str, sheet: Any, template: bool, gb_codes: bool) -> None:
    """Write the wide tables as .xlsx, or one of them as .csv. Personal data in clear."""
    _refuse_existing(out)
    form = out.suffix.lower().lstrip(".")
    if form not in ("xlsx", "csv") or (form == "csv" and (sheet is None or template)):
        raise FangpinError.because(
            "请写 .xlsx，或 .csv 并用 --sheet 指明哪张表",
            "write .xlsx, or .csv with --sheet",
            do_zh="例如 --sheet person 人员.csv",
            do_en="for example --sheet person persons.csv",
        )
    with _database():
        from fangpin.exchange import exporting
        from fangpin.exchange.code_tally import CodeTally

        tally = CodeTally()
        partial = out.with_name(f"{out.name}.partial")
        with partial.open("wb") as target:
            partial.chmod(0o600)
            if template:
                exporting.template(target, national=gb_codes)
                rows = 0
            else:
                rows = exporting.whole_registry(
                    target, form, area, sheet, national=gb_codes, tally=tally
                )
        partial.rename(out)
        click.echo(f"已写出 / written: {out} ({rows:,})")
        for header, words in tally.words.items():
            click.echo(f"  {header}:{words:,} 个值没有国标代码，保留文字 / no code, left in words")


@registry.command("snapshot")
@click.argument("out", type=_FOLDER)
@click.option("--as-of", type=_DAY, default=None, help="the registry of this day (today)")
@click.option("--pack", "packs", multiple=True, help="packs whose facts columns are written for")
def snapshot_command(out: Path, as_of: datetime | None, packs: tuple[str, ...]) -> None:
    """Write the registry as of a day as a columnar source for `fangpin screen OUT`."""
    _refuse_existing(out)
    with _database():
        from fangpin.exchange import snapshot

        day = as_of.date() if as_of else date.today()
        made = snapshot.write(out, day, packs=packs or snapshot.DEFAULT_PACKS, progress=_told())
        click.echo(
            f"{made['households']:,} 户 / households, {made['persons']:,} 人 / persons, "
            f"{made['digest']}"
        )


def _refuse_existing(out: Path | None) -> None:
    if out is not None and out.exists():
        raise FangpinError.because(
            f"“{out}”已存在",
            f"{out} exists already",
            do_zh="换一个名称",
            do_en="choose another name",
        )


def _persons(context: click.Context, option: click.Parameter, value: str) -> int:
    text = value.lower().replace("_", "").replace(",", "")
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits) * factor <= 20_000_000:
        raise click.BadParameter("a number such as 20000, 100k or 1m")
    return int(digits) * factor


@registry.command("fill")
@click.option("--persons", default="100k", show_default=True, callback=_persons)
@click.option("--seed", type=click.IntRange(0, 2**31), default=7, show_default=True)
def fill_command(persons: int, seed: int) -> None:
    """Fill an EMPTY registry with invented people, for load tests."""
    with _database():
        from fangpin.bench.registry_load import fill  # models: only once Django is set up

        loaded = fill(persons=persons, seed=seed, say=click.echo)
    click.echo(
        f"{loaded.villages:,} 村 / villages, {loaded.households:,} 户 / households, "
        f"{loaded.persons:,} 人 / persons"
    )


@registry.command("dictionary")
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="else printed")
def dictionary_command(path: Path | None) -> None:
    """The data dictionary: every field with class, purpose, legal basis, retention and readers."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.web.settings")
    django.setup()
    from fangpin.registry.catalogue.dictionary import dictionary

    if path is None:
        click.echo(dictionary(), nl=False)
    else:
        path.write_text(dictionary(), encoding="utf-8")


@registry.command("search-speed")
def search_speed_command() -> None:
    """Measure 200 searches of each kind on a registry of invented people; leaves nothing behind."""
    from fangpin.web import database

    server = database.for_one_command()
    try:
        from fangpin.bench.registry_search import measure  # models: only once Django is set up

        measure(click.echo)
    finally:
        if server is not None:
            server.stop()
