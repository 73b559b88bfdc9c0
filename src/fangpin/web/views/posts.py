"""One's own posts and their delegation; setting the first password."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people import actions
from fangpin.people import queries as people
from fangpin.people.models import Delegation, Post
from fangpin.people.scope import Right, scope_of
from fangpin.people.sign_in import throttle
from fangpin.web import posted
from fangpin.web.access import actor_of, open_to_all, signed_in
from fangpin.web.client import attempt_of
from fangpin.web.views import users

_OWN = "everybody sees and delegates the posts they hold themselves"


@require_GET
@signed_in(_OWN)
def posts(request: HttpRequest) -> HttpResponse:
    """What the reader holds, what was delegated to them, what they have delegated."""
    return _page(request)


def _page(request: HttpRequest, *, problem: Problem | None = None, failed: int = 0) -> HttpResponse:
    actor = actor_of(request)
    rows = people.delegations_of(actor)
    context: dict[str, Any] = {
        "held": people.own_posts(actor),
        "given": [row for row in rows if row.post.user_id == actor.pk],
        "received": [row for row in rows if row.to_id == actor.pk],
        "longest": actions.LONGEST_DELEGATION.days,
        "today": timezone.localdate(),
        "problem": problem,
        "failed": failed,
        "posted": request.POST,
    }
    return render(request, "web/users/posts.html", context, status=422 if problem else 200)


@require_POST
@signed_in(_OWN)
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody, named by user name, exercise a post for some days. Whoever holds the post
    does it, or a security administrator."""
    actor = actor_of(request)
    post = Post.objects.select_related("user", "place").filter(pk=pk).first()
    if post is None or not _may_delegate(request, post) or people.ended(post):
        raise Http404
    own = post.user_id == actor.pk
    try:
        to = people.receiver(request.POST.get("to", "")[:150])
        if to is None:
            raise FangpinError.because(
                "没有这个用户名的在用账号",
                "no account in use has this user name",
                do_zh="向受托人核对其用户名",
                do_en="ask the receiver for their user name",
            )
        actions.delegate(
            by=actor,
            post=post,
            to=to,
            first_day=posted.day(request, "first_day", Text("开始日期", "first day")),
            last_day=posted.day(request, "last_day", Text("结束日期", "last day")),
            reason=posted.text(request, "reason", 200),
        )
    except FangpinError as error:
        if own:
            return _page(request, problem=error.problems[0], failed=post.pk)
        return users.page(request, post.user, problem=error.problems[0], failed="delegate")
    return redirect("posts") if own else redirect("user", post.user_id)


def _may_delegate(request: HttpRequest, post: Post) -> bool:
    actor = actor_of(request)
    return post.user_id == actor.pk or scope_of(actor).may(Right.users)


@require_POST
@signed_in(_OWN)
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a delegation back, or give it back: who gave it, who holds it, who gives posts."""
    actor = actor_of(request)
    found = Delegation.objects.select_related("post__user").filter(pk=pk).first()
    if found is None or not (_may_delegate(request, found.post) or found.to_id == actor.pk):
        raise Http404
    actions.end_delegation(by=actor, delegation=found)
    if actor.pk in (found.post.user_id, found.to_id):
        return redirect("posts")
    return redirect("user", found.post.user_id)


@require_http_methods(["GET", "POST"])
@open_to_all("setting a first password comes before signing in")
def first_password(request: HttpRequest) -> HttpResponse:
    """User name, one-time code and a new password; then the sign-in page."""
    problem: Text | None = None
    name = request.POST.get("username", "").strip()[:150]
    if request.method == "POST":
        with throttle.one_at_a_time(name):
            problem = _first_password_set(request, name)
        if problem is None:
            return redirect("sign-in")
    context = {"problem": problem, "username": name}
    return render(request, "web/users/first_password.html", context, status=422 if problem else 200)


def _first_password_set(request: HttpRequest, name: str) -> Text | None:
    """Why the password was not set; None when it was."""
    tried = attempt_of(request, name)
    if throttle.is_blocked(**tried):
        return Text("尝试次数过多，请 15 分钟后再试", "too many attempts; try again in 15 minutes")
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return Text("两次输入的密码不一致", "the two passwords differ")
    code = request.POST.get("code", "")[:80]
    try:
        done = actions.set_first_password(username=name, code=code, password=password)
    except FangpinError as error:
        return error.problems[0].what
    if done is not None:
        return None
    throttle.note(**tried, succeeded=False, user=None)
    return Text(
        "用户名或一次性代码不正确，或代码已使用、已过期",
        "user name or code is wrong, or the code is used or over",
    )
