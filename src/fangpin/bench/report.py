"""What was measured, as text for people and as JSON for machines."""

import os
import platform
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from fangpin.bench.side_by_side import OURS, Size

NAMES = {
    OURS: "fangpin screen (declared pack, sentences, run folder)",
    "polars": "Polars by hand (no sentences, nothing written)",
    "duckdb": "DuckDB SQL by hand",
    "pandas": "pandas by hand",
    "postgres": "PostgreSQL by hand",
    "spark": "Spark by hand",
    "full_next_month": "ours, next month, full run",
    "next_month": "ours, next month, 2 of 12 feeds changed, with the store",
    "identity": "identity numbers normalised and checked",
}


def machine() -> dict[str, Any]:
    """The machine, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "processor": _processor(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")


def as_json(sizes: list[Size]) -> dict[str, Any]:
    """Everything measured. Ratios: how many times as long as ours."""
    return {
        "machine": machine(),
        "sizes": [_size(size) for size in sizes],
        "growth": _growth(sizes),
        "agree": not any(size.disagreements for size in sizes),
    }


def _size(size: Size) -> dict[str, Any]:
    return {
        "persons": size.persons,
        "findings": size.findings,
        "evidence": size.evidence,
        "disagreements": size.disagreements,
        "engines": {engine: _engine(size, engine) for engine in size.measured},
        "identity_rows_per_second": identity_speed(size),
    }


def _engine(size: Size, engine: str) -> dict[str, Any]:
    runs = size.measured[engine]
    ratio, low, high = size.ratios(engine)
    return {
        "seconds": round(size.seconds(engine), 3),
        "cpu": round(median(each.cpu for each in runs), 3),
        "peak_mib": round(max(each.peak_mib for each in runs)),
        "times_ours": {"median": round(ratio, 3), "min": round(low, 3), "max": round(high, 3)},
        "runs": [round(each.seconds, 3) for each in runs],
        "steps": _steps(size, engine),
    }


def _steps(size: Size, engine: str) -> dict[str, float]:
    runs = size.measured[engine]
    return {
        name: round(median(each.steps.get(name, 0.0) for each in runs), 3) for name in runs[0].steps
    }


def identity_speed(size: Size) -> float | None:
    """Rows per second of the check of identity numbers."""
    runs = size.measured.get("identity")
    return round(runs[0].rows / median(each.seconds for each in runs)) if runs else None


def _growth(sizes: list[Size]) -> list[dict[str, Any]]:
    """How many times as long the next larger size takes, per engine."""
    return [
        {
            "from": small.persons,
            "to": large.persons,
            "times": {
                engine: round(large.seconds(engine) / small.seconds(engine), 2)
                for engine in large.measured
                if engine in small.measured
            },
        }
        for small, large in pairwise(sizes)
    ]


def lines(sizes: list[Size]) -> list[str]:
    """The same as text."""
    about = machine()
    text = [
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, "
        f"Python {about['python']}"
    ]
    for size in sizes:
        text += ["", *_of_size(size)]
    for each in _growth(sizes):
        times = ", ".join(f"{name} {value:g}" for name, value in each["times"].items())
        text += ["", f"growth {each['from']:,} → {each['to']:,}: {times}"]
    return text


def _of_size(size: Size) -> list[str]:
    runs = len(size.measured[OURS])
    text = [
        f"{size.persons:,} persons, {size.findings:,} findings, {size.evidence:,} figures with "
        f"source rows, median of {runs} interleaved runs",
        f"{'':58} {'seconds':>8} {'times ours':>10} {'(min – max)':>15} {'CPU s':>7} {'MiB':>6}",
    ]
    for engine in size.measured:
        told = _engine(size, engine)
        ratio = told["times_ours"]
        spread = f"{ratio['min']:.2f} – {ratio['max']:.2f}"
        text.append(
            f"{NAMES[engine]:58} {told['seconds']:8.2f} {ratio['median']:10.2f} {spread:>15} "
            f"{told['cpu']:7.2f} {told['peak_mib']:6}"
        )
    text.append(_against(size))
    steps = _engine(size, OURS)["steps"]
    text.append("steps of ours: " + ", ".join(f"{name} {value}" for name, value in steps.items()))
    if speed := identity_speed(size):
        text.append(f"identity numbers: {speed / 1e6:.1f} million rows per second")
    if "next_month" in size.measured:
        ratio, low, high = size.ratios("next_month", "full_next_month")
        text.append(
            f"next month with the store: {ratio:.2f} of a full run ({low:.2f} – {high:.2f})"
        )
    text += [f"DISAGREE {each}" for each in size.disagreements]
    if not size.disagreements:
        text.append("all agree on every finding, its evidence, what is unknown and every count")
    return text


def _against(size: Size) -> str:
    """Ours as a multiple of the peer; also without what peers leave out (writing the run)."""
    parts = []
    for engine in ("polars", "duckdb", "pandas", "postgres", "spark"):
        if engine in size.measured:
            ratio = size.seconds(OURS) / size.seconds(engine)
            lean = _without_writing(size) / size.seconds(engine)
            parts.append(f"{ratio:.2f} × {engine} ({lean:.2f} without pack loading and writing)")
    return "ours takes " + ", ".join(parts) if parts else "no peers"


def _without_writing(size: Size) -> float:
    return median(
        each.seconds - each.steps.get("writing", 0.0) - each.steps.get("pack", 0.0)
        for each in size.measured[OURS]
    )
