"""What the pack in force says about clues: days for a check, which findings become clues, and how
many at once are too many."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from fangpin.policy import load_pack
from fangpin.screening.models import Run

BASE = "cn-base"
GROUPS = ("warning", "risk", "monitoring", "entitlement", "leakage")


@dataclass(frozen=True)
class Limits:
    """Figures of a pack on a day. Shares are of active households."""

    check_days: int
    again_after_days: int
    mass_share: Fraction
    mass_village_share: Fraction
    mass_least: int
    groups: frozenset[str]

    @property
    def county_percent(self) -> str:
        """The share of the whole area in per cent, as people write it."""
        return f"{float(self.mass_share * 100):g}"

    @property
    def village_percent(self) -> str:
        """The share of a village in per cent."""
        return f"{float(self.mass_village_share * 100):g}"

    def too_many(self, concerned: int, households: int) -> bool:
        """Whether so many new clues in the whole area need a release."""
        return self._over(concerned, households, self.mass_share)

    def too_many_in_village(self, concerned: int, households: int) -> bool:
        """The same for one village."""
        return self._over(concerned, households, self.mass_village_share)

    def _over(self, concerned: int, households: int, share: Fraction) -> bool:
        return concerned > self.mass_least and concerned > share * households


@lru_cache(maxsize=32)
def limits(pack: str, day: date) -> Limits:
    """The figures of `pack` on `day`; of the national base where the pack is not built on it and
    declares none. Raises FangpinError for a pack that does not load."""
    loaded = load_pack(pack)
    base = loaded if "clue_check_days" in loaded.parameters else load_pack(BASE)

    def figure(name: str) -> Any:
        # Days before the first value: what the document begins with.
        value = base.parameter(name, day) or base.parameters[name].values[0]
        return value.value

    return Limits(
        check_days=int(figure("clue_check_days")),
        again_after_days=int(figure("clue_again_after_days")),
        mass_share=Fraction(figure("clue_mass_share")),
        mass_village_share=Fraction(figure("clue_mass_village_share")),
        mass_least=int(figure("clue_mass_least")),
        groups=frozenset(group for group in GROUPS if figure(f"clue_from_{group}")),
    )


def pack_in_force() -> str:
    """The pack of the run that pages show; the national base before the first. One query."""
    name = Run.objects.filter(current=True).values_list("pack_name", flat=True).first()
    return name or BASE
