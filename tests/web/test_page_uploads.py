"""Files that the process reads which serves pages: a hostile one is refused in words, quickly, and
costs it little (trust C1). Whatever may be large is read by jobs (`test_hostile_uploads.py`)."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import County
from tests.feeds import hostile

from fangpin.clues.models import Channel
from fangpin.clues.words import SOURCES
from fangpin.places.models import Place

MORE = 50 * 2**20  # bytes that serving may take on top of the file itself
SECONDS = 20

# Each is far below what the pages take in bytes, and far above what a short list is.
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "many rows": ("a.xlsx", lambda: hostile.with_sheet(hostile._many_rows(400_000))),
    "just not too many": ("a.xlsx", lambda: hostile.with_sheet(hostile._many_rows(190_000))),
    "opposite corners": ("a.xlsx", lambda: hostile.spread("A1", "XFD1048576")),
    "wide": ("a.xlsx", lambda: hostile.spread("A1", "ALL60000")),
    "blanks": ("a.xlsx", lambda: hostile.with_sheet(hostile._blanks(200))),
    "strings": (
        "a.xlsx",
        lambda: hostile.book({"xl/sharedStrings.xml": hostile._shared_strings(2_000_000, "甲")}),
    ),
    "entities": ("a.xlsx", hostile._laughs),
    "lines": ("a.csv", lambda: b"a,b\n" * 4_000_000),
    "columns": ("a.csv", lambda: b"," * 1_000_000),
}


def _most_held(do: Callable[[], Any]) -> tuple[Any, int]:
    """What it gives back, and how much more memory this process held meanwhile."""

    def held(what: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(each.split()[1]) * 1024 for each in lines if each.startswith(f"{what}:"))

    Path("/proc/self/clear_refs").write_text("5")  # the most held counts anew
    before = held("VmRSS")
    given = do()
    return given, held("VmHWM") - before


def _pages(county: Place) -> list[tuple[str, str, dict[str, Any]]]:
    """Who hands a list in where, besides the file."""
    on = {"county": county.pk, "on": "2022-01-01"}
    return [
        ("county", "/places/list/", on),
        ("county", "/places/figures/", {"year": "2021"}),
        ("county", "/clues/platform/", {"source": next(iter(SOURCES[Channel.PLATFORM]))}),
        ("county", "/backtest/answers/", {}),
    ]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_short_list_that_is_a_bomb_is_refused_and_costs_little(
    county: County, bomb: str, every: bool
) -> None:
    """In the short run each bomb goes to one page, another than the one before."""
    name, make = BOMBS[bomb]
    data = make()
    pages = _pages(Place.objects.get(code="620402000000"))
    for who, path, form in pages if every else pages[list(BOMBS).index(bomb) % 4 :][:1]:
        client = county.sign_in(who)
        # What reads workbooks is loaded with the first of them, once.
        client.post(path, form | {"file": SimpleUploadedFile("a.xlsx", hostile.book())})
        sent = form | {"file": SimpleUploadedFile(name, data)}
        began = time.process_time()
        answer, more = _most_held(lambda c=client, p=path, s=sent: c.post(p, s))  # type: ignore[misc]
        assert answer.status_code == 422, (path, answer.status_code)
        assert time.process_time() - began < SECONDS, path
        assert more - 4 * len(data) < MORE, (path, f"{more / 2**20:.0f} MiB")  # the test's copies


def test_outlines_that_would_fill_the_memory_are_refused_unread(county: County) -> None:
    client = county.sign_in("county")
    form = {"county": Place.objects.get(code="620402000000").pk}
    for data in (b"[" * 10_000, b"[" + b"[0,0]," * 900_000 + b"0]", b"[" + b"1," * 2_500_000):
        file = SimpleUploadedFile("a.geojson", data)
        answer, more = _most_held(
            lambda f=file: client.post("/results/outlines/", form | {"file": f})  # type: ignore[misc]
        )
        assert answer.status_code == 422
        assert more - 4 * len(data) < MORE


def test_json_that_is_too_deep_is_refused_in_words(county: County) -> None:
    client = county.sign_in("village")
    deep = '{"entries": ' + "[" * 100_000 + "]" * 100_000 + "}"
    with pytest.raises(RecursionError):
        json.loads(deep)
    answer = client.post("/phone/send", deep, content_type="application/json")
    assert answer.status_code == 422
    options = client.post("/account/passkeys/", {"passkey": "[" * 15_000})
    assert options.status_code in (302, 422)
