"""Starting children one at a time, with an eye on their memory."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from typing import Final

import psutil

from fangpin.bench.child import Measured, Request
from fangpin.kernel.errors import FangpinError

WATCH: Final = 0.05
"""Seconds between two looks at the memory of a child."""


def run_child(request: Request, memory_gib: float | None = None) -> Measured:
    """Run the request; raises FangpinError when the child fails or outgrows `memory_gib`.

    The limit is kept by watching the resident memory of the child and all its children and ending
    them when it is passed: address space (which memory-mapped files fill) says nothing about it.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "fangpin.bench.child", json.dumps(asdict(request))],
            stdout=output,
            stderr=errors,
        )
        largest = _watch(child, memory_gib)
        output.seek(0)
        errors.seek(0)
        said = output.read().decode(errors="replace").strip().splitlines()
        complaints = errors.read().decode(errors="replace").strip()
    if memory_gib is not None and largest > memory_gib * 1024:
        raise FangpinError.because(
            f"{request.engine} 超过了内存上限 {memory_gib:g} GiB，已终止",
            f"{request.engine} went beyond {memory_gib:g} GiB of memory and was ended",
            do_zh="调大 --memory，或用 --skip 不测这一项",
            do_en="raise --memory, or leave it out with --skip",
        )
    if child.returncode or not said:
        raise FangpinError.because(
            f"{request.engine} 运行失败：{complaints[-2000:]}",
            f"{request.engine} failed: {complaints[-2000:]}",
            do_zh="按上面的信息处理，或用 --skip 不测这一项",
            do_en="see the message above, or leave it out with --skip",
        )
    return Measured(**json.loads(said[-1]))


def _watch(child: subprocess.Popen[bytes], memory_gib: float | None) -> float:
    """Wait for the end; the largest memory seen, in MiB."""
    largest = 0.0
    while child.poll() is None:
        if memory_gib is not None:
            largest = max(largest, _resident_mib(child.pid))
            if largest > memory_gib * 1024:
                _end(child)
        time.sleep(WATCH)
    return largest


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _resident_mib(pid: int) -> float:
    total = 0.0
    for process in _family(pid):
        try:
            total += process.memory_info().rss / 2**20
        except psutil.Error:
            continue
    return total


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and what it started."""
    for process in reversed(_family(child.pid)):
        try:
            process.kill()
        except psutil.Error:
            continue
    child.wait()
