"""Areas of a delivery and the scope of a reader."""

import pytest

from fangpin.feeds.queries import _touches


@pytest.mark.parametrize(
    ("code", "prefixes", "seen"),
    [
        ("620402101000", ("620402",), True),  # the county sees its townships
        ("620402101000", ("620402101",), True),
        ("620402101000", ("620402102",), False),
        ("620402101000", ("620402101201",), True),  # a village sees its township's line
        ("620402100000", ("620402101201",), False),  # zeros that belong to the code
        ("620402100000", ("620402101",), False),
        ("620402100000", ("620402100",), True),
        ("620402101201", ("620402101202",), False),
        ("620403101000", ("620402",), False),
        ("", ("620402",), False),
        ("620402101000", (), False),
    ],
)
def test_touches(code: str, prefixes: tuple[str, ...], seen: bool) -> None:
    assert _touches(code, prefixes) is seen
