"""Whoever reads while a page is written sees the old one or the new one (trust H9)."""

from pathlib import Path
from threading import Event, Thread

from fangpin.disclosure.site_writer import Written, put


def test_readers_see_the_old_page_or_the_new_one(tmp_path: Path) -> None:
    page, pages = tmp_path / "a" / "index.html", [bytes([48 + n]) * 60_000 for n in range(2)]
    put(page, pages[0], Written())
    stop, seen, wrong = Event(), [0], [0]

    def read() -> None:
        while not stop.is_set():
            found = page.read_bytes()
            seen[0] += 1
            wrong[0] += found not in pages

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    written = Written()
    for turn in range(400):
        put(page, pages[turn % 2], written)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == [0]
    assert seen[0] > 10
    assert (written.changed, written.same) == (399, 1)
    assert [each.name for each in page.parent.iterdir()] == ["index.html"]
