"""fangpin audit: check the chain over audit entries, and keep its head outside the database.

Reads the database by plain SQL; nothing of the web part is imported.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import psycopg

from fangpin.foundation import anchor as anchors
from fangpin.foundation import audit_chain, environment
from fangpin.foundation.postgres import Server
from fangpin.kernel.errors import FangpinError, Where

_FILE = click.Path(dir_okay=False, path_type=Path)


@contextmanager
def _connected() -> Iterator["psycopg.Connection[Any]"]:
    url = environment.secret("FANGPIN_DATABASE_URL")
    server = None if url else Server(environment.data_dir()).start()
    try:
        with psycopg.connect(url or (server.url if server else ""), autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise FangpinError.because(
            f"读不到审计记录：{reason}",
            f"the audit entries cannot be read: {reason}",
            do_zh="检查数据库地址和权限；表不存在时先运行 fangpin migrate",
            do_en="check address and permissions; run fangpin migrate when tables are missing",
            where=Where(file="FANGPIN_DATABASE_URL"),
        ) from error
    finally:
        if server is not None:
            server.stop()


@click.group()
def audit() -> None:
    """Check the audit trail, and keep anchors of it."""


@audit.command("verify")
@click.option(
    "--anchor", "files", type=_FILE, multiple=True, help="file of anchors (several possible)"
)
def verify(files: tuple[Path, ...]) -> None:
    """Check every audit entry against the chain, and the chain against its anchors.

    Ends with code 1 and names the first bad entry when something does not hold. Anchors are taken
    from --anchor and from FANGPIN_AUDIT_ANCHOR; without any, a chain cut short or written anew
    cannot be told.
    """
    own = anchors.anchor_file()
    sources = [*files, *([own] if own is not None and own.exists() and own not in files else [])]
    known = [anchor for path in sources for anchor in anchors.read_anchors(path)]
    with _connected() as connection:
        found = audit_chain.verify(connection, known)
    if found.fault is not None:
        fault = found.fault
        click.echo(
            f"✗ 第 {fault.seq} 环 审计记录 {fault.entry} / link {fault.seq}, entry {fault.entry}\n"
            f"  {fault.what.zh}\n  {fault.what.en}",
            err=True,
        )
        sys.exit(1)
    click.echo(
        f"✓ {found.links} 条记录完好，锚点 {found.anchors} 个相符 / "
        f"{found.links} entries hold, {found.anchors} anchors agree\n  {found.head.hex()}"
    )
    if not known:
        click.echo(
            "没有锚点，无法发现截尾和整链重写 / without anchors a cut or rewritten chain goes "
            "unnoticed",
            err=True,
        )


@audit.command("anchor")
@click.option("--to", "path", type=_FILE, help="append to this file")
def anchor(path: Path | None) -> None:
    """Print the head of the chain; with --to or FANGPIN_AUDIT_ANCHOR append it to that file."""
    with _connected() as connection:
        head = audit_chain.head(connection)
    click.echo(head.line())
    target = path or anchors.anchor_file()
    if target is not None:
        anchors.add_anchor(target, head)
