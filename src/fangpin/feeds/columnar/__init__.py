"""Typed data from Parquet files: the way in for data centres, exports and populations.

`source` says what lies where and refuses what does not fit; `reading` and `linking` turn deliveries
into rows of registered persons; `intake.take_in_columns` does all of it in order.
"""

from fangpin.feeds.columnar.intake import take_in_columns
from fangpin.feeds.columnar.source import is_columnar

__all__ = ["is_columnar", "take_in_columns"]
