"""Slips of the pen and remains of numbers."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feeds.county import number_of

from fangpin.feeds.candidates import number_agrees, one_slip
from fangpin.kernel.identity import repairs

ANNA = number_of(date(1970, 3, 4), 12)


@settings(deadline=None)
@given(st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.integers(0, 999), st.integers(0, 16))
def test_one_slip_finds_what_a_swap_or_a_lost_digit_made(day: date, serial: int, at: int) -> None:
    number = number_of(day, serial)
    lost = number[:at] + number[at + 1 :]
    assert one_slip(lost, number)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert one_slip(swapped, number) == (swapped != number)
    other = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    assert one_slip(other, number)
    assert not one_slip(number, number)


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2010, 1, 1)), st.integers(0, 999), st.integers(6, 16))
def test_it_agrees_with_the_repairs_of_the_kernel(day: date, serial: int, at: int) -> None:
    number = number_of(day, serial)
    damaged = number[:at] + str((int(number[at]) + 3) % 10) + number[at + 1 :]
    for repair in repairs(damaged):
        assert one_slip(damaged, repair.number)


@pytest.mark.parametrize(
    ("sent", "state", "agrees"),
    [
        (ANNA[:15] + "000", "numeric_cell", True),
        (ANNA[:14] + "9000", "numeric_cell", False),
        (f"{float(ANNA[:17] + '0'):.5E}", "scientific_text", True),
        ("3.10101E+17", "scientific_text", False),
        (ANNA[:17], "wrong_length", True),
        (ANNA[:12], "wrong_length", False),
        (None, "blank", False),
    ],
)
def test_what_is_left_of_a_number(sent: str | None, state: str, agrees: bool) -> None:
    assert number_agrees(sent, state, ANNA) is agrees
    assert number_agrees(sent, state, None) is False
