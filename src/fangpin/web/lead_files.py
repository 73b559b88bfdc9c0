"""A list of leads from a higher-level platform as a workbook; kept between dry run and entering."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import astuple
from uuid import UUID, uuid4

from fangpin.clues.actions.platform import MOST_ROWS, Lead
from fangpin.feeds.header_rows import HeaderWords
from fangpin.feeds.layout import lay_out
from fangpin.feeds.reading import read_content
from fangpin.feeds.reading.limits import FOR_PAGES
from fangpin.foundation import cipher
from fangpin.kernel.characters import fold_width, without_spaces
from fangpin.kernel.errors import FangpinError, Where, has_errors

HEADERS: dict[str, tuple[str, ...]] = {
    "reference": ("推送编号", "线索编号", "编号", "工单号", "问题编号"),
    "household_number": ("户编号", "户编码", "户号"),
    "id_number": ("身份证号", "证件号码", "公民身份号码", "身份证号码"),
    "village": ("所在村", "村", "行政村", "村代码", "行政村名称"),
    "text": ("情况说明", "线索内容", "问题描述", "风险情况", "内容"),
}
_WORDS = HeaderWords.of([word for words in HEADERS.values() for word in words])
_NEEDED = ("reference", "text")
_COLUMN = "clues.platform.rows"


def read_leads(content: bytes, name: str) -> list[Lead]:
    """The lines of the first table that has a number and a text. Raises FangpinError."""
    for sheet in read_content(content, name, FOR_PAGES)[1]:
        if has_errors(sheet.problems):
            raise FangpinError(sheet.problems)
        for table in () if sheet.hidden else lay_out(sheet, _WORDS):
            keys = _columns(table.headers)
            if not set(_NEEDED) <= keys.keys():
                continue
            leads = []
            for number in table.body.tolist():
                cells = {key: (sheet.cell(number, at) or "").strip() for key, at in keys.items()}
                if any(cells.values()):
                    leads.append(Lead(number, **{key: cells.get(key, "") for key in HEADERS}))
            return leads[: MOST_ROWS + 1]
    raise FangpinError.because(
        "没有找到线索表：表头中要有推送编号和情况说明",
        "no list of leads: the header needs 推送编号 (reference) and 情况说明 (text)",
        do_zh="使用模板，或同样的表头",
        do_en="use the template, or its headers",
        where=Where(file=name),
    )


def _columns(headers: Sequence[str]) -> dict[str, int]:
    folded = [_fold(header) for header in headers]
    found: dict[str, int] = {}
    for key, words in HEADERS.items():
        for word in words:
            if word in folded and folded.index(word) not in found.values():
                found[key] = folded.index(word)
                break
    return found


def _fold(text: str) -> str:
    return re.sub(r"[(].*[)]$", "", without_spaces(fold_width(text)))


def pack(leads: Sequence[Lead], source: str, name: str, actor: int) -> str:
    """What would be entered, closed for this actor, as a text that a form carries until it is."""
    content = json.dumps([str(uuid4()), source, name, [astuple(lead) for lead in leads]])
    packed = base64.b64encode(zlib.compress(content.encode())).decode()
    return base64.b64encode(cipher.seal(packed, column=_COLUMN, row=actor)).decode()


def unpack(text: str, actor: int) -> tuple[UUID, str, str, list[Lead]]:
    """(id, source, file, lines) of `pack`. Raises FangpinError for anything else."""
    try:
        packed = cipher.unseal(base64.b64decode(text), column=_COLUMN, row=actor)
        content = json.loads(zlib.decompress(base64.b64decode(packed)))
    except (cipher.SealBroken, binascii.Error, zlib.error, ValueError) as error:
        raise FangpinError.because(
            "预检结果已失效",
            "the dry run is not valid any more",
            do_zh="重新选择文件预检",
            do_en="choose the file and run it again",
        ) from error
    ident, source, name, rows = content
    return UUID(ident), source, name, [Lead(*row) for row in rows]
