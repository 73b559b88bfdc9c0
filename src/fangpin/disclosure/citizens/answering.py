"""Officers read what was handed in and answer it. Complaints and tips are the county's alone: who
is complained about must not read them."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fangpin.disclosure.citizens.reading import readable
from fangpin.disclosure.models import Submission
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User

_LONGEST = 1000


@transaction.atomic
def answer(
    *, by: User, submission: int, version: int, text: str, now: datetime | None = None
) -> Submission:
    """Answer it; the sender reads the answer with the two secrets.

    Raises Submission.DoesNotExist for one that is absent or out of reach, FangpinError for an empty
    answer and when a colleague was first.
    """
    words = text.strip()
    if not 4 <= len(words) <= _LONGEST:
        raise FangpinError.because(
            "请写明答复内容", "say what the answer is",
            do_zh=f"写 4 到 {_LONGEST} 个字", do_en=f"write 4 to {_LONGEST} characters",
        )  # fmt: skip
    row = _locked(by, submission, version)
    row.state, row.answered_at, row.answered_by = (
        Submission.State.ANSWERED,
        now or timezone.now(),
        by,
    )
    close_into([row], "answer", [words])
    row.version += 1
    row.save(update_fields=["state", "answered_at", "answered_by", "answer_closed", "version"])
    record(by=by, action="submissions.answered", subject=f"submission:{row.pk}", detail={})
    return row


@transaction.atomic
def close(*, by: User, submission: int, version: int) -> Submission:
    """Put it aside: what it asked for is done elsewhere. The same errors as `answer`."""
    row = _locked(by, submission, version)
    row.state, row.version = Submission.State.CLOSED, row.version + 1
    row.save(update_fields=["state", "version"])
    record(by=by, action="submissions.closed", subject=f"submission:{row.pk}", detail={})
    return row


def _locked(by: User, pk: int, version: int) -> Submission:
    row = Submission.objects.select_for_update().filter(readable(by), pk=pk).first()
    if row is None:
        raise Submission.DoesNotExist("no such submission")
    if row.version != version:
        raise FangpinError.because(
            "同事已先处理了这件事", "a colleague was first",
            do_zh="刷新页面查看最新情况", do_en="reload to see how it stands",
        )  # fmt: skip
    return row
