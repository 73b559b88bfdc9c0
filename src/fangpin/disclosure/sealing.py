"""Clear text to closed columns for tables of disclosure, with the hash that an applicant is found
by; used when rows are closed anew after a change of keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from fangpin.disclosure.models import Submission
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
        if model is Submission and field == "id_number":
            columns["person"] = list(id_hashes(values))
    return columns
