"""Every file of a folder, read, laid out, recognised and typed – or refused with a reason."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fangpin.feeds.delivery import SheetUse
from fangpin.feeds.layout import lay_out
from fangpin.feeds.reading import read_content
from fangpin.feeds.recognise import Recogniser
from fangpin.feeds.returns import SentSheet
from fangpin.feeds.rows import Prepare, TypedRows, type_rows
from fangpin.feeds.tables import RawSheet, RecognisedTable, Unrecognised
from fangpin.kernel.errors import FangpinError, Severity, Text
from fangpin.policy.pack import Pack

Progress = Callable[[str, int, int], None]
NOT_DATA = (".md", ".json", ".yaml", ".yml", ".py", ".log", ".sha256", ".sig", ".lnk", ".url")


@dataclass
class Arrival:
    """One file: its bytes' hash, its sheets, what was recognised, or why it was refused."""

    file: str
    sha256: str = ""
    size: int = 0
    format: str = ""
    refused: list[Text] = field(default_factory=list)
    remedies: list[Text] = field(default_factory=list)
    sheets: list[SheetUse] = field(default_factory=list)
    sent: list[SentSheet] = field(default_factory=list)
    typed: list[TypedRows] = field(default_factory=list)
    recognised: list[RecognisedTable] = field(default_factory=list)
    unrecognised: list[Unrecognised] = field(default_factory=list)
    undated: bool = False
    as_of: date = date.min

    def period_of(self, typed: TypedRows) -> date:
        """First day of the month a table speaks for; that of screening when it does not say."""
        return typed.block.recognised.period or self.as_of.replace(day=1)


def files_of(source: Path | str | Iterable[Path | str]) -> list[Path]:
    """The files of a folder (not of its sub-folders) or those given, by name.

    Hidden files, lock files of office programs and notes (.md …) are no deliveries. FangpinError
    when nothing is left.
    """
    if isinstance(source, str | Path):
        folder = Path(source)
        if folder.is_dir():
            files = [
                path
                for path in folder.iterdir()
                if path.is_file()
                and not path.name.startswith((".", "~$"))
                and path.suffix.lower() not in NOT_DATA
            ]
        elif folder.exists():
            files = [folder]
        else:
            raise FangpinError.because(
                f"找不到 {folder}。", f"There is no {folder}.",
                do_zh="请检查路径。", do_en="Check the path.",
            )  # fmt: skip
    else:
        files = [Path(path) for path in source]
    if not files:
        raise FangpinError.because(
            f"{source} 里没有可读取的数据文件。", f"There is no data file in {source}.",
            do_zh="请把部门报送的表格(xlsx、xls、csv、txt)放进该文件夹。",
            do_en="Put the departments' tables (xlsx, xls, csv, txt) into that folder.",
        )  # fmt: skip
    return sorted(files, key=lambda path: path.name)


def read_all(
    source: Path | str | Iterable[Path | str],
    pack: Pack,
    as_of: date,
    progress: Progress | None = None,
    prepare: Prepare | None = None,
) -> list[Arrival]:
    """Every file read and typed, in order of name. One file's fault never stops the others."""
    paths = files_of(source)
    arrivals: list[Arrival] = []
    recogniser = Recogniser(pack)
    seen: dict[str, str] = {}
    for step, path in enumerate(paths):
        if progress:
            progress("reading", step, len(paths))
        arrivals.append(_arrival(path, recogniser, pack, as_of, seen, prepare))
    if progress:
        progress("reading", len(paths), len(paths))
    return arrivals


def _arrival(
    path: Path,
    recogniser: Recogniser,
    pack: Pack,
    as_of: date,
    seen: dict[str, str],
    prepare: Prepare | None,
) -> Arrival:
    arrival = Arrival(path.name, as_of=as_of)
    try:
        content = path.read_bytes()
    except OSError as error:
        arrival.refused.append(
            Text(f"无法打开:{error.strerror}。", f"Cannot be opened: {error.strerror}.")
        )
        return arrival
    arrival.sha256, arrival.size = hashlib.sha256(content).hexdigest(), len(content)
    if arrival.sha256 in seen:
        arrival.refused.append(
            Text(
                f"与“{seen[arrival.sha256]}”内容完全相同，不重复计入。",
                f"The same content as “{seen[arrival.sha256]}”; not counted twice.",
            )
        )
        return arrival
    seen[arrival.sha256] = path.name
    try:
        file_format, sheets = read_content(content, path.name)
    except FangpinError as error:
        _refuse(arrival, error)
        return arrival
    arrival.format = file_format.value
    faults = [
        problem
        for sheet in sheets
        for problem in sheet.problems
        if problem.severity is Severity.error
    ]
    if faults:
        _refuse(arrival, FangpinError(faults))
        return arrival
    for sheet in sheets:
        _take_sheet(arrival, sheet, recogniser, pack, as_of, prepare)
    return arrival


def _refuse(arrival: Arrival, error: FangpinError) -> None:
    for problem in error.problems:
        arrival.refused.append(problem.what)
        arrival.remedies.append(problem.remedy)


def _take_sheet(
    arrival: Arrival,
    sheet: RawSheet,
    recogniser: Recogniser,
    pack: Pack,
    as_of: date,
    prepare: Prepare | None,
) -> None:
    """Hidden sheets are reported, never imported: they usually hold an old period."""
    if sheet.hidden:
        arrival.sheets.append(
            SheetUse(
                sheet.sheet, True, False,
                Text("隐藏工作表，不导入", "hidden sheet, not imported"), [], sheet.rows,
            )
        )  # fmt: skip
        return
    used = False
    for table in lay_out(sheet, recogniser.words):
        found = recogniser.recognise(table)
        if isinstance(found, Unrecognised):
            arrival.unrecognised.append(found)
            continue
        used = True
        arrival.recognised.append(found)
        arrival.undated |= found.period is None
        arrival.sent.append(SentSheet(sheet, table.header_rows, table.headers))
        arrival.typed.append(type_rows(found, pack, as_of, prepare))
        label = found.contract.label
        arrival.sheets.append(
            SheetUse(sheet.sheet, False, True, label, list(table.header_rows), len(table.body))
        )
    if not used:
        why = Text("没有认出的数据", "no data recognised")
        arrival.sheets.append(SheetUse(sheet.sheet, False, False, why, [], sheet.rows))
