"""A small county, its cast, one household with members, and a phone of the village's worker."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cast import County, county_with_cast

from fangpin.fieldwork.devices import open_device
from fangpin.fieldwork.models import Device
from fangpin.fieldwork.receiving import Handed
from fangpin.registry.models import Household


@dataclass
class Field:
    """Everybody, and what the tests visit. `mine` lies in the village worker's village."""

    county: County
    mine: Household
    elsewhere: Household
    phone: Device

    def user(self, name: str):  # type: ignore[no-untyped-def]
        user = self.county.users[name]
        user.__dict__.pop("_kept_scope", None)
        return user


@pytest.fixture
def field(db: None, tmp_path: Path, settings: pytest.FixtureRequest) -> Field:
    settings.PICTURES_ROOT = tmp_path / "pictures"  # type: ignore[attr-defined]
    county = county_with_cast(tmp_path / "run")
    village = county.users["village"]
    Household.objects.update(monitoring_category="sudden_difficulty")
    mine = Household.objects.get(number="620402000001")
    elsewhere = Household.objects.get(number="620402000003")
    return Field(county, mine, elsewhere, open_device(by=village, token=None, agent="Chrome"))


VALUES = {"on": "2021-06-01", "purpose": "routine", "met": "head", "note": "核查赵测甲家"}


def visit(household: int, **more: object) -> Handed:
    """A visit as a phone hands it in."""
    values = VALUES | more.pop("values", {})  # type: ignore[operator]
    given: dict[str, object] = {
        "client_id": uuid.uuid4(),
        "kind": "visit",
        "about": {"household": household},
        "values": values,
        "pictures": {},
        "claimed_at": None,
    }
    return Handed(**(given | more))  # type: ignore[arg-type]
