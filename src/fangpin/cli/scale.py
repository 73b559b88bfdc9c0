"""`fangpin scale`: what a run of another size takes, worked out from a measured one."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from fangpin.cluster.arithmetic import STAGES, Cluster, Estimate, Size, estimate
from fangpin.cluster.effort import STEPS, Effort, shipped
from fangpin.kernel.errors import FangpinError

_STEPS = {
    "register": "读台账证件号",
    "reading": "读部门数据",
    "joining": "按号归户",
    "parts": "写分块",
    "loading": "载入分块",
    "evaluating": "规则、疑点与依据",
}
_STAGES = {"linking": "归户", "evaluating": "比对"}


@click.command()
@click.option("--persons", type=float, required=True, help="Persons of the register, as 50e6.")
@click.option("--nodes", default=4, show_default=True, help="Machines.")
@click.option("--cores", default=16, show_default=True, help="Processor cores of each.")
@click.option("--gigabits", default=10.0, show_default=True, help="Network of each, Gbit/s.")
@click.option(
    "--usage", default=0.3, show_default=True,
    help="Share of the cores' time that goes into the work itself; the rest is Spark's.",
)  # fmt: skip
@click.option("--persons-per-part", default=500_000, show_default=True, help="Size of a part.")
@click.option(
    "--run", "measured", type=click.Path(path_type=Path),
    help="Run folder of `fangpin screen --engine spark` to reckon from (default: figures that come "
    "with Fangpin).",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def scale(
    persons: float,
    nodes: int,
    cores: int,
    gigabits: float,
    usage: float,
    persons_per_part: int,
    measured: Path | None,
    as_json: bool,
) -> None:
    """Seconds, bytes and memory of a run on a cluster, by step and by delivery."""
    effort = _effort(measured)
    size = Size.like(effort, round(persons), persons_per_part)
    found = estimate(effort, size, Cluster(nodes, cores, gigabits, usage))
    if as_json:
        click.echo(json.dumps(as_plain(found), ensure_ascii=False, indent=1))
    else:
        _print(found)


def _effort(run: Path | None) -> Effort:
    if run is None:
        return shipped()
    path = run / "effort.json"
    if not path.is_file():
        raise FangpinError.because(
            f"“{run}”里没有 effort.json",
            f"{run} holds no effort.json",
            do_zh="指向用 fangpin screen --engine spark 写成的文件夹，或去掉 --run",
            do_en="name a folder that `fangpin screen --engine spark` wrote, or leave out --run",
        )
    return Effort.read(path)


def as_plain(found: Estimate) -> dict[str, object]:
    """The estimate as plain values."""
    return {
        "size": asdict(found.size) | {"parts": found.size.parts, "buckets": found.size.buckets},
        "cluster": asdict(found.cluster),
        "hours": found.hours,
        "core_hours": found.core_hours,
        "shuffled_bytes": found.shuffled,
        "memory_bytes_of_a_task": found.memory,
        "steps": [
            {"step": step, "of": of} | asdict(cost) for (step, of), cost in found.costs.items()
        ],
    }


def _print(found: Estimate) -> None:
    size, cluster = found.size, found.cluster
    rows = sum(size.rows.values())
    click.echo(
        f"{size.persons:,} 人 / persons  {rows:,} 行 / rows  {size.findings:,} 疑点 / findings  "
        f"{size.parts:,} 块 / parts  {size.buckets:,} 桶 / buckets"
    )
    click.echo(f"{cluster.nodes} × {cluster.cores} 核 / cores, {cluster.gigabits:g} Gbit/s\n")
    click.echo("步骤 / step                        核分 / core-min   任务 / tasks   内存 / memory")
    for step in STEPS:
        own = [cost for (name, _), cost in found.costs.items() if name == step]
        seconds, tasks = sum(each.seconds for each in own), sum(each.tasks for each in own)
        label = f"{_STEPS[step]} / {step}"
        memory = found.memory.get(step, 0) / 2**30
        click.echo(f" {label:<28}{seconds / 60:>16.1f}{tasks:>14,}{memory:>12.1f} GiB")
    click.echo("\n任务间传送 / sent between tasks")
    for name, sent in sorted(found.shuffled.items(), key=lambda each: -each[1]):
        click.echo(f" {name:<28}{sent / 1e9:>14.2f} GB")
    click.echo("\n用时 / on the clock")
    for stage in STAGES:
        click.echo(f" {_STAGES[stage]} / {stage:<24}{found.hours[stage] * 60:>10.1f} min")
    click.echo(f" 合计 / together{found.all_hours * 60:>24.1f} min")
