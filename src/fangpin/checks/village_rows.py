"""The registry's own village table as the village export that rules about villages read."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from fangpin.exchange.exporting import place_names
from fangpin.places.models import Place, VillageProfile
from fangpin.places.profile.catalogue import Field, Kind, catalogue
from fangpin.places.profile.values import printed
from fangpin.policy.pack import Contract, Pack
from fangpin.quality.intake import PLACE
from fangpin.quality.sheets import ExportSheet, folded, headers_of

_TEN_THOUSAND: Final = "万元"
_UNITS: Final = ("（万元）", "(万元)", "（元）", "(元)")


def village_sheet(pack: Pack, areas: Sequence[str], source: str) -> Iterator[ExportSheet]:
    """The newest figures of each village within the areas, one row each; nothing when there are
    none. A figure that nobody recorded is blank, and so is one the table has no column for."""
    contract = next((each for each in pack.contracts.values() if each.subject == "village"), None)
    if contract is None:
        return
    profiles = _newest(areas)
    if not profiles:
        return
    columns = dict(_columns(contract))
    names = place_names(areas).rows_by_key("village", named=True, unique=True)
    rows: list[dict[str, str | None]] = []
    for code, values in profiles.items():
        place = names.get(code, {})
        row = dict(zip(PLACE, (place.get(key) for key in ("county", "township", "village_name")),
                       strict=True))  # fmt: skip
        row |= {
            name: _written(field, values.get(field.name), scale)
            for name, (field, scale) in columns.items()
        }
        rows.append(row)
    frame = pl.DataFrame(rows, schema=dict.fromkeys((*PLACE, *columns), pl.String))
    numbered = frame.with_columns(pl.int_range(1, 1 + pl.len(), dtype=pl.UInt32).alias("_row"))
    yield ExportSheet(source, "", contract, numbered, (), "")


def village_codes(areas: Sequence[str]) -> list[str]:
    """Codes of the villages in the order of the rows of `village_sheet`."""
    return list(_newest(areas))


def _newest(areas: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The newest figures by code of the village, in the order of codes."""
    rows = VillageProfile.objects.filter(
        place__level=Place.Level.VILLAGE, place__valid_to=None
    ).order_by("place__code", "year")
    return {
        code: values
        for code, values in rows.values_list("place__code", "values")
        if any(code.startswith(area) for area in areas)
    }


def _columns(contract: Contract) -> Iterator[tuple[str, tuple[Field, int]]]:
    """Columns of the contract, each with the field of the village table that has their header, and
    how many 元 the contract's unit is."""
    own = {folded(text): field for field in catalogue().fields.values() for text in field.headers}
    for header, name in headers_of(contract).items():
        plain = header
        for unit in _UNITS:
            plain = plain.removesuffix(folded(unit))
        field = own.get(header) or own.get(plain)
        if field is not None and name not in PLACE:
            yield name, (field, 10_000 if _TEN_THOUSAND in header else 1)


def _written(field: Field, value: Any, scale: int) -> str | None:
    """As it stands in a cell of the export."""
    if value is None:
        return None
    if field.kind is Kind.BOOL:
        return "是" if value else "否"
    if field.kind is Kind.MONEY:
        return f"{Decimal(value) / 100 / scale:f}"
    return printed(field, value)
