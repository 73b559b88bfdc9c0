import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel import characters

MESSY = st.text(
    alphabet=st.sampled_from(
        characters.SPACES
        + characters.ZERO_WIDTH
        + "１２３ＡＢ（）￥ab张三·①㈱"
        + characters.CONTROLS
    ),
    max_size=12,
)


def test_only_the_ascii_range_is_folded() -> None:
    assert characters.fold_width("１２ＡＢｘ（元）") == "12ABx(元)"
    assert characters.fold_width("㈱①豈﨑") == "㈱①豈﨑"  # NFKC would rewrite every one of these


def test_tidy_and_without_spaces() -> None:
    assert characters.tidy(" 姓\u3000 名\u200b\n") == "姓 名"
    assert characters.without_spaces("姓\u00a0名\t\u3000") == "姓名"


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), MESSY), max_size=20))
def test_columns_agree_with_scalars(texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    for column, scalar in (
        (characters.fold_width_series, characters.fold_width),
        (characters.tidy_series, characters.tidy),
        (characters.without_spaces_series, characters.without_spaces),
    ):
        expected = [None if text is None else scalar(text) for text in texts]
        assert column(series).to_list() == expected
