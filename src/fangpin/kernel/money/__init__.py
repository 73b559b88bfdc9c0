"""Money: integer fen from what people write, and back.

`read_money` reads a cell, `read_money_series` a column; both give the same answers.
"""

from fangpin.kernel.money.amount import (
    FEN_PER_UNIT,
    Money,
    MoneyVerdict,
    Unit,
    format_yuan,
    read_money,
)
from fangpin.kernel.money.columns import MONEY_VERDICT_DTYPE, read_money_series

__all__ = [
    "FEN_PER_UNIT",
    "MONEY_VERDICT_DTYPE",
    "Money",
    "MoneyVerdict",
    "Unit",
    "format_yuan",
    "read_money",
    "read_money_series",
]
