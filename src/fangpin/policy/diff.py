"""Two packs compared by meaning: figures by date, rules, targets, mechanisms, duties …"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from fangpin.kernel.errors import Language, Text
from fangpin.policy.content import content
from fangpin.policy.language.source import source
from fangpin.policy.pack import Pack, Parameter, Rule, Target
from fangpin.policy.printed import printed_figure, printed_value
from fangpin.policy.procedure_diff import KEYS, NOTHING, Difference, differences

Kind = Literal["added", "removed", "changed", "raised", "lowered"]

KIND_WORDS: dict[Kind, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "changed": Text("变更", "changed"),
    "raised": Text("提高", "raised"),
    "lowered": Text("降低", "lowered"),
}
SECTION_WORDS = {
    "parameters": Text("参数", "parameters"),
    "targets": Text("目标", "targets"),
    "rules": Text("规则", "rules"),
    "facts": Text("事实项", "facts"),
    "contracts": Text("部门数据合同", "feeds"),
    "codes": Text("代码表", "vocabularies"),
    "mechanisms": Text("机制", "mechanisms"),
    "programmes": Text("政策待遇", "programmes"),
    "procedures": Text("程序", "procedures"),
    "duties": Text("任务", "duties"),
    "ledgers": Text("台账", "ledgers"),
}
"""Sections in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `on` is the date of a dated value; `before` and `after` are printed.

    Of a procedure: `step` (None for the whole) and `key` say what of it, `clause` where it rests.
    """

    section: str
    kind: Kind
    name: str
    label: Text
    what: Text
    on: date | None = None
    before: Text | None = None
    after: Text | None = None
    step: str | None = None
    key: str | None = None
    clause: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""

        def both(text: Text | None) -> dict[str, str] | None:
            return None if text is None else {"zh": text.zh, "en": text.en}

        return {
            "section": self.section,
            "kind": self.kind,
            "name": self.name,
            "label": both(self.label),
            "what": both(self.what),
            "on": self.on.isoformat() if self.on is not None else None,
            "before": both(self.before),
            "after": both(self.after),
            "step": self.step,
            "key": self.key,
            "clause": self.clause,
        }

    def line(self, language: Language) -> str:
        """One readable line."""
        parts = [
            KIND_WORDS[self.kind].in_language(language),
            self.label.in_language(language),
            f"({self.name})" if language == "en" else f"（{self.name}）",
        ]
        head = " ".join(parts[:2]) + ("" if language == "zh" else " ") + parts[2]
        what = self.what.in_language(language)
        colon = "：" if language == "zh" else ": "
        return head + (f"{colon}{what}" if what != "—" else "")


def diff(before: Pack, after: Pack) -> list[Change]:
    """What changes when `after` takes the place of `before`, by section and name."""
    changes: list[Change] = []
    changes += _parameters(before.parameters, after.parameters)
    changes += _targets(before.targets, after.targets)
    for section in SECTION_WORDS:
        if section == "procedures":
            changes += _procedures(before, after)
        elif section not in ("parameters", "targets"):
            changes += _entries(section, getattr(before, section), getattr(after, section))
    order = list(SECTION_WORDS)
    return sorted(changes, key=lambda each: (order.index(each.section), each.name, str(each.on)))


def text_of(changes: list[Change], language: Language) -> str:
    """All changes as readable text, grouped by section."""
    if not changes:
        return "两个政策包含义相同。" if language == "zh" else "The packs mean the same."
    lines: list[str] = []
    section = None
    for change in changes:
        if change.section != section:
            section = change.section
            lines.append(SECTION_WORDS[section].in_language(language))
        lines.append(f"  {change.line(language)}")
    return "\n".join(lines)


NOTHING_MORE = Text("—", "—")


def _label(record: Any) -> Text:
    label = getattr(record, "label", None) or getattr(record, "name", None)
    return label if isinstance(label, Text) else Text(str(label), str(label))


def _names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted({*before, *after})


def _added_or_removed(
    section: str, name: str, old: Any, new: Any, what: Text = NOTHING_MORE
) -> Change:
    kind: Kind = "added" if old is None else "removed"
    return Change(section, kind, name, _label(new if old is None else old), what)


def _from_to(before: Text, after: Text) -> Text:
    return Text(f"{before.zh} → {after.zh}", f"{before.en} → {after.en}")


# Parameters


def _parameters(before: Mapping[str, Parameter], after: Mapping[str, Parameter]) -> list[Change]:
    changes: list[Change] = []
    for name in _names(before, after):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            one = new or old
            assert one is not None
            listed = [printed_value(one, value.value) for value in one.values]
            what = Text("、".join(each.zh for each in listed), ", ".join(e.en for e in listed))
            changes.append(_added_or_removed("parameters", name, old, new, what))
            continue
        changes += _dated_values(old, new)
    return changes


def _dated_values(old: Parameter, new: Parameter) -> list[Change]:
    changes: list[Change] = []
    had = {value.from_: value for value in old.values}
    has = {value.from_: value for value in new.values}
    for day in sorted({*had, *has}):
        then, now = had.get(day), has.get(day)
        before = printed_value(old, then.value) if then is not None else None
        after = printed_value(new, now.value) if now is not None else None
        since = Text(f"{day} 起", f"from {day}")
        if before is None and after is not None:
            kind: Kind = "added"
            what = Text(f"{since.zh} {after.zh}", f"{since.en} {after.en}")
        elif after is None and before is not None:
            kind = "removed"
            what = Text(f"{since.zh} {before.zh}", f"{since.en} {before.en}")
        elif then is not None and now is not None and before and after and before != after:
            kind = _direction(then.value, now.value)
            both = _from_to(before, after)
            what = Text(f"{since.zh} {both.zh}", f"{since.en} {both.en}")
        else:
            continue
        changes.append(Change("parameters", kind, new.name, new.label, what, day, before, after))
    return changes


def _direction(old: Any, new: Any) -> Kind:
    numbers = (int, Fraction)
    if isinstance(old, bool) or not isinstance(old, numbers) or not isinstance(new, numbers):
        return "changed"
    return "raised" if new > old else "lowered"


# Targets


def _targets(before: Mapping[str, Target], after: Mapping[str, Target]) -> list[Change]:
    changes: list[Change] = []
    for name in _names(before, after):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            one = new or old
            assert one is not None
            listed = [_target_value(one, position) for position in range(len(one.values))]
            what = Text("；".join(each.zh for each in listed), "; ".join(e.en for e in listed))
            changes.append(_added_or_removed("targets", name, old, new, what))
            continue
        changes += _target_values(old, new)
        rest = ("values", "mechanism")
        changes += _fields_changed("targets", name, old, new, ignore=rest)
    return changes


def _target_value(target: Target, position: int) -> Text:
    value = target.values[position]
    shown = printed_figure(target.relation, value.value, target.unit, value.text)
    return Text(f"{value.by} 前 {shown.zh}", f"by {value.by} {shown.en}")


def _target_values(old: Target, new: Target) -> list[Change]:
    changes: list[Change] = []
    had = {value.by: position for position, value in enumerate(old.values)}
    has = {value.by: position for position, value in enumerate(new.values)}
    for day in sorted({*had, *has}):
        before = _target_value(old, had[day]) if day in had else None
        after = _target_value(new, has[day]) if day in has else None
        if before is not None and after is not None:
            if before == after:
                continue
            then, now = old.values[had[day]].value, new.values[has[day]].value
            kind, what = _direction(then, now), _from_to(before, after)
        elif after is not None:
            kind, what = "added", after
        else:
            assert before is not None
            kind, what = "removed", before
        changes.append(Change("targets", kind, new.id, new.label, what, day, before, after))
    return changes


# Procedures


def _procedures(before: Pack, after: Pack) -> list[Change]:
    changes: list[Change] = []
    for name in _names(before.procedures, after.procedures):
        old, new = before.procedures.get(name), after.procedures.get(name)
        if old is None or new is None:
            changes.append(_added_or_removed("procedures", name, old, new))
            continue
        for each in differences(old, before, new, after):
            step = each.step.id if each.step is not None else None
            what = _of_procedure(each, after)
            said = each.before, each.after, step, each.key, each.clause
            changes.append(Change("procedures", "changed", name, new.label, what, None, *said))
    return changes


def _of_procedure(found: Difference, after: Pack) -> Text:
    """`步骤“入户核查”（visit）时限 3天内 → 5个工作日内 ［二(二)］`."""
    key = KEYS[found.key]
    clause = after.clauses.get(found.clause)
    where = f" [{clause.path}]" if clause is not None else ""
    zh, en = f"{key.zh} ", f"{key.en} "
    if found.step is not None:
        label, name = found.step.label, found.step.id
        zh = f"步骤“{label.zh}”（{name}）" + ("" if found.key == "steps" else zh)
        en = f"step “{label.en}” ({name}) " + ("" if found.key == "steps" else en)
        if found.key == "steps":
            added = found.before == NOTHING
            return Text(
                f"{'增加' if added else '取消'}{zh}{where}",
                f"{'added' if added else 'left out'}: {en.strip()}{where}",
            )
    both = _from_to(found.before, found.after)
    return Text(f"{zh}{both.zh}{where}", f"{en}{both.en}{where}")


# Everything else


def _entries(section: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    changes: list[Change] = []
    for name in _names(before, after):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            changes.append(_added_or_removed(section, name, old, new))
        elif isinstance(old, Rule) and isinstance(new, Rule):
            changes += _rule(name, old, new)
        else:
            changes += _fields_changed(section, name, old, new)
    return changes


def _rule(name: str, old: Rule, new: Rule) -> list[Change]:
    changes: list[Change] = []
    if old.condition != new.condition:
        was, now = source(old.condition), source(new.condition)
        what = Text(f"条件 {was} → {now}", f"condition {was} → {now}")
        changes.append(
            Change("rules", "changed", name, new.label, what, None, Text(was, was), Text(now, now))
        )
    return changes + _fields_changed("rules", name, old, new, ignore=("when", "unless", "examples"))


def _fields_changed(
    section: str, name: str, old: Any, new: Any, ignore: tuple[str, ...] = ()
) -> list[Change]:
    was, now = content(old), content(new)
    changed = [key for key in was if key not in ignore and was[key] != now.get(key)]
    if not changed:
        return []
    shown_zh, shown_en = [], []
    for key in changed:
        before, after = _short(was[key]), _short(now.get(key))
        shown_zh.append(f"{key} {before.zh} → {after.zh}")
        shown_en.append(f"{key} {before.en} → {after.en}")
    what = Text("；".join(shown_zh), "; ".join(shown_en))
    return [Change(section, "changed", name, _label(new), what)]


def _short(value: Any) -> Text:
    """A content value printed briefly; whole entries only by their count."""
    if value is None:
        return Text("无", "none")
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return Text(value["zh"], value["en"])
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        listed = "、".join(value) or "无"
        return Text(listed, ", ".join(value) or "none")
    if isinstance(value, list | dict):
        return Text(f"（{len(value)} 项）", f"({len(value)} entries)")
    return Text(str(value), str(value))
