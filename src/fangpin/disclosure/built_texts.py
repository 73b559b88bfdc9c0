"""Every text of a built file, seen or unseen: what a reader, a search engine or somebody with a
zip program finds in it. Used by the scanner (trust B1); formats are told by their first bytes.

Anything that cannot be looked into – an embedded picture, an unknown part, a file within the file –
is told as `OPAQUE`: a notice has none, so the scanner refuses it.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from xml.etree.ElementTree import ParseError, fromstring

OPAQUE: Final = "\x00opaque"
_APART: Final = " ¦ "  # no number goes on across it
# Elements within which a value may be broken into pieces, and which part what stands beside them.
_INLINE = frozenset(
    {"a", "b", "br", "em", "font", "i", "label", "small", "span", "strong", "sub", "u"}
)
_PARAGRAPHS = frozenset({"p", "si", "is", "text"})
_XML_PARTS = (".xml", ".rels", ".vml")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_METADATA = (b"Exif\x00\x00", b"http://ns.adobe.com/xap/", b"<x:xmpmeta", b"Photoshop 3.0")


def texts_of(data: bytes) -> Iterator[tuple[str, str]]:
    """Where in the file, and the text there. A text may come several times, taken differently:
    with what stands in neighbouring elements joined, and kept apart."""
    if data.startswith(b"%PDF-"):
        yield from _pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        yield from _package(data)
    elif data.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF")):
        yield from _picture(data)
    elif b"<html" in data[:2000].lower() or b"<!doctype html" in data[:2000].lower():
        yield from _page(data)
    else:
        yield "text", _decoded(data)


# -- pages ----------------------------------------------------------------------------------------


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.blocks: list[str] = []
        self.beside: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        self.blocks.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.blocks.append(_APART)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.blocks.append(_APART)
        for _, value in attrs:
            if value:
                self.beside.append(value)

    def handle_comment(self, data: str) -> None:
        self.beside.append(data)

    def handle_decl(self, decl: str) -> None:
        self.beside.append(decl)

    def handle_pi(self, data: str) -> None:
        self.beside.append(data)

    def unknown_decl(self, data: str) -> None:
        self.beside.append(data)


def _page(data: bytes) -> Iterator[tuple[str, str]]:
    text = _decoded(data)
    parser = _Page()
    parser.feed(text)
    parser.close()
    yield from _both("page", parser.parts)
    yield "page", "".join(parser.blocks)
    yield "unseen parts", _APART.join(dict.fromkeys(parser.beside))
    if re.search(r"<(?:img|object|embed|iframe|video|audio|canvas)\b|data:|<script[^>]*>[^<]",
                 text, re.IGNORECASE):  # fmt: skip
        yield "page", OPAQUE


def _both(where: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    yield where, "".join(parts)
    yield where, _APART.join(parts)


# -- PDF ------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> Iterator[tuple[str, str]]:
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError
    from pypdf.generic import DictionaryObject, StreamObject

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            yield "pdf", OPAQUE
            return
        for at, page in enumerate(reader.pages, start=1):
            text = page.extract_text()
            yield f"page {at}", text
            yield f"page {at}", re.sub(r"\s*\n\s*", "", text)
        for each in _numbers(reader):
            found = _object(reader, each)
            if isinstance(found, StreamObject):
                if found.get("/Subtype") == "/Image" or found.get("/Type") == "/EmbeddedFile":
                    yield f"object {each}", OPAQUE
                elif found.get("/Type") == "/Metadata":
                    yield f"object {each}", _decoded(found.get_data())
            if isinstance(found, DictionaryObject):
                yield from _strings(f"object {each}", found)
    except (PdfReadError, KeyError, ValueError, RecursionError):
        yield "pdf", OPAQUE  # what cannot be read cannot be posted


def _numbers(reader: Any) -> list[int]:
    """Every object that the file declares, whether a page uses it or not."""
    plain = {number for table in reader.xref.values() for number in table}
    return sorted(plain | set(reader.xref_objStm))


def _object(reader: Any, number: int) -> object:
    from pypdf.errors import PyPdfError
    from pypdf.generic import IndirectObject

    try:
        return IndirectObject(number, 0, reader).get_object()
    except (PyPdfError, KeyError, ValueError, IndexError):
        return None


def _strings(where: str, found: object, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Texts inside a dictionary: titles, authors, annotations, bookmarks, alternative texts."""
    from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, TextStringObject

    if depth > 12:
        return
    if isinstance(found, TextStringObject):
        yield where, str(found)
    elif isinstance(found, ByteStringObject):
        yield where, _decoded(bytes(found))
    elif isinstance(found, DictionaryObject):
        for key in found:
            if key not in ("/Parent", "/P", "/CharProcs"):
                yield from _strings(where, found.raw_get(key), depth + 1)
    elif isinstance(found, ArrayObject):
        for each in found:
            yield from _strings(where, each, depth + 1)


# -- packages: Word, Excel ------------------------------------------------------------------------


def _package(data: bytes) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if package.comment:
                yield "package", _decoded(package.comment)
            for part in package.infolist():
                yield "package", part.filename
                if part.comment or part.extra:
                    yield part.filename, _decoded(part.comment + part.extra)
                if part.is_dir():
                    continue
                content = package.read(part)
                if part.filename.endswith(_XML_PARTS):
                    yield from _xml(part.filename, content)
                else:
                    yield part.filename, OPAQUE  # thumbnails, pictures, embedded files, macros
            end = data.rfind(b"PK\x05\x06")
            if end + 22 + len(package.comment) != len(data):
                yield "package", OPAQUE  # something hangs behind the end
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        yield "package", OPAQUE


def _xml(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    try:
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise ValueError("our files declare no entities")
        root = fromstring(content)
    except (ParseError, ValueError):
        yield name, OPAQUE
        return
    parts: list[str] = []
    beside: dict[str, None] = {}  # values of attributes, each once: styles repeat them endlessly
    for element in root.iter():
        parts.extend(text for text in (element.text, element.tail) if text)
        beside.update(dict.fromkeys(value for value in element.attrib.values() if len(value) > 1))
    yield from _both(name, parts)
    paragraphs = [each for each in root.iter() if each.tag.rpartition("}")[2] in _PARAGRAPHS]
    yield name, _APART.join("".join(each.itertext()) for each in paragraphs)
    yield name, _APART.join(beside)
    for comment in re.findall(rb"<!--(.*?)-->|<\?(.*?)\?>", content, re.DOTALL):
        yield name, _decoded(b"".join(comment))


# -- pictures and text ----------------------------------------------------------------------------


def _picture(data: bytes) -> Iterator[tuple[str, str]]:
    if any(mark in data for mark in _METADATA):
        yield "picture", OPAQUE
    yield "picture", data.decode("latin-1")


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    return html.unescape(text)
