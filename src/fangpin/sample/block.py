"""Rows of a feed about persons, written as a clerk writes them.

`Block` collects columns; numbers, names and villages get the usual spellings, a few rows get
numbers that nobody can use, some are delivered twice. Everything done is kept as a `Defect`.
"""

import random
from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from fangpin.sample import cells as write
from fangpin.sample.former_villages import MERGED, RENAMED
from fangpin.sample.labelled.slips import NAME_SLIPS
from fangpin.sample.sheet import Cells, Defect, Kind, Rows
from fangpin.sample.villages import CITY, COUNTY, PROVINCE
from fangpin.sample.world import Ints, World

_FULL_DIGITS = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_VARIANTS = {"强": "強", "红": "紅", "兰": "蘭", "国": "國", "阳": "陽", "凤": "鳳", "龙": "龍",
             "华": "華", "贵": "貴", "丽": "麗", "云": "雲", "来": "來"}  # fmt: skip
HARMLESS = (
    "id_lower_x", "id_outer_space", "id_apostrophe", "id_tab", "id_fullwidth", "id_line_break",
    "id_15_digits", "id_zero_width", "id_nbsp", "id_inner_space", "id_excel_eq_text",
    "id_text_prefix",
)  # fmt: skip
HARMLESS_TEXT = tuple(kind for kind in HARMLESS if kind != "id_line_break")
HARMLESS_GBK = tuple(kind for kind in HARMLESS_TEXT if kind not in ("id_zero_width", "id_nbsp"))
PLAIN_ONLY = ("id_lower_x", "id_outer_space", "id_fullwidth")
UNUSABLE = (
    "id_transposed", "id_as_number", "id_scientific", "id_one_digit_missing",
    "id_wrong_check_digit", "id_blank",
)  # fmt: skip
UNUSABLE_TEXT = tuple(kind for kind in UNUSABLE if kind != "id_as_number")
_RATE_HARMLESS, _RATE_UNUSABLE, _RATE_TWICE = 0.0012, 0.0006, 0.001
_same_sound = next(slip for kind, _, slip in NAME_SLIPS if kind == "homophone")
_LEAST = 40
"""from so many rows on, at least one row of each kind"""


class Block:
    """Rows about persons: household and slot per row. `feed` names the spoiled rows of `World`."""

    def __init__(
        self, world: World, rng: np.random.Generator, feed: str, household: Ints, slot: Ints
    ) -> None:
        self.world, self.rng, self.feed = world, rng, feed
        self.household, self.slot = household, slot
        self.person = world.person[household, slot]
        self.columns: dict[str, Cells] = {}
        self.defects: list[Defect] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.twice: set[int] = set()
        self.spoiled = self._spoiled()
        self.own_name: str | None = None

    def __len__(self) -> int:
        return len(self.household)

    def _spoiled(self) -> dict[int, str]:
        wanted = {
            (home, slot): how
            for (feed, home, slot), how in self.world.extra.spoiled.items()
            if feed == self.feed
        }
        if not wanted:
            return {}
        homes = np.isin(self.household, [home for home, _ in wanted])
        return {
            int(row): wanted[int(self.household[row]), int(self.slot[row])]
            for row in np.flatnonzero(homes)
            if (int(self.household[row]), int(self.slot[row])) in wanted
        }

    # ---- columns --------------------------------------------------------------------------------
    def put(self, header: str, cells: Cells | pl.Series | None = None) -> None:
        """Any column; None leaves it empty."""
        if cells is None:
            cells = write.blanks(len(self))
        self.columns[header] = cells if isinstance(cells, Cells) else Cells(cells)

    def serial(self, header: str, start: int) -> None:
        """1, 2, 3 … from `start`."""
        self.put(header, write.number(write.plain(np.arange(start, start + len(self)))))

    def name(self, header: str, messy: bool = True) -> None:
        """Names; some with a space inside, a variant character, another dot."""
        self.put(header, self.world.names.gather(self.person))
        if messy:
            self.own_name = header
            self._name_spellings(header)

    def identity(
        self,
        header: str,
        harmless: Sequence[str] = HARMLESS,
        unusable: Sequence[str] = UNUSABLE,
    ) -> None:
        """Identity numbers with the usual spellings; a few that cannot be used."""
        numbers = self.world.ids.gather(self.person)
        self.put(header, numbers)
        taken = set(self.spoiled)
        for kind in harmless:
            rows = self.some(_RATE_HARMLESS, taken, quiet_too=True)
            self._respell(header, numbers, rows, kind, "accept")
        for kind in unusable:
            rows = self.some(_RATE_UNUSABLE, taken, quiet_too=False)
            self._respell(header, numbers, rows, kind, "reject")
            self._slip_names(row for row in rows if row % 2)
        for row, kind in sorted(self.spoiled.items()):
            if kind.startswith("id_"):
                if damaged(numbers[row], kind) == numbers[row]:
                    kind = "id_one_digit_missing"
                self._respell(header, numbers, [row], kind, "reject")

    def township(self, header: str, messy: bool = True) -> None:
        """Township names; a few rows stand under another township."""
        names = [village.township for village in self.world.villages]
        index = self.world.village[self.household]
        self.put(header, write.picked(names, index))
        if not messy:
            return
        rows = self.some(_RATE_UNUSABLE, set(self.spoiled), quiet_too=False)[:3]
        others = [next(name for name in names if name != names[int(index[row])]) for row in rows]
        self._change(header, rows, others, "village_under_wrong_town", "flag")

    def village(self, header: str, messy: float = 0.03) -> None:
        """Village names; a share of them without 村, as committee, as address, by an old name."""
        names = [village.name for village in self.world.villages]
        index = self.world.village[self.household]
        self.put(header, write.picked(names, index))
        if not messy:
            return
        spelling: dict[str, tuple[list[int], list[str]]] = {}
        for row in np.flatnonzero(self.rng.random(len(self)) < messy).tolist():
            kind, text = self._spelt(int(index[row]), float(self.rng.random()))
            rows, texts = spelling.setdefault(kind, ([], []))
            rows.append(row)
            texts.append(text)
        for kind, (rows, texts) in sorted(spelling.items()):
            self._change(header, rows, texts, kind, "accept")

    def address(self, header: str, start: str = COUNTY) -> None:
        """Township, village and group in one cell."""
        places = [f"{start}{v.township}{v.name}" for v in self.world.villages]
        index = self.world.village[self.household]
        group = pl.Series(self.world.group[self.household]).cast(pl.String)
        self.put(header, write.picked(places, index).text + group + "社")

    def _spelt(self, village: int, chance: float) -> tuple[str, str]:
        place = self.world.villages[village]
        old = RENAMED.get(place.name)
        merged = next((new for new, parts in MERGED.items() if place.name in parts), None)
        if old and chance < 0.5:
            return "village_old_name", old[0]
        if merged and chance < 0.5:
            return "village_merged_name", merged
        if chance < 0.04:
            return "village_code_instead_of_name", place.code
        if chance < 0.6:
            return "village_without_suffix", place.name.removesuffix("村")
        if chance < 0.85:
            return "village_committee_form", f"{place.name}村民委员会"
        return "village_full_address", f"{PROVINCE}{CITY}{COUNTY}{place.township}{place.name}"

    # ---- spellings ------------------------------------------------------------------------------
    def some(self, rate: float, taken: set[int], quiet_too: bool, least: int = _LEAST) -> list[int]:
        """A share of the rows, one at least from `least` rows on.

        `taken` rows are spared and added to; `quiet_too=False` spares households in which something
        is planted.
        """
        size = len(self)
        wanted = max(int(rate * size), 1 if size >= least else 0)
        free = [
            row
            for row in self.rng.choice(size, min(size, 4 * wanted + 8), replace=False).tolist()
            if row not in taken and (quiet_too or not self.world.quiet[self.household[row]])
        ][:wanted]
        taken.update(free)
        return sorted(free)

    def _respell(
        self, header: str, numbers: pl.Series, rows: Iterable[int], kind: str, action: str
    ) -> None:
        changed = [(row, damaged(numbers[row], kind)) for row in rows]
        changed = [(row, text) for row, text in changed if text != numbers[row]]
        if changed:
            stored = Kind.number if kind == "id_as_number" else Kind.text
            self._change(
                header, [r for r, _ in changed], [t for _, t in changed], kind, action, stored
            )

    def swap(self, name: str, identity: str) -> None:
        """Two rows in which name and number stand in each other's column."""
        taken = set(self.spoiled) | {defect.row for defect in self.defects}
        rows = self.some(_RATE_UNUSABLE, taken, quiet_too=False, least=8)[:2]
        numbers = [self.columns[identity].text[row] for row in rows]
        names = [self.columns[name].text[row] for row in rows]
        self.columns[name] = self.columns[name].changed(rows, numbers, Kind.text)
        self._change(identity, rows, names, "columns_swapped", "accept")

    def _name_spellings(self, header: str) -> None:
        names = self.columns[header].text
        chosen = np.flatnonzero(self.rng.random(len(self)) < 0.012).tolist()
        found: dict[str, tuple[list[int], list[str]]] = {}
        for row in chosen:
            name = names[row]
            if "·" in name:
                kind, text = "name_middle_dot", name.replace("·", ("•", ".", "．")[row % 3])
            elif any(character in _VARIANTS for character in name[1:]):
                kind = "name_variant_character"
                text = name[0] + "".join(_VARIANTS.get(c, c) for c in name[1:])
            elif len(name) == 2:
                kind, text = "name_padded_space", f"{name[0]}　{name[1]}"
            elif row % 5 == 0 and "姓名" in header:
                kind, text = "name_with_suffix", f"{name}(本人)"
            else:
                continue
            rows, texts = found.setdefault(kind, ([], []))
            rows.append(row)
            texts.append(text)
        for kind, (rows, texts) in sorted(found.items()):
            self._change(header, rows, texts, kind, "accept")

    def _slip_names(self, rows: Iterable[int]) -> None:
        """Where the number is no help, the name has a character of the same sound: a person must
        say who is meant. Drawn apart, so that everything else stays as it is."""
        if self.own_name is None:
            return
        slips: list[tuple[int, str]] = []
        for row in rows:
            name = self.world.names[int(self.person[row])]
            slipped = _same_sound(random.Random(f"{self.feed} {row}"), name)
            if slipped:
                slips.append((row, slipped))
        self._change(
            self.own_name, [r for r, _ in slips], [t for _, t in slips], "name_same_sound", "reject"
        )

    def _change(
        self,
        header: str,
        rows: Sequence[int],
        texts: Sequence[str | None],
        kind: str,
        action: str,
        stored: Kind = Kind.text,
    ) -> None:
        self.columns[header] = self.columns[header].changed(rows, texts, stored)
        for row, text in zip(rows, texts, strict=True):
            self.note(row, header, kind, action, text or "")

    def overwrite(
        self, header: str, rows: Sequence[int], texts: Sequence[str | None], kind: str,
        action: str, stored: Kind = Kind.text,
    ) -> None:  # fmt: skip
        """Write other contents and keep why."""
        self._change(header, rows, texts, kind, action, stored)

    def note(self, row: int, header: str, kind: str, action: str, delivered: str = "") -> None:
        """Keep what is odd about a cell."""
        person = self.world.person_numbers[int(self.person[row])]
        self.defects.append(Defect(row, header, kind, action, delivered, person))

    # ---- the finished block ---------------------------------------------------------------------
    def rows(self, duplicates: bool = True) -> Rows:
        """The block; with `duplicates` a few rows stand in it twice, word for word."""
        self.twice |= {row for row, kind in self.spoiled.items() if kind == "duplicate_row"}
        if duplicates:
            self.twice |= set(self.some(_RATE_TWICE, set(self.spoiled), quiet_too=False))
        rows = Rows(self.columns, self.defects, self.merges)
        if not self.twice:
            return rows
        again = np.array(sorted(self.twice), dtype=np.int64)
        order = np.sort(np.r_[np.arange(len(self)), again])
        shift = np.searchsorted(again, np.arange(len(self)), side="left")
        result = rows.gather(order)
        for defect in self.defects:
            moved = defect.row + int(shift[defect.row])
            result.defects.append(
                Defect(moved, defect.column, defect.kind, defect.action, defect.delivered,
                       defect.person)
            )  # fmt: skip
        for row in again.tolist():
            person = self.world.person_numbers[int(self.person[row])]
            result.defects.append(
                Defect(row + int(shift[row]) + 1, "*", "duplicate_row", "dedupe", "", person)
            )
        return result


def damaged(number: str, kind: str) -> str | None:
    """One identity number as a clerk or a spreadsheet spoils it; unchanged where it cannot be."""
    match kind:
        case "id_lower_x":
            return number.lower()
        case "id_outer_space":
            return f" {number}" if number[-1] < "5" else f"{number} "
        case "id_apostrophe":
            return f"'{number}"
        case "id_tab":
            return f"{number}\t"
        case "id_fullwidth":
            return number.translate(_FULL_DIGITS)
        case "id_line_break":
            return f"{number}\n"
        case "id_15_digits":
            return number[:6] + number[8:17] if number[6:8] == "19" else number
        case "id_zero_width":
            return f"{number[:6]}\u200b{number[6:]}"
        case "id_nbsp":
            return f"\u00a0{number}"
        case "id_inner_space":
            return f"{number[:6]} {number[6:14]} {number[14:]}"
        case "id_excel_eq_text":
            return f'="{number}"'
        case "id_text_prefix":
            return f"身份证:{number}"
        case "id_transposed":
            return number[:13] + number[14] + number[13] + number[15:]
        case "id_as_number" if number.isdigit():
            # A spreadsheet keeps fifteen digits and writes zeros for the rest.
            return f"{number[0]}.{number[1:15].rstrip('0')}E+17"
        case "id_scientific" if number.isdigit():
            return f"{float(number):.5E}"
        case "id_as_number" | "id_scientific":
            return number
        case "id_one_digit_missing":
            return number[:10] + number[11:]
        case "id_wrong_check_digit":
            return number[:17] + ("1" if number[17] != "1" else "2")
        case "id_blank":
            return None
        case "id_masked":
            return f"{number[:6]}********{number[14:]}"
    raise ValueError(f"no such damage: {kind}")
