"""Checking the chain over audit entries, apart from the program that writes it: plain SQL alone.

A link's hash is SHA-256 over `hash of the link before · seq|entry|microseconds|actor|bytes:action|
bytes:subject|detail`. That shows every entry changed, removed, slipped in or moved. What a chain
alone cannot show – its end cut off, or all of it written anew – is shown by anchors: heads of the
chain kept outside the database. An anchor is one line `time seq hash`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final

import psycopg

from fangpin.kernel.errors import FangpinError, Text, Where

START: Final = bytes(32)
_AT_ONCE: Final = 20_000
# What the entry says, in the form that the trigger hashes; written out here once more so that a
# changed trigger or function does not go unnoticed.
_CHAIN: Final = """
    SELECT l.seq, l.entry_id, l.hash, convert_to(format('%s|%s|%s|%s|%s:%s|%s:%s|%s',
        l.seq, e.id, (extract(epoch FROM e.at) * 1000000)::bigint, coalesce(e.actor_id::text, ''),
        octet_length(e.action), e.action, octet_length(e.subject), e.subject, e.detail::text),
        'UTF8'), e.id IS NULL
    FROM foundation_auditlink l LEFT JOIN foundation_auditentry e ON e.id = l.entry_id
    ORDER BY l.seq
"""
_UNLINKED: Final = """
    SELECT e.id FROM foundation_auditentry e
    WHERE NOT EXISTS (SELECT FROM foundation_auditlink l WHERE l.entry_id = e.id)
    ORDER BY e.id LIMIT 1
"""
_HEAD: Final = "SELECT seq, hash FROM foundation_auditlink ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True)
class Anchor:
    """The head of the chain at one time: number of links and the hash of the last one."""

    at: datetime
    seq: int
    hash: bytes

    def line(self) -> str:
        """How it is kept: `2026-01-31T08:00:00Z 1234 <64 hex digits>`."""
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {self.seq} {self.hash.hex()}"


@dataclass(frozen=True)
class Fault:
    """The first place where the chain does not hold. `seq` or `entry` 0 where there is none."""

    seq: int
    entry: int
    what: Text


@dataclass(frozen=True)
class Verdict:
    """What was checked, and the first fault; None = everything holds."""

    links: int
    anchors: int
    head: bytes
    fault: Fault | None


def head(connection: "psycopg.Connection[Any]") -> Anchor:
    """The head of the chain now; seq 0 and zeros before the first entry."""
    row = connection.execute(_HEAD).fetchone()
    seq, value = row if row is not None else (0, START)
    return Anchor(datetime.now(UTC), seq, bytes(value))


def anchors_of(lines: Iterable[str], source: str) -> list[Anchor]:
    """Anchors from the lines of a file. FangpinError with the line of one that cannot be read."""
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            at, seq, value = line.split()
            digest = bytes.fromhex(value)
            if len(digest) != 32 or int(seq) < 0:
                raise ValueError("not a hash")
            moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            found.append(Anchor(moment, int(seq), digest))
        except ValueError:
            raise FangpinError.because(
                "这一行不是审计锚点",
                "this line is not an anchor of the audit chain",
                do_zh="核对文件；锚点由 fangpin audit anchor 写出",
                do_en="check the file; anchors are written by fangpin audit anchor",
                where=Where.of(source, number),
            ) from None
    return found


def verify(connection: "psycopg.Connection[Any]", anchors: Sequence[Anchor] = ()) -> Verdict:
    """Check every link, every entry and every anchor in one snapshot of the database.

    Needs a connection that is in no transaction. 1 M entries take a few seconds and little memory.
    """
    wanted: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.seq, []).append(anchor)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL timezone = 'UTC'")
        links, last, fault = _follow(connection, wanted)
        if fault is None:
            row = connection.execute(_UNLINKED).fetchone()
            if row is not None:
                fault = Fault(0, row[0], _SLIPPED_IN)
    missing = sorted(seq for seq in wanted if seq > links)
    if fault is None and missing:
        fault = Fault(missing[0], 0, _CUT)
    return Verdict(links, len(anchors), last, fault)


def _follow(
    connection: "psycopg.Connection[Any]", wanted: dict[int, list[Anchor]]
) -> tuple[int, bytes, Fault | None]:
    before, expected = START, 1
    if any(anchor.hash != START for anchor in wanted.get(0, ())):
        return 0, before, Fault(0, 0, _OTHER)
    for seq, entry, value, said, gone in _rows(connection):
        if seq != expected:
            return expected - 1, before, Fault(expected, 0, _LINK_GONE)
        if gone:
            return seq - 1, before, Fault(seq, entry, _GONE)
        digest = sha256(before + said).digest()
        if digest != value:
            return seq - 1, before, Fault(seq, entry, _CHANGED)
        if seq in wanted and any(anchor.hash != digest for anchor in wanted[seq]):
            return seq - 1, before, Fault(seq, entry, _OTHER)
        before, expected = digest, seq + 1
    return expected - 1, before, None


def _rows(connection: "psycopg.Connection[Any]") -> Iterator[tuple[int, int, bytes, bytes, bool]]:
    with connection.cursor(name="fangpin_audit", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_CHAIN)
        while rows := list(islice(cursor, _AT_ONCE)):
            yield from rows


_CHANGED: Final = Text(
    "审计记录被改动、调换或替换：内容与链上的哈希不符",
    "an audit entry was changed, moved or replaced: it does not agree with its hash",
)
_GONE: Final = Text("审计记录被删除", "an audit entry was deleted")
_LINK_GONE: Final = Text("链上的一环被删除", "a link of the chain was deleted")
_SLIPPED_IN: Final = Text(
    "审计记录不在链上：系被绕过程序插入，或链尾被截断",
    "an audit entry is not on the chain: slipped in, or the end of the chain was cut off",
)
_CUT: Final = Text(
    "链比锚点短：末尾的记录被截去",
    "the chain is shorter than an anchor: its end was cut off",
)
_OTHER: Final = Text(
    "链与锚点不符：被截断后重新生成，或整链被重写",
    "the chain differs from an anchor: cut and grown again, or written anew",
)
