"""Reads of the audit trail and of jobs. Rights are checked by the caller's scope one layer above:
these functions take what that scope allows as an argument, because users live above this package.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from fangpin.foundation.audit_chain import START, Anchor
from fangpin.foundation.models import AuditEntry, AuditLink, Job


def audit_page(
    actor: Any, *, before: int | None = None, size: int = 60
) -> tuple[list[AuditEntry], int | None]:
    """The newest entries older than `before`, and the id to go on from. One query."""
    rows = AuditEntry.objects.select_related("actor").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows[: size + 1])
    return page[:size], page[size - 1].id if len(page) > size else None


def chain_head() -> Anchor:
    """The head of the audit chain now. One query."""
    last = AuditLink.objects.order_by("-seq").first()
    return Anchor(timezone.now(), last.seq if last else 0, bytes(last.hash) if last else START)


def last_check(actor: Any) -> AuditEntry | None:
    """The newest check of the whole chain, as the audit trail tells of it."""
    return AuditEntry.objects.filter(action="audit.verified").order_by("-id").first()


def check_under_way(actor: Any) -> bool:
    """Whether a check of the chain waits or runs."""
    return Job.objects.filter(
        kind="audit_verify", state__in=[Job.State.QUEUED, Job.State.RUNNING]
    ).exists()


def job(actor: Any, pk: UUID, *, every: bool) -> Job | None:
    """A job of the actor, or any job when `every`; None when absent or somebody else's."""
    rows = Job.objects.filter(pk=pk)
    return (rows if every else rows.filter(by=actor)).first()


def jobs(actor: Any, *, every: bool, size: int = 50, failed: bool = False) -> list[Job]:
    """The newest jobs of the actor, or of everybody when `every`; `failed`: only those."""
    rows = Job.objects.select_related("by").order_by("-created_at")
    if failed:
        rows = rows.filter(state=Job.State.FAILED)
    return list((rows if every else rows.filter(by=actor))[:size])


def waiting(actor: Any) -> int:
    """How many jobs wait or run."""
    return Job.objects.filter(Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING)).count()
