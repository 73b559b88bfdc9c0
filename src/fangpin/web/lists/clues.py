"""The list of clues."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fangpin.clues import queries
from fangpin.clues.limits import pack_in_force
from fangpin.clues.models import Clue, ClueState
from fangpin.clues.queries import ClueFilter
from fangpin.clues.words import ANSWERS, CHANNELS, ENDINGS, REASONS, STATES
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries import head_names
from fangpin.registry.queries.lists import COUNT_UP_TO, count
from fangpin.web import packs as library
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
DUE = {
    "late": Text("逾期未答复", "Late, not answered"),
    "today": Text("今天到期", "Due today"),
    "soon": Text("三天内到期", "Due within three days"),
    "in_time": Text("按时答复", "Answered in time"),
    "answered_late": Text("逾期答复", "Answered late"),
}
_OPEN, _LATE = Text("条线索", "clues"), Text("条逾期", "late")
_LATE_OR_NOT = {None: None, True: Text("是", "yes"), False: Text("否", "no")}


def filter_of(values: Mapping[str, str]) -> ClueFilter:
    """The restrictions of the list as the queries take them."""
    return ClueFilter(**{key: value for key, value in values.items() if value})


def said(text: Text | None) -> str:
    """A Text in the reader's language; "" for none."""
    return pick(text.zh, text.en) if text is not None else ""


def _fetch(actor: User, asked: Asked, about: object) -> Found:
    key = read_key(asked.after, 2)
    last = plain_number(key[1]) if key else None
    after = (key[0], last) if key and last is not None else None
    rows, more = queries.page_of_clues(
        actor, filter_of(asked.values), order=asked.order or "-opened", after=after, size=asked.size
    )
    names: dict[str, str] = {}
    if scope_of(actor).may(Right.names):
        names = head_names(actor, [row.household.number for row in rows if row.household])
    extra = {
        "places": place_names(row.village_code for row in rows),
        "names": names,
        "rules": library.labels_of_rules(pack_in_force()),
        "today": timezone.localdate(),
        "sends": scope_of(actor).areas(Right.clues_send),
    }
    return Found(rows, written(more), extra)


def _totals(actor: User, asked: Asked, about: object) -> Sequence[Total]:
    wanted = filter_of(asked.values)
    found = count(queries.clues_of(actor, wanted))
    totals = [Total(min(found, COUNT_UP_TO), _OPEN, at_least=found > COUNT_UP_TO)]
    if wanted.state in ("open", ClueState.SENT) and not wanted.due:
        late = count(
            queries.clues_of(actor, wanted).filter(
                state=ClueState.SENT, due_on__lt=timezone.localdate()
            )
        )
        totals.append(Total(min(late, COUNT_UP_TO), _LATE, at_least=late > COUNT_UP_TO))
    return totals


def _choices(actor: User, asked: Asked, about: object) -> dict[str, Sequence[Option]]:
    labels = library.labels_of_rules(pack_in_force())
    present = queries.rules_present(actor)
    return {
        **places(actor, Right.clues, asked.values.get("township", "")),
        "channel": [Option(key, text) for key, text in CHANNELS.items()],
        "rule": [Option(key, labels.get(key, Text(key, key))) for key in present],
        "state": [Option(key, text) for key, text in STATES.items()],
        "due": [Option(key, text) for key, text in DUE.items()],
        "answer": [Option(key, text) for key, text in ANSWERS.items()],
        "ended": [Option(key, text) for key, text in ENDINGS.items()],
    }


def _chosen(row: Clue, extra: Extra) -> SafeString | str:
    if row.state != ClueState.NEW or not row.village_code.startswith(extra["sends"] or ("x",)):
        return ""
    return format_html(
        '<input class="form-check-input" type="checkbox" name="clue" value="{}" form="send-chosen"'
        ' aria-label="{}">',
        row.pk,
        pick(f"选择线索 {row.pk}", f"choose clue {row.pk}"),
    )


def _code(row: Clue) -> str:
    return row.village_code


def _number(row: Clue, extra: Extra) -> str:
    return row.household.number if row.household else ""


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _joined(words: Iterable[str]) -> str:
    return pick("、", ", ").join(words)


def _rules(row: Clue, extra: Extra) -> str:
    labels = extra["rules"]
    return _joined(said(labels.get(rule, Text(rule, rule))) for rule in row.rules)


def _about(row: Clue, extra: Extra) -> SafeString:
    name = extra["names"].get(row.household.number, "") if row.household else ""
    number = row.household.number if row.household else pick("未对应到户", "nobody named yet")
    return format_html(
        '<a href="{}"><span class="num">{}</span></a>{}',
        reverse("clue", args=[row.pk]),
        number,
        format_html('<span class="head-name">{}</span>', name) if name else "",
    )


def signs(row: Clue, labels: Mapping[str, Text]) -> list[str]:
    """What the clue is about: its rules, and the channels that are no rules."""
    found = [said(labels.get(rule, Text(rule, rule))) for rule in row.rules]
    return found + [said(CHANNELS[each]) for each in row.channels if each != "screening"]


def _signs(row: Clue, extra: Extra) -> SafeString:
    return format_html_join(
        "", '<span class="chip sign">{}</span>', ((each,) for each in signs(row, extra["rules"]))
    )


def _state(row: Clue, extra: Extra) -> SafeString:
    late = row.state == ClueState.SENT and row.due_on is not None and row.due_on < extra["today"]
    closed = row.state == ClueState.CLOSED
    text = ENDINGS[row.ended_as] if closed else STATES[row.state]
    css = "clue-late" if late else f"clue-{row.state}"
    shown = pick(f"{text.zh} · 逾期", f"{text.en} · late") if late else said(text)
    return format_html('<span class="chip {}">{}</span>', css, shown)


def _due(row: Clue, extra: Extra) -> SafeString | str:
    if row.due_on is None:
        return "–"
    mark = pick("暂定", "provisional") if row.provisional else ""
    return format_html(
        '<span class="num">{}</span>{}',
        row.due_on.isoformat(),
        format_html(' <span class="quiet small">{}</span>', mark) if mark else "",
    )


def _answer(row: Clue, extra: Extra) -> str:
    if not row.answer:
        return "–"
    when = timezone.localdate(row.answered_at).isoformat() if row.answered_at else ""
    late = pick("（逾期）", " (late)") if row.late else ""
    return f"{said(ANSWERS[row.answer])} {when}{late}"


CLUES = register(
    ListSpec(
        name="clues",
        view="clues",
        css="clues",
        household=lambda row: row.household.number if row.household else "",
        caption=Text("线索", "Clues"),
        rights=(Right.clues,),
        columns=(
            Column("choose", Text("选", "Pick"), _chosen, labelled=False, css="choose", parts=()),
            Column(
                "about",
                Text("户", "Household"),
                _about,
                fixed=True,
                labelled=False,
                css="key",
                parts=(
                    Part(Text("线索号", "Clue"), lambda row, extra: row.pk, width=10),
                    Part(Text("户编号", "Household"), _number, width=20),
                    Part(
                        Text("户主", "Head"),
                        lambda row, extra: extra["names"].get(_number(row, extra), ""),
                    ),
                ),
            ),
            Column(
                "signs",
                Text("线索", "Signs"),
                _signs,
                fixed=True,
                css="signs",
                parts=(
                    Part(Text("预警规则", "Rules"), _rules, width=40, wrapped=True),
                    Part(
                        Text("来源渠道", "Channels"),
                        lambda row, extra: _joined(said(CHANNELS[each]) for each in row.channels),
                        width=18,
                    ),
                ),
            ),
            Column("state", Text("状态", "State"), _state, css="inline"),
            place_column(_code, order="place"),
            Column(
                "due",
                Text("期限", "Due"),
                _due,
                css="nowrap",
                order="due",
                parts=(
                    Part(Text("下发日期", "Sent"), lambda row, extra: _day(row.sent_at)),
                    Part(Text("期限", "Due"), lambda row, extra: row.due_on or ""),
                ),
            ),
            Column(
                "answer",
                Text("核查结果", "Answer"),
                _answer,
                parts=(
                    Part(
                        Text("核查结果", "Answer"),
                        lambda row, extra: said(ANSWERS.get(row.answer)),
                    ),
                    Part(
                        Text("具体情况", "Reason"),
                        lambda row, extra: said(REASONS.get(row.answer, {}).get(row.reason)),
                        width=24,
                    ),
                    Part(Text("答复日期", "Answered"), lambda row, extra: _day(row.answered_at)),
                    Part(
                        Text("逾期", "Late"),
                        lambda row, extra: said(_LATE_OR_NOT[row.late]),
                        width=8,
                    ),
                ),
            ),
            Column(
                "opened",
                Text("发现日期", "Opened"),
                lambda row, extra: _day(row.opened_at),
                css="nowrap num",
            ),
        ),
        filters=(
            Filter(
                "state",
                Text("状态", "State"),
                FilterKind.pills,
                all=Text("未办结", "Open"),
                last=(Option("all", Text("全部", "All")),),
            ),
            Filter("due", Text("期限", "Due"), FilterKind.choice),
            Filter("channel", Text("来源渠道", "Channel"), FilterKind.choice),
            Filter("rule", Text("预警规则", "Rule"), FilterKind.choice),
            *PLACE_FILTERS,
            Filter(
                "answer",
                Text("核查结果", "Answer"),
                FilterKind.choice,
                last=(Option("any", Text("已答复", "Answered")),),
                rare=True,
            ),
            Filter("ended", Text("办结方式", "Closed as"), FilterKind.choice, rare=True),
            Filter("opened", Text("发现日期", "Opened"), FilterKind.days, rare=True),
            Filter(
                "household",
                Text("户编号", "Household number"),
                FilterKind.text,
                hint=Text("开头几位", "first digits"),
                rare=True,
            ),
            Filter(
                "named",
                Text("台账", "Registry"),
                FilterKind.choice,
                last=(
                    Option("yes", Text("已对应到户", "Household named")),
                    Option("no", Text("未对应到户", "Nobody named yet")),
                ),
                rare=True,
            ),
            Filter("sent", Text("下发", "Sent"), FilterKind.hidden),
            Filter("counted", Text("统计范围", "Counted"), FilterKind.hidden),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        nothing=Text("辖区内没有未办结的线索。", "There is no open clue in your area."),
        export=Export(Right.export, place=_code),
    )
)
