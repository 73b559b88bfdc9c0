"""Jobs that tests give to a real worker."""

import os
import time
from pathlib import Path
from typing import Any


def wait_for_file(*, by: Any, progress: Any, folder: str) -> dict[str, Any]:
    """Says that it began, waits for the file `go`; tells how often it was begun."""
    begun = Path(folder, "begun")
    with begun.open("a") as file:
        file.write(f"{os.getpid()}\n")
    while not Path(folder, "go").exists():
        time.sleep(0.05)
    return {"times": len(begun.read_text().splitlines())}


def leave_word() -> None:
    """A chore: says which process did it."""
    with Path(os.environ["FANGPIN_TEST_TASKS"], "minute").open("a") as file:
        file.write(f"{os.getpid()}\n")


def take_memory(*, by: Any, progress: Any, megabytes: int) -> dict[str, Any]:
    """Takes memory step by step and keeps it."""
    held = []
    for _ in range(megabytes // 20):
        held.append(os.urandom(20 * 2**20))
        time.sleep(0.1)
    time.sleep(600)
    return {"held": len(held)}


def burn_aside(*, by: Any, progress: Any, folder: str) -> dict[str, Any]:
    """Leaves a daemon that is busy for ever, and waits."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            Path(folder, "daemon").write_text(str(os.getpid()))
            while True:
                sum(range(1000))
        os._exit(0)
    os.wait()
    time.sleep(600)
    return {}
