"""Background work of the foundation: fetch what is needed, call an action."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.db import connection, transaction

from fangpin.foundation import anchor, audit_chain, rotation
from fangpin.foundation.actions import enqueue, record
from fangpin.foundation.models import Job
from fangpin.kernel.errors import FangpinError, Problem, Text, Where

_ROTATION: Final = "keys_rotate"
_REST: Final = 3.0  # times of what a slice took: works a quarter of the time at most
_TURN: Final = 60.0  # seconds before a rotation makes way for other jobs
_LOOK: Final = 5.0
Progress = Callable[[int, Text], None]


def verify_audit(*, by: Any, progress: Progress) -> dict[str, Any]:
    """Check the whole audit chain and its anchors; the outcome becomes an audit entry itself.

    Raises FangpinError naming the first bad entry, after it has been recorded.
    """
    progress(5, Text("正在逐条核验审计记录", "checking every audit entry"))
    path = anchor.anchor_file()
    known = anchor.read_anchors(path) if path is not None and path.exists() else []
    connection.ensure_connection()
    found = audit_chain.verify(connection.connection, known)
    fault = found.fault
    detail: dict[str, object] = {
        "links": found.links,
        "anchors": found.anchors,
        "head": found.head.hex(),
        "holds": fault is None,
    }
    if fault is not None:
        detail |= {"bad_link": fault.seq, "bad_entry": fault.entry, "what": fault.what.en}
    with transaction.atomic():
        record(by=by, action="audit.verified", subject="audit", detail=detail)
    if fault is not None:
        remedy = Text(
            "立即保全数据库和备份，与锚点、备份逐条比对，并按安全事件处置",
            "keep database and backups as they are, compare with anchors and backups, and treat "
            "it as a security incident",
        )
        place = Where(file="audit", row=fault.entry or fault.seq)
        raise FangpinError(Problem(fault.what, remedy, place))
    return detail


def rotate_keys(*, by: Any, progress: Progress) -> dict[str, Any]:
    """Close anew whatever carries an older key, at a pace that leaves the machine to the pages.

    Makes way after a turn when other jobs wait, and puts itself at the end of the queue.
    """
    turn = time.monotonic() + _TURN

    def until() -> bool:
        nonlocal turn
        if time.monotonic() < turn:
            return False
        turn = time.monotonic() + _LOOK
        return waiting.exclude(kind=_ROTATION).exists()

    waiting = Job.objects.filter(state=Job.State.QUEUED)
    done = rotation.resume(by=by, progress=progress, rest=_REST, until=until)
    goes_on = any(rotation.left().values())
    if goes_on and not waiting.filter(kind=_ROTATION).exists():
        enqueue(by=by, kind=_ROTATION, arguments={})
    return {"rows": done, "goes_on": goes_on}
