"""`fangpin privacy`: what was kept long enough, and forgetting again after a restore.

Django is imported only inside a command, so that the other commands start without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from fangpin.kernel.errors import Text

_DAY = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
def privacy() -> None:
    """Rights of persons: periods of keeping, erasing again after a restore."""


@privacy.command("due")
@click.option("--day", type=_DAY, default=None, help="count periods to this day (today)")
def due(day: datetime | None) -> None:
    """List what has been kept long enough. Nothing goes before somebody releases the list."""
    with _database():
        from django.utils import timezone

        from fangpin.privacy.actions.retention import list_due
        from fangpin.privacy.retention import rules

        plan = list_due(by=None, day=day.date() if day else timezone.localdate())
        for rule in rules():
            count = plan.counts.get(rule.name, 0)
            click.echo(f"{count:>10,}  {rule.years:2} 年/y  {rule.label.zh} / {rule.label.en}")
        click.echo(f"清单 / list {plan.pk}: 由审批人在“保存期限”页批准 / released on the page")


@privacy.command("carry-out")
@click.argument("plan", type=int)
def carry_out(plan: int) -> None:
    """Let everything on a released list go (the worker does it by itself)."""
    with _database():
        from fangpin.privacy.actions import retention

        def progress(percent: int, step: Text) -> None:
            click.echo(f"  {percent:3d} %  {step.zh} / {step.en}")

        done = retention.carry_out(by=None, plan=plan, progress=progress)
        click.echo(f"{done['gone']:,} / {done['stayed']:,}")


@privacy.command("forget-again")
@click.argument("source", metavar="LIST", type=_FILE)
def forget_again(source: Path) -> None:
    """After a restore: erase whoever stands on the list (erased.jsonl) once more."""
    with _database():
        from fangpin.privacy.actions.forget_again import forget_again as again

        click.echo(f"{again(by=None, source=source):,}")
