"""Fields as a reader sees them: words in both languages, closed values masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from fangpin.foundation.masks import mask_account, mask_id, mask_phone
from fangpin.kernel.errors import Text
from fangpin.kernel.money import format_yuan
from fangpin.people.scope import FieldGroup
from fangpin.registry import sealing
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import words
from fangpin.registry.models import HouseholdState, Occasion, Origin, SpellKind

_MASKS = {"id_number": mask_id, "phone": mask_phone, "account": mask_account}
_UNITS = {"亩": "mu", "公里": "km", "平方米": "m²", "月": "months", "人": "persons"}
_YES, _NO = Text("是", "yes"), Text("否", "no")

# Words for closed lists that are ours and not a national vocabulary.
OWN_WORDS: dict[str, Text] = {
    HouseholdState.ACTIVE: Text("正常", "active"),
    HouseholdState.MERGED: Text("已并户", "merged"),
    HouseholdState.SPLIT: Text("已分户", "split"),
    HouseholdState.DISSOLVED: Text("已销户", "dissolved"),
    Origin.REGISTRY: Text("登记库", "registry"),
    Origin.RUN: Text("比对结果", "screening run"),
    SpellKind.CATEGORY: Text("户类型", "household category"),
    SpellKind.MONITORING: Text("监测对象", "monitoring"),
    SpellKind.POVERTY_STATUS: Text("脱贫状态", "poverty status"),
    Occasion.YEAR: Text("年度收入", "income of the year"),
    Occasion.REMOVAL: Text("风险消除后收入", "income after the removal of the risk"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of one row as one reader may see it.

    `value` is what a form starts from (None = unknown; of a masked field the masked text), `text`
    what the page prints (None = unknown), `masked` that clear text can be asked for.
    """

    field: Field
    value: Any
    text: Text | None
    masked: bool = False

    @property
    def known(self) -> bool:
        return self.text is not None


def shown(field: Field, row: models.Model) -> Shown:
    """A field of a loaded row. Closed identity numbers, phones and accounts come masked."""
    raw = getattr(row, field.name)
    if field.type in ("name", "id_number", "phone", "account") or field.name == "remark":
        clear = sealing.open_one(row, field.name)
        mask = _MASKS.get(field.type)
        value = mask(clear) if mask else clear
        text = Text(value, value) if value.strip() else None
        return Shown(field, value or None, text, masked=mask is not None and text is not None)
    return Shown(field, raw, text_of(field, raw))


def text_of(field: Field, value: Any) -> Text | None:
    """An open value in words; None when it is unknown."""
    if value is None or value == "" or value == [] or value == {}:
        return None
    match field.type:
        case "bool":
            return _YES if value else _NO
        case "code":
            return words(field.vocabulary, value)
        case "codes":
            return _listed([words(field.vocabulary, each) or _same(each) for each in value])
        case "word":
            return OWN_WORDS.get(value) or _same(value)
        case "money":
            return _same(format_yuan(value), format_yuan(value, "en"))
        case "number" | "integer":
            plain = format(value, "f") if isinstance(value, Decimal) else str(value)
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            unit = _UNITS.get(field.unit, field.unit)
            return _same(f"{plain} {field.unit}".strip(), f"{plain} {unit}".strip())
        case "month":
            return _same(f"{value:%Y-%m}")
        case "date":
            return _same(value.isoformat() if isinstance(value, date) else str(value))
        case "text_by_code":
            return _by_code(field.vocabulary, value)
        case _:
            return _same(str(value))


def fields_of(
    subject: str, row: models.Model, groups: frozenset[FieldGroup], *, skip: tuple[str, ...] = ()
) -> dict[FieldGroup, list[Shown]]:
    """All fields of a row that these groups allow, by group, in the order of the catalogue."""
    found: dict[FieldGroup, list[Shown]] = {}
    for field in catalogue().of(subject):
        left_out = field.type in ("reference", "money_by_item") or field.name in skip
        if field.group in groups and not left_out:
            found.setdefault(field.group, []).append(shown(field, row))
    return found


def _same(text: str, en: str | None = None) -> Text | None:
    return Text(text, en or text) if text.strip() else None


def _listed(parts: list[Text | None]) -> Text | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Text("、".join(part.zh for part in known), ", ".join(part.en for part in known))


def _by_code(vocabulary: str, value: Mapping[str, str]) -> Text | None:
    parts = []
    for code, text in value.items():
        label = words(vocabulary, code)
        if label is not None and text:
            parts.append(Text(f"{label.zh}:{text}", f"{label.en}: {text}"))
    return _listed(list(parts))
