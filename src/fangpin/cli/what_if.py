"""`fangpin what-if`: a finished run under other figures, or under another pack."""

import json
from pathlib import Path
from typing import Any

import click

from fangpin.cli.table import lines
from fangpin.kernel.errors import FangpinError, Language, Text
from fangpin.policy import load_pack
from fangpin.screening.comparison import Comparison
from fangpin.screening.comparison_json import as_json
from fangpin.screening.comparison_sheets import (
    ENTITLED,
    LED,
    ONCE,
    STATUS_WORDS,
    SUBJECT_WORDS,
    WITHOUT_FIGURE,
    shown_cost,
    write_csv,
    write_parquet,
    write_workbook,
)
from fangpin.screening.flips import DIRECTION_WORDS
from fangpin.screening.scenarios import Scenario, between, load_scenario, save_scenario
from fangpin.screening.tally import Counts
from fangpin.screening.what_if import Baseline

SHORT = {
    "before": Text("现有", "now"),
    "after": Text("试算后", "then"),
    "gained": Text("新增", "gained"),
    "lost": Text("减少", "lost"),
    "became_unknown": Text("转无法判断", "undecidable"),
    "unknown_before": Text("现无法判断", "unknown now"),
    "unknown_after": Text("后无法判断", "unknown then"),
}
LEVELS = ("township", "village", "kind", "programme")


@click.command("what-if")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--set", "values", multiple=True, metavar="param.X=VALUE", help="As a pack writes it."
)
@click.option("--pack", "pack_name", help="Another pack: a shipped name or a folder.")
@click.option("--run-pack", help="The pack of RUN where it is not a shipped one.")
@click.option("--by", type=click.Choice(LEVELS), multiple=True, help="Default: township.")
@click.option("--list", "listed", is_flag=True, help="The households that come and go.")
@click.option("--limit", default=50, show_default=True, help="Most rows of --list; 0: all.")
@click.option("--excel", type=click.Path(path_type=Path), help="Write a workbook.")
@click.option("--csv", type=click.Path(path_type=Path), help="Write the list as CSV.")
@click.option("--parquet", type=click.Path(path_type=Path), help="Write the list as Parquet.")
@click.option("--json", "as_json_too", is_flag=True, help="Print JSON.")
@click.option("--save", type=click.Path(path_type=Path), help="Keep the question as a scenario.")
@click.option("--note", default="", help="A remark kept with --save.")
@click.option(
    "--scenario", "files", type=click.Path(path_type=Path), multiple=True,
    help="A kept question; given twice, the two are compared.",
)  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh")
def what_if(
    run: Path,
    values: tuple[str, ...],
    pack_name: str | None,
    run_pack: str | None,
    by: tuple[str, ...],
    listed: bool,
    limit: int,
    excel: Path | None,
    csv: Path | None,
    parquet: Path | None,
    as_json_too: bool,
    save: Path | None,
    note: str,
    files: tuple[Path, ...],
    language: Language,
) -> None:
    """What would differ in RUN if figures of its pack, or the pack, were others."""
    scenarios = _scenarios(values, pack_name, files, note, save)
    baseline = Baseline.load(run, load_pack(run_pack) if run_pack else None)
    if save is not None:
        kept = scenarios[0]
        save_scenario(Scenario(save.stem, kept.set, kept.pack, note, baseline.run_hash), save)
    answers = [each.asked_of(baseline) for each in scenarios]
    for path, write in ((excel, write_workbook), (csv, write_csv)):
        if path is not None:
            write(answers[0], path, language)
    if parquet is not None:
        write_parquet(answers[0], parquet)
    if as_json_too:
        _print_json(scenarios, answers)
        return
    if not baseline.pack_unchanged:
        click.echo(_CHANGED_PACK.in_language(language))
    for scenario, answer in zip(scenarios, answers, strict=True):
        if len(answers) > 1 or files:
            click.echo(f"\n【{scenario.name}】{scenario.note}".rstrip())
            if not scenario.same_run(baseline):
                click.echo(_OTHER_RUN.in_language(language))
        _print(answer, by or ("township",), language)
        if listed:
            _print_list(answer, limit, language)
    if len(answers) == 2:
        _print_between(answers[0], answers[1], language)


_CHANGED_PACK = Text(
    "提醒：政策包在筛查之后有改动，“现有”按现在的政策包计算。",
    "Note: the pack has changed since the run; “now” is by the pack as it is today.",
)
_OTHER_RUN = Text(
    "提醒：这个情景原来是就另一次比对提出的。",
    "Note: this scenario was first asked of another run.",
)


def _scenarios(
    values: tuple[str, ...],
    pack_name: str | None,
    files: tuple[Path, ...],
    note: str,
    save: Path | None,
) -> list[Scenario]:
    if files and (values or pack_name or save):
        raise FangpinError.because(
            "--scenario 与 --set、--pack、--save 不能同时用",
            "--scenario goes without --set, --pack and --save",
            do_zh="先用 --save 存成情景，再用 --scenario",
            do_en="keep the question with --save first, then name it with --scenario",
        )
    if len(files) > 2:
        raise FangpinError.because(
            f"最多比较两个情景，给出了 {len(files)} 个",
            f"two scenarios at most are compared, {len(files)} were given",
            do_zh="去掉多余的 --scenario",
            do_en="leave out the others",
        )
    if files:
        return [load_scenario(path) for path in files]
    asked: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name.strip() or not text.strip():
            raise FangpinError.because(
                f"--set 应写成 param.名称=值，写的是“{value}”",
                f"--set is written param.NAME=VALUE, got {value!r}",
                do_zh="例如 --set param.monitoring_line=7000元",
                do_en="for example --set param.monitoring_line=7000元",
            )
        asked[name.strip()] = text.strip()
    return [Scenario("", asked, pack_name, note)]


def _print_json(scenarios: list[Scenario], answers: list[Comparison]) -> None:
    found: list[dict[str, Any]] = [
        {"scenario": scenario.name or None, **as_json(answer)}
        for scenario, answer in zip(scenarios, answers, strict=True)
    ]
    if len(found) == 1:
        click.echo(json.dumps(found[0], ensure_ascii=False, indent=1))
        return
    differing = between(*answers)
    whole = {"scenarios": found, "differing_findings": differing.height}
    click.echo(json.dumps(whole, ensure_ascii=False, indent=1))


def _print(answer: Comparison, levels: tuple[str, ...], language: Language) -> None:
    say = _in(language)
    click.echo(answer.sentence.in_language(language))
    for note in answer.notes:
        click.echo(f"  ※ {note.in_language(language)}")
    concerned = [each for each in answer.rules if each.status != "same"]
    if concerned:
        head = [
            say("规则", "rule"),
            say("情况", "status"),
            say("对象", "about"),
            *(text.in_language(language) for text in SHORT.values()),
        ]
        rows = [
            [
                each.label.in_language(language),
                STATUS_WORDS[each.status].in_language(language),
                SUBJECT_WORDS[each.subject].in_language(language),
                *_figures(each.subjects),
            ]
            for each in concerned
        ]
        _table(say("规则", "rules"), head, rows, texts=3)
    for level in levels:
        if level == "programme":
            _print_programmes(answer, language)
        else:
            _print_level(answer, level, language)
    _print_costs(answer, language)


def _print_level(answer: Comparison, level: str, language: Language) -> None:
    say = _in(language)
    titles = {
        "township": say("按乡镇（户）", "by township (households)"),
        "village": say("按行政村（户）", "by village (households)"),
        "kind": say("按疑点类型（户；饮水等按村）", "by kind (households; villages where so)"),
    }
    groups = answer.by(level)  # type: ignore[arg-type]
    shown = [each for each in groups if each.counts.changed]
    rows = [[each.label.in_language(language), *_figures(each.counts)] for each in shown]
    rows.append([say("合计", "total"), *_figures(answer.total)] if level != "kind" else [])
    head = ["", *(text.in_language(language) for text in SHORT.values())]
    _table(titles[level], head, [row for row in rows if row])
    if len(shown) < len(groups):
        quiet = len(groups) - len(shown)
        click.echo(say(f"  其余 {quiet} 项没有变化", f"  {quiet} others do not change"))


def _print_programmes(answer: Comparison, language: Language) -> None:
    say = _in(language)
    rows = [
        [
            each.label.in_language(language),
            SUBJECT_WORDS[each.subject].in_language(language),
            f"{each.entitled.before:,}",
            f"{each.entitled.after:,}",
            f"{each.led_gained:,}",
            f"{each.led_lost:,}",
            shown_cost(each, each.cost).in_language(language),
            shown_cost(each, each.led_cost).in_language(language) if each.led_cost else "—",
        ]
        for each in answer.programmes
        if each.entitled.changed or each.led_gained or each.led_lost
        or each.amount_before != each.amount_after
    ]  # fmt: skip
    head = [
        say("待遇", "programme"),
        say("对象", "about"),
        say("现符合", "entitled"),
        say("试算后", "then"),
        say("新增户中未享受", "lacking, gained"),
        say("减少户中未享受", "lacking, lost"),
        say("费用差", "difference"),
        say("新增户所需", "for gained"),
    ]
    if rows:
        _table(say("按待遇", "by programme"), head, rows, texts=2)
    else:
        click.echo(say("\n按待遇：没有变化", "\nby programme: nothing changes"))
    recorded = answer.programmes_recorded_only
    click.echo(
        say(
            f"  另有 {recorded} 项待遇只有文字记载，政策包没有写可以计算的条件",
            f"  {recorded} programmes are recorded in words only and cannot be computed",
        )
    )


def _print_costs(answer: Comparison, language: Language) -> None:
    costs = answer.costs
    click.echo(
        f"\n{ENTITLED.in_language(language)}: {costs.entitled.text.in_language(language)}"
        f"\n{LED.in_language(language)}: {costs.led.text.in_language(language)}"
    )
    for title, programmes in ((ONCE, costs.once), (WITHOUT_FIGURE, costs.without_figure)):
        if programmes:
            join = "、" if language == "zh" else ", "
            named = join.join(each.label.in_language(language) for each in programmes)
            click.echo(f"{title.in_language(language)}: {named}")


def _print_list(answer: Comparison, limit: int, language: Language) -> None:
    say = _in(language)
    keys = answer.flips
    shown = answer.told(keys if not limit else keys.head(limit))
    click.echo(say(f"\n名单（{keys.height:,} 条）", f"\nlist ({keys.height:,})"))
    for row in shown.iter_rows(named=True):
        who = row["person_number"] or row["household_number"] or row["village_code"]
        word = DIRECTION_WORDS[row["direction"]].in_language(language)
        click.echo(f" [{word}] {row['township']} {row['village']} {who} {row[f'kind_{language}']}")
        click.echo(f"    {say('现在', 'now ')}: {row[f'before_{language}']}")
        click.echo(f"    {say('试算', 'then')}: {row[f'after_{language}']}")
    if shown.height < keys.height:
        click.echo(
            say("  … 用 --limit 0 或 --excel 取全部", "  … --limit 0 or --excel for all of them")
        )


def _print_between(one: Comparison, other: Comparison, language: Language) -> None:
    say = _in(language)
    differing = between(one, other)
    click.echo(
        say(
            f"\n两个情景之间：{differing.height:,} 条疑点的结果不同",
            f"\nbetween the two: {differing.height:,} findings come out differently",
        )
    )
    words: dict[str, str] = {
        name: text.in_language(language) for name, text in DIRECTION_WORDS.items()
    }
    words["same"] = say("不变", "as now")
    counts = (
        differing.group_by(f"kind_{language}", "first", "second")
        .len()
        .sort(f"kind_{language}", "first", "second")
    )
    rows = [
        [kind, words[first or "same"], words[second or "same"], f"{count:,}"]
        for kind, first, second, count in counts.iter_rows()
    ]
    if rows:
        head = [say("疑点类型", "kind"), say("前者", "first"), say("后者", "second"), "n"]
        _table("", head, rows, texts=3)


def _figures(counts: Counts) -> list[str]:
    return [f"{getattr(counts, name):,}" for name in SHORT]


def _table(title: str, head: list[str], rows: list[list[str]], texts: int = 1) -> None:
    if title:
        click.echo(f"\n{title}")
    for line in lines(head, rows, texts):
        click.echo(f"  {line}")


def _in(language: Language) -> Any:
    return lambda zh, en: Text(zh, en).in_language(language)
