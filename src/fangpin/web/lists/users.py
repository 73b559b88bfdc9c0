"""The list of users."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.people import queries
from fangpin.people.models import Role, User
from fangpin.people.queries import UserFilter
from fangpin.people.rights import ROLE_WORDS, Right
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.spec import (
    Column,
    Export,
    Filter,
    FilterKind,
    Found,
    ListSpec,
    Option,
    Part,
    Total,
    register,
)
from fangpin.web.wording import language, pick

Extra = Mapping[str, Any]
_STATES = (
    Option("active", Text("在用", "In use")),
    Option("no_post", Text("没有任职", "Without a post")),
    Option("gone", Text("已停用", "Ended")),
)


def _filter(asked: Asked) -> UserFilter:
    values = asked.values
    return UserFilter(
        role=values.get("role", ""), state=values.get("state", ""), name=values.get("name", "")
    )


def _fetch(actor: User, asked: Asked, about: Any) -> Found:
    rows, more = queries.users_page(actor, _filter(asked), after=asked.after, size=asked.size)
    return Found(rows, more)


def _totals(actor: User, asked: Asked, about: Any) -> Sequence[Total]:
    return (Total(queries.count_users(actor, _filter(asked)), Text("个用户", "users")),)


def _choices(actor: User, asked: Asked, about: Any) -> dict[str, list[Option]]:
    return {
        "role": [Option(role.value, ROLE_WORDS[role]) for role in Role],
        "state": list(_STATES),
    }


def _name(row: User, extra: Extra) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("user", args=[row.pk]), row.username)


def _held(row: Any) -> list[tuple[str, str]]:
    """Role and place of each post, in words."""
    found = []
    for post in row.running:
        where = (
            post.place.name if post.place else "",
            post.unit.name if post.unit else post.department,
        )
        role = ROLE_WORDS[Role(post.role)].in_language(language())
        found.append((role, " · ".join(part for part in where if part)))
    return found


def _posts(row: Any, extra: Extra) -> SafeString:
    line = '<span class="post-line">{}<span class="quiet"> {}</span></span>'
    return format_html_join("", line, _held(row))


def _posts_filed(row: Any, extra: Extra) -> str:
    return pick("；", "; ").join(" ".join(post).strip() for post in _held(row))


def _state(row: User, extra: Extra) -> SafeString:
    if not row.is_active:
        return format_html('<span class="chip">{}</span>', pick("已停用", "ended"))
    if not row.has_usable_password():
        return format_html(
            '<span class="chip tag-late">{}</span>', pick("未设密码", "no password yet")
        )
    return format_html('<span class="chip tag-complete">{}</span>', pick("在用", "in use"))


def _last(row: User, extra: Extra) -> str:
    return f"{row.last_login:%Y-%m-%d}" if row.last_login else ""


USERS = register(
    ListSpec(
        name="users",
        view="users",
        caption=Text("用户", "Users"),
        rights=(Right.users,),
        columns=(
            Column(
                "username",
                Text("用户名", "User name"),
                _name,
                fixed=True,
                labelled=False,
                css="key",
            ),
            Column("full_name", Text("姓名", "Name"), lambda row, extra: row.full_name),
            Column(
                "posts",
                Text("任职", "Posts"),
                _posts,
                parts=(
                    Part(Text("任职", "Posts"), _posts_filed, width=60, wrapped=True, marked=True),
                ),
                always=True,
            ),
            Column("state", Text("账号", "Account"), _state),
            Column("last", Text("最近登录", "Last sign-in"), _last, css="num nowrap"),
        ),
        filters=(
            Filter("state", Text("账号", "Account"), FilterKind.pills, all=Text("全部", "All")),
            Filter(
                "role", Text("岗位", "Role"), FilterKind.choice, all=Text("全部岗位", "All roles")
            ),
            Filter("name", Text("用户名开头", "User name begins with"), FilterKind.text),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        # Colleagues and where they work: personal data of staff, nothing of any household.
        export=Export(Right.users, place=None),
        nothing=Text("还没有用户。", "There is no user yet."),
    )
)
