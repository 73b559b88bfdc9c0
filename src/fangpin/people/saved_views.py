"""Saved views of lists: each belongs to one user, nobody else sees it."""

from collections.abc import Sequence

from django.db import transaction

from fangpin.kernel.errors import FangpinError
from fangpin.people.models import SavedView, User

__all__ = ["SavedView", "forget_view", "save_view", "saved_views"]
MOST = 30  # views of one list


def saved_views(actor: User, name: str) -> list[SavedView]:
    """The actor's views of the list `name`; the one without a name first. One query."""
    return list(SavedView.objects.filter(user=actor, list_name=name))


@transaction.atomic
def save_view(
    *, by: User, list_name: str, name: str, query: str, columns: Sequence[str]
) -> SavedView:
    """Keep a view under a name, instead of one of the same name. "" = the usual columns.

    Not in the audit trail: a view holds nothing but how its owner looks at a list.
    Raises FangpinError when there are MOST already.
    """
    name = name.strip()[:40]
    User.objects.select_for_update().get(pk=by.pk)  # two windows of one user take turns
    kept = SavedView.objects.filter(user=by, list_name=list_name)
    if not kept.filter(name=name).exists() and kept.count() >= MOST:
        raise FangpinError.because(
            f"每个列表最多保存 {MOST} 个视图",
            f"a list keeps {MOST} views at most",
            do_zh="请先删除不再使用的视图",
            do_en="delete one that is no longer needed",
        )
    view, _ = SavedView.objects.update_or_create(
        user=by, list_name=list_name, name=name, defaults={"query": query, "columns": list(columns)}
    )
    return view


@transaction.atomic
def forget_view(*, by: User, pk: int) -> str | None:
    """Delete one of the actor's own views; the name of its list, None when it is not theirs."""
    view = SavedView.objects.filter(user=by, pk=pk).first()
    if view is None:
        return None
    view.delete()
    return view.list_name
