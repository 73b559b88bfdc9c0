"""What entries point at must exist: clauses, vocabularies, parameters, mechanisms, ledgers …"""

from collections.abc import Iterator
from typing import Any

from fangpin.policy.loading.chain import Merged
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.pack import Record, codes_name

REFERENCED = {
    "rule": "rules",
    "target": "targets",
    "duty": "duties",
    "ledger": "ledgers",
    "programme": "programmes",
    "procedure": "procedures",
    "parameter": "parameters",
    "fact": "facts",
    "feed": "feeds",
    "codes": "codes",
}
_INNER = (
    *("values", "unless", "steps", "columns", "examples", "figures"),
    *("time_limit", "conditions", "green", "within", "publish", "vote", "rates"),
)


def records_in(merged: Merged) -> Iterator[tuple[str, str, Any]]:
    """Every record with its section and the name of the entry it belongs to."""
    for section, entries in merged.sections.items():
        for name, record in entries.items():
            for inner in _with_inner(record):
                yield section, name, inner
    for name, switch in merged.disabled.items():
        yield "rules", name, switch


def _with_inner(record: Any) -> Iterator[Any]:
    yield record
    for key in _INNER:
        found = getattr(record, key, None)
        for inner in found if isinstance(found, tuple) else (found,):
            if isinstance(inner, Record):
                yield from _with_inner(inner)


def check_references(merged: Merged, problems: Problems) -> None:
    """Reports every clause, vocabulary, parameter, mechanism and record that is not there."""
    clauses = merged.sections["clauses"]
    for section, name, record in records_in(merged):
        clause = getattr(record, "clause", None)
        if clause is not None and clause not in clauses and clause not in merged.broken:
            problems.at(
                record.origin,
                "clause",
                (
                    f"{section} {name} 的条款 {clause} 不存在",
                    f"{section} {name}: there is no clause {clause}",
                ),
                meant(clause, clauses),
            )
        _vocabulary(section, name, record, merged, problems)
        mechanism = getattr(record, "mechanism", None)
        if mechanism is not None:
            _must_exist("mechanism", "mechanisms", mechanism, name, record, merged, problems)
    for name, mechanism in merged.sections["mechanisms"].items():
        _mechanism(name, mechanism, merged, problems)
    for name, programme in merged.sections["programmes"].items():
        if programme.amount is not None and programme.amount.parameter is not None:
            _must_exist(
                "amount",
                "parameters",
                programme.amount.parameter,
                name,
                programme,
                merged,
                problems,
            )
    _repeated(merged, problems)


def _vocabulary(section: str, name: str, record: Any, merged: Merged, problems: Problems) -> None:
    vocabulary = codes_name(getattr(record, "type", "") or "")
    key = "type"
    if vocabulary is None and section == "parameters":
        vocabulary, key = getattr(record, "codes", None), "codes"
    if vocabulary is not None:
        _must_exist(key, "codes", vocabulary, name, record, merged, problems)
    if section == "parameters" and getattr(record, "type", None) == "code" and vocabulary is None:
        problems.at(
            record.origin,
            "type",
            (f"参数 {name} 是 code，却没有写 codes", f"parameter {name} is a code without codes"),
            ("加上 codes: 代码表名", "add codes: <vocabulary>"),
        )


def _must_exist(
    key: str,
    section: str,
    wanted: str,
    name: str,
    record: Any,
    merged: Merged,
    problems: Problems,
) -> None:
    known = merged.sections[section]
    if wanted in known or wanted in merged.broken:
        return
    problems.at(
        record.origin,
        key,
        (
            f"{name} 的 {key} 指向不存在的 {section} 条目 {wanted}",
            f"{name}: {key} names {wanted}, which is not in {section}",
        ),
        meant(wanted, known),
    )


def _mechanism(name: str, mechanism: Any, merged: Merged, problems: Problems) -> None:
    for reference in mechanism.recorded_in:
        kind, _, wanted = reference.partition(":")
        _must_exist("recorded_in", REFERENCED[kind], wanted, name, mechanism, merged, problems)
    if mechanism.status != "recorded" and not mechanism.tests:
        problems.at(
            mechanism.origin,
            "status",
            (
                f"机制 {name} 标为 {mechanism.status}，却没有列出测试",
                f"mechanism {name} is {mechanism.status} without tests",
            ),
            (
                "在 tests 里写出实际存在的测试，或改回 recorded",
                "name existing tests under tests, or go back to recorded",
            ),
        )
    if (mechanism.status == "partly") != (mechanism.missing is not None):
        problems.at(
            mechanism.origin,
            "status" if mechanism.missing is None else "missing",
            (
                f"机制 {name} 标为 {mechanism.status}，与 missing 不一致",
                f"mechanism {name} is {mechanism.status}, which does not fit its missing",
            ),
            (
                "只有 partly 写 missing，说明还缺什么",
                "write missing for partly alone: what does not work yet",
            ),
        )
    if mechanism.status == "recorded" and not mechanism.recorded_in:
        problems.at(
            mechanism.origin,
            "recorded_in",
            (
                f"机制 {name} 没有写记录在哪里",
                f"mechanism {name} does not say where it is recorded",
            ),
            ("写上如 duty:monthly-report", "name entries such as duty:monthly-report"),
        )


def _repeated(merged: Merged, problems: Problems) -> None:
    """Names that must be unique inside one entry."""
    inner = (
        ("parameters", "values", "from_", "from"),
        ("codes", "values", "code", "code"),
        ("rules", "unless", "name", "name"),
        ("rules", "examples", "name", "name"),
        ("procedures", "steps", "id", "id"),
        ("procedures", "conditions", "id", "id"),
        ("targets", "values", "by", "by"),
    )
    for section, key, attribute, written in inner:
        for name, record in merged.sections[section].items():
            seen: set[Any] = set()
            for item in getattr(record, key):
                value = getattr(item, attribute)
                if value in seen:
                    problems.at(
                        item.origin,
                        written,
                        (
                            f"{section} {name} 的 {key} 里 {written} {value} 重复",
                            f"{section} {name}: {written} {value} is there twice in {key}",
                        ),
                        ("只保留一个", "keep one"),
                    )
                seen.add(value)
    for name, codes in merged.sections["codes"].items():
        _spellings(name, codes, problems)


def _spellings(name: str, codes: Any, problems: Problems) -> None:
    owner: dict[str, str] = {}
    for code in codes.values:
        for spelling in dict.fromkeys((code.zh, *code.also)):
            other = owner.setdefault(spelling, code.code)
            if other != code.code:
                problems.at(
                    code.origin,
                    "also",
                    (
                        f"代码表 {name} 里“{spelling}”同时指 {other} 和 {code.code}",
                        f"{name}: the spelling {spelling} means both {other} and {code.code}",
                    ),
                    ("只留给其中一个代码", "leave it to one of the codes"),
                )
