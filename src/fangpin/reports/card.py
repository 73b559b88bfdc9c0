"""The household card (户卡): one household on one or two pages of A4."""

from datetime import date
from functools import lru_cache

from fangpin.kernel.errors import Language
from fangpin.people.rights import FieldGroup
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.queries.file import HouseholdFile, IncomeFile, MemberFile
from fangpin.registry.queries.shown import OWN_WORDS, Shown
from fangpin.reports.document import UNKNOWN, Column, Document, Facts, Grid, Section
from fangpin.reports.wording import Words

# Columns of the table of members, as far as their group may be seen: field, group, share.
MEMBER_FIELDS = (
    ("sex", FieldGroup.identity, 0.6),
    ("birth_date", FieldGroup.identity, 1.2),
    ("id_number", FieldGroup.identity, 1.9),
    ("education", FieldGroup.education, 1.0),
    ("school_stage", FieldGroup.education, 1.0),
    ("health", FieldGroup.health, 1.1),
    ("disability_level", FieldGroup.disability, 0.8),
    ("labour_ability", FieldGroup.work, 1.1),
    ("migrant_months", FieldGroup.work, 0.8),
    ("resident_medical", FieldGroup.insurance, 0.9),
    ("registered_subsistence", FieldGroup.insurance, 0.9),
)
_SHORT = {
    "id_number": ("证件号码", "ID number"),
    "school_stage": ("在校情况", "School"),
    "disability_level": ("残疾等级", "Disability"),
    "migrant_months": ("务工月数", "Months away"),
    "resident_medical": ("居民医保", "Health insured"),
    "registered_subsistence": ("享受低保", "Allowance"),
}
_ABOVE = ("category", "monitoring_category", "origin")  # shown first, or of no use on paper
_OF_HOUSEHOLD = (FieldGroup.household, FieldGroup.contact, FieldGroup.bank)


def household_card(
    file: HouseholdFile, *, places: list[str], printed_on: date, language: Language
) -> Document:
    """The card of a household file. `places` names from the county down to the village."""
    words = Words(language)
    sections = [
        _basics(file, words),
        member_grid(file.members, file.groups, words),
        *_conditions(file, words),
        *_income(file, words),
        *_history(file, words),
        *_helpers(file, words),
    ]
    return Document(
        title=words("脱贫人口和监测对象户卡", "Household card"),
        above=(
            (words("所在地", "Place"), " ".join(places)),
            (words("户编号", "Household"), file.number),
            (words("打印日期", "Printed"), words.day(printed_on)),
        ),
        sections=[section for section in sections if section is not None],
        signatures=signed_by(words),
        note=words(
            "证件号码、电话、银行账号按规定遮蔽；“—”表示未登记或无权查看。",
            "Numbers are masked as the rules ask; “—” stands for not recorded or not shown.",
        ),
    )


def signed_by(words: Words) -> tuple[str, ...]:
    """Who signs what is written down about a household."""
    return (
        words("户主或家庭成员（签字）", "Household"),
        words("信息采集人", "Collected by"),
        words("村（社区）负责人", "Village"),
        words("日期", "Date"),
    )


def _basics(file: HouseholdFile, words: Words) -> Facts:
    pairs = [
        (words("户主", "Head"), file.head_name or words.of(None)),
        (words("家庭人口", "Members"), str(file.size)),
        (words("户类型", "Category"), words.of(file.category)),
        (words("监测类别", "Monitoring"), words.of(file.monitoring)),
    ]
    for group in _OF_HOUSEHOLD:
        for value in file.fields.get(group, ()):
            if value.field.name not in _ABOVE and value.known:
                pairs.append((words.label(value.field), words.shown(value)))
    return Facts(words("户基本情况", "Household"), pairs)


def member_columns(groups: frozenset[FieldGroup], words: Words) -> list[Column]:
    """Head line of a table of members for a reader of these groups."""
    columns = [
        Column(words("姓名", "Name"), 1.1),
        Column(words("与户主关系", "Relation"), 1.0),
    ]
    fields = catalogue().fields
    for name, group, share in MEMBER_FIELDS:
        if group in groups:
            label = (
                words(*_SHORT[name]) if name in _SHORT else words.label(fields[f"person.{name}"])
            )
            columns.append(Column(label, share, figures=name == "migrant_months"))
    return columns


def member_grid(
    members: tuple[MemberFile, ...], groups: frozenset[FieldGroup], words: Words
) -> Grid:
    """The table of members."""
    rows = []
    for member in members:
        fields = {value.field.name: value for values in member.fields.values() for value in values}
        rows.append(
            [
                member.name or words.of(None),
                words("户主", "head") if member.is_head else words.of(member.relation),
                *member_cells(fields, groups, words),
            ]
        )
    title = words("家庭成员", "Members")
    empty = words("无在册成员", "No members")
    return Grid(title, member_columns(groups, words), rows, empty)


def member_cells(
    fields: dict[str, Shown], groups: frozenset[FieldGroup], words: Words
) -> list[str]:
    """A member's cells behind name and relation."""
    return [words.shown(fields.get(name)) for name, group, _ in MEMBER_FIELDS if group in groups]


def _conditions(file: HouseholdFile, words: Words) -> list[Section]:
    if not file.conditions:
        return []
    latest = file.conditions[0]
    pairs = [
        (words.label(value.field), words.shown(value))
        for values in latest.fields.values()
        for value in values
        if value.known
    ]
    title = words(
        f"住房饮水和生产生活条件（{latest.year}年）",
        f"Housing, water, living conditions ({latest.year})",
    )
    return [Facts(title, pairs)] if pairs else []


def _income(file: HouseholdFile, words: Words) -> list[Section]:
    if not file.incomes:
        return []
    latest = file.incomes[0]
    items = catalogue().items
    rows = [[words.of(items[name].label), words.money(fen)] for name, fen in latest.items.items()]
    recorded = [
        (words.label(value.field), words.shown(value)) for value in latest.sums if value.known
    ]
    year = words(f"{latest.year}年", f"{latest.year}")
    columns = [
        Column(words("项目", "Item"), 3.0),
        Column(words("金额（元）", "Amount (yuan)"), 1.0, figures=True),
    ]
    found: list[Section] = []
    if recorded:
        found.append(
            Facts(words(f"收入和支出（{year}）", f"Income and expenses ({year})"), recorded)
        )
    if rows:
        found.append(Grid(words(f"收支明细（{year}）", f"Items ({year})"), columns, rows))
    found.append(_formulas(latest, words, year))
    return found


def _formulas(income: IncomeFile, words: Words, year: str) -> Grid:
    """The incomes that are worked out, each with the clause it follows."""
    named = (
        (words("建档立卡口径纯收入", "Net income (registration)"), income.registration),
        (words("监测参考收入", "Reference income (monitoring)"), income.reference),
        (words("低保口径收入", "Income for the subsistence allowance"), income.subsistence),
    )
    rows = []
    for label, each in named:
        named_by = _clauses([part.clause for part in each.parts if part.clause], words)
        rows.append([label, words.money(each.total), words.money(each.per_person), named_by])
    return Grid(
        words(f"收入测算（{year}）", f"Incomes worked out ({year})"),
        [
            Column(words("口径", "Formula"), 2.0),
            Column(words("家庭（元）", "Household (yuan)"), 1.0, figures=True),
            Column(words("人均（元）", "Per person (yuan)"), 1.0, figures=True),
            Column(words("依据条款", "Clauses"), 2.6),
        ],
        rows,
    )


@lru_cache(maxsize=8)
def _pack(name: str) -> Pack:
    return load_pack(name)


def _clauses(clauses: list[str], words: Words) -> str:
    """Clauses `pack:id` as somebody looks them up: the document's title, then its paragraphs."""
    paths: dict[str, list[str]] = {}
    for clause in dict.fromkeys(clauses):
        name, _, number = clause.partition(":")
        known = _pack(name).clauses.get(number)
        paths.setdefault(name, []).append(known.path if known else number)
    told = [
        f"{words.of(_pack(name).title).partition('(')[0]} {words('、', ', ').join(numbers)}"
        for name, numbers in paths.items()
    ]
    return words("；", "; ").join(told) or UNKNOWN


def _history(file: HouseholdFile, words: Words) -> list[Section]:
    if not file.spells:
        return []
    rows = [
        [
            words.of(OWN_WORDS[spell.kind]),
            words.of(spell.words),
            words.day(spell.began_on),
            words.day(spell.ended_on) if spell.ended_on else words("至今", "now"),
            "、".join(words.of(risk) for risk in spell.risks) or words.of(None),
            words.of(spell.ended_how),
        ]
        for spell in file.spells
    ]
    return [
        Grid(
            words("类别变动", "Categories over time"),
            [
                Column(words("种类", "Kind"), 1.0),
                Column(words("类别", "Category"), 1.6),
                Column(words("起", "From"), 1.0),
                Column(words("止", "To"), 1.0),
                Column(words("风险类型", "Risks"), 2.2),
                Column(words("消除方式", "How it ended"), 1.4),
            ],
            rows,
        )
    ]


def _helpers(file: HouseholdFile, words: Words) -> list[Section]:
    if not file.helpers:
        return []
    rows = []
    for helper in file.helpers:
        fields = {value.field.name: value for value in helper.fields}
        rows.append(
            [
                helper.name or words.of(None),
                words.shown(fields.get("unit")),
                words.shown(fields.get("phone")),
                words.day(helper.began_on),
                words.day(helper.ended_on) if helper.ended_on else words("至今", "now"),
            ]
        )
    return [
        Grid(
            words("帮扶责任人", "Helpers"),
            [
                Column(words("姓名", "Name"), 1.0),
                Column(words("单位", "Unit"), 2.4),
                Column(words("电话", "Telephone"), 1.3),
                Column(words("起", "From"), 1.0),
                Column(words("止", "To"), 1.0),
            ],
            rows,
        )
    ]
