"""Finding a person among encrypted ones, within what the reader may see.

What is rare is found by keyed hashes (`search_tokens`); what is common – a surname, a frequent
character, pinyin initials – in the closed books of the reader's villages (`name_books`), and where
a book is behind by opening the names of the households concerned. Whoever is found is opened and
compared. At most 20 are shown. The number of queries does not depend on how many there are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import polars as pl
from django.db.models import Q
from django.db.models.expressions import RawSQL

from fangpin.foundation import cipher, keys
from fangpin.foundation.masks import mask_id
from fangpin.kernel.names import COMPOUND_SURNAMES, folding_characters, surname
from fangpin.kernel.place_codes import township_of
from fangpin.kernel.sounds import Letters, spelt, syllables
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, Right, Scope, scope_of
from fangpin.places.models import Place
from fangpin.registry import name_books, search_tokens
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.sealing import open_many
from fangpin.registry.search_terms import Kind, Terms, read_terms
from fangpin.registry.search_tokens import folded, is_han

SHOWN: Final = 20
_CANDIDATES: Final = 300  # looked at by hash before the best are chosen
_ROUNDS: Final = (250, 1_000, 2_000)  # households behind their book that are opened, at most
_SECONDS: Final = 0.1  # after which no further books or households are opened
_ROW: Final = (
    *("person_id", "person__name", "person__number", "person__id_number", "relation", "is_head"),
    *("ended_on", "household_id", "household__number", "household__village_code"),
)


@dataclass(frozen=True)
class Hit:
    """One person found. `name` and `identity` "" where the reader is not shown them; `identity` is
    masked; `left`: no longer a member of the household."""

    person: int
    person_number: str
    name: str
    identity: str
    is_head: bool
    relation: str
    left: bool
    household: int
    household_number: str
    village_code: str
    village: str
    township: str


@dataclass(frozen=True)
class Found:
    """What a search gave. `more`: there are others; `partly`: not every name was looked at, so a
    village or another character helps."""

    kind: Kind
    hits: tuple[Hit, ...]
    more: bool = False
    partly: bool = False


def search(actor: User, typed: str) -> Found:
    """Persons that a text means, best first, within the actor's area and field groups."""
    scope = scope_of(actor)
    last = Found(Kind.nothing, ())
    for terms in read_terms(typed):
        codes = _places(terms.place) if terms.place else None
        if codes == []:
            continue
        last = _look(scope, terms, codes)
        if last.hits:
            break
    return last


@dataclass(frozen=True)
class _Area:
    """Where to look: within the reader's places for a group of fields, and within `codes`."""

    scope: Scope
    group: FieldGroup | None
    codes: tuple[str, ...] | None

    def on(self, field: str) -> Q:
        """The condition on a column of village codes."""
        own = self.scope.within(Right.registry, field, group=self.group)
        if self.codes is None:
            return own
        inside = Q(pk__in=[])
        for code in self.codes:
            inside |= Q(**{f"{field}__startswith": code})
        return own & inside

    def rows(self, condition: Q) -> list[Any]:
        """Memberships there, ended ones as well, that a condition holds for, 300 at most."""
        rows = Membership.objects.filter(self.on("household__village_code") & condition)
        return list(rows.order_by().values_list(*_ROW)[:_CANDIDATES])


def _look(scope: Scope, terms: Terms, codes: list[str] | None) -> Found:
    group = {Kind.phone: FieldGroup.contact, Kind.number: None}.get(terms.kind, FieldGroup.identity)
    area = _Area(scope, group, None if codes is None else tuple(codes))
    if terms.kind is Kind.name:
        return _by_name(area, terms.text)
    if terms.kind is Kind.letters:
        return _by_letters(area, terms.text)
    found: list[Any] = []
    for condition in _exactly(terms):
        found += area.rows(condition)
    return _shown(scope, terms.kind, _once(found), _everything)


def _exactly(terms: Terms) -> list[Q]:
    """Conditions, one after the other: a person's own column, and one of the household."""
    text = terms.text

    def hashed(column: str) -> Q:
        model, field = column.split(".")
        value = cipher.blinds(text, column=f"registry.{column}")
        return Q(**{f"{model}__{field}__in": value})

    if terms.kind is Kind.identity:
        return [hashed("person.id_index")]
    if terms.kind is Kind.last_four:
        return [hashed("person.id_last4_index")]
    if terms.kind is Kind.phone:
        return [hashed("person.phone_index"), hashed("household.phone_index")]
    return [_beginning("person__number", text), _beginning("household__number", text)]


def _beginning(column: str, text: str) -> Q:
    """Numbers that begin with these digits, by their order: beneath row security a pattern does
    not use the index."""
    beyond = text[:-1] + chr(ord(text[-1]) + 1)
    return Q(**{f"{column}__gte": text, f"{column}__lt": beyond})


# -- names -----------------------------------------------------------------------------------------


def _by_name(area: _Area, text: str) -> Found:
    def rank(names: list[str]) -> list[int | None]:
        return [_place_in(text, name) for name in map(_folded, names)]

    found: list[Any] = []
    parts = _parts_of_text(text)
    if len(text) > 1 and is_han(text):
        whole = search_tokens.whole_sound(_sounds([text])[0].replace(" ", ""))
        found += _with_tokens(area, [*parts, whole])  # so that the exact name is not cut off
    if parts and len(found) < _CANDIDATES:
        found += _with_tokens(area, parts)
    if parts and (len(text) > 1 or len(found) > SHOWN or search_tokens.is_rare(text)):
        return _shown(area.scope, Kind.name, _once(found), rank)
    return _in_books(area, Kind.name, ("names", text), rank, found)


def _parts_of_text(text: str) -> list[str]:
    """Hashed parts that every name with this text in it has, except that a single character may
    also be a surname; none = too common to be hashed."""
    if not is_han(text):
        return [f"w{word[:8].lower()}" for word in text.split() if len(word) >= 3]
    if len(text) > 1:
        # The pair of a compound surname is not hashed by itself.
        pairs = search_tokens.parts_of_characters(text)
        return [part for part in pairs if part[1:] not in COMPOUND_SURNAMES]
    return [search_tokens.single(text)] if search_tokens.hashed_alone(text) else []


def _place_in(text: str, name: str) -> int | None:
    """0 the whole name, 1 its beginning, 2 its end, 3 inside; None = not at all."""
    if text not in name:
        return None
    if name == text:
        return 0
    return 1 if name.startswith(text) else 2 if name.endswith(text) else 3


def _by_letters(area: _Area, text: str) -> Found:
    def rank(names: list[str]) -> list[int | None]:
        own = [_folded(name) for name in names]
        sounds = _sounds(own)
        return [_heard(text, name, sound.split()) for name, sound in zip(own, sounds, strict=True)]

    found: list[Any] = []
    if len(text) > 1:
        found += _with_tokens(area, [search_tokens.whole_sound(text)])
    if len(text) > 2:
        found += _with_tokens(area, [f"w{text[:8]}"])
    if found:
        return _shown(area.scope, Kind.letters, _once(found), rank)
    return _in_books(area, Kind.letters, ("sounds", f" {text}"), rank, [])


def _heard(text: str, name: str, sound: list[str]) -> int | None:
    """How well letters fit: the whole pinyin or all initials, their beginning, the given name."""
    whole, first = "".join(sound), "".join(syllable[0] for syllable in sound)
    if text in (whole, first):
        return 0
    if first.startswith(text) and len(text) > 1:
        return 1
    family = len(surname(name)) if is_han(name) else 1
    if first[family:].startswith(text) and len(text) > 1:
        return 2
    if whole.startswith(text) or any(part.lower().startswith(text) for part in name.split()):
        return 3
    return None


def _with_tokens(area: _Area, parts: list[str]) -> list[Any]:
    hashes = [
        cipher.tokens(parts, column=search_tokens.COLUMN, key=key) for key in keys.ring().index
    ]
    # Not by the column: beneath row security its index is not used (decision 0017).
    asked = " UNION ".join(["SELECT registry_persons_named(%s::bigint[])"] * len(hashes))
    return area.rows(Q(person__in=RawSQL(asked, hashes)))


Rank = Callable[[list[str]], list[int | None]]


def _in_books(
    area: _Area, kind: Kind, line: tuple[name_books.Column, str], rank: Rank, found: list[Any]
) -> Found:
    """Whom the books of the area name, and whoever fits in households that changed since."""
    until = time.monotonic() + _SECONDS
    column, needle = line
    listed, complete = name_books.look(
        area.on("village_code"), column, needle, enough=_CANDIDATES, until=until
    )
    changed, all_read = _read_behind(area, rank, until)
    persons = [*changed, *listed][:_CANDIDATES]
    if persons:
        found = found + area.rows(Q(person__in=persons))
    shown = _shown(area.scope, kind, _once(found), rank)
    return replace(shown, partly=not (complete and all_read) and not shown.more)


def _read_behind(area: _Area, rank: Rank, until: float) -> tuple[list[int], bool]:
    """Persons that fit in households whose books are behind, opened name by name, and whether all
    of these households were read."""
    fitting: list[int] = []
    village, number, ended = "", "", False
    for size in _ROUNDS:
        households = list(
            Household.objects.filter(area.on("village_code"), name_books.pending())
            .filter(village_code__gte=village)
            .exclude(village_code=village, number__lte=number)
            .order_by("village_code", "number")
            .values_list("pk", "village_code", "number")[:size]
        )
        if households:
            _, village, number = households[-1]
            rows = list(
                Membership.objects.filter(household__in=[row[0] for row in households])
                .order_by()
                .values_list("person_id", "person__name")
            )
            places = rank(_names(rows))
            fitting += [row[0] for row, at in zip(rows, places, strict=True) if at is not None]
        ended = len(households) < size
        if ended or len(fitting) > SHOWN or time.monotonic() > until:
            break
    return fitting, ended


# -- what is shown ---------------------------------------------------------------------------------


def _everything(names: list[str]) -> list[int | None]:
    return [0] * len(names)


def _once(rows: list[Any]) -> list[Any]:
    """One row per person: the open membership, otherwise the one that ended last."""
    best: dict[int, Any] = {}
    for row in rows:
        known = best.get(row[0])
        if known is None or (known[6] is not None and (row[6] is None or row[6] > known[6])):
            best[row[0]] = row
    return list(best.values())


def _shown(scope: Scope, kind: Kind, rows: list[Any], rank: Rank) -> Found:
    names = _names(rows)
    ranked = [
        (place, row[6] is not None, not row[5], row[9], row[8], at)
        for at, (row, place) in enumerate(zip(rows, rank(names), strict=True))
        if place is not None
    ]
    ranked.sort()
    chosen = [(rows[key[-1]], names[key[-1]]) for key in ranked[:SHOWN]]
    places = _place_names({row[9] for row, _ in chosen})
    identities = open_many(
        Person, "id_number", [row[0] for row, _ in chosen], [row[3] for row, _ in chosen]
    )
    hits = []
    for (row, name), identity in zip(chosen, identities, strict=True):
        clear = FieldGroup.identity in scope.groups(row[9])
        hits.append(
            Hit(
                person=row[0],
                person_number=row[2],
                name=name if clear else "",
                identity=mask_id(identity) if clear else "",
                is_head=row[5],
                relation=row[4],
                left=row[6] is not None,
                household=row[7],
                household_number=row[8],
                village_code=row[9],
                village=places.get(row[9], row[9]),
                township=places.get(township_of(row[9]), ""),
            )
        )
    return Found(kind, tuple(hits), more=len(ranked) > SHOWN or len(rows) >= _CANDIDATES)


def _names(rows: list[Any]) -> list[str]:
    opened = open_many(Person, "name", [row[0] for row in rows], [row[1] for row in rows])
    return [name or "" for name in opened]


def _places(word: str) -> list[str]:
    """Code prefixes of open townships and villages with this name, or one that begins so."""
    levels = [Place.Level.VILLAGE, Place.Level.TOWNSHIP]
    rows = Place.objects.filter(name__startswith=word, level__in=levels, valid_to=None)
    return [place.prefix for place in rows[:50]]


def _place_names(codes: set[str]) -> dict[str, str]:
    wanted = codes | {township_of(code) for code in codes}
    return dict(Place.objects.filter(code__in=wanted, valid_to=None).values_list("code", "name"))


def _sounds(names: list[str]) -> list[str]:
    letters = Letters.of(pl.Series(names, dtype=pl.String))
    return spelt(letters, syllables(letters))


@lru_cache(maxsize=1)
def _folds() -> frozenset[str]:
    return frozenset(folding_characters())


def _folded(name: str) -> str:
    """`folded`, quickly where there is nothing to fold."""
    if is_han(name) and _folds().isdisjoint(name):
        return name
    return folded(name)
