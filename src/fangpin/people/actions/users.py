"""People who sign in: entered, given a first password, let go."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import FirstPassword, User
from fangpin.people.sign_in.sessions import end_sessions

FIRST_PASSWORD_VALID = timedelta(days=3)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread on paper
_LENGTH = 20  # 31^20: nobody guesses it


@transaction.atomic
def add_user(*, by: Any, username: str, full_name: str, password: str) -> User:
    """Enter a user without any post, who therefore sees nothing yet.

    Raises FangpinError for a taken name or a weak password.
    """
    user = _new_user(username, full_name)
    _set_checked_password(user, password)
    user.save()
    record(by=by, action="people.add_user", subject=f"user:{user.pk}")
    return user


@transaction.atomic
def enter_user(
    *, by: Any, username: str, full_name: str, title_zh: str = "", title_en: str = ""
) -> tuple[User, str]:
    """Enter a user who has no password yet; returns them and the code for setting one.

    The code is shown once and never again. Raises FangpinError for a taken or odd name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9._-]{2,29}", username):
        raise FangpinError.because(
            f"用户名“{username[:40]}”不合要求",
            f"“{username[:40]}” cannot be a user name",
            do_zh="3 至 30 位，小写字母开头，可含数字和 . _ -，不要用证件号码",
            do_en="3 to 30 of a–z 0–9 . _ - beginning with a letter; no identity number",
        )
    if not full_name.strip() or len(full_name.strip()) > 80:
        raise FangpinError.because(
            "没有填写姓名，或姓名超过 80 字",
            "the name is missing or longer than 80 characters",
            do_zh="填写使用人的真实姓名，账号不得共用",
            do_en="enter the name of the one person who will use the account",
        )
    user = _new_user(username, full_name.strip())
    user.title_zh, user.title_en = title_zh.strip()[:80], title_en.strip()[:120]
    user.set_unusable_password()
    user.save()
    record(by=by, action="people.add_user", subject=f"user:{user.pk}")
    return user, give_first_password(by=by, user=user)


@transaction.atomic
def give_first_password(*, by: Any, user: User) -> str:
    """A new one-time code with which the user sets a password; an older one stops working.

    The password that the user may have keeps working until the code is used. Returns the code,
    which is not kept: only its keyed digest is.
    """
    if not user.is_active:
        raise _gone(user)
    FirstPassword.objects.filter(user=user, used_at=None).delete()
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    FirstPassword.objects.create(
        user=user,
        digest=_digest(code),
        made_by=by,
        expires_at=timezone.now() + FIRST_PASSWORD_VALID,
    )
    record(by=by, action="people.first_password", subject=f"user:{user.pk}")
    return "-".join(code[start : start + 5] for start in range(0, _LENGTH, 5))


@transaction.atomic
def set_first_password(*, username: str, code: str, password: str) -> User | None:
    """Set a password with the code of `give_first_password`, which is used up by that.

    None when name and code do not belong together, the code is used or over: one answer for all.
    Raises FangpinError for a weak password, which leaves the code usable. All sessions of the user
    end, because sessions are bound to the password.
    """
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    kept = (
        FirstPassword.objects.select_for_update()
        .select_related("user")
        .filter(user__username=username, user__is_active=True, used_at=None)
        .filter(expires_at__gt=timezone.now())
        .first()
    )
    if not constant_time_compare(kept.digest if kept else "", _digest(plain)) or kept is None:
        return None
    _set_checked_password(kept.user, password)
    kept.user.save(update_fields=["password", "password_set_at"])
    kept.used_at = timezone.now()
    kept.save(update_fields=["used_at"])
    record(by=kept.user, action="people.set_password", subject=f"user:{kept.user_id}")
    return kept.user


@transaction.atomic
def change_password(*, by: User, old: str, new: str, again: str) -> None:
    """One's own password, by the former one.

    Raises FangpinError for a wrong former password, a weak new one, two that differ.
    """
    if not by.check_password(old):
        raise FangpinError.because(
            "原密码不正确",
            "the present password is wrong",
            do_zh="重新输入原密码",
            do_en="enter it again",
        )
    if new != again:
        raise FangpinError.because(
            "两次输入的新密码不一致",
            "the two new passwords differ",
            do_zh="重新输入新密码",
            do_en="enter the new one again",
        )
    _set_checked_password(by, new)
    by.save(update_fields=["password", "password_set_at"])
    record(by=by, action="people.set_password", subject=f"user:{by.pk}")


@transaction.atomic
def deactivate(*, by: Any, user: User) -> None:
    """The account ends: no sign-in, open sessions are nobody's at the next request."""
    if by is not None and by.pk == user.pk:
        raise FangpinError.because(
            "不能停用自己的账号",
            "one's own account cannot be ended",
            do_zh="请另一位安全管理员办理",
            do_en="ask another security administrator",
        )
    FirstPassword.objects.filter(user=user, used_at=None).delete()
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record(by=by, action="people.deactivate", subject=f"user:{user.pk}")
        end_sessions(by=by, user=user)  # none of them wakes up when the account comes back


@transaction.atomic
def reactivate(*, by: Any, user: User) -> None:
    """The account is there again, with the posts it still holds."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record(by=by, action="people.reactivate", subject=f"user:{user.pk}")


def first_password_ends(user: User) -> datetime | None:
    """Until when a code that was given out can be used; None when there is none."""
    return (
        FirstPassword.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
        .values_list("expires_at", flat=True)
        .first()
    )


def _digest(code: str) -> str:
    return salted_hmac("fangpin.people.first_password", code, algorithm="sha256").hexdigest()


def _new_user(username: str, full_name: str) -> User:
    if User.objects.filter(username=username).exists():
        raise FangpinError.because(
            f"用户名 {username} 已存在",
            f"the user name {username} is taken",
            do_zh="换一个用户名",
            do_en="choose another one",
        )
    # Who is entered in a demonstration belongs to it: it never turns into a real installation.
    return User(username=username, full_name=full_name, is_demo=settings.DEMO)


def _set_checked_password(user: User, password: str) -> None:
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
    user.password_set_at = timezone.now()


def _gone(user: User) -> FangpinError:
    return FangpinError.because(
        f"账号 {user.username} 已停用",
        f"the account {user.username} has ended",
        do_zh="先恢复账号",
        do_en="reactivate it first",
    )
