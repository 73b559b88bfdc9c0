"""A labelled set for probable links: an invented register, rows without a number, and who is meant.

Everything follows from the seed. What is tuned is tuned on the seeds `TUNING`; `HELD_OUT` is only
ever measured.
"""

from fangpin.sample.labelled.people import Population, population
from fangpin.sample.labelled.rows import LabelledSet, Slips, labelled_set

TUNING = (1, 2, 3)
HELD_OUT = 20210531

__all__ = [
    "HELD_OUT",
    "TUNING",
    "LabelledSet",
    "Population",
    "Slips",
    "labelled_set",
    "population",
]
