"""Which export a sheet is, where its header stands, and which column is what."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Contract, Pack

SEARCHED = 20
"""The header stands in one of the first rows."""
LEAST = 4
"""Known headers below which a sheet is none of the exports."""

TITLE = 3
"""Headers that a title is worth."""

_BRACKETS = str.maketrans("（）【】［］", "()()()")


@dataclass(frozen=True)
class ExportSheet:
    """One sheet of an export as sent: `frame` holds its texts by the contract's columns (String,
    blank = null) and `_row`, counted as in the workbook; `title` what stands above the header."""

    file: str
    sheet: str
    contract: Contract
    frame: pl.DataFrame
    unknown_headers: tuple[str, ...]
    title: str

    def missing(self) -> tuple[str, ...]:
        """Headers of the contract that the sheet does not have."""
        return tuple(
            column.headers[0]
            for column in self.contract.columns
            if column.headers and column.name not in self.frame.columns
        )


@dataclass(frozen=True)
class Unused:
    """A file or sheet that is not checked, and why."""

    file: str
    sheet: str
    why: Text


def folded(text: str) -> str:
    """A header or word for comparison: half-width, without spaces and line breaks."""
    plain = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return "".join(plain.split())


def export_sheets(pack: Pack, sheets: Iterable[RawSheet]) -> tuple[list[ExportSheet], list[Unused]]:
    """Every sheet that is an export, once per contract that reads it; and those not used."""
    known = {contract.name: headers_of(contract) for contract in pack.contracts.values()}
    found: list[ExportSheet] = []
    unused: list[Unused] = []
    for sheet in sheets:
        faults = [each for each in sheet.problems if each.severity == "error"]
        if faults:
            unused.append(Unused(sheet.file, sheet.sheet, faults[0].what))
            continue
        recognised = list(_recognised(pack, known, sheet))
        first = _repeated(found, recognised)
        if first is not None:
            why = Text(
                f"内容与 {first.file} 相同，只核对一份",
                f"the same rows as {first.file}, checked once",
            )
            unused.append(Unused(sheet.file, sheet.sheet, why))
            continue
        found += recognised
        if not recognised and sheet.rows:
            why = Text("前20行里没有认得出的表头", "no header that is known in the first 20 rows")
            unused.append(Unused(sheet.file, sheet.sheet, why))
    return found, unused


def _repeated(found: list[ExportSheet], recognised: list[ExportSheet]) -> ExportSheet | None:
    """The sheet that holds the same rows, in whatever order: an export that was downloaded twice
    would make everybody a duplicate of themselves."""
    for new in recognised:
        for old in found:
            if (
                old.contract is new.contract
                and old.frame.height == new.frame.height > 0
                and set(old.frame.columns) == set(new.frame.columns)
                and _rows_as_set(old) == _rows_as_set(new)
            ):
                return old
    return None


def _rows_as_set(sheet: ExportSheet) -> list[int]:
    rows = sheet.frame.drop("_row")
    return rows.select(sorted(rows.columns)).hash_rows(seed=1).sort().to_list()


def headers_of(contract: Contract) -> dict[str, str]:
    """Column of a contract by each of its headers, folded."""
    return {folded(header): column.name for column in contract.columns for header in column.headers}


def _recognised(
    pack: Pack, known: Mapping[str, Mapping[str, str]], sheet: RawSheet
) -> Iterator[ExportSheet]:
    """The sheet under the contracts that know most of its headers; of equals those that lack
    fewest. A title in the name of the file or above the header weighs as much as three headers.
    """
    best: tuple[int, int, int, tuple[str, ...]] | None = None
    above = sheet.file
    for row in range(min(SEARCHED, sheet.rows)):
        cells = [column.text[row] for column in sheet.columns]
        words = {folded(cell) for cell in cells if cell}
        for names in _readers(pack):
            headers = set().union(*(known[name] for name in names))
            score = len(words & headers)
            if score < LEAST:
                continue
            titles = [title for name in names for title in pack.contracts[name].titles]
            score += TITLE * any(title in above for title in titles)
            if best is None or (score, -len(headers)) > best[:2]:
                best = score, -len(headers), row, names
        above += " ".join(cell for cell in cells if cell)
    if best is None:
        return
    _, _, row, names = best
    for name in names:
        yield _sheet(pack.contracts[name], known[name], sheet, row)


def _readers(pack: Pack) -> Iterator[tuple[str, ...]]:
    """Contracts that read a sheet together: both that read the register, each other one alone."""
    both = ("person_register", "household_register")
    yield tuple(each.name for each in pack.contracts.values() if each.role in both)
    for each in pack.contracts.values():
        if each.role not in both:
            yield (each.name,)


def _sheet(
    contract: Contract, headers: Mapping[str, str], sheet: RawSheet, row: int
) -> ExportSheet:
    texts: dict[str, pl.Series] = {}
    unknown = []
    for column in sheet.columns:
        header = column.text[row]
        if not header:
            continue
        name = headers.get(folded(header))
        if name is None:
            unknown.append(header)
        elif name not in texts:
            texts[name] = column.text.slice(row + 1)
    bare = pl.all().str.strip_chars()  # of all columns at once, on all cores
    frame = pl.DataFrame(texts).select(
        pl.when(bare != "").then(bare),
        pl.int_range(row + 2, row + 2 + pl.len(), dtype=pl.UInt32).alias("_row"),
    )
    empty = pl.all_horizontal(pl.exclude("_row").is_null())
    above = [text for column in sheet.columns for text in column.text.head(row) if text]
    return ExportSheet(
        sheet.file, sheet.sheet, contract, frame.filter(~empty), tuple(unknown), " ".join(above)
    )
