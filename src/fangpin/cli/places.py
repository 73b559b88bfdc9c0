"""`fangpin places`: the administrative tree from the reference table and the county's own list.

Django is imported only inside a command, so that the other commands start without it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fangpin.kernel.errors import FangpinError
from fangpin.kernel.place_codes import county_of

if TYPE_CHECKING:
    from fangpin.places.models import Place

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KINDS = {
    "unchanged": "未变 / unchanged",
    "added": "新增 / added",
    "renamed": "更名 / renamed",
    "moved": "划转 / moved",
    "recoded": "变更代码 / new code",
    "merged": "合并 / merged",
    "closed": "撤销 / closed",
    "reopened": "恢复 / reopened",
    "refused": "不采用 / refused",
}


@contextmanager
def _database() -> Iterator[None]:
    from fangpin.web import database

    server = database.for_one_command()
    try:
        yield
    finally:
        if server is not None:
            server.stop()


@click.group()
def places() -> None:
    """Provinces to villages: load them, list them, check them."""


@places.command("load")
@click.argument("file", required=False, type=_FILE)
@click.option("--county", "county_code", help="12-digit code of the county the list is about")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="first day of what is new (today)")
@click.option("--complete", is_flag=True, help="villages that are not listed are closed")
@click.option("--apply", "for_good", is_flag=True, help="without it: a dry run")
def load_command(
    file: Path | None,
    county_code: str | None,
    on: datetime | None,
    complete: bool,
    for_good: bool,
) -> None:
    """Without FILE: provinces, cities and counties. With FILE: a county's own list of villages."""
    with _database():
        from fangpin.places import actions

        if file is None:
            click.echo(f"{actions.load_reference(by=None):,} 个区划 / places")
            return
        from fangpin.web.place_lists import read_list

        rows = read_list(file.read_bytes(), file.name)
        county = _county(county_code or county_of(rows[0].code))
        day = on.date() if on else date.today()
        report = actions.dry_run(by=None, county=county, rows=rows, on=day, complete=complete)
        for line in report.changes:
            where = f"第 {line.row} 行 / row {line.row}" if line.row else "名单之外 / not listed"
            was = f" ← {line.was}" if line.was else ""
            why = f"：{line.why}" if line.why else ""
            click.echo(f"{where}  {KINDS[line.kind]}  {line.code} {line.name}{was}{why}")
        click.echo("，".join(f"{KINDS[kind]} {count}" for kind, count in report.counts.items()))
        if for_good:
            actions.apply_list(
                by=None,
                county=county,
                rows=rows,
                on=day,
                complete=complete,
                digest=report.digest,
            )
            click.echo("已导入 / taken over")
        else:
            click.echo("预检，没有改动；加 --apply 导入 / dry run; add --apply to take it over")


@places.command("list")
@click.argument("code", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="as it stood on that day")
def list_command(code: str | None, on: datetime | None) -> None:
    """The places below CODE (12 digits, old codes too); provinces without it."""
    with _database():
        from fangpin.places import queries

        day = on.date() if on else date.today()
        top = None
        if code:
            top = queries.resolve(code, day)
            if top is None:
                raise _no_such(code)
            click.echo(f"{top.code}  {top.name}")
        for spell in queries.standing_below(top, day):
            click.echo(f"  {spell.code}  {spell.name}")


@places.command("check")
@click.argument("prefix", required=False, default="")
def check_command(prefix: str) -> None:
    """What does not fit below a code prefix. Code 1 when something does not."""
    with _database():
        from fangpin.places.consistency import oddities

        found = oddities(prefix)
        for oddity in found:
            click.echo(f"{oddity.code}  {oddity.what}")
        click.echo(f"{len(found)} 处不一致 / things that do not fit")
    if found:
        sys.exit(1)


def _county(code: str) -> "Place":
    from fangpin.places.models import Place

    county = Place.objects.filter(code=code, valid_to=None).first()
    if county is None:
        raise _no_such(code)
    return county


def _no_such(code: str) -> FangpinError:
    return FangpinError.because(
        f"没有代码为 {code} 的区划",
        f"there is no place with the code {code}",
        do_zh="先运行 fangpin places load，或检查代码",
        do_en="run `fangpin places load` first, or check the code",
    )
