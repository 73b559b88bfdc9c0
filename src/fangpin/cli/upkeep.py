"""`fangpin backup`, `fangpin restore`, `fangpin check`."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from fangpin.foundation import environment
from fangpin.kernel.errors import FangpinError, Text
from fangpin.web import database

_ARCHIVE = click.Path(dir_okay=False, path_type=Path)
_asked = click.option(
    "--passphrase", "ask", is_flag=True, help="ask for it; else FANGPIN_BACKUP_PASSPHRASE(_FILE)"
)


@contextmanager
def _database(*, migrate: bool) -> Iterator[None]:
    server = database.for_one_command(migrating=migrate)
    try:
        yield
    finally:
        from django.db import connection

        connection.close()
        if server is not None:
            server.stop()


def _passphrase(ask: bool, *, new: bool) -> str | None:
    given = environment.secret("FANGPIN_BACKUP_PASSPHRASE")
    if ask:
        typed: str = click.prompt("口令 / passphrase", hide_input=True, confirmation_prompt=new)
        return typed
    return given


def _with_sentences(command: Callable[..., None]) -> Callable[..., None]:
    """SIGTERM ends a command as Ctrl-C does: what is half-written is removed."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        from fangpin.web.supervisor import Stopped, listen_for_stop

        listen_for_stop()
        try:
            command(*args, **kwargs)
        except Stopped:
            raise KeyboardInterrupt from None

    return wrapped


@click.command()
@click.argument("out", type=_ARCHIVE)
@_asked
@click.option("--with-keys", is_flag=True, help="put the keys into it as well (sealed only)")
@click.option("--keys", "keys_out", type=_ARCHIVE, help="write the keys to this file of their own")
@_with_sentences
def backup(out: Path, ask: bool, with_keys: bool, keys_out: Path | None) -> None:
    """Write database, files and runs to the archive OUT, while work goes on.

    With a passphrase the archive is sealed. The keys that open personal data are not in it unless
    asked for: keep them elsewhere (--keys).
    """
    passphrase = _passphrase(ask, new=True)
    with _database(migrate=False):
        from fangpin.upkeep.backup import back_up, described, escrow

        if keys_out is not None:
            if passphrase is None:
                raise FangpinError.because(
                    "密钥须用口令加密存放",
                    "keys are written sealed with a passphrase only",
                    do_zh="加 --passphrase，或设置 FANGPIN_BACKUP_PASSPHRASE_FILE",
                    do_en="add --passphrase, or set FANGPIN_BACKUP_PASSPHRASE_FILE",
                )
            escrow(by=None, out=keys_out, passphrase=passphrase)
        made = back_up(by=None, out=out, passphrase=passphrase, with_keys=with_keys)
        click.echo(described(made))
    if passphrase is None:
        click.echo(
            "备份未加密，其中的部门文件含个人信息，请妥善存放。\n"
            "The backup is not sealed; department files in it hold personal data.",
            err=True,
        )


@click.command()
@click.argument(
    "source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@_asked
@click.option(
    "--keys",
    "keys_from",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="escrow file written by `fangpin backup --keys`",
)
@click.option(
    "--erased",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="list of ids erased since (erased.jsonl): they are erased again",
)
@_with_sentences
def restore(source: Path, ask: bool, keys_from: Path | None, erased: Path | None) -> None:
    """Bring the backup IN into an empty installation, and prove what came back."""
    passphrase = _passphrase(ask, new=False)
    with _database(migrate=False):
        from fangpin.upkeep.restore import restore as bring_back

        def say(text: Text) -> None:
            click.echo(str(text), err=True)

        done = bring_back(
            by=None,
            source=source,
            passphrase=passphrase,
            keys_from=keys_from,
            say=say,
            erased=erased,
        )
    click.echo(
        json.dumps({"made": done.made, "rows": done.rows, "files": done.files, **vars(done.proof)})
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="for programs")
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None)
def check(as_json: bool, lang: str | None) -> None:
    """Tell what is unsafe or missing in this installation, and what to do.

    Exit code 1 when something is not fit for use.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.web.settings")
    from fangpin.upkeep import shown

    with ExitStack() as stack:
        findings = shown.look(lambda: stack.enter_context(_database(migrate=False)))
    click.echo(shown.as_json(findings) if as_json else shown.as_text(findings, lang))
    raise SystemExit(1 if shown.failed(findings) else 0)
