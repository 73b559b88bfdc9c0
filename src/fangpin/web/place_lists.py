"""A county's own list of villages as a file → rows; kept between dry run and taking over."""

from dataclasses import astuple

from django.core import signing

from fangpin.feeds.header_rows import HeaderWords
from fangpin.feeds.layout import lay_out
from fangpin.feeds.reading import read_content
from fangpin.feeds.reading.limits import FOR_PAGES
from fangpin.kernel.errors import FangpinError, Where, has_errors
from fangpin.places.village_list import HEADERS, ListRow, columns_of, read_row

_WORDS = HeaderWords.of([header for headers in HEADERS.values() for header in headers])
_SALT = "fangpin.place_list"
_GOOD_FOR = 24 * 3600  # seconds between dry run and taking over
MOST_ROWS = 20_000


def read_list(content: bytes, name: str) -> list[ListRow]:
    """The villages that a workbook or text file lists, from every visible sheet that has them.

    Raises FangpinError when the file cannot be read safely or no table has both a code and a
    name column.
    """
    rows: list[ListRow] = []
    found = False
    for sheet in read_content(content, name, FOR_PAGES)[1]:
        if has_errors(sheet.problems):
            raise FangpinError(sheet.problems)
        if sheet.hidden:
            continue
        for table in lay_out(sheet, _WORDS):
            columns = columns_of(table.headers)
            if not {"code", "name"} <= set(columns):
                continue
            found = True
            for number in table.body.tolist():
                cells = {key: sheet.cell(number, column) for key, column in columns.items()}
                if (row := read_row(number, cells)) is not None:
                    rows.append(row)
    if not found:
        raise FangpinError.because(
            "没有找到村名单：表头中要有村代码和村名",
            "no list of villages: the header needs a code and a name column",
            do_zh="表头写作“行政区划代码”“行政村”，另可有“乡镇”“原代码”",
            do_en="call them 行政区划代码 and 行政村; 乡镇 and 原代码 are read too",
            where=Where(file=name),
        )
    if not rows or len(rows) > MOST_ROWS:
        raise FangpinError.because(
            f"名单有 {len(rows)} 行，应在 1 至 {MOST_ROWS} 行之间",
            f"the list has {len(rows)} rows; 1 to {MOST_ROWS} are taken",
            do_zh="核对文件内容",
            do_en="check the file",
            where=Where(file=name),
        )
    return rows


def pack(rows: list[ListRow], name: str) -> str:
    """Rows as a signed text that a form carries from the dry run to taking over."""
    return signing.dumps([name, [astuple(row) for row in rows]], salt=_SALT, compress=True)


def unpack(text: str) -> tuple[str, list[ListRow]]:
    """File name and rows of `pack`. Raises FangpinError when it is another text, or too old."""
    try:
        name, rows = signing.loads(text, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature as error:
        raise FangpinError.because(
            "预检结果已失效",
            "the dry run is not valid any more",
            do_zh="重新选择文件预检",
            do_en="choose the file and run it again",
        ) from error
    return name, [
        ListRow(row, code, village, township, township_code, tuple(former))
        for row, code, village, township, township_code, former in rows
    ]
