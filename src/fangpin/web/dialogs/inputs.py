"""What dialogs ask for."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from fangpin.kernel.errors import Text
from fangpin.people.scope import Right
from fangpin.registry.actions.enter import NewPerson
from fangpin.registry.actions.members import present, successors
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.web.dialogs.asking import Asking
from fangpin.web.forms import Input, from_field, sent
from fangpin.web.lists.choosing import places

_DAY = Text("办理日期", "From")


def on(asking: Asking, label: Text = _DAY) -> Input:
    value = asking.text("on") or timezone.localdate().isoformat()
    return Input("on", label, "date", value, required=True)


def names(asking: Asking, *, but: int | None = None) -> list[tuple[str, Text]]:
    listed = []
    for number, each in enumerate(asking.file.members, 1):
        if each.pk == but:
            continue
        relation = f"（{each.relation.zh}）" if each.relation else ""
        english = f" ({each.relation.en})" if each.relation else ""
        name = each.name or f"{number}"
        listed.append((str(each.pk), Text(f"{name}{relation}", f"{name}{english}")))
    return listed


def member(asking: Asking, label: Text) -> list[Input]:
    if asking.person is not None:
        return []
    options = [("", Text("请选择", "choose")), *names(asking)]
    return [Input("person", label, "choice", asking.text("person"), options, required=True)]


def follows(asking: Asking) -> list[Input]:
    """Who follows as head, proposed, when the head may be going."""
    leaving = asking.person
    if len(asking.file.members) < 2 or (leaving is not None and not leaving.is_head):
        return []
    gone = [leaving.pk] if leaving else [m.pk for m in asking.file.members if m.is_head]
    proposed = successors(present(asking.file.pk), gone, timezone.localdate())
    chosen = asking.text("new_head") or (str(proposed[0].person) if proposed and leaving else "")
    why = proposed[0].why if proposed else None
    options = [("", Text("户主不变", "the head stays")), *names(asking, but=gone[0])]
    if leaving is not None:
        options = options[1:]
    hint = Text(f"建议：{why.zh}", f"proposed: {why.en}") if why and leaving else None
    label = Text("由谁接任户主", "Who follows as head")
    return [Input("new_head", label, "choice", chosen, options, hint=hint)]


def coded(name: str, label: Text, vocabulary: str, asking: Asking, *, only: Any = None) -> Input:
    options = [(c, t) for c, t in choices(vocabulary).items() if only is None or c in only]
    listed = [("", Text("请选择", "choose")), *options]
    return Input(name, label, "choice", asking.text(name), listed)


_NEW = ("name", "id_kind", "id_number", "sex", "birth_date", "ethnic_group", "phone")


def of_new_person(asking: Asking) -> list[Input]:
    fields = catalogue().fields
    relation = from_field(fields["membership.relation"])
    kind = Input(
        "kind",
        Text("新增原因", "Why"),
        "choice",
        asking.text("kind") or "joined",
        [
            ("joined", Text("迁入或补录", "moved in, or left out before")),
            ("born", Text("出生", "born")),
            ("married_in", Text("婚入", "married in")),
        ],
    )
    options = [option for option in relation.options if option[0] != "head"]
    return [
        kind,
        on(asking),
        *(from_field(fields[f"person.{name}"]) for name in _NEW),
        Input("relation", relation.label, "choice", "", options, required=True),
    ]


def new_person(asking: Asking) -> NewPerson:
    """The person that `of_new_person` asks for."""
    inputs = [each for each in of_new_person(asking) if each.name in _NEW]
    return NewPerson(relation=asking.text("relation"), values=sent(inputs, asking.data))


def villages(asking: Asking) -> list[Input]:
    found = places(asking.actor, Right.registry_write, asking.text("township"))
    townships = [("", Text("请选择", "choose"))]
    townships += [(option.value, option.text) for option in found["township"]]
    villages = [("", Text("请选择", "choose"))]
    villages += [(option.value, option.text) for option in found["village"]]
    return [
        on(asking),
        Input(
            "township",
            Text("迁往乡镇", "Township"),
            "choice",
            asking.text("township") or (townships[1][0] if len(townships) == 2 else ""),
            townships,
            hint=Text("选定后再选村", "then choose the village"),
        ),
        Input(
            "village",
            Text("迁往村", "Village"),
            "choice",
            asking.text("village"),
            villages,
            required=True,
        ),
        Input("group_name", Text("自然村（组）", "Hamlet"), "text", asking.text("group_name")),
    ]


def classify_inputs(asking: Asking) -> list[Input]:
    return [
        Input(
            "kind",
            Text("变更", "What changes"),
            "choice",
            asking.text("kind") or "monitoring",
            [
                ("monitoring", Text("监测对象类别", "monitoring category")),
                ("category", Text("户类型", "household category")),
            ],
        ),
        on(asking),
        coded(
            "monitoring_code",
            Text("新的监测对象类别", "New monitoring category"),
            "monitoring_category",
            asking,
        ),
        coded("category_code", Text("新的户类型", "New category"), "household_category", asking),
        Input(
            "risks",
            Text("返贫致贫风险（最多 5 项）", "Risks, five at most"),
            "choices",
            asking.data.getlist("risks"),
            list(choices("risk_type").items()),
        ),
        Input("clause", Text("依据", "Clause"), "text", asking.text("clause")),
    ]


def return_inputs(asking: Asking) -> list[Input]:
    inputs = [on(asking)]
    if asking.person is None:
        options = [("", Text("请选择", "choose"))]
        options += [
            (str(m.pk), Text(m.name or m.number, m.name or m.number)) for m in asking.file.former
        ]
        inputs.append(
            Input("person", Text("恢复谁", "Who returns"), "choice", asking.text("person"), options)
        )
    if asking.file.members:
        inputs.append(relation(asking, Text("与户主关系", "Relation to the head")))
    return inputs


def relation(asking: Asking, label: Text) -> Input:
    found = coded("relation", label, "relation_to_head", asking)
    options = [option for option in found.options if option[0] != "head"]
    return Input("relation", label, "choice", found.value, options, required=True)


_OTHER = Text("对方户编号", "Number of the other household")


def other(asking: Asking) -> Input:
    return Input("other", _OTHER, "text", asking.text("other"), required=True)


def values_sent(inputs: list[Input], data: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, for showing the form again."""
    assert isinstance(data, QueryDict)
    return {
        each.name: data.getlist(each.name)
        if each.kind in ("members", "choices")
        else data.get(each.name, "")
        for each in inputs
        if each.name in data or each.kind in ("members", "choices")
    }
