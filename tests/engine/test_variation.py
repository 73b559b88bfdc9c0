"""The pack with other figures, and which parameters decide what."""

from datetime import date
from fractions import Fraction

import pytest

from fangpin.engine.variation import parameters_behind, read_parameters, settings_of, varied_pack
from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack

PACK = load_pack("baiyin-2021")
AS_OF = date(2021, 5, 31)


def varied(values: dict[str, str], as_of: date = AS_OF):
    return varied_pack(PACK, settings_of(PACK, values, as_of), as_of)


def test_the_value_is_in_force_and_nothing_else_differs():
    pack = varied({"param.monitoring_line": "7000", "job_loss_share": "40%"})
    assert pack.parameter("monitoring_line", AS_OF).value == 700_000
    assert pack.parameter("job_loss_share", AS_OF).value == Fraction(2, 5)
    same = {name for name, each in PACK.parameters.items() if pack.parameters[name] == each}
    assert set(PACK.parameters) - same == {"monitoring_line", "job_loss_share"}
    assert pack.rules is PACK.rules
    assert pack.hash != PACK.hash


def test_later_values_stay():
    day = date(2020, 6, 30)
    pack = varied({"monitoring_line": "5500"}, day)
    assert pack.parameter("monitoring_line", day).value == 550_000
    assert pack.parameter("monitoring_line", AS_OF).value == 600_000


def test_a_value_before_the_first_one():
    day = date(2022, 12, 31)
    (setting,) = settings_of(PACK, {"insurance_aid_full": "280"}, day)
    assert setting.before is None
    assert setting.before_text.en == "no value yet"
    assert varied_pack(PACK, (setting,), day).parameter("insurance_aid_full", day).value == 28_000


def test_the_same_value_is_the_same_pack():
    assert varied({}) is PACK
    assert varied({"monitoring_line": "6000 元"}) is PACK


def test_hashes_tell_questions_apart():
    hashes = {
        varied(values).hash
        for values in (
            {"monitoring_line": "7000"},
            {"monitoring_line": "7001"},
            {"monitoring_line": "7000", "job_loss_share": "40%"},
            {"job_loss_share": "40%"},
        )
    }
    assert len(hashes) == 4
    assert varied({"monitoring_line": "7000"}).hash == varied({"monitoring_line": "0.7万元"}).hash


def test_settings_come_in_the_order_of_the_pack():
    asked = {"job_loss_share": "40%", "monitoring_line": "7000"}
    assert [each.name for each in settings_of(PACK, asked, AS_OF)] == [
        "monitoring_line",
        "job_loss_share",
    ]


def test_an_unknown_name_among_those_that_decide_something():
    with pytest.raises(FangpinError, match="disability_living_monthly"):
        settings_of(PACK, {"x": "1"}, AS_OF)


def test_a_value_that_could_overflow_is_refused():
    with pytest.raises(FangpinError, match="64"):
        settings_of(PACK, {"medical_share_of_net_income": "9000000000000000%"}, AS_OF)


def test_what_decides_a_rule_through_derived_facts():
    behind = parameters_behind(PACK, PACK.rules["loan_due_soon"].condition)
    assert behind == ("loan_notice_days",), "read where the rows of the delivery are chosen"
    behind = parameters_behind(PACK, PACK.rules["school_dropout"].condition)
    assert set(behind) == {"school_age_below", "school_age_from", "school_age_reference_day"}


def test_parameters_that_can_be_set():
    found = {each.name: each for each in read_parameters(PACK, AS_OF)}
    line = found["monitoring_line"]
    assert (line.written, line.text.zh) == ("6000 元/人·年", "6,000元/人·年")
    assert line.rules == ("low_income_not_monitored", "low_income_general")
    assert line.programmes == ("cn-single-person-subsistence",)
    assert line.clause == "A2"
    assert found["yulu_yearly"].programmes == ("cn-yulu",)
    assert found["insurance_aid_full"].value is None
    assert "identification_days" not in found, "rules do not read it"
