"""Where the system holds something about a person, table by table.

Every table of the database stands here: either with the way from a person or household to its rows
(`HELD`), or with the reason why it is about nobody registered (`NOT_ABOUT`). A test fails for a
table that is in neither, and for a closed or free-text column that is neither handed out in a copy
nor withheld for a reason. Copies and erasures follow this list; history tables follow their source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q

from fangpin.kernel.errors import Text
from fangpin.privacy.subject import Subject


@dataclass(frozen=True)
class Held:
    """One table about persons. `columns`: what a copy hands out, attribute → label (empty for
    tables of the registry's catalogue, which hands out all its fields). `withheld`: attribute →
    why not. `emptied`: columns that an erasure empties besides the closed ones. `copied`: which of
    the rows a copy hands out (all of them, mostly)."""

    about: Callable[[Subject], Q]
    label: Text
    columns: Mapping[str, Text] = field(default_factory=dict)
    withheld: Mapping[str, Text] = field(default_factory=dict)
    emptied: tuple[str, ...] = ()
    subject: str = ""  # of the registry's catalogue
    copied: Q = field(default_factory=Q)


_OTHERS: Final = Text(
    "涉及他人，依法不提供", "it is about somebody else, whom the law protects as well"
)
_KEY: Final = Text("文件密钥", "the key of the file")
_RULE: Final = {
    "kind_zh": Text("内容", "what"),
    "sentence_zh": Text("说明", "sentence"),
    "clause_path": Text("依据", "clause"),
}


def _persons(column: str) -> Callable[[Subject], Q]:
    return lambda s: Q(**{f"{column}__in": s.persons})


def _households(column: str) -> Callable[[Subject], Q]:
    return lambda s: Q(**{f"{column}__in": s.households})


def _either(person: str, household: str) -> Callable[[Subject], Q]:
    """Rows of one of the persons, and rows of the households that name no person."""
    return lambda s: (
        Q(**{f"{person}__in": s.persons})
        | Q(**{f"{household}__in": s.households, f"{person}__isnull": True})
    )


def _numbers(s: Subject) -> Q:
    """By national numbers: rows of the persons, and rows of the households about nobody alone."""
    return Q(person_number__in=s.person_numbers) | Q(
        household_number__in=s.household_numbers, person_number=""
    )


HELD: Final[dict[str, Held]] = {
    "registry.Household": Held(_households("pk"), Text("户", "Household"), subject="household"),
    "registry.Person": Held(_persons("pk"), Text("个人", "Person"), subject="person"),
    "registry.Membership": Held(
        _persons("person_id"), Text("家庭关系", "Belonging to households"), subject="membership"
    ),
    "registry.CategorySpell": Held(
        _households("household_id"), Text("类别和监测", "Categories"), subject="category"
    ),
    "registry.YearlyConditions": Held(
        _households("household_id"), Text("生产生活条件", "Living conditions"), subject="conditions"
    ),
    "registry.IncomeYear": Held(
        _households("household_id"), Text("收入", "Income"), subject="income"
    ),
    "registry.HelperSpell": Held(
        _households("household_id"),
        Text("帮扶责任人", "Helpers"),
        subject="helper",
        withheld={"phone": _OTHERS, "sex": _OTHERS, "political_status": _OTHERS},
    ),
    "registry.RegistryEvent": Held(
        lambda s: (
            Q(persons__overlap=sorted(s.persons))
            | Q(households__overlap=sorted(s.households), persons=[])
        ),
        Text("办理记录", "What was done"),
        columns={"kind": Text("事项", "what"), "on": Text("日期", "on"), "at": Text("时间", "at")},
        withheld={"detail": Text("内部编号", "ids and codes")},
    ),
    "feeds.LinkCandidate": Held(
        _numbers,
        Text("疑似同一人", "Possibly the same person"),
        columns={"registered_closed": Text("比对所用登记内容", "what was compared")},
        withheld={"reasons": Text("比对方法，非个人信息", "how it was compared")},
    ),
    "feeds.LinkQuestion": Held(
        lambda s: Q(candidates__person_number__in=s.person_numbers),
        Text("部门数据中待认定的行", "Delivered rows under question"),
        withheld={
            "delivered_closed": Text(
                "尚未认定是本人", "not decided to be this person: it may be about somebody else"
            ),
        },
    ),
    "feeds.LinkDecision": Held(
        _numbers,
        Text("同一人认定", "Decisions on matches"),
        columns={"accepted": Text("是否同一人", "the same"), "at": Text("时间", "at")},
        withheld={"seen_closed": _OTHERS},
    ),
    "screening.Finding": Held(
        _numbers,
        Text("比对疑点", "Findings of screening"),
        columns={**_RULE, "state": Text("状态", "state"), "evidence": Text("数据", "figures")},
        emptied=("sentence_zh", "sentence_en", "evidence"),
    ),
    "screening.Answer": Held(
        lambda s: Q(household_number__in=s.household_numbers),
        Text("核查答复", "Answers of field checks"),
        columns={"answered_on": Text("日期", "on"), "result": Text("结果", "result")},
    ),
    "checks.Hit": Held(
        _numbers,
        Text("数据质量问题", "Data quality"),
        columns={
            "sentence_zh": Text("登记数据", "as registered"),
            "state": Text("状态", "state"),
            "reason": Text("说明", "reason"),
            "opened": Text("发现日期", "found"),
        },
        emptied=("sentence_zh", "sentence_en"),
    ),
    "people.PersonRead": Held(
        _persons("person"),
        Text("查阅记录", "Days on which it was read"),
        columns={"day": Text("日期", "day")},
    ),
    "people.HouseholdListed": Held(
        lambda s: Q(household_number__in=s.household_numbers),
        Text("在名录中显示", "Days on which it stood in a list"),
        columns={"day": Text("日期", "day")},
    ),
    "people.Charge": Held(
        lambda s: Q(household_number__in=s.household_numbers),
        Text("包户责任", "Who looks after the household"),
        columns={"valid_from": Text("起", "from"), "valid_to": Text("止", "until")},
    ),
    "clues.Clue": Held(
        _households("household_id"),
        Text("线索", "Clues"),
        columns={
            "opened_at": Text("时间", "at"),
            "state": Text("状态", "state"),
            "answer": Text("核查结果", "answer"),
            "reason": Text("原因", "reason"),
        },
    ),
    "clues.ClueReason": Held(
        _households("clue__household_id"),
        Text("线索来源", "Reasons of clues"),
        columns={
            **_RULE,
            "channel": Text("渠道", "channel"),
            "text_closed": Text("反映内容", "text"),
            "evidence": Text("数据", "figures"),
        },
        withheld={
            "reporter_closed": _OTHERS,
            "reference_closed": _OTHERS,
            "key": Text("内部编号", "an internal key"),
        },
        emptied=("sentence_zh", "sentence_en", "evidence"),
    ),
    "clues.ClueAnswer": Held(
        _households("clue__household_id"),
        Text("线索核查答复", "Answers to clues"),
        columns={
            "received_at": Text("时间", "at"),
            "answer": Text("结果", "answer"),
            "reason": Text("原因", "reason"),
            "note_closed": Text("说明", "note"),
            "why_closed": Text("撤回原因", "why withdrawn"),
        },
    ),
    "cases.Case": Held(
        _either("person_id", "household_id"),
        Text("办理程序", "Cases"),
        columns={
            "number": Text("编号", "number"),
            "procedure": Text("程序", "procedure"),
            "state": Text("状态", "state"),
            "opened_at": Text("开始", "opened"),
            "closed_at": Text("结束", "closed"),
        },
        withheld={"reason": Text("代码", "a code")},
    ),
    "cases.Turn": Held(
        _either("case__person_id", "case__household_id"),
        Text("办理环节", "Steps of cases"),
        columns={
            "step": Text("环节", "step"),
            "outcome": Text("结果", "outcome"),
            "done_at": Text("时间", "at"),
            "reason_closed": Text("理由", "reason"),
            "entries_closed": Text("填写内容", "entries"),
        },
        withheld={"votes": Text("只记票数", "counts of votes only")},
    ),
    "cases.Attachment": Held(
        _either("turn__case__person_id", "turn__case__household_id"),
        Text("办理附件", "Files of cases"),
        columns={"rule": Text("材料", "what"), "at": Text("时间", "at")},
        withheld={"key": _KEY, "name": Text("存放名", "its name")},
    ),
    "cases.DecisionSnapshot": Held(
        _either("turn__case__person_id", "turn__case__household_id"),
        Text("决定时的户情况", "The household as it was decided upon"),
        columns={"content_closed": Text("内容", "content"), "at": Text("时间", "at")},
    ),
    "cases.KeptEntry": Held(
        _either("case__person_id", "case__household_id"),
        Text("未采用的填写", "Entries that were not taken"),
        columns={"content_closed": Text("内容", "content"), "at": Text("时间", "at")},
    ),
    "cases.KeptFile": Held(
        _either("kept__case__person_id", "kept__case__household_id"),
        Text("未采用的附件", "Files that were not taken"),
        columns={"rule": Text("材料", "what")},
        withheld={"key": _KEY, "name": Text("存放名", "its name")},
    ),
    "cases.Publication": Held(
        _either("case__person_id", "case__household_id"),
        Text("公示公告", "Notices"),
        columns={
            "where_code": Text("地点", "where"),
            "from_day": Text("起", "from"),
            "until_day": Text("止", "until"),
            "state": Text("状态", "state"),
        },
    ),
    "cases.Objection": Held(
        _either("case__person_id", "case__household_id"),
        Text("异议", "Objections"),
        columns={
            "at": Text("时间", "at"),
            "text_closed": Text("内容", "text"),
            "answer_closed": Text("答复", "answer"),
            "state": Text("状态", "state"),
        },
        withheld={"sender_closed": _OTHERS},
    ),
    "cases.Recusal": Held(
        _households("household_id"),
        Text("回避", "Officers who stand aside"),
        columns={"at": Text("时间", "at")},
        withheld={"reason_closed": _OTHERS, "why_ended_closed": _OTHERS},
    ),
    "fieldwork.Visit": Held(
        _households("household_id"),
        Text("入户走访", "Visits"),
        columns={"on": Text("日期", "on"), "content": Text("记录", "record")},
    ),
    "fieldwork.Sent": Held(
        _households("household_id"),
        Text("手机填报", "Sent from phones"),
        columns={
            "received_at": Text("时间", "at"),
            "content": Text("内容", "content"),
            "said": Text("回复", "reply"),
        },
    ),
    "fieldwork.Dispute": Held(
        _households("sent__household_id"),
        Text("手机重复填报", "Sent twice from phones"),
        columns={"received_at": Text("时间", "at"), "content": Text("内容", "content")},
    ),
    "fieldwork.Picture": Held(
        _households("sent__household_id"),
        Text("走访照片", "Pictures of visits"),
        columns={"received": Text("已收字节", "bytes")},
        withheld={"key": _KEY, "name": Text("存放名", "its name")},
    ),
    "fieldwork.Part": Held(
        _households("picture__sent__household_id"),
        Text("照片分段", "Parts of pictures"),
        withheld={"key": _KEY, "name": Text("存放名", "its name")},
    ),
    "disclosure.PostedNotice": Held(
        _households("household"),
        Text("张贴的公示", "Notices that were posted"),
        columns={
            "number": Text("编号", "number"),
            "shown_closed": Text("公开的内容", "what was shown"),
            "from_day": Text("起", "from"),
            "until_day": Text("止", "until"),
        },
        withheld={
            "key": _KEY,
            "hashes": Text("文件校验值", "hashes of files"),
            "reason_closed": Text("提前撤下的内部说明", "why it was taken down early"),
        },
    ),
    "disclosure.BoardPhoto": Held(
        _households("notice__household"),
        Text("公示栏照片", "Photographs of boards"),
        columns={"at": Text("时间", "at")},
        withheld={"key": _KEY},
    ),
    "disclosure.Submission": Held(
        _households("household"),
        Text("公众提交", "Handed in through the public page"),
        columns={
            "kind": Text("类别", "kind"),
            "at": Text("时间", "at"),
            "content_closed": Text("内容", "content"),
            "answer_closed": Text("答复", "answer"),
        },
        withheld={"id_number": _OTHERS},
        # Who objects to, complains of or points at somebody is protected from them.
        copied=Q(kind="application", for_another=False),
    ),
    "disclosure.SubmissionFile": Held(
        _households("submission__household"),
        Text("公众提交的附件", "Files handed in"),
        columns={"use": Text("用途", "use")},
        withheld={"key": _KEY},
        copied=Q(submission__kind="application", submission__for_another=False),
    ),
    "privacy.PersonRequest": Held(
        _either("person_id", "household_id"),
        Text("个人信息申请", "Requests about personal data"),
        columns={
            "kind": Text("事项", "what"),
            "received_on": Text("收到日期", "received"),
            "state": Text("状态", "state"),
            "text_closed": Text("申请内容", "what was asked for"),
            "reason_closed": Text("决定理由", "why it was decided so"),
        },
    ),
    "privacy.NoticeShown": Held(
        _households("household_id"),
        Text("告知记录", "Notices of processing"),
        columns={
            "at": Text("时间", "at"),
            "version": Text("版本", "version"),
            "consents": Text("同意的事项", "agreed to"),
        },
    ),
    "privacy.Erasure": Held(
        lambda s: Q(person__in=s.persons) | Q(household__in=s.households),
        Text("删除记录", "What was erased"),
        columns={"at": Text("时间", "at"), "depth": Text("范围", "how much")},
    ),
}

_WORK: Final = "work of officials and machines: actors, figures and ids, nobody registered"
_AREA: Final = "about places, units or whole areas"
_ACCOUNT: Final = "about users of the system and how they sign in"
_PACK: Final = "policy and its texts"
NOT_ABOUT: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("foundation.CalendarYear", "foundation.CalendarDay", "cases.Definition"), _PACK
    ),
    **dict.fromkeys(
        (
            *("foundation.ExportLog", "foundation.AuditEntry", "foundation.AuditLink"),
            *("foundation.Job", "people.Alarm", "people.SavedView", "screening.Scenario"),
            *("people.Message", "people.MessageRead", "people.Sending"),
            *("screening.AnswerFile", "screening.Run", "exchange.Import", "exchange.Snapshot"),
            *("checks.Check", "checks.Count", "cases.PackInForce", "cases.Escalation"),
            *("clues.AnswersReturned", "clues.RunTaken", "feeds.Intake", "feeds.Delivery"),
            *("privacy.RetentionPlan", "privacy.RetentionItem"),
        ),
        _WORK,
    ),
    "registry.NameBook": "names of whole villages, made from persons; an erasure makes them anew",
    "registry.NameChange": "which households' names a book does not have yet: ids",
    "clues.ReturnedAnswer": "ids of answers that went back to a department; follows the answers",
    "cases.OwnPerson": "numbers of officials, entered so that they do not decide on themselves",
    "feeds.ReturnedRow": "rows that could not be attributed to anybody; they go with the delivery",
    **dict.fromkeys(
        (
            *("places.Place", "places.PlaceChange", "places.PlaceSpell", "places.Succession"),
            *("places.FollowedRows", "places.VillageProfile", "places.NaturalVillage"),
            *(
                "places.ResettlementSite",
                "places.Boundary",
                "people.Unit",
                "people.UnitDuty",
                "feeds.Coverage",
            ),
            "disclosure.OfficePhone",
        ),
        _AREA,
    ),
    **dict.fromkeys(
        (
            *("people.User", "people.FirstPassword", "people.Post", "people.Delegation"),
            *("people.SecondFactor", "people.RecoveryCode", "people.SignInAttempt"),
            *("people.KnownDevice", "people.UserSession", "fieldwork.Device"),
            *("people.Channel", "people.Gateway", "disclosure.Attempt"),
        ),
        _ACCOUNT,
    ),
}

# The second wall (people/row_security.py): whose rows no policy narrows, and why that is no hole.
# Every other table about persons and every history of one has a policy; a test asks the database.
_OWN_DAYS: Final = "numbers and ids that a reader opened on a day: counted as the reader's own"
WITHOUT_POLICY: Final[dict[str, str]] = {
    "registry.RegistryEvent": "ids and codes; names and values lie in tables with a policy",
    "registry.NameChange": NOT_ABOUT["registry.NameChange"],
    "people.PersonRead": _OWN_DAYS,
    "people.HouseholdListed": _OWN_DAYS,
    "people.Charge": "which official looks after which number; nothing of the household itself",
    "screening.Answer": "whole files of numbers and codes, counted for past months as a whole",
    "privacy.Erasure": "ids of what is there no more, and a day",
    "feeds.ReturnedRow": "cells closed with the key, of deliveries that reach over many places",
    "cases.OwnPerson": "officials' own numbers, closed with the key; they have no place",
}
