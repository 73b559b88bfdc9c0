"""What can be done with a household or a member: what is asked, what follows, how it is done.

Each dialog asks first, then shows what would follow (worked out by carrying it out and taking it
back, `consequences.py`), and only then does it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fangpin.kernel.errors import Text
from fangpin.people.rights import FieldGroup
from fangpin.registry.actions.leaving import LEAVES
from fangpin.registry.models import RegistryEvent
from fangpin.registry.queries.file import HouseholdFile
from fangpin.web.dialogs import inputs, running
from fangpin.web.dialogs.asking import Asking
from fangpin.web.forms import Input


@dataclass(frozen=True)
class Dialog:
    """One thing that can be done. `about`: what follows from it, in sentences.

    `of_member`: offered beside each member; `head_goes`: asks who follows when the head is meant.
    """

    slug: str
    icon: str
    label: Text
    about: tuple[Text, ...]
    inputs: Callable[[Asking], list[Input]]
    run: Callable[[Asking], RegistryEvent]
    of_member: bool = False
    group: str = "household"
    alone: bool = False  # can be done when there are no members


_HEAD_FOLLOWS = Text(
    "离开的是户主时，须确定由谁接任；其他成员与新户主的关系逐人确认。",
    "When the head goes, somebody follows; everybody's relation to the new head is confirmed.",
)
_UNDO = Text(
    "办理后可在“动态”里撤销，直到其后又办理了别的事项。",
    "It can be taken back in the timeline until something else rests on it.",
)

DIALOGS: dict[str, Dialog] = {
    dialog.slug: dialog
    for dialog in (
        Dialog(
            "join",
            "user-plus",
            Text("新增成员", "Add a member"),
            (
                Text(
                    "出生、婚入、迁入或补录一名成员。已在其他户登记的人，请到那一户办理“迁往其他户”。",
                    "Somebody born, married in, moved in or left out before. Somebody registered in"
                    " another household is moved from there.",
                ),
                _UNDO,
            ),
            inputs.of_new_person,
            running.run_join,
            group="person",
            alone=True,
        ),
        Dialog(
            "move",
            "arrow-right",
            Text("迁往其他户", "Move to another household"),
            (
                Text(
                    "成员转入另一户（含婚嫁）；本户无人时销户。收入和条件记录留在原户。",
                    "The member joins another household; this one is dissolved when nobody is left."
                    " Incomes and conditions stay here.",
                ),
                _HEAD_FOLLOWS,
                _UNDO,
            ),
            lambda asking: [
                *inputs.member(asking, Text("迁出的成员", "Who moves")),
                inputs.on(asking),
                inputs.other(asking),
                inputs.relation(asking, Text("与对方户主关系", "Relation to the head there")),
                Input(
                    "kind",
                    Text("原因", "Why"),
                    "choice",
                    asking.text("kind") or "moved",
                    [
                        ("moved", Text("迁移", "moved")),
                        ("married_in", Text("婚嫁", "married")),
                    ],
                ),
                *inputs.follows(asking),
            ],
            running.run_move,
            of_member=True,
            group="person",
        ),
        Dialog(
            "leave",
            "logout",
            Text("迁出或注销", "Leave the registry"),
            (
                Text(
                    "成员迁往辖区外、婚出、入伍或注销；档案保留为“曾经的成员”。",
                    "The member leaves the area, marries away, enlists or is cancelled; the file"
                    " stays among former members.",
                ),
                _HEAD_FOLLOWS,
                _UNDO,
            ),
            lambda asking: [
                *inputs.member(asking, Text("离开的成员", "Who leaves")),
                inputs.on(asking),
                inputs.coded("why", Text("原因", "Why"), "move_kind", asking, only=LEAVES),
                *inputs.follows(asking),
            ],
            running.run_leave,
            of_member=True,
            group="person",
        ),
        Dialog(
            "die",
            "minus",
            Text("登记死亡", "Record a death"),
            (
                Text(
                    "成员自死亡之日起不再是在册成员；最后一名成员死亡时销户。",
                    "The member is no longer counted from that day; the last member's death"
                    " dissolves the household.",
                ),
                _HEAD_FOLLOWS,
                Text(
                    "误登的死亡可以撤销，或用“恢复成员”改正。",
                    "A death entered by mistake is taken back, or corrected by “Return”.",
                ),
            ),
            lambda asking: [
                *inputs.member(asking, Text("去世的成员", "Who died")),
                inputs.on(asking, Text("死亡日期", "Died on")),
                inputs.coded("cause", Text("死亡原因", "Cause"), "death_cause", asking),
                *inputs.follows(asking),
            ],
            running.run_die,
            of_member=True,
            group="person",
        ),
        Dialog(
            "return",
            "arrow-back-up",
            Text("恢复成员", "Let somebody return"),
            (
                Text(
                    "误登死亡或已迁出又返回的人恢复为本户成员；离开期间按空档记录。",
                    "Somebody entered as dead by mistake, or who came back, is a member again; the"
                    " time away stays a gap.",
                ),
            ),
            inputs.return_inputs,
            running.run_return,
            group="person",
            alone=True,
        ),
        Dialog(
            "head",
            "crown",
            Text("变更户主", "Change the head"),
            (
                Text(
                    "能推定的关系自动改写，推定不了的留空，由您逐人确认。",
                    "Relations that follow for certain are rewritten; the others stay blank until"
                    " you confirm them.",
                ),
                _UNDO,
            ),
            lambda asking: [*inputs.member(asking, Text("新户主", "New head")), inputs.on(asking)],
            running.run_head,
        ),
        Dialog(
            "split",
            "arrows-split",
            Text("分户", "Split the household"),
            (
                Text(
                    "选中的成员另立新户。现有类别和帮扶责任人一并带到新户；收入和生活条件留在原户。",
                    "Those chosen form a household of their own. Categories and helpers are carried"
                    " along; incomes and conditions stay here.",
                ),
                Text(
                    "疑点按户编号留在原户，下次比对后按新户计算。",
                    "Findings stay with this number until the next screening.",
                ),
                _UNDO,
            ),
            lambda asking: [
                Input(
                    "persons",
                    Text("分出的成员", "Who leaves"),
                    "members",
                    asking.data.getlist("persons"),
                    inputs.names(asking),
                ),
                Input(
                    "head",
                    Text("新户户主", "Head of the new household"),
                    "choice",
                    asking.text("head"),
                    [("", Text("请选择", "choose")), *inputs.names(asking)],
                    required=True,
                ),
                inputs.on(asking),
                Input(
                    "number",
                    Text("新户编号", "Its number"),
                    "text",
                    asking.text("number"),
                    hint=Text("国家系统未给号时留空", "blank until the national system gives one"),
                ),
                *inputs.follows(asking),
            ],
            running.run_split,
        ),
        Dialog(
            "merge",
            "arrows-join",
            Text("并户", "Merge into another"),
            (
                Text(
                    "本户全部成员并入另一户，本户随之终止；本户的类别和帮扶到此为止，收入和条件仍可查阅。",
                    "Everybody joins another household and this one ends; its categories and"
                    " helpers end too, incomes and conditions stay readable.",
                ),
                _UNDO,
            ),
            lambda asking: [inputs.other(asking), inputs.on(asking)],
            running.run_merge,
        ),
        Dialog(
            "move-village",
            "map-pin",
            Text("整户迁移", "Move to another village"),
            (
                Text(
                    "整户转到另一个村，查看和办理权限随之立即转移。",
                    "The household belongs to another village; who may see and change it follows"
                    " at once.",
                ),
                _UNDO,
            ),
            inputs.villages,
            running.run_village,
            alone=True,
        ),
        Dialog(
            "classify",
            "tags",
            Text("变更类别", "Change the category"),
            (
                Text(
                    "原类别到办理日为止，新类别从这一天开始；历史保留。",
                    "The present category ends on that day and the new one begins; history stays.",
                ),
                _UNDO,
            ),
            inputs.classify_inputs,
            running.run_classify,
            alone=True,
        ),
        Dialog(
            "remove-risk",
            "check",
            Text("标注风险消除", "Mark the risk as removed"),
            (
                Text(
                    "监测到此日为止；户仍保留原监测类别，政策按规定延续。",
                    "Monitoring ends on that day; the category stays on the household.",
                ),
                _UNDO,
            ),
            lambda asking: [
                inputs.on(asking),
                inputs.coded("how", Text("消除方式", "How"), "removal_kind", asking),
                Input("clause", Text("依据", "Clause"), "text", asking.text("clause")),
            ],
            running.run_remove,
            alone=True,
        ),
    )
}


def offered(file: HouseholdFile) -> list[Dialog]:
    """What may be done with this household now."""
    if not file.may_write or file.as_of or FieldGroup.household not in file.writable:
        return []
    found = []
    for dialog in DIALOGS.values():
        if not file.members and not dialog.alone:
            continue
        if dialog.slug in ("head", "split") and len(file.members) < 2:
            continue
        if dialog.slug == "return" and not file.former:
            continue
        if dialog.slug == "remove-risk" and file.monitoring is None:
            continue
        if dialog.slug == "join" and FieldGroup.identity not in file.writable:
            continue
        found.append(dialog)
    return found
