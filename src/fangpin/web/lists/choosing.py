"""What several lists share: the column of places, and values to choose from."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import township_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.web.lists.spec import Cell, Column, Filter, FilterKind, Option, Part

# Township and village, with the values of `places`.
PLACE_FILTERS = (
    Filter(
        "township",
        Text("乡镇", "Township"),
        FilterKind.choice,
        all=Text("全部乡镇", "All townships"),
        least=2,
    ),
    Filter(
        "village",
        Text("村", "Village"),
        FilterKind.choice,
        all=Text("全部村", "All villages"),
    ),
)
_VILLAGE = Text("所在村", "Village")
YES_NO = (Option("1", Text("是", "Yes")), Option("0", Text("否", "No")))


def yes_no(value: str) -> bool | None:
    """What a choice of YES_NO means; None = no restriction."""
    return {"1": True, "0": False}.get(value)


def whole(value: str | None) -> int | None:
    """A cleaned whole number of a range; None = open."""
    return int(value) if value else None


def codes(vocabulary: str) -> tuple[Option, ...]:
    """The values of a vocabulary, not counted."""
    return tuple(Option(code, text) for code, text in choices(vocabulary).items())


def _within(areas: Iterable[str], level: str, digits: int) -> Q:
    """Places of a level that lie in one of the areas, or that one of them lies in."""
    condition = Q(pk__in=[])
    for prefix in areas:
        condition |= Q(code__startswith=prefix[:digits])
    return condition & Q(level=level, valid_to=None)


def places(actor: User, right: Right, township: str) -> dict[str, list[Option]]:
    """Townships where the right holds; villages of the chosen township, or of the reader's own
    when they have no more than one. At most two queries."""
    areas = scope_of(actor).areas(right)
    named = list(
        Place.objects.filter(_within(areas, Place.Level.TOWNSHIP, 9))
        .order_by("code")
        .values_list("code", "name")
    )
    found = {"township": [Option(code, Text(name, name)) for code, name in named], "village": []}
    inside = township or (named[0][0] if len(named) == 1 else "")
    if inside:
        rows = Place.objects.filter(
            _within(areas, Place.Level.VILLAGE, 12), code__startswith=inside[:9]
        )
        found["village"] = [
            Option(code, Text(name, name))
            for code, name in rows.order_by("code").values_list("code", "name")
        ]
    return found


def place_names(villages: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Village code → (township, village), names as they are now. One query."""
    wanted = set(villages) - {""}
    both = wanted | {township_of(code) for code in wanted}
    rows = Place.objects.filter(code__in=both, valid_to=None).values_list("code", "name")
    names = dict(rows)
    return {code: (names.get(township_of(code), ""), names.get(code, code)) for code in wanted}


def place_column(
    code: Callable[[Any], str],
    *,
    key: str = "place",
    label: Text = _VILLAGE,
    order: str = "",
    below: Cell | None = None,
) -> Column:
    """Township and village of a line with this 12-digit `code`; `below`: what lies within the
    village. `fetch` gives the names along as `places` (see `place_names`).

    In each file, with the code: names of villages are not unique, and the name carries the
    watermark, so that whoever counts or joins by village does it by the code.
    """

    def names(row: Any, extra: Mapping[str, Any]) -> tuple[str, str]:
        found: tuple[str, str] = extra["places"].get(code(row), ("", code(row)))
        return found

    def cell(row: Any, extra: Mapping[str, Any]) -> SafeString | str:
        if not code(row):
            return "–"
        township, village = names(row, extra)
        inside = below(row, extra) if below else ""
        return format_html(
            '<span class="quiet over">{}</span> {}{}',
            township,
            village,
            format_html(' <span class="quiet">{}</span>', inside) if inside else "",
        )

    parts = [
        Part(Text("乡镇", "Township"), lambda row, extra: names(row, extra)[0]),
        Part(Text("村", "Village"), lambda row, extra: names(row, extra)[1], marked=True),
        Part(Text("村代码", "Village code"), lambda row, extra: code(row)),
    ]
    if below:
        parts.append(Part(Text("组", "Group"), below))
    return Column(key, label, cell, css="place", order=order, parts=tuple(parts), always=True)
