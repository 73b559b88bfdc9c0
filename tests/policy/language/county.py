"""An invented county's facts, parameters and codes for the tests of the language."""

from collections.abc import Mapping
from datetime import date

from fangpin.kernel.errors import Text
from fangpin.policy.language.evaluate import Case, Result
from fangpin.policy.language.scope import Entry, ParameterEntry, Scope, Vocabulary
from fangpin.policy.language.types import BOOL, DATE, Subject, Type, parse_unit, stored_type

AS_OF = date(2021, 5, 31)


def fact(
    name: str,
    kind: str,
    zh: str,
    en: str,
    subject: Subject = "person",
    unit: str = "",
    bounds: tuple[int, int] | tuple[date, date] | None = None,
    percent: bool = False,
) -> Entry:
    """One fact; bounds are at the scale of the type (money in fen)."""
    codes = kind.removeprefix("code:") if kind.startswith("code:") else None
    type_ = Type("code", codes=codes) if codes else stored_type(kind, parse_unit(unit))
    return Entry(name, type_, Text(zh, en), subject, bounds, percent)


FACTS = {
    each.name: each
    for each in (
        fact(
            "hospital_paid_max",
            "money",
            "单次住院自付最高额",
            "highest self-paid amount of one hospital stay",
            unit="元/次",
            bounds=(0, 500_000_000),
        ),
        fact(
            "medical_paid",
            "money",
            "本年累计医疗自付",
            "self-paid medical expense of the year",
            unit="元",
            bounds=(-100_000_000, 500_000_000),
        ),
        fact(
            "wage",
            "money",
            "务工月收入",
            "monthly wage",
            unit="元/月",
            bounds=(0, 10_000_000),
        ),
        fact("months_away", "number", "务工月数", "months at work", unit="月", bounds=(0, 120_000)),
        fact("age", "integer", "年龄", "age", unit="岁", bounds=(0, 130)),
        fact("birth_date", "date", "出生日期", "date of birth"),
        fact("death_date", "date", "死亡日期", "date of death"),
        fact("sex", "code:sex", "性别", "sex"),
        fact("school", "code:school", "在校状况", "schooling"),
        fact("dead", "bool", "有死亡登记", "recorded as dead"),
        fact("insured", "bool", "基本医保正常参保", "enrolled in basic medical insurance"),
        fact("soldier", "bool", "现役军人", "in active military service"),
        fact("cars", "integer", "名下汽车数", "cars owned", unit="个", bounds=(0, 50)),
        fact("monitored", "bool", "在监测中（风险未消除）", "being monitored", subject="household"),
        fact("alleviated", "bool", "脱贫户", "lifted out of poverty", subject="household"),
        fact("category", "code:category", "户类型", "household category", subject="household"),
        fact(
            "net_income",
            "money",
            "上年家庭纯收入",
            "net income of the last year",
            subject="household",
            unit="元",
            bounds=(-1_000_000_000, 10_000_000_000),
        ),
        fact(
            "members",
            "integer",
            "家庭人口",
            "members of the household",
            subject="household",
            unit="人",
            bounds=(0, 50),
        ),
        fact(
            "land",
            "number",
            "耕地面积",
            "farm land",
            subject="household",
            unit="亩",
            bounds=(0, 10_000_000),
        ),
        fact(
            "loss_rate",
            "number",
            "受灾比例",
            "share lost in the disaster",
            subject="household",
            bounds=(0, 10_000),
            percent=True,
        ),
        fact("checked_on", "date", "最近入户日期", "date of the last visit", subject="household"),
        fact("water_ok", "bool", "水质达标", "water up to standard", subject="village"),
        fact(
            "outage_days",
            "integer",
            "本月停水天数",
            "days without water this month",
            subject="village",
            unit="天",
            bounds=(0, 31),
        ),
    )
}


def parameter(
    name: str,
    kind: str,
    zh: str,
    en: str,
    *values: bool | int | date | str | tuple[str, ...],
    unit: str = "",
    codes: str | None = None,
    percent: bool = False,
) -> ParameterEntry:
    """One parameter; numbers at the scale of the type."""
    type_ = stored_type(kind, parse_unit(unit), codes)
    return ParameterEntry(name, type_, Text(zh, en), values, percent)


PARAMETERS = {
    each.name: each
    for each in (
        parameter(
            "line_monitored",
            "money",
            "监测对象单次住院自付预警线",
            "warning line of one stay for monitored households",
            600_000,
            unit="元/次",
        ),
        parameter(
            "line_other",
            "money",
            "一般农户单次住院自付预警线",
            "warning line of one stay for other households",
            800_000,
            1_000_000,
            unit="元/次",
        ),
        parameter(
            "line_year",
            "money",
            "年累计自付预警线",
            "warning line of the year",
            2_000_000,
            unit="元",
        ),
        parameter("income_line", "money", "监测线", "monitoring line", 600_000, unit="元/人"),
        parameter(
            "share_of_income",
            "number",
            "医疗支出占收入预警比例",
            "warning share of income",
            5_000,
            percent=True,
        ),
        parameter("school_age", "integer", "入学年龄", "school age", 6, unit="岁"),
        parameter("term_starts", "date", "开学日期", "first day of term", date(2021, 3, 1)),
        parameter(
            "key_categories",
            "list",
            "重点户类型",
            "key categories",
            ("alleviated", "marginal"),
            codes="category",
        ),
        parameter("variants", "list", "启用的口径", "variants in force", ("single", "year")),
        parameter("strict", "bool", "从严口径", "strict reading", True),
    )
}

CODES = {
    each.name: each
    for each in (
        Vocabulary("sex", {"male": Text("男", "male"), "female": Text("女", "female")}),
        Vocabulary(
            "school",
            {
                "primary": Text("小学", "primary school"),
                "junior": Text("初中", "junior school"),
                "none": Text("不在校", "not at school"),
            },
        ),
        Vocabulary(
            "category",
            {
                "general": Text("一般农户", "general household"),
                "alleviated": Text("脱贫户", "alleviated household"),
                "marginal": Text("边缘易致贫户", "marginal household"),
            },
        ),
    )
}

COLUMNS = {
    each.name: each
    for each in (
        Entry("kind", Type("code", codes="school"), Text("类别", "kind"), "row"),
        Entry("remark", Type("text"), Text("备注", "remark"), "row"),
        Entry("settled_on", DATE, Text("结算日期", "settlement date"), "row"),
        Entry("valid", BOOL, Text("有效", "valid"), "row"),
        Entry(
            "self_paid",
            stored_type("money", parse_unit("元")),
            Text("个人自付", "self-paid"),
            "row",
            (-100_000_000, 500_000_000),
        ),
    )
}

HOUSEHOLD = Scope("household", FACTS, PARAMETERS, CODES)
PERSON = HOUSEHOLD.about("person")
VILLAGE = HOUSEHOLD.about("village")
ROW = Scope("row", FACTS, PARAMETERS, CODES, COLUMNS)

VALUES = {name: entry.values[-1] for name, entry in PARAMETERS.items()}


def case(
    values: Mapping[str, Result] | None = None,
    *members: Mapping[str, Result],
    above: Mapping[str, Result] | None = None,
    as_of: date = AS_OF,
) -> Case:
    """A case with the parameters in force; numbers scaled as the facts are."""
    return Case(as_of, values or {}, above or {}, tuple(members), VALUES)
