"""The collection form (信息采集表) to be filled by hand: the columns of the national tables of
2023 as the catalogue has them, so that form, card and import never differ.

What has few words to choose from is ticked; longer lists stand at the end. With the notice of
processing, because the form is where data are asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fangpin.kernel.errors import Language, Text
from fangpin.people.rights import FieldGroup
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.reports.card import signed_by
from fangpin.reports.document import Column, Document, Facts, Grid, Section
from fangpin.reports.wording import Words

LINES: Final = 6
"""Members on one form; larger households take a second one."""
_TICKED: Final = 7  # words that are printed to be ticked
_IN_TABLES: Final = 3  # the same within a cell of a table
_GIVEN: Final = ("household.number", "household.village_code", "person.number")
"""What the registry gives, nobody is asked for."""
_TABLES: Final = (
    (("家庭成员（一）身份", "Members 1: identity"), (FieldGroup.identity, FieldGroup.contact)),
    (
        ("家庭成员（二）教育、健康", "Members 2: schooling, health"),
        (FieldGroup.education, FieldGroup.health, FieldGroup.disability),
    ),
    (("家庭成员（三）务工就业", "Members 3: work"), (FieldGroup.work,)),
    (
        ("家庭成员（四）保障", "Members 4: insurance and benefits"),
        (FieldGroup.insurance, FieldGroup.housing, FieldGroup.household),
    ),
)
_WIDEST: Final = 12  # columns of a table that a hand still finds room in


@dataclass(frozen=True)
class Told:
    """The notice of processing as the form shows it: headings with texts, and what one may say
    no to."""

    title: str
    version: str
    points: Sequence[tuple[str, str]]
    by_consent: Sequence[tuple[str, str]]


def blank_form(told: Told, *, language: Language) -> Document:
    """The form. Holds nothing about anybody."""
    words = Words(language)
    of = catalogue().of
    household = [field for field in of("household") if _asked(field)]
    return Document(
        title=words("防返贫监测帮扶农户信息采集表", "Household collection form"),
        above=(
            (words("县（市、区）", "County"), ""),
            (words("乡镇", "Township"), ""),
            (words("行政村", "Village"), ""),
            (words("户编号", "Household number"), ""),
            (words("采集日期", "Date"), ""),
        ),
        sections=[
            _facts(words("户基本情况", "Household"), household, words),
            *_members(words),
            _facts(
                words("住房饮水和生产生活条件", "Housing, water, living conditions"),
                [field for field in of("conditions") if _asked(field)],
                words,
            ),
            _income(words),
            _helpers(words),
            _lists(words),
            *_notice(told, words),
        ],
        signatures=signed_by(words),
        note=words(
            "不清楚的不填，空白表示“不清楚”，不表示“否”或“0”。金额单位：元。栏目与全国系统户表、"
            "人表（2023年）一致，填好后可由本系统模板整批导入。",
            "Leave blank what is not known: a blank is neither “no” nor 0. Amounts in yuan. The "
            "fields are those of the national tables of 2023, as in the template for imports.",
        ),
        landscape=True,
        by_hand=True,
    )


def _asked(field: Field) -> bool:
    return bool(field.sheet) and field.key not in _GIVEN


def _label(field: Field, words: Words) -> str:
    unit = words(f"（{field.unit}）", "") if field.unit and field.unit != "元" else ""
    return f"{words.label(field)}{unit}"


def _answer(field: Field, words: Words, most: int) -> str:
    """What is printed where the answer goes: boxes to tick, or nothing."""
    if field.type == "bool":
        said = [words.yes(True), words.yes(False)]
    elif field.vocabulary and len(_choices(field)) <= most:
        said = [words.of(each) for each in _choices(field)]
    else:
        return ""
    return "  ".join(f"□{each}" for each in said)


def _choices(field: Field) -> list[Text]:
    """The words of a vocabulary; where several may be named, no word that stands for several."""
    known = choices(field.vocabulary)
    if field.type != "codes":
        return list(known.values())
    return [
        text
        for code, text in known.items()
        if "_" not in code or not all(part in known for part in code.split("_"))
    ]


def _facts(title: str, fields: Iterable[Field], words: Words) -> Facts:
    pairs = [(_label(field, words), _answer(field, words, _TICKED)) for field in fields]
    return Facts(title, pairs)


def _members(words: Words) -> list[Section]:
    """Tables of members by subject, as many columns each as there is room for."""
    relation = catalogue().fields["membership.relation"]
    found: list[Section] = []
    for title, groups in _TABLES:
        fields = [
            field
            for field in catalogue().of("person")
            if _asked(field) and field.group in groups and field.name != "name"
        ]
        if FieldGroup.identity in groups:
            fields.insert(0, relation)
        pieces = -(-len(fields) // _WIDEST)
        size = -(-len(fields) // pieces)
        for at in range(0, len(fields), size):
            more = words("（续）", " (continued)") if at else ""
            found.append(_table(f"{words(*title)}{more}", fields[at : at + size], words))
    return found


def _table(title: str, fields: Sequence[Field], words: Words) -> Grid:
    columns = [
        Column(words("序号", "No."), 0.5),
        Column(words("姓名", "Name"), 1.3),
        *(Column(_label(field, words), _share(field)) for field in fields),
    ]
    cells = [_answer(field, words, _IN_TABLES) for field in fields]
    return Grid(title, columns, [[str(line + 1), "", *cells] for line in range(LINES)])


def _share(field: Field) -> float:
    return {"id_number": 2.4, "phone": 1.6, "bool": 1.0}.get(field.type, 1.1)


def _income(words: Words) -> Facts:
    """Items of income and expense by class; sums are worked out by the registry."""
    pairs = [
        (words.of(item.label), "")
        for kind in catalogue().item_classes.values()
        for item in catalogue().items.values()
        if item.item_class is kind
    ]
    return Facts(words("上年度收入和支出（元）", "Income and expenses of last year (yuan)"), pairs)


def _helpers(words: Words) -> Grid:
    fields = [field for field in catalogue().of("helper") if _asked(field)]
    columns = [Column(_label(field, words), 1.0) for field in fields]
    cells = [_answer(field, words, _IN_TABLES) for field in fields]
    return Grid(words("帮扶责任人", "Helpers"), columns, [cells, cells])


def _lists(words: Words) -> Facts:
    """What may be written where there was no room for boxes."""
    named: dict[str, tuple[str, list[Text]]] = {}
    for field in catalogue().fields.values():
        fits = _TICKED if field.subject in ("household", "conditions") else _IN_TABLES
        wanted = _asked(field) or field.key == "membership.relation"
        if wanted and field.vocabulary and len(_choices(field)) > fits:
            named.setdefault(field.vocabulary, (words.label(field), _choices(field)))
    comma = words("、", ", ")
    pairs = [(label, comma.join(map(words.of, texts))) for label, texts in named.values()]
    return Facts(words("可填内容", "What may be written"), pairs, beside=1)


def _notice(told: Told, words: Words) -> list[Section]:
    agreed = words("□同意  □不同意", "□ agreed  □ not agreed")
    version = words(f"{told.title}（{told.version}）", f"{told.title} ({told.version})")
    sections: list[Section] = [Facts(version, told.points, beside=1)]
    if told.by_consent:
        rows = [[label, text, agreed] for label, text in told.by_consent]
        columns = [
            Column(words("事项", "Purpose"), 1.0),
            Column(words("用途", "What for"), 3.0),
            Column(words("家庭意见", "The household"), 1.0),
        ]
        sections.append(Grid(words("基于同意的事项", "What rests on consent"), columns, rows))
    return sections
