"""Rows → persons, households and villages of the register.

Exact on the normalised number by a keyed pseudonym first. A blank number may be replaced by name,
birth date and village, by the head's number, or – for household contracts – by name and village,
where these are unique. What these leave open goes to the model of probable links, and what that
leaves open to people (feeds.probable, docs/linkage.md). A number that fails its check goes back to
the sender: whoever it may concern (narrowed down by check-digit repairs and the digits that are
left) becomes a suspect, so that the facts stay unknown until somebody confirms. Namesakes are never
merged by name alone.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.blocks import identity_pairs
from fangpin.feeds.candidates import (
    Candidate,
    Needs,
    candidate_pairs,
    grouped,
    number_agrees,
    one_slip,
)
from fangpin.feeds.names_compared import (
    DIFFERENT_KIND,
    LOST_KIND,
    VARIANT_KINDS,
    compared,
)
from fangpin.feeds.placing import Placing
from fangpin.feeds.probable.pairs import fingerprint_key
from fangpin.feeds.probable.reviewed import Reviewed
from fangpin.feeds.probable.scoring import RegisterSide
from fangpin.feeds.probable.words import Wording
from fangpin.feeds.reasons import Action
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.unnumbered import link_without_number
from fangpin.kernel.identity import pseudonym

NOBODY = -1


@dataclass
class Links:
    """Per row of a block: dense person, household and village (-1 = none), and the suspects.

    `suspects` (person, position, reason): whom an unusable or provisional row may concern.
    `outside` rows whose valid number belongs to nobody in the register. `also` (row, village):
    further villages of a row about villages that were merged under a new name. `pairs` rows that
    a person must decide (`probable.asking.UNDATED`).
    """

    person: NDArray[np.int64]
    household: NDArray[np.int64]
    village: NDArray[np.int64]
    outside: NDArray[np.bool_]
    suspects: list[tuple[int, int, str]] = field(default_factory=list)
    also: list[tuple[int, int]] = field(default_factory=list)
    pairs: pl.DataFrame | None = None

    @classmethod
    def none(cls, size: int) -> "Links":
        """No row linked yet."""
        nobody = np.full(size, NOBODY, dtype=np.int64)
        return cls(nobody, nobody.copy(), nobody.copy(), np.zeros(size, dtype=np.bool_))


@dataclass
class Linker:
    """Links the rows of one intake against one register.

    `key` the secret of this run; `pseudonyms` the register's numbers under it. `accept_repairs`
    books rows whose repaired number, name and village agree on one person, instead of returning
    them with that person as the candidate. `decisions` what people decided about earlier pairs
    (`probable.pairs.DECISIONS`), known again by fingerprints under `pair_key`; `by_model` False
    leaves the probabilistic pass out.
    """

    register: Register
    key: bytes
    accept_repairs: bool = False
    decisions: pl.DataFrame | None = None
    pair_key: bytes = fingerprint_key("")
    by_model: bool = True
    pseudonyms: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        numbers = self.register.identity.number
        known = numbers.is_not_null()
        self.pseudonyms = pl.DataFrame(
            {
                "pseudonym": pseudonym(numbers.filter(known), self.key),
                "person": pl.Series(np.flatnonzero(known.to_numpy()), dtype=pl.Int64),
            }
        )

    @cached_property
    def reviewed(self) -> Reviewed:
        """What people decided, by fingerprint."""
        return Reviewed.of(self.decisions, self.register)

    @cached_property
    def register_side(self) -> RegisterSide:
        """The register as the model compares rows with it."""
        return RegisterSide(self.register)

    @cached_property
    def wording(self) -> Wording:
        """Words for the model's grounds."""
        return Wording(self.register_side.model, self.register_side.size)

    def exact(self, numbers: pl.Series) -> NDArray[np.int64]:
        """Dense person of every normalised number, -1 where nobody has it."""
        frame = pl.DataFrame({"pseudonym": pseudonym(numbers, self.key)})
        found = frame.join(self.pseudonyms, on="pseudonym", how="left", maintain_order="left")
        return found["person"].fill_null(NOBODY).to_numpy()

    def link(self, typed: TypedRows, placing: Placing) -> Links:
        """Persons, households and villages of the rows; verdicts go into `typed`."""
        links = Links.none(typed.size)
        subject = typed.contract.subject
        if subject in ("person", "household"):
            RowLinker(self, typed, placing, links).run()
        if subject in ("village", "none"):
            links.village = placing.village.copy()
        if subject == "village":
            _villages(typed, placing, links)
        return links


def _villages(typed: TypedRows, placing: Placing, links: Links) -> None:
    """Rows about villages: a merged name means all its parts; an unknown village goes back."""
    for row, parts in placing.merged.items():
        links.village[row] = parts[0]
        links.also.extend((row, village) for village in parts[1:])
        typed.verdicts.add(
            np.array([row]), "village_of_several", Action.flagged, placing.column,
            delivered=placing.sent[row], detail=str(len(parts)),
        )  # fmt: skip
    inside = (placing.township >= 0) | ~placing.elsewhere
    lost = typed.used & (links.village == NOBODY) & inside
    typed.verdicts.add(
        lost, "not_linked_village", Action.rejected, placing.column, delivered=placing.sent
    )


class RowLinker:
    """One block being linked by number and name."""

    def __init__(self, linker: Linker, typed: TypedRows, placing: Placing, links: Links) -> None:
        self.linker = linker
        self.register = linker.register
        self.identity = linker.register.identity
        self.typed = typed
        self.placing = placing
        self.links = links
        pairs = identity_pairs(typed.contract)
        present = [pair for pair in pairs if pair[0] in typed.identity]
        self.head_pair = next((pair for pair in present if pair[1] == "head_name"), None)
        own = [pair for pair in present if pair[1] != "head_name"]
        self.own_pair = own[0] if own else None
        self.other_columns = [pair[0] for pair in own[1:]]
        if self.own_pair is None and typed.contract.subject == "household":
            self.own_pair = self.head_pair
        self.name_column = (self.own_pair or self.head_pair or ("", "name"))[1]
        if self.name_column not in typed.values:
            self.name_column = "name" if "name" in typed.values else "head_name"

    @property
    def number_column(self) -> str:
        """Where the number stands (or the name, when the table has no number)."""
        return self.own_pair[0] if self.own_pair else self.name_column

    @property
    def names(self) -> pl.Series:
        """Normalised names of the rows (null where blank or not delivered)."""
        found = self.typed.values.get(self.name_column)
        if found is None:
            return pl.Series([None], dtype=pl.String).new_from_index(0, self.typed.size)
        return found

    def run(self) -> None:
        """All steps, strongest evidence first."""
        size = self.typed.size
        active = self.typed.used
        state = np.full(size, "blank", dtype=object)
        sent = pl.Series([None], dtype=pl.String).new_from_index(0, size)
        if self.own_pair is not None:
            judged = self.typed.identity[self.own_pair[0]]
            numbers, sent = judged["normalised"], self.typed.block.text[self.own_pair[0]]
            state = judged["verdict"].cast(pl.String).to_numpy().astype(object)
            for column in self.other_columns:
                # A second number column helps where the first is blank or damaged.
                other = self.typed.identity[column]["normalised"]
                numbers = numbers.zip_with(numbers.is_not_null(), other)
            self._exact(numbers, numbers.is_not_null().to_numpy() & active)
        # Rows whose number belongs to somebody else are settled: they go back.
        active = self.typed.used
        self._by_household_number(active)
        open_rows = active & (self.links.household == NOBODY) & ~self.links.outside
        if open_rows.any():
            link_without_number(self, np.flatnonzero(open_rows), state, sent)
        self._note_places()

    # ---- by number ----------------------------------------------------------------------------
    def _exact(self, numbers: pl.Series, valid: NDArray[np.bool_]) -> None:
        person = np.full(self.typed.size, NOBODY, dtype=np.int64)
        chosen = np.flatnonzero(valid)
        if not len(chosen):
            return
        person[chosen] = self.linker.exact(numbers.gather(chosen))
        found = person >= 0
        rows = np.flatnonzero(found)
        column = self.number_column
        if len(rows):
            delivered = self.names.gather(rows)
            registered = self.identity.name.gather(person[rows])
            kinds = compared(delivered, registered)
            self._note_names(rows, kinds, delivered, registered)
            wrong = rows[kinds == DIFFERENT_KIND]
            if len(wrong):
                self.typed.verdicts.add(
                    wrong, "id_of_another", Action.rejected, column,
                    delivered=numbers.gather(wrong),
                )  # fmt: skip
                pairs = candidate_pairs(self.needs(wrong), self.register)
                for row, group in grouped(pairs).items():
                    self.links.suspects.extend((c.person, row, "id_of_another") for c in group)
                person[wrong] = NOBODY
        self.book_all(np.flatnonzero(person >= 0), person[person >= 0])
        missing = valid & ~found
        self._register_number_wrong(np.flatnonzero(missing), numbers)
        self.links.outside |= missing & (self.links.person == NOBODY)

    def _note_names(
        self,
        rows: NDArray[np.int64],
        kinds: NDArray[np.uint8],
        delivered: pl.Series,
        registered: pl.Series,
    ) -> None:
        verdicts, column = self.typed.verdicts, self.name_column
        for which, reason, action in (
            (VARIANT_KINDS, "name_variant", Action.corrected),
            ((LOST_KIND,), "name_lost_characters", Action.flagged),
        ):
            mask = np.isin(kinds, which)
            verdicts.add(
                rows[mask], reason, action, column,
                delivered=delivered.filter(pl.Series(mask)),
                taken_as=registered.filter(pl.Series(mask)),
            )  # fmt: skip
        blank = delivered.is_null().to_numpy()
        if column in self.typed.block.text:
            verdicts.add(rows[blank], "name_blank", Action.flagged, column)

    def _register_number_wrong(self, rows: NDArray[np.int64], numbers: pl.Series) -> None:
        """A valid number nobody has: perhaps the register's number of that person is wrong.

        A registered person of that name whose own number is unusable and one slip away, or who was
        born on the same day in the same village, is the one. A person of that name and village
        with another valid number may be meant and becomes a suspect.
        """
        rows = rows[~self.placing.elsewhere[rows]]
        if not len(rows):
            return
        births = self.typed.identity[self.own_pair[0]]["birth_date"] if self.own_pair else None
        groups = grouped(candidate_pairs(self.needs(rows), self.register))
        if not groups:
            return
        wanted = self.needs(rows, births).births_by_position()
        taken: dict[int, tuple[int, str]] = {}
        for row, group in groups.items():
            number, born = numbers[row], wanted.get(row)
            open_ones = [c for c in group if self.identity.number[c.person] is None]
            slips = [c for c in open_ones if one_slip(self.identity.sent[c.person], number)]
            same_day = [c for c in open_ones if c.same_village and c.born == born]
            if len(slips) == 1:
                taken[row] = (slips[0].person, "register_id_repaired")
            elif len(same_day) == 1:
                taken[row] = (same_day[0].person, "linked_by_name_birth_village")
            else:
                self._number_differs(row, number, born, group)
        claims = Counter(person for person, _ in taken.values())
        for row, (person, reason) in sorted(taken.items()):
            if claims[person] > 1 and reason != "register_id_repaired":
                continue
            self.book(row, person)
            self.typed.verdicts.add_one(
                row, reason, Action.corrected, self.number_column, delivered=numbers[row]
            )

    def _number_differs(
        self, row: int, number: str, born: date | None, group: list[Candidate]
    ) -> None:
        near = [
            c
            for c in group
            if c.same_village
            and (c.born == born or number_agrees(number, "", self.identity.number[c.person]))
        ]
        if not near:
            return
        self.typed.verdicts.add_one(
            row, "number_differs", Action.flagged, self.number_column, delivered=number,
            taken_as=";".join(self.said(c.person) for c in near[:5]),
        )  # fmt: skip
        self.links.suspects.extend((c.person, row, "number_differs") for c in near)

    def _by_household_number(self, active: NDArray[np.bool_]) -> None:
        """Household contracts that carry the register's own household number."""
        values = self.typed.values.get("household_number")
        if values is None or self.typed.contract.subject != "household":
            return
        homes = self.register.households.select("number", "village").with_row_index("household")
        found = pl.DataFrame({"number": values}).join(
            homes, on="number", how="left", maintain_order="left"
        )
        household = found["household"].cast(pl.Int64).fill_null(NOBODY).to_numpy()
        rows = np.flatnonzero(active & (household >= 0) & (self.links.household == NOBODY))
        self.links.household[rows] = household[rows]
        self.links.village[rows] = (
            found["village"].cast(pl.Int64).fill_null(NOBODY).to_numpy()[rows]
        )
        self.links.outside[rows] = False

    def book_all(self, rows: NDArray[np.int64], persons: NDArray[np.int64]) -> None:
        """Book rows to persons and so to their households and villages."""
        self.links.person[rows] = persons
        self.links.household[rows] = self.identity.household[persons]
        self.links.village[rows] = self.identity.village[persons]

    def book(self, row: int, person: int) -> None:
        """Book one row."""
        self.book_all(np.array([row]), np.array([person]))

    def needs(self, rows: NDArray[np.int64], births: pl.Series | None = None) -> Needs:
        """What the rows say about a person; `births` fills in where no birth date is stated."""
        own = self.typed.values.get("birth_date")
        if births is None:
            births = own
        elif own is not None:
            births = own.zip_with(own.is_not_null(), births)
        return Needs(
            position=rows,
            name=self.names.gather(rows),
            village=self.placing.village[rows],
            township=self.placing.township[rows],
            elsewhere=self.placing.elsewhere[rows],
            birth=None if births is None else births.gather(rows),
        )

    def said_all(self, persons: NDArray[np.int64]) -> pl.Series:
        """`said` of several persons."""
        homes = self.register.households["number"].gather(self.identity.household[persons])
        return homes + "/" + self.register.persons["number"].gather(persons)

    def said(self, person: int) -> str:
        """How the review list names a candidate: household and person number of the register."""
        persons = self.register.persons
        home = self.register.households["number"][int(self.identity.household[person])]
        return f"{home}/{persons['number'][person]}"

    # ---- places -------------------------------------------------------------------------------
    def _note_places(self) -> None:
        """Where the place as written needed help and the number gave the household."""
        linked = self.links.household >= 0
        if self.typed.contract.subject == "village":
            linked |= self.links.village >= 0
        for kind, reason, action in (
            ("normalised", "place_normalised", Action.corrected),
            ("under_wrong_township", "place_wrong_township", Action.flagged),
            ("old_name", "place_old_name", Action.corrected),
            ("merged_name", "place_merged_name", Action.corrected),
        ):
            rows = np.flatnonzero(linked & (self.placing.kind == kind) & self.typed.used)
            if not len(rows):
                continue
            if kind == "normalised" and 2 * len(rows) > self.typed.size:
                continue  # the sender's way of writing places (with group, as an address)
            villages = self.links.village[rows]
            places = self.register.places
            named = places.select(pl.col("township") + pl.col("name")).to_series()
            self.typed.verdicts.add(
                rows, reason, action, self.placing.column,
                delivered=self.placing.sent.gather(rows), taken_as=named.gather(villages),
            )  # fmt: skip
