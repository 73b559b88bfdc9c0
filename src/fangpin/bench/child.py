"""One engine, one run, in a process of its own: `python -m fangpin.bench.child REQUEST`.

REQUEST is JSON (see `Request`); the last line printed is the measurement as JSON. The clock starts
after the imports; the peak is read before results are brought into the form for comparison.
"""

import contextlib
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy.ma  # noqa: F401 – numpy imports it when `unique` is first called: an import like others

BY_HAND: Final = ("polars", "duckdb", "pandas", "postgres", "spark")


@dataclass(frozen=True)
class Request:
    """What to run. `result` where the tables for comparison go (none: they are not kept)."""

    engine: str
    source: str
    as_of: str
    scratch: str
    result: str | None = None
    store: str | None = None
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """`seconds` wall, `cpu` user and system of the process and its children, `peak_mib` VmHWM.

    `steps` seconds per step where the engine tells them; `digest` of the findings as written.
    """

    seconds: float
    cpu: float
    peak_mib: float
    steps: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    digest: str = ""


def main() -> None:
    """Run the request of the command line and print what was measured."""
    request = Request(**json.loads(sys.argv[1]))
    work, finish = _work(request)
    started, cpu = time.perf_counter(), _cpu()
    done = work()
    seconds, used, peak = time.perf_counter() - started, _cpu() - cpu, _peak_mib()
    extra = finish(done)
    print(json.dumps(asdict(Measured(seconds, used, peak, **extra))), flush=True)


def _work(request: Request) -> tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]:
    if request.engine in ("ours", "next_month"):
        return _ours(request)
    if request.engine == "identity":
        return _identity(request)
    return _by_hand(request)


def _by_hand(request: Request) -> tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]:
    from fangpin.bench.result import result_of

    peer = import_module(f"fangpin.bench.by_hand_{request.engine}")
    as_of = date.fromisoformat(request.as_of)
    if hasattr(peer, "prepare"):  # a session or server is there before the job begins
        peer.prepare(**request.options)

    def work() -> Any:
        return peer.run(Path(request.source), as_of, **request.options)

    def finish(tables: Any) -> dict[str, Any]:
        if request.result:
            result_of(tables).save(Path(request.result))
        return {}

    return work, finish


def _ours(request: Request) -> tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]:
    import polars as pl

    from fangpin.bench import PACK
    from fangpin.bench.ours import result_of_run
    from fangpin.policy.loading.kept import load_kept_pack
    from fangpin.screening.run import screen

    out = Path(request.scratch) / "run"
    loading = 0.0
    options: dict[str, Any] = {"store": Path(request.store)} if request.store else {}

    def work() -> Any:
        nonlocal loading
        started = time.perf_counter()
        pack = load_kept_pack(PACK)
        loading = time.perf_counter() - started
        return screen(
            Path(request.source),
            pack=pack,
            as_of=date.fromisoformat(request.as_of),
            out=out,
            workbooks=False,
            overwrite=True,
            **options,
        )

    def finish(screened: Any) -> dict[str, Any]:
        if request.result:
            findings = pl.read_parquet(out / "findings.parquet")
            deliveries = json.loads((out / "deliveries.json").read_text(encoding="utf-8"))
            result_of_run(screened.pack, findings, deliveries).save(Path(request.result))
        digest = hashlib.sha256((out / "findings.parquet").read_bytes()).hexdigest()
        return {"steps": {"pack": round(loading, 3), **screened.seconds}, "digest": digest}

    return work, finish


def _identity(request: Request) -> tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]:
    """Normalise and check every identity number of the register and of all deliveries."""
    import polars as pl

    from fangpin.kernel.identity.keys import identity_keys

    source = Path(request.source)
    files = [source / "register" / "identity.parquet", *sorted((source / "feeds").iterdir())]
    numbers = pl.concat([pl.read_parquet(path, columns=["id_number"]) for path in files])
    column = numbers["id_number"].rechunk()
    as_of = date.fromisoformat(request.as_of)
    identity_keys(column[:1], as_of=as_of)  # its tables are built once per process
    return lambda: identity_keys(column, as_of=as_of), lambda _: {"rows": len(column)}


def _cpu() -> float:
    """User and system seconds of this process, its finished children and the living ones."""
    used = sum(
        each.ru_utime + each.ru_stime
        for each in (
            resource.getrusage(resource.RUSAGE_SELF),
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    )
    with contextlib.suppress(ImportError):
        import psutil

        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                times = child.cpu_times()
                used += times.user + times.system
    return used


def _peak_mib() -> float:
    """The largest resident memory so far; of living children as well (a Java machine)."""
    pids = [os.getpid()]
    with contextlib.suppress(ImportError):
        import psutil

        pids += [child.pid for child in psutil.Process().children(recursive=True)]
    total = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) / 1024
    return round(total or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
