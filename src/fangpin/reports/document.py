"""What a printed form consists of, whatever it is rendered as. All texts are in one language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value, several beside each other; a long value takes a whole line."""

    title: str
    pairs: Sequence[tuple[str, str]]
    beside: int = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: header, share of the width, whether it holds figures."""

    header: str
    share: float = 1.0
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `rows` as long as `columns`; without rows `empty` says so."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    empty: str = UNKNOWN
    new_page: bool = False


Section = Facts | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """One form. `above` stands under the title (place, unit, date), `signatures` at the end;
    `by_hand`: with room for a pen."""

    title: str
    above: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    signatures: Sequence[str] = ()
    note: str = ""
    landscape: bool = False
    by_hand: bool = False

    def texts(self) -> Iterator[str]:
        """Every text on it, for what is asked about all of them (characters of a font)."""
        yield from (self.title, self.note, *self.signatures)
        for pair in self.above:
            yield from pair
        for section in self.sections:
            yield section.title
            if isinstance(section, Facts):
                for pair in section.pairs:
                    yield from pair
                continue
            if not section.rows:
                yield section.empty
                continue
            yield from (column.header for column in section.columns)
            for row in section.rows:
                yield from row
