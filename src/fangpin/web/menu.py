"""The menu: pages by the task they serve. A new page is one Entry, or a name in `also`.

tests/web/test_menu.py fails for an entry whose address does not exist and for a key used twice.
"""

from dataclasses import dataclass

from fangpin.kernel.errors import Text
from fangpin.people.scope import Right, Scope


@dataclass(frozen=True)
class Entry:
    """A page in the menu, shown to whoever holds one of the rights anywhere.

    `key`: the letter that opens it after `g`. `also`: names of the views that belong to it.
    """

    view: str
    icon: str
    text: Text
    rights: tuple[Right, ...]
    key: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Entries of one task; without a heading for the first page."""

    text: Text | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Tab:
    """One of the pages that stand beside each other under an entry.

    `whole`: for whoever holds the right in a whole county only.
    """

    view: str
    text: Text
    right: Right
    also: tuple[str, ...] = ()
    whole: bool = False


MENU: tuple[Group, ...] = (
    Group(
        None,
        (
            Entry(
                "desk",
                "checklist",
                Text("我的任务", "My tasks"),
                (Right.cases_act, Right.cases_decide, Right.clues_answer, Right.clues_send),
                key="t",
            ),
            Entry(
                "overview",
                "layout-dashboard",
                Text("总览", "Overview"),
                (Right.findings, Right.deliveries),
                key="o",
            ),
            Entry(
                "oversight",
                "chart-dots",
                Text("监测成效", "Results"),
                (Right.cases,),
                key="z",
                also=("oversight-behind", "outlines"),
            ),
        ),
    ),
    Group(
        Text("户和人", "Households and people"),
        (
            Entry(
                "registry-households",
                "address-book",
                Text("户名录", "Households"),
                (Right.registry,),
                key="h",
                also=(
                    *("registry-persons", "registry-enter", "household"),
                    *("registry-edit", "registry-edit-person", "registry-yearly"),
                    *(
                        "registry-action",
                        "registry-reverse",
                        "prints",
                        "blank-form",
                        "household-print",
                    ),
                ),
            ),
            Entry(
                "person-requests",
                "lock",
                Text("个人信息申请", "Data requests"),
                (Right.person_requests, Right.person_requests_decide),
                key="b",
                also=(
                    *("person-request", "person-request-new", "person-request-decide"),
                    *("person-request-withdraw", "person-request-corrected", "person-request-copy"),
                    *("person-request-erase", "privacy-notice", "household-notice"),
                ),
            ),
            Entry(
                "fieldwork",
                "device-mobile",
                Text("入户记录", "From phones"),
                (Right.visits,),
                also=("fieldwork-sent", "phone-devices"),
            ),
            Entry(
                "registry-imports",
                "file-spreadsheet",
                Text("台账导入导出", "Import and export"),
                (Right.registry_import,),
                key="i",
                also=("registry-import", "registry-export", "registry-snapshots"),
            ),
        ),
    ),
    Group(
        Text("监测", "Monitoring"),
        (
            Entry(
                "findings",
                "list-details",
                Text("疑点", "Findings"),
                (Right.findings,),
                key="f",
                also=("village",),
            ),
            Entry(
                "clues",
                "user-check",
                Text("线索核查", "Clues"),
                (Right.clues,),
                key="l",
                also=(
                    *("clue", "clue-rates", "clues-send", "clue-report", "clue-platform"),
                    *("clue-answer", "clue-take-back", "clue-close", "clue-identify", "clue-run"),
                ),
            ),
            Entry(
                "cases",
                "file-text",
                Text("个案办理", "Cases"),
                (Right.cases,),
                key="c",
                also=(
                    *("cases-late", "case", "case-step", "case-withdraw", "case-objection"),
                    *("objection-settle", "case-kept", "case-recuse", "case-decision"),
                    *("case-open", "case-open-place", "packs-in-force"),
                ),
            ),
            Entry(
                "notices",
                "send",
                Text("公示公告", "Notices"),
                (Right.cases,),
                key="y",
                also=("notice", "notice-telephones"),
            ),
            Entry(
                "submissions",
                "message-circle",
                Text("群众来件", "From citizens"),
                (Right.submissions, Right.complaints),
                also=("submission",),
            ),
            Entry(
                "quality",
                "clipboard-list",
                Text("数据质量", "Data quality"),
                (Right.quality,),
                key="q",
                also=("quality-hits", "quality-hit"),
            ),
            Entry(
                "reviews",
                "users",
                Text("疑似同一人", "Matches"),
                (Right.reviews,),
                key="m",
                also=("review-decisions",),
            ),
        ),
    ),
    Group(
        Text("数据", "Data"),
        (
            Entry(
                "deliveries",
                "database",
                Text("部门数据", "Department data"),
                (Right.deliveries,),
                key="d",
                also=("delivery",),
            ),
            Entry(
                "clue-returns",
                "arrow-back-up",
                Text("核查结果回传", "Answers returned"),
                (Right.clues_returns, Right.clues_release),
                key="r",
                also=("clue-returned",),
            ),
            Entry(
                "upload",
                "upload",
                Text("导入与比对", "Load and screen"),
                (Right.upload,),
                key="u",
                also=("job",),
            ),
            Entry(
                "exports",
                "download",
                Text("我的导出", "Exports"),
                (
                    *(Right.export, Right.rows, Right.registry_export, Right.registry_print),
                    *(Right.users, Right.export_approve),
                ),
                key="e",
            ),
            Entry("jobs", "clock", Text("后台任务", "Jobs"), (Right.jobs,), key="j", also=("job",)),
        ),
    ),
    Group(
        Text("政策", "Policy"),
        (
            Entry(
                "what-if",
                "adjustments-horizontal",
                Text("政策试算", "What if"),
                (Right.what_if,),
                key="w",
                also=("answers", "backtest", "scenarios", "scenario-compare"),
            ),
            Entry(
                "packs",
                "book",
                Text("政策包", "Policy packs"),
                (Right.packs,),
                key="p",
                also=("pack", "clause"),
            ),
        ),
    ),
    Group(
        Text("区划与单位", "Places and units"),
        (
            Entry(
                "places",
                "map-pin",
                Text("区划与村情", "Places, villages"),
                (Right.places,),
                key="v",
                also=("place", "place-list", "figure-file", "village-figures", "place-change"),
            ),
            Entry(
                "units",
                "building-community",
                Text("单位与职责", "Units, duties"),
                (Right.places, Right.users),
                key="n",
                also=("unit", "responsibilities", "unit-add", "unit-change"),
            ),
        ),
    ),
    Group(
        Text("管理", "Administration"),
        (
            Entry(
                "users",
                "users",
                Text("用户与任职", "Users and posts"),
                (Right.users,),
                key="s",
                also=("user", "user-add", "post-give", "post-move", "user-code"),
            ),
            Entry(
                "alarms",
                "alert-triangle",
                Text("异常与溯源", "Alarms"),
                (Right.alarms,),
                key="x",
                also=("alarm-end", "trace"),
            ),
            Entry(
                "retention",
                "clock",
                Text("保存期限", "Retention"),
                (Right.retention, Right.retention_release),
                key="k",
                also=("retention-list", "retention-decide"),
            ),
            Entry(
                "calendar",
                "calendar",
                Text("工作日历", "Working days"),
                (Right.calendar,),
                also=("calendar-change",),
            ),
            Entry(
                "outward",
                "send",
                Text("消息外发", "Messages outward"),
                (Right.outward,),
                also=("outward-gateway", "robot-add", "robot-change"),
            ),
            Entry("audit", "history", Text("审计记录", "Audit trail"), (Right.audit,), key="a"),
        ),
    ),
)

# Pages of one entry of the menu stand beside each other as tabs.
TABS: dict[str, tuple[Tab, ...]] = {
    "registry-imports": (
        Tab(
            "registry-imports", Text("导入", "Import"), Right.registry_import, ("registry-import",)
        ),
        Tab("registry-export", Text("导出", "Export"), Right.registry_export),
        Tab("registry-snapshots", Text("快照", "Snapshots"), Right.upload),
    ),
    "person-requests": (
        Tab(
            "person-requests",
            Text("申请", "Requests"),
            Right.person_requests,
            ("person-request", "person-request-new"),
        ),
        Tab("privacy-notice", Text("告知书", "Notice"), Right.person_requests),
    ),
    "registry-households": (
        Tab("registry-households", Text("按户", "Households"), Right.registry),
        Tab("registry-persons", Text("按人", "Persons"), Right.registry),
        Tab("prints", Text("打印名册", "Print registers"), Right.registry_print),
    ),
    "units": (
        Tab("units", Text("单位", "Units"), Right.places, ("unit",)),
        Tab("responsibilities", Text("责任清单", "Responsibilities"), Right.places),
    ),
    "cases": (
        Tab("cases", Text("个案", "Cases"), Right.cases),
        Tab("cases-late", Text("督办", "What is late"), Right.cases),
        Tab(
            "packs-in-force",
            Text("施行的政策包", "Packs in force"),
            Right.cases_decide,
            whole=True,
        ),
    ),
    "clues": (
        Tab(
            "clues",
            Text("线索清单", "List"),
            Right.clues,
            ("clue", "clues-send", "clue-report", "clue-platform", "clue-run"),
        ),
        Tab("clue-rates", Text("办理情况", "How they are answered"), Right.clues),
    ),
    "notices": (
        Tab("notices", Text("公示公告", "Notices"), Right.cases, ("notice",)),
        Tab("notice-telephones", Text("监督电话", "Telephones"), Right.places_write),
    ),
    "quality": (
        Tab("quality", Text("总览", "Board"), Right.quality),
        Tab("quality-hits", Text("问题清单", "List"), Right.quality, ("quality-hit",)),
    ),
    "what-if": (
        Tab("what-if", Text("试算", "What if"), Right.what_if),
        Tab("scenarios", Text("已存情景", "Saved scenarios"), Right.what_if, ("scenario-compare",)),
        Tab("backtest", Text("回测", "Backtest"), Right.backtest, ("answers",)),
    ),
}


def entries() -> tuple[Entry, ...]:
    """All entries in reading order."""
    return tuple(entry for group in MENU for entry in group.entries)


def allowed(entry: Entry, scope: Scope) -> bool:
    """Whether the reader sees this entry."""
    return any(scope.may(right) for right in entry.rights)


def beside(tab: Tab, scope: Scope) -> bool:
    """Whether the reader sees this tab."""
    return scope.everywhere(tab.right) if tab.whole else scope.may(tab.right)


def opens(view: str, scope: Scope) -> bool:
    """Whether the reader finds this page in the menu or in the tabs of an entry."""
    if any(entry.view == view and allowed(entry, scope) for entry in entries()):
        return True
    tabs = (tab for some in TABS.values() for tab in some)
    return any(tab.view == view and beside(tab, scope) for tab in tabs)


def entry_of(view: str, scope: Scope) -> Entry | None:
    """The entry that a page belongs to, among those that the reader sees."""
    return next(
        (e for e in entries() if (view == e.view or view in e.also) and allowed(e, scope)), None
    )


def first_page(scope: Scope) -> str | None:
    """Name of the first page of the menu that the reader sees; None for somebody without posts."""
    return next((e.view for e in entries() if allowed(e, scope)), None)
