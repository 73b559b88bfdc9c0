"""CSV and pipe files in the encodings departments use."""

from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.sample.sheet import Defect, Delivery, Line, Log, Rows

_BLOCK = 100_000


def write_text(folder: Path, delivery: Delivery, log: Log) -> int:
    """Write one text file into `folder`; gives the number of data rows.

    Characters that the encoding lacks become `?`, and the log says so.
    """
    data = row = 0
    sheet = delivery.sheets[0]
    with (folder / delivery.file).open("wb") as stream:
        if delivery.mark:
            stream.write(b"\xef\xbb\xbf")
        for part in sheet.parts:
            if isinstance(part, Line):
                row += 1
                fields = ["" if cell is None else str(cell) for cell in part.cells]
                _put(
                    stream,
                    [delivery.separator.join(_quoted(f, delivery) for f in fields)],
                    delivery,
                )
                if part.defect:
                    log(delivery.file, "", row, Defect(0, "", part.defect, "ignore", fields[0]))
            elif len(part):
                broken = _line_breaks(part, delivery)
                for defect in part.defects + _lost(part, delivery):
                    line = row + 1 + defect.row + int(broken[: defect.row].sum())
                    log(delivery.file, "", line, defect)
                _rows(stream, part, delivery)
                row += len(part) + int(broken.sum())
                data += len(part)
    return data


def _line_breaks(rows: Rows, delivery: Delivery) -> NDArray[np.int64]:
    """Extra lines that each record takes because a field breaks; quoted fields are one record."""
    total = np.zeros(len(rows), dtype=np.int64)
    if delivery.separator == ",":
        return total
    for cells in rows.columns.values():
        count = cells.text.cast(pl.String).str.count_matches("\n", literal=True).fill_null(0)
        total += count.to_numpy().astype(np.int64)
    return total


def _quoted(field: str, delivery: Delivery) -> str:
    if delivery.separator == "," and any(mark in field for mark in ',"\n'):
        return '"' + field.replace('"', '""') + '"'
    return field


def _rows(stream: IO[bytes], rows: Rows, delivery: Delivery) -> None:
    frame = pl.DataFrame(
        [cells.text.cast(pl.String).alias(str(n)) for n, cells in enumerate(rows.columns.values())]
    )
    for start in range(0, frame.height, _BLOCK):
        part = frame.slice(start, _BLOCK)
        if delivery.separator == ",":
            text = part.write_csv(include_header=False, line_terminator="\r\n")
            stream.write(text.encode(delivery.encoding, "replace"))
            continue
        joined = part.select(pl.concat_str(pl.all().fill_null(""), separator=delivery.separator))
        _put(stream, joined.to_series().to_list(), delivery)


def _put(stream: IO[bytes], lines: list[str], delivery: Delivery) -> None:
    text = "".join(f"{line}\r\n" for line in lines)
    stream.write(text.encode(delivery.encoding, "replace"))


def _lost(rows: Rows, delivery: Delivery) -> list[Defect]:
    """Names with characters outside the encoding."""
    if delivery.encoding not in ("gbk", "gb2312"):
        return []
    found = []
    for name, cells in rows.columns.items():
        if "姓名" not in name:
            continue
        for row, text in enumerate(cells.text.to_list()):
            if text and text.encode(delivery.encoding, "replace").decode("gbk") != text:
                shown = text.encode(delivery.encoding, "replace").decode("gbk")
                found.append(Defect(row, name, "name_rare_char_lost", "flag", shown))
    return found
