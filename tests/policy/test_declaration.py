"""The declaration, the records and the schemas say the same."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from fangpin.policy import pack as records
from fangpin.policy.loading import declared_documents as documents
from fangpin.policy.loading import declared_screening as screening
from fangpin.policy.loading.declaration import FILES
from fangpin.policy.loading.records import Keyed
from fangpin.policy.loading.sources import known_packs
from fangpin.policy.schema import schemas, text_of, write_schemas

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
PAIRS = [
    (documents.CLAUSE, records.Clause, set()),
    (documents.FIGURE, records.Figure, set()),
    (documents.MECHANISM, records.Mechanism, set()),
    (documents.PROGRAMME, records.Programme, set()),
    (documents.PROCEDURE, records.Procedure, set()),
    (documents.STEP, records.Step, set()),
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
    assert len(written) == len(FILES) == 14
    rules = json.loads((tmp_path / "new" / "rules.schema.json").read_text(encoding="utf-8"))
    assert set(rules["$defs"]["Rule"]["required"]) >= {"name", "when", "clause", "examples"}
    assert rules["$defs"]["Rule"]["additionalProperties"] is False


def test_every_file_of_the_shipped_packs_has_a_place() -> None:
    for folder in known_packs().values():
        for path in folder.rglob("*.yaml"):
            inside = path.relative_to(folder)
            place = inside.as_posix() if len(inside.parts) == 1 else f"{inside.parts[0]}/*.yaml"
            assert place in FILES
