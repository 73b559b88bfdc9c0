"""Past months replayed as they were known then, under the pack of the time or under other figures.

Every month is evaluated on its own run's snapshot at its own date, and nothing else: no later
delivery, no later register and no answer can change what a month would have found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from fangpin.engine.variation import Setting, parameters_behind, settings_of, varied_pack
from fangpin.kernel.errors import FangpinError
from fangpin.policy.pack import Pack, Rule
from fangpin.screening.applied import Applied, Whole
from fangpin.screening.in_force import parameters_in_force
from fangpin.screening.opened_run import OpenedRun, run_facts

Progress = Callable[[str, int, int], None]
MONITORED = "monitored"
"""The fact of a household that says it is being monitored."""
FOUND = {
    "variant": pl.UInt16,
    "rule": pl.String,
    "as_of": pl.Date,
    "household_number": pl.String,
    "village_code": pl.String,
}
RECOGNISED = {
    "household_number": pl.String,
    "village_code": pl.String,
    "recognised_on": pl.Date,
    "not_before": pl.Date,
}


@dataclass(frozen=True)
class Month:
    """One run: its folder, its day, its pack. `pack_unchanged`: the pack as it is today is the one
    of the run. `register_tells`: the register says who is being monitored."""

    folder: Path
    as_of: date
    pack: str
    pack_unchanged: bool
    households: int
    register_tells: bool


@dataclass(frozen=True)
class Variant:
    """Other figures: one parameter, one value."""

    setting: Setting


@dataclass(frozen=True)
class Replay:
    """What each month would have found.

    `found`: FOUND, one row per variant, rule, month and household with a finding; variant 0 is the
    pack of the time, variant n `variants[n - 1]`, for the rules that it changes only (`changed`).
    `recognised`: RECOGNISED, households that the register of a month first shows as monitored after
    an earlier one showed them as not monitored (`not_before`: the last such month).
    """

    months: tuple[Month, ...]
    rules: Mapping[str, Rule]
    variants: tuple[Variant, ...]
    changed: tuple[frozenset[str], ...]
    found: pl.DataFrame
    recognised: pl.DataFrame
    households: pl.DataFrame
    """household_number, village_code: everybody, where the last register has them"""


def runs_in(paths: Iterable[Path]) -> list[Path]:
    """Run folders named, and those directly inside folders that are no runs themselves; by day.

    Raises FangpinError: a folder that is neither, two runs of one day, none at all.
    """
    found: list[Path] = []
    for path in paths:
        if (path / "run.json").is_file():
            found.append(path)
            continue
        inside = sorted(each.parent for each in path.glob("*/run.json")) if path.is_dir() else []
        if not inside:
            raise FangpinError.because(
                f"“{path}”既不是比对结果，里面也没有比对结果",
                f"{path} is no run folder and holds none",
                do_zh="给出 fangpin screen --out 写成的文件夹，或装着它们的文件夹",
                do_en="name folders that `fangpin screen --out` wrote, or one that holds them",
            )
        found += inside
    days: dict[str, Path] = {}
    for run in found:
        day = run_facts(run)["as_of"]
        if day in days and days[day].resolve() != run.resolve():
            raise FangpinError.because(
                f"“{days[day]}”和“{run}”都是 {day} 的比对",
                f"{days[day]} and {run} are both of {day}",
                do_zh="每个日期只留一次比对",
                do_en="keep one run of each day",
            )
        days[day] = run
    if not days:
        raise FangpinError.because(
            "没有给出比对结果",
            "no run was given",
            do_zh="给出一个或几个比对结果文件夹",
            do_en="name one or more run folders",
        )
    return [days[day] for day in sorted(days)]


def replay(
    runs: Sequence[Path],
    values: Mapping[str, Sequence[str]] | None = None,
    *,
    packs: Callable[[str], Pack] | None = None,
    progress: Progress | None = None,
) -> Replay:
    """`runs`: one or more, of different days. `values`: `param.X` → other values, tried one by one.

    `packs` finds the packs of runs that are not shipped ones. Raises FangpinError for values that
    are refused, for folders that are no runs, and for packs that are not known.
    """
    wanted = [(name, text) for name, texts in (values or {}).items() for text in texts]
    months: list[Month] = []
    rules: dict[str, Rule] = {}
    variants: tuple[Variant, ...] = ()
    changed: list[set[str]] = [set() for _ in wanted]
    frames = [pl.DataFrame(schema=FOUND)]
    register = _Register()
    homes: list[pl.DataFrame] = []
    for number, folder in enumerate(runs_in(runs)):
        if progress:
            progress("months", number, len(runs))
        pack = packs(run_facts(folder)["pack"]["name"]) if packs else None
        opened = OpenedRun.open(folder, pack)
        applied, whole = opened.applied, opened.whole
        settings = [
            settings_of(applied.pack, {name: text}, applied.as_of)[0] for name, text in wanted
        ]
        variants = tuple(Variant(each) for each in settings)
        rules |= applied.pack.rules
        frames += _found(whole, applied, applied.pack.rules.values(), 0)
        for at, setting in enumerate(settings):
            other = _varied(applied, setting)
            changed[at] |= _differing(applied, other)
            # Those that are the same this month may differ in another one.
            read = [rule for rule in other.pack.rules.values() if _reads(other, rule, setting)]
            frames += _found(whole, other, read, at + 1)
        tells = register.add(whole, applied)
        homes.append(_homes(whole))
        size = whole.size("household")
        months.append(
            Month(folder, applied.as_of, applied.pack.name, opened.pack_unchanged, size, tells)
        )
    return Replay(
        months=tuple(months),
        rules=rules,
        variants=variants,
        changed=tuple(frozenset(each) for each in changed),
        found=pl.concat(frames),
        recognised=register.recognised(),
        households=pl.concat(homes).unique("household_number", keep="last", maintain_order=True),
    )


def _varied(applied: Applied, setting: Setting) -> Applied:
    pack = varied_pack(applied.pack, (setting,), applied.as_of)
    parameters_in_force(pack, applied.as_of)
    return applied if pack is applied.pack else applied.varied(pack)


def _differing(one: Applied, other: Applied) -> set[str]:
    """Rules that do not say the same."""
    if one is other:
        return set()
    keys, others = one.facts[0].definitions, other.facts[0].definitions
    return {
        rule.name
        for rule in other.pack.rules.values()
        if keys.node(rule.condition) != others.node(rule.condition)
    }


def _reads(applied: Applied, rule: Rule, setting: Setting) -> bool:
    return setting.name in parameters_behind(applied.pack, rule.condition)


def _homes(whole: Whole) -> pl.DataFrame:
    numbers = pl.concat([part.households["number"] for part in whole.parts])
    codes = whole.places["code"].gather(whole.village_of_households)
    return pl.DataFrame({"household_number": numbers, "village_code": codes})


def _found(
    whole: Whole, applied: Applied, rules: Iterable[Rule], variant: int
) -> list[pl.DataFrame]:
    """Households with a finding of each rule; rules about villages are left out."""
    homes = _homes(whole)
    frames = []
    listed = [rule for rule in rules if rule.subject != "village"]
    applied.evaluate(rule.condition for rule in listed)
    for rule in listed:
        rows = [each.holds for each in applied.verdicts(rule.condition)]
        mask = whole.mask(rule.subject, rows, lifted=True)
        if mask.any():
            frames.append(
                homes.filter(mask).select(
                    pl.lit(variant, pl.UInt16).alias("variant"),
                    pl.lit(rule.name).alias("rule"),
                    pl.lit(applied.as_of).alias("as_of"),
                    "household_number",
                    "village_code",
                )
            )
    return frames


class _Register:
    """Follows from month to month whom the register shows as monitored."""

    def __init__(self) -> None:
        self._free: dict[str, date] = {}
        self._rows: dict[str, tuple[str, str, date, date]] = {}

    def add(self, whole: Whole, applied: Applied) -> bool:
        """One more month; False when this pack has no such fact."""
        fact = applied.pack.facts.get(MONITORED)
        if fact is None or fact.subject != "household" or fact.type != "bool":
            return False
        codes = whole.places["code"].to_list()
        start = 0
        for part, facts in zip(whole.parts, applied.facts, strict=True):
            column = facts[MONITORED].spread(part.households.height)
            numbers = part.households["number"].to_list()
            village = part.village_of("household") + start
            start += part.places.height
            for row in np.flatnonzero(column.true()).tolist():
                number = numbers[row]
                if number in self._free and number not in self._rows:
                    code = codes[village[row]]
                    self._rows[number] = (number, code, applied.as_of, self._free[number])
            for row in np.flatnonzero(column.false()).tolist():
                self._free[numbers[row]] = applied.as_of
        return True

    def recognised(self) -> pl.DataFrame:
        """RECOGNISED, by household."""
        return pl.DataFrame(sorted(self._rows.values()), schema=RECOGNISED, orient="row")
