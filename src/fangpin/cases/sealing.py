"""Clear text to closed columns for tables of cases, with the hash that a user's person is found by.

Rows get their ids first: a closed value is bound to the row it stands in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from fangpin.cases.models import OwnPerson
from fangpin.foundation.cipher import seal_many
from fangpin.foundation.fields import SealedField
from fangpin.registry.sealing import id_hashes


def close(
    model: type[models.Model], rows: Sequence[int], texts: Mapping[str, Sequence[str | None]]
) -> dict[str, list[Any]]:
    """Columns for clear texts by field name, each as long as `rows`; None stays None."""
    columns: dict[str, list[Any]] = {}
    for field, values in texts.items():
        found = model._meta.get_field(field)
        if not isinstance(found, SealedField):
            raise TypeError(f"{model.__name__}.{field} is not a closed column")
        columns[field] = list(seal_many(values, column=found.cipher_column, rows=rows))
        if model is OwnPerson and field == "id_number":
            columns["id_index"] = list(id_hashes(values))
    return columns
