"""Nothing but the picture is kept, and only pictures are taken."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fangpin.foundation.pictures import MOST_BYTES, cleaned
from fangpin.kernel.errors import FangpinError

GPS = 0x8825
PLANTED = b"PLANTED-36.54N-104.17E"


def photograph(orientation: int = 1, kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture as a camera writes it: place, device, a comment, and a file behind its end."""
    image = Image.effect_noise(size, 60).convert("RGB")
    image.paste((200, 10, 10), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = PLANTED.decode()
    exif.get_ifd(GPS)[2] = (36.0, 32.0, 24.0)
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, kind, exif=exif, comment=PLANTED, progressive=orientation == 3)
    else:
        from PIL.PngImagePlugin import PngInfo

        told = PngInfo()
        told.add_text("Location", PLANTED.decode())
        image.save(out, kind, exif=exif, pnginfo=told)
    return out.getvalue() + b"PK\x03\x04" + PLANTED


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_only_the_picture_is_kept(kind: str, orientation: int) -> None:
    given_ = photograph(orientation, kind)
    assert PLANTED in given_
    found = cleaned(given_)
    assert PLANTED not in found.data
    assert found.kind == kind.lower()
    with Image.open(io.BytesIO(found.data)) as shown:
        shown.load()
        assert not dict(shown.getexif())
        assert shown.size == (found.width, found.height)
        turned = orientation in (6, 8)
        assert shown.size == ((40, 60) if turned else (60, 40))
        # The red corner lies where the picture, looked at the right way up, has it.
        corner = {1: (5, 5), 3: (54, 34), 6: (34, 5), 8: (5, 54)}[orientation]
        red, green, _ = shown.convert("RGB").getpixel(corner)  # type: ignore[misc]
        assert red > 150 > green


def test_a_picture_without_anything_beside_it_stays_as_it_is() -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), (1, 2, 3)).save(out, "JPEG")
    assert cleaned(out.getvalue()).data == out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是 JPEG"),
        (b"MZ\x90\x00" + b"x" * 200, "不是 JPEG"),
        (b"%PDF-1.7\n" + b"x" * 200, "不是 JPEG"),
        (b"GIF89a" + b"\x01" * 60, "不是 JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是 JPEG"),
        (b"\xff\xd8\xff" + b"x" * (MOST_BYTES + 1), "图片过大"),
    ],
)
def test_anything_else_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(FangpinError, match=said):
        cleaned(data)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn() -> None:
    head = photograph(kind="PNG", size=(20, 20))
    wide = head[:16] + (60_000).to_bytes(4, "big") * 2 + head[24:]
    with pytest.raises(FangpinError):
        cleaned(wide)


@given(st.integers(0, 400), st.binary(max_size=6))
def test_a_damaged_picture_is_refused_or_cleaned_never_worse(cut: int, put: bytes) -> None:
    whole = photograph(size=(16, 16))[:-26]
    try:
        found = cleaned(whole[:cut] + put + whole[cut + len(put) :][: 10**6])
    except FangpinError:
        return
    assert len(found.data) <= len(whole) + len(put)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    whole = photograph(kind=kind)[: -4 - len(PLANTED)]
    for cut in (len(whole) - 1, len(whole) // 2, 30):
        with pytest.raises(FangpinError):
            cleaned(whole[:cut])
