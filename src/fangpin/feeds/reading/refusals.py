"""The sentences with which a file is refused: what, where, what to do, in Chinese and English."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fangpin.kernel.errors import FangpinError, Problem, Severity, Text, Where


@contextmanager
def parsing(file: str) -> Iterator[None]:
    """Around a library that parses untrusted bytes: whatever it fails with means damage.

    A panic of a Rust library is not an `Exception`; running out of memory and being interrupted
    are not the file's fault and pass.
    """
    try:
        yield
    except (FangpinError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise broken_workbook(file, first_line(error)) from error


def first_line(error: BaseException) -> str:
    """The beginning of a library's message, fit for a sentence."""
    text = re.split(r"[\r\n]", str(error).strip() or type(error).__name__)[0]
    return text.strip("'\"")[:120]


def refuse(
    file: str, zh: str, en: str, *, do_zh: str, do_en: str, sheet: str | None = None
) -> FangpinError:
    """An error about one file (or one sheet of it), ready to raise."""
    return FangpinError.because(
        zh, en, do_zh=do_zh, do_en=do_en, where=Where(file=file, sheet=sheet or None)
    )


def warn(
    file: str, sheet: str, zh: str, en: str, *, do_zh: str, do_en: str, row: int | None = None
) -> Problem:
    """Something to point out that does not stop the reading."""
    return Problem(
        what=Text(zh, en),
        remedy=Text(do_zh, do_en),
        where=Where(file=file, sheet=sheet or None, row=row),
        severity=Severity.warning,
    )


def missing(file: str) -> FangpinError:
    return refuse(
        file,
        "找不到这个文件。",
        "There is no such file.",
        do_zh="请核对文件名和所在文件夹。",
        do_en="Check the name and the folder.",
    )


def not_a_file(file: str) -> FangpinError:
    return refuse(
        file,
        "这是一个文件夹，不是文件。",
        "This is a folder, not a file.",
        do_zh="请指定文件夹中的文件。",
        do_en="Name the files inside it.",
    )


def unreadable(file: str, reason: str) -> FangpinError:
    return refuse(
        file,
        f"文件打不开，系统提示:{reason}。",
        f"The file cannot be opened; the system says: {reason}.",
        do_zh="请检查读取权限，并关闭正在使用它的程序后重试。",
        do_en="Check the permission to read it, close programs that use it, and try again.",
    )


def empty_file(file: str) -> FangpinError:
    return refuse(
        file,
        "文件是空的(0 字节)，可能没有导出或传输成功。",
        "The file is empty (0 bytes); the export or the transfer probably failed.",
        do_zh="请重新导出并报送。",
        do_en="Export it again and send it once more.",
    )


def no_content(file: str) -> FangpinError:
    return refuse(
        file,
        "文件中没有任何内容。",
        "There is nothing in the file.",
        do_zh="请核对是否导出了正确的工作表，重新报送。",
        do_en="Check that the right sheet was exported, and send it again.",
    )


def too_large(file: str, size: int, limit: int) -> FangpinError:
    return refuse(
        file,
        f"文件有 {size:,} 字节，超过上限 {limit:,} 字节。",
        f"The file has {size:,} bytes, more than the limit of {limit:,}.",
        do_zh="请按乡镇分成几份报送。",
        do_en="Split it by township and send the parts.",
    )


def expands_too_far(file: str, part: str, size: int) -> FangpinError:
    return refuse(
        file,
        f"压缩包内的“{part}”展开后有 {size:,} 字节，大得不正常，为安全起见没有打开。",
        f"The part “{part}” expands to {size:,} bytes, which is not normal; it was not opened.",
        do_zh="请用 Excel 或 WPS 打开后另存为新的 .xlsx 文件再报送。",
        do_en="Open it in Excel or WPS, save it as a new .xlsx file and send that.",
    )


def size_untrue(file: str, part: str, size: int) -> FangpinError:
    return refuse(
        file,
        f"压缩包内的“{part}”标明有 {size:,} 字节，与实际内容不符；文件可能没有保存完整或已被改动。",
        f"The part “{part}” is said to have {size:,} bytes, which does not fit its content; the "
        "file may be unfinished or changed.",
        do_zh="请用 Excel 或 WPS 打开后另存为新的 .xlsx 文件再报送。",
        do_en="Open it in Excel or WPS, save it as a new .xlsx file and send that.",
    )


def password_protected(file: str) -> FangpinError:
    return refuse(
        file,
        "文件设有打开密码，无法读取。",
        "The file is protected by a password and cannot be read.",
        do_zh="请取消密码(文件→信息→保护工作簿)后重新报送。",
        do_en="Remove the password (File → Info → Protect Workbook) and send it again.",
    )


def has_macros(file: str) -> FangpinError:
    return refuse(
        file,
        "文件中带有宏程序，为安全起见不予读取。",
        "The file contains macros; for safety it is not read.",
        do_zh="请另存为不带宏的“Excel 工作簿(.xlsx)”后报送。",
        do_en="Save it as an “Excel Workbook (.xlsx)” without macros and send that.",
    )


def broken_workbook(file: str, reason: str) -> FangpinError:
    return refuse(
        file,
        f"文件已损坏或不完整，不是可读的 Excel 工作簿({reason})。",
        f"The file is damaged or incomplete, not a readable Excel workbook ({reason}).",
        do_zh="请用 Excel 或 WPS 打开核对，另存后重新报送。",
        do_en="Open it in Excel or WPS, check it, save it anew and send it again.",
    )


def web_page(file: str) -> FangpinError:
    return refuse(
        file,
        "这是一个网页(HTML)或 XML 文件，只是改了扩展名，不是真正的 Excel 文件。",
        "This is a web page (HTML) or XML file with another extension, not an Excel file.",
        do_zh="请用 Excel 或 WPS 打开，另存为“Excel 工作簿(.xlsx)”后报送。",
        do_en="Open it in Excel or WPS, save it as an “Excel Workbook (.xlsx)” and send that.",
    )


def wrong_type(file: str, kind_zh: str, kind_en: str) -> FangpinError:
    return refuse(
        file,
        f"不支持这种文件({kind_zh})。",
        f"This kind of file is not supported ({kind_en}).",
        do_zh="请报送 .xlsx、.xls 工作簿，或 .csv、.txt 文本。",
        do_en="Send an .xlsx or .xls workbook, or a .csv or .txt text file.",
    )


def unknown_encoding(file: str) -> FangpinError:
    return refuse(
        file,
        "文字编码无法识别:既不是 UTF-8、UTF-16,也不是 GBK/GB18030;强行读取会出现乱码。",
        "The text encoding is neither UTF-8, UTF-16 nor GBK/GB18030; reading it anyway would "
        "garble names.",
        do_zh="请另存为 UTF-8 编码的 CSV,或直接报送 .xlsx。",
        do_en="Save it as CSV in UTF-8, or send an .xlsx.",
    )


def sheet_full(file: str, sheet: str, rows: int) -> FangpinError:
    return refuse(
        file,
        f"工作表正好写满 {rows:,} 行，这是该格式的上限，后面的数据很可能被截断。",
        f"The sheet is filled to exactly {rows:,} rows, the limit of the format; what came after "
        "was most likely cut off.",
        do_zh="请分乡镇或分年度导出，或改用 CSV 报送全部数据。",
        do_en="Export it by township or year, or send everything as CSV.",
        sheet=sheet,
    )


def too_many(file: str, sheet: str, what_zh: str, what_en: str, limit: int) -> FangpinError:
    return refuse(
        file,
        f"{what_zh}超过上限 {limit:,}。",
        f"There are more {what_en} than the limit of {limit:,}.",
        do_zh="请核对是否导出了正确的表，必要时分成几份报送。",
        do_en="Check that the right table was exported; split it if need be.",
        sheet=sheet,
    )


def too_sparse(file: str, sheet: str, rows: int, columns: int, cells: int) -> FangpinError:
    return refuse(
        file,
        f"表格过于稀疏:{rows:,} 行 × {columns:,} 列的范围内只有 {cells:,} 个单元格，"
        "为安全起见没有读取。",
        f"Only {cells:,} cells lie in an area of {rows:,} rows × {columns:,} columns; for safety "
        "it was not read.",
        do_zh="请删除远离数据区的多余单元格(常见于末尾的空行空列)，另存后重新报送。",
        do_en="Delete the stray cells far from the data, save it anew and send it again.",
        sheet=sheet,
    )


def leads_elsewhere(file: str, part: str) -> FangpinError:
    return refuse(
        file,
        f"压缩包内含指向其他位置的路径或链接“{part}”，为安全起见没有打开。",
        f"The archive has a path or link that leads elsewhere (“{part}”); it was not opened.",
        do_zh="请用 Excel 或 WPS 打开后另存为新的 .xlsx 文件再报送。",
        do_en="Open it in Excel or WPS, save it as a new .xlsx file and send that.",
    )


def line_too_long(file: str, line: int, limit: int) -> FangpinError:
    return refuse(
        file,
        f"第 {line:,} 行超过 {limit:,} 字节，不是表格数据。",
        f"Line {line:,} has more than {limit:,} bytes; that is no table.",
        do_zh="请核对是否导出了正确的文件，重新报送。",
        do_en="Check that the right file was exported, and send it again.",
    )


def readers_disagree(file: str, sheet: str, first: int, second: int) -> Problem:
    """Two independent readers count different rows: nothing of the file may be used."""
    return Problem(
        what=Text(
            f"两种读取方法得到的行数不同({first:,} 行与 {second:,} 行)，不能确认没有漏行。",
            f"Two independent readers count different rows ({first:,} and {second:,}); it is not "
            "certain that none is lost.",
        ),
        remedy=Text(
            "请用 Excel 或 WPS 打开，另存为新的 .xlsx 文件后重新报送。",
            "Open it in Excel or WPS, save it as a new .xlsx file and send it again.",
        ),
        where=Where(file=file, sheet=sheet or None),
    )
