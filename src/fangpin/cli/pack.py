"""`fangpin pack`: list, show, check, compare policy packs; what they cover; schemas for editors."""

import json
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from fangpin.cli.pack_shown import shown
from fangpin.kernel.errors import FangpinError, Language, Problem, Severity, Text, has_errors
from fangpin.policy.coverage import STATUS_WORDS, absent_tests, coverage, page, totals, used_in
from fangpin.policy.diff import diff as compare
from fangpin.policy.diff import text_of
from fangpin.policy.duty_days import due_by
from fangpin.policy.loading import check_pack, known_packs, load_pack
from fangpin.policy.loading.example_gaps import warn_of_gaps
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.pack import Pack
from fangpin.policy.procedure_sheet import lines_of, sheet
from fangpin.policy.schema import write_schemas

in_language = click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the output.",
)
as_json_too = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def pack() -> None:
    """Show, check and compare policy packs."""


@pack.command("list")
@in_language
@as_json_too
def list_packs(language: Language, as_json: bool) -> None:
    """List the packs that come with Fangpin."""
    found = [load_pack(name) for name in known_packs()]
    if as_json:
        rows = [
            {
                "pack": each.name,
                "title": {"zh": each.title.zh, "en": each.title.en},
                "extends": each.extends,
                "area_code": each.area_code,
                "from": each.period.from_.isoformat(),
                "to": each.period.to.isoformat() if each.period.to is not None else None,
                "hash": each.hash,
            }
            for each in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in found:
        extends = f" ← {each.extends}" if each.extends else ""
        area = each.area.in_language(language)
        click.echo(f"{each.name}{extends}  {each.title.in_language(language)}  [{area}]")


@pack.command()
@click.argument("name", metavar="PACK")
@in_language
@click.option("--all", "inherited", is_flag=True, help="Also what the pack inherits.")
def show(name: str, language: Language, inherited: bool) -> None:
    """Print PACK (a shipped name or a folder): document, figures, rules, targets, duties."""
    for line in shown(load_pack(name), language, inherited):
        click.echo(line)


@pack.command()
@click.argument("name", metavar="PACK")
@click.argument("wanted", metavar="ID")
@in_language
@click.option(
    "--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="Figures in force then [today]."
)
def procedure(name: str, wanted: str, language: Language, as_of: datetime | None) -> None:
    """Print procedure ID of PACK as a sheet: who does what by when, on what clause."""
    loaded = load_pack(name)
    found = loaded.procedures.get(wanted)
    if found is None:
        zh, en = meant(wanted, loaded.procedures)
        raise FangpinError.because(
            f"政策包 {name} 里没有程序 {wanted}",
            f"the pack {name} has no procedure {wanted}",
            do_zh=zh,
            do_en=en,
        )
    day = as_of.date() if as_of is not None else date.today()
    for line in lines_of(sheet(found, loaded, day), loaded, language):
        click.echo(line)


@pack.command()
@click.argument("name", metavar="PACK")
@in_language
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="From that day [today].")
@click.option("--days", default=31, show_default=True, type=click.IntRange(1, 3660))
def duties(name: str, language: Language, as_of: datetime | None, days: int) -> None:
    """Print what units owe under PACK in the coming days: by when, who, to whom, on what clause."""
    loaded = load_pack(name)
    day = as_of.date() if as_of is not None else date.today()
    owed = due_by(loaded, day, day + timedelta(days=days))
    for due, duty in owed:
        said = (duty.label, duty.owed_by, duty.owed_to)
        label, by, to = (each.in_language(language) for each in said)
        path = loaded.clauses[duty.clause].path
        click.echo(f"{due}  {label}  {by} → {to}  [{path}]")
    if not owed:
        nothing = Text(f"此后 {days} 天没有到期的任务", f"nothing falls due in {days} days")
        click.echo(nothing.in_language(language))


@pack.command()
@click.argument("names", metavar="[PACK]…", nargs=-1)
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), help="Default: both.")
def check(names: tuple[str, ...], language: Language | None) -> None:
    """Check packs (shipped names or folders; default: all shipped), with all that they extend.

    Prints every problem with file, line, what is wrong and what to write instead. Exit code 1 when
    there is an error.
    """
    failed = False
    told: set[str] = set()
    for name in names or tuple(known_packs()):
        found, problems = check_pack(name)
        problems = [*problems, *gaps_of(found, problems)]
        errors = [each for each in problems if each.severity is Severity.error]
        failed = failed or bool(errors)
        for problem in problems:
            text = str(problem) if language is None else problem.in_language(language)
            if text not in told:
                told.add(text)
                click.echo(text, err=True)
        click.echo(_verdict(name, found, len(errors), len(problems) - len(errors), language))
    if failed:
        sys.exit(1)


def gaps_of(found: Pack | None, problems: list[Problem]) -> list[Problem]:
    """What the examples of a sound pack leave out, as warnings."""
    if found is None or has_errors(problems):
        return []
    gaps = Problems()
    warn_of_gaps(found, gaps)
    return gaps.found


def _verdict(name: str, found: Any, errors: int, warnings: int, language: Language | None) -> str:
    if errors or found is None:
        verdict = Text(f"{name}：{errors} 处错误", f"{name}: {errors} errors")
    else:
        counts = len(found.facts), len(found.contracts), len(found.rules), len(found.mechanisms)
        facts, feeds, rules, mechanisms = counts
        examples = sum(len(rule.examples) for rule in found.rules.values())
        verdict = Text(
            f"{name}：正确（{facts} 个事实项，{feeds} 个部门数据合同，{rules} 条规则、"
            f"{examples} 个例子，{mechanisms} 项机制）",
            f"{name}: sound ({facts} facts, {feeds} feeds, {rules} rules with {examples} examples, "
            f"{mechanisms} mechanisms)",
        )
    if warnings:
        verdict = Text(f"{verdict.zh}，{warnings} 处提醒", f"{verdict.en}, {warnings} warnings")
    return str(verdict) if language is None else verdict.in_language(language)


@pack.command("diff")
@click.argument("before")
@click.argument("after")
@in_language
@as_json_too
def diff_packs(before: str, after: str, language: Language, as_json: bool) -> None:
    """Compare two packs by meaning: what changes when AFTER takes the place of BEFORE."""
    changes = compare(load_pack(before), load_pack(after))
    if as_json:
        click.echo(json.dumps([each.as_json() for each in changes], ensure_ascii=False, indent=2))
    else:
        click.echo(text_of(changes, language))


@pack.command("coverage")
@in_language
@as_json_too
@click.option(
    "--verify",
    "root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Checkout in which the tests that mechanisms name must exist.",
)
@click.option("--page", "as_page", is_flag=True, help="Print the page docs/coverage.md.")
def show_coverage(language: Language, as_json: bool, root: Path | None, as_page: bool) -> None:
    """Print every mechanism of the shipped packs: live, partly (what is missing) or recorded."""
    packs = [load_pack(name) for name in known_packs()]
    covered = coverage(packs)
    if as_page:
        click.echo(page(packs, language), nl=False)
    elif as_json:
        rows = [
            {
                "pack": each.pack,
                "id": each.mechanism.id,
                "status": each.mechanism.status,
                "name": {"zh": each.mechanism.name.zh, "en": each.mechanism.name.en},
                "clause": each.mechanism.clause,
                "recorded_in": list(each.mechanism.recorded_in),
                "used_in": [{"zh": e.zh, "en": e.en} for e in used_in(each.mechanism)],
                "missing": {"zh": missing.zh, "en": missing.en}
                if (missing := each.mechanism.missing) is not None
                else None,
                "tests": list(each.mechanism.tests),
            }
            for each in covered
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for each in covered:
            status = STATUS_WORDS[each.mechanism.status].in_language(language)
            name = each.mechanism.name.in_language(language)
            where = " · ".join(part.in_language(language) for part in used_in(each.mechanism))
            click.echo(f"{each.mechanism.id}  {status}  {each.pack}  {name}  {where}".rstrip())
            if each.mechanism.missing is not None:
                lacks = "还缺：" if language == "zh" else "missing: "
                click.echo(f"      {lacks}{each.mechanism.missing.in_language(language)}")
        counted = sum(totals(covered).values(), Counter[str]())
        live, partly, recorded = (counted[status] for status in ("live", "partly", "recorded"))
        zh = f"机制 {len(covered)} 项：已运行 {live} 项，部分运行 {partly} 项，已登记 {recorded} 项"
        en = f"{len(covered)} mechanisms: {live} live, {partly} partly, {recorded} recorded"
        click.echo(Text(zh, en).in_language(language))
    if root is not None:
        absent = list(absent_tests(covered, root))
        for each, test in absent:
            message = Text(
                f"{each.pack} {each.mechanism.id}：没有测试 {test}",
                f"{each.pack} {each.mechanism.id}: there is no test {test}",
            )
            click.echo(message.in_language(language), err=True)
        if absent:
            sys.exit(1)


@pack.command("schema")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder."
)
def schema(out: Path) -> None:
    """Write JSON Schemas of all pack files, for editors."""
    for path in write_schemas(out):
        click.echo(path)
