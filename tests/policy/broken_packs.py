"""Broken packs: each folder of `broken/` holds one mistake; the pack extends lakeside-2020."""

import shutil
from pathlib import Path

from fangpin.kernel.errors import Problem
from fangpin.policy import check_pack

HERE = Path(__file__).parent
BROKEN = sorted(path.name for path in (HERE / "broken").iterdir() if path.is_dir())

HEAD = """pack: {name}
extends: lakeside-2020
title: {{zh: 示例, en: example}}
issuer: {{zh: 县政府, en: county}}
document_number: null
document_date: 2021-03-01
area_code: "990100000000"
area: {{zh: 湖滨县, en: Lakeside}}
period: {{from: 2021-03-01}}
"""


def problems_of(mistake: str, folder: Path) -> list[Problem]:
    """What the loader says about one broken pack, laid out in `folder` beside its base."""
    shutil.copytree(HERE / "packs" / "lakeside-2020", folder / "lakeside-2020")
    pack = folder / mistake
    shutil.copytree(HERE / "broken" / mistake, pack, ignore=shutil.ignore_patterns("expected.txt"))
    if not (pack / "pack.yaml").exists():
        (pack / "pack.yaml").write_text(HEAD.format(name=mistake), encoding="utf-8")
    return check_pack(pack)[1]


def told(problems: list[Problem], folder: Path) -> str:
    """The problems as a person reads them, in both languages, without the path of `folder`."""
    text = "\n".join(str(problem) for problem in problems) + "\n"
    return text.replace(f"{folder.resolve()}/", "").replace(f"{folder}/", "")
