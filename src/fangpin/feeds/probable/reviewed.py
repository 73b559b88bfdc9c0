"""What people have decided before, applied to the rows of an intake."""

from dataclasses import dataclass, field

import polars as pl

from fangpin.feeds.probable.pairs import checked_decisions
from fangpin.feeds.register import Register


@dataclass
class Reviewed:
    """Decisions by fingerprint: the dense person accepted, and the dense persons refused.

    Decisions about persons who are no longer in the register have no effect.
    """

    accepted: dict[str, int] = field(default_factory=dict)
    refused: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: pl.DataFrame | None, register: Register) -> "Reviewed":
        """Decisions as `pairs.DECISIONS`. FangpinError when columns are missing."""
        if decisions is None:
            return cls()
        people = pl.DataFrame(
            {
                "household_number": register.households["number"].gather(
                    register.persons["household"]
                ),
                "person_number": register.persons["number"],
            }
        ).with_row_index("person")
        known = checked_decisions(decisions).join(
            people, on=["household_number", "person_number"], how="inner", maintain_order="left"
        )
        found = cls()
        for fingerprint, accepted, person in (
            known.sort("decided_on", maintain_order=True)
            .select("fingerprint", "accepted", "person")
            .iter_rows()
        ):
            if accepted:
                found.accepted[fingerprint] = person
            else:
                found.refused.setdefault(fingerprint, set()).add(person)
        return found

    @property
    def any(self) -> bool:
        """Whether anything was decided."""
        return bool(self.accepted or self.refused)
