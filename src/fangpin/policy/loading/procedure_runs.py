"""Whether a procedure can be run: people act and decide, every step leads to an end."""

from collections.abc import Iterator

from fangpin.policy.loading.procedure_check import ProcedureCheck
from fangpin.policy.pack import Procedure, Step
from fangpin.policy.procedure_graph import START, reachable, ways


class RunCheck(ProcedureCheck):
    """What a procedure needs when some of its steps say who may act (posts)."""

    def all(self) -> None:
        """Reports everything that stands in the way of running it."""
        posted = [step for step in self.procedure.steps if step.posts]
        if not posted:
            self.without_anybody()
        elif not self.procedure.runnable:
            self.without_posts()
        else:
            before = len(self.problems.found)
            for step in self.procedure.steps:
                self.step(step)
            self.effect()
            if len(self.problems.found) == before:
                self.ways()

    def without_anybody(self) -> None:
        if self.procedure.effect != "none":
            self.bad(
                self.procedure,
                "effect",
                (
                    "写了 effect，步骤却没有写由谁办理（posts）",
                    "it has an effect, but no step says who may act (posts)",
                ),
                ("给每个步骤写 posts，或删去 effect", "write posts for every step, or no effect"),
            )

    def without_posts(self) -> None:
        for step in self.procedure.steps:
            if not step.posts and "posts" not in step.origin.keys:
                self.bad(
                    step,
                    None,
                    (
                        f"步骤 {step.id} 没有写 posts，别的步骤写了",
                        f"step {step.id} has no posts, other steps have",
                    ),
                    ("写 posts: [village_worker]", "write who may act, such as [village_worker]"),
                )

    def step(self, step: Step) -> None:
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
        if step.publish is not None and step.publish.form == "notice":
            for key in ("vote", "decides"):
                if getattr(step, key):
                    self.bad(
                        step,
                        key,
                        (
                            f"步骤 {step.id} 是公示，不能同时 {key}",
                            f"step {step.id} is a notice and cannot {key} at the same time",
                        ),
                        (
                            "公示单列一步；决定后只贴公告写 form: announcement",
                            "make the notice a step of its own; what is merely announced after a "
                            "decision is form: announcement",
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
