"""What may be wrong with a form of the public page, in words that anybody reads."""

from typing import Final

from fangpin.kernel.errors import Problem, Text, Where

LONGEST: Final = 2000
MOST_PHOTOS: Final = 4

_FAULTS: Final[dict[str, tuple[Text, Text]]] = {
    "kind": (
        Text("请选择事项", "choose what it is"),
        Text("从列表中选择", "choose one of the list"),
    ),
    "text": (
        Text("请写明具体情况", "say what it is about"),
        Text(f"写 4 到 {LONGEST} 个字", f"write 4 to {LONGEST} characters"),
    ),
    "village": (
        Text("请选择所在的村（社区）", "choose the village"),
        Text("从列表中选择", "choose one of the list"),
    ),
    "long": (
        Text("内容过长", "too long"),
        Text("写 60 字以内", "at most 60 characters"),
    ),
    "digits": (
        Text("电话号码不完整", "the telephone is not complete"),
        Text("填写手机号，或带区号的座机号", "a mobile, or a line with its area code"),
    ),
    "photos": (
        Text(f"照片最多 {MOST_PHOTOS} 张", f"{MOST_PHOTOS} photographs at most"),
        Text("只选最能说明情况的", "choose those that tell most"),
    ),
    "name": (
        Text("请填写姓名", "give the name"),
        Text("填写需要帮扶的人的姓名", "of the person who needs help"),
    ),
    "id_number": (
        Text("证件号码不正确", "the identity number is not right"),
        Text("对照证件逐位核对", "compare it with the card, digit by digit"),
    ),
    "reached": (
        Text("请留下联系电话", "leave a telephone"),
        Text("以便核实情况", "so that we can ask"),
    ),
    "sender": (
        Text("请填写您的姓名", "give your own name"),
        Text("代为申请须留姓名", "who applies for another says who they are"),
    ),
    "consent": (
        Text("需要同意授权书", "the authorisation is needed"),
        Text("阅读后勾选同意", "read it and tick the box"),
    ),
}


def fault(column: str, key: str = "") -> Problem:
    """The problem of a field; `key` when it is not the field's own."""
    what, remedy = _FAULTS[key or column]
    return Problem(what, remedy, Where(column=column))
