"""Who may do what, as tables: role → rights, role → field groups, department → field groups.

Everything that the system decides about a reader is read off these tables by `people.scope`;
no other module compares roles.
"""

from enum import StrEnum

from fangpin.kernel.errors import Text
from fangpin.people.models import Role


class Right(StrEnum):
    """Something that a post allows, mostly within the place of the post (see PLACELESS)."""

    findings = "findings"  # read findings, sentences and evidence
    names = "names"  # see the name of a household's head and members
    export = "export"  # take lists of work away: findings, clues, cases, hits, visits
    deliveries = "deliveries"  # see what arrived and how complete it is
    rows = "rows"  # see and download the rows that were not simply accepted
    upload = "upload"  # hand in files and start a screening
    audit = "audit"  # read the audit trail
    jobs = "jobs"  # see all background work
    packs = "packs"  # read policy packs
    reviews = "reviews"  # decide whether a delivered and a registered person are the same
    what_if = "what_if"  # try other figures or another pack, in words, numbers and lists
    scenarios = "scenarios"  # keep what was tried under a name, and delete one's own
    backtest = "backtest"  # see how rules have done over the past months
    registry = "registry"  # read households and persons, as far as the field groups go
    registry_write = "registry_write"  # change them, as far as the writable groups go
    registry_import = "registry_import"  # bring in a wide table
    registry_export = "registry_export"  # take households or persons away as a file
    registry_print = "registry_print"  # print household card, village register, township file
    quality = "quality"  # see and answer what the quality rules found in the registry
    quality_exempt = "quality_exempt"  # exempt somebody from a rule
    clues = "clues"  # read clues and how they were answered
    clues_answer = "clues_answer"  # answer them, and enter what one sees oneself
    clues_send = "clues_send"  # send them down, enter hotlines and platforms, correct answers
    clues_release = "clues_release"  # release a run that brings too many at once
    clues_returns = "clues_returns"  # see the answers about the own department's rows
    submissions = "submissions"  # read and answer what citizens hand in: applications, objections
    complaints = "complaints"  # the same for complaints and tip-offs
    cases = "cases"  # read cases, their steps and decisions
    cases_act = "cases_act"  # open cases and take the steps of one's posts
    cases_decide = "cases_decide"  # take the steps at which is decided
    unmask = "unmask"  # see one masked value in clear, with a reason that is kept
    places = "places"  # read the tree of places, village profiles and units
    places_write = "places_write"  # change them
    village_figures = "village_figures"  # keep the village table, hamlets, resettlement sites
    person_requests = "person_requests"  # receive and answer what persons ask about their data
    person_requests_decide = "person_requests_decide"  # grant or refuse it
    retention = "retention"  # list what has been kept long enough
    retention_release = "retention_release"  # let it go
    visits = "visits"  # visit households, take them along on a phone, read visits
    export_approve = "export_approve"  # release somebody else's large export
    users = "users"  # enter users, give and end posts
    outward = "outward"  # enter gateways and group robots, see what was not delivered
    calendar = "calendar"  # enter the days that are worked in a year
    alarms = "alarms"  # see who reads or tries more than work explains, and end the stop


# These hold without a place; every other right is nothing without one.
PLACELESS = frozenset(
    {Right.audit, Right.jobs, Right.packs, Right.users, Right.alarms, Right.calendar}
    | {Right.outward}
)


class FieldGroup(StrEnum):
    """A group of fields of the registry that is shown and changed together."""

    identity = "identity"
    contact = "contact"
    bank = "bank"
    health = "health"
    disability = "disability"
    education = "education"
    work = "work"
    insurance = "insurance"
    income = "income"
    housing = "housing"
    household = "household"
    helper = "helper"


GROUP_WORDS: dict[FieldGroup, Text] = {
    FieldGroup.identity: Text("身份信息", "Identity"),
    FieldGroup.contact: Text("联系方式", "Contact"),
    FieldGroup.bank: Text("银行账户", "Bank account"),
    FieldGroup.health: Text("健康状况", "Health"),
    FieldGroup.disability: Text("残疾情况", "Disability"),
    FieldGroup.education: Text("教育情况", "Education"),
    FieldGroup.work: Text("劳动务工", "Work"),
    FieldGroup.insurance: Text("社会保障", "Insurance and benefits"),
    FieldGroup.income: Text("收入支出", "Income and expenses"),
    FieldGroup.housing: Text("住房饮水和生产生活条件", "Housing, water, living conditions"),
    FieldGroup.household: Text("户基本情况", "Household"),
    FieldGroup.helper: Text("帮扶责任人", "Helpers"),
}

ROLE_WORDS: dict[Role, Text] = {
    Role.COUNTY_BUREAU: Text("县级主管部门", "County bureau"),
    Role.TOWNSHIP_OFFICER: Text("乡镇干部", "Township officer"),
    Role.VILLAGE_WORKER: Text("村级工作人员", "Village worker"),
    Role.DEPARTMENT_LIAISON: Text("部门联络员", "Department liaison"),
    Role.APPROVER: Text("审批人", "Approver"),
    Role.LEADER: Text("领导（只读）", "Leader, reading only"),
    Role.AUDITOR: Text("审计、纪检人员", "Auditor, discipline inspection"),
    Role.SYSTEM_ADMINISTRATOR: Text("系统管理员", "System administrator"),
    Role.SECURITY_ADMINISTRATOR: Text("安全管理员", "Security administrator"),
    Role.AUDIT_ADMINISTRATOR: Text("审计管理员", "Audit administrator"),
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.COUNTY_BUREAU: frozenset(
        {
            *(Right.cases, Right.cases_act, Right.cases_decide),
            *(Right.findings, Right.names, Right.export, Right.deliveries, Right.rows),
            *(Right.upload, Right.packs, Right.what_if, Right.scenarios, Right.backtest),
            *(Right.reviews, Right.registry, Right.registry_write, Right.registry_import),
            *(Right.registry_export, Right.registry_print, Right.unmask),
            *(Right.quality, Right.quality_exempt),
            *(Right.clues, Right.clues_answer, Right.clues_send, Right.clues_release),
            *(Right.submissions, Right.complaints),
            *(Right.person_requests, Right.person_requests_decide, Right.retention),
            *(Right.places, Right.places_write, Right.village_figures, Right.visits),
        }
    ),
    Role.TOWNSHIP_OFFICER: frozenset(
        {
            *(Right.cases, Right.cases_act, Right.cases_decide),
            *(Right.findings, Right.names, Right.export, Right.deliveries, Right.packs),
            *(Right.what_if, Right.scenarios, Right.reviews),
            *(Right.registry, Right.registry_write, Right.registry_import, Right.unmask),
            *(Right.registry_export, Right.registry_print, Right.places, Right.places_write),
            *(Right.quality, Right.quality_exempt),
            *(Right.clues, Right.clues_answer, Right.clues_send),
            Right.submissions,
            *(Right.person_requests, Right.person_requests_decide),
            *(Right.village_figures, Right.visits),
        }
    ),
    Role.VILLAGE_WORKER: frozenset(
        {
            *(Right.cases, Right.cases_act),
            *(Right.findings, Right.names, Right.deliveries, Right.packs, Right.places),
            *(Right.registry, Right.registry_write, Right.registry_print, Right.unmask),
            *(Right.clues, Right.clues_answer),
            *(Right.quality, Right.person_requests),
            *(Right.village_figures, Right.visits),
        }
    ),
    Role.DEPARTMENT_LIAISON: frozenset(
        {
            Right.cases_act,
            *(Right.deliveries, Right.rows, Right.packs, Right.places),
            *(Right.registry, Right.registry_write, Right.clues_returns),
        }
    ),
    Role.APPROVER: frozenset(
        {
            *(Right.cases, Right.cases_decide),
            *(Right.findings, Right.names, Right.deliveries, Right.packs, Right.places),
            *(Right.registry, Right.export_approve),
            *(Right.person_requests_decide, Right.retention_release),
            *(Right.clues, Right.clues_release),
        }
    ),
    Role.LEADER: frozenset(
        {
            Right.cases,
            *(Right.findings, Right.deliveries, Right.packs, Right.what_if, Right.backtest),
            *(Right.registry, Right.places, Right.clues),
        }
    ),
    # Audit and discipline inspection: the trail, and households of the place without identity.
    Role.AUDITOR: frozenset({Right.audit, Right.packs, Right.registry, Right.places, Right.cases}),
    # Three administrators, who share no right and see nobody's data.
    Role.SYSTEM_ADMINISTRATOR: frozenset({Right.calendar, Right.jobs, Right.packs, Right.outward}),
    Role.SECURITY_ADMINISTRATOR: frozenset({Right.users, Right.alarms}),
    Role.AUDIT_ADMINISTRATOR: frozenset({Right.audit}),
}
ADMINISTRATORS = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)

_ALL = frozenset(FieldGroup)
_FIGURES = frozenset(  # what a household is and has, without whom it consists of
    {FieldGroup.household, FieldGroup.income, FieldGroup.housing, FieldGroup.helper}
)

READABLE: dict[Role, frozenset[FieldGroup]] = {
    Role.COUNTY_BUREAU: _ALL,
    Role.TOWNSHIP_OFFICER: _ALL,
    Role.VILLAGE_WORKER: _ALL,
    # What a department adds to these two stands in DEPARTMENT_GROUPS.
    Role.DEPARTMENT_LIAISON: frozenset({FieldGroup.identity, FieldGroup.household}),
    Role.APPROVER: _ALL - {FieldGroup.contact, FieldGroup.bank},
    Role.LEADER: _FIGURES | {FieldGroup.work, FieldGroup.education, FieldGroup.insurance},
    Role.AUDITOR: _FIGURES | {FieldGroup.insurance},
    Role.SYSTEM_ADMINISTRATOR: frozenset(),
    Role.SECURITY_ADMINISTRATOR: frozenset(),
    Role.AUDIT_ADMINISTRATOR: frozenset(),
}
WRITABLE: dict[Role, frozenset[FieldGroup]] = {
    Role.COUNTY_BUREAU: _ALL,
    Role.TOWNSHIP_OFFICER: _ALL,
    # Who somebody is and where money goes is not changed by the one who visits alone.
    Role.VILLAGE_WORKER: _ALL - {FieldGroup.identity, FieldGroup.bank},
    Role.DEPARTMENT_LIAISON: frozenset(),
    Role.APPROVER: frozenset(),
    Role.LEADER: frozenset(),
    Role.AUDITOR: frozenset(),
    Role.SYSTEM_ADMINISTRATOR: frozenset(),
    Role.SECURITY_ADMINISTRATOR: frozenset(),
    Role.AUDIT_ADMINISTRATOR: frozenset(),
}

# A department is recognised when its name contains the word: names of bureaus differ by county
# ("医疗保障局", "县医保局", "教育和科学技术局"). Every word that fits counts.
DEPARTMENT_GROUPS: tuple[tuple[str, frozenset[FieldGroup]], ...] = (
    ("医疗保障", frozenset({FieldGroup.insurance, FieldGroup.health})),
    ("医保", frozenset({FieldGroup.insurance, FieldGroup.health})),
    ("卫生健康", frozenset({FieldGroup.health})),
    ("卫健", frozenset({FieldGroup.health})),
    ("教育", frozenset({FieldGroup.education})),
    ("残疾人联合会", frozenset({FieldGroup.disability})),
    ("残联", frozenset({FieldGroup.disability})),
    ("民政", frozenset({FieldGroup.insurance, FieldGroup.income})),
    ("人力资源", frozenset({FieldGroup.work, FieldGroup.insurance})),
    ("人社", frozenset({FieldGroup.work, FieldGroup.insurance})),
    ("社会保险", frozenset({FieldGroup.insurance})),
    ("住房和城乡建设", frozenset({FieldGroup.housing})),
    ("住建", frozenset({FieldGroup.housing})),
    ("水务", frozenset({FieldGroup.housing})),
    ("水利", frozenset({FieldGroup.housing})),
)


def department_groups(department: str) -> frozenset[FieldGroup]:
    """Field groups that a department answers for; none for one that the table does not know."""
    found: frozenset[FieldGroup] = frozenset()
    for word, groups in DEPARTMENT_GROUPS:
        if word in department:
            found |= groups
    return found


# In which states of a household a right that changes or discloses holds; others hold in every
# state. A household that was merged, split or dissolved stays readable and is not written to.
STATES: dict[Right, frozenset[str]] = {
    Right.registry_write: frozenset({"active"}),
    Right.unmask: frozenset({"active", "dissolved"}),
}

# Roles whose every look at a household is written down, not only unmasking.
WATCHED = frozenset({Role.AUDITOR})


def conflict(held: frozenset[Role], wanted: Role) -> Text | None:
    """Why somebody with the posts `held` cannot take the post `wanted`; None when they can.

    An administrator holds one administrative post and nothing else: whoever gives rights neither
    uses them nor keeps the trail of them.
    """
    others = held - {wanted}
    if not others or not ((others | {wanted}) & ADMINISTRATORS):
        return None
    return Text(
        "系统管理员、安全管理员、审计管理员须由不同人员担任，且不得兼任业务岗位",
        "system, security and audit administrator are different people and hold no other post",
    )
