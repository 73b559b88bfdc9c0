"""The audit trail of years followed from end to end, and tampered with (trust F1):
`python -m fangpin.bench.audit [--entries 1000000]`.

Writes so many entries with their links into a database of its own that goes at the end, the last
thousand through the trigger that chains them in use, and says how long the check takes. Then does
to copies of it everything the check is there for, and fails when something is not found or another
place is named than the first bad one.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import psycopg

from fangpin.foundation import audit_chain
from fangpin.foundation.audit_chain import START, Anchor, Verdict
from fangpin.foundation.postgres import Server, layout

_BY_TRIGGER: Final = 1000
_COPY: Final = "tampered"
_ENTRIES: Final = """
    INSERT INTO foundation_auditentry (at, action, subject, detail)
    SELECT timestamptz '2026-01-01' + n * interval '1 second', 'registry.read', 'household:' || n,
        jsonb_build_object('n', n, '名', '甲|乙') FROM generate_series(1, %s) n
"""
_UNLINKED: Final = """
    SELECT e.id, format('%s|%s|%s|%s:%s|%s:%s|%s', e.id,
        (extract(epoch FROM e.at) * 1000000)::bigint, coalesce(e.actor_id::text, ''),
        octet_length(e.action), e.action, octet_length(e.subject), e.subject, e.detail::text)
    FROM foundation_auditentry e
    WHERE NOT EXISTS (SELECT FROM foundation_auditlink l WHERE l.entry_id = e.id) ORDER BY e.id
"""
Connection = psycopg.Connection[Any]


def by_hand(database: Connection, *statements: str) -> None:
    """What somebody with the database's own password can do: no trigger speaks up."""
    with database.transaction():
        database.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            database.execute(statement)


def link(database: Connection) -> None:
    """Chain what is not chained, in a way of our own: as somebody would who knows how."""
    row = database.execute(
        "SELECT seq, hash FROM foundation_auditlink ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    seq, before = row if row is not None else (0, START)
    with database.transaction():
        database.execute("SET LOCAL session_replication_role = replica")
        waiting = database.execute(_UNLINKED).fetchall()
        with database.cursor().copy(
            "COPY foundation_auditlink (seq, entry_id, hash) FROM STDIN"
        ) as copy:
            for entry, said in waiting:
                seq += 1
                before = sha256(before + f"{seq}|{said}".encode()).digest()
                copy.write_row((seq, entry, before))


def fill(database: Connection, entries: int) -> None:
    """So many entries with their links, the last ones by the program's own trigger."""
    quick = max(0, entries - _BY_TRIGGER)
    with database.transaction():
        database.execute("SET LOCAL session_replication_role = replica")
        database.execute(_ENTRIES, [quick])
    link(database)
    with database.transaction():
        database.execute(_ENTRIES, [entries - quick])
    database.execute("ANALYZE foundation_auditentry, foundation_auditlink")


@dataclass(frozen=True)
class Tampering:
    """What is done at a link, counted from 1, and which one the check has to name."""

    name: str
    do: Callable[[Connection, int], object]
    named: Callable[[int, int], int]  # the link it was done at, number of links → named; 0: none


def _cut(database: Connection, at: int) -> None:
    by_hand(
        database,
        "DELETE FROM foundation_auditentry WHERE id IN"
        f" (SELECT entry_id FROM foundation_auditlink WHERE seq > {at})",
        f"DELETE FROM foundation_auditlink WHERE seq > {at}",
    )


def _grown_again(database: Connection, at: int) -> None:
    (gone,) = database.execute(
        "SELECT count(*) FROM foundation_auditlink WHERE seq > %s", [at]
    ).fetchone() or (0,)
    _cut(database, at)
    with database.transaction():
        database.execute("SET LOCAL session_replication_role = replica")
        database.execute(_ENTRIES, [gone])
    link(database)


def _rewritten(database: Connection, at: int) -> None:
    by_hand(
        database,
        "UPDATE foundation_auditentry SET action = 'other' WHERE id ="
        f" (SELECT entry_id FROM foundation_auditlink WHERE seq = {at})",
        "TRUNCATE foundation_auditlink",
    )
    link(database)


def _entry(at: int) -> str:
    return f"(SELECT entry_id FROM foundation_auditlink WHERE seq = {at})"


TAMPERINGS: Final = (
    Tampering(
        "edited",
        lambda d, at: by_hand(
            d, f"UPDATE foundation_auditentry SET detail = '{{}}' WHERE id = {_entry(at)}"
        ),
        lambda at, _: at,
    ),
    Tampering(
        "deleted",
        lambda d, at: by_hand(d, f"DELETE FROM foundation_auditentry WHERE id = {_entry(at)}"),
        lambda at, _: at,
    ),
    Tampering(
        "slipped in",
        lambda d, at: by_hand(
            d,
            "INSERT INTO foundation_auditentry (at, action, subject, detail)"
            " VALUES (now(), 'registry.read', 'x', '{}')",
        ),
        lambda at, _: 0,
    ),
    Tampering(
        "reordered",
        lambda d, at: by_hand(
            d,
            f"UPDATE foundation_auditlink SET entry_id = -entry_id WHERE seq IN ({at}, {at + 1})",
            "UPDATE foundation_auditlink l SET entry_id = -o.entry_id FROM foundation_auditlink o"
            f" WHERE l.seq IN ({at}, {at + 1}) AND o.seq = {2 * at + 1} - l.seq",
        ),
        lambda at, _: at,
    ),
    Tampering("its end cut off", _cut, lambda _, links: links),
    Tampering("cut and grown again", _grown_again, lambda _, links: links),
    Tampering("written anew as a whole", _rewritten, lambda _, links: links),
)


def timed(database: Connection, anchors: list[Anchor]) -> tuple[Verdict, float, float]:
    """The verdict, seconds by the clock, and of processor time here and in the database."""
    begun, used = time.perf_counter(), _used(database)
    verdict = audit_chain.verify(database, anchors)
    return verdict, time.perf_counter() - begun, _used(database) - used


def _used(database: Connection) -> float:
    other = Path(f"/proc/{database.info.backend_pid}/schedstat").read_text()
    return time.process_time() + int(other.split()[0]) / 1e9


def measure(url: str) -> Iterator[str]:
    """Check the trail as it is, then every tampering on a copy of it; lines of the report.

    SystemExit when a tampering is not found or another place is named.
    """
    with psycopg.connect(url, autocommit=True) as database:
        verdict, took, used = timed(database, [])
        if verdict.fault is not None:
            raise SystemExit(f"an untouched trail does not hold: {verdict.fault}")
        yield f"{verdict.links:,} entries hold: {took:.1f} s, {used:.1f} s of processor time"
    anchor = Anchor(datetime.now(UTC), verdict.links, verdict.head)
    at = max(1, verdict.links // 2)
    for each in TAMPERINGS:
        with _copied(url) as copy:
            each.do(copy, at)
            found, took, used = timed(copy, [anchor])
        expected = each.named(at, verdict.links)
        if found.fault is None or found.fault.seq != expected:
            raise SystemExit(f"{each.name}: link {expected} should be named, not {found.fault}")
        yield f"{each.name:24} found at link {expected:,}: {took:.1f} s"


@contextmanager
def _copied(url: str) -> Iterator[Connection]:
    """A copy of the database for the block."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    other = psycopg.conninfo.make_conninfo(url, dbname="postgres")
    with psycopg.connect(other, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE {_COPY} TEMPLATE "{parts["dbname"]}"')
        try:
            at = psycopg.conninfo.make_conninfo(url, dbname=_COPY)
            with psycopg.connect(at, autocommit=True) as copy:
                yield copy
        finally:
            owner.execute(f"DROP DATABASE {_COPY} WITH (FORCE)")


def main() -> None:
    """Fill, check, tamper, tell, remove."""
    asked = argparse.ArgumentParser(prog="python -m fangpin.bench.audit")
    asked.add_argument("--entries", type=int, default=1_000_000)
    given = asked.parse_args()
    for name in [name for name in os.environ if name.startswith("FANGPIN_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="fangpin-audit-"))
    cluster = layout(folder).cluster
    os.environ |= {
        "FANGPIN_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "fangpin.web.settings",
    }
    try:
        with Server(folder, durable=False) as server:
            from django.db import connection

            from fangpin.web import database

            database.connect()
            database.migrate()
            connection.close()
            begun = time.perf_counter()
            with psycopg.connect(server.url, autocommit=True) as own:
                fill(own, given.entries)
            print(f"{given.entries:,} entries written in {time.perf_counter() - begun:.0f} s")
            for line in measure(server.url):
                print(line, flush=True)
    finally:
        shutil.rmtree(cluster.parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
