from datetime import date

import polars as pl
import pytest

from fangpin.kernel.region import Area, AreaTable, AreaVerdict

TABLE = AreaTable(
    [
        Area("620402", "白银区", since=date(1985, 5, 14)),
        Area("512226", "旧县", until=date(1997, 12, 20)),
        Area("500226", "改名前", since=date(1997, 12, 21), until=date(2010, 1, 1)),
        Area("500226", "改名后", since=date(2010, 1, 2)),
    ]
)


def test_areas_are_dated() -> None:
    assert TABLE.check("620402199001010010")[0] is AreaVerdict.known
    assert TABLE.check("620402", date(1980, 1, 1))[0] is AreaVerdict.not_then
    assert TABLE.check("512226", date(1990, 1, 1))[0] is AreaVerdict.known
    assert TABLE.check("512226", date(2000, 1, 1))[0] is AreaVerdict.not_then
    assert TABLE.check("999001") == (AreaVerdict.unknown, None)
    before, after = TABLE.check("500226", date(2005, 1, 1))[1], TABLE.check("500226")[1]
    assert (before and before.name, after and after.name) == ("改名前", "改名后")
    with pytest.raises(ValueError, match="6 digits"):
        AreaTable([Area("62", "甘肃")])


def test_columns_agree() -> None:
    numbers = ["620402199001010010", None, "512226199001010010", "123456"]
    answers = TABLE.check_series(pl.Series(numbers), date(2000, 1, 1))
    assert answers["verdict"].to_list() == ["known", None, "not_then", "unknown"]
    assert answers["name"].to_list() == ["白银区", None, "旧县", None]
