"""The villages that a wide table itself names, for a demonstration without a list of places."""

from datetime import date
from pathlib import Path

from fangpin.exchange.columns import reading_pack
from fangpin.feeds.arrivals import read_all
from fangpin.feeds.placing import place_index
from fangpin.kernel.place_codes import township_of

Village = tuple[str, str, str, str]
"""code, name, township code, township"""


def villages_of(path: Path, as_of: date) -> list[Village]:
    """Villages with a 12-digit code in the household table of a file; none without such a table."""
    arrival = read_all([path], reading_pack(), as_of)[0]
    tables = [typed for typed in arrival.typed if typed.contract.role == "household_register"]
    if not tables:
        return []
    found = place_index(tables, [], reading_pack()).places.values()
    return [
        (each.code, each.name, township_of(each.code), each.township)
        for each in found
        if len(each.code) == 12 and each.code.isdigit()
    ]
