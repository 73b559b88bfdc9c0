"""fangpin keys: what closes personal data, by version; rotation without a break.

Django is imported only inside a command, so that the other commands start without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from fangpin.kernel.errors import FangpinError, Text


@contextmanager
def _database() -> Iterator[None]:
    from fangpin.web import database

    server = database.for_one_command()
    try:
        yield
    finally:
        from django.db import connection

        connection.close()
        if server is not None:
            server.stop()


@click.group()
def keys() -> None:
    """The keys of personal data: show, rotate, destroy old ones."""


@keys.command("show")
def show() -> None:
    """Versions, ciphers and dates of the keys, and how many rows wait for the newest."""
    from fangpin.foundation.keys import ring

    found = ring()
    for kind, listed in (("data", found.data), ("index", found.index)):
        for key in listed:
            current = "  ←" if key is listed[-1] else ""
            click.echo(f"{kind:6} {key.version:3}  {key.algorithm}  {key.made:%Y-%m-%d}{current}")
    with _database():
        from fangpin.foundation.rotation import left

        for name, count in left().items():
            if count:
                click.echo(f"待换 / to do: {name} {count:,}")


@keys.command("rotate")
@click.option("--data/--no-data", default=True, show_default=True, help="keys that close values")
@click.option("--index/--no-index", default=False, show_default=True, help="keys of the hashes")
@click.option("--here", is_flag=True, help="do the work in this process instead of the worker")
def rotate(data: bool, index: bool, here: bool) -> None:
    """Make new keys and close everything anew, while pages stay in use.

    The cipher of the new keys is FANGPIN_CIPHER. Keep a copy of the key file before and after.
    """
    from fangpin.foundation.keys import chosen_algorithm

    if not (data or index):
        raise FangpinError.because(
            "没有选择要更换的密钥",
            "neither kind of key was chosen",
            do_zh="加 --data 或 --index",
            do_en="add --data or --index",
        )
    algorithm = chosen_algorithm()
    with _database():
        from fangpin.foundation import rotation
        from fangpin.foundation.actions import enqueue

        ring = rotation.begin(by=None, algorithm=algorithm, data=data, index=index)
        click.echo(f"data {ring.closing.version}, index {ring.indexing.version}: {algorithm}")
        if here:
            _work()
        else:
            job = enqueue(by=None, kind="keys_rotate", arguments={})
            click.echo(f"已交后台 / the worker goes on: {job.pk}")


@keys.command("resume")
def resume() -> None:
    """Go on with a rotation in this process, until nothing carries an older key."""
    with _database():
        _work()


def _work() -> None:
    from fangpin.foundation import rotation

    told = -1

    def progress(percent: int, step: Text) -> None:
        nonlocal told
        if percent // 5 != told:
            told = percent // 5
            click.echo(f"{percent:3} %  {step}")

    click.echo(f"完成 / done: {rotation.resume(by=None, progress=progress):,}")


@keys.command("destroy")
@click.option("--lose-hashes", is_flag=True, help="also where hashes cannot be made anew")
@click.confirmation_option(
    prompt="旧密钥销毁后无法恢复，旧备份只能用托管的密钥打开。继续？/ Old keys are gone for good; "
    "older backups open with escrowed keys only. Go on?"
)
def destroy(lose_hashes: bool) -> None:
    """Destroy all keys but the current ones, when nothing rests on them any more."""
    with _database():
        from fangpin.foundation import rotation

        ring = rotation.destroy(by=None, lose_hashes=lose_hashes)
    click.echo(f"仅存 / left: data {ring.closing.version}, index {ring.indexing.version}")
