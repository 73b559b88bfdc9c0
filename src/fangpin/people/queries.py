"""Reads of places, units, users and posts. The actor comes first; what they may see decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from fangpin.kernel.place_codes import codes_around, county_of, prefix_of
from fangpin.people.held import Held, posts_held, runs
from fangpin.people.models import Charge, Delegation, Post, Unit, UnitDuty, User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place, VillageProfile

PAGE = 50


def place(actor: User, pk: int, right: Right = Right.places) -> Place | None:
    """The place, closed or not, when the right covers it. Two queries."""
    found = Place.objects.select_related("parent__parent__parent").filter(pk=pk).first()
    return found if found and scope_of(actor).covers(right, found.code) else None


def may_change_tree(actor: User, of: Place) -> bool:
    """Whether the actor orders renamings and mergers around this place: only who covers its whole
    county does (for a city or province: who covers that)."""
    return scope_of(actor).covers(Right.places_write, county_of(of.code))


@dataclass(frozen=True)
class Branch:
    """A township with its villages, or a place of another level with none of its own listed.

    `whole`: the place itself is the reader's too, not only villages in it.
    """

    place: Place
    villages: tuple[tuple[Place, VillageProfile | None], ...]
    whole: bool = True


def tree(actor: User) -> list[Branch]:
    """The open townships and villages of the actor's areas. Where an area is larger than a
    county, the places of the first level below it. Three queries."""
    areas = scope_of(actor).areas(Right.places)
    inside = Q(pk__in=[])
    for area in areas:
        if len(area) >= 6:
            inside |= Q(code__startswith=area, level__in=("township", "village"))
        else:
            inside |= Q(code__startswith=area, level="county")
    rows = list(Place.objects.filter(inside, valid_to=None).order_by("code"))
    latest = (
        VillageProfile.objects.filter(place__in=[row.pk for row in rows if row.level == "village"])
        .order_by("place_id", "-year")
        .distinct("place_id")
    )
    profiles = {profile.place_id: profile for profile in latest}
    villages: dict[int | None, list[tuple[Place, VillageProfile | None]]] = {}
    for row in rows:
        if row.level == Place.Level.VILLAGE:
            villages.setdefault(row.parent_id, []).append((row, profiles.get(row.pk)))
    branches = [
        Branch(row, tuple(villages.pop(row.pk, ())))
        for row in rows
        if row.level != Place.Level.VILLAGE
    ]
    # A village worker sees the village without its township: the name above is public.
    above = Place.objects.in_bulk([pk for pk in villages if pk is not None])
    branches += [
        Branch(above[pk], tuple(own), whole=False) for pk, own in villages.items() if pk is not None
    ]
    return branches


def counties(actor: User) -> list[Place]:
    """Counties whose tree the actor may change. One query."""
    inside = Q(pk__in=[])
    for area in scope_of(actor).areas(Right.places_write):
        if len(area) <= 6:
            inside |= Q(code__startswith=area)
    return list(Place.objects.filter(inside, level="county", valid_to=None).order_by("code")[:200])


def units(actor: User) -> QuerySet[Unit]:
    """Open units of the actor's areas; all for whoever gives posts."""
    return _visible_units(actor).filter(valid_to=None)


def unit(actor: User, pk: int) -> Unit | None:
    """The unit, closed or not, when the actor may see it. One query."""
    return _visible_units(actor).filter(pk=pk).first()


def _visible_units(actor: User) -> QuerySet[Unit]:
    scope = scope_of(actor)
    rows = Unit.objects.select_related("place", "parent").order_by("place__code", "kind", "name")
    if scope.may(Right.users):
        return rows
    inside = Q(pk__in=[])
    for area in scope.areas(Right.places):
        inside |= Q(place__code__startswith=area)
        # What stands above one's own area is no secret either: whose village is it?
        inside |= Q(place__code__in=codes_around(area)[1:])
    return rows.filter(inside)


def may_change_unit(actor: User, of: Place) -> bool:
    """Whether the actor keeps the units of this place."""
    return scope_of(actor).covers(Right.places_write, of.code)


def duties(actor: User, of: Unit | None = None) -> list[UnitDuty]:
    """Lines of responsibility lists that hold today, of one unit or of all that the actor sees."""
    today = timezone.localdate()
    rows = UnitDuty.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    rows = rows.filter(unit=of) if of else rows.filter(unit__in=units(actor))
    return list(
        rows.select_related("unit__place").order_by("unit__place__code", "unit", "pk")[:500]
    )


def charges(
    actor: User, *, of: Unit | None = None, at: Place | None = None, household: str = ""
) -> list[Charge]:
    """Who looks after whom today, within the actor's areas: by unit, place or household."""
    today = timezone.localdate()
    rows = Charge.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    inside = scope_of(actor).within(Right.places, "place__code")
    rows = rows.filter(inside).select_related("unit", "user", "place")
    if of is not None:
        rows = rows.filter(unit=of)
    if at is not None:
        rows = rows.filter(place=at)
    if household:
        rows = rows.filter(household_number=household)
    return list(rows.order_by("place__code", "household_number", "pk")[:500])


@dataclass(frozen=True)
class UserFilter:
    """`state`: "" all, active, gone, no_post (active without a running post)."""

    role: str = ""
    state: str = ""
    name: str = ""  # the beginning of a user name
    place: str = ""  # 12-digit code: posts for it or below


def _users(actor: User, wanted: UserFilter) -> QuerySet[User]:
    if not scope_of(actor).may(Right.users):
        return User.objects.none()
    running = runs(timezone.localdate(), "posts__")
    rows = User.objects.all()
    if wanted.role:
        rows = rows.filter(running, posts__role=wanted.role)
    if wanted.place:
        prefix = prefix_of(wanted.place)
        rows = rows.filter(running, posts__place__code__startswith=prefix)
    if wanted.name:
        rows = rows.filter(username__startswith=wanted.name)
    if wanted.state == "active":
        rows = rows.filter(is_active=True)
    elif wanted.state == "gone":
        rows = rows.filter(is_active=False)
    elif wanted.state == "no_post":
        held = User.objects.filter(running).values("pk")
        rows = rows.filter(is_active=True).exclude(pk__in=held)
    return rows.distinct()


def users_page(
    actor: User, wanted: UserFilter, after: str = "", size: int = PAGE
) -> tuple[list[User], str | None]:
    """Users by user name with their running posts, and the name to go on after. Two queries."""
    today = timezone.localdate()
    posts = (
        Post.objects.filter(runs(today) | Q(valid_from__gt=today))
        .select_related("place", "unit")
        .order_by("valid_from", "pk")
    )
    found = _users(actor, wanted).filter(username__gt=after).order_by("username")
    with_posts = found.prefetch_related(Prefetch("posts", posts, to_attr="running"))
    rows: list[User] = list(with_posts[: size + 1])
    more = rows[size - 1].username if len(rows) > size else None
    return rows[:size], more


def count_users(actor: User, wanted: UserFilter) -> int:
    """How many users fit. One query."""
    return _users(actor, wanted).count()


def user(actor: User, pk: int) -> User | None:
    """A user, for whoever gives posts. One query."""
    if not scope_of(actor).may(Right.users):
        return None
    return User.objects.filter(pk=pk).first()


def receiver(username: str) -> User | None:
    """Somebody to whom a post may be delegated, by exact user name. One query."""
    return User.objects.filter(username=username.strip(), is_active=True).first()


def posts_of(of: User) -> list[Post]:
    """All posts of a user, running ones first, with their delegations that are not over."""
    today = timezone.localdate()
    running = Delegation.objects.filter(ended_at=None, last_day__gte=today).select_related("to")
    rows = Post.objects.filter(user=of).select_related("place", "unit", "user")
    rows = rows.prefetch_related(Prefetch("delegations", running, to_attr="lent"))
    return sorted(rows, key=lambda post: (ended(post), -post.valid_from.toordinal(), -post.pk))


def ended(post: Post) -> bool:
    """Whether the post gives nothing today any more."""
    ends = (
        post.valid_to,
        post.place.valid_to if post.place else None,
        post.unit.valid_to if post.unit else None,
    )
    return any(end is not None and end < timezone.localdate() for end in ends)


def own_posts(actor: User) -> list[Held]:
    """What the actor holds today, delegated posts included. One query."""
    return posts_held(actor, timezone.localdate())


def delegations_of(actor: User) -> list[Delegation]:
    """Delegations by and to the actor that are running or to come. One query."""
    today = timezone.localdate()
    return list(
        Delegation.objects.filter(Q(post__user=actor) | Q(to=actor))
        .filter(ended_at=None, last_day__gte=today)
        .select_related("post__user", "post__place", "to")
        .order_by("first_day", "pk")
    )


def delegations_behind(acts: Sequence[tuple[int, int | None, datetime]]) -> dict[int, list[Post]]:
    """Acts as (key, actor, time) → posts of others that the actor exercised at that time, for the
    audit trail; acts by nobody's proxy are left out. One query."""
    if not acts:
        return {}
    days = {key: timezone.localtime(at).date() for key, _, at in acts}
    rows = list(
        Delegation.objects.filter(
            to__in={actor for _, actor, _ in acts if actor},
            first_day__lte=max(days.values()),
            last_day__gte=min(days.values()),
        )
        .select_related("post__user", "post__place")
        .order_by("pk")
    )
    found: dict[int, list[Post]] = {}
    for key, actor, at in acts:
        for row in rows:
            lasted = row.given_at <= at and (row.ended_at is None or at < row.ended_at)
            if row.to_id == actor and row.first_day <= days[key] <= row.last_day and lasted:
                found.setdefault(key, []).append(row.post)
    return found


def posts_in(of: Unit) -> list[Post]:
    """Who works in a unit today. One query."""
    today = timezone.localdate()
    return list(
        Post.objects.filter(runs(today), unit=of, user__is_active=True)
        .select_related("user", "place")
        .order_by("role", "user__username")
    )


def kinds_of_units(actor: User) -> dict[str, int]:
    """Kind → how many units the actor sees. One query."""
    rows = units(actor).order_by().values("kind").annotate(n=Count("pk"))
    return {row["kind"]: row["n"] for row in rows}
