"""From a folder to a Pack: read the chain, merge it, check all of it, report every problem."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from fangpin.kernel.errors import FangpinError, Problem
from fangpin.policy.content import content_hash
from fangpin.policy.language.scope import Scope
from fangpin.policy.loading.chain import Merged, merge, read_chain
from fangpin.policy.loading.columns import ContractResolver
from fangpin.policy.loading.examples import ExampleReader, check_examples
from fangpin.policy.loading.expressions import ExpressionChecker, check_cycles, fact_entries
from fangpin.policy.loading.fact_sources import SourceChecker
from fangpin.policy.loading.folders import find_pack
from fangpin.policy.loading.idle import check_idle
from fangpin.policy.loading.memory import Memory
from fangpin.policy.loading.procedures import check_procedures
from fangpin.policy.loading.reading import PackError, Problems
from fangpin.policy.loading.references import check_references
from fangpin.policy.loading.sources import Written
from fangpin.policy.loading.values import Converter
from fangpin.policy.names import parameter_entry, vocabularies
from fangpin.policy.pack import Pack

_DOCUMENTS = ("programmes", "procedures", "targets", "duties", "ledgers", "mechanisms", "clauses")


def load_pack(name_or_folder: str | Path) -> Pack:
    """The pack of that name (shipped with Fangpin) or in that folder, with all it extends.

    Raises PackError with every problem of every file of the chain.
    """
    pack, problems = check_pack(name_or_folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    if pack is None or errors:
        raise PackError(errors)
    return pack


def check_pack(name_or_folder: str | Path) -> tuple[Pack | None, list[Problem]]:
    """The pack as far as it can be built, and all its problems (none: it is sound).

    Raises PackError only when there is no such pack.
    """
    problems = Problems()
    chain = read_chain(find_pack(name_or_folder), problems)
    pack: Pack | None = None
    for length in range(1, len(chain) + 1):
        pack = _level(chain[:length], problems)
    return pack, problems.found


_LEVELS: Memory[tuple[tuple[str, str], ...], tuple[Pack, list[Problem]]] = Memory(32)


def _level(chain: list[Written], problems: Problems) -> Pack | None:
    """The pack at the end of `chain`; every pack of a chain is checked with its own figures.

    A sound chain is not checked again in the same process while its files stay the same.
    """
    key = tuple((str(each.folder), each.digest) for each in chain)
    sound_so_far = not problems.errors
    remembered = _LEVELS.get(key) if sound_so_far else None
    if remembered is not None:
        pack, warnings = remembered
        problems.extend(warnings)
        return pack
    before = len(problems.found)
    assembled = _assemble(chain, problems)
    if assembled is None:
        return None
    if not problems.errors:
        only = None if _overrides(chain) else assembled.name
        check_idle(assembled, problems, only)
    if not problems.errors:
        check_examples(assembled, problems)
    whole = replace(assembled, hash=content_hash(assembled))
    if sound_so_far and not problems.errors:
        _LEVELS.put(key, (whole, problems.found[before:]))
    return whole


def _overrides(chain: list[Written]) -> bool:
    """Whether the last pack changes what expressions of the packs before it rest on."""
    *before, last = chain
    return not before or any(
        name in each.entries[section]
        for section in ("parameters", "codes", "columns", "facts", "feeds")
        for each in before
        for name in last.entries[section]
    )


def _assemble(chain: list[Written], problems: Problems) -> Pack | None:
    """The pack at the end of `chain`, names and types checked, without its hash."""
    merged = merge(chain, problems)
    sections = merged.sections
    converter = Converter(sections["codes"], problems)
    sections["parameters"] = {
        name: converter.parameter(each) for name, each in sections["parameters"].items()
    }
    check_references(merged, problems)
    check_procedures(merged, problems)
    resolver = ContractResolver(sections["columns"], converter, problems)
    sections["feeds"] = {name: resolver.resolve(each) for name, each in sections["feeds"].items()}
    _check_expressions(merged, converter, problems)
    head = chain[-1].head
    if head is None or any(each.head is None for each in chain):
        return None
    own: dict[str, Any] = {
        key: value for key, value in head.items() if key not in ("pack", "origin")
    }
    own |= {section: sections[section] for section in _DOCUMENTS}
    return Pack(
        name=chain[-1].name,
        chain=tuple(each.name for each in chain),
        hash="",
        parameters=sections["parameters"],
        codes=sections["codes"],
        standard_columns=sections["columns"],
        facts=sections["facts"],
        contracts=sections["feeds"],
        rules=sections["rules"],
        disabled_rules=merged.disabled,
        **own,
        origin=head["origin"],
    )


def _check_expressions(merged: Merged, converter: Converter, problems: Problems) -> None:
    sections, broken = merged.sections, merged.broken
    entries = fact_entries(sections["facts"], problems)
    broken |= set(sections["facts"]) - set(entries)
    scope = Scope(
        "household",
        entries,
        _sound_parameters(sections["parameters"], broken),
        vocabularies(sections["codes"].values()),
    )
    checker = ExpressionChecker(scope, broken, problems)
    sources = SourceChecker(sections["feeds"], checker, converter, broken)
    sections["facts"] = {name: sources.fact(each) for name, each in sections["facts"].items()}
    check_cycles(sections["facts"], problems)
    reader = ExampleReader(sections["facts"], sections["parameters"], converter, broken, problems)
    sections["rules"] = {
        name: reader.rule(checker.rule(each)) for name, each in sections["rules"].items()
    }
    sections["programmes"] = {
        name: checker.programme(each) for name, each in sections["programmes"].items()
    }
    sections["procedures"] = {
        name: checker.procedure(each) for name, each in sections["procedures"].items()
    }


def _sound_parameters(parameters: dict[str, Any], broken: set[str]) -> dict[str, Any]:
    entries = {}
    for name, parameter in parameters.items():
        try:
            entries[name] = parameter_entry(parameter)
        except FangpinError:
            broken.add(name)
    return entries
