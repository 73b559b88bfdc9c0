"""Rows → persons, households and villages of the register.

Exact on the normalised number by a keyed pseudonym first. A blank number may be replaced by name,
birth date and village, by the head's number, or – for household contracts – by name and village,
where these are unique. A number that fails its check goes back to the sender: whoever it may
concern (narrowed down by check-digit repairs and the digits that are left) becomes a suspect, so
that the facts stay unknown until somebody confirms. Namesakes are never merged by name alone.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.blocks import identity_pairs
from fangpin.feeds.candidates import Needs, candidate_pairs, number_agrees
from fangpin.feeds.names_compared import (
    DIFFERENT_KIND,
    LOST_KIND,
    VARIANT_KINDS,
    compared,
)
from fangpin.feeds.placing import Placing
from fangpin.feeds.reasons import ID_PROBLEMS, Action
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows
from fangpin.kernel.identity import pseudonym, repairs

NOBODY = -1
MOST_CANDIDATES = 50


@dataclass
class Links:
    """Per row of a block: dense person, household and village (-1 = none), and the suspects.

    `suspects` (person, position, reason): whom an unusable or provisional row may concern.
    `outside` rows whose valid number belongs to nobody in the register. `also` (row, village):
    further villages of a row about villages that were merged under a new name.
    """

    person: NDArray[np.int64]
    household: NDArray[np.int64]
    village: NDArray[np.int64]
    outside: NDArray[np.bool_]
    suspects: list[tuple[int, int, str]] = field(default_factory=list)
    also: list[tuple[int, int]] = field(default_factory=list)

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
    them with that person as the candidate.
    """

    register: Register
    key: bytes
    accept_repairs: bool = False
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
            _Rows(self, typed, placing, links).run()
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


class _Rows:
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
            self._without_number(np.flatnonzero(open_rows), state, sent)
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
        column = self.own_pair[0] if self.own_pair else "id_number"
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
                self._suspect(wrong, "id_of_another")
                person[wrong] = NOBODY
        self._book(np.flatnonzero(person >= 0), person[person >= 0])
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
        """A valid number nobody has: perhaps the register's number of that person is wrong."""
        unusable = np.flatnonzero(self.identity.number.is_null().to_numpy())
        if not len(rows) or not len(unusable):
            return
        by_number: dict[str, set[int]] = {}
        for person in unusable.tolist():
            text = self.identity.sent[person]
            for repair in repairs(text) if text else ():
                by_number.setdefault(repair.number, set()).add(person)
        births = self.typed.identity[self.own_pair[0]]["birth_date"] if self.own_pair else None
        needs = self._needs(rows, births)
        pairs = candidate_pairs(needs, self.register, only=unusable)
        taken: dict[int, tuple[int, str]] = {}
        for position, group in pairs.group_by("position"):
            row = int(position[0])
            number = numbers[row]
            fits = [
                person
                for person in group["person"].to_list()
                if person in by_number.get(number, ())
            ]
            if len(fits) == 1:
                taken[row] = (fits[0], "register_id_repaired")
                continue
            same_day = group.filter(
                pl.col("same_village") & (pl.col("birth_date") == pl.col("birth"))
            )
            if same_day.height == 1:
                taken[row] = (int(same_day["person"][0]), "linked_by_name_birth_village")
        counts: dict[int, int] = {}
        for person, _ in taken.values():
            counts[person] = counts.get(person, 0) + 1
        column = self.own_pair[0] if self.own_pair else "id_number"
        for row, (person, reason) in sorted(taken.items()):
            if counts[person] > 1 and reason != "register_id_repaired":
                continue
            self._book(np.array([row]), np.array([person]))
            self.typed.verdicts.add(
                np.array([row]), reason, Action.corrected, column, delivered=numbers[row]
            )

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

    def _book(self, rows: NDArray[np.int64], persons: NDArray[np.int64]) -> None:
        self.links.person[rows] = persons
        self.links.household[rows] = self.identity.household[persons]
        self.links.village[rows] = self.identity.village[persons]

    # ---- without a usable number --------------------------------------------------------------
    def _needs(self, rows: NDArray[np.int64], births: pl.Series | None = None) -> Needs:
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

    def _without_number(
        self, rows: NDArray[np.int64], state: NDArray[np.object_], sent: pl.Series
    ) -> None:
        """Rows whose number is blank, a placeholder or fails its check."""
        pairs = candidate_pairs(self._needs(rows), self.register)
        pairs = self._in_household_of_head(rows, pairs)
        by_row = {int(key[0]): group for key, group in pairs.group_by("position")}
        claims: dict[tuple[int, str], list[int]] = {}
        for row in rows.tolist():
            choice = self._choose(row, by_row.get(row), str(state[row]), sent[row])
            if choice is not None:
                claims.setdefault(choice, []).append(row)
        settled: set[int] = set()
        household = self.typed.contract.subject == "household"
        for (person, reason), claimants in sorted(claims.items()):
            # Unique on both sides; a household may rightly have several rows.
            unique = len(claimants) == 1 or reason in ("linked_by_head", "id_repaired") or household
            if not unique:
                continue
            for row in claimants:
                settled.add(row)
                self._settle(row, person, reason, str(state[row]), sent[row])
        for row in rows.tolist():
            if row not in settled:
                self._leave(row, by_row.get(row), str(state[row]), sent[row])

    def _in_household_of_head(self, rows: NDArray[np.int64], pairs: pl.DataFrame) -> pl.DataFrame:
        """Mark candidates that live in the household whose head the row names by number."""
        pairs = pairs.with_columns(pl.lit(False).alias("of_head"))
        if self.head_pair is None or self.head_pair == self.own_pair:
            return pairs
        heads = self.linker.exact(self.typed.identity[self.head_pair[0]]["normalised"].gather(rows))
        homes = np.where(heads >= 0, self.identity.household[np.maximum(heads, 0)], NOBODY)
        known = pl.DataFrame({"position": rows, "head_household": homes}).with_columns(
            pl.col("position").cast(pl.Int64)
        )
        # The head's household is searched whatever village the row gives.
        members = known.filter(pl.col("head_household") >= 0)
        if not members.height:
            return pairs
        needs = self._needs(members["position"].to_numpy())
        inside = candidate_pairs(needs, self.register, homes=members["head_household"].to_numpy())
        inside = inside.with_columns(pl.lit(True).alias("of_head"))
        rest = pairs.join(
            inside.select("position", "person"), on=["position", "person"], how="anti"
        )
        return pl.concat([inside, rest], how="diagonal_relaxed")

    def _choose(
        self, row: int, group: pl.DataFrame | None, state: str, sent: str | None
    ) -> tuple[int, str] | None:
        """The one candidate the evidence points to, and why; None when it does not."""
        if group is None or not group.height:
            return None
        if f"id_{state}" in ID_PROBLEMS:
            person = self._repaired(group.filter("same_village"), state, sent)
            return (
                (person, "id_repaired")
                if person is not None and self.linker.accept_repairs
                else None
            )
        of_head = group.filter("of_head")
        if of_head.height == 1:
            return int(of_head["person"][0]), "linked_by_head"
        born = group.filter(pl.col("same_village") & (pl.col("birth_date") == pl.col("birth")))
        if born.height == 1:
            return int(born["person"][0]), "linked_by_name_birth_village"
        if self.typed.contract.subject == "household":
            here = group.filter("same_village")
            if here.height == 1:
                return int(here["person"][0]), "linked_by_name_village"
        return None

    def _repaired(self, group: pl.DataFrame, state: str, sent: str | None) -> int | None:
        """The one candidate whose number is a check-digit repair of what was sent."""
        if state in ("numeric_cell", "scientific_text") or not sent:
            return None
        fixed = {repair.number for repair in repairs(sent)}
        numbers = self.identity.number
        hits = [person for person in group["person"].to_list() if numbers[person] in fixed]
        return hits[0] if len(hits) == 1 else None

    def _settle(self, row: int, person: int, reason: str, state: str, sent: str | None) -> None:
        self._book(np.array([row]), np.array([person]))
        damaged = f"id_{state}" in ID_PROBLEMS
        column = self.own_pair[0] if self.own_pair else self.name_column
        self.typed.verdicts.add(
            np.array([row]), reason, Action.corrected, column,
            delivered=sent, taken_as=self._said(person),
        )  # fmt: skip
        if damaged:
            self.links.suspects.append((person, row, reason))

    def _leave(self, row: int, group: pl.DataFrame | None, state: str, sent: str | None) -> None:
        """The row goes back; whoever it may concern becomes a suspect."""
        column = self.own_pair[0] if self.own_pair else self.name_column
        reason = f"id_{state}" if state not in ("ok", "ok_normalised") else "id_blank"
        persons = self._narrowed(group, state, sent)
        if self.own_pair is None or self.own_pair[0] not in self.typed.block.text:
            reason = "not_linked_ambiguous" if persons else "id_blank"
        self.typed.verdicts.add(
            np.array([row]), reason, Action.rejected, column, delivered=sent,
            taken_as=";".join(self._said(person) for person in persons[:5]) or None,
            detail=str(len(persons)),
        )  # fmt: skip
        self.links.suspects.extend((person, row, reason) for person in persons)

    def _narrowed(self, group: pl.DataFrame | None, state: str, sent: str | None) -> list[int]:
        """Candidates whom the remains of the number do not rule out."""
        if group is None:
            return []
        persons: list[int] = group["person"].to_list()
        if f"id_{state}" in ID_PROBLEMS:
            person = self._repaired(group, state, sent)
            if person is not None:
                return [person]
            numbers = self.identity.number
            agreeing = [p for p in persons if number_agrees(sent, state, numbers[p])]
            unknown = [p for p in persons if numbers[p] is None]
            persons = agreeing + unknown or ([] if state == "numeric_cell" else persons)
        return sorted(set(persons))[:MOST_CANDIDATES]

    def _suspect(self, rows: NDArray[np.int64], reason: str) -> None:
        pairs = candidate_pairs(self._needs(rows), self.register)
        for position, person in (
            pairs.select("position", "person").unique().sort("position", "person").iter_rows()
        ):
            self.links.suspects.append((person, position, reason))

    def _said(self, person: int) -> str:
        """How the review list names a candidate: household and person number of the register."""
        persons = self.register.persons
        home = self.register.households["number"][int(self.identity.household[person])]
        return f"{home}/{persons['number'][person]}"

    # ---- places -------------------------------------------------------------------------------
    def _note_places(self) -> None:
        """Where the place as written needed help and the number gave the household."""
        linked = self.links.household >= 0
        for kind, reason, action in (
            ("under_wrong_township", "place_wrong_township", Action.flagged),
            ("old_name", "place_old_name", Action.corrected),
            ("merged_name", "place_merged_name", Action.corrected),
        ):
            rows = np.flatnonzero(linked & (self.placing.kind == kind) & self.typed.used)
            if not len(rows):
                continue
            villages = self.links.village[rows]
            places = self.register.places
            named = places.select(pl.col("township") + pl.col("name")).to_series()
            self.typed.verdicts.add(
                rows, reason, action, self.placing.column,
                delivered=self.placing.sent.gather(rows), taken_as=named.gather(villages),
            )  # fmt: skip
