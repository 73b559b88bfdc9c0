"""What one background job may take of the machine: a hostile or huge file hurts nobody else.

Looked at twice a second by the worker, which is another process than the job, and over the job
with all that it started: what one process may take at most (RLIMIT_CPU) each child would get anew.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from fangpin.foundation import environment
from fangpin.kernel.errors import Text

_PAGE: Final = resource.getpagesize()
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def memory_limit() -> int:
    """Bytes one job may hold: FANGPIN_JOB_MB, else three quarters of this machine's memory."""
    total = os.sysconf("SC_PHYS_PAGES") * _PAGE
    usual = total * 3 // 4 // 2**20
    megabytes = environment.whole_number("FANGPIN_JOB_MB", usual, low=256, high=10_000_000)
    return megabytes * 2**20


def time_limit() -> float:
    """Seconds one job may take: FANGPIN_JOB_MINUTES, else four hours."""
    return 60.0 * environment.whole_number("FANGPIN_JOB_MINUTES", 240, low=1, high=10_000)


def processor_limit() -> float:
    """Seconds of processor time one job may take, all its processes and all processors together:
    FANGPIN_JOB_CPU_MINUTES, else four hours."""
    return 60.0 * environment.whole_number("FANGPIN_JOB_CPU_MINUTES", 240, low=1, high=100_000)


def niceness() -> int:
    """How far a job stands behind the pages, for which people wait: FANGPIN_JOB_NICE, else 10."""
    return environment.whole_number("FANGPIN_JOB_NICE", 10, low=0, high=19)


def adopt_orphans() -> None:
    """For the job itself, first of all: whatever its processes leave behind stays below it, where
    the worker sees it, also a daemon in a session of its own."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def family(pid: int) -> Iterator[int]:
    """The process and all below it, those before their children; on Linux."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield from family(int(child))


def held(pid: int) -> int:
    """Bytes of memory that the process and those below it hold; 0 when it is gone or the system
    does not tell. What two of them share counts in part for each."""
    each = list(family(pid))
    plain = sum(map(_resident, each))
    if len(each) == 1 or plain <= memory_limit():
        return plain
    return sum(map(_proportional, each))  # dear, so asked for only where it decides


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def _proportional(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


class Processor:
    """Processor time of a process and all below it; `seconds()` is asked twice a second.

    Who waits for a child that has ended takes over its time (cutime), so that nothing is lost. Of a
    child that nobody waits for the time goes with it: what was seen of it is kept.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._gone = self._before = self._high = 0.0

    def seconds(self) -> float:
        """Of all that run and all that have ended. Linux; else 0."""
        now = sum(map(_spent, family(self.pid)))
        # A child between its end and being waited for may be missing once: parents are read first.
        high = max(now, self._before)
        self._gone += max(0.0, self._high - high)
        self._before, self._high = now, high
        return self._gone + high


def _spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS  # utime, stime, cutime, cstime
    except (OSError, IndexError, ValueError):
        return 0.0


def end(pid: int) -> None:
    """End the job and all that it started, at once."""
    for each in [*family(pid)]:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def exceeded(pid: int, seconds: float, processor: float = 0.0) -> Text | None:
    """Why the job has to end now, in words for whoever submitted it; None while it may go on.
    `seconds` since it began, `processor` seconds that it took."""
    if held(pid) > memory_limit():
        return Text(
            f"任务占用的内存超过 {memory_limit() // 2**20:,} MB，已停止。请拆分文件后重试。",
            f"The job took more than {memory_limit() // 2**20:,} MB of memory and was stopped. "
            "Split the files and try again.",
        )
    if seconds > time_limit():
        return Text(
            f"任务超过 {time_limit() / 60:.0f} 分钟仍未完成，已停止。请拆分文件后重试。",
            f"The job took more than {time_limit() / 60:.0f} minutes and was stopped. "
            "Split the files and try again.",
        )
    if processor > processor_limit():
        return Text(
            f"任务占用处理器超过 {processor_limit() / 60:.0f} 分钟，已停止。请拆分文件后重试。",
            f"The job took more than {processor_limit() / 60:.0f} minutes of processor time and "
            "was stopped. Split the files and try again.",
        )
    return None
