"""A source that does not fit is refused as a whole, with every fault named in both languages."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.feeds.columnar.lakesource import AS_OF, NUMBERS, catches, landed, pack, write_source

from fangpin.feeds.columnar import take_in_columns
from fangpin.kernel.errors import FangpinError

PACK = pack()
U32 = pl.UInt32


def refused(folder: Path) -> FangpinError:
    with pytest.raises(FangpinError) as caught:
        take_in_columns(folder, PACK, AS_OF)
    return caught.value


@pytest.mark.parametrize(
    ("files", "file", "said"),
    [
        ({"persons": None}, "register/persons.parquet", "missing"),
        ({"identity": pl.DataFrame({"id_number": NUMBERS[:5]})}, "identity.parquet", "row by row"),
        (
            {
                "persons": pl.DataFrame(
                    {
                        "number": list("abcdef"),
                        "household": pl.Series([0, 0, 2, 1, 1, 2], dtype=U32),
                    }
                )
            },
            "persons.parquet",
            "not sorted by household (row 4)",
        ),
        (
            {
                "households": pl.DataFrame(
                    {"number": list("abc"), "village": pl.Series([0, 0, 2], dtype=U32)}
                )
            },
            "households.parquet",
            "out of range",
        ),
        (
            {"persons": pl.DataFrame({"number": list("abcdef")})},
            "persons.parquet › household",
            "column is missing",
        ),
        ({"fishes": catches([])}, "feeds/fishes@2030-06.parquet", "no such contract"),
        (
            {"catches": catches([]).drop("id_number")},
            "catches@2030-06.parquet › id_number",
            "column is missing",
        ),
        (
            {"catches": catches([]).drop("value")},
            "catches@2030-06.parquet › value",
            "column is missing",
        ),
        (
            {"catches": catches([landed(NUMBERS[0], 1)]).cast({"value": pl.Float64})},
            "catches@2030-06.parquet › value",
            "of type Float64",
        ),
        (
            {
                "coverage": pl.DataFrame(
                    {
                        "contract": ["catches"],
                        "period": [AS_OF],
                        "village_code": ["990101001299"],
                        "status": ["missing"],
                        "reason_zh": ["未报送"],
                        "reason_en": ["not delivered"],
                    }
                )
            },
            "coverage.parquet › village_code",
            "990101001299",
        ),
        (
            {"places": pl.DataFrame(schema=dict.fromkeys(
                ("code", "name", "township_code", "township"), pl.String))},
            "households.parquet",
            "out of range",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit(tmp_path: Path, files: dict[str, Any], file: str, said: str) -> None:
    error = refused(write_source(tmp_path / "in", **files))
    told = error.in_language("en")
    assert file in told
    assert said in told
    assert all(problem.what.zh and problem.remedy.zh for problem in error.problems)


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    error = refused(write_source(tmp_path / "in", identity=None, persons=None, x=catches([])))
    assert len(error.problems) == 3


@pytest.mark.parametrize("name", ["register/identity.parquet", "feeds/catches@2030-06.parquet"])
@pytest.mark.parametrize("cut", [20, 0.5])
def test_damaged_files(tmp_path: Path, name: str, cut: float) -> None:
    """Cut off at the end, or with bytes in the middle overwritten while the footer is sound."""
    folder = write_source(tmp_path / "in", catches([landed(n, 5) for n in NUMBERS] * 50))
    path = folder / name
    content = bytearray(path.read_bytes())
    if cut >= 1:
        path.write_bytes(bytes(content[: -int(cut)]))
    else:
        content[4:60] = b"\xff" * 56
        path.write_bytes(bytes(content))
    error = refused(folder)
    assert name in error.in_language("en")
    assert "no sound Parquet file" in error.in_language("en")
