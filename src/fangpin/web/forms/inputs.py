"""Inputs for fields of the registry, and what was sent for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from fangpin.kernel.errors import FangpinError, Text
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.queries.shown import Shown
from fangpin.web.wording import language

MASKED = ("id_number", "phone", "account")
_KINDS = {
    **dict.fromkeys(("text", "name", "word"), "text"),
    **dict.fromkeys(MASKED, "masked"),
    **dict.fromkeys(("money", "number"), "decimal"),
    **dict.fromkeys(("integer", "year"), "whole"),
    "date": "date",
    "month": "month",
    "bool": "choice",
    "code": "choice",
    "codes": "choices",
    "text_by_code": "texts",
}
_UNKNOWN = ("", Text("未登记", "not recorded"))
_YES_NO = (_UNKNOWN, ("yes", Text("是", "Yes")), ("no", Text("否", "No")))


@dataclass(frozen=True)
class Input:
    """One input of a form. `value` is text, a list of codes (choices), or text by code (texts).

    `masked`: what is kept now, as far as it is shown; an empty input leaves it as it is.
    """

    name: str
    label: Text
    kind: str
    value: Any = ""
    options: Sequence[tuple[str, Text]] = ()
    hint: Text | None = None
    unit: str = ""
    masked: str = ""
    required: bool = False
    problem: str = ""

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width."""
        return self.kind in ("choices", "texts", "long", "members", "relations", "signature")


def written(field: Field, value: Any) -> Any:
    """A kept value as a form starts from it."""
    if value is None:
        return [] if field.type == "codes" else ""
    if field.type == "bool":
        return "yes" if value else "no"
    if field.type == "money":
        return f"{Decimal(value) / 100:f}"
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, date):
        return f"{value:%Y-%m}" if field.type == "month" else value.isoformat()
    if field.type in ("codes", "text_by_code"):
        return value
    return str(value)


def _options(field: Field) -> Sequence[tuple[str, Text]]:
    if field.type == "bool":
        return _YES_NO
    if field.type == "code":
        return (_UNKNOWN, *choices(field.vocabulary).items())
    if field.type in ("codes", "text_by_code"):
        return tuple(choices(field.vocabulary).items())
    return ()


def from_field(field: Field, value: Any = None, *, masked: str = "", name: str = "") -> Input:
    """The input for a field of the catalogue, starting from a kept value."""
    kind = "long" if field.name == "remark" else _KINDS[field.type]
    hidden = field.type in MASKED
    return Input(
        name or field.name,
        field.label,
        kind,
        "" if hidden else written(field, value),
        _options(field),
        unit="元" if field.type == "money" else field.unit,
        masked=masked if hidden else "",
    )


def inputs_of(shown: Iterable[Shown], *, leave_out: Iterable[str] = ()) -> list[Input]:
    """Inputs for fields as a reader sees them; those only an action changes are left out."""
    out = set(leave_out)
    spoken = language()
    return [
        from_field(
            each.field,
            each.value,
            masked=each.text.in_language(spoken) if each.masked and each.text else "",
        )
        for each in shown
        if each.field.name not in out and each.field.type in _KINDS
    ]


def sent(inputs: Iterable[Input], data: QueryDict) -> dict[str, Any]:
    """What was sent for these inputs, by name. A masked value that was left alone is left out."""
    values: dict[str, Any] = {}
    for each in inputs:
        if each.kind == "choices":
            values[each.name] = [code for code in data.getlist(each.name) if code]
        elif each.kind == "texts":
            texts = {code: data.get(f"{each.name}.{code}", "").strip() for code, _ in each.options}
            values[each.name] = {code: text for code, text in texts.items() if text}
        elif each.name in data:
            text = str(data[each.name]).strip()
            if each.kind == "masked" and not text and f"clear-{each.name}" not in data:
                continue
            values[each.name] = text
    return values


def with_problems(
    inputs: Iterable[Input], values: Mapping[str, Any], error: FangpinError | None, subject: str
) -> tuple[list[Input], list[str]]:
    """The inputs as they were sent, each with what is wrong with it; and what concerns none."""
    spoken = language()
    listed = list(inputs)
    names = {f"{subject}.{each.name}": each.name for each in listed} | {
        each.name: each.name for each in listed
    }
    said: dict[str, list[str]] = {}
    general: list[str] = []
    for problem in error.problems if error else ():
        text = problem.what.in_language(spoken)
        if problem.remedy:
            text += (". " if spoken == "en" else "。") + problem.remedy.in_language(spoken)
        column = str(problem.where.column or "")
        name = names.get(column) or names.get(column.rpartition(".")[2])
        if name is None:
            general.append(text)
        else:
            said.setdefault(name, []).append(text)
    return [
        replace(
            each,
            value=values.get(each.name, each.value),
            problem=" ".join(said.get(each.name, ())),
        )
        for each in listed
    ], general
