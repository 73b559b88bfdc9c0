"""What a name means where it stands: parameters, facts of the right subject, columns."""

from fangpin.policy.language import nodes as n
from fangpin.policy.language import syntax as s
from fangpin.policy.language.check_matching import Matching
from fangpin.policy.language.faults import nearest, shown
from fangpin.policy.language.scope import ABOVE, Entry

SUBJECT_WORDS = {
    "person": ("人", "a person"),
    "household": ("户", "a household"),
    "village": ("村", "a village"),
    "row": ("数据行", "a row"),
}


class NameRules(Matching):
    """Resolves names. Every method returns None after noting a fault."""

    def parameter(self, syntax: s.Param, list_allowed: bool = False) -> n.Parameter | None:
        """`param.name`; a list only where `list_allowed`."""
        entry = self.scope.parameters.get(syntax.name)
        if entry is None:
            close = nearest(syntax.name, self.scope.parameters)
            self.fault(
                syntax,
                f"没有参数“{shown(syntax.name)}”",
                f"there is no parameter {shown(syntax.name)!r}",
                f"是不是 param.{close}？" if close else "先在 parameters.yaml 里登记",
                f"did you mean param.{close}?" if close else "declare it in parameters.yaml",
            )
            return None
        if entry.type.kind == "list" and not list_allowed:
            self.fault(
                syntax,
                f"参数 {syntax.name} 是一个名单",
                f"the parameter {syntax.name} is a list",
                f"写成 x in param.{syntax.name}",
                f"write x in param.{syntax.name}",
            )
            return None
        return n.Parameter(
            syntax.name, type=entry.type, subject=self.subject, position=syntax.position
        )

    def name(self, syntax: s.Name) -> n.Node | None:
        """A fact of this subject, one read from above, or a column."""
        entry = self.scope.columns.get(syntax.name) if self.subject == "row" else None
        if entry is not None:
            return n.Column(entry.name, type=entry.type, subject="row", position=syntax.position)
        entry = self.scope.facts.get(syntax.name)
        if entry is None or self.subject == "row":
            self._unknown_name(syntax)
            return None
        fact = n.Fact(entry.name, type=entry.type, subject=entry.subject, position=syntax.position)
        if entry.subject == self.subject:
            return fact
        if entry.subject in ABOVE[self.subject]:
            return n.FromAbove(fact, type=fact.type, subject=self.subject, position=syntax.position)
        self._out_of_reach(syntax, entry)
        return None

    def _unknown_name(self, syntax: s.Name) -> None:
        row = self.subject == "row"
        known = self.scope.columns if row else self.scope.facts
        word = shown(syntax.name)
        close = nearest(syntax.name, known)
        if syntax.name in self.scope.parameters:
            close = f"param.{syntax.name}"
        what_zh, what_en = ("列", "column") if row else ("事实项", "fact")
        if row and syntax.name in self.scope.facts:
            do_zh = "where、of 里只能用本合同的列"
            do_en = "where and of see only the columns of the feed's contract"
        elif close:
            do_zh, do_en = f"是不是 {close}？", f"did you mean {close}?"
        elif row:
            some = ", ".join(list(known)[:12])
            do_zh, do_en = f"本合同的列：{some}", f"columns of the contract: {some}"
        else:
            do_zh = "先在 facts.yaml 里登记；代码要加单引号"
            do_en = "declare it in facts.yaml; codes are written in single quotes"
        self.fault(
            syntax,
            f"没有{what_zh}“{word}”",
            f"there is no {what_en} {word!r}",
            do_zh,
            do_en,
        )

    def _out_of_reach(self, syntax: s.Name, entry: Entry) -> None:
        own_zh, own_en = SUBJECT_WORDS[entry.subject]
        here_zh, here_en = SUBJECT_WORDS[self.subject]
        if entry.subject == "person" and self.subject == "household":
            do_zh = f"用成员函数，例如 any_member(…) 或 sum_members({entry.name})"
            do_en = f"use a members function: any_member(…), sum_members({entry.name}) …"
        else:
            do_zh = f"这里只能用{here_zh}及其上级的事实项"
            do_en = f"only facts of {here_en} or above can be read here"
        self.fault(
            syntax,
            f"{entry.name} 是{own_zh}的事实项，这里说的是{here_zh}",
            f"{entry.name} is a fact of {own_en}, but this is about {here_en}",
            do_zh,
            do_en,
        )
