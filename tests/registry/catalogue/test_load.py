import shutil
from pathlib import Path

import pytest

from fangpin.foundation.fields import BlindField, SealedField
from fangpin.policy.loading.reading import PackError
from fangpin.registry.catalogue.field import Counts, PrivacyClass
from fangpin.registry.catalogue.load import FOLDER, catalogue, from_gb, read_catalogue, to_gb
from fangpin.registry.catalogue.vocabulary import vocabularies
from fangpin.registry.models import IncomeYear
from fangpin.registry.subjects import TABLES


@pytest.mark.parametrize("subject", TABLES)
def test_every_column_has_an_entry_and_every_entry_a_column(subject: str) -> None:
    columns = {field.name for field in TABLES[subject]._meta.concrete_fields}
    said = {field.name for field in catalogue().of(subject)}
    assert columns - said - catalogue().technical.keys() == set()
    assert said - columns == set()
    assert said & catalogue().technical.keys() == set()


def test_no_technical_column_is_named_that_no_table_has() -> None:
    columns = {f.name for table in TABLES.values() for f in table._meta.concrete_fields}
    assert catalogue().technical.keys() <= columns


@pytest.mark.parametrize("subject", TABLES)
def test_closed_columns_are_those_whose_type_asks_for_it(subject: str) -> None:
    closed = {f.name for f in TABLES[subject]._meta.concrete_fields if isinstance(f, SealedField)}
    asked = {
        field.name
        for field in catalogue().of(subject)
        if field.type in ("name", "id_number", "phone", "account") or field.name == "remark"
    }
    assert closed == asked


def test_an_index_of_a_closed_value_is_technical() -> None:
    for table in TABLES.values():
        for column in table._meta.concrete_fields:
            if isinstance(column, BlindField):
                assert column.name in catalogue().technical


def test_what_the_law_calls_sensitive_is_classed_so() -> None:
    fields = catalogue().fields
    for key in ("person.id_number", "person.health", "household.account", "household.risks"):
        assert fields[key].privacy is PrivacyClass.sensitive


def test_every_national_header_leads_to_one_field_of_its_sheet() -> None:
    for sheet in ("household", "person"):
        official = [f.national[0] for f in catalogue().fields.values() if f.sheet == sheet]
        doubled = {h for h in official if official.count(h) > 1}
        # remark, and the year of the data, stand once on a sheet and go to every table it feeds
        assert doubled <= {"数据年度"}


def test_codes_have_counterparts_in_the_national_standards() -> None:
    assert to_gb("relation_to_head", "son_in_law") == "28"
    assert from_gb("relation_to_head", "22") == "son"
    assert from_gb("relation_to_head", "00") == ""
    for name, table in catalogue().code_maps.items():
        for code, written in table.gb.items():
            assert from_gb(name, written) == code
        assert set(table.back.values()) <= {value.code for value in vocabularies()[name].values}
    relations = {value.code for value in vocabularies()["relation_to_head"].values}
    assert set(catalogue().code_maps["relation_to_head"].gb) == relations


def test_every_figure_has_a_smallest_and_a_largest_value() -> None:
    """Without them a slip of the keyboard ends in an error of the database, not in a sentence."""
    figures = {"integer", "number", "money", "money_by_item"}
    found = [field for field in catalogue().fields.values() if field.type in figures]
    assert len(found) >= 30
    assert [field.key for field in found if field.low is None or field.high is None] == []


def test_the_two_income_formulas_are_kept_apart() -> None:
    items = catalogue().items
    assert items["family_planning_grant"].registration.counts is Counts.counted
    assert items["family_planning_grant"].subsistence.counts is Counts.left_out
    assert items["family_planning_grant"].subsistence.clause == "baiyin-2021:4.5.1"
    columns = {field.name for field in IncomeYear._meta.concrete_fields}
    assert {each.sum for each in catalogue().item_classes.values()} - {""} <= columns


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("household.yaml", "group: bank", "group: banks", "must be one of"),
        ("household.yaml", "purpose: pay", "purpose: pays", "there is no purpose 'pays'"),
        ("person.yaml", '"code:sex"', '"code:sexes"', "there is no vocabulary 'sexes'"),
        ("person.yaml", "name: school,", "name: education,", "education stands twice"),
        ("person.yaml", "name: school,", "name: school, colour: red,", "unknown key colour"),
        ("helper.yaml", "class: personal, ", "", "class is missing"),
        ("income_items.yaml", "cn-base:B3", "cn-base:B99", "there is no clause 'B99'"),
        ("code_maps.yaml", "uncle:", "uncles:", "there is no codes 'uncles'"),
        ("code_maps.yaml", 'niece: {gb: "94"}', 'niece: {gb: "93"}', "93 stands for two codes"),
        ("purposes.yaml", "retention: account", "retention: ever", "there is no retention 'ever'"),
    ],
)
def test_a_slip_is_an_error_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as refused:
        read_catalogue(folder)
    found = [p for p in refused.value.problems if said in str(p)]
    assert found[0].where.file == f"catalogue/{file}"
    assert found[0].where.line
