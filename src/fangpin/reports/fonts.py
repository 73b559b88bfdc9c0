"""The fonts that forms are set in, and whether they have every character of a name."""

import os
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fangpin.foundation import environment
from fangpin.kernel.errors import FangpinError, Where

FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")
_FILES = ("NotoSansCJK-Regular.ttc", "SourceHanSansSC-Regular.otf", "NotoSansSC-Regular.otf",
          "NotoSansSC-Regular.ttf", "NotoSansSC[wght].ttf")  # fmt: skip
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # need no glyph
_SYSTEM = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("~/.local/share/fonts"),
    Path("~/Library/Fonts"),
)


def folders() -> list[Path]:
    """Where fonts are looked for: FANGPIN_FONTS (one folder), else those of the system."""
    given = environment.text("FANGPIN_FONTS", "")
    places = (Path(given),) if given else _SYSTEM
    return [place.expanduser() for place in places if place.expanduser().is_dir()]


def regular_font() -> Path:
    """The file of a Chinese font in regular weight. Raises FangpinError when there is none."""
    found = _found(tuple(str(folder) for folder in folders()))
    if found is not None:
        return found
    raise FangpinError.because(
        "没有找到打印所需的中文字体",
        "no Chinese font to print with was found",
        do_zh="安装 fonts-noto-cjk，或用 FANGPIN_FONTS 指定字体所在文件夹",
        do_en="install fonts-noto-cjk, or name a folder of fonts in FANGPIN_FONTS",
        where=Where(file="FANGPIN_FONTS"),
    )


@lru_cache(maxsize=8)
def _found(places: tuple[str, ...]) -> Path | None:
    for place in places:
        for folder, _, files in os.walk(place):
            for name in _FILES:
                if name in files:
                    return Path(folder) / name
    return None


def missing_characters(texts: Iterable[str]) -> list[str]:
    """Characters that the font has no glyph for, in order; a form names them instead of printing
    an empty box."""
    have = _characters(regular_font())
    wanted = {character for text in texts for character in text}
    return sorted(
        c for c in wanted if ord(c) not in have and unicodedata.category(c) not in _UNSEEN
    )


@lru_cache(maxsize=2)
def _characters(font: Path) -> frozenset[int]:
    try:
        from fontTools.ttLib import TTCollection, TTFont
    except ImportError as error:
        raise not_installed() from error
    if font.suffix == ".ttc":
        with TTCollection(font, lazy=True) as collection:
            named = [each for each in collection if each["name"].getDebugName(1) in FAMILIES]
            return frozenset((named or list(collection))[0].getBestCmap())
    with TTFont(font, lazy=True) as single:
        return frozenset(single.getBestCmap())


def not_installed() -> FangpinError:
    """The sentence for an installation without the libraries that print."""
    return FangpinError.because(
        "本机未安装打印组件，暂不能生成 PDF；可先导出 Excel",
        "the libraries that make PDF files are not installed; Excel works without them",
        do_zh="由系统管理员安装 requirements/print.txt 所列组件",
        do_en="the system administrator installs requirements/print.txt",
    )
