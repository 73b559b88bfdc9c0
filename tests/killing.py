"""Processes killed in the middle of what they do, and begun again.

What is to be killed runs in a child forked from the warm test process, with a database connection
of its own. The child ends itself with SIGKILL before its nth *point*: a statement, the beginning
and the end of a commit, or a file being opened for writing, renamed or deleted. `through` kills at
the first point, the second, … until one child comes to its end – as a worker that is started anew.
"""

import os
import pickle
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connection, models

from fangpin.foundation.fields import BlindField, Opened, SealedField

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_FILES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link"})
_parents: list[Any] = []  # the parent's connection, which the child must neither use nor close


class Points:
    """Counts points and ends the process for good before the one with the number `at`."""

    def __init__(self, at: int) -> None:
        self.left = at

    def reached(self) -> None:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Any, query: Any, params: Any, many: Any, context: Any) -> Any:
        self.reached()
        return execute(query, params, many, context)

    def event(self, name: str, given: tuple[Any, ...]) -> None:
        if name in _FILES or (name == "open" and isinstance(given[2], int) and given[2] & _WRITES):
            self.reached()

    def watch(self) -> None:
        """From now on, in this process."""
        connection.execute_wrappers.append(self.statement)
        commit = connection._commit

        def committed() -> Any:
            self.reached()
            result = commit()
            self.reached()
            return result

        connection._commit = committed
        sys.addaudithook(self.event)


def _child(act: Callable[[], object], points: Points | None) -> int:
    """Fork; the child does `act` and ends. Returns the child's id."""
    child = os.fork()
    if child:
        return child
    status = 1  # pragma: no cover
    try:  # pragma: no cover
        _parents.append(connection.connection)
        connection.connection = None
        connection.ensure_connection()
        if points is not None:
            points.watch()
        act()
        status = 0
    except BaseException:  # pragma: no cover
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(status)


def _was_killed(child: int) -> bool:
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        return True
    assert os.WEXITSTATUS(ended) == 0, "the child failed; its error stands above"
    return False


def killed(act: Callable[[], object], at: int) -> bool:
    """Do `act` in a child that is killed before its point `at`; whether it was."""
    return _was_killed(_child(act, Points(at)))


def through(
    act: Callable[[], object],
    *,
    first: int = 1,
    stride: int = 1,
    after: Callable[[], object] | None = None,
) -> int:
    """Kill `act` before its point `first`, `first + stride`, … until it comes through. `after` is
    called after each kill: what must hold at any time. Returns how often it was killed."""
    kills = 0
    while killed(act, first + kills * stride):
        kills += 1
        if after is not None:
            after()
    return kills


def apart(act: Callable[[], Any]) -> Any:
    """Do `act` in a child to its end and bring back what it returns. For what starts threads that
    a later fork would miss, as the library that draws PDF does."""
    reading, writing = os.pipe()

    def told() -> None:
        with os.fdopen(writing, "wb") as out:
            pickle.dump(act(), out)

    child = _child(told, None)
    os.close(writing)
    with os.fdopen(reading, "rb") as found:
        data = found.read()
    assert not _was_killed(child)
    return pickle.loads(data)


def at_any_moment(act: Callable[[], object], draw: random.Random, longest: float) -> bool:
    """Do `act` in a child that is killed at a random moment within `longest` seconds, wherever it
    is then; whether it was."""
    child = _child(act, None)
    time.sleep(draw.uniform(0, longest))
    os.kill(child, signal.SIGKILL)  # nothing happens to one that has ended
    return _was_killed(child)


def content(*tables: type[models.Model], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What stands in tables, to be compared with what stands there after other accidents: rows in
    the order they were written, ids as places in that order, closed columns opened. Moments of the
    server's clock are left out, and the columns named."""
    ranks: dict[type[models.Model], dict[Any, int]] = {}

    def rank(table: type[models.Model], pk: Any) -> int | None:
        if table not in ranks:
            keys = table._default_manager.order_by("pk").values_list("pk", flat=True)
            ranks[table] = {key: at for at, key in enumerate(keys)}
        return ranks[table].get(pk)

    def value(row: models.Model, field: Any) -> Any:
        found = getattr(row, field.attname)
        return rank(field.related_model, found) if field.is_relation else found

    told: dict[str, Any] = {}
    for table in tables:
        opened = [name for name, each in vars(table).items() if isinstance(each, Opened)]
        fields = [
            field
            for field in table._meta.concrete_fields
            if not field.primary_key
            and field.name not in without
            and not isinstance(field, SealedField | BlindField | models.DateTimeField)
        ]
        told[table.__name__] = [
            {field.name: value(row, field) for field in fields}
            | {name: getattr(row, name) for name in opened if name not in without}
            for row in table._default_manager.order_by("pk")
        ]
    return told
