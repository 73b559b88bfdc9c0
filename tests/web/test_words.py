"""Every code that data can carry has words in both languages."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation

from fangpin.kernel.errors import Text
from fangpin.policy.pack import Calendar, Figure, Parameter, ParameterValue
from fangpin.registry.models import EventKind
from fangpin.web import job_process, pack_words, packs
from fangpin.web.templatetags.policy import figure_text, parameter_value, rhythm
from fangpin.web.wording import WORDS

SOURCE = Path(packs.__file__).parents[1]


def test_every_audited_action_has_words() -> None:
    written = set()
    for path in SOURCE.rglob("*.py"):
        written |= set(re.findall(r'action="([a-z_]+(?:\.[a-z_]+)+)"', path.read_text("utf-8")))
    assert len(written) >= 12
    assert written <= set(WORDS["audit_action"])


def test_every_job_and_every_answer_to_a_hit_has_words_in_the_trail() -> None:
    words = WORDS["audit_action"]
    assert set(job_process.TASKS) == set(WORDS["job"])
    assert {f"job.enqueue:{kind}" for kind in job_process.TASKS} <= words.keys()
    assert {f"checks.{state}" for state in ("open", "confirmed", "exempted")} <= words.keys()


def test_every_event_of_the_registry_has_words_in_the_trail() -> None:
    words = WORDS["audit_action"]
    for kind in EventKind:
        assert {f"registry.{kind}", f"registry.refused:{kind}"} <= words.keys()


def test_every_role_level_rhythm_and_unit_of_the_packs_has_words() -> None:
    missing = set()
    for name in packs.names():
        pack = packs.pack(name)
        assert pack is not None, packs.problem_of(name)
        for procedure in pack.procedures.values():
            for step in procedure.steps:
                if step.actor.role.replace("-", "_") not in pack_words.ROLES:
                    missing.add(step.actor.role)
                if step.actor.level and step.actor.level not in pack_words.LEVELS:
                    missing.add(step.actor.level)
        for duty in pack.duties.values():
            if duty.calendar.every and duty.calendar.every not in pack_words.RHYTHMS:
                missing.add(duty.calendar.every)
        units = [figure.unit for row in pack.mechanisms.values() for figure in row.figures]
        units += [target.unit for target in pack.targets.values()]
        units += [p.base_unit or p.unit for p in pack.parameters.values()]
        for unit in units:
            if unit and re.search("[\u4e00-\u9fff]", pack_words.unit_in_english(unit)):
                missing.add(unit)
    assert missing == set()


@pytest.mark.parametrize(
    ("unit", "english"),
    [
        ("元", "yuan"),
        ("元/人·月", "yuan per person and month"),
        ("个", ""),
        ("%", "%"),
        ("个/户", "per household"),
    ],
)
def test_units_in_english(unit: str, english: str) -> None:
    assert pack_words.unit_in_english(unit) == english


def _figure(value: object, unit: str, relation: str = "exactly") -> Figure:
    return Figure("", "", value, unit, relation)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "zh", "en"),
    [
        (_figure(Fraction(2024), "年"), "2024 年", "2024"),
        (_figure(Fraction(5), "年"), "5 年", "5 years"),
        (_figure(Fraction(99), "%", "at_least"), "≥ 99 %", "≥ 99 %"),
        (_figure((Fraction(50), Fraction(200)), "元/人·月"), "50–200 元/人·月",
         "50–200 yuan per person and month"),
        (_figure(Fraction(3), "个"), "3 个", "3"),
        (_figure(Fraction(3, 2), "倍"), "1.5 倍", "1.5 times"),
        (_figure(True, "户", "all"), "全部 户", "all households"),
    ],
)  # fmt: skip
def test_figures_in_both_languages(figure: Figure, zh: str, en: str) -> None:
    assert figure_text(figure) == zh
    with translation.override("en"):
        assert figure_text(figure) == en


def test_parameters_are_shown_in_yuan_and_per_cent() -> None:
    def shown(type_: str, unit: str | None, value: object) -> str:
        parameter = Parameter("p", Text("甲", "a"), type_, unit, ())
        dated = ParameterValue(date(2021, 1, 1), value, "c", "sourced")  # type: ignore[arg-type]
        return parameter_value(parameter, dated)

    assert shown("money", "元/次", 600_000) == "6,000 元/次"
    assert shown("number", "%", Fraction(1, 2)) == "50 %"
    assert shown("bool", None, True) == "是"
    assert shown("list", None, ("a", "b")) == "a、b"


def test_rhythms() -> None:
    assert rhythm(Calendar(every="month", by_day=20)) == "每月 20 日前"
    assert rhythm(Calendar(every="year", by="08-31")) == "每年 08-31 前"
    assert rhythm(Calendar(once=date(2021, 12, 31))) == "2021-12-31 前"
    assert rhythm(Calendar(every="quarter", default=True)).endswith("（文件未定，默认）")
