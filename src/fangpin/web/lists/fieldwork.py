"""The list of what phones handed in (入户记录)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.fieldwork.models import Sent
from fangpin.fieldwork.queries import SentFilter, handed_in, page_of_sent
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right
from fangpin.registry.queries.lists import COUNT_UP_TO, count
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.choosing import PLACE_FILTERS, place_column, place_names, places
from fangpin.web.lists.keyset import read_key, written
from fangpin.web.lists.spec import (
    Column,
    Export,
    Filter,
    FilterKind,
    Found,
    ListSpec,
    Option,
    Part,
    Total,
    register,
)
from fangpin.web.posted import plain_number
from fangpin.web.wording import pick

Extra = Mapping[str, Any]
KINDS: Final = {
    Sent.Kind.VISIT: Text("走访", "Visit"),
    Sent.Kind.CLUE: Text("线索核查", "Check of a clue"),
    Sent.Kind.STEP: Text("个案环节", "Step of a case"),
}
STATES: Final = {
    Sent.State.TAKEN: Text("已收到", "Taken"),
    Sent.State.REFUSED: Text("未通过", "Refused"),
    Sent.State.CONFLICT: Text("内容冲突", "Conflict"),
    Sent.State.SEEN_TO: Text("已处理", "Seen to"),
}
_CSS: Final = {
    Sent.State.TAKEN: "tag-accepted",
    Sent.State.REFUSED: "tag-refused",
    Sent.State.CONFLICT: "tag-refused",
    Sent.State.SEEN_TO: "",
}


def said(text: Text) -> str:
    """In the reader's language."""
    return pick(text.zh, text.en)


def filter_of(values: Mapping[str, str]) -> SentFilter:
    """The restrictions of the list as the query takes them."""
    return SentFilter(
        area=values.get("village") or values.get("township", ""),
        state=values.get("state", ""),
        kind=values.get("kind", ""),
    )


def _fetch(actor: User, asked: Asked, about: object) -> Found:
    key = read_key(asked.after, 1)
    after = plain_number(key[0]) if key else None
    rows, more = page_of_sent(actor, filter_of(asked.values), after=after, size=asked.size)
    names = place_names(row.village_code for row in rows)
    return Found(rows, written((more,)) if more is not None else None, {"places": names})


def _totals(actor: User, asked: Asked, about: object) -> Sequence[Total]:
    found = count(handed_in(actor, filter_of(asked.values)))
    over = found > COUNT_UP_TO
    return (Total(min(found, COUNT_UP_TO), Text("条记录", "entries"), at_least=over),)


def _choices(actor: User, asked: Asked, about: object) -> dict[str, Sequence[Option]]:
    return {
        **places(actor, Right.visits, asked.values.get("township", "")),
        "state": [
            Option("open", Text("待处理", "To be looked at")),
            *(Option(str(state), text) for state, text in STATES.items()),
        ],
        "kind": [Option(str(kind), text) for kind, text in KINDS.items()],
    }


def _code(row: Sent) -> str:
    return row.village_code


def _number(row: Sent, extra: Extra) -> SafeString:
    address = reverse("fieldwork-sent", args=[row.pk])
    words = pick(f"第 {row.pk} 号", f"no. {row.pk}")
    return format_html('<a class="num" href="{}">{}</a>', address, words)


def _household(row: Sent, extra: Extra) -> SafeString | str:
    if row.household is None:
        return pick("未对应到户", "no household")
    address = reverse("household", args=[row.household.number])
    return format_html('<a class="num" href="{}">{}</a>', address, row.household.number)


def _state(row: Sent, extra: Extra) -> SafeString:
    state = Sent.State(row.state)
    return format_html('<span class="chip {}">{}</span>', _CSS[state], said(STATES[state]))


def _received(row: Sent, extra: Extra) -> str:
    return timezone.localtime(row.received_at).strftime("%Y-%m-%d %H:%M")


FIELDWORK = register(
    ListSpec(
        name="fieldwork",
        view="fieldwork",
        css="fieldwork",
        caption=Text("入户记录", "From phones"),
        rights=(Right.visits,),
        columns=(
            Column(
                "number",
                Text("编号", "Number"),
                _number,
                fixed=True,
                css="key nowrap",
                parts=(Part(Text("编号", "Number"), lambda r, e: r.pk, width=10),),
            ),
            Column("received", Text("收到时间", "Received"), _received, css="nowrap num"),
            Column("kind", Text("事项", "What"), lambda r, e: said(KINDS[Sent.Kind(r.kind)])),
            Column(
                "household",
                Text("户编号", "Household"),
                _household,
                css="nowrap",
                parts=(
                    Part(
                        Text("户编号", "Household"),
                        lambda r, e: r.household.number if r.household else "",
                        width=20,
                    ),
                ),
            ),
            place_column(_code),
            Column("by", Text("填报人", "By"), lambda r, e: str(r.user)),
            Column("state", Text("状态", "State"), _state, css="inline"),
        ),
        filters=(
            *PLACE_FILTERS,
            Filter("state", Text("状态", "State"), FilterKind.choice, all=Text("全部", "All")),
            Filter("kind", Text("事项", "What"), FilterKind.choice, all=Text("全部", "All")),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        export=Export(Right.export, place=_code),
        nothing=Text("辖区内还没有手机填报的记录。", "Nothing came from phones in your area."),
    )
)
