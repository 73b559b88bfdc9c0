import pytest

from fangpin.kernel.place_codes import (
    code_of,
    codes_around,
    county_of,
    prefix_of,
    prefixes_around,
    township_of,
)

VILLAGE = "620402201205"


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        (VILLAGE, VILLAGE),
        ("620402201200", "620402201200"),  # a village whose number ends in zeros
        ("620402201000", "620402201"),
        ("620402110000", "620402110"),  # township 110, not 110 to 119
        ("620402000000", "620402"),
        ("620400000000", "6204"),
        ("621000000000", "6210"),  # a prefecture of its own, not 6210 to 6219
        ("620000000000", "62"),
        ("620402", "620402"),  # already a prefix
        ("", ""),
    ],
)
def test_what_everything_in_a_place_begins_with(code: str, prefix: str) -> None:
    assert prefix_of(code) == prefix
    assert len(code) != 12 or code_of(prefix) == code


def test_what_a_place_lies_in() -> None:
    assert prefixes_around(VILLAGE) == (VILLAGE, "620402201", "620402", "6204", "62")
    assert codes_around("620402201000") == (
        "620402201000",
        "620402000000",
        "620400000000",
        "620000000000",
    )
    assert prefixes_around("620402") == ("620402", "6204", "62")
    assert township_of(VILLAGE) == "620402201000"
    assert county_of(VILLAGE) == "620402000000"
