"""The parts of an .xlsx package: safety first, then its sheets and where they lie."""

import io
import posixpath
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import NoReturn
from xml.etree import ElementTree

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.limits import Limits

_SAMPLE_IN, _SAMPLE_OUT = 64 * 2**10, 64 * 2**20
_UPWARDS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)")
_MACROS = re.compile(r"(?i)vbaproject\.bin$|^xl/macrosheets/")
_RELATIONSHIP_ID = re.compile(r"\{[^}]*relationships\}id$")


@dataclass(frozen=True)
class SheetPart:
    """One worksheet of a workbook, in the order of its tabs."""

    index: int
    """Position among all sheets of the workbook, chart sheets included."""
    name: str
    hidden: bool
    part: str
    """Path inside the package."""


class Package:
    """An opened .xlsx. Raises FangpinError when it is broken, protected, with macros or a bomb."""

    def __init__(self, content: bytes, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self.zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            self._broken(error)
        with refusals.parsing(name):
            self._check_size(infos, limits)
        names = {info.filename for info in infos}
        for info in infos:
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            if is_link or info.filename.startswith("/") or _UPWARDS.search(info.filename):
                raise refusals.leads_elsewhere(name, info.filename)
        if any(_MACROS.search(part) for part in names):
            raise refusals.has_macros(name)
        if any(part.endswith((".odt", "content.xml")) or part == "mimetype" for part in names):
            raise refusals.wrong_type(name, "OpenDocument 文档", "an OpenDocument file")
        if "word/document.xml" in names:
            raise refusals.wrong_type(name, "Word 文档", "a Word document")
        if "xl/workbook.bin" in names:
            raise refusals.wrong_type(name, "二进制工作簿 .xlsb", "a binary workbook .xlsb")
        if not any(part.lower().startswith("xl/") for part in names):
            raise refusals.wrong_type(name, "压缩包", "an archive")
        self.sheets = self._sheets(names, limits)

    def read(self, part: str) -> bytes:
        """All of one part; checked against its checksum."""
        with refusals.parsing(self.name):
            return self.zip.read(part)

    def _broken(self, error: Exception) -> NoReturn:
        raise refusals.broken_workbook(self.name, refusals.first_line(error)) from error

    def _check_size(self, infos: list[zipfile.ZipInfo], limits: Limits) -> None:
        if len(infos) > limits.archive_parts:
            raise refusals.too_many(
                self.name, "", "压缩包内的文件数", "parts in the archive", limits.archive_parts
            )
        if any(info.flag_bits & 0x1 for info in infos):
            raise refusals.password_protected(self.name)
        total = sum(info.file_size for info in infos)
        largest = max(infos, key=lambda info: info.file_size, default=None)
        if largest is not None and total > limits.expanded_bytes:
            raise refusals.expands_too_far(self.name, largest.filename, total)
        for info in infos:
            packed = max(1, info.compress_size)
            if (
                info.file_size > limits.ratio_floor_bytes
                and info.file_size > packed * limits.expansion_ratio
            ):
                raise refusals.expands_too_far(self.name, info.filename, info.file_size)
            if info.file_size < packed // 2 or self._hides_its_size(info):
                raise refusals.size_untrue(self.name, info.filename, info.file_size)

    def _hides_its_size(self, info: zipfile.ZipInfo) -> bool:
        """Does a part expand to more than its directory says? Looks at the beginning only."""
        if info.compress_type != zipfile.ZIP_DEFLATED or info.compress_size < 2**14:
            return False
        stream = self.zip.fp
        if stream is None:
            return False
        stream.seek(info.header_offset)
        header = stream.read(30)
        if len(header) < 30:
            return False
        skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        stream.seek(skip, io.SEEK_CUR)
        packed = stream.read(min(info.compress_size, _SAMPLE_IN))
        try:
            expanded = zlib.decompressobj(-15).decompress(packed, _SAMPLE_OUT)
        except zlib.error:
            return False  # reported as damage when it is read
        return len(expanded) > info.file_size

    def _sheets(self, names: set[str], limits: Limits) -> tuple[SheetPart, ...]:
        workbook_part = self._workbook_part(names)
        folder = posixpath.dirname(workbook_part)
        rels_part = f"{folder}/_rels/{posixpath.basename(workbook_part)}.rels"
        targets: dict[str, str] = {}
        if rels_part in names:
            for rel in self._tree(rels_part):
                target = rel.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                targets[rel.get("Id", "")] = posixpath.normpath(path)
        found = []
        for index, node in enumerate(self._tree(workbook_part).iterfind(".//{*}sheet")):
            key = next((v for k, v in node.attrib.items() if _RELATIONSHIP_ID.search(k)), "")
            part = targets.get(key, f"{folder}/worksheets/sheet{index + 1}.xml")
            if "/worksheets/" not in f"/{part}":
                continue  # chart and dialog sheets hold no rows
            if part not in names:
                self._broken(KeyError(part))
            hidden = node.get("state", "visible") != "visible"
            found.append(SheetPart(index, node.get("name", ""), hidden, part))
        if len(found) > limits.sheets:
            raise refusals.too_many(self.name, "", "工作表", "sheets", limits.sheets)
        return tuple(found)

    def _workbook_part(self, names: set[str]) -> str:
        if "xl/workbook.xml" in names:
            return "xl/workbook.xml"
        for name in sorted(names):
            if re.fullmatch(r"(?i)xl/workbook\d*\.xml", name):
                return name
        self._broken(KeyError("xl/workbook.xml"))

    def _tree(self, part: str) -> ElementTree.Element:
        size = self.zip.getinfo(part).file_size
        if size > self.limits.directory_bytes:
            raise refusals.expands_too_far(self.name, part, size)
        content = self.read(part)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise refusals.broken_workbook(self.name, "DTD")
        with refusals.parsing(self.name):
            return ElementTree.fromstring(content)
