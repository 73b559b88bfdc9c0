"""The list of tables is complete: what is not on it would be forgotten by copies and erasures."""

from django.apps import apps
from django.db import models

from fangpin.foundation.fields import SealedField
from fangpin.privacy.holdings import HELD, NOT_ABOUT
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.subjects import TABLES

SHORT = 60  # characters up to which a text column holds a code, a number or a name of a file


def own_tables() -> dict[str, type[models.Model]]:
    return {
        model._meta.label: model
        for model in apps.get_models()
        if model.__module__.startswith("fangpin") and not hasattr(model, "pgh_tracked_model")
    }


def test_every_table_is_about_persons_or_says_why_not() -> None:
    tables = set(own_tables())
    assert tables - set(HELD) - set(NOT_ABOUT) == set(), "say in privacy/holdings.py what they hold"
    assert set(HELD) - tables == set()
    assert set(NOT_ABOUT) - tables == set()
    assert not set(HELD) & set(NOT_ABOUT)


def test_every_column_with_words_is_handed_out_or_withheld_for_a_reason() -> None:
    missing = []
    for label, held in HELD.items():
        model = apps.get_model(label)
        if held.subject:
            assert TABLES[held.subject] is model
            assert catalogue().of(held.subject)
            continue
        known = {*held.columns, *held.withheld}
        for field in model._meta.local_concrete_fields:
            wordy = isinstance(field, (SealedField, models.TextField, models.JSONField)) or (
                isinstance(field, models.CharField)
                and (field.max_length or 0) > 2 * SHORT
                and not field.choices
            )
            if wordy and field.name != "sources":
                twin = field.name.endswith("_en") and f"{field.name[:-3]}_zh" in known
                if field.name not in known and not twin:
                    missing.append(f"{label}.{field.name}")
        assert known | set(held.emptied) <= {f.name for f in model._meta.get_fields()}, label
    assert missing == []


def test_what_ties_a_row_to_somebody_leads_to_a_table_on_the_list() -> None:
    """A table with a column of persons, households or their numbers is about somebody."""
    told = {"person", "household", "person_number", "household_number", "persons", "households"}
    for label, model in own_tables().items():
        if label in HELD:
            continue
        names = {
            field.name
            for field in model._meta.local_concrete_fields
            if not isinstance(field, (models.IntegerField, models.PositiveIntegerField))
            or isinstance(field, models.BigIntegerField)
        }
        assert not names & told, label
