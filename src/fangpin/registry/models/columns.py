"""Kinds of columns that the registry uses again and again."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from fangpin.foundation.fields import BlindField, SealedField


def number() -> "models.CharField[str, str]":
    """A national number: exact text, sorted by its characters whatever the database's locale."""
    return models.CharField(max_length=40, unique=True, db_collation="C")


def code(length: int = 30) -> "models.CharField[str, str]":
    """A code of a vocabulary; "" = unknown."""
    return models.CharField(max_length=length, blank=True, default="", db_default="")


def codes() -> "ArrayField[list[str], list[str]]":
    """Several codes of a vocabulary, in the order given; empty = none is known."""
    return ArrayField(models.CharField(max_length=30), blank=True, default=list, db_default=[])


def text(length: int) -> "models.CharField[str, str]":
    """Free text; "" = unknown."""
    return models.CharField(max_length=length, blank=True, default="", db_default="")


def flag() -> "models.BooleanField[bool | None, bool | None]":
    """Yes, no, or None = unknown."""
    return models.BooleanField(null=True, blank=True)


def fen() -> "models.BigIntegerField[int | None, int | None]":
    """An amount of money in fen; None = unknown."""
    return models.BigIntegerField(null=True, blank=True)


def quantity() -> Any:
    """A measured quantity with up to four decimals; None = unknown."""
    return models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)


def day() -> "models.DateField[Any, Any]":
    """A date; months are kept as their first day. None = unknown."""
    return models.DateField(null=True, blank=True)


def year() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    """A calendar year; None = unknown."""
    return models.PositiveSmallIntegerField(null=True, blank=True)


def sealed() -> SealedField:
    """Encrypted text, bound to table, column and row id. None = unknown."""
    return SealedField(null=True, blank=True, editable=False)


def blinded() -> BlindField:
    """A keyed index of a sealed value: equal values are equal, nothing else can be read."""
    return BlindField(null=True, blank=True, editable=False)


def entered() -> "models.DateTimeField[Any, Any]":
    """When the row came into being, by the database's clock (COPY fills it as well)."""
    return models.DateTimeField(db_default=Now(), editable=False)


def version() -> "models.PositiveIntegerField[int, int]":
    """Counts changes; who writes names the version seen."""
    return models.PositiveIntegerField(default=1, db_default=1)
