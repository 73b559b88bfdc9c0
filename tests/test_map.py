"""docs/map.md names only what exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATHS = re.findall(r"`((?:src|docs|tests)/[^`\s]+)`", (ROOT / "docs/map.md").read_text("utf-8"))


def test_the_map_names_many_places():
    assert len(PATHS) > 50


def test_every_path_on_the_map_exists():
    missing = [path for path in PATHS if not (ROOT / path).exists()]
    assert not missing
