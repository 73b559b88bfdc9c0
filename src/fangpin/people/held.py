"""Which posts somebody exercises on a day: their own, and those delegated to them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from fangpin.people.models import Delegation, Post, User


@dataclass(frozen=True)
class Held:
    """A post as it is exercised. `delegated` says that it is somebody else's."""

    post: Post
    delegated: bool


def runs(day: date, prefix: str = "") -> Q:
    """Condition on posts (or on what `prefix` leads to them from) that they hold on a day: within
    their days, their place and their unit still there."""
    condition = Q(**{f"{prefix}valid_from__lte": day})
    for end in ("valid_to", "place__valid_to", "unit__valid_to"):
        condition &= Q(**{f"{prefix}{end}": None}) | Q(**{f"{prefix}{end}__gte": day})
    return condition


def posts_held(actor: User, day: date) -> list[Held]:
    """The posts that give rights to `actor` on a day. One query.

    A post ends with its last day, with its place (a merged village gives nothing to whom it was
    given for: the village that took over is larger), and with its unit. A delegation needs the
    post behind it and whoever holds that to be there still.
    """
    receives = Q(
        delegations__to=actor,
        delegations__ended_at=None,
        delegations__first_day__lte=day,
        delegations__last_day__gte=day,
        user__is_active=True,
    )
    rows = (
        Post.objects.filter(Q(user=actor) | receives)
        .filter(runs(day))
        .select_related("place")
        .order_by("pk")
        .distinct()
    )
    return [Held(post, post.user_id != actor.pk) for post in rows]


def posts_of_many(users: Iterable[int], day: date) -> dict[int, list[Post]]:
    """User id → the posts that give rights to them on a day, as `posts_held` has it; nobody whose
    account has ended. Two queries."""
    wanted = set(users)
    found: dict[int, list[Post]] = defaultdict(list)
    own = Post.objects.filter(runs(day), user__in=wanted, user__is_active=True)
    for post in own.select_related("place"):
        found[post.user_id].append(post)
    given = Delegation.objects.filter(
        runs(day, "post__"),
        to__in=wanted,
        to__is_active=True,
        ended_at=None,
        first_day__lte=day,
        last_day__gte=day,
        post__user__is_active=True,
    )
    for delegation in given.select_related("post__place"):
        found[delegation.to_id].append(delegation.post)
    return dict(found)
