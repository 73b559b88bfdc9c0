import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.foundation.masks import mask_account, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("620402199001011234", "620402************"),
        ("62040219900101123X", "620402************"),
        ("620402900101123", "620402*********"),
        ("62040219900101123441", "620402**************"),
        ("6204021990010112344112", "620402****************"),
        ("E12345678", "E********"),
        ("HA1234567890", "H***********"),
        ("12", "1***"),
        (None, ""),
        ("", ""),
    ],
)
def test_identity_numbers(number: str | None, shown: str) -> None:
    assert mask_id(number) == shown


@given(st.from_regex(r"620402(19|20)[0-9]{9}[0-9X]", fullmatch=True))
def test_of_an_identity_number_the_area_alone_is_left(number: str) -> None:
    # Whatever the birth date, sequence and check character are, the mask is the same text.
    assert mask_id(number) == "620402" + "*" * 12


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0943-8221234", "**********34"),
        ("8221234", "*****34"),
        ("12345", "****"),
        (None, ""),
    ],
)
def test_phones(number: str | None, shown: str) -> None:
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("6217000010001234567", "************4567"),
        ("6217 0000 1000 1234 567", "************4567"),
        ("12345678", "************"),
        ("", ""),
    ],
)
def test_accounts(number: str, shown: str) -> None:
    assert mask_account(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张建国", "张**"),
        ("欧阳建国", "欧***"),
        ("𬱖㛃䶮", "𬱖**"),  # outside GBK, and outside the first plane
        ("\ue863某", "\ue863*"),  # 䶮 as GB 18030-2000 wrote it, in private use
        ("葛\U000e0100某", "葛\U000e0100*"),  # a glyph variant is one character
        ("阿依古丽·买买提", "阿***·买**"),
        ("Maria Garcia", "M**** G*****"),
        ("Jose\u0301 Ruiz", "J*** R***"),
        ("李", "*"),
        (None, ""),
    ],
)
def test_names(name: str | None, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text(max_size=30))
def test_no_text_breaks_a_mask(text: str) -> None:
    for mask in (mask_id, mask_phone, mask_account, mask_name):
        shown = mask(text)
        assert isinstance(shown, str)
        assert mask(text) == shown
    if len(text.strip()) > 4:
        assert mask_id(text) != text.strip() or "*" in text


@given(st.text("张王李赵欧阳诸葛司马建国英华𬱖㛃䶮", min_size=1, max_size=6))
def test_a_masked_name_shows_one_character(name: str) -> None:
    shown = mask_name(name)
    assert len(shown) == len(name)
    assert shown[1:] == "*" * (len(name) - 1)
