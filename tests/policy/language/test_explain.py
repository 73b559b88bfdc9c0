"""Golden sentences, and templates that give the same sentences from patterns and slots."""

import random
from datetime import date

import pytest
from tests.policy.language.county import CODES, FACTS, HOUSEHOLD, PERSON, ROW, case
from tests.policy.language.strategies import Generator, Values

from fangpin.policy.language import nodes as n
from fangpin.policy.language.check import read
from fangpin.policy.language.evaluate import UNKNOWN, Case, Result, evaluate
from fangpin.policy.language.explain import (
    describe,
    explain_parts,
    sentence,
    sentence_template,
    undecided,
    unknown_reasons,
)
from fangpin.policy.language.template import listed, slot_text
from fangpin.policy.language.types import BOOL

HOSPITAL = (
    "any_member(hospital_paid_max >= param.line_other"
    " or monitored and hospital_paid_max >= param.line_monitored)"
)
ONE = {"hospital_paid_max": 600_000}
TWO = {"hospital_paid_max": 1_234_567}

GOLDEN: list[tuple[str, Case, str, str]] = [
    (
        HOSPITAL,
        case({"monitored": True}, ONE),
        "有 1 名成员：在监测中（风险未消除），且单次住院自付最高额 6,000.00 元"
        " ≥ 监测对象单次住院自付预警线 6,000 元",
        "1 member: being monitored, and highest self-paid amount of one hospital stay"
        " 6,000.00 yuan ≥ warning line of one stay for monitored households 6,000 yuan",
    ),
    (
        HOSPITAL,
        case({"monitored": False}, ONE, TWO),
        "有 1 名成员：单次住院自付最高额 12,345.67 元 ≥ 一般农户单次住院自付预警线 10,000 元",
        "1 member: highest self-paid amount of one hospital stay 12,345.67 yuan"
        " ≥ warning line of one stay for other households 10,000 yuan",
    ),
    (
        "any_member(hospital_paid_max >= if(monitored, param.line_monitored, param.line_other))",
        case({"monitored": True}, ONE, {"hospital_paid_max": 1}, TWO),
        "有 2 名成员：单次住院自付最高额 6,000.00 元、12,345.67 元"
        " ≥ 监测对象单次住院自付预警线 6,000 元",
        "2 members: highest self-paid amount of one hospital stay 6,000.00 yuan, 12,345.67 yuan"
        " ≥ warning line of one stay for monitored households 6,000 yuan",
    ),
    (
        HOSPITAL,
        case({"monitored": False}, ONE),
        "没有成员符合“单次住院自付最高额 ≥ 一般农户单次住院自付预警线，或（在监测中（风险未消除），"
        "且单次住院自付最高额 ≥ 监测对象单次住院自付预警线）”",
        "no member has “highest self-paid amount of one hospital stay ≥ warning line of one stay"
        " for other households, or (being monitored, and highest self-paid amount of one hospital"
        " stay ≥ warning line of one stay for monitored households)”",
    ),
    (
        HOSPITAL,
        case({}, ONE),
        "暂无法判断，缺少：在监测中（风险未消除）",
        "cannot be decided yet, missing: being monitored",
    ),
    (
        "net_income / members < param.income_line and not alleviated",
        case({"net_income": 1_200_000, "members": 3, "alleviated": False}),
        "上年家庭纯收入 12,000.00 元 ÷ 家庭人口 3 人 = 4,000.00 元/人 < 监测线 6,000 元/人；"
        "且不属于脱贫户",
        "net income of the last year 12,000.00 yuan ÷ members of the household 3 persons"
        " = 4,000.00 yuan per person < monitoring line 6,000 yuan per person;"
        " and not “lifted out of poverty”",
    ),
    (
        "net_income / members < param.income_line and not alleviated",
        case({"net_income": 12_000_000, "members": 3, "alleviated": False}),
        "上年家庭纯收入 120,000.00 元 ÷ 家庭人口 3 人 = 40,000.00 元/人 ≥ 监测线 6,000 元/人",
        "net income of the last year 120,000.00 yuan ÷ members of the household 3 persons"
        " = 40,000.00 yuan per person ≥ monitoring line 6,000 yuan per person",
    ),
    (
        "'single' in param.variants and (known_sum_members(medical_paid) >= param.line_year"
        " or sum_members(medical_paid) >= param.line_year)",
        case({}, {"medical_paid": 1_500_000}, {"medical_paid": 900_000}),
        "全家本年累计医疗自付合计 24,000.00 元 ≥ 年累计自付预警线 20,000 元",
        "family total of self-paid medical expense of the year 24,000.00 yuan"
        " ≥ warning line of the year 20,000 yuan",
    ),
    (
        "'single' in param.variants and (known_sum_members(medical_paid) >= param.line_year"
        " or sum_members(medical_paid) >= param.line_year)",
        case({}, {"medical_paid": 2_500_000}, {}),
        "全家已知的本年累计医疗自付合计 25,000.00 元 ≥ 年累计自付预警线 20,000 元",
        "known family total of self-paid medical expense of the year 25,000.00 yuan"
        " ≥ warning line of the year 20,000 yuan",
    ),
    (
        "known_sum_members(medical_paid) > param.share_of_income * net_income",
        case({"net_income": 1_200_000}, {"medical_paid": 1_500_000}),
        "全家已知的本年累计医疗自付合计 15,000.00 元 > 医疗支出占收入预警比例 50%"
        " × 上年家庭纯收入 12,000.00 元 = 6,000.00 元",
        "known family total of self-paid medical expense of the year 15,000.00 yuan"
        " > warning share of income 50% × net income of the last year 12,000.00 yuan"
        " = 6,000.00 yuan",
    ),
    (
        "any_member(age >= 60岁 and not insured and not coalesce(dead, false))",
        case({}, {"age": 70, "insured": False, "dead": UNKNOWN}),
        "有 1 名成员：年龄 70 岁 ≥ 60 岁，且基本医保未正常参保，且“有死亡登记”一项无记录",
        "1 member: age 70 years ≥ 60 years, and not enrolled in basic medical insurance,"
        " and “recorded as dead” is not on record",
    ),
    (
        "category in ('alleviated', 'marginal') and category != 'general'",
        case({"category": "alleviated"}),
        "户类型为脱贫户；且户类型为脱贫户（不是一般农户）",
        "household category is alleviated household;"
        " and household category is alleviated household (not general household)",
    ),
    (
        "category not in param.key_categories",
        case({"category": "general"}),
        "户类型为一般农户（不在“重点户类型”之列）",
        "household category is general household (not on the list “key categories”)",
    ),
    (
        "days_between(checked_on, as_of) > 90天 or not known(checked_on)",
        case({"checked_on": date(2021, 1, 1)}),
        "从最近入户日期到截至日的天数 150 天 > 90 天",
        "days from date of the last visit to reference date 150 days > 90 days",
    ),
    (
        "days_between(checked_on, as_of) > 90天 or not known(checked_on)",
        case({}),
        "最近入户日期无记录",
        "date of the last visit is not on record",
    ),
    (
        "checked_on < add_months(as_of, -3月) and as_of >= 2021-05-31",
        case({"checked_on": date(2021, 1, 1)}),
        "最近入户日期 2021年1月1日 早于 截至日之前 3 个月（2021年2月28日）",
        "date of the last visit 1 January 2021 is before 3 months before reference date"
        " (28 February 2021)",
    ),
    (
        "share_of_members(insured) < 0.5 and count_members(dead) >= 1人"
        " and loss_rate between 0.3 and 0.8",
        case(
            {"loss_rate": 5000},
            {"insured": True, "dead": False},
            {"insured": False, "dead": True},
            {"insured": False, "dead": False},
        ),
        "符合“基本医保正常参保”的成员占比 33.33% < 50%；且符合“有死亡登记”的成员 1 人；"
        "且受灾比例 50% 在 30% 至 80% 之间",
        "share of members with “enrolled in basic medical insurance” 33.33% < 50%;"
        " and members with “recorded as dead”: 1 person;"
        " and share lost in the disaster 50% lies between 30% and 80%",
    ),
    (
        "if(monitored, net_income > 0元, land < 1.5亩)",
        case({"monitored": False, "land": 12_345}),
        "不在监测中（风险未消除），且耕地面积 1.2345 亩 < 1.5 亩",
        "not being monitored, and farm land 1.2345 mu < 1.5 mu",
    ),
    (
        "if(monitored, net_income > 0元, land < 1.5亩)",
        case({"monitored": True, "net_income": 5}),
        "在监测中（风险未消除），且上年家庭纯收入 0.05 元",
        "being monitored, and net income of the last year 0.05 yuan",
    ),
    (
        "coalesce(category == 'general', false) or not water_ok and outage_days >= 7天",
        case({}, above={"water_ok": False, "outage_days": 9}),
        "水质不达标，且本月停水天数 9 天 ≥ 7 天",
        "not “water up to standard”, and days without water this month 9 days ≥ 7 days",
    ),
    (
        "max_members(age) < 18岁 and all_members(not dead) and not any_member(soldier)",
        case({}, {"age": 5, "dead": False, "soldier": False}),
        "家庭成员中最高的年龄 5 岁 < 18 岁；且全部成员均符合“无死亡登记”；"
        "且没有成员符合“属于现役军人”",
        "highest age in the family 5 years < 18 years;"
        " and every member has “not recorded as dead”;"
        " and no member has “in active military service”",
    ),
    (
        "not all_members(age < 60岁)",
        case({}, {"age": 61}, {"age": 5}),
        "有 1 名成员：年龄 61 岁 ≥ 60 岁",
        "1 member: age 61 years ≥ 60 years",
    ),
    (
        "coalesce(net_income, 0) < param.line_year",
        case({}),
        "上年家庭纯收入 0 元（无记录，按此计） < 年累计自付预警线 20,000 元",
        "net income of the last year 0 yuan (not on record, counted so)"
        " < warning line of the year 20,000 yuan",
    ),
    (
        "round(net_income / members, 0) >= 4000元/人",
        case({"net_income": 1_200_050, "members": 3}),
        "上年家庭纯收入 12,000.50 元 ÷ 家庭人口 3 人 = 4,000 元/人 ≥ 4,000 元/人",
        "net income of the last year 12,000.50 yuan ÷ members of the household 3 persons"
        " = 4,000 yuan per person ≥ 4,000 yuan per person",
    ),
    (
        "least(net_income, param.line_year) < 5元 and abs(net_income) > 0",
        case({"net_income": -100}),
        "上年家庭纯收入、年累计自付预警线中的较小者 -1.00 元 < 5 元；"
        "且上年家庭纯收入的绝对值 1.00 元",
        "the lesser of net income of the last year, warning line of the year -1.00 yuan < 5 yuan;"
        " and absolute value of net income of the last year 1.00 yuan",
    ),
    (
        "monitored == alleviated and (monitored == false) == true",
        case({"monitored": False, "alleviated": False}),
        "在监测中（风险未消除） 与 脱贫户 一致；且不在监测中（风险未消除）",
        "being monitored agrees with lifted out of poverty; and not being monitored",
    ),
]


@pytest.mark.parametrize(("text", "given", "zh", "en"), GOLDEN)
def test_golden_sentences(text: str, given: Case, zh: str, en: str) -> None:
    node = read(text, HOUSEHOLD, expected=BOOL)
    assert sentence(node, given, "zh", HOUSEHOLD) == zh
    assert sentence(node, given, "en", HOUSEHOLD) == en


def test_a_person_and_its_household() -> None:
    node = read("not soldier and sex == 'male' and age - 3岁 >= 5岁 and monitored", PERSON)
    given = case(
        {"soldier": False, "sex": "male", "age": 9},
        above={"monitored": True},
    )
    assert sentence(node, given, "zh", PERSON) == (
        "不属于现役军人；且性别为男；且年龄 9 岁 − 3 岁 = 6 岁 ≥ 5 岁；且在监测中（风险未消除）"
    )
    assert sentence(node, given, "en", PERSON) == (
        "not in active military service; and sex is male;"
        " and age 9 years − 3 years = 6 years ≥ 5 years; and being monitored"
    )


def test_more_members_than_are_listed() -> None:
    node = read("any_member(age >= 60岁)", HOUSEHOLD)
    given = case({}, *({"age": age} for age in range(60, 70)))
    assert sentence(node, given, "zh", HOUSEHOLD) == (
        "有 10 名成员：年龄 60 岁、61 岁、62 岁、63 岁、64 岁、65 岁等 ≥ 60 岁"
    )
    assert listed(["a", "b", "a"], "en") == "a, b"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "monitored and (land < 1.5亩 or not known(land))",
            "在监测中（风险未消除），且（耕地面积 < 1.5 亩，或耕地面积无记录）",
            "being monitored, and (farm land < 1.5 mu, or farm land is not on record)",
        ),
        (
            "coalesce(category == 'general', true)",
            "户类型为一般农户（或无记录）",
            "household category is general household (or not on record)",
        ),
        (
            "if(monitored, alleviated, land > 0)",
            "若在监测中（风险未消除）则属于脱贫户，否则耕地面积 > 0 亩",
            "if being monitored then lifted out of poverty, otherwise farm land > 0 mu",
        ),
        (
            "category in ('general', 'marginal')",
            "户类型为一般农户、边缘易致贫户之一",
            "household category is one of general household or marginal household",
        ),
        (
            "per_year(sum_members(wage)) * 1年 > net_income",
            "全家务工月收入合计（折合每年） × 1 年 > 上年家庭纯收入",
            "family total of monthly wage (per year) × 1 year > net income of the last year",
        ),
    ],
)
def test_conditions_in_words(text: str, zh: str, en: str) -> None:
    node = read(text, HOUSEHOLD, expected=BOOL)
    assert describe(node, "zh", HOUSEHOLD) == zh
    assert describe(node, "en", HOUSEHOLD) == en


def test_columns_in_words() -> None:
    node = read("kind == 'primary' and valid and remark != 'x' and self_paid > 0", ROW)
    assert describe(node, "zh", ROW) == "类别为小学，且属于有效，且备注不是x，且个人自付 > 0 元"


def test_undecided() -> None:
    names = ("land", "checked_on")
    assert undecided(names, "zh", HOUSEHOLD) == "暂无法判断，缺少：耕地面积、最近入户日期"
    assert undecided((), "en", HOUSEHOLD) == "cannot be decided yet"
    node = read("any_member(age > 60岁) and land > 0 and monitored", HOUSEHOLD)
    given = case({"monitored": True}, {"age": 5}, {"age": UNKNOWN})
    assert sentence(node, given, "zh", HOUSEHOLD) == "暂无法判断，缺少：年龄、耕地面积"


@pytest.mark.parametrize(
    ("text", "given", "missing"),
    [
        ("monitored and land > 0", case({"monitored": True}), {"land"}),
        ("monitored and land > 0", case({}), {"monitored", "land"}),
        # Decided without the land, so only the other side is a reason.
        ("(monitored or land > 0) and alleviated", case({"monitored": True}), {"alleviated"}),
        ("coalesce(land, 0) < 1亩 and alleviated", case({}), {"alleviated"}),
        ("known(land) and alleviated", case({"land": 5}), {"alleviated"}),
        ("known_sum_members(age) < 5岁 and alleviated", case({}, {}), {"alleviated"}),
        ("any_member(dead and age > 5岁)", case({}, {"dead": False}, {"dead": True}), {"age"}),
        ("any_member(dead and monitored)", case({}, {"dead": True}), {"monitored"}),
        ("if(monitored, land > 0, net_income > 0)", case({"monitored": True}), {"land"}),
        ("net_income / land > 5元/亩", case({"net_income": 5, "land": 0}), set()),
        ("land > 1亩 or land > 2亩", case({}), {"land"}),
    ],
)
def test_only_facts_that_matter_are_missing(text: str, given: Case, missing: set[str]) -> None:
    node = read(text, HOUSEHOLD, expected=BOOL)
    assert evaluate(node, given) is UNKNOWN
    reasons = unknown_reasons(node)
    found = {name: evaluate(reason, given) for name, reason in reasons.items()}
    assert {name for name, value in found.items() if value is True} == missing
    assert UNKNOWN not in found.values()


def test_parts_are_ordinary_nodes_about_the_subject() -> None:
    node = read(HOSPITAL, HOUSEHOLD, expected=BOOL)
    parts = explain_parts(node, HOUSEHOLD)
    assert [type(each) for each in parts.conditions] == [n.Members, n.Members]
    assert all(each.subject == "household" for each in parts.conditions)
    assert len({slot.name for slot in parts.slots}) == len(parts.slots)
    for slot in parts.slots:
        if slot.among is None:
            assert slot.node.subject == "household"
        else:
            assert (slot.node.subject, slot.among.subject) == ("person", "person")


def test_one_template_serves_all_findings_of_a_pattern() -> None:
    node = read("net_income / members < param.income_line or land < 1亩", HOUSEHOLD)
    parts = explain_parts(node, HOUSEHOLD)
    template = sentence_template(parts, (True, False), "zh", HOUSEHOLD)
    texts = {slot.name: f"<{slot.name}>" for slot in template.slots}
    assert template.fill(texts) == ("上年家庭纯收入 <s0> ÷ 家庭人口 <s1> = <s2> < 监测线 <s3>")
    both = sentence_template(parts, (True, True), "en", HOUSEHOLD)
    assert len(both.slots) == 5
    values: list[Result] = [evaluate(slot.node, case({"net_income": 1})) for slot in parts.slots]
    assert slot_text(values[0], parts.slots[0], "zh", HOUSEHOLD) == "0.01 元"
    assert slot_text(values[1], parts.slots[1], "en", HOUSEHOLD) == "unknown"


def test_every_figure_of_a_finding_is_a_value_of_the_case() -> None:
    """Nothing in a sentence is made up: its slots evaluate to what is printed."""
    rng = random.Random(7)
    generator, values = Generator(HOUSEHOLD, rng), Values(HOUSEHOLD, rng, unknown=0.05)
    written = 0
    while written < 150:
        node, given = generator.condition_node(3), values.case()
        if evaluate(node, given) is UNKNOWN:
            continue
        parts = explain_parts(node, HOUSEHOLD, evaluate(node, given) is True)
        pattern = tuple(evaluate(condition, given) for condition in parts.conditions)
        template = sentence_template(parts, pattern, "zh", HOUSEHOLD)
        names = {slot.name for slot in parts.slots}
        assert {slot.name for slot in template.slots} <= names
        for slot in template.slots:
            if slot.among is None and slot.style != "members":
                # What is told as a reason is known.
                assert isinstance(evaluate(slot.node, given), bool | int | str | date)
        written += 1


def test_the_words_of_codes_come_from_the_vocabulary() -> None:
    for code, words in CODES["category"].words.items():
        node = read(f"category == '{code}'", HOUSEHOLD)
        assert words.zh in sentence(node, case({"category": code}), "zh", HOUSEHOLD)
    assert FACTS["category"].label.en in describe(node, "en", HOUSEHOLD)
