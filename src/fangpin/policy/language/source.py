"""Typed nodes → text of the language. Reading the text again yields the same node."""

from datetime import date

from fangpin.policy.language import nodes as n
from fangpin.policy.language.check_functions import MEMBER_FUNCTIONS
from fangpin.policy.language.types import MONEY_SCALE, Type, number_type

_MEMBER_NAMES = {function: name for name, function in MEMBER_FUNCTIONS.items()}

# How tightly each form binds; what binds less needs parentheses inside what binds more.
_OR, _AND, _NOT, _COMPARISON, _SUM, _TERM, _ATOM = range(7)


def source(node: n.Node) -> str:
    """The text of a node, with as few parentheses as keep its shape."""
    match node:
        case n.Literal():
            return _literal(node)
        case n.AsOf():
            return "as_of"
        case n.Parameter():
            return f"param.{node.name}"
        case n.Fact() | n.Column():
            return node.name
        case n.FromAbove():
            return node.child.name
        case n.Not():
            return f"not {_inside(node.x, _NOT)}"
        case n.And():
            return " and ".join(_inside(item, _NOT) for item in node.items)
        case n.Or():
            return " or ".join(_inside(item, _AND) for item in node.items)
        case n.Compare():
            return f"{_inside(node.left, _SUM)} {node.op} {_inside(node.right, _SUM)}"
        case n.Between():
            low, high = _inside(node.low, _SUM), _inside(node.high, _SUM)
            return f"{_inside(node.x, _SUM)} between {low} and {high}"
        case n.In():
            return _in(node)
        case n.Arithmetic():
            level = _binding(node)
            return f"{_inside(node.left, level)} {node.op} {_inside(node.right, level + 1)}"
        case n.If():
            return _call("if", node.condition, node.then, node.otherwise)
        case n.Coalesce():
            return _call("coalesce", *node.items)
        case n.Known():
            return _call("known", node.x)
        case n.Function():
            return _call(node.name, *node.args)
        case n.Members():
            return _call(_MEMBER_NAMES[node.function], node.child)
    raise TypeError(f"no such node: {type(node).__name__}")


def _binding(node: n.Node) -> int:
    match node:
        case n.Or():
            return _OR
        case n.And():
            return _AND
        case n.Not():
            return _NOT
        case n.Compare() | n.Between() | n.In():
            return _COMPARISON
        case n.Arithmetic():
            return _SUM if node.op in "+-" else _TERM
    return _ATOM


def _inside(node: n.Node, level: int) -> str:
    text = source(node)
    return f"({text})" if _binding(node) < level else text


def _call(name: str, *args: n.Node) -> str:
    return f"{name}({', '.join(source(arg) for arg in args)})"


def _in(node: n.In) -> str:
    if isinstance(node.items, n.Parameter):
        items = source(node.items)
    else:
        items = f"({', '.join(_literal(item) for item in node.items)})"
    return f"{_inside(node.x, _SUM)} {'not in' if node.negated else 'in'} {items}"


def _literal(node: n.Literal) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}'"
    if value == 0 and node.type != _as_written(node.type):
        return "0"  # took unit and decimals from its neighbour, and will again
    return n.decimal_text(value, node.type.scale) + str(node.type.unit)


def _as_written(type_: Type) -> Type:
    """The type that a 0 with this unit has when it is read."""
    return number_type(MONEY_SCALE if type_.unit.power("元") == 1 else 0, type_.unit)
