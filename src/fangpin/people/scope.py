"""What somebody may see: rights by role, bounded by the place and the department of each post.

An empty scope means nothing, never everything.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone

from fangpin.people.models import Post, Role, User


class Right(StrEnum):
    findings = "findings"  # read findings, sentences and evidence
    names = "names"  # see the name of a household's head and members
    export = "export"  # take findings away as a file
    deliveries = "deliveries"  # see what arrived and how complete it is
    rows = "rows"  # see and download the rows that were not simply accepted
    upload = "upload"  # hand in files and start a screening
    audit = "audit"  # read the audit trail
    jobs = "jobs"  # see all background work
    packs = "packs"  # read policy packs
    reviews = "reviews"  # decide whether a delivered and a registered person are the same
    what_if = "what_if"  # try other figures or another pack, in words, numbers and lists
    scenarios = "scenarios"  # keep what was tried under a name, and delete one's own
    backtest = "backtest"  # see how rules have done over the past months


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.COUNTY_BUREAU: frozenset(
        {
            *(Right.findings, Right.names, Right.export, Right.deliveries, Right.rows),
            *(Right.upload, Right.packs, Right.what_if, Right.scenarios, Right.backtest),
            Right.reviews,
        }
    ),
    Role.TOWNSHIP_OFFICER: frozenset(
        {
            *(Right.findings, Right.names, Right.export, Right.deliveries, Right.packs),
            *(Right.what_if, Right.scenarios, Right.reviews),
        }
    ),
    Role.VILLAGE_WORKER: frozenset({Right.findings, Right.names, Right.deliveries, Right.packs}),
    Role.DEPARTMENT_LIAISON: frozenset({Right.deliveries, Right.rows, Right.packs}),
    Role.LEADER: frozenset(
        {Right.findings, Right.deliveries, Right.packs, Right.what_if, Right.backtest}
    ),
    Role.AUDITOR: frozenset({Right.audit, Right.packs}),
    Role.SYSTEM_ADMINISTRATOR: frozenset({Right.jobs, Right.packs}),
}


@dataclass(frozen=True)
class Grant:
    """What one post gives. `area` is a code prefix, None = no place; `department` "" = any."""

    rights: frozenset[Right]
    area: str | None
    department: str
    role: Role


@dataclass(frozen=True)
class Scope:
    """All grants of one actor on one day."""

    grants: tuple[Grant, ...]

    def may(self, right: Right) -> bool:
        """Whether any post gives this right anywhere."""
        return any(right in grant.rights for grant in self.grants)

    def areas(self, right: Right) -> tuple[str, ...]:
        """Code prefixes within which the right holds, shortest first, none inside another."""
        found: list[str] = []
        given = {g.area for g in self.grants if right in g.rights and g.area}
        for prefix in sorted(given, key=lambda text: (len(text), text)):
            if not any(prefix.startswith(wider) for wider in found):
                found.append(prefix)
        return tuple(found)

    def covers(self, right: Right, code: str) -> bool:
        """Whether the right holds for the place with this 12-digit code."""
        return any(code.startswith(prefix) for prefix in self.areas(right))

    def within(self, right: Right, field: str) -> Q:
        """Filter on a 12-digit code column. Matches nothing when the right is not held."""
        condition = Q(pk__in=[])
        for prefix in self.areas(right):
            condition |= Q(**{f"{field}__startswith": prefix})
        return condition

    def departments(self, right: Right) -> tuple[str, ...] | None:
        """Departments whose deliveries the right covers; None = every department."""
        grants = [grant for grant in self.grants if right in grant.rights]
        if any(not grant.department for grant in grants):
            return None
        return tuple(sorted({grant.department for grant in grants}))

    def everywhere(self, right: Right) -> bool:
        """Whether the right holds in the whole county, so that county totals may be shown."""
        return any(len(prefix) <= 6 for prefix in self.areas(right))


def scope_of(actor: User, on: date | None = None) -> Scope:
    """The scope of `actor` on a day (today by the server's calendar). One query, kept on the actor.

    Raises PermissionError when nobody is signed in: reading without a scope is refused.
    """
    if not actor.is_authenticated or not actor.is_active:
        raise PermissionError("nobody is signed in")
    day = on or timezone.localdate()
    kept: tuple[date, Scope] | None = getattr(actor, "_kept_scope", None)
    if kept is not None and kept[0] == day:
        return kept[1]
    posts = (
        Post.objects.filter(user=actor, valid_from__lte=day)
        .filter(Q(valid_to=None) | Q(valid_to__gte=day))
        .select_related("place")
        .order_by("pk")
    )
    scope = Scope(
        tuple(
            Grant(
                rights=RIGHTS[Role(post.role)],
                area=post.place.prefix if post.place else None,
                department=post.department,
                role=Role(post.role),
            )
            for post in posts
        )
    )
    actor._kept_scope = (day, scope)  # type: ignore[attr-defined]
    return scope
