"""`fangpin quality`: exports of the national system → what is wrong with them, per township."""

import gc
import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fangpin.feeds.reading.together import ReadTogether
from fangpin.quality.raw import workbooks_in

if TYPE_CHECKING:
    from fangpin.quality.run import Checked

UNITS = {"person": "人员", "household": "农户", "village": "行政村"}


@click.command()
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--pack",
    "pack_name",
    default="cn-quality",
    show_default=True,
    help="Name of a shipped pack, or a folder.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the exports speak of (default: the one written above their header).",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for results.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def quality(
    exports: tuple[Path, ...], pack_name: str, as_of: datetime | None, out: Path, as_json: bool
) -> None:
    """Check the EXPORTS (workbooks, or folders of them) of the national system, write OUT."""
    checked, written = _done(exports, pack_name, as_of.date() if as_of else None, out)
    summary = _summary(checked, written)
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
        return
    _tell(checked, summary, out)
    older = sorted(each.name for each in out.glob("*.xlsx") if each not in written)
    if older:
        click.echo(f"注意：{out} 里还有以前的结果，不是这次生成的：{'、'.join(older)}")


def _done(
    exports: tuple[Path, ...], pack_name: str, as_of: date | None, out: Path
) -> tuple["Checked", list[Path]]:
    """The exports checked and the results written, with the files."""
    gc.disable()  # what is made here is kept to the end: looking for what is not takes time
    try:
        # Files are read while pack and engine are loaded: most of reading lets go of the
        # interpreter, and half of it is another process's.
        with ReadTogether(workbooks_in(exports)) as reading:
            from fangpin.policy.loading.kept import load_kept_pack

            pack = load_kept_pack(pack_name)
            from fangpin.quality.output import write
            from fangpin.quality.run import check

            sheets = reading.sheets()
        checked = check(pack, exports, as_of, sheets)
        return checked, write(pack, checked, out)
    finally:
        gc.freeze()  # nor does the end of the process look through it
        gc.enable()


def _summary(checked: "Checked", written: list[Path]) -> dict[str, Any]:
    counts = checked.hits.group_by("rule", "unit").len("hits").sort("rule", "unit")
    return {
        "as_of": checked.as_of.isoformat(),
        "persons": checked.exports.snapshot.persons.height,
        "households": checked.exports.snapshot.households.height,
        "villages": checked.exports.snapshot.places.height,
        "hits": checked.hits.height,
        "counts": counts.to_dicts(),
        "not_checked": [
            {
                "rule": each.rule.number or each.rule.name,
                "label": {"zh": each.rule.label.zh, "en": each.rule.label.en},
                "lacking": [{"zh": fact.label.zh, "en": fact.label.en} for fact in each.facts],
            }
            for each in checked.not_checked
        ],
        "missing_headers": {
            name: list(headers) for name, headers in checked.exports.missing_columns.items()
        },
        "strangers": checked.exports.strangers,
        "unused": [
            {"file": each.file, "sheet": each.sheet, "why": {"zh": each.why.zh, "en": each.why.en}}
            for each in checked.unused
        ],
        "files": [path.name for path in written],
    }


def _tell(checked: "Checked", summary: dict[str, Any], out: Path) -> None:
    click.echo(
        f"数据截止 {summary['as_of']}：{summary['households']:,} 户 {summary['persons']:,} 人，"
        f"{summary['villages']:,} 个村，发现 {summary['hits']:,} 处问题"
    )
    by_unit = dict(checked.hits["unit"].value_counts().iter_rows())
    for unit, word in UNITS.items():
        click.echo(f"  {word} {by_unit.get(unit, 0):,}")
    if checked.not_checked:
        rules = "、".join(each["rule"] for each in summary["not_checked"])
        click.echo(f"缺少表或列，未核对 {len(checked.not_checked)} 条规则：{rules}")
        for absent in _absent(checked):
            click.echo(f"  {absent}")
    for name, strangers in checked.exports.strangers.items():
        if strangers:
            title = checked.exports.titles[name]
            click.echo(f"{title}中有 {strangers:,} 行在监测对象信息里找不到对应的人、户或村")
    for each in checked.unused:
        click.echo(f"未使用 {' '.join(filter(None, (each.file, each.sheet)))}：{each.why.zh}")
    click.echo(f"结果在 {out}")


def _absent(checked: "Checked") -> list[str]:
    """Exports and columns that were not sent, each export once."""
    lines = []
    for name, headers in checked.exports.missing_columns.items():
        title = checked.exports.titles[name]
        lines.append(f"{title}缺列：{'、'.join(headers)}" if headers else f"没有{title}")
    return list(dict.fromkeys(lines))
