"""How long a search takes on a registry filled by `fangpin registry fill`.

200 searches of each kind, drawn from the persons that are there, by readers of the whole county, of
a township and of a village, and of the county beside a second one, so that it too stands behind
the second wall: `fangpin registry search-speed` with FANGPIN_DATA_DIR or FANGPIN_DATABASE_URL as
for the fill. Prints milliseconds at p50 and p95: by the clock, and of
processor time here and in the database's process, which other work on the machine does not blur.
"""

import random
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from fangpin.kernel.names import surname
from fangpin.kernel.place_codes import code_of
from fangpin.people.models import Post, Role
from fangpin.people.row_security import seen_by
from fangpin.places.models import Place
from fangpin.registry.models import Membership, Person
from fangpin.registry.sealing import open_many
from fangpin.registry.search import search
from fangpin.registry.search_tokens import hashed_alone, is_rare

SEARCHES = 200
_DRAWN = 4_000
# Reader → leading digits of the place.
_READERS = {"county": 6, "township": 9, "village": 12, "one of two counties": 6}
_ROLES = {6: Role.COUNTY_BUREAU, 9: Role.TOWNSHIP_OFFICER, 12: Role.VILLAGE_WORKER}


def measure(say: Callable[[str], None] = print) -> dict[tuple[str, str], tuple[float, float]]:
    """Milliseconds (p50, p95) by reader and kind. Leaves nothing in the database."""
    draw = random.Random(7)
    people = drawn(draw)
    kinds = searches(people, draw)
    found: dict[tuple[str, str], tuple[float, float]] = {}
    with transaction.atomic():
        readers = {name: _reader(name, digits) for name, digits in _READERS.items()}
        search(readers["county"], "张三")  # tables of sounds and variants are read once
        for name, reader in readers.items():
            if name == "one of two counties":
                _second_county()
            for kind, texts in kinds.items():
                times, worked, hits = [], [], 0
                for text in texts:
                    began, busy = time.perf_counter(), processor()
                    with seen_by(reader):
                        hits += bool(search(reader, text).hits)
                    times.append((time.perf_counter() - began) * 1000)
                    worked.append((processor() - busy) * 1000)
                found[name, kind] = _p(times, 0.5), _p(times, 0.95)
                say(
                    f"{name:20} {kind:24} p50 {_p(times, 0.5):7.1f}  p95 {_p(times, 0.95):7.1f}"
                    f"  processor p50 {_p(worked, 0.5):7.1f}  p95 {_p(worked, 0.95):7.1f}"
                    f"  found {hits}/{len(times)}"
                )
        transaction.set_rollback(True)
    return found


def _p(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def processor() -> float:
    """Seconds of processor time of this process and of the database's for our connection."""
    own = time.process_time()
    try:
        other = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:  # the database is on another machine
        return own
    return own + int(other.split()[0]) / 1e9


def _reader(name: str, digits: int) -> Any:
    code = Membership.objects.values_list("household__village_code", flat=True).first() or ""
    place = Place.objects.get(code=code_of(code[:digits]), valid_to=None)
    user = get_user_model().objects.create(username=f"search-{name}")
    Post.objects.create(user=user, role=_ROLES[digits], place=place, valid_from=date(2000, 1, 1))
    return user


def _second_county() -> None:
    Place.objects.create(
        code="999999001001", name="别处", level=Place.Level.VILLAGE, valid_from=date(2000, 1, 1)
    )


def drawn(draw: random.Random) -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM registry_person")
        low, high = cursor.fetchone()
    wanted = sorted({draw.randint(low, high) for _ in range(_DRAWN)})
    rows = Membership.objects.filter(person__in=wanted, ended_on=None).values_list(
        "person_id", "person__name", "person__id_number", "person__phone", "household__village_code"
    )
    listed: list[Any] = list(rows)
    columns = [
        open_many(Person, field, [row[0] for row in listed], [row[at] for row in listed])
        for at, field in enumerate(("name", "id_number", "phone"), start=1)
    ]
    villages = dict(Place.objects.filter(valid_to=None).values_list("code", "name"))
    people = [
        {"name": n or "", "id": i or "", "phone": p or "", "village": villages.get(row[4], "")}
        for row, n, i, p in zip(listed, *columns, strict=True)
    ]
    draw.shuffle(people)
    return people


def searches(people: list[dict[str, str]], draw: random.Random) -> dict[str, list[str]]:
    from fangpin.kernel.sounds import sound_of

    named = [person for person in people if len(person["name"]) > 1]
    given = [person["name"][len(surname(person["name"])) :] for person in named]
    rare = [c for name in given for c in name if hashed_alone(c)]
    outside = [c for c in rare if is_rare(c)] or rare
    beyond = ["𬱖", "㛃", "䶮", "𬭎", "𫖯", "鿎", "𠅤", "龘", "𪚥", "〇"]
    initials = ["".join(s[0] for s in sound_of(p["name"]).split()) for p in named[:SEARCHES]]
    kinds = {
        "identity number": [p["id"] for p in people if p["id"]],
        "last four": [p["id"][-4:] for p in people if p["id"]],
        "phone": [p["phone"] for p in people if p["phone"]],
        "whole name": [p["name"] for p in named],
        "given name": [name for name in given if len(name) > 1],
        "one common character": [c for name in given for c in name if not hashed_alone(c)],
        "one uncommon character": rare,
        "rare character": [draw.choice([*beyond, *outside]) for _ in range(SEARCHES)],
        "nobody": [p["name"][:2] + "龘" for p in named],
        "surname": [surname(p["name"]) for p in named],
        "initials": initials,
        "two initials": [text[:2] for text in initials],
        "whole pinyin": [sound_of(p["name"]) for p in named[:SEARCHES]],
        "village + name": [f"{p['village']} {p['name']}" for p in named],
        "village + surname": [f"{p['village']} {surname(p['name'])}" for p in named],
    }
    return {kind: texts[:SEARCHES] for kind, texts in kinds.items()}
