"""The files that screening runs on: parameters, codes, columns, facts, contracts, rules."""

from typing import Any

from fangpin.policy import pack as records
from fangpin.policy.cell_tests import CELL_TESTS
from fangpin.policy.loading.records import BILINGUAL, Key, Keyed, ListOf, MapOf, Nullable, optional
from fangpin.policy.loading.scalars import (
    IDENTIFIER,
    NAME,
    Choice,
    Day,
    Exact,
    Formula,
    Raw,
    Truth,
    TypeName,
    Whole,
    Words,
)
from fangpin.policy.loading.shapes import Reading
from fangpin.policy.loading.shared_shapes import SUBJECT, TEXT, exactly_one, ordered, plain
from fangpin.policy.loading.tree import Mapping, Scalar, Tree

FACT_TYPES = ("bool", "integer", "number", "money", "date")
COLUMN_TYPES = (
    "text",
    "name",
    "id_number",
    "disability_number",
    "credit_code",
    "date",
    "month",
    "integer",
    "number",
    "money",
    "money_text",
    "bool",
    "phone",
)


DOMAIN = plain(
    "Domain",
    {"min": Key(Exact()), "max": Key(Exact())},
    records.Domain,
    check=ordered("min", "max"),
)
PARAMETER_VALUE = Keyed(
    "ParameterValue",
    {
        "from": Key(Day(), into="from_"),
        "value": Key(Raw(lists=True)),
        "clause": Key(IDENTIFIER),
        "status": Key(Choice(("sourced", "sample", "to-be-confirmed"))),
        "confirmed_on": optional(Nullable(Day())),
        "note": optional(TEXT),
    },
    records.ParameterValue,
)
PARAMETER = Keyed(
    "Parameter",
    {
        "name": Key(NAME),
        "label": Key(BILINGUAL),
        "type": Key(TypeName(("bool", "integer", "number", "money", "date", "code", "list"))),
        "unit": optional(Nullable(TEXT)),
        "codes": optional(NAME),
        "values": Key(ListOf(PARAMETER_VALUE, at_least=1)),
    },
    lambda **fields: records.Parameter(**{"unit": None, **fields}),
    identity="name",
)

CODE = Keyed(
    "Code",
    {
        "code": Key(Words(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", ("代码", "a code"), "general")),
        "zh": Key(TEXT),
        "en": Key(TEXT),
        "also": optional(ListOf(TEXT, distinct=True)),
        "standard": optional(TEXT),
    },
    records.Code,
    identity="code",
)
CODES = Keyed(
    "Codes",
    {
        "name": Key(NAME),
        "label": Key(BILINGUAL),
        "values": Key(ListOf(CODE, at_least=1)),
        "clause": optional(IDENTIFIER),
    },
    records.Codes,
    identity="name",
)

AGGREGATE = Choice(("any", "count", "sum", "max", "min", "latest", "first", "distinct"))
FACT = Keyed(
    "Fact",
    {
        "name": Key(NAME),
        "subject": Key(SUBJECT),
        "type": Key(TypeName(FACT_TYPES)),
        "unit": optional(TEXT),
        "domain": optional(DOMAIN),
        "label": Key(BILINGUAL),
        "clause": Key(IDENTIFIER),
        "feed": optional(NAME),
        "period": optional(Choice(("current", "previous"))),
        "where": optional(Formula()),
        "aggregate": optional(AGGREGATE),
        "of": optional(Formula()),
        "within": optional(Formula()),
        "order_by": optional(NAME),
        "absent": optional(Raw()),
        "derive": optional(Formula()),
        "registry": optional(NAME),
    },
    records.Fact,
    identity="name",
    check=exactly_one("feed", "derive", "registry"),
)

STANDARD_COLUMN = Keyed(
    "StandardColumn",
    {
        "name": Key(NAME),
        "type": Key(TypeName(COLUMN_TYPES)),
        "headers": Key(ListOf(TEXT, at_least=1, distinct=True)),
        "label": Key(BILINGUAL),
        "unit": optional(TEXT),
        "domain": optional(DOMAIN),
    },
    records.StandardColumn,
    identity="name",
)
CONTRACT_COLUMN = Keyed(
    "ContractColumn",
    {
        "name": Key(NAME),
        "type": optional(TypeName(COLUMN_TYPES)),
        "unit": optional(TEXT),
        "label": optional(BILINGUAL),
        "headers": optional(ListOf(TEXT, distinct=True)),
        "required": optional(Truth()),
        "domain": optional(DOMAIN),
        "not_all": optional(ListOf(Raw(), at_least=1)),
        "fill_down": optional(Truth()),
        "from_sheet": optional(MapOf(TEXT)),
        "from_text": optional(NAME),
        "after": optional(ListOf(TEXT, at_least=1, distinct=True)),
        "keywords": optional(MapOf(ListOf(TEXT, at_least=1, distinct=True))),
        "inside_county": optional(ListOf(NAME, at_least=1, distinct=True)),
        "test": optional(Choice(tuple(CELL_TESTS))),
        "words": optional(ListOf(TEXT, at_least=1, distinct=True)),
        "at": optional(ListOf(Whole(1, 100), at_least=1)),
        "default": optional(TEXT),
    },
    lambda **fields: records.ContractColumn(**{"type": "", **fields}),
    identity="name",
)
CONTRACT = Keyed(
    "Contract",
    {
        "contract": Key(NAME),
        "label": Key(BILINGUAL),
        "sender": Key(BILINGUAL),
        "clause": Key(IDENTIFIER),
        "subject": Key(Choice(("person", "household", "village", "none"))),
        "role": optional(
            Choice(("feed", "household_register", "person_register", "place_changes"))
        ),
        "period": Key(Choice(("month", "year_to_date", "year", "term", "as_of", "event"))),
        "frequency": optional(Choice(("month", "quarter", "term", "year", "event"))),
        "coverage": Key(Choice(("census", "roster", "events"))),
        "key": optional(ListOf(NAME, at_least=1, distinct=True)),
        "titles": optional(ListOf(TEXT, distinct=True)),
        "amount_of_household": optional(NAME),
        "columns": Key(ListOf(CONTRACT_COLUMN, at_least=1)),
    },
    records.Contract,
    identity="contract",
)

EXEMPTION = Keyed(
    "Exemption",
    {
        "name": Key(NAME),
        "label": Key(BILINGUAL),
        "when": Key(Formula()),
        "clause": Key(IDENTIFIER),
    },
    records.Exemption,
    identity="name",
)


class Expected:
    """true, false, or the word unknown (read as None)."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar):
            if isinstance(tree.value, bool):
                return tree.value
            if tree.text == "unknown":
                return None
        written = tree.text if isinstance(tree, Scalar) else "…"
        return reading.bad(
            tree.line,
            (
                f"{name} 应为 true、false 或 unknown，写的是 {written}",
                f"{name} must be true, false or unknown, got {written}",
            ),
            ("写 true、false 或 unknown", "write true, false or unknown"),
        )

    def json_schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"enum": [True, False, "unknown"]}


class Given:
    """The facts of an example: names with values; `members` holds a list of such tables."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if not isinstance(tree, Mapping):
            return MapOf(Raw()).read(tree, name, reading)
        facts = {key: value for key, value in tree.entries.items() if key != "members"}
        given = MapOf(Raw()).read(Mapping(facts, tree.line, tree.lines), name, reading)
        if "members" in tree.entries:
            members = ListOf(MapOf(Raw())).read(tree.entries["members"], "members", reading)
            return given, members
        return given, None

    def json_schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        values = MapOf(Raw()).json_schema(definitions)
        return {**values, "properties": {"members": {"type": "array", "items": values}}}


def _example(given: Any, **fields: Any) -> records.Example:
    facts, members = given
    return records.Example(given=facts, members=members, **fields)


EXAMPLE = Keyed(
    "Example",
    {
        "name": Key(NAME),
        "given": Key(Given()),
        "expect": Key(Expected()),
        "as_of": optional(Day()),
        "parameters": optional(MapOf(Raw(lists=True))),
    },
    _example,
    identity="name",
)
RULE = Keyed(
    "Rule",
    {
        "name": Key(NAME),
        "kind": Key(NAME),
        "number": optional(TEXT),
        "label": Key(BILINGUAL),
        "subject": Key(SUBJECT),
        "severity": Key(Choice(("alert", "check", "gap", "error", "doubt"))),
        "group": Key(
            Choice(("warning", "risk", "entitlement", "leakage", "monitoring", "quality"))
        ),
        "clause": Key(IDENTIFIER),
        "when": Key(Formula()),
        "unless": optional(ListOf(EXEMPTION)),
        "advice": Key(BILINGUAL),
        "examples": Key(ListOf(EXAMPLE, at_least=1)),
    },
    records.Rule,
    identity="name",
)
DISABLED_RULE = Keyed(
    "DisabledRule",
    {"name": Key(NAME), "disabled": Key(Truth()), "clause": Key(IDENTIFIER)},
    records.DisabledRule,
    identity="name",
)


class RuleOrSwitch:
    """A rule, or `{name, disabled: true, clause}` that switches off an inherited one."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        switched = isinstance(tree, Mapping) and "disabled" in tree.entries
        return (DISABLED_RULE if switched else RULE).read(tree, name, reading)

    def json_schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [RULE.json_schema(definitions), DISABLED_RULE.json_schema(definitions)]}
