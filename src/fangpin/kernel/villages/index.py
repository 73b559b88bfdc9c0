"""From what a department writes about a place to the place code of the registry."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fangpin.kernel.characters import without_spaces
from fangpin.kernel.villages.spelling import (
    Address,
    PlaceKind,
    VillageName,
    split_address,
    split_group,
    township_core,
    village_name,
)


class PlaceVerdict(StrEnum):
    """How a place was found. Codes come with exact, normalised, old_name, under_wrong_township."""

    exact = "exact"
    normalised = "normalised"
    old_name = "old_name"
    merged_name = "merged_name"
    under_wrong_township = "under_wrong_township"
    ambiguous = "ambiguous"
    elsewhere = "elsewhere"
    unknown = "unknown"
    blank = "blank"


@dataclass(frozen=True, slots=True)
class Place:
    """A village the registry knows. `code` 12 digits; `former` names and codes it had before."""

    code: str
    name: str
    township: str
    former_names: tuple[str, ...] = ()
    former_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merger:
    """A new name for villages the registry still keeps apart: 五雒村 = 五星村 + 雒家滩村."""

    name: str
    township: str
    parts: tuple[str, ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """`code` the one place meant, or None; `candidates` all that may be meant (merged_name,
    ambiguous, and hints of unknown); `group` the villagers' group written with it."""

    verdict: PlaceVerdict
    code: str | None = None
    candidates: tuple[str, ...] = ()
    group: int | None = None


_CODE: Final = re.compile(r"[0-9]{12}")
_SEEN_AS_NONE: Final = frozenset(["", "-", "--", "—", "——", "无", "/", "不详"])


@dataclass(frozen=True, slots=True)
class _Entry:
    township: str  # core
    full: str  # as written in the list
    name: VillageName
    codes: tuple[str, ...]
    verdict: PlaceVerdict  # what finding this entry means


class PlaceIndex:
    """Looks places up among the known villages of one area (a county, usually).

    `places` the villages of the registry, `mergers` new names for several of them, `area` the names
    above the townships as they stand before addresses, outermost first (甘肃省, 白银市, 白银区).
    ValueError when two places share a code or a merger names an unknown one.
    """

    def __init__(
        self,
        places: Iterable[Place],
        mergers: Iterable[Merger] = (),
        area: Iterable[str] = (),
    ) -> None:
        self.places: dict[str, Place] = {}
        self._by_code: dict[str, tuple[str, ...]] = {}
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        self._area = tuple(area)
        self.mergers = tuple(mergers)
        for place in places:
            if place.code in self.places:
                raise ValueError(f"two places have the code {place.code}")
            self.places[place.code] = place
            self._by_code[place.code] = (place.code,)
            self._add(place.name, place.township, (place.code,), PlaceVerdict.exact)
        for place in self.places.values():
            for name in place.former_names:
                self._add(name, place.township, (place.code,), PlaceVerdict.old_name)
            for code in place.former_codes:
                self._by_code.setdefault(code, (place.code,))
        for merger in self.mergers:
            unknown = [code for code in merger.parts if code not in self.places]
            if unknown:
                raise ValueError(f"{merger.name} is merged from unknown places: {unknown}")
            self._add(merger.name, merger.township, merger.parts, PlaceVerdict.merged_name)
            if merger.code:
                self._by_code.setdefault(merger.code, merger.parts)
        self.townships: dict[str, str] = {
            township_core(place.township): place.township for place in self.places.values()
        }
        names = sorted(
            {without_spaces(place.township) for place in self.places.values()},
            key=len,
            reverse=True,
        )
        self._township = re.compile("|".join(map(re.escape, names)) or r"(?!)")

    def _add(self, name: str, township: str, codes: tuple[str, ...], verdict: PlaceVerdict) -> None:
        full = without_spaces(name)
        entry = _Entry(township_core(township), full, village_name(full), codes, verdict)
        for key in {full, entry.name.core}:
            self._entries[key].append(entry)

    # ---- one place

    def resolve(
        self,
        township: str | None = None,
        village: str | None = None,
        address: str | None = None,
        code: str | None = None,
    ) -> Resolution:
        """The place meant by what a row says; every argument may be missing. Never raises.

        A code wins where it agrees with the name; a disagreement is ambiguous. A village named
        under another township of the area than its own is found when its name is unique there.
        `village` may itself hold a code, an address, or a group behind the name.
        """
        given = [_none(text) for text in (township, village, address, code)]
        town, name, where, number = given
        if name is not None and _CODE.fullmatch(name):
            number, name = number or name, None
        if name is None and where is not None and _CODE.fullmatch(where):
            number, where = number or where, None
        if not any((town, name, where, number)):
            return Resolution(PlaceVerdict.blank)
        town = self._stated_township(town)

        named: Resolution | None = None
        if name is not None:
            named = self._resolve_text(town, name)
        if (named is None or named.verdict is PlaceVerdict.unknown) and where is not None:
            found = self._resolve_text(town, where)
            named = found if found.verdict is not PlaceVerdict.unknown or named is None else named
        if number is not None:
            return self._with_code(number, named)
        return named if named is not None else Resolution(PlaceVerdict.unknown)

    def _with_code(self, number: str, named: Resolution | None) -> Resolution:
        codes = self._by_code.get(number, ())
        silent = named is None or named.verdict in (PlaceVerdict.unknown, PlaceVerdict.blank)
        group = named.group if named else None
        if not codes:
            if silent or named is None:
                return Resolution(PlaceVerdict.unknown, group=group)
            return named
        if silent or named is None or set(codes) == set(named.candidates or (named.code,)):
            if len(codes) > 1:
                return Resolution(PlaceVerdict.merged_name, None, codes, group)
            verdict = PlaceVerdict.exact if number in self.places else PlaceVerdict.old_name
            return Resolution(verdict, codes[0], (), group)
        candidates = named.candidates or ((named.code,) if named.code else ())
        if len(codes) == 1 and codes[0] in candidates:  # the code settles what the name left open
            return Resolution(PlaceVerdict.exact, codes[0], (), group)
        both = tuple(dict.fromkeys((*codes, *candidates)))
        return Resolution(PlaceVerdict.ambiguous, None, both, group)

    def _resolve_text(self, township: str | None, text: str) -> Resolution:
        direct = self._find(township, text)
        if direct.verdict is not PlaceVerdict.unknown:
            return direct
        depth, rest = self._cut_area(text)
        inside = depth == len(self._area) > 0
        match = self._township.search(rest)
        if match is not None:
            behind = rest[match.end() :]
            # What is left in front of our township must not be somebody else's county.
            front = split_address(rest[: match.start()] + "某镇")
            if not (front.county or front.prefecture or front.province):
                stated = match[0]
                found = self._find(stated, self._cut_village(stated, behind))
                contradicted = township is not None and self._town(township) != self._town(stated)
                if contradicted and found.verdict in (PlaceVerdict.exact, PlaceVerdict.normalised):
                    return Resolution(
                        PlaceVerdict.under_wrong_township, found.code, (), found.group
                    )
                return found if behind else Resolution(PlaceVerdict.unknown)
        parts = split_address(rest)
        if self._is_elsewhere(parts, inside):
            return Resolution(PlaceVerdict.elsewhere, group=parts.group)
        if inside or parts.township:
            return self._find(parts.township or township, rest if inside else parts.village)
        return direct

    def _is_elsewhere(self, parts: Address, inside: bool) -> bool:
        above = [part for part in (parts.province, parts.prefecture, parts.county) if part]
        return not inside and any(part not in self._area for part in above)

    def _cut_area(self, text: str) -> tuple[int, str]:
        """Without the names of our area in front; how deep in our area the text then stands."""
        rest, depth = without_spaces(text), 0
        for level, name in enumerate(self._area, 1):
            if rest.startswith(name) and len(rest) > len(name):
                rest, depth = rest[len(name) :], level
        return depth, rest

    def _stated_township(self, text: str | None) -> str | None:
        """The township of a cell: without our area in front; None when it only names our area."""
        if text is None or text in self._area:
            return None
        _, rest = self._cut_area(text)
        return None if rest in self._area else rest

    def _cut_village(self, township: str, behind: str) -> str:
        """The village name at the start of `behind`, longest known name first."""
        for end in range(min(len(behind), 16), 1, -1):
            head = behind[:end]
            entries = self._entries.get(head, ())
            if head[-1:] in ("村", "区") and any(
                entry.township == self._town(township) for entry in entries
            ):
                return head + _group_of(behind[end:])
        return behind

    def _town(self, township: str) -> str:
        return township_core(township)

    def _find(self, township: str | None, text: str) -> Resolution:
        """A village name (perhaps with its group) under a township that may be missing."""
        full = without_spaces(text)
        if full in _SEEN_AS_NONE:
            return Resolution(PlaceVerdict.blank)
        name = village_name(full)
        spelled = [entry for entry in self._entries.get(full, ()) if entry.full == full]
        entries = spelled or [
            entry
            for key in dict.fromkeys((full, name.core))
            for entry in self._entries.get(key, ())
            if _kinds_agree(entry, name, full)
        ]
        entries = list(dict.fromkeys(entries))
        if township is None:
            return self._choose(entries, name, bool(spelled))
        town = self._town(township)
        here = [entry for entry in entries if entry.township == town]
        if here:
            return self._choose(here, name, bool(spelled))
        hints = tuple(dict.fromkeys(code for entry in entries for code in entry.codes))
        if town not in self.townships:
            return Resolution(PlaceVerdict.unknown, None, hints, name.group)
        if len(hints) == 1:
            return Resolution(PlaceVerdict.under_wrong_township, hints[0], (), name.group)
        verdict = PlaceVerdict.ambiguous if hints else PlaceVerdict.unknown
        return Resolution(verdict, None, hints, name.group)

    def _choose(self, entries: list[_Entry], name: VillageName, spelled: bool) -> Resolution:
        # A present name wins over a former one of the same spelling.
        for verdict in (PlaceVerdict.exact, PlaceVerdict.merged_name, PlaceVerdict.old_name):
            ranked = [entry for entry in entries if entry.verdict is verdict]
            codes = tuple(dict.fromkeys(code for entry in ranked for code in entry.codes))
            if not codes:
                continue
            if verdict is PlaceVerdict.merged_name:
                return Resolution(verdict, None, codes, name.group)
            if len(codes) > 1:
                return Resolution(PlaceVerdict.ambiguous, None, codes, name.group)
            if verdict is PlaceVerdict.exact and not spelled:
                verdict = PlaceVerdict.normalised
            return Resolution(verdict, codes[0], (), name.group)
        return Resolution(PlaceVerdict.unknown, None, (), name.group)

    # ---- places named inside sentences

    def mentions(self, text: str) -> tuple[Resolution, ...]:
        """Known villages named in free text (a hotline call), in order, each once.

        Only names with their ending count (梁庄村, not 梁庄). A township written directly before
        the name narrows it down.
        """
        found: dict[Resolution, None] = {}
        tidy = without_spaces(text)
        start = 0
        while start < len(tidy):
            step = 1
            for end in range(min(len(tidy), start + 16), start + 1, -1):
                head = tidy[start:end]
                entries = self._entries.get(head, ())
                spelled = [entry for entry in entries if entry.full == head]
                if spelled and spelled[0].name.kind is not PlaceKind.bare:
                    before = tidy[:start]
                    towns = [t for t in self.townships.values() if before.endswith(t)]
                    found[self._find(towns[0] if towns else None, head)] = None
                    step = end - start
                    break
            start += step
        return tuple(found)


def _group_of(rest: str) -> str:
    """The group at the start of what follows a village name, as text that `village_name` reads."""
    _, group = split_group("村" + rest)
    return f"{group}组" if group is not None else ""


def _kinds_agree(entry: _Entry, name: VillageName, full: str) -> bool:
    """梁庄 may be 梁庄村 or 梁庄社区; 梁庄社区 is not 梁庄村. 新村 may be the name of 新村村."""
    if entry.name.core == name.core:
        return PlaceKind.bare in (name.kind, entry.name.kind) or name.kind is entry.name.kind
    return entry.name.core == full


def _none(text: str | None) -> str | None:
    tidy = without_spaces(text) if text is not None else ""
    return None if tidy in _SEEN_AS_NONE else tidy
