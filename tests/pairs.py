"""Probable pairs as a run folder holds them, from short lines. All persons invented."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fangpin.feeds.probable.pairs import PAIRS

_NAME = ("姓名", "name")
_BIRTH = ("出生日期", "date of birth")


def side(name: str, birth: str | None, village: str | None = None, **more: str) -> dict[str, Any]:
    """One side of a pair: what is not given was not delivered."""
    blank = dict.fromkeys(("name", "birth_date", "sex", "village", "phone", "head_name"))
    return blank | {"name": name, "birth_date": birth, "village": village} | more


@dataclass
class Asked:
    """One delivered person: where it was delivered, and the candidates as (household, person,
    village code, township, village, side, weight)."""

    fingerprint: str
    contract: str
    file: str
    rows: tuple[int, ...]
    delivered: dict[str, Any]
    candidates: list[tuple[str, str, str, str, str, dict[str, Any], float]] = field(
        default_factory=list
    )

    def lines(self) -> list[dict[str, Any]]:
        """The lines of pairs.parquet."""
        return [
            {
                "contract": self.contract,
                "period": date(2021, 5, 1),
                "file": self.file,
                "sheet": "住院",
                "row": row,
                "fingerprint": self.fingerprint,
                "household_number": household,
                "person_number": person,
                "township": township,
                "village_code": code,
                "village": village,
                "delivered": self.delivered,
                "registered": registered,
                "weight": weight,
                "probability": 2**weight / (1 + 2**weight),
                "reasons": _reasons(self.delivered, registered, weight),
                "rank": rank,
            }
            for row in self.rows
            for rank, (household, person, code, township, village, registered, weight) in enumerate(
                self.candidates, 1
            )
        ]


def _reasons(
    delivered: dict[str, Any], registered: dict[str, Any], weight: float
) -> list[dict[str, Any]]:
    same_name = delivered["name"] == registered["name"]
    same_birth = delivered["birth_date"] == registered["birth_date"]
    name = 9.5 if same_name else 4.25
    birth = 8.0 if same_birth else -1.5
    words = [
        ("name", *_NAME, *(("相同", "equal") if same_name else ("读音相同", "same sound")), name),
        ("birth_date", *_BIRTH, *(("相同", "equal") if same_birth else ("不同", "differ")), birth),
        ("prior", "起点", "starting point", "随机一对", "a pair at random", weight - name - birth),
    ]
    fields = ("field", "label_zh", "label_en", "zh", "en", "weight")
    return [dict(zip(fields, line, strict=True)) for line in words]


def write_pairs(folder: Path, asked: list[Asked]) -> None:
    """Write `folder`/pairs.parquet."""
    lines = [line for each in asked for line in each.lines()]
    pl.DataFrame(lines, schema=PAIRS, orient="row").write_parquet(folder / "pairs.parquet")


_QINGSHUI, _SHIMEN = "清水镇", "石门乡"
COUNTY = [
    # Two candidates in two villages of one township; delivered in two rows.
    Asked(
        "f" * 31 + "1",
        "medical_settlement",
        "医保结算.xlsx",
        (21, 22),
        side("赵侧甲", "1965-03-02", "清水镇上河村", sex="男"),
        [
            (
                *("620402000001", "62040200000101", "620402101201", _QINGSHUI, "上河村"),
                side("赵测甲", "1965-03-02", "清水镇上河村", sex="男"),
                6.5,
            ),
            (
                *("620402000002", "62040200000201", "620402101202", _QINGSHUI, "下河村"),
                side("赵测乙", "1965-02-03", "清水镇下河村", sex="男"),
                1.25,
            ),
        ],
    ),
    # One candidate of the other township.
    Asked(
        "f" * 31 + "2",
        "school_roll",
        "学籍.csv",
        (9,),
        side("钱试炳", "2010-09-01", "石门乡东岭村"),
        [
            (
                *("620402000003", "62040200000302", "620402102201", _SHIMEN, "东岭村"),
                side("钱试丙", "2010-09-01", "石门乡东岭村"),
                5.0,
            )
        ],
    ),
    # Candidates in two townships: only who is in charge of both may decide.
    Asked(
        "f" * 31 + "3",
        "medical_settlement",
        "医保结算.xlsx",
        (40,),
        side("钱试", "1970-01-01"),
        [
            (
                *("620402000002", "62040200000202", "620402101202", _QINGSHUI, "下河村"),
                side("钱试乙", "1970-01-01"),
                3.0,
            ),
            (
                *("620402000004", "62040200000402", "620402102202", _SHIMEN, "西岭村"),
                side("钱试丁", "1970-01-10"),
                2.0,
            ),
        ],
    ),
    Asked(
        "f" * 31 + "4",
        "school_roll",
        "学籍.csv",
        (12,),
        side("钱试已", "2011-11-11", "清水镇下河村"),
        [
            (
                *("620402000002", "62040200000202", "620402101202", _QINGSHUI, "下河村"),
                side("钱试乙", "2011-11-12", "清水镇下河村"),
                2.5,
            )
        ],
    ),
]
"""What the small county of `tests.cast` asks: the township of 清水 is in charge of the first and
the fourth, that of 石门 of the second, the county of all."""
