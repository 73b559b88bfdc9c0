"""What a procedure names must be there: parameters, steps, vocabularies, rates."""

from collections.abc import Iterable
from typing import Any

from fangpin.policy.loading.chain import Merged
from fangpin.policy.loading.procedure_check import ProcedureCheck
from fangpin.policy.loading.procedure_runs import RunCheck
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.pack import RateLimit, Record, Step
from fangpin.policy.procedure_graph import target
from fangpin.policy.rates import INPUTS


def check_procedures(merged: Merged, problems: Problems) -> None:
    """Reports everything about procedures that cannot be right; see docs/procedures.md."""
    for procedure in merged.sections["procedures"].values():
        before = len(problems.found)
        _NameCheck(procedure, merged, problems).all()
        twice = len({step.id for step in procedure.steps}) < len(procedure.steps)
        if len(problems.found) == before and not twice:  # told where references are checked
            RunCheck(procedure, merged, problems).all()


class _NameCheck(ProcedureCheck):
    def all(self) -> None:
        self.limits()
        self.inner()
        self.names()
        if self.procedure.conditions:
            self.conditions()

    def limits(self) -> None:
        """Days named by a parameter: there, a whole number, not negative."""
        holders: list[tuple[Record, Any]] = [(self.procedure, self.procedure.time_limit)]
        for step in self.procedure.steps:
            holders += [(step, step.within), (step, step.publish)]
        for holder, limit in holders:
            days = getattr(limit, "days", None)
            if isinstance(days, str):
                at = limit if isinstance(limit, Record) and limit.origin.line else holder
                self.parameter(at, "days", days, ("integer",))
        for step in self.procedure.steps:
            for rate in step.rates:
                self.parameter(rate, "parameter", rate.parameter, ("number",))
                self.rate(rate, step)

    def parameter(self, record: Record, key: str, name: str, types: tuple[str, ...]) -> None:
        parameters = self.merged.sections["parameters"]
        if name in self.merged.broken:
            return
        if name not in parameters:
            self.bad(
                record,
                key,
                (f"没有参数 {name}", f"there is no parameter {name}"),
                meant(name, parameters),
            )
            return
        parameter = parameters[name]
        wanted = {"integer": ("整数", "a whole number"), "number": ("数字", "a number")}[types[0]]
        unit = {"integer": ("天", None, "1"), "number": ("%", None, "1")}[types[0]]
        if parameter.type not in types or parameter.unit not in unit:
            self.bad(
                record,
                key,
                (
                    f"参数 {name} 应为{wanted[0]}（单位 {unit[0]}），"
                    f"现为 {parameter.type}（{parameter.unit or '无单位'}）",
                    f"the parameter {name} must be {wanted[1]} in {unit[0]}, "
                    f"it is {parameter.type} in {parameter.unit or 'no unit'}",
                ),
                (
                    "改用别的参数，或改参数的类型和单位",
                    "name another one, or correct the parameter",
                ),
            )
        elif types == ("integer",) and any(each.value < 0 for each in parameter.values):
            self.bad(
                record,
                key,
                (f"参数 {name} 有负数", f"the parameter {name} has a negative value"),
                ("天数从 0 起", "days begin at 0"),
            )

    def rate(self, rate: RateLimit, step: Step) -> None:
        entered = {entry.id for entry in step.enter if entry.type in ("integer", "number")}
        missing = [name for name in INPUTS[rate.rate] if name not in entered]
        if missing:
            listed = ", ".join(missing)
            self.bad(
                rate,
                "rate",
                (
                    f"步骤 {step.id} 的 {rate.rate} 要用到的数字没有录入：{listed}",
                    f"step {step.id}: {rate.rate} needs numbers that are not entered: {listed}",
                ),
                (
                    "在 enter 里加上这些编号的整数项",
                    "add entries of type integer with these ids",
                ),
            )

    def names(self) -> None:
        """Steps that other steps and the green channel name."""
        for step in self.procedure.steps:
            place = self.order.index(step.id)
            for name in step.apart_from:
                self.step_named(step, "apart_from", name)
                if name == step.id:
                    self.bad(
                        step,
                        "apart_from",
                        (f"步骤 {name} 不能与自己分开", f"step {name} cannot be apart from itself"),
                        ("写前面的步骤", "name a step before it"),
                    )
            if step.parallel_with is not None:
                self.step_named(step, "parallel_with", step.parallel_with)
                if place == 0 or self.order[place - 1] != step.parallel_with:
                    self.bad(
                        step,
                        "parallel_with",
                        (
                            f"步骤 {step.id} 只能与紧前一步并行",
                            f"step {step.id} can be parallel only with the step just before it",
                        ),
                        ("把两个步骤排在一起", "put the two steps side by side"),
                    )
            for outcome in step.outcomes:
                self.goes(outcome, "goes", outcome.goes, step)
            if step.on_objection is not None:
                self.goes(step, "on_objection", step.on_objection, step)
        green = self.procedure.green
        if green is not None:
            for name in (*green.later, green.help_step):
                key = "later" if name in green.later else "help_step"
                self.step_named(green, key, name)
            deciding = [place for place, step in enumerate(self.procedure.steps) if step.decides]
            for name in green.later:
                if name in self.order and any(
                    self.order.index(name) >= place for place in deciding
                ):
                    self.bad(
                        green,
                        "later",
                        (
                            f"步骤 {name} 不在作出决定之前，不用写进 later",
                            f"step {name} does not come before the decision, so it is later anyhow",
                        ),
                        ("从 later 里删去它", "remove it from later"),
                    )
            if green.help_step in green.later:
                self.bad(
                    green,
                    "later",
                    (
                        f"先行帮扶的步骤 {green.help_step} 不能后补",
                        f"the help itself ({green.help_step}) cannot come later",
                    ),
                    ("从 later 里删去它", "remove it from later"),
                )

    def step_named(self, record: Record, key: str, name: str) -> None:
        if name not in self.steps:
            self.bad(
                record,
                key,
                (f"{key} 指向不存在的步骤 {name}", f"{key} names {name}, which is no step"),
                meant(name, self.steps),
            )

    def goes(self, record: Record, key: str, goes: str, step: Step) -> None:
        if goes in ("next", "end"):
            return
        name = target(goes)
        self.step_named(record, key, name)
        if (
            goes.startswith("back:")
            and name in self.order
            and self.order.index(name) > self.order.index(step.id)
        ):
            self.bad(
                record,
                key,
                (f"{goes} 指的是后面的步骤", f"{goes} names a later step"),
                (f"往前跳写 {name}", f"write {name} to go forward"),
            )

    def inner(self) -> None:
        """Ids that stand twice, and vocabularies that are not there."""
        for step in self.procedure.steps:
            for key in ("enter", "attach", "outcomes", "rates"):
                self.once(step, key, getattr(step, key), "id")
            for entry in step.enter:
                self.once(entry, "options", entry.options, "code")
                known = self.merged.sections["codes"]
                if (
                    entry.type in ("choice", "choices")
                    and entry.vocabulary is not None
                    and entry.vocabulary not in {*known, *self.merged.broken}
                ):
                    self.bad(
                        entry,
                        "vocabulary",
                        (
                            f"没有代码表 {entry.vocabulary}",
                            f"there is no vocabulary {entry.vocabulary}",
                        ),
                        meant(entry.vocabulary, known),
                    )

    def once(self, holder: Record, key: str, items: Iterable[Any], attribute: str) -> None:
        seen: set[str] = set()
        for item in items:
            name = getattr(item, attribute)
            if name in seen:
                self.bad(
                    item,
                    attribute,
                    (f"{key} 里 {name} 重复", f"{name} is there twice in {key}"),
                    ("只保留一个", "keep one"),
                )
            seen.add(name)

    def conditions(self) -> None:
        if self.procedure.subject not in ("person", "household", "village"):
            self.bad(
                self.procedure.conditions[0],
                None,
                (
                    f"{self.procedure.subject} 没有事实项，不能写 conditions",
                    f"there are no facts about a {self.procedure.subject}, so no conditions",
                ),
                (
                    "条件只用于 person、household、village；比率写在步骤的 rates 里",
                    "conditions are for person, household and village; put rates at a step",
                ),
            )
