"""`fangpin bench`: the declared pack against the same job written by hand."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click

from fangpin.kernel.errors import FangpinError

_PEERS = {
    "polars": (),
    "duckdb": ("duckdb", "pyarrow"),
    "pandas": ("pandas", "pyarrow"),
    "postgres": ("psycopg", "pyarrow"),
    "spark": ("pyspark",),
}
_LARGEST = {"pandas": 1_000_000, "spark": 1_000_000, "postgres": 1_000_000}
"""Above this a peer runs only when asked for with --with."""


@click.command()
@click.option("--persons", multiple=True, help="Size, may be repeated: 100k (default), 1m …")
@click.option("--with", "extra", multiple=True, type=click.Choice(list(_PEERS)))
@click.option("--skip", multiple=True, type=click.Choice([*_PEERS, "next-month", "identity"]))
@click.option("--runs", default=5, show_default=True, help="Runs of each, interleaved.")
@click.option("--seed", default=1, show_default=True)
@click.option("--memory", type=float, help="End a child that needs more than so many GiB.")
@click.option("--postgres-url", help="A database to use instead of the built-in server.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the data here; used again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench(
    persons: tuple[str, ...],
    extra: tuple[str, ...],
    skip: tuple[str, ...],
    runs: int,
    seed: int,
    memory: float | None,
    postgres_url: str | None,
    keep: Path | None,
    as_json: bool,
) -> None:
    """Compare a screening with the same job by hand; fails when two disagree."""
    peers = tuple(each for each in ("polars", "duckdb", "pandas") if each not in skip)
    peers += tuple(each for each in ("postgres", "spark") if each in extra and each not in skip)
    _refuse_missing(peers)
    # Imported when used: the libraries of the extra `bench` are no part of the base installation.
    from fangpin.bench import report
    from fangpin.bench.side_by_side import Plan, side_by_side

    sizes = sorted({_size(text) for text in persons or ("100k", "1m")})
    folder = keep or Path(tempfile.mkdtemp(prefix="fangpin-bench-"))
    found = []
    try:
        for size in sizes:
            plan = Plan(
                sizes=(size,),
                peers=tuple(p for p in peers if p in extra or size <= _LARGEST.get(p, size)),
                runs=runs,
                seed=seed,
                memory_gib=memory,
                next_month="next-month" not in skip,
                identity="identity" not in skip,
                options={"postgres": {"url": postgres_url}} if postgres_url else {},
            )
            found += list(side_by_side(plan, folder, _progress(as_json)))
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        click.echo(json.dumps(report.as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(report.lines(found)))
        if memory is not None:
            click.echo(f"memory limit {memory:g} GiB, kept by watching resident memory")
    if any(size.disagreements for size in found):
        raise FangpinError.because(
            "各引擎结果不一致，差异见上",
            "the engines disagree; the differences are listed above",
            do_zh="查明是哪一方有误，改正后重跑",
            do_en="find out which one is wrong, correct it and run again",
        )


def _progress(quiet: bool) -> Callable[[str], None]:
    def tell(text: str) -> None:
        if not quiet and sys.stderr.isatty():
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)

    return tell


def _size(text: str) -> int:
    """100k, 1m, 2500000 → persons."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    digits = text[:-1] if factor > 1 else text
    try:
        persons = int(float(digits.replace("_", "")) * factor)
    except ValueError:
        persons = 0
    if persons < 5_000:
        raise FangpinError.because(
            f"--persons {text}：应为不小于 5000 的人数，如 100k、1m",
            f"--persons {text}: give at least 5000 persons, such as 100k or 1m",
            do_zh="改写人数",
            do_en="write the number of persons",
        )
    return persons


def _refuse_missing(peers: tuple[str, ...]) -> None:
    needed = {"psutil": "bench", "pyarrow": "bench"} | {
        module: "spark" if peer == "spark" else "bench" for peer in peers for module in _PEERS[peer]
    }
    missing = {module: extra for module, extra in needed.items() if find_spec(module) is None}
    if missing:
        extras = ",".join(sorted(set(missing.values())))
        raise FangpinError.because(
            f"缺少 {'、'.join(missing)}",
            f"{', '.join(missing)} not installed",
            do_zh=f"安装附加组件：pip install 'fangpin[{extras}]'，或用 --skip 跳过",
            do_en=f"install the extra: pip install 'fangpin[{extras}]', or leave peers out: --skip",
        )
