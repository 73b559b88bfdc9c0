"""Columns for closed values and their hashes. The bytes come from `foundation.cipher`; that these
are classes of their own lets key rotation, the dump test and the data dictionary find them."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models

from fangpin.foundation import cipher


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A closed value, NULL for unknown. Written with `seal(text, column=…, row=pk)`."""

    @property
    def cipher_column(self) -> str:
        """The column name for the cipher, `registry.person.name`. Copies of the field in a
        history table give the name of the table whose history it is."""
        model = getattr(self.model, "pgh_tracked_model", self.model)
        return f"{model._meta.label_lower}.{self.name}"


class BlindField(models.BinaryField):  # type: ignore[type-arg]
    """A hash (`cipher.blind`) that a value is found by, NULL for unknown."""


class Opened:
    """A closed column as an attribute in clear, opened when it is asked for.

    Text, or with `values=True` whatever JSON holds; None = unknown. Rows read many at a time are
    better opened together (`cipher.unseal_many`). Written with `close_into`.
    """

    def __init__(self, closed: str, *, values: bool = False) -> None:
        self.closed, self.values = closed, values

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        data = getattr(row, self.closed)
        if data is None:
            return None
        kept: tuple[bytes, Any] | None = row.__dict__.get(f"_opened_{self.closed}")
        if kept is None or kept[0] != bytes(data):
            text = cipher.unseal(data, column=_column_of(row, self.closed), row=row.pk)
            kept = (bytes(data), json.loads(text) if self.values else text)
            row.__dict__[f"_opened_{self.closed}"] = kept
        return kept[1]


def close_into(rows: Iterable[models.Model], attribute: str, contents: Iterable[Any]) -> None:
    """Close one content for each row, whose ids are allocated already; nothing is saved."""
    listed = list(rows)
    if not listed:
        return
    opened = vars(type(listed[0]))[attribute]
    texts = [
        None
        if content is None
        else json.dumps(content, ensure_ascii=False)
        if opened.values
        else str(content)
        for content in contents
    ]
    column = _column_of(listed[0], opened.closed)
    closed = cipher.seal_many(texts, column=column, rows=[row.pk for row in listed])
    for row, data in zip(listed, closed, strict=True):
        setattr(row, opened.closed, data)


def _column_of(row: models.Model, name: str) -> str:
    field = row._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise TypeError(f"{name} is not a closed column")
    return field.cipher_column
