"""Whether a procedure can be run: its steps lead somewhere, its limits exist, people decide."""

from collections.abc import Iterable, Iterator
from typing import Any

from fangpin.policy.loading.chain import Merged
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.pack import Procedure, RateLimit, Record, Step
from fangpin.policy.procedure_graph import START, reachable, target, ways
from fangpin.policy.rates import INPUTS

Told = tuple[str, str]


def check_procedures(merged: Merged, problems: Problems) -> None:
    """Reports everything about procedures that cannot be right; see docs/procedures.md."""
    for procedure in merged.sections["procedures"].values():
        _Check(procedure, merged, problems).all()


class _Check:
    def __init__(self, procedure: Procedure, merged: Merged, problems: Problems) -> None:
        self.procedure = procedure
        self.merged = merged
        self.problems = problems
        self.steps = {step.id: step for step in procedure.steps}
        self.before = len(problems.found)

    def bad(self, record: Record, key: str | None, what: Told, do: Told) -> None:
        name = self.procedure.id
        self.problems.at(
            record.origin, key, (f"程序 {name}：{what[0]}", f"procedure {name}: {what[1]}"), do
        )

    def all(self) -> None:
        self.limits()
        self.inner()
        self.names()
        if self.procedure.conditions:
            self.conditions()
        posted = [step for step in self.procedure.steps if step.posts]
        if posted and len(posted) < len(self.steps):
            self.without_posts()
        if self.procedure.runnable:
            for step in self.procedure.steps:
                self.runnable_step(step)
            self.effect()
            if len(self.problems.found) == self.before:
                self.ways()
        elif self.procedure.effect != "none" and not posted:
            self.bad(
                self.procedure,
                "effect",
                (
                    "写了 effect，步骤却没有写由谁办理（posts）",
                    "it has an effect, but no step says who may act (posts)",
                ),
                ("给每个步骤写 posts，或删去 effect", "write posts for every step, or no effect"),
            )

    # ---- what is named must be there ---------------------------------------------------------
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
            place = list(self.steps).index(step.id)
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
                if place == 0 or list(self.steps)[place - 1] != step.parallel_with:
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
        order = list(self.steps)
        if goes.startswith("back:") and name in order and order.index(name) > order.index(step.id):
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

    # ---- what a procedure needs to be run ----------------------------------------------------
    def without_posts(self) -> None:
        for step in self.procedure.steps:
            if not step.posts:
                self.bad(
                    step,
                    None,
                    (
                        f"步骤 {step.id} 没有写 posts，别的步骤写了",
                        f"step {step.id} has no posts, other steps have",
                    ),
                    ("写 posts: [village_worker]", "write who may act, such as [village_worker]"),
                )

    def runnable_step(self, step: Step) -> None:
        if step.state is None:
            self.bad(
                step,
                None,
                (f"步骤 {step.id} 没有状态名", f"step {step.id} has no name of its state"),
                ("写 state: {zh: 待入户核查, en: …}", "write state: {zh: …, en: waiting for …}"),
            )
        if step.publish is not None and step.publish.days is None:
            self.bad(
                step,
                "publish",
                (
                    f"步骤 {step.id} 的公示没有天数",
                    f"step {step.id} publishes for no stated number of days",
                ),
                (
                    "写 days: 5 或 days: {parameter: 参数名}",
                    "write days: 5 or days: {parameter: name}",
                ),
            )
        if step.on_objection is not None and step.publish is None:
            self.bad(
                step,
                "on_objection",
                (
                    f"步骤 {step.id} 没有公示，却写了 on_objection",
                    f"step {step.id} publishes nothing, so nobody can object",
                ),
                ("写 publish，或删去 on_objection", "write publish, or remove on_objection"),
            )
        for outcome in step.outcomes:
            granted_on = outcome.ends_as == "granted" and step.decides
            if outcome.ends_as and outcome.goes != "end" and not granted_on:
                self.bad(
                    outcome,
                    "ends_as",
                    (
                        f"结果 {outcome.id} 写了 ends_as，却没有结束（goes: {outcome.goes}）",
                        f"outcome {outcome.id} ends as {outcome.ends_as}, but goes {outcome.goes}",
                    ),
                    (
                        "写 goes: end；只有作出决定的步骤（decides）可以批准后继续",
                        "write goes: end; only a step that decides may grant and go on",
                    ),
                )
            if outcome.ends_as in ("refused", "returned") and not outcome.reason_required:
                self.bad(
                    outcome,
                    None,
                    (
                        f"结果 {outcome.id} 不予通过，却不要求写理由",
                        f"outcome {outcome.id} refuses without asking for a reason",
                    ),
                    ("写 reason_required: true", "write reason_required: true"),
                )

    def effect(self) -> None:
        """Nobody is included, removed or changed without two people, one of whom decides."""
        deciding = [step for step in self.procedure.steps if step.decides]
        effect = self.procedure.effect
        if effect == "none":
            if deciding:
                self.bad(
                    deciding[0],
                    "decides",
                    (
                        f"步骤 {deciding[0].id} 作出决定，程序却没有 effect",
                        f"step {deciding[0].id} decides, but the procedure has no effect",
                    ),
                    ("写 effect，或删去 decides", "write effect, or remove decides"),
                )
            return
        if len(deciding) != 1:
            self.bad(
                self.procedure,
                "effect",
                (
                    f"effect 是 {effect}，要有且只有一个作出决定的步骤，现有 {len(deciding)} 个",
                    f"its effect is {effect}: exactly one step must decide, {len(deciding)} do",
                ),
                ("在决定的步骤写 decides: true", "write decides: true at the step that decides"),
            )
            return
        self.deciding_step(deciding[0])
        for step in self.procedure.steps:
            if step.on_timeout != "escalate" and step.id in _leading_to(
                deciding[0].id, self.procedure
            ):
                self.bad(
                    step,
                    "on_timeout",
                    (
                        f"步骤 {step.id} 逾期 {step.on_timeout}，会没有人而影响 {effect}",
                        f"step {step.id} would {step.on_timeout} by itself when it is late, "
                        f"and {effect} must never happen or fail without a person",
                    ),
                    ("写 on_timeout: escalate", "write on_timeout: escalate"),
                )

    def deciding_step(self, step: Step) -> None:
        if not step.apart_from:
            self.bad(
                step,
                "decides",
                (
                    f"作出决定的步骤 {step.id} 没有写与谁分开（apart_from）",
                    f"step {step.id} decides without four eyes (apart_from)",
                ),
                (
                    "写 apart_from: [提出的步骤]",
                    "write apart_from: [<steps of those who proposed>]",
                ),
            )
        if "household" in step.posts or "village_worker" in step.posts:
            self.bad(
                step,
                "posts",
                (
                    f"作出决定的步骤 {step.id} 不能由农户或村级办理",
                    f"step {step.id} decides and cannot be taken by the household or the village",
                ),
                ("写乡镇或县级的岗位", "name posts of the township or county"),
            )
        granting = [outcome for outcome in step.outcomes if outcome.ends_as == "granted"]
        if not granting or not any(each.ends_as == "refused" for each in step.outcomes):
            self.bad(
                step,
                "outcomes",
                (
                    f"作出决定的步骤 {step.id} 要有同意和不同意两种结果",
                    f"step {step.id} decides and must be able to grant and to refuse",
                ),
                (
                    "写 outcomes，ends_as 分别为 granted 和 refused",
                    "write outcomes that end as granted and as refused",
                ),
            )
        for outcome in granting:
            if not outcome.reason_required:
                self.bad(
                    outcome,
                    None,
                    (
                        f"结果 {outcome.id} 有效果，却不要求写理由",
                        f"outcome {outcome.id} takes effect without asking for a reason",
                    ),
                    ("写 reason_required: true", "write reason_required: true"),
                )

    def ways(self) -> None:
        """Every step is reached from the start, and from every step the end is."""
        for green in (False, True) if self.procedure.green is not None else (False,):
            graph = ways(self.procedure, green)
            reached = reachable(START, graph)
            for step in self.procedure.in_order(green):
                if step.id not in reached:
                    self.bad(
                        step,
                        None,
                        (f"没有路通到步骤 {step.id}", f"no way leads to step {step.id}"),
                        (
                            "让某个结果 goes 到它，或删去它",
                            "let an outcome go there, or remove the step",
                        ),
                    )
                if "end" not in reachable(step.id, graph):
                    self.bad(
                        step,
                        None,
                        (
                            f"从步骤 {step.id} 走不到结束",
                            f"from step {step.id} the end is never reached",
                        ),
                        ("写一个 goes: end 的结果", "write an outcome with goes: end"),
                    )


def _leading_to(step: str, procedure: Procedure) -> Iterator[str]:
    """Steps from which a case may come to `step`, that one included."""
    graph = ways(procedure, False)
    for each in procedure.steps:
        if step in reachable(each.id, graph):
            yield each.id
