"""Pictures that people hand in, without what a camera writes beside the picture.

A photograph carries where it was taken, when, and with which device; sometimes a second, smaller
picture as well, or another file behind its end. Nothing of that is kept: `cleaned` copies the
picture alone. Only JPEG and PNG are taken, recognised by their content, never by their name.
"""

import io
import re
import struct
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from fangpin.kernel.errors import FangpinError

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
_QUALITY: Final = 85
_ORIENTATION: Final = 0x0112
_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
# JPEG: application segments besides JFIF (E0) and Adobe's colours (EE), and comments.
_JPEG_DROPPED: Final = frozenset({*range(0xE1, 0xF0), 0xFE} - {0xEE})
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

Kind = Literal["jpeg", "png"]


@dataclass(frozen=True)
class Cleaned:
    """A picture alone; `width` and `height` in pixels as it is to be looked at."""

    data: bytes
    kind: Kind
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """What a browser is told that it is."""
        return f"image/{self.kind}"


def cleaned(data: bytes) -> Cleaned:
    """The picture in `data` without anything beside it. Raises FangpinError, which says why, for
    what is no picture, damaged, of another kind, or too large."""
    if len(data) > MOST_BYTES:
        raise _too_large()
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise _too_large()
            kind: Kind = "png" if image.format == "PNG" else "jpeg"
            if image.getexif().get(_ORIENTATION, 1) != 1:
                return _turned(image, kind)
            alone = _png(data) if kind == "png" else _jpeg(data)
    except FangpinError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise _no_picture() from None
    except (OSError, ValueError, IndexError, SyntaxError, struct.error):
        raise _damaged() from None
    return Cleaned(alone, kind, width, height)


def _turned(image: Image.Image, kind: Kind) -> Cleaned:
    """Drawn anew, the right way up: the note which way up it was goes with the rest."""
    upright = ImageOps.exif_transpose(image)
    out = io.BytesIO()
    if kind == "png":
        upright.save(out, "PNG", exif=b"", pnginfo=None)
        return Cleaned(_png(out.getvalue()), kind, *upright.size)
    upright.convert("RGB").save(out, "JPEG", quality=_QUALITY, exif=b"")
    return Cleaned(_jpeg(out.getvalue()), kind, *upright.size)


def _jpeg(data: bytes) -> bytes:
    """The segments that make the picture, up to its end; what follows the end is left out."""
    kept, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker where one belongs")
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xD9:
            kept.append(data[at : at + 2])
            return b"".join(kept)
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("a segment is cut short")
        if marker not in _JPEG_DROPPED:
            kept.append(data[at:end])
        at = end
        if marker == 0xDA:
            following = _MARKER_IN_SCAN.search(data, at)
            if following is None:
                raise ValueError("the picture has no end")
            kept.append(data[at : following.start()])
            at = following.start()


def _png(data: bytes) -> bytes:
    """The chunks that make the picture, up to its end."""
    kept, at = [_PNG_HEAD], len(_PNG_HEAD)
    while True:
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise ValueError("a chunk is cut short")
        if name in _PNG_CHUNKS:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _too_large() -> FangpinError:
    return FangpinError.because(
        f"图片过大，最多 {MOST_BYTES // 1024 // 1024} MB、{MOST_PIXELS // 10_000} 万像素",
        f"the picture is too large: at most {MOST_BYTES // 1024 // 1024} MB"
        f" and {MOST_PIXELS // 1_000_000} megapixels",
        do_zh="缩小后再上传",
        do_en="make it smaller and send it again",
    )


def _no_picture() -> FangpinError:
    return FangpinError.because(
        "文件不是 JPEG 或 PNG 图片",
        "the file is no JPEG or PNG picture",
        do_zh="改用照片，或另存为 JPEG 后再上传",
        do_en="take a photograph, or save it as JPEG and send it again",
    )


def _damaged() -> FangpinError:
    return FangpinError.because(
        "图片已损坏或不完整",
        "the picture is damaged or incomplete",
        do_zh="重新拍摄或重新上传",
        do_en="take it or send it once more",
    )
