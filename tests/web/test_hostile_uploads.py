"""Two hundred files made to do harm, handed in on the page (trust C1): the process that serves
pages stays as it was, and each gets its verdict elsewhere, in time."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import County
from tests.feeds import hostile
from tests.feeds.reading.test_hostile import SECONDS, read_in_child

from fangpin.foundation.models import Job

pytestmark = pytest.mark.long
FILES, AT_ONCE = 200, 10
MORE = 50 * 2**20  # bytes that serving may take on top of the file itself


def held(what: str) -> int:
    """Bytes of memory this process holds (VmRSS), or the most it held (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(what)


def test_pages_stay_small_and_verdicts_come_in_time(county: County, tmp_path: Path) -> None:
    client = county.sign_in("county")
    client.get("/upload/")
    paths: list[tuple[str, Path]] = []
    worst, total = 0, 0
    for number, (name, data) in enumerate(hostile.corpus()):
        if number == FILES:
            break
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(data)
        paths.append((name, path))
        sent = {
            "pack": "baiyin-2021",
            "as_of": "2021-05-31",
            "files": [SimpleUploadedFile(path.name, data)],
        }
        Path("/proc/self/clear_refs").write_text("5")  # the most held counts anew
        before = held("VmRSS")
        answer = client.post("/upload/", sent)
        more = held("VmHWM") - before - 4 * len(data)  # the test's own copies of the request
        worst, total = max(worst, more), total + len(data)
        assert answer.status_code in (303, 422), (name, answer.status_code)
        assert more < MORE, (name, more)
    assert len(paths) == FILES
    assert Job.objects.filter(kind="screen").count() > FILES / 2
    slowest, refused = ("", 0.0), 0
    for at in range(0, FILES, AT_ONCE):
        some = paths[at : at + AT_ONCE]
        before_seconds = 0.0
        for (name, _), answer in zip(some, read_in_child([path for _, path in some]), strict=True):
            took = answer["seconds"] - before_seconds
            before_seconds = answer["seconds"]
            slowest = max(slowest, (name, took), key=lambda each: each[1])
            assert took < SECONDS, (name, took)
            if "refused" in answer:
                refused += 1
                assert all(answer["refused"])
    print(
        f"{FILES} files, {total / 2**20:.0f} MiB: serving took {worst / 2**20:.1f} MiB more;"
        f" {refused} refused; slowest verdict {slowest[1]:.1f} s of processor ({slowest[0]})"
    )
    assert refused > FILES / 2
