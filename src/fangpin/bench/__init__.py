"""Side by side: the same job from a declared pack and written by hand, on generated data.

Peers (`by_hand_*.py`) import nothing of the engine: their figures, facts and rules are written out
in the idiom of their tool. `fangpin bench` runs all of them and fails when two disagree.
"""

from datetime import date
from pathlib import Path

PACK = Path(__file__).parent / "packs" / "bench-2021"
"""The policy pack of the benchmark: 12 feeds, 25 rules; a base of its own."""

THIS_MONTH = date(2021, 5, 31)
NEXT_MONTH = date(2021, 6, 30)
