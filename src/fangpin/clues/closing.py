"""How closed columns of clues are written: the values, and the hash a reference is found by."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from fangpin.foundation.cipher import blind_many, seal_many

_REFERENCE = "clues.cluereason.reference_index"


def reference_key(text: str) -> str:
    """What references of a source are compared by: without spaces, upper case."""
    return "".join(text.split()).upper()


def reference_hashes(texts: Sequence[str | None]) -> list[bytes | None]:
    """`reference_index` of references; None and "" have none."""
    keys = [reference_key(text) or None if text else None for text in texts]
    return blind_many(keys, column=_REFERENCE)


def close(
    model: type[models.Model], rows: Sequence[int], texts: Mapping[str, Sequence[str | None]]
) -> dict[str, list[Any]]:
    """Columns for clear texts by field name, each as long as `rows` (the ids of the rows)."""
    columns: dict[str, list[Any]] = {}
    for field, given in texts.items():
        values = [value or None for value in given]
        column = f"{model._meta.label_lower}.{field}"
        columns[field] = list(seal_many(values, column=column, rows=rows))
        if field == "reference_closed":
            columns["reference_index"] = list(reference_hashes(values))
    return columns


def close_one(
    model: type[models.Model], row: int, texts: Mapping[str, str | None]
) -> dict[str, Any]:
    """`close` for one row."""
    columns = close(model, [row], {field: [text] for field, text in texts.items()})
    return {name: values[0] for name, values in columns.items()}
