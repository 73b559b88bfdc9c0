from collections import Counter

import polars as pl
import pytest

from fangpin.exchange.columns import (
    SHEETS,
    SheetName,
    columns_of,
    reading_pack,
    wide_columns,
)
from fangpin.feeds.headers import fold
from fangpin.feeds.words import to_codes
from fangpin.registry.catalogue.load import catalogue


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_header_names_one_column(sheet: SheetName) -> None:
    headers = Counter(
        fold(h) for each in columns_of(sheet) for h in set(map(fold, each.read.headers))
    )
    assert {header for header, count in headers.items() if count > 1} == set()


def test_every_national_header_of_the_catalogue_is_read() -> None:
    told = {each.base for each in wide_columns()}
    for field in catalogue().fields.values():
        if field.national and field.name not in ("year", "members"):
            assert field.key in told, field.key


def test_the_words_that_are_written_are_read_as_the_same_code() -> None:
    pack = reading_pack()
    for column in wide_columns():
        if not column.codes:
            continue
        codes = pack.codes[column.codes]
        words = pl.Series([value.zh for value in codes.values])
        found, wrong = to_codes(words, codes)
        assert not wrong.any(), column.key
        assert found.to_list() == [value.code for value in codes.values], column.key


def test_headers_of_the_national_exports_are_known() -> None:
    """Those of the wide tables of 2021 and 2023 that are fields of the registry."""
    known = {header for each in wide_columns() for header in each.read.headers}
    told = (
        "致贫/返贫风险3",
        "户联系电话",
        "家庭成员联系电话",
        "检测对象类别",
        "产业帮扶",
        "低保金",
    )
    for header in (*told, "风险消除后合规自付支出", "帮扶责任人/联系电话"):
        assert header in known, header
