"""How far something is that was handed in: for whoever knows both secrets, and for nobody else."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from fangpin.cases.models import Case, Objection
from fangpin.clues.models import Clue
from fangpin.disclosure.citizens.limits import may_look_up
from fangpin.disclosure.citizens.receipts import digest, fits, tidy
from fangpin.disclosure.models import Submission
from fangpin.kernel.errors import Text

_NOBODY = digest("-", "-")


@dataclass(frozen=True)
class Status:
    """What the sender is told. `answer` "" = none yet."""

    kind: str
    at: datetime
    stage: Text
    answer: str


def status_of(
    receipt: str, secret: str, *, address: str | None, now: datetime | None = None
) -> Status | None:
    """None alike for an unknown number, a wrong secret and too many tries; each costs the same."""
    now = now or timezone.now()
    number = tidy(receipt)[:20]
    allowed = may_look_up(number, address, now)
    shaped = f"{number[:1]}-{number[1:5]}-{number[5:]}"
    # The row itself is read only for who has both secrets: reading it takes its time.
    kept = Submission.objects.filter(receipt=shaped).values_list("secret", flat=True).first()
    right = fits(kept if kept is not None else _NOBODY, shaped, secret)
    if kept is None or not right or not allowed:
        return None
    row = Submission.objects.get(receipt=shaped)
    stage, answer = _stage(row)
    return Status(row.kind, row.at, stage, row.answer or answer)


def _stage(row: Submission) -> tuple[Text, str]:
    """Where it stands, and the answer of an objection that was settled."""
    if row.state in (Submission.State.ANSWERED, Submission.State.CLOSED):
        return Text("已答复", "answered"), ""
    if row.objection is not None:
        found = Objection.objects.filter(pk=row.objection).first()
        if found is None or found.state == Objection.State.OPEN:
            return Text("正在核实处理", "being looked into"), ""
        upheld = found.state == Objection.State.UPHELD
        return (
            Text("已处理：异议成立", "settled: the objection was right")
            if upheld
            else Text("已处理：异议不成立", "settled: the objection was not accepted")
        ), str(found.answer or "")
    if row.clue is not None:
        return _of_clue(row.clue), ""
    return Text("已收到，等待处理", "received, waiting"), ""


def _of_clue(pk: int) -> Text:
    clue = Clue.objects.filter(pk=pk).first()
    if clue is None:
        return Text("已收到，等待处理", "received, waiting")
    if clue.case is not None:
        state = Case.objects.filter(pk=clue.case).values_list("state", flat=True).first()
        words = {
            "open": Text("已进入办理程序", "in procedure"),
            "granted": Text("已办结：通过", "decided: granted"),
            "refused": Text("已办结：不符合条件", "decided: the conditions are not met"),
            "withdrawn": Text("已办结：已撤回", "ended: withdrawn"),
            "cancelled": Text("已办结：已终止", "ended"),
        }
        return words.get(state or "", Text("正在办理", "under way"))
    return {
        "new": Text("已受理，等待入户核实", "taken in, waiting for a visit"),
        "sent": Text("正在入户核实", "the village is checking"),
        "answered": Text("已核实，正在研判", "checked, being considered"),
    }.get(clue.state, Text("已核实办结，结果由村里告知", "checked; the village tells the result"))
