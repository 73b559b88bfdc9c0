"""The sentences of a notice by what the procedure does. Nothing is typed in by anybody: a notice is
made of these sentences and of the facts of the case."""

from fangpin.disclosure.content import Form
from fangpin.kernel.errors import Text

# effect of the procedure → what is proposed (notice), what was decided (announcement)
_ABOUT: dict[str, tuple[Text, Text]] = {
    "identify": (
        Text("拟识别为建档立卡扶贫对象", "proposed for the register of poor households"),
        Text("识别为建档立卡扶贫对象", "entered into the register of poor households"),
    ),
    "monitor": (
        Text("拟纳入防止返贫致贫监测对象", "proposed for monitoring"),
        Text("纳入防止返贫致贫监测对象", "taken into monitoring"),
    ),
    "remove_risk": (
        Text("拟标注风险消除", "risk proposed as removed"),
        Text("标注风险消除", "risk removed"),
    ),
    "return_to_monitoring": (
        Text("拟恢复监测", "proposed to be monitored again"),
        Text("恢复监测", "monitored again"),
    ),
    "exit_household": (
        Text("拟退出贫困户", "proposed to leave the register of poor households"),
        Text("退出贫困户", "left the register of poor households"),
    ),
    "exit_village": (
        Text("拟退出贫困村", "villages proposed to leave the register"),
        Text("退出贫困村", "villages that left the register"),
    ),
    "exit_county": (
        Text("拟退出贫困县", "county proposed to leave the register"),
        Text("退出贫困县", "county that left the register"),
    ),
    "transfer": (
        Text("拟转移管理关系", "proposed to be looked after elsewhere"),
        Text("转移管理关系", "now looked after elsewhere"),
    ),
    "correct": (
        Text("拟更正登记信息", "records proposed to be corrected"),
        Text("更正登记信息", "records corrected"),
    ),
}
_OF_PLACES = frozenset({"exit_village", "exit_county", "identify_village"})
_VILLAGES = (
    Text("拟识别为贫困村", "villages proposed for the register"),
    Text("识别为贫困村", "villages entered into the register"),
)


def about(effect: str, subject: str, form: Form) -> Text:
    """What a notice is about: 拟纳入防止返贫致贫监测对象.

    ValueError for a procedure whose effect has no words here: its notice would say nothing.
    """
    found = _VILLAGES if effect == "identify" and subject != "household" else _ABOUT.get(effect)
    if found is None:
        raise ValueError(f"a notice of a procedure with the effect {effect!r} has no words")
    return found[0 if form == "notice" else 1]


def title(what: Text, form: Form) -> Text:
    """关于拟纳入防止返贫致贫监测对象的公示"""
    word = "公示" if form == "notice" else "公告"
    return Text(f"关于{what.zh}的{word}", what.en[:1].upper() + what.en[1:])


def opening(what: Text, form: Form, *, of_places: bool, days: int, workdays: bool) -> Text:
    """Who did what, and that it is posted now. `days` how long."""
    them = (
        Text("下列村", "the villages below")
        if of_places
        else Text("下列农户", "the households below")
    )
    unit = Text("个工作日", " working days") if workdays else Text("天", " days")
    if form == "notice":
        return Text(
            f"经规定程序核查、评议，{_with(what.zh, them.zh)}，"
            f"现予公示{days}{unit.zh}，接受群众监督。",
            f"After check and appraisal, {them.en} are {what.en}. Posted for {days}{unit.en}, "
            "open to everybody's objection.",
        )
    return Text(
        f"经公示、审核、审定，{_with(what.zh, them.zh)}，现予公告。",
        f"After notice, review and decision, {them.en} were {what.en}.",
    )


def closing(form: Form) -> Text:
    """How to object, or whom to ask."""
    if form == "notice":
        return Text(
            "如有异议，请在公示期内反映，可以署名，也可以匿名。受理单位将核实，并为反映人保密：",
            "Whoever disagrees may say so while this is posted, with or without a name. It is "
            "looked into, and who said it is kept secret:",
        )
    return Text("如有疑问，可向下列电话咨询。", "Questions are answered at the telephones below.")


WAYS = (
    Text(
        "到村民委员会或乡镇人民政府当面或书面反映；",
        "in person or in writing at the village committee or the township government;",
    ),
    Text("拨打下列监督电话；", "by calling the telephones below;"),
)
WEB = Text(
    "在公开网页打开本公示，选择“提出异议”。", "on the web: open this notice, choose “Object”."
)


def _with(what: str, them: str) -> str:
    """拟将下列农户纳入… / 将下列农户纳入…; 拟标注… takes its object before it."""
    for verb in ("识别为", "纳入"):
        if what.startswith(f"拟{verb}"):
            return f"拟将{them}{what[1:]}"
        if what.startswith(verb):
            return f"将{them}{what}"
    return f"{them}{what}"
