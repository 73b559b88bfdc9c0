"""Whatever happens to the bytes of a delivery, it is read or refused; nothing else escapes."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from tests.feeds.workbooks import ROSTER_HEADER, roster, text, xls, xlsx

from fangpin.feeds.reading import read_content
from fangpin.kernel.errors import FangpinError

ROWS = [ROSTER_HEADER, *roster(30)]
TIMES = 150


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, removed, repeated or cut off."""
    result = bytearray(content)
    for _ in range(chance.randrange(1, 9)):
        if not result:
            break
        at, kind = chance.randrange(len(result)), chance.random()
        if kind < 0.6:
            result[at] = chance.randrange(256)
        elif kind < 0.8:
            del result[at : at + chance.randrange(1, 200)]
        elif kind < 0.9:
            result[at:at] = result[: chance.randrange(1, 80)]
        else:
            del result[max(1, at) :]
    return bytes(result)


def damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """The same to one part of a package whose archive stays whole."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        parts = [name for name in old.namelist() if name.startswith("xl/")]
        hit = chance.choice(parts)
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, damaged(part, chance) if name == hit else part)
    return target.getvalue()


def refusal(content: bytes) -> FangpinError | None:
    try:
        read_content(content, "名册")
    except FangpinError as error:
        return error
    return None


@pytest.mark.parametrize("kind", ["xlsx", "inside", "xls", "csv", "gb18030"])
def test_damage_is_refused_or_read_never_raised(tmp_path: Path, kind: str) -> None:
    if kind in ("xlsx", "inside"):
        content = xlsx(tmp_path / "1", {"名册": ROWS, "旧": ROWS[:9]}).read_bytes()
    elif kind == "xls":
        content = xls(tmp_path / "1", {"名册": ROWS}).read_bytes()
    else:
        encoding = "utf-8" if kind == "csv" else kind
        content = text(tmp_path / "1", ROWS, encoding=encoding).read_bytes()
    change = damaged_inside if kind == "inside" else damaged
    chance = random.Random(kind)
    refusals = [refusal(change(content, chance)) for _ in range(TIMES)]
    said = [problem for error in refusals if error for problem in error.problems]
    assert said
    assert {problem.where.file for problem in said} == {"名册"}
