"""What is asked at a visit."""

from typing import Final

from fangpin.fieldwork.forms import Attach, Field, Form
from fangpin.kernel.errors import Text
from fangpin.policy.procedure_records import AttachmentRule, Entry, Option

_PURPOSES: Final = (
    Option("routine", Text("日常走访", "Routine visit")),
    Option("follow_up", Text("监测对象回访", "Return visit to a monitored household")),
    Option("check", Text("入户核查", "Check on the spot")),
    Option("help", Text("落实帮扶措施", "Help brought or arranged")),
    Option("explain", Text("政策宣传", "Policy explained")),
    Option("other", Text("其他", "Other")),
)
_MET: Final = (
    Option("head", Text("户主", "Head of household")),
    Option("member", Text("家庭成员", "Another member")),
    Option("neighbour", Text("邻居或村干部", "Neighbour or village cadre")),
    Option("nobody", Text("家中无人", "Nobody at home")),
)
_SIGNS: Final = (
    Option("income", Text("收入明显减少", "Income fell clearly")),
    Option("illness", Text("大病、长期慢病或意外伤害", "Severe illness or accident")),
    Option("spending", Text("刚性支出较大", "Heavy unavoidable expenses")),
    Option("schooling", Text("义务教育阶段辍学", "A child out of compulsory schooling")),
    Option("housing", Text("住房安全隐患", "House not safe")),
    Option("water", Text("饮水困难", "Difficulty with drinking water")),
    Option("medical_cover", Text("未参加基本医保", "Without basic medical insurance")),
    Option("disaster", Text("受灾", "Hit by a disaster")),
    Option("work", Text("失业或务工不稳", "Work lost or unsteady")),
    Option("care", Text("老人、儿童或残疾人无人照料", "Somebody in need of care without it")),
)
_SOMEBODY: Final = ("met", ("head", "member", "neighbour"))


def _entry(
    id: str,
    label: Text,
    type: str,
    options: tuple[Option, ...] = (),
    *,
    required: bool = False,
    help: Text | None = None,
) -> Entry:
    return Entry(
        id=id,
        label=label,
        type=type,  # type: ignore[arg-type]
        options=options,
        required=required,
        sensitive=True,
        help=help,
    )


VISIT: Final = Form(
    "visit",
    Text("走访记录", "Visit"),
    (
        Field(_entry("on", Text("走访日期", "Day of the visit"), "date", required=True)),
        Field(_entry("purpose", Text("走访事由", "Purpose"), "choice", _PURPOSES, required=True)),
        Field(_entry("met", Text("见到谁", "Who was met"), "choice", _MET, required=True)),
        Field(
            _entry(
                "signs",
                Text("发现的情况", "What was found"),
                "choices",
                _SIGNS,
                help=Text("没有新情况可不选", "leave empty when nothing is new"),
            ),
            _SOMEBODY,
        ),
        Field(_entry("note", Text("情况说明", "Notes"), "long_text")),
        Field(_entry("needs", Text("群众诉求", "What they ask for"), "long_text"), _SOMEBODY),
        Field(
            _entry("signature", Text("户主或家人签字", "Signature of a member"), "signature"),
            ("met", ("head", "member")),
        ),
    ),
    (Attach(AttachmentRule("photos", Text("现场照片", "Photographs"), 0, 6)),),
)
