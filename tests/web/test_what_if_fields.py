"""The form of the what-if page: which figures, what stands in them, what is refused."""

from datetime import date

import pytest

from fangpin.kernel.errors import FangpinError, Where
from fangpin.policy.pack import Pack
from fangpin.web import packs
from fangpin.web.what_if_fields import Field, form_of, refused

DAY = date(2021, 5, 31)


@pytest.fixture(scope="module")
def pack() -> Pack:
    found = packs.pack("baiyin-2021")
    assert found is not None
    return found


def _field(pack: Pack, name: str, typed: str = "") -> Field:
    form = form_of(pack, DAY, {name: typed})
    (found,) = [each for each in form.fields if each.name == name]
    return found


def test_each_figure_that_decides_something_is_there_once(pack: Pack) -> None:
    form = form_of(pack, DAY, {})
    names = [each.name for each in form.fields]
    assert len(names) == len(set(names))
    assert {"monitoring_line", "medical_line_year_other", "post_age_from"} <= set(names)
    assert "disability_nursing_monthly" in names, "what a programme pays can be tried as well"
    assert set(names) < set(pack.parameters), "figures that nothing reads are left out"
    assert form.changes == {}
    assert not form.changed
    assert not form.refused


def test_a_figure_of_several_rules_stands_with_the_rule_of_its_clause(pack: Pack) -> None:
    groups = {group.rule.name: group for group in form_of(pack, DAY, {}).groups if group.rule}
    medical = {each.name for each in groups["medical_expense"].fields}
    assert {"medical_line_single_other", "medical_by_income_share"} <= medical
    assert "risk_returns" not in groups


@pytest.mark.parametrize(
    ("name", "typed", "stands", "change"),
    [
        ("monitoring_line", "", "6000", None),
        ("monitoring_line", "6,000", "6000", None),
        ("monitoring_line", "6000 元", "6000", None),
        ("monitoring_line", "7000", "7000", "7000 元/人·年"),
        ("monitoring_line", " 0.7万元 ", "7000", "7000 元/人·年"),
        ("monitoring_line", "６５００", "6500", "6500 元/人·年"),
        ("medical_share_of_net_income", "60", "60", "60%"),
        ("medical_share_of_net_income", "60%", "60", "60%"),
        ("medical_by_single_stay", "false", "false", "false"),
        ("medical_by_single_stay", "true", "true", None),
        ("school_age_reference_day", "2021-08-31", "2021-08-31", "2021-08-31"),
        ("newborn_days", "60", "60", "60 天"),
    ],
)
def test_what_is_typed_is_read_as_the_library_reads_it(
    pack: Pack, name: str, typed: str, stands: str, change: str | None
) -> None:
    field = _field(pack, name, typed)
    assert field.problem is None
    assert field.typed == stands
    assert field.changed is (change is not None)
    assert form_of(pack, DAY, {name: typed}).changes == ({name: change} if change else {})


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("monitoring_line", "viel"),
        ("monitoring_line", "7000 天"),
        ("newborn_days", "1.5"),
        ("medical_share_of_net_income", "0.5"),
        ("school_age_reference_day", "2021-02-30"),
        ("medical_by_single_stay", "vielleicht"),
    ],
)
def test_what_means_nothing_is_refused_beside_its_field(pack: Pack, name: str, typed: str) -> None:
    form = form_of(pack, DAY, {name: typed, "posts_allowed": "2"})
    assert [each.name for each in form.refused] == [name]
    (field,) = form.refused
    assert field.typed == typed, "what was typed stays, to be corrected"
    assert field.problem is not None
    assert field.problem.what.zh != field.problem.what.en
    assert form.changes == {"posts_allowed": "2 个"}


def test_units_stand_beside_the_field_in_both_languages(pack: Pack) -> None:
    assert _field(pack, "monitoring_line").unit == ("元/人·年", "yuan per person and year")
    assert _field(pack, "posts_allowed").unit == ("个", "")
    assert _field(pack, "school_age_reference_day").unit == ("", "")


def test_what_the_library_refuses_comes_back_to_the_field_it_names(pack: Pack) -> None:
    form = form_of(pack, DAY, {"monitoring_line": "7000"})
    error = FangpinError.because(
        "太大", "too large", do_zh="小些", do_en="less", where=Where(column="param.monitoring_line")
    )
    assert [each.name for each in refused(form, error).refused] == ["monitoring_line"]
    elsewhere = FangpinError.because("别处", "elsewhere", do_zh="看", do_en="look")
    assert refused(form, elsewhere).refused == []
