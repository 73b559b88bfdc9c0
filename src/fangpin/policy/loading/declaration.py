"""The one declaration of all files of a pack: the loader and the JSON Schemas both use it."""

from fangpin.policy.loading.declared_documents import (
    CLAUSE,
    DUTY,
    LEDGER,
    MECHANISM,
    PACK,
    PROGRAMME,
    TARGET,
)
from fangpin.policy.loading.declared_procedures import ProcedureOrVariant
from fangpin.policy.loading.declared_screening import (
    CODES,
    CONTRACT,
    FACT,
    PARAMETER,
    STANDARD_COLUMN,
    RuleOrSwitch,
)
from fangpin.policy.loading.records import Key, Keyed, ListOf
from fangpin.policy.loading.shapes import Shape
from fangpin.policy.loading.shared_shapes import plain


def _listing(title: str, key: str, item: Shape) -> Keyed:
    """A file with one key that holds a list."""
    return plain(title, {key: Key(ListOf(item))}, lambda **fields: fields[key])


FILES: dict[str, Keyed] = {
    "pack.yaml": PACK,
    "clauses.yaml": _listing("ClausesFile", "clauses", CLAUSE),
    "mechanisms.yaml": _listing("MechanismsFile", "mechanisms", MECHANISM),
    "parameters.yaml": _listing("ParametersFile", "parameters", PARAMETER),
    "codes.yaml": _listing("CodesFile", "codes", CODES),
    "columns.yaml": _listing("ColumnsFile", "columns", STANDARD_COLUMN),
    "facts.yaml": _listing("FactsFile", "facts", FACT),
    "facts/*.yaml": _listing("FactsFile", "facts", FACT),
    "feeds/*.yaml": CONTRACT,
    "rules/*.yaml": _listing("RulesFile", "rules", RuleOrSwitch()),
    "programmes.yaml": _listing("ProgrammesFile", "programmes", PROGRAMME),
    "procedures.yaml": _listing("ProceduresFile", "procedures", ProcedureOrVariant()),
    "procedures/*.yaml": _listing("ProceduresFile", "procedures", ProcedureOrVariant()),
    "targets.yaml": _listing("TargetsFile", "targets", TARGET),
    "duties.yaml": _listing("DutiesFile", "duties", DUTY),
    "ledgers.yaml": _listing("LedgersFile", "ledgers", LEDGER),
}
"""Shape of each file by its place in the pack's folder."""
