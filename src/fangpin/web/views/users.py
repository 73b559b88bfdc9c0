"""People who sign in, for the security administrator: entered, given posts, let go."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.cases.queries import stays_away
from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.kernel.place_codes import codes_around, county_of
from fangpin.people import actions
from fangpin.people import queries as people
from fangpin.people.models import PLACELESS_ROLES, Post, Role, Unit, User
from fangpin.people.rights import ADMINISTRATORS
from fangpin.people.scope import Right
from fangpin.people.sign_in import factors
from fangpin.people.sign_in.sessions import end_sessions
from fangpin.places.models import Place
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.lists import respond
from fangpin.web.lists.users import USERS
from fangpin.web.step_up import asks_again

FROM, UNTIL, LAST = (
    Text("开始日期", "first day"),
    Text("结束日期", "last day"),
    Text("最后一天", "last day"),
)


@require_GET
@needs(Right.users)
def users(request: HttpRequest) -> HttpResponse:
    """The list of users with their posts."""
    return respond(request, USERS, page="web/users/list.html")


@require_http_methods(["GET", "POST"])
@needs(Right.users)
def add(request: HttpRequest) -> HttpResponse:
    """A new user. The code for setting a password is shown on the page that follows, once."""
    problem = None
    if request.method == "POST":
        try:
            made, code_shown = actions.enter_user(
                by=actor_of(request),
                username=posted.text(request, "username", 40),
                full_name=posted.text(request, "full_name", 81),
                title_zh=posted.text(request, "title_zh", 80),
                title_en=posted.text(request, "title_en", 120),
            )
        except FangpinError as error:
            problem = error.problems[0]
        else:
            return page(request, made, code_shown=code_shown)
    context = {"problem": problem, "posted": request.POST}
    return render(request, "web/users/add.html", context, status=422 if problem else 200)


def _user_or_404(request: HttpRequest, pk: int) -> User:
    found = people.user(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


def _post_or_404(request: HttpRequest, pk: int) -> Post:
    found = Post.objects.select_related("user", "place", "unit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
@needs(Right.users)
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One user: posts now and before, delegations, ways to sign in."""
    return page(request, _user_or_404(request, pk))


def page(
    request: HttpRequest,
    of: User,
    *,
    problem: Problem | None = None,
    failed: str = "",
    failed_post: int = 0,
    code_shown: str = "",
) -> HttpResponse:
    today = timezone.localdate()
    posts = people.posts_of(of)
    context: dict[str, Any] = {
        "who": of,
        "running": [post for post in posts if not people.ended(post)],
        "past": [post for post in posts if people.ended(post)],
        "lent_to": [row for row in people.delegations_of(of) if row.to_id == of.pk],
        "code_until": actions.first_password_ends(of),
        "code_shown": code_shown,
        "has_factor": factors.has_any(of),
        "roles": [role for role in Role if role not in ADMINISTRATORS],
        "administrators": [role for role in Role if role in ADMINISTRATORS],
        "units": list(people.units(actor_of(request))[:1000]),
        "places": _places(),
        "own": of.pk == actor_of(request).pk,
        "away": stays_away(actor_of(request), of),
        "today": today,
        "problem": problem,
        "failed": failed,
        "failed_post": failed_post,
        "posted": request.POST,
    }
    return render(request, "web/users/user.html", context, status=422 if problem else 200)


def _places() -> list[Place]:
    """Places a post can be for: where units or townships are entered, and all above those."""
    used = Place.objects.filter(level="township", valid_to=None).values_list("code", flat=True)
    prefixes = {around for code in used for around in codes_around(county_of(code))}
    above = Place.objects.filter(code__in=prefixes, valid_to=None)
    below = Place.objects.filter(level__in=("township", "village"), valid_to=None)
    return list((above | below).order_by("code")[:3000])


def _chosen(request: HttpRequest) -> tuple[Role, Place | None, Unit | None]:
    """Role, place and unit of a form. Raises FangpinError for what the role needs."""
    try:
        role = Role(request.POST.get("role", ""))
    except ValueError:
        raise FangpinError.because(
            "没有选择岗位",
            "the role is missing",
            do_zh="选择岗位",
            do_en="choose a role",
        ) from None
    wanted = posted.number(request, "place")
    at = Place.objects.filter(pk=wanted, valid_to=None).first()
    unit = people.unit(actor_of(request), posted.number(request, "unit"))
    if at is None and (role not in PLACELESS_ROLES or wanted):
        raise FangpinError.because(
            "没有选择任职区域",
            "the place is missing",
            do_zh="选择该岗位负责的县、乡镇或村",
            do_en="choose the county, township or village the post is for",
        )
    if role in ADMINISTRATORS:
        at = None
    if role == Role.DEPARTMENT_LIAISON and unit is None:
        raise FangpinError.because(
            "部门联络员要选择所在部门",
            "a liaison belongs to a department",
            do_zh="选择单位；没有的先在“单位”中登记",
            do_en="choose the unit; enter it under Units first",
        )
    return role, at, unit


@require_POST
@needs(Right.users)
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A post from a day on."""
    of = _user_or_404(request, pk)
    try:
        role, at, unit = _chosen(request)
        actions.give_post(
            by=actor_of(request),
            user=of,
            role=role,
            place=at,
            unit=unit,
            valid_from=posted.day(request, "valid_from", FROM),
            valid_to=posted.day_or_none(request, "valid_to", UNTIL),
        )
    except FangpinError as error:
        return page(request, of, problem=error.problems[0], failed="give")
    return redirect("user", of.pk)


@require_POST
@needs(Right.users)
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A post ends with a day; `now` ends it at once."""
    post = _post_or_404(request, pk)
    today = timezone.localdate()
    try:
        if request.POST.get("now"):
            last = today - timedelta(days=1)
        else:
            last = posted.day(request, "last_day", LAST)
            if last < today:
                raise FangpinError.because(
                    f"最后一天不能早于今天 {today}",
                    f"the last day is {today} at the earliest",
                    do_zh="要立即结束，请用“立即结束”",
                    do_en="use “end now” to end it at once",
                )
        if people.ended(post):
            raise FangpinError.because(
                "任职已经结束",
                "the post has ended",
                do_zh="刷新页面查看",
                do_en="look at the page again",
            )
        actions.end_post(by=actor_of(request), post=post, last_day=last)
    except FangpinError as error:
        return page(request, post.user, problem=error.problems[0], failed_post=post.pk)
    return redirect("user", post.user_id)


@require_POST
@needs(Right.users)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The user leaves this post for another on the same day."""
    post = _post_or_404(request, pk)
    try:
        role, at, unit = _chosen(request)
        if people.ended(post):
            raise FangpinError.because(
                "任职已经结束，不能调动",
                "the post has ended; nobody can be moved from it",
                do_zh="直接授予新任职",
                do_en="give a new post instead",
            )
        actions.move_person(
            by=actor_of(request),
            post=post,
            role=role,
            place=at,
            unit=unit,
            from_day=posted.day(request, "valid_from", FROM),
        )
    except FangpinError as error:
        return page(request, post.user, problem=error.problems[0], failed="move")
    return redirect("user", post.user_id)


@require_POST
@needs(Right.users)
@asks_again(lambda pk: reverse("user", args=[pk]))
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time code for setting a password, shown on this answer only."""
    of = _user_or_404(request, pk)
    try:
        code_shown = actions.give_first_password(by=actor_of(request), user=of)
    except FangpinError as error:
        return page(request, of, problem=error.problems[0], failed="code")
    return page(request, of, code_shown=code_shown)


@require_POST
@needs(Right.users)
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """The account ends, with all its sessions."""
    of = _user_or_404(request, pk)
    try:
        actions.deactivate(by=actor_of(request), user=of)
    except FangpinError as error:
        return page(request, of, problem=error.problems[0], failed="deactivate")
    return redirect("user", of.pk)


@require_POST
@needs(Right.users)
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is there again."""
    of = _user_or_404(request, pk)
    actions.reactivate(by=actor_of(request), user=of)
    return redirect("user", of.pk)


@require_POST
@needs(Right.users)
@asks_again(lambda pk: reverse("user", args=[pk]))
def reset_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has lost phone or key: the next sign-in begins with a new second factor."""
    of = _user_or_404(request, pk)
    if of.pk == actor_of(request).pk:
        raise Http404
    factors.reset_factors(by=actor_of(request), user=of)
    end_sessions(by=actor_of(request), user=of)
    return redirect("user", of.pk)
