"""The declaration, the records and the schemas say the same."""

import json
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fangpin.policy import pack as records
from fangpin.policy.loading import declared_documents as documents
from fangpin.policy.loading import declared_procedures as procedures
from fangpin.policy.loading import declared_screening as screening
from fangpin.policy.loading.declaration import FILES
from fangpin.policy.loading.folders import known_packs
from fangpin.policy.loading.records import Keyed
from fangpin.policy.loading.tree import Mapping, Sequence, Tree, read_yaml
from fangpin.policy.schema import schema_name, schemas, text_of, write_schemas

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
BROKEN = Path(__file__).parent / "broken"
FOLDERS = [*known_packs().values(), *sorted((Path(__file__).parent / "packs").iterdir())]
PAIRS = [
    (documents.CLAUSE, records.Clause, set()),
    (documents.FIGURE, records.Figure, set()),
    (documents.MECHANISM, records.Mechanism, set()),
    (documents.PROGRAMME, records.Programme, set()),
    (procedures.PROCEDURE, records.Procedure, {"based_on"}),
    (procedures.STEP, records.Step, set()),
    (procedures.ENTRY, records.Entry, set()),
    (procedures.OUTCOME, records.Outcome, set()),
    (procedures.PUBLICATION, records.Publication, set()),
    (procedures.TIME_LIMIT, records.TimeLimit, set()),
    (procedures.VOTE, records.Vote, set()),
    (procedures.CONDITION, records.Condition, set()),
    (procedures.GREEN, records.GreenChannel, set()),
    (procedures.RATE_LIMIT, records.RateLimit, set()),
    (procedures.ATTACHMENT, records.AttachmentRule, set()),
    (documents.TARGET, records.Target, set()),
    (documents.TARGET_VALUE, records.TargetValue, set()),
    (documents.DUTY, records.Duty, set()),
    (documents.LEDGER, records.Ledger, set()),
    (documents.AMOUNT, records.Amount, set()),
    (documents.CALENDAR, records.Calendar, set()),
    (documents.PERIOD, records.Period, set()),
    (screening.PARAMETER, records.Parameter, {"base_unit"}),
    (screening.PARAMETER_VALUE, records.ParameterValue, set()),
    (screening.CODE, records.Code, set()),
    (screening.CODES, records.Codes, set()),
    (screening.FACT, records.Fact, set()),
    (screening.STANDARD_COLUMN, records.StandardColumn, set()),
    (screening.CONTRACT_COLUMN, records.ContractColumn, {"standard"}),
    (screening.CONTRACT, records.Contract, set()),
    (screening.EXEMPTION, records.Exemption, set()),
    (screening.RULE, records.Rule, set()),
    (screening.DISABLED_RULE, records.DisabledRule, set()),
]


@pytest.mark.parametrize(("shape", "record", "computed"), PAIRS, ids=lambda each: str(each)[:24])
def test_every_key_has_a_field_and_every_field_a_key(
    shape: Keyed, record: type, computed: set[str]
) -> None:
    keys = {declared.into or key for key, declared in shape.keys.items()}
    held = {each.name for each in fields(record)} - {"origin"}
    assert held - keys == computed
    assert keys <= held


def test_the_schemas_in_the_documentation_are_current() -> None:
    """After a change: fangpin pack schema --out docs/schemas"""
    found = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.iterdir()}
    assert found == {name: text_of(schema) for name, schema in schemas().items()}


def test_schemas_are_written_for_every_kind_of_file(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "new")
    assert len(written) == len(schemas()) == 14
    rules = json.loads((tmp_path / "new" / "rules.schema.json").read_text(encoding="utf-8"))
    assert set(rules["$defs"]["Rule"]["required"]) >= {"name", "when", "clause", "examples"}
    assert rules["$defs"]["Rule"]["additionalProperties"] is False


def test_every_file_of_the_shipped_packs_has_a_place() -> None:
    for folder in known_packs().values():
        for path in folder.rglob("*.yaml"):
            inside = path.relative_to(folder)
            place = inside.as_posix() if len(inside.parts) == 1 else f"{inside.parts[0]}/*.yaml"
            assert place in FILES


def as_plain(tree: Tree) -> Any:
    """A tree as JSON sees it: exact decimals become numbers."""
    if isinstance(tree, Mapping):
        return {key: as_plain(value) for key, value in tree.entries.items()}
    if isinstance(tree, Sequence):
        return [as_plain(item) for item in tree.items]
    return float(tree.value) if isinstance(tree.value, Decimal) else tree.value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_editor_accepts_every_sound_pack(folder: Path) -> None:
    """The schemas accept what the loader accepts."""
    for path in sorted(folder.rglob("*.yaml")):
        inside = path.relative_to(folder)
        schema = schemas()[schema_name(inside.as_posix())]
        tree, problems = read_yaml(path, str(inside))
        assert tree is not None
        assert not problems
        faults = [
            str(each.message) for each in Draft202012Validator(schema).iter_errors(as_plain(tree))
        ]
        assert not faults, f"{inside}: {faults[:3]}"


BY_SCHEMA = [
    "area-code-short",
    "area-code-number",
    "bad-month-day",
    "column-type-unknown",
    "figure-without-relation",
    "missing-english",
    "missing-key",
    "number-for-text",
    "recorded-in-malformed",
    "status-unknown",
    "unknown-choice",
    "unknown-key",
    "value-undated",
    "yaml-list-for-table",
    "yes-for-true",
]


@pytest.mark.parametrize("mistake", BY_SCHEMA)
def test_an_editor_marks_the_mistakes_that_need_no_other_file(mistake: str) -> None:
    folder = BROKEN / mistake
    found = 0
    for path in folder.rglob("*.yaml"):
        tree, _ = read_yaml(path, path.name)
        assert tree is not None
        schema = schemas()[schema_name(path.relative_to(folder).as_posix())]
        found += len(list(Draft202012Validator(schema).iter_errors(as_plain(tree))))
    assert found
