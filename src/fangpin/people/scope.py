"""What somebody may see: rights by role, bounded by the place and the department of each post.

An empty scope means nothing, never everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from fangpin.kernel.errors import Text
from fangpin.people.held import posts_held
from fangpin.people.models import Post, Role, User
from fangpin.people.rights import (
    GROUP_WORDS,
    PLACELESS,
    READABLE,
    RIGHTS,
    STATES,
    WATCHED,
    WRITABLE,
    FieldGroup,
    Right,
    department_groups,
)

__all__ = ["PLACELESS", "Answer", "FieldGroup", "Grant", "Right", "Scope", "scope_of"]


@dataclass(frozen=True)
class Grant:
    """What one post gives. `area` is a code prefix, None = no place; `department` "" = any."""

    rights: frozenset[Right]
    area: str | None
    department: str
    role: Role

    def gives(self, right: Right) -> bool:
        """Whether the post allows this somewhere: most rights are nothing without a place."""
        return right in self.rights and (right in PLACELESS or self.area is not None)

    def reaches(self, code: str) -> bool:
        """Whether the place with this code lies within the post's."""
        return self.area is not None and code.startswith(self.area)

    @property
    def readable(self) -> frozenset[FieldGroup]:
        """Field groups shown to this post wherever it may read the registry."""
        if Right.registry not in self.rights:
            return frozenset()
        return READABLE[self.role] | self._of_department

    @property
    def writable(self) -> frozenset[FieldGroup]:
        """Field groups this post changes wherever it may write to the registry."""
        if Right.registry_write not in self.rights:
            return frozenset()
        return WRITABLE[self.role] | self._of_department

    @property
    def _of_department(self) -> frozenset[FieldGroup]:
        if self.role != Role.DEPARTMENT_LIAISON:
            return frozenset()
        return department_groups(self.department)


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why, in words for the reader. True and false as itself."""

    allowed: bool
    reason: Text

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Scope:
    """All grants of one actor on one day."""

    grants: tuple[Grant, ...]

    def may(self, right: Right) -> bool:
        """Whether any post gives this right anywhere."""
        return any(grant.gives(right) for grant in self.grants)

    def areas(self, right: Right) -> tuple[str, ...]:
        """Code prefixes within which the right holds, shortest first, none inside another."""
        return _outermost({g.area for g in self.grants if right in g.rights and g.area})

    def covers(self, right: Right, code: str) -> bool:
        """Whether the right holds for the place with this 12-digit code."""
        return any(code.startswith(prefix) for prefix in self.areas(right))

    def within(self, right: Right, field: str, *, group: FieldGroup | None = None) -> Q:
        """Filter on a 12-digit code column. Matches nothing when the right is not held.

        With `group`, only places where fields of that group are shown as well: a list that is
        filtered or ordered by a field, and every search, names the group it looks into, so that
        nobody learns from the result what the page would hide.
        """
        prefixes = self.areas(right) if group is None else self._showing(right, group)
        condition = Q(pk__in=[])
        for prefix in prefixes:
            condition |= Q(**{f"{field}__startswith": prefix})
        return condition

    def _showing(self, right: Right, group: FieldGroup) -> tuple[str, ...]:
        """Areas in which the right holds and the group is shown, perhaps by two posts."""
        shown = _outermost({g.area for g in self.grants if group in g.readable and g.area})
        held = self.areas(right)
        return _outermost(
            {max(a, b, key=len) for a in shown for b in held if a.startswith(b) or b.startswith(a)}
        )

    def groups(self, code: str | None) -> frozenset[FieldGroup]:
        """Field groups shown for a household at this 12-digit code.

        None asks for a whole list: the groups shown in every place where the registry may be
        read, so that no column of the list is hidden in part of its rows.
        """
        return self._together(Right.registry, "readable", code)

    def writable_groups(self, code: str | None) -> frozenset[FieldGroup]:
        """Field groups that may be changed for a household at this code; None as in `groups`."""
        return self._together(Right.registry_write, "writable", code)

    def _together(self, right: Right, kind: str, code: str | None) -> frozenset[FieldGroup]:
        if code is not None:
            reaching = [grant for grant in self.grants if grant.reaches(code)]
            return frozenset().union(*(getattr(grant, kind) for grant in reaching))
        everywhere = [self._together(right, kind, prefix) for prefix in self.areas(right)]
        return frozenset.intersection(*everywhere) if everywhere else frozenset()

    def why(
        self,
        right: Right,
        code: str | None = None,
        *,
        group: FieldGroup | None = None,
        state: str = "",
    ) -> Answer:
        """Whether the right holds, and the reason in words.

        `code`: for the place with this 12-digit code (None: anywhere at all). `group`: for fields
        of this group, which for registry_write must be writable and otherwise shown. `state`:
        for a household in this state ("" when no household is meant).
        """
        if not self.may(right):
            return Answer(False, _NOT_HELD)
        if code is not None and right not in PLACELESS and not self.covers(right, code):
            return Answer(False, _ELSEWHERE)
        if group is not None and not self._group_open(right, code, group):
            words = GROUP_WORDS[group]
            if right == Right.registry_write:
                return Answer(
                    False,
                    Text(
                        f"您的岗位不能修改“{words.zh}”",
                        f'your post does not change "{words.en}"',
                    ),
                )
            return Answer(
                False,
                Text(f"您的岗位看不到“{words.zh}”", f'"{words.en}" is not shown to your post'),
            )
        if state and right in STATES and state not in STATES[right]:
            return Answer(False, _CLOSED)
        return Answer(True, _HELD)

    def _group_open(self, right: Right, code: str | None, group: FieldGroup) -> bool:
        if right == Right.registry_write:
            return group in self.writable_groups(code)
        if code is not None:
            return group in self.groups(code)
        return bool(self._showing(right, group))

    def watched(self, code: str) -> bool:
        """Whether every look at a household there is written down: only a watched post reads it."""
        reading = [g for g in self.grants if g.reaches(code) and Right.registry in g.rights]
        return bool(reading) and all(grant.role in WATCHED for grant in reading)

    def departments(self, right: Right) -> tuple[str, ...] | None:
        """Departments whose deliveries the right covers; None = every department."""
        grants = [grant for grant in self.grants if right in grant.rights]
        if any(not grant.department for grant in grants):
            return None
        return tuple(sorted({grant.department for grant in grants}))

    def everywhere(self, right: Right) -> bool:
        """Whether the right holds in the whole county, so that county totals may be shown."""
        return any(len(prefix) <= 6 for prefix in self.areas(right))


_HELD = Text("您的岗位有此权限", "your post allows it")
_NOT_HELD = Text("您的岗位没有此项权限", "none of your posts allows it")
_ELSEWHERE = Text("不在您岗位负责的区域内", "it lies outside the area of your post")
_CLOSED = Text(
    "该户已合并、拆分或注销，不能再作此操作",
    "the household was merged, split or dissolved; this cannot be done any more",
)


def _outermost(prefixes: set[str]) -> tuple[str, ...]:
    """The prefixes, shortest first, without those that lie inside another."""
    found: list[str] = []
    for prefix in sorted(prefixes, key=lambda text: (len(text), text)):
        if not any(prefix.startswith(wider) for wider in found):
            found.append(prefix)
    return tuple(found)


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
    scope = scope_by([held.post for held in posts_held(actor, day)])
    actor._kept_scope = (day, scope)  # type: ignore[attr-defined]
    return scope


def scope_by(posts: Iterable[Post]) -> Scope:
    """What these posts give, whoever holds them."""
    return Scope(
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
