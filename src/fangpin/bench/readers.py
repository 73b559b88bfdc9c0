"""People who turn pages of a full registry, one after the other, while something else goes on.

What they ask for is drawn from the persons that are there: household pages, lists, searches. Their
role's reading limit must be out of the way (`WITHOUT_LIMIT`).
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fangpin.bench.installation import Sender, signed_in
from fangpin.kernel.place_codes import county_of, township_of

# Who turns pages by the hundred is stopped on purpose: here that is the work.
WITHOUT_LIMIT: Final = {"FANGPIN_READING_LIMITS": "county_bureau=999999999"}
_FORM: Final = "application/x-www-form-urlencoded"
_DRAWN: Final = 400  # searches and households, asked again when they are used up
_SEARCHED: Final = ("identity number", "phone", "whole name", "given name", "village + name")

# kind of page, method, address, body
Asked = tuple[str, str, str, bytes]


@dataclass
class Heard:
    """Seconds by kind of page, and everything that was no answer."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Heard") -> None:
        """What somebody else heard, too."""
        for kind, seconds in other.taken.items():
            self.taken[kind] += seconds
        self.wrong += other.wrong

    @property
    def together(self) -> list[float]:
        """The seconds of all pages."""
        return [each for listed in self.taken.values() for each in listed]


def sign_in(count: int) -> list[Sender]:
    """Officers of the county bureau with a session each. SystemExit for an empty registry."""
    from django.conf import settings

    from fangpin.people.actions import give_post
    from fangpin.people.models import Post, Role, User
    from fangpin.places.models import Place
    from fangpin.registry.models import Household

    code = Household.objects.values_list("village_code", flat=True).first()
    if code is None:
        raise SystemExit("this registry is empty: run `fangpin registry fill --persons 1m` first")
    county = Place.objects.get(code=county_of(code), valid_to=None)
    found = []
    for at in range(count):
        user, _ = User.objects.get_or_create(username=f"bench-reader-{at}")
        if not Post.objects.filter(user=user).exists():
            give_post(
                by=None, user=user, role=Role.COUNTY_BUREAU, place=county,
                valid_from=date(2020, 1, 1),
            )  # fmt: skip
        client = signed_in(user)
        token = client.get("/search/").cookies[settings.CSRF_COOKIE_NAME].value
        cookies = {
            settings.SESSION_COOKIE_NAME: client.session.session_key,
            settings.CSRF_COOKIE_NAME: token,
        }
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        found.append(Sender({"Cookie": told, "X-CSRFToken": token}, []))
    return found


def questions(seed: int = 1) -> Callable[[int], Iterator[Asked]]:
    """What the reader of this number asks for, without end: the same for the same seed."""
    from fangpin.bench.registry_search import drawn, searches
    from fangpin.registry.models import Household

    pick = random.Random(seed)
    homes = list(Household.objects.order_by("pk").values_list("number", flat=True))
    numbers = pick.sample(homes, min(_DRAWN, len(homes)))
    villages = sorted({number[:12] for number in numbers})
    kinds = searches(drawn(pick), pick)
    words = [text for kind in _SEARCHED for text in kinds[kind]]

    def ask(reader: int) -> Iterator[Asked]:
        own = random.Random(seed * 1000 + reader)
        while True:
            village = own.choice(villages)
            place = f"township={township_of(village)}&village={village}"
            body = urlencode({"q": own.choice(words)}).encode()
            yield "household page", "GET", f"/households/{own.choice(numbers)}/", b""
            yield "list of persons", "GET", f"/registry/persons/?{place}", b""
            yield "search", "POST", "/search/", body
            yield "list of households", "GET", f"/registry/households/?{place}", b""
            yield "household page", "GET", f"/households/{own.choice(numbers)}/", b""
            yield "list of persons, county", "GET", "/registry/persons/", b""
            yield "search", "POST", "/search/", urlencode({"q": own.choice(words)}).encode()

    return ask


@contextmanager
def reading(
    port: int, people: list[tuple[Sender, Iterator[Asked]]], *, every: float
) -> Iterator[Heard]:
    """Everybody reads as long as the block lasts, with a pause of `every` seconds after a page."""
    heard, stop, lock = Heard(), threading.Event(), threading.Lock()

    def work(sender: Sender, asked: Iterator[Asked]) -> None:
        while not stop.wait(every):
            kind, method, path, body = next(asked)
            begun = time.perf_counter()
            try:
                status, _ = sender.ask(port, method, path, body, _FORM)
            except OSError as error:
                status, told = 0, type(error).__name__
            else:
                told = f"status {status}"
            with lock:
                if status == 200:
                    heard.taken[kind].append(time.perf_counter() - begun)
                else:
                    heard.wrong.append(f"{kind}: {told}")

    threads = [threading.Thread(target=work, args=each) for each in people]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def compared(before: Heard, beside: Heard, name: str) -> list[str]:
    """Lines of a table: median and 95th percentile of each kind of page, before and beside."""
    lines = [f"{'page':26} {'alone p50':>10} {'p95 ms':>8} {name:>10} {'p95 ms':>8} {'p95':>7}"]

    def line(kind: str, alone: list[float], busy: list[float]) -> str:
        if not alone or not busy:
            return f"{kind:26} too few pages"
        figures = [percentile(part, at) * 1000 for part in (alone, busy) for at in (0.5, 0.95)]
        more = figures[3] / figures[1] - 1
        return (
            f"{kind:26} {figures[0]:10.0f} {figures[1]:8.0f} {figures[2]:10.0f} {figures[3]:8.0f}"
            f" {more:+7.0%}"
        )

    for kind in sorted(before.taken | beside.taken):
        lines.append(line(kind, before.taken.get(kind, []), beside.taken.get(kind, [])))
    lines.append(line("all pages", before.together, beside.together))
    return lines


def percentile(values: list[float], share: float) -> float:
    """The value below which so large a share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
