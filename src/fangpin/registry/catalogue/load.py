"""Reads the catalogue strictly: unknown keys, missing keys, doubled names, unknown vocabularies,
clauses and codes are errors, all reported at once with file and line."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.people.rights import FieldGroup
from fangpin.policy import load_pack
from fangpin.policy.loading.reading import PackError, Problems, meant
from fangpin.policy.loading.records import BILINGUAL, Key, Keyed, ListOf, MapOf, optional
from fangpin.policy.loading.scalars import IDENTIFIER, NAME, Choice, Truth, Whole, Words
from fangpin.policy.loading.shapes import BAD, Reading
from fangpin.policy.loading.tree import read_yaml
from fangpin.policy.pack import Origin
from fangpin.registry.catalogue.field import (
    Catalogue,
    CodeMap,
    Counts,
    Field,
    Item,
    ItemClass,
    PrivacyClass,
    Purpose,
    Retention,
    Technical,
    Treatment,
)
from fangpin.registry.catalogue.vocabulary import vocabularies

FOLDER = Path(__file__).parent
SUBJECTS = (*("household", "person", "membership", "category", "conditions", "income", "helper"),)
_PLAIN = (
    *("text", "name", "id_number", "phone", "account", "money", "number", "integer", "date"),
    *("month", "year", "bool", "word", "reference", "money_by_item"),
)
_CODED = ("code", "codes", "text_by_code")
_TYPE = Words(
    "|".join((*_PLAIN, *(f"{word}:[a-z_]+" for word in _CODED))),
    (f"类型({', '.join(_PLAIN)}, code:…)", f"a type ({', '.join(_PLAIN)}, code:…)"),
    "code:sex",
)
_PRIVACY = Choice(tuple(PrivacyClass))
_HEADERS = ListOf(Words(), at_least=1, distinct=True)


def _kept(**values: Any) -> dict[str, Any]:
    """A record that is put together later, when what it names is known."""
    return values


_DOMAIN = Keyed(
    "Domain",
    {"min": Key(Whole(-(10**12), 10**12)), "max": Key(Whole(-(10**12), 10**12))},
    _kept,
)
_FIELD = Keyed(
    "Field",
    {
        "name": Key(NAME),
        "label": Key(BILINGUAL),
        "type": Key(_TYPE),
        "unit": optional(Words()),
        "group": Key(Choice(tuple(FieldGroup))),
        "class": Key(_PRIVACY, into="privacy"),
        "purpose": Key(NAME),
        "national_code": optional(IDENTIFIER),
        "domain": optional(_DOMAIN),
        "headers": optional(_HEADERS, into="national"),
        "after_headers": optional(_HEADERS, into="after"),
    },
    _kept,
    identity="name",
)
_SUBJECT = Keyed(
    "Subject",
    {
        "subject": Key(Choice(SUBJECTS)),
        "sheet": optional(Choice(("household", "person"))),
        "fields": Key(ListOf(_FIELD, at_least=1)),
    },
    _kept,
)
_RETENTION = Keyed(
    "Retention",
    {"name": Key(NAME), "years": Key(Whole(1, 100)), "after": Key(BILINGUAL)},
    _kept,
)
_PURPOSE = Keyed(
    "Purpose",
    {
        "name": Key(NAME),
        "label": Key(BILINGUAL),
        "text": Key(BILINGUAL),
        "legal_basis": Key(BILINGUAL),
        "retention": Key(NAME),
        "consent": optional(Truth()),
    },
    _kept,
)
_PURPOSES = Keyed(
    "Purposes",
    {"purposes": Key(ListOf(_PURPOSE, 1)), "retentions": Key(ListOf(_RETENTION, 1))},
    _kept,
)
_TECHNICAL = Keyed(
    "TechnicalColumns",
    {
        "columns": Key(
            ListOf(
                Keyed(
                    "Technical",
                    {
                        "name": Key(NAME),
                        "class": Key(_PRIVACY, into="privacy"),
                        "why": Key(BILINGUAL),
                    },
                    _kept,
                )
            )
        )
    },
    _kept,
)
_TREATMENT = Keyed(
    "Treatment",
    {"counts": Key(Choice(tuple(Counts))), "clause": Key(Words(r"[a-z0-9-]+:[A-Za-z0-9.]+"))},
    _kept,
)
_ITEMS = Keyed(
    "IncomeItems",
    {
        "classes": Key(
            ListOf(
                Keyed(
                    "ItemClass",
                    {
                        "name": Key(NAME),
                        "label": Key(BILINGUAL),
                        "sum": optional(NAME),
                        "registration": Key(_TREATMENT),
                        "subsistence": Key(_TREATMENT),
                    },
                    _kept,
                ),
                1,
            )
        ),
        "items": Key(
            ListOf(
                Keyed(
                    "Item",
                    {
                        "name": Key(NAME),
                        "class": Key(NAME, into="item_class"),
                        "label": Key(BILINGUAL),
                        "headers": optional(_HEADERS, into="national"),
                        "registration": optional(_TREATMENT),
                        "subsistence": optional(_TREATMENT),
                    },
                    _kept,
                ),
                1,
            )
        ),
    },
    _kept,
)
_GB = Words(r"[0-9A-Z]{1,3}", ("带引号的标准代码", "a code of the standard, in quotes"), '"10"')
_MAPS = Keyed(
    "CodeMaps",
    {
        "maps": Key(
            ListOf(
                Keyed(
                    "CodeMap",
                    {
                        "vocabulary": Key(NAME),
                        "standard": Key(Words()),
                        "same": optional(Truth()),
                        "codes": optional(
                            MapOf(
                                Keyed(
                                    "Counterpart",
                                    {"gb": optional(_GB), "also": optional(ListOf(_GB, 1))},
                                    _kept,
                                )
                            )
                        ),
                        "several": optional(MapOf(ListOf(NAME, 2))),
                        "silent": optional(ListOf(_GB, 1)),
                    },
                    _kept,
                ),
                1,
            )
        )
    },
    _kept,
)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue as shipped. Raises PackError with every problem at once."""
    return read_catalogue(FOLDER)


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a folder."""
    problems = Problems()

    def read(name: str, shape: Keyed) -> dict[str, Any]:
        tree, found = read_yaml(folder / name, f"catalogue/{name}")
        problems.extend(found)
        if tree is None:
            raise PackError(problems.errors)
        reading = Reading("catalogue", name, f"catalogue/{name}", problems)
        value = shape.read(tree, name, reading)
        if value is BAD:
            raise PackError(problems.errors)
        record: dict[str, Any] = value
        return record

    purposes = _purposes(read("purposes.yaml", _PURPOSES), problems)
    fields: dict[str, Field] = {}
    for subject in SUBJECTS:
        _fields(read(f"{subject}.yaml", _SUBJECT), subject, purposes, fields, problems)
    technical = _by_name(
        (_technical(each) for each in read("technical.yaml", _TECHNICAL)["columns"]),
    )
    classes, items = _items(read("income_items.yaml", _ITEMS), problems)
    maps = _code_maps(read("code_maps.yaml", _MAPS)["maps"], problems)
    if problems.errors:
        raise PackError(problems.errors)
    return Catalogue(fields, technical, purposes, classes, items, maps)


def _by_name(records: Iterable[Any]) -> dict[str, Any]:
    return {record.name: record for record in records}


def _technical(values: dict[str, Any]) -> Technical:
    return Technical(values["name"], PrivacyClass(values["privacy"]), values["why"])


def _once(values: dict[str, Any], taken: Iterable[str], problems: Problems) -> bool:
    """Says so when a name stands twice."""
    name, origin = values["name"], values["origin"]
    if name in taken:
        problems.at(
            origin, "name", (f"{name} 重复", f"{name} stands twice"), ("只保留一个", "keep one")
        )
        return False
    return True


def _known(
    values: dict[str, Any], key: str, written: str, known: Iterable[str], problems: Problems
) -> bool:
    """Says so when something is named that does not exist."""
    known = tuple(known)
    if written in known:
        return True
    origin: Origin = values["origin"]
    problems.at(
        origin,
        key,
        (f"没有 {key}“{written}”", f"there is no {key} {written!r}"),
        meant(written, known),
    )
    return False


def _purposes(values: dict[str, Any], problems: Problems) -> dict[str, Purpose]:
    retentions: dict[str, Retention] = {}
    for each in values["retentions"]:
        if _once(each, retentions, problems):
            retentions[each["name"]] = Retention(each["name"], each["years"], each["after"])
    found: dict[str, Purpose] = {}
    for each in values["purposes"]:
        known = _known(each, "retention", each["retention"], retentions, problems)
        if _once(each, found, problems) and known:
            found[each["name"]] = Purpose(
                each["name"],
                each["label"],
                each["text"],
                each["legal_basis"],
                retentions[each["retention"]],
                bool(each.get("consent")),
            )
    return found


def _fields(
    values: dict[str, Any],
    subject: str,
    purposes: dict[str, Purpose],
    into: dict[str, Field],
    problems: Problems,
) -> None:
    names = [each["name"] for each in values["fields"]]
    for at, each in enumerate(values["fields"]):
        kind, _, vocabulary = each["type"].partition(":")
        sound = _once(each, names[:at], problems)
        sound &= _known(each, "purpose", each["purpose"], purposes, problems)
        if vocabulary:
            sound &= _known(each, "vocabulary", vocabulary, vocabularies(), problems)
        if not sound:
            continue
        domain = each.get("domain") or {}
        made = Field(
            subject=subject,
            name=each["name"],
            label=each["label"],
            type=kind,
            group=FieldGroup(each["group"]),
            privacy=PrivacyClass(each["privacy"]),
            purpose=purposes[each["purpose"]],
            vocabulary=vocabulary,
            unit=each.get("unit", ""),
            national=each.get("national", ()),
            after=each.get("after", ()),
            national_code=each.get("national_code", ""),
            low=domain.get("min"),
            high=domain.get("max"),
            sheet=values.get("sheet", "") if each.get("national") else "",
        )
        into[made.key] = made


def _items(
    values: dict[str, Any], problems: Problems
) -> tuple[dict[str, ItemClass], dict[str, Item]]:
    def treatment(given: dict[str, Any]) -> Treatment:
        pack, _, clause = given["clause"].partition(":")
        _known(given, "clause", clause, _clauses(pack), problems)
        return Treatment(Counts(given["counts"]), given["clause"])

    classes: dict[str, ItemClass] = {}
    for each in values["classes"]:
        if _once(each, classes, problems):
            classes[each["name"]] = ItemClass(
                each["name"],
                each["label"],
                treatment(each["registration"]),
                treatment(each["subsistence"]),
                each.get("sum", ""),
            )
    items: dict[str, Item] = {}
    for each in values["items"]:
        known = _known(each, "class", each["item_class"], classes, problems)
        if not (_once(each, items, problems) and known):
            continue
        of = classes[each["item_class"]]
        items[each["name"]] = Item(
            each["name"],
            of,
            each["label"],
            treatment(each["registration"]) if "registration" in each else of.registration,
            treatment(each["subsistence"]) if "subsistence" in each else of.subsistence,
            each.get("national", ()),
        )
    return classes, items


@lru_cache(maxsize=8)
def _clauses(pack: str) -> frozenset[str]:
    return frozenset(load_pack(pack).clauses)


def _code_maps(values: list[dict[str, Any]], problems: Problems) -> dict[str, CodeMap]:
    maps: dict[str, CodeMap] = {}
    for each in values:
        name = each["vocabulary"]
        if not _known(each, "vocabulary", name, vocabularies(), problems):
            continue
        codes = [value.code for value in vocabularies()[name].values]
        if each.get("same"):
            same = {code: code for code in codes}
            maps[name] = CodeMap(name, each["standard"], same, dict(same))
            continue
        gb: dict[str, str] = {}
        back: dict[str, str] = {}
        for code, given in (each.get("codes") or {}).items():
            if not _known(each, "codes", code, codes, problems):
                continue
            if "gb" in given:
                gb[code] = given["gb"]
            for written in (*((given["gb"],) if "gb" in given else ()), *given.get("also", ())):
                if written in back:
                    _twice(each, "codes", written, problems)
                back[written] = code
        several: dict[str, tuple[str, ...]] = {}
        for written, choices in (each.get("several") or {}).items():
            if written in back:
                _twice(each, "several", written, problems)
            if all(_known(each, "several", code, codes, problems) for code in choices):
                several[written] = tuple(choices)
        silent = frozenset(each.get("silent", ()))
        for written in sorted(silent & {*back, *several}):
            _twice(each, "silent", written, problems)
        maps[name] = CodeMap(name, each["standard"], gb, back, several, silent)
    return maps


def _twice(values: dict[str, Any], key: str, written: str, problems: Problems) -> None:
    problems.at(
        values["origin"],
        key,
        (f"{written} 对应了两个代码", f"{written} stands for two codes"),
        ("只保留一个", "keep one"),
    )


def to_gb(vocabulary: str, code: str) -> str:
    """The national standard's code for ours; "" when it has none."""
    found = catalogue().code_maps.get(vocabulary)
    return found.gb.get(code, "") if found else ""


def from_gb(vocabulary: str, written: str) -> str:
    """Our code for one of the national standard; "" when there is none."""
    found = catalogue().code_maps.get(vocabulary)
    return found.back.get(written, "") if found else ""


def label_of(key: str) -> Text:
    """The label of a field, `household.phone`."""
    return catalogue().fields[key].label
