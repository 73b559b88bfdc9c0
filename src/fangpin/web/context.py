"""What every page knows: who reads, what they may, which language, whether it is a demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, Scope, scope_of
from fangpin.web.wording import language

_MENU = (
    ("overview", "layout-dashboard", Text("总览", "Overview"), (Right.findings, Right.deliveries)),
    ("findings", "list-details", Text("疑点", "Findings"), (Right.findings,)),
    ("deliveries", "database", Text("部门数据", "Department data"), (Right.deliveries,)),
    ("reviews", "users", Text("疑似同一人", "Matches"), (Right.reviews,)),
    ("what-if", "adjustments-horizontal", Text("政策试算", "What if"), (Right.what_if,)),
    ("packs", "book", Text("政策包", "Policy packs"), (Right.packs,)),
    ("upload", "upload", Text("导入与比对", "Load and screen"), (Right.upload,)),
    ("jobs", "clock", Text("后台任务", "Jobs"), (Right.jobs,)),
    ("audit", "history", Text("审计记录", "Audit trail"), (Right.audit,)),
)
_SECTION = {
    "household": "findings",
    "village": "findings",
    "delivery": "deliveries",
    "review-decisions": "reviews",
    "pack": "packs",
    "clause": "packs",
    "answers": "what-if",
    "backtest": "what-if",
    "scenarios": "what-if",
    "scenario-compare": "what-if",
}


# Pages of one entry of the menu stand beside each other as tabs.
_TABS = {
    "what-if": (
        ("what-if", Text("试算", "What if"), Right.what_if),
        ("scenarios", Text("已存情景", "Saved scenarios"), Right.what_if),
        ("backtest", Text("回测", "Backtest"), Right.backtest),
    ),
}
_TAB = {"answers": "backtest", "scenario-compare": "scenarios"}


def first_page(scope: Scope) -> str | None:
    """Name of the first page in the menu besides the overview; None for somebody without posts."""
    return next(
        (view for view, _, _, rights in _MENU[1:] if any(scope.may(right) for right in rights)),
        None,
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template. One query for the posts of a signed-in reader."""
    user = getattr(request, "user", None)
    scope = scope_of(user) if isinstance(user, User) else Scope(())
    name = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "language": language(),
        "demo": settings.DEMO,
        "scope": scope,
        "menu": [
            {
                "name": view,
                "icon": drawing,
                "text": text,
                "active": _SECTION.get(name, name) == view,
            }
            for view, drawing, text, rights in _MENU
            if any(scope.may(right) for right in rights)
        ],
        "tabs": [
            {"name": tab, "text": text, "active": _TAB.get(name, name) == tab}
            for tab, text, right in _TABS.get(_SECTION.get(name, name), ())
            if scope.may(right)
        ],
        "theme": request.COOKIES.get("fangpin_theme", "auto"),
    }
