"""What an expression means where it stands: types, units, vocabularies, subjects."""

import pytest
from tests.policy.language.county import HOUSEHOLD, PERSON, ROW, VILLAGE

from fangpin.kernel.errors import Where
from fangpin.policy.language import nodes as n
from fangpin.policy.language.check import problems_of, read
from fangpin.policy.language.faults import ExpressionError
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import BOOL, Type, parse_unit, stored_type


@pytest.mark.parametrize(
    ("text", "kind", "scale", "unit"),
    [
        ("net_income", "money", 2, "元"),
        ("6000元", "money", 2, "元"),
        ("6000.125元", "money", 3, "元"),
        ("5", "integer", 0, ""),
        ("0.5", "number", 1, ""),
        ("net_income + 1元", "money", 2, "元"),
        ("net_income - 0.125元", "money", 3, "元"),
        ("net_income * 0.5", "money", 3, "元"),
        ("net_income * param.share_of_income", "money", 6, "元"),
        ("net_income / members", "money", 2, "元/人"),
        ("net_income / 3", "money", 2, "元"),
        ("net_income / land", "money", 6, "元/亩"),
        ("net_income / param.line_year", "number", 6, ""),
        ("members / 2", "number", 6, "人"),
        ("land * land", "number", 6, "亩·亩"),
        ("round(net_income / land, 2)", "money", 2, "元/亩"),
        ("round(members, 4)", "number", 4, "人"),
        ("round(land, 0)", "integer", 0, "亩"),
        ("coalesce(net_income, 0)", "money", 2, "元"),
        ("least(net_income, 5.125元)", "money", 3, "元"),
        ("if(monitored, 1, 2.5)", "number", 1, ""),
        ("abs(net_income)", "money", 2, "元"),
        ("-land", "number", 4, "亩"),
        ("count_members(dead)", "integer", 0, "人"),
        ("share_of_members(dead)", "number", 6, ""),
        ("sum_members(wage)", "money", 2, "元/月"),
        ("known_sum_members(wage)", "money", 2, "元/月"),
        ("max_members(age)", "integer", 0, "岁"),
        ("min_members(birth_date)", "date", 0, ""),
        ("any_member(dead)", "bool", 0, ""),
        ("per_year(sum_members(wage))", "money", 2, "元/年"),
        ("per_month(per_year(sum_members(wage)))", "money", 2, "元/月"),
        ("per_month(2 / 1年)", "number", 6, "1/月"),
        ("days_between(checked_on, as_of)", "integer", 0, "天"),
        ("months_between(checked_on, as_of)", "integer", 0, "月"),
        ("years_between(checked_on, as_of)", "integer", 0, "年"),
        ("add_days(checked_on, 3天)", "date", 0, ""),
        ("add_months(checked_on, 3)", "date", 0, ""),
        ("first_of_month(as_of)", "date", 0, ""),
        ("year(as_of)", "integer", 0, ""),
        ("month(as_of)", "integer", 0, ""),
        ("known(land)", "bool", 0, ""),
    ],
)
def test_types_of_values(text: str, kind: str, scale: int, unit: str) -> None:
    assert read(text, HOUSEHOLD).type == Type(kind, scale, parse_unit(unit))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "net_income > 0 and 0 < land",
        "net_income / members < param.income_line",
        "years_between(checked_on, as_of) < 16岁",
        "category == 'general' or 'general' != category",
        "category in ('general', 'marginal') and category not in param.key_categories",
        "'single' in param.variants",
        "if(monitored, 'general', 'marginal') == category",
        "category == if(monitored, 'general', 'marginal')",
        "coalesce(category, 'general') == 'general'",
        "members in (1人, 2人) and land in (1.5亩, 2亩)",
        "checked_on in (2021-05-01, 2021-05-02)",
        "monitored == alleviated and monitored != true",
        "checked_on between add_months(as_of, -3月) and as_of",
        "any_member(hospital_paid_max >= if(monitored, param.line_monitored, param.line_other))",
        "any_member(age < 16岁 and not water_ok)",
        "count_members(true) >= 3人",
        "param.strict and outage_days > 3天",
        "net_income * members > 0",
        "-net_income < -5元",
        "0 between -1 and 1",
    ],
)
def test_sound_conditions(text: str) -> None:
    assert read(text, HOUSEHOLD, expected=BOOL).type == BOOL


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        # names
        ("agee > 3岁", "是不是 age", "did you mean age"),
        ("line_year > 3元", "param.line_year", "param.line_year"),
        ("param.line_yaer > 3元", "param.line_year", "did you mean param.line_year"),
        ("zzz", "facts.yaml", "facts.yaml"),
        ("param.zzz > 1", "parameters.yaml", "parameters.yaml"),
        ("male == sex", "单引号", "single quotes"),
        # subjects
        ("age > 3岁", "any_member", "any_member"),
        ("any_member(any_member(dead))", "不能嵌套", "cannot be nested"),
        # codes
        ("category == 'generall'", "'general'", "'general'"),
        ("category == 'zzz'", "'marginal'", "'marginal'"),
        ("any_member(sex == 'general')", "'male'", "'male'"),
        ("'general' == 'general'", "没有含义", "means nothing"),
        ("category < 'general'", "==", "=="),
        ("category between 'a' and 'b'", "没有", "no code"),
        ("any_member(sex == category)", "代码表", "one vocabulary"),
        ("category in (monitored)", "固定的代码", "fixed codes"),
        ("monitored in (true)", "固定的代码", "fixed codes"),
        (
            "category in param.variants and any_member(sex in param.key_categories)",
            "同",
            "same|one",
        ),
        ("category == param.key_categories", "x in param", "x in param"),
        ("net_income in param.line_year", "list", "list"),
        # units
        ("net_income > 6000", "写成 6000元", "write 6000元"),
        ("6000 < net_income", "写成 6000元", "write 6000元"),
        ("net_income + 5 > 0", "写成 5元", "write 5元"),
        ("net_income / members > 6000元", "元/人", "元/人"),
        ("sum_members(wage) > net_income", "per_year", "换算|per_year"),
        ("land * land > land", "换算到同一单位", "bring both sides"),
        ("net_income between 1 and 2元", "1元", "1元"),
        ("if(monitored, net_income, 5) > 0", "5元", "5元"),
        ("coalesce(net_income, 5人) > 0", "单位不同", "different units"),
        ("least(land, 5人) > 0", "单位不同", "different units"),
        ("land in (1, 2)", "写成 1亩", "write 1亩"),
        ("members in (1.5人)", "小数", "decimals"),
        ("per_year(net_income) > 0", "每月", "per month"),
        ("per_month(sum_members(wage)) > 0", "每年", "per year"),
        # kinds
        ("net_income", "写成条件", "write a condition"),
        ("net_income and monitored", "需要一个条件", "condition is needed"),
        ("not net_income", "补上比较", "complete the comparison"),
        ("monitored > 1", "不同类", "differ in kind"),
        ("monitored + 1 > 0", "count_members", "count_members"),
        ("checked_on > 5天", "不同类", "differ in kind"),
        ("checked_on + 90天 > as_of", "add_days", "add_days"),
        ("as_of - checked_on > 90天", "days_between", "days_between"),
        ("category + 1 > 0", "需要一个数", "number is needed"),
        ("monitored < alleviated", "不能比较大小", "no order"),
        ("monitored between true and false", "between 只用于", "between takes"),
        ("if(net_income, 1, 2) > 0", "需要一个条件", "condition is needed"),
        ("if(monitored, 1, true) == 1", "不同类", "differ in kind"),
        ("sum_members(dead) > 0", "count_members", "count_members"),
        ("count_members(age) > 0", "需要一个条件", "condition is needed"),
        ("sum_members(birth_date) > 0", "需要一个数", "number is needed"),
        ("days_between(net_income, as_of) > 0", "需要日期", "date is needed"),
        ("add_days(as_of, 1.5天) > as_of", "整数", "whole number"),
        ("add_days(as_of, 3月) > as_of", "add_days", "add_days"),
        ("add_months(as_of, 3天) > as_of", "add_months", "add_months"),
        ("round(net_income, 7) > 0", "0 到 6", "0 to 6"),
        ("round(net_income, -1) > 0", "0 到 6", "0 to 6"),
        ("round(net_income, members) > 0", "0 到 6", "0 to 6"),
        ("least(monitored, alleviated)", "and、or", "and / or"),
        # functions
        ("min(net_income, 1元) > 0", "least", "least"),
        ("max(net_income, 1元) > 0", "greatest", "greatest"),
        ("any(dead)", "any_member", "any_member"),
        ("sum(wage) > 0", "sum_members", "sum_members"),
        ("any_membr(dead)", "any_member", "any_member"),
        ("zzzzzz(dead)", "可用的函数", "the functions are"),
        ("monitored()", "不加括号", "without parentheses"),
        ("known()", "known", "known"),
        ("if(monitored, 1) > 0", "if", "if"),
        ("round(net_income) > 0", "round", "round"),
        ("least(net_income) > 0", "least", "least"),
        ("days_between(as_of) > 0", "days_between", "days_between"),
    ],
)
def test_faults_say_what_to_write(text: str, zh: str, en: str) -> None:
    problems = problems_of(text, HOUSEHOLD, expected=BOOL)
    assert problems
    told_zh = "\n".join(each.in_language("zh") for each in problems)
    told_en = "\n".join(each.in_language("en") for each in problems)
    assert zh in told_zh
    assert any(each in told_en for each in en.split("|"))
    assert "第 " in told_zh and "column " in told_en  # noqa: PT018


def test_all_faults_of_an_expression_are_told_once() -> None:
    text = "agee > 3 and category == 'x' and net_income > 5 and param.nothing"
    columns = [each.what.en.split(":")[0] for each in problems_of(text, HOUSEHOLD)]
    assert columns == [
        "expression, column 1",
        "expression, column 26",
        "expression, column 45",
        "expression, column 53",
    ]


def test_where_is_kept() -> None:
    where = Where.of("rules.yaml", 8)
    (problem,) = problems_of("agee", HOUSEHOLD, where=where)
    assert problem.where == where


def test_facts_from_above_are_marked() -> None:
    node = read("any_member(monitored and water_ok and dead)", HOUSEHOLD)
    assert isinstance(node, n.Members)
    assert isinstance(node.child, n.And)
    above, village, own = node.child.items
    assert isinstance(above, n.FromAbove)
    assert (above.subject, above.child.subject) == ("person", "household")
    assert isinstance(village, n.FromAbove)
    assert (village.subject, village.child.subject) == ("person", "village")
    assert isinstance(own, n.Fact)
    assert (node.subject, node.child.subject, own.subject) == ("household", "person", "person")
    in_household = read("water_ok", HOUSEHOLD)
    assert isinstance(in_household, n.FromAbove)
    assert in_household.subject == "household"


@pytest.mark.parametrize(
    ("text", "scope", "word"),
    [
        ("any_member(dead)", PERSON, "belongs in an expression about a household"),
        ("any_member(water_ok)", VILLAGE, "belongs in an expression about a household"),
        ("any_member(valid)", ROW, "belongs in an expression about a household"),
        ("monitored", VILLAGE, "monitored is a fact of a household, but this is about a village"),
        ("dead", VILLAGE, "only facts of a village or above"),
        ("monitored", ROW, "only the columns"),
        ("valdi", ROW, "did you mean valid"),
        ("zzz", ROW, "columns of the contract: kind, remark"),
        ("valid", PERSON, "no fact 'valid'"),
    ],
)
def test_every_place_sees_its_own_names(text: str, scope: Scope, word: str) -> None:
    assert word in "\n".join(each.in_language("en") for each in problems_of(text, scope))


def test_rows_see_columns_parameters_and_the_date() -> None:
    text = "kind == 'primary' and remark != 'x' and settled_on >= first_of_month(as_of)"
    assert read(f"{text} and self_paid > param.line_year", ROW, expected=BOOL).subject == "row"
    assert isinstance(read("remark in ('x', 'y')", ROW), n.In)


@pytest.mark.parametrize(
    ("text", "kind", "unit", "scale", "rounded"),
    [
        ("net_income / members", "money", "元/人", 2, False),
        ("members / 3", "number", "人", 4, True),
        ("years_between(checked_on, as_of)", "integer", "岁", 0, False),
        ("net_income * 0.5", "money", "元", 2, True),
        ("members", "number", "人", 4, True),
        ("land", "integer", "亩", 0, True),
        ("0", "money", "元", 2, False),
    ],
)
def test_a_declared_number_has_the_declared_decimals(
    text: str, kind: str, unit: str, scale: int, rounded: bool
) -> None:
    node = read(text, HOUSEHOLD, expected=stored_type(kind, parse_unit(unit)))
    assert node.type.scale == scale
    assert (isinstance(node, n.Function) and node.name == "round") is rounded


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("net_income", "money", "元/人"),
        ("net_income / members", "money", "元/人·年"),
        ("5", "integer", "人"),
        ("monitored", "integer", "人"),
        ("net_income > 0", "number", ""),
        ("category", "bool", ""),
    ],
)
def test_the_declared_type_must_fit(text: str, kind: str, unit: str) -> None:
    with pytest.raises(ExpressionError, match=r"declared in|is needed here"):
        read(text, HOUSEHOLD, expected=stored_type(kind, parse_unit(unit)))


def test_a_code_fact_takes_quoted_words() -> None:
    node = read(
        "if(monitored, 'general', coalesce(category, 'marginal'))",
        HOUSEHOLD,
        expected=Type("code", codes="category"),
    )
    assert node.type.codes == "category"
    with pytest.raises(ExpressionError, match="'alleviated'"):
        read("if(monitored, 'genral', 'aleviated')", HOUSEHOLD, expected=node.type)


def test_joined_conditions_are_flat_and_zero_takes_the_unit_beside_it() -> None:
    node = read("(monitored and (alleviated and water_ok)) and land > 0", HOUSEHOLD)
    assert isinstance(node, n.And)
    assert len(node.items) == 4
    last = node.items[3]
    assert isinstance(last, n.Compare)
    assert last.right.type == last.left.type


def test_positions_point_into_the_text_and_do_not_count_for_equality() -> None:
    one, two = read("land > 5亩", HOUSEHOLD), read("land   >   5亩", HOUSEHOLD)
    assert one == two
    assert hash(one) == hash(two)
    assert (one.position, two.position) == (5, 7)
    assert n.facts_of(one)[0].name == "land"
    assert n.parameters_of(read("param.line_year > param.line_year", HOUSEHOLD)) == ("line_year",)


@pytest.mark.parametrize(
    "text",
    [
        "net_income * net_income * net_income > 0",
        "sum_members(medical_paid) * net_income / 1元 > 0",
        "round(net_income * 100000, 6) > 0",
        "net_income == round(1.123456元, 6) * 9999999999 * 1000",
        "per_year(sum_members(wage) * 1000000000) > 0",
    ],
)
def test_what_could_overflow_64_bits_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="64-bit") as caught:
        read(text, HOUSEHOLD)
    assert "domain" in caught.value.problems[0].remedy.zh


@pytest.mark.parametrize("text", ["add_days(as_of, 9000000天)", "add_months(as_of, -30000)"])
def test_what_could_leave_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="years 1 to 9999"):
        read(f"{text} > as_of", HOUSEHOLD)
