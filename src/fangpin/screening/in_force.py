"""Every figure that rules read must be in force on the day of a run."""

from datetime import date

from fangpin.kernel.errors import FangpinError
from fangpin.policy.language import nodes
from fangpin.policy.pack import Pack


def parameters_in_force(pack: Pack, as_of: date) -> None:
    """Every parameter that a rule or fact reads must have a value at `as_of`; else FangpinError."""
    expressions = [rule.condition for rule in pack.rules.values()]
    for fact in pack.facts.values():
        for expression in (fact.derive, fact.where, fact.of):
            if expression is not None and expression.node is not None:
                expressions.append(expression.node)
    names = {name for node in expressions for name in nodes.parameters_of(node)}
    missing = sorted(name for name in names if pack.parameters[name].at(as_of) is None)
    if missing:
        listed = "、".join(f"{pack.parameters[name].label.zh}({name})" for name in missing)
        raise FangpinError.because(
            f"政策包 {pack.name} 的参数在 {as_of} 尚无取值：{listed}",
            f"pack {pack.name} has no value at {as_of} for: {', '.join(missing)}",
            do_zh="在 parameters.yaml 中补上生效日期不晚于该日的取值，或换一个日期",
            do_en="add a value dated on or before that day to parameters.yaml, or use another date",
        )
