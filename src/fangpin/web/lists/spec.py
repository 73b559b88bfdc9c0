"""What a list is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.rights import FieldGroup, Right

if TYPE_CHECKING:
    from fangpin.web.lists.asked import Asked


_ANY = Text("不限", "Any")
_NO_MATCH = Text("没有符合条件的记录。请放宽条件。", "Nothing fits. Try fewer conditions.")


class FilterKind(StrEnum):
    """How a filter is asked for."""

    pills = "pills"  # one of few values, all visible
    choice = "choice"  # one of many values
    text = "text"  # the beginning of a number; never a name or an identity number (addresses)
    range = "range"  # whole numbers from–to: `<key>_from`, `<key>_to`
    days = "days"  # dates from–to
    hidden = "hidden"  # set by a link from another page, shown as a chip only


@dataclass(frozen=True)
class Option:
    """A value of a filter; `count`: how many lines it would leave, None when not counted."""

    value: str
    text: Text
    count: int | None = None


@dataclass(frozen=True)
class Filter:
    """A restriction. Without any, `default` holds ("" = no restriction).

    `all`: what no restriction is called. `first`, `last`: values that are always there, around
    those that occur. `least`: the field stays away while there are fewer
    values to choose from. `group`: whoever may not see these fields may not filter by them.
    """

    key: str
    label: Text
    kind: FilterKind
    all: Text = _ANY
    default: str = ""
    first: tuple[Option, ...] = ()
    last: tuple[Option, ...] = ()
    least: int = 1
    hint: Text | None = None
    group: FieldGroup | None = None
    rare: bool = False  # stands under "more conditions"

    @property
    def keys(self) -> tuple[str, ...]:
        """Names in the query string."""
        if self.kind in (FilterKind.range, FilterKind.days):
            return (f"{self.key}_from", f"{self.key}_to")
        return (self.key,)


# Gets the line and what `fetch` gave along.
Cell = Callable[[Any, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Part:
    """A column of the file that a list leaves as. `cell`: its text.

    `width` in characters; `wrapped`: long texts go over several lines. `marked`: may carry the
    unseen watermark, so no number or name that somebody copies to look it up.
    """

    label: Text
    cell: Cell
    width: int = 14
    wrapped: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Column:
    """A column. `cell`: its text, which is escaped, or markup.

    `group`: shown only to whom these fields are shown. `fixed`: cannot be left out. `shown`: part
    of the list until somebody chooses. `labelled`: narrow windows put the label before the value.
    `order`: the name of the order by this column, "" = none. `css`: classes of the cell.
    `parts`: how it stands in a file, None = its text under its label, () = not at all; with
    `always` in each file, chosen or not.
    """

    key: str
    label: Text
    cell: Cell
    group: FieldGroup | None = None
    fixed: bool = False
    shown: bool = True
    labelled: bool = True
    order: str = ""
    css: str = ""
    parts: tuple[Part, ...] | None = None
    always: bool = False


@dataclass(frozen=True)
class Found:
    """One page of lines; `more`: what to ask for the next page with, None at the end."""

    rows: Sequence[Any]
    more: str | None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Total:
    """A figure above the list with what it counts. `at_least`: there are more than that."""

    count: int
    text: Text
    at_least: bool = False


@dataclass(frozen=True)
class Export:
    """A list leaves as a file to whoever holds `right`: filtered, ordered and in the columns as it
    is shown.

    `place`: the code of the place where a line belongs; only lines within the right's areas leave
    (None: lines belong to no place, and the right asks for none). `about`: what the list is about,
    for this actor; None = there is nothing to take away. `named`: that in a word, for the log.
    """

    right: Right
    place: Callable[[Any], str] | None
    about: Callable[[User], Any] | None = None
    named: Callable[[Any], str] = str


@dataclass(frozen=True)
class ListSpec:
    """A list as declared once. `name` is part of addresses and of saved views.

    `fetch`, `totals` and `choices` get the actor, what is asked, and what the list is about (the
    run, for example; None for most lists). They cut everything to the actor's scope. `household`:
    the number of the household that a line is about; where names are shown, it counts as read.
    `fetch` gives `asked.size` lines at once: a page, or more of them for a file.
    """

    name: str
    view: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    fetch: Callable[[User, "Asked", Any], Found]
    totals: Callable[[User, "Asked", Any], Sequence[Total]]
    choices: Callable[[User, "Asked", Any], Mapping[str, Sequence[Option]]]
    rights: tuple[Right, ...]
    nothing: Text
    caption: Text
    no_match: Text = _NO_MATCH
    export: Export | None = None
    css: str = ""
    household: Callable[[Any], str] | None = None

    @property
    def orders(self) -> frozenset[str]:
        """Orders that may be asked for, ascending and descending."""
        names = [column.order for column in self.columns if column.order]
        return frozenset([*names, *(f"-{name}" for name in names)])


_KNOWN: dict[str, ListSpec] = {}


def register(spec: ListSpec) -> ListSpec:
    """Make a list known by its name, so that views of it can be saved."""
    if _KNOWN.setdefault(spec.name, spec) is not spec:
        raise ValueError(f"two lists are called {spec.name}")
    return spec


def known(name: str) -> ListSpec | None:
    """The list with this name."""
    return _KNOWN.get(name)
