"""Every write to users and posts."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import Post, Role, User
from fangpin.people.rights import conflict
from fangpin.places.models import Place

FAILURES_ALLOWED = 10
FAILURES_WITHIN = timedelta(minutes=15)


@transaction.atomic
def note_sign_in(*, by: User) -> None:
    """Write down that somebody signed in."""
    record(by=by, action="session.begin", subject=f"user:{by.pk}")


@transaction.atomic
def note_failed_sign_in(*, username: str) -> None:
    """Write down a failed attempt for a user name."""
    record(by=None, action="session.failed", subject=f"name:{username}")


def sign_in_is_blocked(*, username: str) -> bool:
    """Whether a name has failed too often lately to be tried again now."""
    since = timezone.now() - FAILURES_WITHIN
    failed = AuditEntry.objects.filter(
        action="session.failed", subject=f"name:{username}", at__gte=since
    )
    return failed.count() >= FAILURES_ALLOWED


@transaction.atomic
def add_user(*, by: Any, username: str, full_name: str, password: str) -> User:
    """Enter a user without any post, who therefore sees nothing yet.

    Raises FangpinError for a taken name or a weak password.
    """
    if User.objects.filter(username=username).exists():
        raise FangpinError.because(
            f"用户名 {username} 已存在",
            f"the user name {username} is taken",
            do_zh="换一个用户名",
            do_en="choose another one",
        )
    user = User(username=username, full_name=full_name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise FangpinError.because(
            "密码不符合要求：" + "；".join(error.messages),
            "the password is too weak: " + "; ".join(error.messages),
            do_zh="至少 12 位，不用常见词和姓名",
            do_en="use at least 12 characters, no common word, no name",
        ) from error
    user.set_password(password)
    user.save()
    record(by=by, action="people.add_user", subject=f"user:{user.pk}")
    return user


@transaction.atomic
def give_post(
    *,
    by: Any,
    user: User,
    role: Role,
    place: Place | None,
    department: str = "",
    valid_from: date,
    valid_to: date | None = None,
) -> Post:
    """Let a user hold a role for a place (or a department) from a day on.

    Raises FangpinError when an administrator would hold a second kind of post: neither the one
    nor the other may still run, or begin, on a day of the new one.
    """
    running = Post.objects.filter(user=user).exclude(valid_to__lt=valid_from)
    if valid_to is not None:
        running = running.filter(valid_from__lte=valid_to)
    held = frozenset(Role(text) for text in running.values_list("role", flat=True))
    if (reason := conflict(held, role)) is not None:
        raise FangpinError.because(
            reason.zh, reason.en, do_zh="先结束原岗位，或另选人员", do_en="end the other post first"
        )
    post = Post.objects.create(
        user=user,
        role=role,
        place=place,
        department=department,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    record(
        by=by,
        action="people.give_post",
        subject=f"user:{user.pk}",
        detail={"role": role, "place": place.code if place else "", "department": department},
    )
    return post


@transaction.atomic
def end_post(*, by: Any, post: Post, last_day: date) -> None:
    """Let a post end on a day; from the next day on its rights are gone."""
    Post.objects.filter(pk=post.pk).update(valid_to=last_day)
    record(
        by=by,
        action="people.end_post",
        subject=f"user:{post.user_id}",
        detail={"role": post.role, "last_day": last_day.isoformat()},
    )
