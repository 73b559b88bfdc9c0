"""Reading what phones handed in, within the places of the reader."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from fangpin.cases.flow import Flow
from fangpin.cases.in_force import flow_of, frozen_of
from fangpin.cases.models import Case
from fangpin.fieldwork.case_steps import form_of
from fangpin.fieldwork.clue_answers import FORM
from fangpin.fieldwork.forms import Form
from fangpin.fieldwork.models import Dispute, Picture, Sent
from fangpin.fieldwork.visit_form import VISIT
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of


@dataclass(frozen=True)
class SentFilter:
    """What the list is narrowed to; "" does not narrow. `state` "open": somebody must look."""

    area: str = ""
    state: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Side:
    """One content in words: label and answer, in the order of the form; `signature` a picture."""

    answers: tuple[tuple[Text, Text], ...]
    signature: str


@dataclass(frozen=True)
class SentView:
    """One thing that was handed in. `content` None: forgotten, what became of it stays; `others`
    came under the same id with other content."""

    sent: Sent
    content: Side | None
    said: Text | None
    others: tuple[tuple[Dispute, Side], ...]
    pictures: tuple[int, ...]

    @property
    def open(self) -> bool:
        """Whether somebody must look at it."""
        waits = self.sent.state in (Sent.State.REFUSED, Sent.State.CONFLICT)
        return waits or any(dispute.seen_to_at is None for dispute, _ in self.others)


def handed_in(actor: User, chosen: SentFilter) -> QuerySet[Sent]:
    """What was handed in in the actor's places, unordered; one's own without a place as well."""
    rows = Sent.objects.filter(_seen(actor))
    if chosen.area:
        rows = rows.filter(village_code__startswith=prefix_of(chosen.area))
    if chosen.state == "open":
        disputed = Dispute.objects.filter(sent=OuterRef("pk"), seen_to_at=None)
        rows = rows.filter(Q(state__in=["refused", "conflict"]) | Exists(disputed))
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    return rows.filter(kind=chosen.kind) if chosen.kind else rows


def page_of_sent(
    actor: User, chosen: SentFilter, *, after: int | None = None, size: int = 50
) -> tuple[list[Sent], int | None]:
    """One page, the latest first, and the id to go on from. One query."""
    rows = handed_in(actor, chosen).select_related("user", "household").order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: size + 1])
    return page[:size], page[size - 1].pk if len(page) > size else None


def sent_view(actor: User, pk: int) -> SentView | None:
    """One of them with everything that came, or None when it is absent or not the actor's.
    At most six queries."""
    row = (
        Sent.objects.filter(_seen(actor), pk=pk)
        .select_related("user", "household", "device", "seen_to_by")
        .first()
    )
    if row is None:
        return None
    content: dict[str, Any] | None = row.opened_content
    others = list(Dispute.objects.filter(sent=row).select_related("seen_to_by"))
    form = _form(row, content)
    said = row.opened_said
    pictures = Picture.objects.filter(sent=row).exclude(name="")
    return SentView(
        sent=row,
        content=_side(form, content) if content is not None else None,
        said=Text(said["zh"], said["en"]) if said else None,
        others=tuple((each, _side(form, each.opened_content or {})) for each in others),
        pictures=tuple(pictures.values_list("pk", flat=True)),
    )


def _seen(actor: User) -> Q:
    return scope_of(actor).within(Right.visits, "village_code") | Q(user=actor, village_code="")


def _form(row: Sent, content: dict[str, Any] | None) -> Form | None:
    """The form that the content was entered on; None when the case is not to be seen any more."""
    if row.kind == Sent.Kind.VISIT:
        return VISIT
    if row.kind == Sent.Kind.CLUE:
        return FORM
    about = (content or {}).get("about", {})
    case = Case.objects.filter(pk=about.get("case") or 0).first()
    if case is None:
        return None
    frozen, flow = frozen_of(case), flow_of(case)
    assert isinstance(flow, Flow)
    step = next((s for s in frozen.procedure.steps if s.id == about.get("step")), None)
    return form_of(frozen, flow, step, case.definition_id) if step is not None else None


def _side(form: Form | None, content: dict[str, Any]) -> Side:
    values: dict[str, Any] = content.get("values", {})
    signature = next((v for v in values.values() if str(v).startswith("data:image/png")), "")
    return Side(tuple(form.in_words(values)) if form is not None else (), str(signature))
