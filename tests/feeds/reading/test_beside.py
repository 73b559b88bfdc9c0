"""Files read together: the same sheets and the same refusals, whoever was the second reader."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.feeds import hostile

from fangpin.feeds.reading import beside, read_file
from fangpin.feeds.reading.together import ReadTogether
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import FangpinError

_FRESH = """
import json, os, signal, sys, threading
from pathlib import Path
from fangpin.feeds.reading.together import ReadTogether
from fangpin.kernel.errors import FangpinError

def told(sheets):
    return [
        [each.file, each.sheet, each.rows, sorted(each.hidden_rows),
         [[column.text.to_list(), column.kind.to_list()] for column in each.columns]]
        for each in sheets
    ]

how, *paths = sys.argv[1:]
with ReadTogether([Path(each) for each in paths]) as reading:
    child = reading._beside._child
    if how == "gone":
        os.kill(child, signal.SIGKILL)
    if how == "child":  # whatever is asked of this process as well would be refused
        from fangpin.feeds.reading import second
        second.look = second.scanned = None
    try:
        said = told(reading.sheets())
    except FangpinError as error:
        said = str(error)
try:
    os.kill(child, 0)
    left = True
except ProcessLookupError:
    left = False
print(json.dumps({"said": said, "left": left}))
"""


def in_fresh_process(how: str, *paths: Path) -> Any:
    """What a process says that does nothing else: its second reader is a `child`, or `gone`."""
    done = subprocess.run(
        [sys.executable, "-c", _FRESH, how, *map(str, paths)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert not answer["left"]
    return answer["said"]


def told(sheets: list[RawSheet]) -> list[Any]:
    return [
        [
            each.file,
            each.sheet,
            each.rows,
            sorted(each.hidden_rows),
            [[column.text.to_list(), column.kind.to_list()] for column in each.columns],
        ]
        for each in sheets
    ]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A small workbook, a larger one that needs a real XML parser, and a text."""
    small, odd, text = tmp_path / "小.xlsx", tmp_path / "大.xlsx", tmp_path / "文.csv"
    rows = hostile.row(1, "姓名", "金额") + hostile.row(2, "样本甲", "=1")
    small.write_bytes(hostile.with_sheet(hostile.sheet(rows)))
    many = b"<!-- x -->" + b"".join(hostile.row(n, "样本", str(n)) for n in range(1, 400))
    hidden = b'<row r="401" hidden="1"><c r="B401"><f>1+1</f></c><c r="C401"><v>3</v></c></row>'
    odd.write_bytes(hostile.with_sheet(hostile.sheet(many + hidden)))
    text.write_text("姓名,金额\n样本乙,1\n", encoding="utf-8")
    return [small, odd, text]


def test_the_child_says_what_this_process_would(files: list[Path]) -> None:
    alone = told([sheet for path in files for sheet in read_file(path)])
    assert {json.dumps(in_fresh_process(how, *files)) for how in ("child", "gone")} == {
        json.dumps(alone)
    }


def test_what_the_child_refuses_is_refused(files: list[Path], tmp_path: Path) -> None:
    apart = tmp_path / "散.xlsx"
    apart.write_bytes(hostile.spread("A1", "Z1048000"))
    with pytest.raises(FangpinError, match="稀疏") as alone:
        read_file(apart)
    assert in_fresh_process("child", files[0], apart) == str(alone.value)


_CORPUS = """
import json
from tests.feeds import hostile
from fangpin.feeds.reading.beside import Beside
from fangpin.feeds.reading.limits import DEFAULT_LIMITS
from fangpin.kernel.errors import FangpinError

makers = {name: make for name, (make, _) in hostile.REFUSED.items()} | hostile.READ_OR_REFUSED
files = [(f"{name}.xlsx", make()) for name, make in makers.items()]
child = Beside(files, DEFAULT_LIMITS)
from fangpin.feeds.reading import read_content

def verdict(number, second):
    name, content = files[number]
    try:
        sheets = read_content(content, name, DEFAULT_LIMITS, second)[1]
        return [[each.rows, len(each.columns)] for each in sheets]
    except FangpinError as error:
        return str(error)

by_child = [verdict(number, child.reader(number)) for number in range(len(files))]
child.close()
print(json.dumps([by_child, [verdict(number, None) for number in range(len(files))]]))
"""


@pytest.mark.long
def test_the_same_verdict_on_every_hostile_file() -> None:
    done = subprocess.run([sys.executable, "-c", _CORPUS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    by_child, by_threads = json.loads(done.stdout)
    assert len(by_child) == len(hostile.REFUSED) + len(hostile.READ_OR_REFUSED)
    assert by_child == by_threads


def test_a_process_that_runs_something_has_no_child(files: list[Path]) -> None:
    assert not beside.may_begin()
    with ReadTogether(files) as reading:
        assert reading._beside is None
        assert told(reading.sheets()) == told(
            [sheet for path in files for sheet in read_file(path)]
        )


def test_a_file_that_is_not_there(files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(FangpinError, match="找不到"):
        ReadTogether([*files, tmp_path / "无.xlsx"])
