"""Policy packs for pages: loaded once per process, grouped by the clause they rest on."""

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fangpin.kernel.errors import FangpinError, Text
from fangpin.policy import load_pack
from fangpin.policy.loading.kept import load_kept_pack
from fangpin.policy.pack import Clause, Pack, Procedure

SECTIONS = (
    *("clauses", "mechanisms", "rules", "parameters", "targets", "duties", "ledgers"),
    *("programmes", "procedures", "contracts"),
)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Names of the packs that come with the program, the national base first."""
    folder = Path(str(files("fangpin"))) / "packs"
    found = [path.parent.name for path in folder.glob("*/pack.yaml")]
    return tuple(sorted(found, key=lambda name: (not name.startswith("cn-"), name)))


@lru_cache(maxsize=16)
def pack(name: str) -> Pack | None:
    """The pack, or None when there is none of that name or it cannot be loaded."""
    if name not in names():
        return None
    try:
        return load_kept_pack(name)
    except FangpinError:
        return None


@lru_cache(maxsize=1)
def procedures() -> dict[str, Procedure]:
    """Procedures that can be run, of all packs by id, in the words of the first pack."""
    found: dict[str, Procedure] = {}
    for name in names():
        loaded = pack(name)
        for key, each in (loaded.procedures if loaded else {}).items():
            if each.runnable:
                found.setdefault(key, each)
    return found


def problem_of(name: str) -> FangpinError | None:
    """Why a pack cannot be loaded; None when it can."""
    try:
        load_pack(name)
    except FangpinError as error:
        return error
    return None


def labels_of_contracts(name: str) -> dict[str, tuple[Text, Text]]:
    """Contract → (label, sender)."""
    loaded = pack(name)
    return {k: (c.label, c.sender) for k, c in loaded.contracts.items()} if loaded else {}


def labels_of_rules(name: str) -> dict[str, Text]:
    """Rule → label."""
    loaded = pack(name)
    return {key: rule.label for key, rule in loaded.rules.items()} if loaded else {}


@dataclass
class ClauseContent:
    """Everything in a pack that rests on one clause."""

    clause: Clause
    mechanisms: list[Any] = field(default_factory=list)
    rules: list[Any] = field(default_factory=list)
    exemptions: list[Any] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)
    targets: list[Any] = field(default_factory=list)
    duties: list[Any] = field(default_factory=list)
    ledgers: list[Any] = field(default_factory=list)
    programmes: list[Any] = field(default_factory=list)
    procedures: list[Any] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)
    facts: list[Any] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(section, entries) where there is something."""
        return [(name, len(getattr(self, name))) for name in SECTIONS[1:] if getattr(self, name)]


@lru_cache(maxsize=16)
def by_clause(name: str) -> dict[str, ClauseContent]:
    """Clause id → content, clauses in the order of the document."""
    loaded = pack(name)
    if loaded is None:
        return {}
    found = {key: ClauseContent(clause) for key, clause in loaded.clauses.items()}
    for section in (
        "mechanisms",
        "rules",
        "targets",
        "duties",
        "ledgers",
        "programmes",
        "procedures",
        "contracts",
        "facts",
    ):
        for record in getattr(loaded, section).values():
            if record.clause in found:
                getattr(found[record.clause], section).append(record)
    for parameter in loaded.parameters.values():
        for value in parameter.values:
            if value.clause in found:
                found[value.clause].parameters.append((parameter, value))
    for rule in loaded.rules.values():
        for exemption in rule.unless:
            if exemption.clause in found:
                found[exemption.clause].exemptions.append((rule, exemption))
    return found
