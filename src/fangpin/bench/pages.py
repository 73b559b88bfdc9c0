"""How long lists and the household page take on a full registry: `python -m fangpin.bench.pages`.

The database of FANGPIN_DATA_DIR must hold a registry (`fangpin registry fill --persons 1m`). Pages
are asked for in this process, through every middleware; what a network adds is not measured.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import cycle
from typing import Any

from fangpin.bench.installation import signed_in
from fangpin.foundation import environment
from fangpin.foundation.postgres import Server
from fangpin.kernel.place_codes import county_of, township_of

Asked = Callable[[], str]


def _readers() -> dict[str, tuple[Any, str]]:
    """A signed-in client for the county and for a township, with the prefix of its place."""
    from fangpin.people.actions import give_post
    from fangpin.people.models import Post, Role, User
    from fangpin.places.models import Place
    from fangpin.registry.models import Household

    first = Household.objects.exclude(village_code="").order_by("village_code").first()
    if first is None:
        raise SystemExit("this registry is empty: run `fangpin registry fill --persons 1m` first")
    found = {}
    for name, role, code in (
        ("county", Role.COUNTY_BUREAU, county_of(first.village_code)),
        ("township", Role.TOWNSHIP_OFFICER, township_of(first.village_code)),
    ):
        user, _ = User.objects.get_or_create(username=f"bench-{name}", defaults={"is_demo": True})
        place = Place.objects.get(code=code, valid_to=None)
        if not Post.objects.filter(user=user).exists():
            give_post(by=None, user=user, role=role, place=place, valid_from=date(2020, 1, 1))
        found[name] = (signed_in(user), place.prefix)
    return found


def _questions(prefixes: dict[str, str]) -> dict[str, tuple[str, Asked]]:
    """What is asked: line of the report → (who, the next address)."""
    from fangpin.places.models import Place
    from fangpin.registry.models import Household

    pick = random.Random(1)
    inside = Place.objects.filter(level="village", code__startswith=prefixes["county"])
    villages = list(inside.values_list("code", flat=True))
    own = Household.objects.filter(village_code__startswith=prefixes["township"])
    # The same few again and again: reading many persons in a day is stopped on purpose.
    numbers = cycle(list(own.values_list("number", flat=True)[:25]))

    def village() -> str:
        code = pick.choice(villages)
        return f"township={township_of(code)}&village={code}"

    households, persons = "/registry/households/", "/registry/persons/"
    return {
        "households, county": ("county", lambda: households),
        "households, a village": ("county", lambda: f"{households}?{village()}"),
        "households, monitored": ("county", lambda: f"{households}?monitoring=any"),
        "households, from the middle": (
            "county",
            lambda: f"{households}?after={pick.choice(villages)}~0",
        ),
        "households, township": ("township", lambda: households),
        "persons, county": ("county", lambda: persons),
        "persons over 60, a village": ("county", lambda: f"{persons}?{village()}&age_from=60"),
        "persons, township": ("township", lambda: persons),
        "persons over 60, township": ("township", lambda: f"{persons}?age_from=60"),
        "disabled children, township": (
            "township",
            lambda: f"{persons}?health=disabled&age_to=15",
        ),
        "household page": ("township", lambda: f"/households/{next(numbers)}/"),
    }


def measure(times: int) -> None:
    """Ask each page `times` times and print median and 95th percentile by the clock, and of
    processor time here and in the database, which other work on the machine does not blur."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from fangpin.bench.registry_search import processor

    # Who turns pages by the hundred is stopped on purpose: here that is the work.
    settings.READING_LIMITS = dict.fromkeys(settings.READING_LIMITS, 10**9)
    call_command("migrate", verbosity=0)
    readers = _readers()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    prefixes = {name: prefix for name, (_, prefix) in readers.items()}
    print(f"{'page':32} {'p50 ms':>8} {'p95 ms':>8} {'cpu p50':>8} {'cpu p95':>8}")
    for line, (who, asked) in _questions(prefixes).items():
        client = readers[who][0]
        client.get(asked())
        taken, worked = [], []
        for _ in range(times):
            address, begun, busy = asked(), time.perf_counter(), processor()
            response = client.get(address)
            taken.append((time.perf_counter() - begun) * 1000)
            worked.append((processor() - busy) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{line}: answered {response.status_code}")
        shown = [
            f"{sorted(values)[int(times * share)]:8.0f}"
            for values in (taken, worked)
            for share in (0.5, 0.95)
        ]
        print(f"{line:32} {' '.join(shown)}")
    load = os.getloadavg()[0]
    print(f"load of the machine: {load:.1f} on {os.cpu_count()} processors")


def main() -> None:
    """Start the embedded database of the data folder when there is no other, then measure."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.web.settings")

    def run() -> None:
        import django

        django.setup()
        measure(times)

    if environment.secret("FANGPIN_DATABASE_URL") is not None:
        run()
        return
    with Server(environment.data_dir()):
        run()


if __name__ == "__main__":
    main()
