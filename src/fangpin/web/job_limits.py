"""What one background job may take of the machine: a hostile or huge file hurts nobody else.

Looked at twice a second by the worker, which is another process than the job.
"""

import os
import resource
from pathlib import Path
from typing import Final

from fangpin.foundation import environment
from fangpin.kernel.errors import Text

_PAGE: Final = resource.getpagesize()


def memory_limit() -> int:
    """Bytes one job may hold: FANGPIN_JOB_MB, else three quarters of this machine's memory."""
    total = os.sysconf("SC_PHYS_PAGES") * _PAGE
    usual = total * 3 // 4 // 2**20
    megabytes = environment.whole_number("FANGPIN_JOB_MB", usual, low=256, high=10_000_000)
    return megabytes * 2**20


def time_limit() -> float:
    """Seconds one job may take: FANGPIN_JOB_MINUTES, else four hours."""
    return 60.0 * environment.whole_number("FANGPIN_JOB_MINUTES", 240, low=1, high=10_000)


def niceness() -> int:
    """How far a job stands behind the pages, for which people wait: FANGPIN_JOB_NICE, else 10."""
    return environment.whole_number("FANGPIN_JOB_NICE", 10, low=0, high=19)


def held(pid: int) -> int:
    """Bytes of memory that the process holds; 0 when it is gone or the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def exceeded(pid: int, seconds: float) -> Text | None:
    """Why the job has to end now, in words for whoever submitted it; None while it may go on."""
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
    return None
