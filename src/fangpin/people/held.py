"""Which posts somebody exercises on a day: their own, and those delegated to them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from fangpin.people.models import Post, User


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
