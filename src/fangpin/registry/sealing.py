"""Clear text to closed columns and back, for tables about people; one row or a million.

Besides the closed value some fields have columns to find them by: `phone_index`, `id_index`,
`id_last4_index`, `name_tokens`. They are made here and nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from fangpin.foundation.cipher import blind_many, seal_many, unseal_many
from fangpin.foundation.fields import SealedField
from fangpin.registry.search_tokens import name_tokens_many

Closed = bytes | list[int] | None


def sealed_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Names of the closed columns of a table."""
    return tuple(f.name for f in model._meta.get_fields() if isinstance(f, SealedField))


def cipher_column(model: type[models.Model], field: str) -> str:
    """The name the cipher binds a value to, `registry.person.name`."""
    found = model._meta.get_field(field)
    if not isinstance(found, SealedField):
        raise TypeError(f"{model.__name__}.{field} is not a closed column")
    return found.cipher_column


def identity_key(number: str) -> str:
    """What identity numbers are compared by: without spaces, X upper-case, and of a disability
    certificate (20 or 22 characters) the identity number it begins with."""
    text = "".join(number.split()).upper()
    return text[:18] if len(text) in (20, 22) else text


def phone_key(number: str) -> str:
    """What telephones are compared by: the digits, without the country code."""
    digits = "".join(filter(str.isdigit, number))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def close(
    model: type[models.Model], rows: Sequence[int], texts: Mapping[str, Sequence[str | None]]
) -> dict[str, list[Any]]:
    """Columns for clear texts by field name, each as long as `rows` (the ids of the rows).

    None and "" are unknown. Returns the closed columns and those that find them.
    """
    columns: dict[str, list[Any]] = {}
    for field, given in texts.items():
        values = [value or None for value in given]
        columns[field] = list(seal_many(values, column=cipher_column(model, field), rows=rows))
        columns |= _found_by(model, field, values)
    return columns


def close_one(
    model: type[models.Model], row: int, texts: Mapping[str, str | None]
) -> dict[str, Closed]:
    """`close` for one row."""
    columns = close(model, [row], {field: [text] for field, text in texts.items()})
    return {name: values[0] for name, values in columns.items()}


def open_many(
    model: type[models.Model],
    field: str,
    rows: Iterable[int],
    closed: Iterable[bytes | memoryview | None],
) -> list[str | None]:
    """Clear texts of one column. Raises SealBroken for a value that does not belong there."""
    return unseal_many(closed, column=cipher_column(model, field), rows=rows)


def open_one(row: models.Model, field: str) -> str:
    """Clear text of one field of a loaded row; "" = unknown."""
    closed = getattr(row, field)
    return open_many(type(row), field, [row.pk], [closed])[0] or ""


def id_hashes(values: Iterable[str | None]) -> list[bytes | None]:
    """`id_index` of identity numbers."""
    keys = (identity_key(value) if value else None for value in values)
    return blind_many(keys, column="registry.person.id_index")


def last4_hashes(values: Iterable[str | None]) -> list[bytes | None]:
    """`id_last4_index` of identity numbers (of the number itself, not of a certificate's tail)."""
    keys = (identity_key(value)[-4:] if value else None for value in values)
    return blind_many(keys, column="registry.person.id_last4_index")


def phone_hashes(model: type[models.Model], values: Iterable[str | None]) -> list[bytes | None]:
    """`phone_index` of telephones; each table has its own key."""
    keys = (phone_key(value) or None if value else None for value in values)
    return blind_many(keys, column=f"{model._meta.label_lower}.phone_index")


def _found_by(
    model: type[models.Model], field: str, values: list[str | None]
) -> dict[str, list[Any]]:
    present = {f.name for f in model._meta.get_fields()}
    if field == "phone" and "phone_index" in present:
        return {"phone_index": list(phone_hashes(model, values))}
    if field == "id_number":
        made = {"id_index": id_hashes, "id_last4_index": last4_hashes}
        return {name: make(values) for name, make in made.items() if name in present}
    if field == "name" and "name_tokens" in present:
        return {"name_tokens": list(name_tokens_many(values))}
    return {}
