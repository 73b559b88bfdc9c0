"""Cases: the list, one case with its present step as a form, its files and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.cases import actions
from fangpin.cases.actions.attachments import Attached
from fangpin.cases.actions.objections import SETTLES
from fangpin.cases.actions.refusals import Conflict, NotAllowed
from fangpin.cases.eyes import posts_at
from fangpin.cases.in_force import frozen_of
from fangpin.cases.models import Case, KeptEntry
from fangpin.cases.queries import (
    CaseFile,
    attachment_of,
    case_file,
    snapshot_of,
)
from fangpin.cases.queries.file import StepWaiting, in_words
from fangpin.cases.tally import Tally
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.policy.procedure_records import Step
from fangpin.registry.queries.file import household_file
from fangpin.web import packs
from fangpin.web.access import actor_of, needs
from fangpin.web.cases.decided import decided
from fangpin.web.cases.entry_inputs import Member, inputs, sent, written
from fangpin.web.drafts import draft_key
from fangpin.web.forms import Input, with_problems
from fangpin.web.lists.cases import CASES
from fangpin.web.lists.respond import respond
from fangpin.web.posted import client_id, number, plain_number
from fangpin.web.wording import language

VOTES = ("entitled", "present", "favour", "against", "abstain")
VOTE_WORDS = {
    "entitled": Text("应到", "Entitled"),
    "present": Text("实到", "Present"),
    "favour": Text("同意", "In favour"),
    "against": Text("不同意", "Against"),
    "abstain": Text("弃权", "Abstained"),
}


@dataclass(frozen=True)
class StepForm:
    """A step that waits, as a form; `votes` are (name, label, text)."""

    waiting: StepWaiting
    inputs: Sequence[Input]
    problems: Sequence[str]
    votes: Sequence[tuple[str, Text, str]]
    outcome: str
    reason: str
    client_id: str
    draft: str
    kept: KeptEntry | None
    """the actor's own last attempt at the step, when its files were kept (`held` of them)"""


@require_GET
@needs(Right.cases)
def cases(request: HttpRequest) -> HttpResponse:
    """The list."""
    return respond(request, CASES, page="web/cases/cases.html")


@require_GET
@needs(Right.cases, Right.cases_act)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: its course, what was entered and decided, and the step that waits as a form."""
    return _page(request, _file(actor_of(request), pk))


@require_POST
@needs(Right.cases_act, Right.cases_decide)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step. Nothing of what was typed is lost when it is refused."""
    actor = actor_of(request)
    file = _acting(actor, pk, Right.cases_act, Right.cases_decide)
    declared = next((each for each in file.procedure.steps if each.id == name), None)
    version = plain_number(request.POST.get("version", ""))
    if declared is None or version is None:
        raise Http404
    try:
        actions.take_step(
            by=actor,
            case=pk,
            version=version,
            step=name,
            outcome=request.POST.get("outcome", ""),
            entries=sent(declared, members_of(actor, file), request.POST),
            attachments=[
                Attached(rule.id, upload.read())
                for rule in declared.attach
                for upload in request.FILES.getlist(f"file:{rule.id}")[: rule.most + 1]
            ],
            files_of=number(request, "files_of") or None,
            votes=_votes(declared, request),
            reason=request.POST.get("reason", ""),
            client_id=client_id(request),
        )
    except Conflict as conflict:
        return _page(request, _file(actor, pk), again=declared, conflict=conflict, status=409)
    except NotAllowed as refused:
        return _page(request, file, again=declared, refused=refused.reason, status=403)
    except FangpinError as error:
        return _page(request, _file(actor, pk), again=declared, error=error, status=422)
    return redirect(reverse("case", args=[pk]))


@require_POST
@needs(Right.cases_act)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a case: the household takes its application back, or it was opened by mistake."""
    _acting(actor_of(request), pk, Right.cases_act)
    version = plain_number(request.POST.get("version", ""))
    return _done(
        request,
        pk,
        lambda actor: actions.withdraw(
            by=actor,
            case=pk,
            version=-1 if version is None else version,
            reason=request.POST.get("reason", ""),
        ),
    )


@require_POST
@needs(Right.cases_act)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer writes an objection down, to a notice that hangs or to the case."""
    _acting(actor_of(request), pk, Right.cases_act)
    return _done(
        request,
        pk,
        lambda actor: actions.object_to(
            by=actor,
            text=request.POST.get("text", ""),
            case=pk,
            publication=number(request, "publication") or None,
            client_id=client_id(request),
        ),
    )


@require_POST
@needs(Right.cases_act, Right.cases_decide)
def settle(request: HttpRequest, pk: int, objection: int) -> HttpResponse:
    """Decide an objection with an answer."""
    actor = actor_of(request)
    file = _file(actor, pk)
    if not _settles(actor, file) or all(each.pk != objection for each in file.objections):
        raise Http404
    return _done(
        request,
        pk,
        lambda actor: actions.settle_objection(
            by=actor,
            objection=objection,
            upheld=request.POST.get("verdict") == "upheld",
            reason=request.POST.get("reason", ""),
        ),
    )


@require_POST
@needs(Right.cases_act, Right.cases_decide)
def kept(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Both sides of something that came too late have been compared."""
    file = _acting(actor_of(request), pk, Right.cases_act, Right.cases_decide)
    if all(each.pk != entry for each in file.kept):
        raise Http404
    return _done(request, pk, lambda actor: actions.settle_kept(by=actor, kept=entry))


@require_POST
@needs(Right.cases_act, Right.cases_decide)
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare to be close to the household of the case, and stay away from its cases."""
    file = _acting(actor_of(request), pk, Right.cases_act, Right.cases_decide)
    household = file.case.household_id
    if household is None:
        raise Http404
    return _done(
        request,
        pk,
        lambda actor: actions.declare_recusal(
            by=actor, household=household, reason=request.POST.get("reason", "")
        ),
    )


@require_GET
@needs(Right.cases, Right.cases_act)
def attachment(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """A picture or document of a step."""
    found = attachment_of(actor_of(request), attachment)
    if found is None or found[0].turn.case_id != pk:
        raise Http404
    kind, data = found[0].kind, found[1]
    types = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
    response = HttpResponse(data, content_type=types.get(kind, "application/octet-stream"))
    response["Content-Disposition"] = f'inline; filename="{pk}-{attachment}.{kind}"'
    return response


@require_GET
@needs(Right.cases)
def decision(request: HttpRequest, pk: int, turn: int) -> HttpResponse:
    """What was known when it was decided: the household, conditions with figures, parameters.
    Reading it is written down."""
    actor = actor_of(request)
    file, found = _file(actor, pk), snapshot_of(actor, turn)
    if found is None or found.case.pk != pk:
        raise Http404
    with transaction.atomic():
        record(by=actor, action="cases.snapshot_read", subject=f"case:{pk}", detail={"turn": turn})
    context = {"file": file, "case": file.case, "snapshot": found, "rows": decided(found.content)}
    return render(request, "web/cases/decision.html", context)


def _file(actor: User, pk: int) -> CaseFile:
    file = case_file(actor, pk, timezone.localdate())
    if file is None:
        raise Http404
    return file


def _acting(actor: User, pk: int, *rights: Right) -> CaseFile:
    """The case, when one of the rights holds where it is: rights of one post and the place of
    another never mix."""
    file = _file(actor, pk)
    scope, area = scope_of(actor), file.case.area_code
    if not any(scope.covers(right, area) for right in rights):
        raise Http404
    return file


def _settles(actor: User, file: CaseFile) -> bool:
    """Whether a post of the actor settles objections there."""
    return file.whole and bool(posts_at(actor, file.case.area_code) & SETTLES)


def members_of(actor: User, file: CaseFile) -> list[Member]:
    """Members of the household, as a form names them; none unless a step asks about each."""
    asks = any(
        entry.about == "each_member" or entry.type == "household_field"
        for waiting in file.waiting
        for entry in waiting.step.enter
    )
    home = household_file(actor, file.subject.number) if asks and file.subject.number else None
    return [Member(each.pk, each.name or each.number) for each in home.members] if home else []


def _done(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    """Carry out something small about a case and go back to it; say why when it is refused."""
    actor = actor_of(request)
    problem: FangpinError
    try:
        act(actor)
    except Conflict as conflict:
        problem, status = conflict, 409
    except NotAllowed as refused:
        problem = FangpinError.because(
            refused.reason.zh, refused.reason.en, do_zh="没有任何更改", do_en="nothing was changed"
        )
        status = 403
    except (Case.DoesNotExist, ValueError):
        raise Http404 from None
    except FangpinError as error:
        problem, status = error, 422
    else:
        return redirect(reverse("case", args=[pk]))
    context = {"problem": problem, "back": reverse("case", args=[pk])}
    return render(request, "web/refused.html", context, status=status)


def _page(
    request: HttpRequest,
    file: CaseFile,
    *,
    again: Step | None = None,
    error: FangpinError | None = None,
    refused: Text | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `again`: the step whose form was sent and comes back as it was filled in."""
    actor = actor_of(request)
    members = members_of(actor, file)
    forms = [_form(request, file, members, each, again, error, refused) for each in file.waiting]
    context = {
        "file": file,
        "case": file.case,
        "pack": packs.pack(file.pack),
        "forms": forms,
        "conflict": conflict,
        "sides": _sides(file, conflict) if conflict else (),
        "client_id": uuid4(),
        "draft_key": draft_key(actor),
        "hangs": [each for each in file.publications if each.state == "posted"],
        "may_settle": _settles(actor, file),
        "clue_seen": scope_of(actor).covers(Right.clues, file.case.area_code),
    }
    return render(request, "web/cases/case.html", context, status=status)


def _sides(file: CaseFile, conflict: Conflict) -> list[dict[str, Any]]:
    """Both sides of a conflict in words: what was sent, and what has happened since."""
    frozen = frozen_of(file.case)
    steps = {each.id: each for each in file.procedure.steps}
    found = []
    for side in (conflict.mine, *conflict.theirs):
        declared = steps.get(side.step)
        ways = {each.id: each.label for each in declared.ways_out} if declared else {}
        found.append(
            {
                "step": declared.label if declared else None,
                "outcome": ways.get(side.outcome),
                "entries": in_words(frozen, declared, side.entries) if declared else (),
                "reason": side.reason,
                "at": side.at,
                "mine": side is conflict.mine,
            }
        )
    return found


def _form(
    request: HttpRequest,
    file: CaseFile,
    members: Sequence[Member],
    waiting: StepWaiting,
    again: Step | None,
    error: FangpinError | None,
    refused: Text | None,
) -> StepForm:
    step = waiting.step
    found = inputs(frozen_of(file.case), step, members, waiting.begun)
    problems: list[str] = []
    votes = dict.fromkeys(VOTES, "")
    outcome = reason = ""
    if again is not None and again.id == step.id:
        found, problems = with_problems(found, written(found, request.POST), error, "entry")
        if refused is not None:
            problems = [refused.in_language(language()), *problems]
        if error is not None and not problems:
            problems = [each.problem for each in found if each.problem]
        votes = {name: request.POST.get(f"votes.{name}", "") for name in VOTES}
        outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "")
    return StepForm(
        waiting,
        found,
        problems,
        [(name, VOTE_WORDS[name], text) for name, text in votes.items()],
        outcome,
        reason,
        str(uuid4()),
        f"case:{file.case.pk}:{step.id}",
        _kept(actor_of(request), file, step),
    )


def _kept(actor: User, file: CaseFile, step: Step) -> KeptEntry | None:
    """The latest entry of the actor for this step that was not taken and had files."""
    mine = [each for each in file.kept if each.by_id == actor.pk and each.step == step.id]
    return next((each for each in reversed(mine) if getattr(each, "held", 0)), None)


def _votes(step: Step, request: HttpRequest) -> Tally | None:
    """The vote as it was counted; None when the step has none or nothing was filled in."""
    if step.vote is None:
        return None
    texts = [request.POST.get(f"votes.{name}", "").strip() for name in VOTES]
    if not any(texts):
        return None
    numbers = [
        int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
        for text in texts[:4]
    ]
    numbers.append(plain_number(texts[4]) or 0)
    return Tally(*numbers)
