"""What data is taken away for, and what is said of that on the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.people.models import User

PURPOSES: dict[str, Text] = {
    "visit": Text("入户核查", "Field checks"),
    "rectify": Text("数据核实整改", "Correcting data"),
    "compare": Text("部门数据比对", "Comparison with a department"),
    "report": Text("向上级报送", "Report to a higher level"),
    "meeting": Text("会商研判", "Meeting of the departments"),
    "inspection": Text("检查、审计", "Inspection or audit"),
    "archive": Text("建档归档", "Files of households and villages"),
    "person_request": Text("答复个人查阅复制申请", "Answer to a person's request"),
    "other": Text("其他", "Other"),
}
_LONGEST = 300


@dataclass(frozen=True)
class Purpose:
    """A code of PURPOSES, and words of the reader's own (needed for "other")."""

    code: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.code not in PURPOSES:
            raise FangpinError.because(
                "请选择导出用途",
                "an export needs its purpose",
                do_zh="从列表中选择一项用途",
                do_en="choose what the file is for",
                where=Where(column="purpose"),
            )
        if self.code == "other" and len(self.note) < 4:
            raise FangpinError.because(
                "选择“其他”时须说明用途",
                'the purpose "other" needs a few words',
                do_zh="用一句话说明文件的用途",
                do_en="say in a sentence what the file is for",
                where=Where(column="purpose_note"),
            )
        if len(self.note) > _LONGEST:
            raise FangpinError.because(
                f"用途说明超过 {_LONGEST} 个字",
                f"the note on the purpose is longer than {_LONGEST} characters",
                do_zh="请缩短",
                do_en="shorten it",
                where=Where(column="purpose_note"),
            )

    @property
    def text(self) -> Text:
        """The purpose in words."""
        return PURPOSES[self.code]


def purpose_of(form: Mapping[str, str]) -> Purpose:
    """The purpose given in a form (`purpose`, `purpose_note`). Raises FangpinError without one."""
    return Purpose(form.get("purpose", ""), " ".join(form.get("purpose_note", "").split()))


def watermark_text(export: ExportLog, actor: User) -> Text:
    """What stands on every page of a file: who took it, when, under which number."""
    at = timezone.localtime(export.asked_at).strftime("%Y-%m-%d %H:%M")
    who = actor.full_name or actor.username
    return Text(
        f"{who} {at} 导出 编号{export.number} 内部资料 妥善保管",
        f"{who} {at} export {export.number}, internal, keep safe",
    )
