"""Posts: given, ended, changed for another, delegated for some days."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.actions.units import department_unit
from fangpin.people.models import Delegation, Post, Role, Unit, User
from fangpin.people.rights import conflict
from fangpin.places.models import Place

LONGEST_DELEGATION = timedelta(days=60)


@transaction.atomic
def give_post(
    *,
    by: Any,
    user: User,
    role: Role,
    place: Place | None,
    department: str = "",
    unit: Unit | None = None,
    valid_from: date,
    valid_to: date | None = None,
) -> Post:
    """Let a user hold a role for a place (or a department) from a day on.

    `unit` is what the user works for. A liaison's post carries the unit's name in feeds as
    `department`; given as a text alone, the unit of that name is found or entered.
    Raises FangpinError when an administrator would hold a second kind of post, neither the one
    nor the other may still run, or begin, on a day of the new one; and when somebody gives a
    post to themselves.
    """
    if by is not None and by.pk == user.pk:
        raise FangpinError.because(
            "不能给自己授予任职",
            "nobody gives a post to themselves",
            do_zh="请另一位安全管理员办理",
            do_en="ask another security administrator",
        )
    if valid_to is not None and valid_to < valid_from:
        raise _backwards()
    _see_that_it_fits(_held(user, valid_from, valid_to), role)
    if role == Role.DEPARTMENT_LIAISON:
        if unit is not None:
            department = unit.feed_name or unit.name
        elif department and place is not None:
            unit = department_unit(by=by, name=department, place=place, since=valid_from)
    post = Post.objects.create(
        user=user,
        role=role,
        place=place,
        unit=unit,
        department=department,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    record(
        by=by,
        action="people.give_post",
        subject=f"user:{user.pk}",
        detail={
            "role": role,
            "place": place.code if place else "",
            "department": department,
            "unit": unit.pk if unit else None,
        },
    )
    return post


@transaction.atomic
def end_post(*, by: Any, post: Post, last_day: date) -> None:
    """Let a post end on a day; from the next day on its rights are gone, delegated or not."""
    Post.objects.filter(pk=post.pk).update(valid_to=last_day)
    record(
        by=by,
        action="people.end_post",
        subject=f"user:{post.user_id}",
        detail={"role": post.role, "last_day": last_day.isoformat()},
    )


@transaction.atomic
def move_person(
    *,
    by: Any,
    post: Post,
    role: Role,
    place: Place | None,
    unit: Unit | None = None,
    from_day: date,
) -> Post:
    """The user leaves this post the day before and holds another from `from_day` on."""
    end_post(by=by, post=post, last_day=from_day - timedelta(days=1))
    return give_post(by=by, user=post.user, role=role, place=place, unit=unit, valid_from=from_day)


@transaction.atomic
def delegate(
    *, by: Any, post: Post, to: User, first_day: date, last_day: date, reason: str
) -> Delegation:
    """Let somebody else exercise a post for some days, beside whoever holds it.

    Raises FangpinError for days that are over, too many, or beyond the post; for oneself; and for
    whoever must not hold such a post.
    """
    today = timezone.localdate()
    refusal: Text | None = None
    if last_day < first_day:
        raise _backwards()
    if first_day < today:
        refusal = Text(
            f"委托不能早于今天 {today}", f"a delegation begins on {today} at the earliest"
        )
    elif last_day - first_day >= LONGEST_DELEGATION:
        days = LONGEST_DELEGATION.days
        refusal = Text(f"委托最长 {days} 天", f"a delegation lasts {days} days at most")
    elif first_day < post.valid_from or (post.valid_to and last_day > post.valid_to):
        refusal = Text("委托期超出任职期", "the days lie outside those of the post")
    elif to.pk == post.user_id:
        refusal = Text("不能委托给任职人本人", "the receiver holds the post already")
    elif by is not None and by.pk == to.pk:
        refusal = Text("不能把他人的任职委托给自己", "nobody takes another's post for themselves")
    elif not to.is_active:
        refusal = Text("受托人账号已停用", "the receiver's account has ended")
    elif not reason.strip():
        refusal = Text("没有填写委托事由", "the reason is missing")
    if refusal is not None:
        raise FangpinError.because(
            refusal.zh, refusal.en, do_zh="修改后重新提交", do_en="change that and send it again"
        )
    _see_that_it_fits(_held(to, first_day, last_day), Role(post.role))
    made = Delegation.objects.create(
        post=post,
        to=to,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip()[:200],
        given_by=by,
    )
    record(
        by=by,
        action="people.delegate",
        subject=f"user:{to.pk}",
        detail={
            "post": post.pk,
            "of": post.user_id,
            "role": post.role,
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
        },
    )
    return made


@transaction.atomic
def end_delegation(*, by: Any, delegation: Delegation) -> None:
    """Take a delegation back at once. Taking it back twice changes nothing."""
    ended = Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(
        ended_at=timezone.now(), ended_by=by
    )
    if ended:
        record(
            by=by,
            action="people.end_delegation",
            subject=f"user:{delegation.to_id}",
            detail={"post": delegation.post_id},
        )


def _held(user: User, first: date, last: date | None) -> frozenset[Role]:
    """Roles that run, their own or delegated, on some day of the span."""
    own = Post.objects.filter(user=user).exclude(valid_to__lt=first)
    lent = Delegation.objects.filter(to=user, ended_at=None, last_day__gte=first)
    if last is not None:
        own, lent = own.filter(valid_from__lte=last), lent.filter(first_day__lte=last)
    roles = {*own.values_list("role", flat=True), *lent.values_list("post__role", flat=True)}
    return frozenset(Role(role) for role in roles)


def _see_that_it_fits(held: frozenset[Role], role: Role) -> None:
    if (reason := conflict(held, role)) is not None:
        raise FangpinError.because(
            reason.zh, reason.en, do_zh="先结束原岗位，或另选人员", do_en="end the other post first"
        )


def _backwards() -> FangpinError:
    return FangpinError.because(
        "结束日期早于开始日期",
        "the last day is before the first",
        do_zh="更正日期",
        do_en="correct the days",
    )
