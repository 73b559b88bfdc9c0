"""The world that every page is asked about: everybody, and things in every relation to them.

Two counties. Seen from the worker of village 620402101201 there are things of the own village, a
sibling village, the own township and county (which reach further than the village), the other
township and the other county. All persons are invented.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from time import monotonic, time
from typing import Any
from uuid import uuid4

import polars as pl
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from tests.cast import load_county
from tests.web.access.case_things import cases
from tests.web.access.message_pages import message_things
from tests.web.access.notice_things import notice_things
from tests.web.access.oracle import Holds, Thing
from tests.web.access.privacy_world import privacy_things
from tests.web.single_sign_on import provider

from fangpin.cases.models import Recusal
from fangpin.checks.models import Hit
from fangpin.clues.models import AnswersReturned, Clue, RunTaken
from fangpin.exchange.actions import folder_of
from fangpin.exchange.cells import REMARKS
from fangpin.exchange.models import Import, Snapshot
from fangpin.feeds.models import Delivery, LinkCandidate, LinkQuestion
from fangpin.feeds.review_actions import decide
from fangpin.fieldwork.models import Device, Picture, Sent
from fangpin.foundation.actions import enqueue
from fangpin.foundation.fields import close_into
from fangpin.foundation.kept_files import keep
from fangpin.people.actions import add_charge, add_duty, delegate, enter_unit, give_post
from fangpin.people.exporting import Purpose, begin_export, finish_export
from fangpin.people.models import Alarm, Post, Role, SavedView, Unit, User
from fangpin.people.rights import Right
from fangpin.people.saved_views import save_view
from fangpin.places.actions import keep_hamlet, keep_site, rename, take_over
from fangpin.places.models import NaturalVillage, Place
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, HouseholdState
from fangpin.screening.actions import save_scenario
from fangpin.screening.models import AnswerFile, Finding, Run

COUNTY, TOWNSHIP, VILLAGE = "620402", "620402101", "620402101201"
SIBLING, OTHER_TOWNSHIP, OTHER_COUNTY = "620402101202", "620402102", "620403"
MEDICAL, SCHOOL = "医疗保障局", "教育局"

# name → posts held; "no_post" holds none.
ACTORS: dict[str, tuple[Holds, ...]] = {
    "county": (Holds("county_bureau", COUNTY),),
    "other_county": (Holds("county_bureau", OTHER_COUNTY),),
    "township": (Holds("township_officer", TOWNSHIP),),
    "other_township": (Holds("township_officer", OTHER_TOWNSHIP),),
    "village": (Holds("village_worker", VILLAGE),),
    "sibling_village": (Holds("village_worker", SIBLING),),
    "medical": (Holds("department_liaison", COUNTY, MEDICAL),),
    "school": (Holds("department_liaison", COUNTY, SCHOOL),),
    "township_medical": (Holds("department_liaison", TOWNSHIP, MEDICAL),),
    "approver": (Holds("approver", COUNTY),),
    "leader": (Holds("leader", COUNTY),),
    "township_leader": (Holds("leader", OTHER_TOWNSHIP),),
    "auditor": (Holds("auditor", TOWNSHIP),),
    "placeless_auditor": (Holds("auditor"),),
    "admin": (Holds("system_administrator"),),
    "security": (Holds("security_administrator"),),
    "audit": (Holds("audit_administrator"),),
    # Rights of the one post and the place of the other never mix.
    "two_posts": (Holds("leader", OTHER_TOWNSHIP), Holds("village_worker", VILLAGE)),
    "no_post": (),
}


_SIGNED_IN_FOR = 900  # seconds


@dataclass
class World:
    """Users by name, things by kind, and the ways to sign in."""

    run: Run
    users: dict[str, User]
    things: dict[str, list[Thing]] = field(default_factory=dict)
    at_hand: dict[str, tuple[Client, str]] = field(default_factory=dict)
    built: float = field(default_factory=monotonic)

    def client(self, name: str, way: str = "session") -> Client:
        """A client signed in as `name`; "nobody" is not signed in.

        Everybody signed in when the world was built, and what a test does is rolled back, so that
        the same clients ask again, with the cookie of that moment. Before it gets too old for a
        session without a request, everybody signs in anew.
        """
        if way == "session" and name in self.at_hand and monotonic() - self.built < _SIGNED_IN_FOR:
            client, session = self.at_hand[name]
            client.cookies.clear()
            client.cookies[settings.SESSION_COOKIE_NAME] = session
            return client
        client = Client()
        if name != "nobody":
            WAYS[way](client, self.users[name])
        return client


def _session(client: Client, user: User) -> None:
    client.force_login(user)


def _seen_all_along(client: Client) -> None:
    """Else each request writes down that somebody was seen, and takes it back with the rest."""
    session = client.session
    session["signed_in_at"] = time()
    session["seen_at"] = time() + _SIGNED_IN_FOR
    session.save()


def _demo(client: Client, user: User) -> None:
    response = client.post("/sign-in/demo/", {"account": user.username})
    assert response.status_code == 302


def _county(client: Client, user: User) -> None:
    """Through the county's single sign-on, where a second factor was asked for."""
    User.objects.filter(pk=user.pk).update(is_demo=False)  # demo accounts have a door of their own
    with (
        provider() as other_side,
        override_settings(
            OIDC_ISSUER=other_side.issuer,
            OIDC_CLIENT_ID="fangpin",
            OIDC_CLIENT_SECRET="of the test",
        ),
    ):
        other_side.claims = {"preferred_username": user.username, "amr": ["pwd", "otp"]}
        begun = client.get("/sign-in/county/")
        done = client.get(other_side.authorise(begun.headers["Location"]))
    assert done.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


# Each way to sign in must lead to the same verdicts; a new way is one entry.
WAYS: dict[str, Callable[[Client, User], None]] = {
    "session": _session,
    "demo": _demo,
    "county": _county,
}


def build_world(folder: Path) -> World:
    """Load the small county, add its neighbour, everybody's posts and one thing of each kind."""
    run = load_county(folder)
    neighbour = [("620403101201", "邻村", "620403101000", "邻镇")]
    take_over(
        by=None,
        county=("620403000000", "邻县"),
        villages=neighbour,
        valid_from=date(2020, 1, 1),
    )
    world = World(run, {})
    for name, posts in ACTORS.items():
        world.users[name] = User.objects.create(username=name, is_demo=True)
        for post in posts:
            give_post(
                by=None,
                user=world.users[name],
                role=Role(post.role),
                place=Place.objects.get(code=post.place.ljust(12, "0")) if post.place else None,
                department=post.department,
                valid_from=date(2020, 1, 1),
            )
    world.things = {
        "nothing": [Thing("absent", absent=True)],
        "saved view": _saved_views(world),
        "household": _households(run),
        "quality hit": _quality_hits(),
        "sent from a phone": _sent_from_phones(world),
        **_clues(world),
        "village with findings": [
            Thing("own", "620402102201", words={"village": "620402102201"}),
            Thing("nothing found", absent=True, words={"village": "620402101201"}),
        ],
        **_deliveries(),
        **_reviews(world),
        "pack": [
            Thing("there", words={"pack": "baiyin-2021"}),
            Thing("absent", absent=True, words={"pack": "none"}),
        ],
        "scenario": _scenarios(world),
        "answers": _answers(world),
        "job": _jobs(world),
        **_places(),
        **_people(world),
        "import": _imports(world),
        "snapshot": _snapshots(),
        "alarm": _alarms(world),
        **privacy_things(world.users),
        "export": _exports(world, rows=1),
        "export that waits": _exports(world, rows=10**6),
        "case": cases({COUNTY: world.users["county"], OTHER_COUNTY: world.users["other_county"]}),
    }
    world.things |= notice_things()
    world.things |= message_things(world.users, {"own": VILLAGE, "sibling": SIBLING})
    for name in ACTORS:
        client = world.client(name)
        _seen_all_along(client)
        world.at_hand[name] = (client, client.cookies[settings.SESSION_COOKIE_NAME].value)
    return world


def _households(run: Run) -> list[Thing]:
    """Households of every place, with a finding each; one of each state in the own village."""
    found = Finding.objects.filter(run=run, household_number="620402000001").first()
    assert found is not None
    things = []
    made = [("620403000001", "620403101201", HouseholdState.ACTIVE)] + [
        (f"62040200010{at}", VILLAGE, state)
        for at, state in enumerate(HouseholdState)
        if state != HouseholdState.ACTIVE
    ]
    for number, village, state in made:
        Household.objects.create(number=number, village_code=village, state=state)
        found.pk, found._state.adding = None, True
        found.household_number, found.person_number = number, f"{number}01"
        found.village_code = village
        found.save()
    for household in Household.objects.order_by("number"):
        things.append(
            Thing(
                household.number,
                household.village_code,
                state=household.state,
                words={
                    "number": household.number,
                    "household": household.pk,
                    "village": household.village_code,
                },
            )
        )
    absent = {"number": "620402999999", "household": 10**9, "village": "620402999999"}
    return [*things, Thing("absent", absent=True, words=absent)]


def _sent_from_phones(world: World) -> list[Thing]:
    """Entries from a phone with a picture, of each place; refused, so that they can be seen to."""
    device = Device.objects.create(user=world.users["village"])
    things = []
    for at, village in enumerate((VILLAGE, SIBLING, "620402102201", "620403101201")):
        sent = Sent.objects.create(
            client_id=uuid4(), device=device, user=world.users["village"], kind="visit",
            village_code=village, digest=b"x", state="refused",
        )  # fmt: skip
        picture = Picture(pk=900 + at, client_id=uuid4(), user=device.user, sent=sent, size=1)
        kept = keep(b"a picture", settings.PICTURES_ROOT)
        picture.name, picture.kind = kept.name, "png"
        close_into([picture], "opened_key", [kept.key])
        picture.save(force_insert=True)
        things.append(Thing(village, village, words={"sent": sent.pk, "picture": picture.pk}))
    return [*things, Thing("absent", absent=True, words={"sent": 10**9, "picture": 10**9})]


def _quality_hits() -> list[Thing]:
    things = []
    for at, village in enumerate((VILLAGE, SIBLING, "620402102201", "620403101201")):
        hit = Hit.objects.create(
            rule="x", unit="household", severity="error", village_code=village,
            household_number=f"q{at}", opened=date(2022, 1, 1), seen=date(2022, 1, 1),
        )  # fmt: skip
        things.append(Thing(village, village, words={"hit": hit.pk}))
    return [*things, Thing("absent", absent=True, words={"hit": 10**9})]


def _clues(world: World) -> dict[str, list[Thing]]:
    """A clue in every relation; a held run of the county; answers returned to two departments."""
    clues = []
    for village in (VILLAGE, SIBLING, "620402102201", "620403101201"):
        clue = Clue.objects.create(village_code=village, opened_at=timezone.now())
        clues.append(Thing(village, village, words={"clue": clue.pk}))
    held = RunTaken.objects.create(
        key="held", run=0, as_of=date(2022, 1, 1), areas=[COUNTY], state="held", households=1,
        concerned=1,
    )  # fmt: skip
    returned = []
    for department in (MEDICAL, SCHOOL):
        made = AnswersReturned.objects.create(
            department=department, area=COUNTY, at=timezone.now(), by=world.users["county"], rows=0
        )
        returned.append(Thing(department, COUNTY, department, words={"returned": made.pk}))
    absent = {"clue": 10**9, "held": 10**9, "returned": 10**9}
    nowhere = Thing("absent", absent=True, words=absent)
    return {
        "clue": [*clues, nowhere],
        "held run": [Thing("county", COUNTY, words={"held": held.pk}), nowhere],
        "returned answers": [*returned, nowhere],
    }


def _saved_views(world: World) -> list[Thing]:
    things = []
    for name in ("county", "leader"):
        columns: dict[str, Any] = {"query": "state=new", "columns": ()}
        save_view(by=world.users[name], list_name="findings", name="新增", **columns)
        pk = SavedView.objects.get(user=world.users[name]).pk
        things.append(Thing(name, owner=name, words={"view": pk}))
    return [*things, Thing("absent", absent=True, words={"view": 10**9})]


def _deliveries() -> dict[str, list[Thing]]:
    medical = Delivery.objects.get(file="医保结算.xlsx").pk
    school = Delivery.objects.get(file="学籍.csv").pk
    absent = Thing("absent", absent=True, words={"delivery": 10**9})
    of_medical = Thing("medical", department=MEDICAL, words={"delivery": medical})
    of_school = Thing("school", department=SCHOOL, words={"delivery": school})
    none = Thing("no workbook", absent=True, words={"delivery": school})
    return {
        "delivery": [of_medical, of_school, absent],
        "delivery with a workbook": [of_medical, none],
    }


def _reviews(world: World) -> dict[str, list[Thing]]:
    """Questions about the own township, the other, and both; a decision on each of two."""
    asked = {q.fingerprint[-1]: q.pk for q in LinkQuestion.objects.all()}
    pairs = {
        number: LinkCandidate.objects.get(question=pk, rank=1).pk for number, pk in asked.items()
    }
    last = LinkCandidate.objects.get(question=asked["3"], rank=2).pk
    bureau = world.users["county"]
    own = decide(by=bureau, candidate=pairs["4"], accepted=True).pk
    shared = decide(by=bureau, candidate=last, accepted=False).pk
    areas = {"1": TOWNSHIP, "2": OTHER_TOWNSHIP, "3": COUNTY}
    absent = {"question": 10**9, "pair": 10**9, "decision": 10**9}
    nowhere = Thing("absent", absent=True, words=dict(absent))
    return {
        "pair": [
            Thing(number, area, words={"question": asked[number], "pair": pairs[number]})
            for number, area in areas.items()
        ]
        + [nowhere],
        "decision": [
            Thing("own", TOWNSHIP, words={"decision": own}),
            Thing("shared", COUNTY, words={"decision": shared}),
            nowhere,
        ],
    }


def _scenarios(world: World) -> list[Thing]:
    things = []
    for name, area in (("county", COUNTY), ("township", TOWNSHIP)):
        kept = save_scenario(
            by=world.users[name],
            name="七千",
            note="",
            run=world.run,
            pack="baiyin-2021",
            changes={"monitoring_line": "7000 元/人·年"},
        )
        things.append(Thing(name, area, owner=name, words={"scenario": kept.pk}))
    return [*things, Thing("absent", absent=True, words={"scenario": 10**9})]


def _answers(world: World) -> list[Thing]:
    file = AnswerFile.objects.create(name="a.csv", sha256="0" * 64, by=world.users["county"])
    return [
        Thing("there", words={"answers": file.pk}),
        Thing("absent", absent=True, words={"answers": 10**9}),
    ]


def _jobs(world: World) -> list[Thing]:
    owners = ("county", "township", "village")
    jobs = {name: enqueue(by=world.users[name], kind="screen", arguments={}) for name in owners}
    return [
        *(Thing(name, owner=name, words={"job": job.pk}) for name, job in jobs.items()),
        Thing("absent", absent=True, words={"job": uuid4()}),
    ]


def _imports(world: World) -> list[Thing]:
    """Checked files of the county and of a township, each with its report."""
    things = []
    for name in ("county", "township"):
        brought = Import.objects.create(
            key=uuid4().hex, file="x.xlsx", on=date(2022, 1, 1), state="checked",
            by=world.users[name],
        )  # fmt: skip
        folder = folder_of(brought) / "report"
        folder.mkdir(parents=True)
        for table in ("remarks", "changes", "additions"):
            pl.DataFrame(schema=REMARKS).write_parquet(folder / f"{table}.parquet")
        (folder / "report.xlsx").write_bytes(b"x")
        things.append(Thing(name, owner=name, words={"import": brought.pk}))
    return [*things, Thing("absent", absent=True, words={"import": 10**9})]


def _snapshots() -> list[Thing]:
    taken = Snapshot.objects.create(
        key=uuid4().hex, as_of=date(2022, 1, 1), hash="0" * 64, villages=1, households=1, persons=1
    )
    return [
        Thing("there", words={"snapshot": taken.pk}),
        Thing("absent", absent=True, words={"snapshot": 10**9}),
    ]


def _alarms(world: World) -> list[Thing]:
    alarm = Alarm.objects.create(
        kind=Alarm.Kind.READING,
        user=world.users["village"],
        day=date(2026, 3, 2),
        count=300,
        limit=300,
    )
    return [
        Thing("open", words={"alarm": alarm.pk}),
        Thing("absent", absent=True, words={"alarm": 10**9}),
    ]


def _exports(world: World, rows: int) -> list[Thing]:
    """One of the county and one of each township: ready, or so large that they wait."""
    things = []
    owners = (("county", COUNTY), ("township", TOWNSHIP), ("other_township", OTHER_TOWNSHIP))
    for name, area in owners:
        export = begin_export(
            by=world.users[name],
            what="findings",
            right=Right.export,
            filter={},
            columns=[],
            form="csv",
            purpose=Purpose("visit"),
        )
        finish_export(export=export, file=BytesIO(b"x"), name="x", rows=rows)
        things.append(Thing(name, area, owner=name, words={"export": export.pk}))
    return [*things, Thing("absent", absent=True, words={"export": 10**9})]


def _places() -> dict[str, list[Thing]]:
    """Places of every level and relation, each with a unit, a duty, a charge; villages with a
    hamlet, a site and a change of their name."""
    absent = dict.fromkeys(("place", "unit", "duty", "charge", "hamlet", "site", "change"), 10**9)
    nowhere = Thing("absent", absent=True, words=absent)
    found: dict[str, list[Thing]] = {
        kind: [nowhere]
        for kind in ("place", "village", "unit", "hamlet", "site", "change of a place")
    }
    prefixes = (COUNTY, TOWNSHIP, VILLAGE, SIBLING, OTHER_TOWNSHIP, "620402102201", "620403101201")
    since = date(2020, 6, 1)
    for prefix in prefixes:
        at = Place.objects.get(code=prefix.ljust(12, "0"))
        words: dict[str, object] = {"place": at.pk}
        found["place"].append(Thing(at.name, prefix, words=dict(words)))
        kind = Unit.Kind.OTHER
        unit = enter_unit(by=None, name=f"{at.name}单位", kind=kind, place=at, since=since)
        words |= {
            "unit": unit.pk,
            "duty": add_duty(by=None, unit=unit, text="职责", since=since).pk,
            "charge": add_charge(by=None, unit=unit, user=None, place=at, since=since).pk,
        }
        found["unit"].append(Thing(unit.name, prefix, words=dict(words)))
        if at.level != Place.Level.VILLAGE:
            continue
        found["village"].append(Thing(at.name, prefix, words=dict(words)))
        group = NaturalVillage.Kind.GROUP
        hamlet = keep_hamlet(by=None, place=at, kind=group, name="一组")
        site = keep_site(by=None, place=at, name="安置点", figures={})
        change = rename(by=None, place=at, name=f"{at.name}新", on=date(2021, 6, 1))
        words |= {"hamlet": hamlet.pk, "site": site.pk, "change": change.pk}
        for kind_of_thing in ("hamlet", "site", "change of a place"):
            found[kind_of_thing].append(Thing(at.name, prefix, words=dict(words)))
    return found


def _people(world: World) -> dict[str, list[Thing]]:
    """Users, and posts that their holders have delegated to somebody outside the cast."""
    today = timezone.localdate()
    away = User.objects.create(username="stand_in", is_demo=True)
    absent = {"user": 10**9, "recusal": 10**9, "post": 10**9, "delegation": 10**9}
    posts = [Thing("absent", absent=True, words=dict(absent))]
    for name in ("township", "village"):
        post = Post.objects.get(user=world.users[name])
        given = delegate(
            by=None, post=post, to=away, first_day=today, last_day=today, reason="出差"
        )
        posts.append(Thing(name, owner=name, words={"post": post.pk, "delegation": given.pk}))
    # Close to a household that is none of theirs, so that it keeps nobody from anything else.
    far = Household.objects.filter(village_code__startswith="620403").order_by("pk")[0]
    users = []
    for name in ("village", "no_post"):
        (pk,) = allocate(Recusal, 1)
        close = Recusal(pk=pk, user=world.users[name], household=far)
        close_into([close], "reason", ["亲戚"])
        close.save(force_insert=True)
        users.append(Thing(name, words={"user": world.users[name].pk, "recusal": pk}))
    return {"post": posts, "user": [*users, Thing("absent", absent=True, words=dict(absent))]}
