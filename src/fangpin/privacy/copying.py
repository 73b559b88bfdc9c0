"""The copy that a person may ask for: everything held about them, readable and machine-readable.

One ZIP with a PDF to read and a JSON file with the same content. What is withheld, because it is
about somebody else or says nothing about the person, is named with its reason.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils import timezone

from fangpin.foundation import cipher
from fangpin.foundation.fields import Opened, SealedField
from fangpin.kernel.errors import Language, Text
from fangpin.privacy.holdings import HELD, Held
from fangpin.privacy.notice import notice
from fangpin.privacy.subject import Subject
from fangpin.registry import sealing
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.queries.shown import text_of
from fangpin.reports.document import Column, Document, Facts, Grid, Section
from fangpin.reports.pdf import pdf

FORMAT: Final = "fangpin-person-copy/1"
_MOST: Final = 2000  # rows of one table in the readable file; the other has all


@dataclass(frozen=True)
class Cell:
    """One value: its column, label, raw form for machines, and in words (None = unknown)."""

    name: str
    label: Text
    value: Any
    text: Text | None


@dataclass(frozen=True)
class Part:
    """The rows of one table, live ones and those of its history."""

    table: str
    label: Text
    rows: tuple[tuple[Cell, ...], ...]
    former: tuple[tuple[Cell, ...], ...]
    withheld: tuple[tuple[str, Text], ...]


def collect(subject: Subject) -> tuple[Part, ...]:
    """Everything held about a subject, table by table; tables without rows are left out."""
    found = []
    for table, held in HELD.items():
        model = apps.get_model(table)
        rows = tuple(_rows(model, held, held.about(subject) & held.copied))
        former = tuple(_former(model, held, subject)) if held.subject else ()
        if rows or former:
            found.append(
                Part(table, held.label, rows, former, tuple(sorted(held.withheld.items())))
            )
    return tuple(found)


def _rows(model: type[models.Model], held: Held, about: models.Q) -> Iterator[tuple[Cell, ...]]:
    for row in model._default_manager.filter(about).order_by("pk").distinct():
        yield tuple(_of_catalogue(held, row) if held.subject else _of_columns(held, row))


def _former(model: type[models.Model], held: Held, subject: Subject) -> Iterator[tuple[Cell, ...]]:
    """Earlier states of the rows, as history keeps them."""
    history = apps.get_model("registry", f"{model.__name__}History")
    about = held.about(subject)
    if model.__name__ in ("Person", "Household"):
        ids = subject.persons if model.__name__ == "Person" else subject.households
        about = models.Q(pgh_obj_id__in=ids)
    for row in history._default_manager.filter(about).order_by("pgh_id"):
        at = row.pgh_created_at
        yield (
            Cell("until", Text("至", "until"), at, Text(f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d}")),
            *_of_catalogue(held, row),
        )


def _of_catalogue(held: Held, row: models.Model) -> Iterator[Cell]:
    for field in catalogue().of(held.subject):
        if field.name in held.withheld or field.type == "reference":
            continue
        raw = getattr(row, field.name)
        column = row._meta.get_field(field.name)
        if isinstance(column, SealedField):
            bound = getattr(row, "pgh_obj_id", row.pk)
            raw = (
                None if raw is None else cipher.unseal(raw, column=column.cipher_column, row=bound)
            )
            text = Text(raw, raw) if raw else None
        elif field.type == "money_by_item":
            text = _same(", ".join(f"{key}={value}" for key, value in (raw or {}).items()))
        else:
            text = text_of(field, raw)
        if text is not None:
            yield Cell(field.name, field.label, raw, text)


def _of_columns(held: Held, row: models.Model) -> Iterator[Cell]:
    opened = {
        each.closed: name for name, each in vars(type(row)).items() if isinstance(each, Opened)
    }
    for name, label in held.columns.items():
        column = row._meta.get_field(name)
        if isinstance(column, SealedField):
            raw = getattr(row, opened[name]) if name in opened else sealing.open_one(row, name)
        else:
            raw = getattr(row, name)
        if raw in (None, "", [], {}):
            continue
        yield Cell(name, label, raw, _same(_plain(raw)))


def _same(text: str) -> Text | None:
    return Text(text, text) if text else None


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=_machine)
    return str(value)


def _machine(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    raise TypeError(type(value).__name__)


# -- the file --------------------------------------------------------------------------------------


def as_json(parts: tuple[Part, ...], *, number: str, made: datetime) -> bytes:
    """The machine-readable half. Amounts are in fen, dates ISO 8601."""

    def listed(rows: tuple[tuple[Cell, ...], ...]) -> list[dict[str, Any]]:
        return [{cell.name: cell.value for cell in row} for row in rows]

    content = {
        "format": FORMAT,
        "request": number,
        "made": made.isoformat(),
        "notice": notice().version,
        "tables": [
            {
                "table": part.table,
                "title": part.label.zh,
                "labels": {
                    cell.name: cell.label.zh for row in (*part.rows, *part.former) for cell in row
                },
                "rows": listed(part.rows),
                "former": listed(part.former),
                "withheld": {name: why.zh for name, why in part.withheld},
            }
            for part in parts
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=_machine).encode()


def document(
    parts: tuple[Part, ...], *, number: str, made: datetime, language: Language
) -> Document:
    """The readable half: one section for each table, a few rows as pairs, many as a table."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    sections: list[Section] = []
    for part in parts:
        title = part.label.in_language(language)
        for row in part.rows[:_MOST]:
            pairs = [(c.label.in_language(language), c.text.in_language(language))
                     for c in row if c.text is not None]  # fmt: skip
            sections.append(Facts(title, pairs))
        if part.former:
            lines = [
                [row[0].text.in_language(language) if row[0].text else "",
                 "; ".join(f"{c.label.in_language(language)} {c.text.in_language(language)}"
                           for c in row[1:] if c.text is not None)]
                for row in part.former[:_MOST]
            ]  # fmt: skip
            heads = [Column(say("至", "until"), 1), Column(say("曾登记", "as it was"), 8)]
            sections.append(Grid(f"{title} · {say('历史', 'history')}", heads, lines))
    withheld = [
        [part.label.in_language(language), name, why.in_language(language)]
        for part in parts
        for name, why in part.withheld
    ]
    heads = [
        Column(say("来源", "table")), Column(say("内容", "what")), Column(say("原因", "why"), 2)
    ]  # fmt: skip
    sections.append(Grid(say("未提供的内容", "What is withheld"), heads, withheld))
    day = timezone.localtime(made)
    return Document(
        title=say("个人信息副本", "Copy of personal data"),
        above=(
            (say("申请编号", "Request"), number),
            (say("制作时间", "Made"), f"{day:%Y-%m-%d %H:%M}"),
            (say("告知书版本", "Notice"), notice().version),
        ),
        sections=sections,
        note=say(
            "依据《个人信息保护法》第四十五条提供，仅交付申请人。",
            "Given under art. 45 PIPL, to the applicant only.",
        ),
    )


def copy_file(
    subject: Subject, *, number: str, made: datetime, language: Language, watermark: str
) -> tuple[bytes, int]:
    """The ZIP and how many rows it holds."""
    parts = collect(subject)
    paper = pdf(
        document(parts, number=number, made=made, language=language),
        language=language,
        watermark=watermark,
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{number}.pdf", paper)
        archive.writestr(f"{number}.json", as_json(parts, number=number, made=made))
    return out.getvalue(), sum(len(part.rows) + len(part.former) for part in parts)
