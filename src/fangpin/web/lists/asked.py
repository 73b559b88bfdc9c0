"""What a query string asks of a list. Unknown keys and odd values restrict nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from fangpin.people.rights import FieldGroup
from fangpin.web.lists.spec import FilterKind, ListSpec

_LONGEST = 80
PAGE = 50  # lines


@dataclass(frozen=True)
class Asked:
    """Filter values that differ from the default, columns (None = as usual), order, where the page
    begins and how many lines it has."""

    values: Mapping[str, str]
    columns: tuple[str, ...] | None = None
    order: str = ""
    after: str = ""
    size: int = PAGE

    def query(self, **changes: str) -> str:
        """The query string of the same list with some filter values changed ("" drops one)."""
        values = {k: v for k, v in {**self.values, **changes}.items() if v}
        return self._encoded(values)

    def without(self, *keys: str) -> "Asked":
        """The same without some restrictions."""
        return replace(self, values={k: v for k, v in self.values.items() if k not in keys})

    def _encoded(self, values: Mapping[str, str]) -> str:
        parts = dict(sorted(values.items()))
        if self.columns is not None:
            parts["columns"] = ",".join(self.columns)
        if self.order:
            parts["order"] = self.order
        return urlencode(parts)


def _clean(kind: FilterKind, text: str) -> str:
    """A value as a filter of this kind takes it; "" for one that it does not."""
    text = text.strip()[:_LONGEST].replace("\x00", "")
    if kind == FilterKind.range:
        return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else ""
    if kind == FilterKind.days:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return ""
    return text


def read(spec: ListSpec, parameters: QueryDict, groups: frozenset[FieldGroup]) -> Asked:
    """What is asked of `spec`, as far as somebody who is shown `groups` may ask it."""
    values = {}
    for each in spec.filters:
        if each.group is not None and each.group not in groups:
            continue
        for key in each.keys:
            text = _clean(each.kind, parameters.get(key) or "")
            if text and text != each.default:
                values[key] = text
    columns = None
    if "columns" in parameters:
        chosen = {c for part in parameters.getlist("columns") for c in part.split(",")}
        columns = tuple(c.key for c in spec.columns if c.key in chosen)
    order = parameters.get("order", "")
    return Asked(
        values,
        columns,
        order if order in spec.orders else "",
        (parameters.get("after") or "")[:400],
    )
