"""The encoding of a text file, decided strictly: a file that does not decode whole is refused."""

import codecs

from fangpin.feeds.reading import refusals

_SAMPLE = 200_000
_MIN_COMMON = 0.85
"""Share of the Chinese characters of real text that are in GB 2312; chance bytes reach ~0.3."""


def decode_text(content: bytes, name: str) -> tuple[str, str]:
    """(text without byte order mark, encoding). Never replaces a character.

    UTF-8 (with or without mark), UTF-16 (with mark, or recognisable by its zero bytes), GBK and
    GB 18030. Raises FangpinError otherwise.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding, name), encoding
    head = content[:_SAMPLE]
    if b"\0" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        half = max(1, len(head) // 2)
        if max(even, odd) > 0.2 * half and min(even, odd) < 0.02 * half:
            encoding = "utf-16-le" if odd > even else "utf-16-be"
            return _strict(content, encoding, name), encoding
        raise refusals.wrong_type(name, "二进制文件", "a binary file")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = _strict(content, "gb18030", name)
    if not _reads_as_chinese(text[:_SAMPLE]):
        raise refusals.unknown_encoding(name)
    return text, "gb18030"


def _strict(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise refusals.unknown_encoding(name) from None


def _reads_as_chinese(text: str) -> bool:
    """Bytes of another encoding decode as GB 18030 too, but to characters nobody writes."""
    foreign = [character for character in text if ord(character) > 127]
    if not foreign:
        return False
    common = sum(1 for character in foreign if _in_gb2312(character))
    return common >= _MIN_COMMON * len(foreign)


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
