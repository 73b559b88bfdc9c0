"""What a background job does, in words, by its kind."""

from typing import Final

from fangpin.kernel.errors import Text

JOBS: Final[dict[str, Text]] = {
    "audit_verify": Text("审计链核验", "Check of the audit chain"),
    "cases_recount": Text("重新计算个案期限", "Counting the days of cases anew"),
    "clues_from_run": Text("疑点转线索", "Taking of findings as clues"),
    "clues_recount": Text("重算线索期限", "Counting of days"),
    "keys_rotate": Text("更换密钥", "Key rotation"),
    "messages_send": Text("消息外发", "Sending of messages"),
    "print_township": Text("打印乡镇档", "Printing of a township"),
    "public_site": Text("更新公开网页", "Writing of public pages"),
    "registry_apply": Text("导入写入", "Writing of an import"),
    "registry_check": Text("导入核对", "Check of an import"),
    "registry_export": Text("台账导出", "Export of the registry"),
    "registry_quality": Text("数据质量核对", "Check of data quality"),
    "registry_snapshot": Text("生成快照", "Snapshot"),
    "registry_undo": Text("导入撤销", "Taking back of an import"),
    "retention": Text("到期清理", "Clearing"),
    "screen": Text("比对", "Screening"),
}
