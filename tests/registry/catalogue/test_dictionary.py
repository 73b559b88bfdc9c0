from pathlib import Path

from fangpin.foundation.fields import SealedField
from fangpin.registry.catalogue.dictionary import _CLOSED, dictionary
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.subjects import TABLES

DOCUMENT = Path(__file__).parents[3] / "docs" / "data-dictionary.md"


def test_the_document_is_that_of_the_catalogue() -> None:
    # Behind? Run `fangpin registry dictionary --to docs/data-dictionary.md`.
    assert DOCUMENT.read_text("utf-8") == dictionary()


def test_what_it_calls_closed_is_closed() -> None:
    for field in catalogue().fields.values():
        column = TABLES[field.subject]._meta.get_field(field.name)
        closed = field.type in _CLOSED or field.name == "remark"
        assert isinstance(column, SealedField) is closed, field.key


def test_every_personal_field_has_purpose_basis_and_retention() -> None:
    for field in catalogue().fields.values():
        assert field.purpose.text.zh
        assert field.purpose.legal_basis.zh
        assert field.purpose.retention.years > 0, field.key
