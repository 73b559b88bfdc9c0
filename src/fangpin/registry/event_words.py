"""What each kind of event is called."""

from fangpin.kernel.errors import Text
from fangpin.registry.models import EventKind

EVENT_WORDS: dict[EventKind, Text] = {
    EventKind.ENTERED: Text("新增农户", "household entered"),
    EventKind.IMPORTED: Text("导入", "imported"),
    EventKind.EDITED: Text("修改信息", "edited"),
    EventKind.HEAD_CHANGED: Text("变更户主", "head changed"),
    EventKind.SPLIT: Text("分户", "split"),
    EventKind.MERGED: Text("并户", "merged"),
    EventKind.MARRIED_IN: Text("婚入", "married in"),
    EventKind.BORN: Text("出生", "born"),
    EventKind.JOINED: Text("新增成员", "member added"),
    EventKind.MOVED: Text("成员迁移", "member moved"),
    EventKind.LEFT: Text("成员迁出", "member left"),
    EventKind.MOVED_VILLAGE: Text("整户迁移", "household moved"),
    EventKind.DIED: Text("死亡", "died"),
    EventKind.RETURNED: Text("恢复登记", "returned"),
    EventKind.CATEGORISED: Text("类别变更", "classification changed"),
    EventKind.INCOME: Text("收入登记", "income recorded"),
    EventKind.CONDITIONS: Text("生活条件登记", "conditions recorded"),
    EventKind.HELPER: Text("帮扶责任人变更", "helper changed"),
    EventKind.REVERSED: Text("撤销", "taken back"),
}
