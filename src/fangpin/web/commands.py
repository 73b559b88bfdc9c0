"""Commands of the web part, registered by `fangpin.cli`: demo serve worker migrate load
decisions user.

Django is imported only inside a command, so that the other commands start without it.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from fangpin.foundation import environment
from fangpin.kernel.errors import FangpinError

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
ROLES = (
    *("county_bureau", "township_officer", "village_worker", "department_liaison", "leader"),
    *("approver", "auditor", "system_administrator", "security_administrator"),
    "audit_administrator",
)


def _speak(command: Callable[..., None]) -> Callable[..., None]:
    """A problem ends the command with its sentences and code 1, being stopped with code 0."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        from fangpin.web.supervisor import Stopped

        try:
            command(*args, **kwargs)
        except Stopped:
            sys.exit(0)
        except FangpinError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return wrapped


@click.command()
@click.option("--port", type=click.IntRange(1024, 65535), default=None, help="default 8000")
@click.option("--households", type=click.IntRange(50, 500_000), default=6000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31), default=7, show_default=True)
@click.option("--files", type=_FOLDER, help="show the department files of this folder instead")
@click.option("--pack", default="baiyin-2021", show_default=True, help="policy pack to screen with")
@click.option("--as-of", type=_DAY, default="2021-05-31", show_default=True)
@_speak
def demo(
    port: int | None, households: int, seed: int, files: Path | None, pack: str, as_of: datetime
) -> None:
    """Start the demonstration: an invented county, database, worker and pages (127.0.0.1 only)."""
    from fangpin.web import demo as demonstration

    choice = demonstration.Choice(households, seed, files, pack, as_of.date())
    chosen = port or environment.port("FANGPIN_PORT", 8000)
    demonstration.run(port=chosen, choice=choice, say=click.echo)


@click.command()
@click.argument("run_folder", metavar="RUN", type=_FOLDER)
@click.option("--names-from", type=_FOLDER, help="folder of the files that were screened")
@_speak
def load(run_folder: Path, names_from: Path | None) -> None:
    """Show a run of `fangpin screen` on the pages.

    A run folder holds no register; with --names-from that among those files provides the names.
    """
    from fangpin.web import database

    server = database.for_one_command()
    try:
        from fangpin.screening.tasks import load_screened

        run = load_screened(by=None, folder=run_folder, names_from=names_from)
        click.echo(f"已载入 / loaded: {run.intake.key} ({run.findings.count()})")
    finally:
        if server is not None:
            server.stop()


@click.command()
@click.argument("out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@_speak
def decisions(out: Path) -> None:
    """Write what people decided about probable links, for `fangpin screen --decisions FILE`."""
    if out.exists():
        raise FangpinError.because(
            f"“{out}”已存在",
            f"{out} exists already",
            do_zh="换一个文件名",
            do_en="choose another name",
        )
    from fangpin.web import database

    server = database.for_one_command()
    try:
        from fangpin.feeds.review_actions import write_decisions

        click.echo(f"已写出认定 / decisions written: {write_decisions(by=None, out=out)}")
    except OSError as error:
        raise FangpinError.because(
            f"无法写入“{out}”：{error.strerror}",
            f"cannot write {out}: {error.strerror}",
            do_zh="检查路径和权限",
            do_en="check path and permissions",
        ) from error
    finally:
        if server is not None:
            server.stop()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1024, 65535), default=None, help="default 8000")
@_speak
def serve(host: str, port: int | None) -> None:
    """Serve pages and do background jobs, for real use."""
    from fangpin.web import serve as service

    service.run(host=host, port=port or environment.port("FANGPIN_PORT", 8000), say=click.echo)


@click.command()
@_speak
def worker() -> None:
    """Do background jobs only (where pages and worker are started apart)."""
    from fangpin.web import worker as program

    program.main()


@click.command()
@_speak
def migrate() -> None:
    """Bring the tables of the database up to date."""
    from fangpin.web import database

    server = database.for_one_command()
    try:
        database.migrate(verbosity=1)
    finally:
        if server is not None:
            server.stop()


@click.group()
def user() -> None:
    """People who sign in, and the posts they hold."""


@user.command("add")
@click.argument("username")
@click.option("--name", "full_name", required=True, help="full name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--place", "place_code", help="12-digit code of county, township or village")
@click.option("--department", default="", help="for a department liaison, as contracts name it")
@click.password_option(help="at least 12 characters; asked for when not given")
@_speak
def add_user(
    username: str,
    full_name: str,
    role: str,
    place_code: str | None,
    department: str,
    password: str,
) -> None:
    """Enter a user with one post."""
    from fangpin.web import database

    server = database.for_one_command()
    try:
        _add_user(username, full_name, role, place_code, department, password)
    finally:
        if server is not None:
            server.stop()


def _add_user(
    username: str,
    full_name: str,
    role: str,
    place_code: str | None,
    department: str,
    password: str,
) -> None:
    from django.db import IntegrityError, transaction

    from fangpin.people import actions
    from fangpin.people.models import Role
    from fangpin.places.models import Place

    place = Place.objects.filter(code=place_code, valid_to=None).first() if place_code else None
    if place_code and place is None:
        raise FangpinError.because(
            f"没有代码为 {place_code} 的区划",
            f"there is no place with the code {place_code}",
            do_zh="先用 fangpin places load 载入区划和本县的村名单，或检查代码",
            do_en="load places and the list of villages (`fangpin places load`), or check the code",
        )
    try:
        with transaction.atomic():
            made = actions.add_user(
                by=None, username=username, full_name=full_name, password=password
            )
            actions.give_post(
                by=None,
                user=made,
                role=Role(role),
                place=place,
                department=department,
                valid_from=date.today(),
            )
    except IntegrityError as error:
        raise FangpinError.because(
            f"角色 {role} 缺少所需的区划或部门",
            f"the role {role} needs a place or a department",
            do_zh="补充 --place 或 --department",
            do_en="add --place or --department",
        ) from error
    click.echo(f"已添加 / added: {username}")


COMMANDS: tuple[click.Command, ...] = (
    demo,
    serve,
    worker,
    migrate,
    load,
    decisions,
    user,
)
