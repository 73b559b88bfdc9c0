"""A pack damaged at any place loads or is refused with problems; nothing else ever happens."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangpin.policy import check_pack
from fangpin.policy.pack import Pack

SOUND = Path(__file__).parent / "packs" / "lakeside-2020"
FILES = sorted(path.relative_to(SOUND).as_posix() for path in SOUND.rglob("*.yaml"))
ODD = [
    "",
    "null",
    "true",
    "yes",
    "0",
    "-1",
    "0.005",
    "99999999999999999999999999",
    "2021-02-30",
    "[]",
    "{}",
    "[[]]",
    "{a: b}",
    '""',
    "'code'",
    "unknown",
    "no_such_name",
    "*alias",
    "!tag",
    "元",
    "and and",
    "a: b: c",
    "\t",
    "\u2028",
    "code:boat_kind",
]


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged") / "lakeside-2020"
    shutil.copytree(SOUND, folder)
    return folder


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file=st.sampled_from(FILES),
    position=st.integers(0, 10_000),
    way=st.sampled_from(["delete", "double", "swap", "cut", "value", "word"]),
    odd=st.sampled_from(ODD),
)
def test_damage_is_told_or_harmless(
    damaged: Path, file: str, position: int, way: str, odd: str
) -> None:
    path = damaged / file
    whole = path.read_text(encoding="utf-8")
    try:
        path.write_text(damage(whole, position, way, odd), encoding="utf-8")
        pack, problems = check_pack(damaged)
    finally:
        path.write_text(whole, encoding="utf-8")
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        assert all(str(each.where.file).startswith(str(damaged)) for each in errors)
        assert all(each.what.zh and each.remedy.en for each in errors)
    else:
        assert isinstance(pack, Pack)
        assert all(rule.when.node is not None for rule in pack.rules.values())


def damage(text: str, position: int, way: str, odd: str) -> str:
    lines = text.splitlines(keepends=True)
    at = position % len(lines)
    match way:
        case "delete":
            del lines[at]
        case "double":
            lines.insert(at, lines[at])
        case "swap":
            other = (at + 1) % len(lines)
            lines[at], lines[other] = lines[other], lines[at]
        case "cut":
            return text[: position % len(text)]
        case "value":
            key, colon, _ = lines[at].partition(": ")
            lines[at] = f"{key}{colon}{odd}\n"
        case "word":
            words = lines[at].split(" ")
            words[position % len(words)] = odd
            lines[at] = " ".join(words)
    return "".join(lines)
