"""A pack printed for people: the document, then its figures, rules, targets, duties, clauses."""

from collections.abc import Iterable, Iterator
from typing import Any

from fangpin.kernel.errors import Language, Text
from fangpin.policy.pack import Pack, Record
from fangpin.policy.printed import printed_figure, printed_value

TITLES = {
    "clauses": Text("条款", "Clauses"),
    "parameters": Text("参数", "Parameters"),
    "contracts": Text("部门数据合同", "Feeds"),
    "facts": Text("事实项", "Facts"),
    "rules": Text("规则", "Rules"),
    "programmes": Text("政策待遇", "Programmes"),
    "procedures": Text("程序", "Procedures"),
    "targets": Text("目标", "Targets"),
    "duties": Text("任务", "Duties"),
    "ledgers": Text("台账和平台", "Ledgers and platforms"),
    "mechanisms": Text("机制", "Mechanisms"),
}


def shown(pack: Pack, language: Language, inherited: bool = False) -> Iterator[str]:
    """The lines of `fangpin pack show`; entries of packs it extends only when `inherited`."""
    yield from _head(pack, language)
    for section, title in TITLES.items():
        records = [
            record
            for record in getattr(pack, section).values()
            if inherited or record.origin.pack == pack.name
        ]
        if records:
            yield ""
            yield f"{title.in_language(language)} ({len(records)})"
            for record in records:
                yield from _entry(pack, section, record, language)
    others = [name for name in pack.chain if name != pack.name]
    if others and not inherited:
        yield ""
        listed = ", ".join(others)
        note = Text(
            f"另继承自 {listed} 的内容，加 --all 一并列出。",
            f"Entries inherited from {listed} are listed with --all.",
        )
        yield note.in_language(language)


def _head(pack: Pack, language: Language) -> Iterator[str]:
    zh = language == "zh"
    yield pack.title.in_language(language)
    rows = [
        (Text("政策包", "pack"), " → ".join(reversed(pack.chain))),
        (Text("制定机关", "issuer"), pack.issuer.in_language(language)),
        (Text("文号", "number"), pack.document_number or ("无" if zh else "none")),
        (Text("日期", "date"), pack.document_date.isoformat()),
        (Text("地区", "area"), f"{pack.area.in_language(language)} {pack.area_code}"),
        (
            Text("期限", "period"),
            f"{pack.period.from_} – {pack.period.to or ('未定' if zh else 'open')}",
        ),
        (Text("依据", "based on"), "; ".join(pack.based_on)),
        (Text("内容哈希", "hash"), pack.hash),
    ]
    for label, value in rows:
        if value:
            yield f"  {label.in_language(language)}: {value}"
    if pack.notes is not None:
        for line in pack.notes.in_language(language).splitlines():
            yield f"  {line}"


def _entry(pack: Pack, section: str, record: Any, language: Language) -> Iterator[str]:
    name = getattr(record, "id", None) or record.name
    if section == "clauses":
        yield f"  {name}  {record.path}  {record.summary.in_language(language)}"
        return
    label: Any = record.name if section == "mechanisms" else record.label
    clause = _clause(pack, record)
    yield f"  {name}  {label.in_language(language)}{clause}"
    for line in _details(section, record, language):
        yield f"      {line}"


def _clause(pack: Pack, record: Record) -> str:
    """The section path in brackets; parameters carry a clause on each value."""
    clause = pack.clauses.get(getattr(record, "clause", "") or "")
    return f"  [{clause.path}]" if clause is not None else ""


def _details(section: str, record: Any, language: Language) -> Iterable[str]:
    match section:
        case "parameters":
            for value in record.values:
                figure = printed_value(record, value.value).in_language(language)
                yield f"{value.from_}: {figure}  ({value.status}, {value.clause})"
        case "rules":
            yield " ".join(record.when.text.split())
            for exemption in record.unless:
                words = Text("除外", "unless").in_language(language)
                exempt = exemption.label.in_language(language)
                yield f"{words} {exempt}: {' '.join(exemption.when.text.split())}"
        case "targets":
            for value in record.values:
                goal = printed_figure(record.relation, value.value, record.unit, value.text)
                yield f"{value.by}: {goal.in_language(language)}"
        case "programmes":
            yield record.gives.in_language(language)
        case "procedures":
            for number, step in enumerate(record.steps, 1):
                yield f"{number}. {step.label.in_language(language)}"
        case "duties":
            owed = (
                f"{record.owed_by.in_language(language)} → {record.owed_to.in_language(language)}"
            )
            yield owed
        case "mechanisms":
            yield record.demands.in_language(language)
            yield ", ".join(record.recorded_in)
        case "facts":
            if record.derive is not None:
                yield " ".join(record.derive.text.split())
