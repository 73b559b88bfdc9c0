"""A village table as a workbook → figures by village; kept between dry run and taking over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing

from fangpin.feeds.header_rows import HeaderWords
from fangpin.feeds.layout import lay_out
from fangpin.feeds.reading import read_content
from fangpin.feeds.reading.limits import FOR_PAGES
from fangpin.kernel.characters import fold_width, without_spaces
from fangpin.kernel.errors import FangpinError, Text, Where, has_errors
from fangpin.kernel.villages import Place as Listed
from fangpin.kernel.villages import PlaceIndex
from fangpin.places.models import Place, PlaceSpell, VillageProfile
from fangpin.places.profile.catalogue import catalogue
from fangpin.places.profile.values import Unreadable, Value, read_value, remarks

_KEYS = {
    "village": ("村", "行政村", "村名", "行政村名称", "村名称"),
    "township": ("乡", "乡镇", "镇", "乡镇名称", "所属乡镇"),
    "code": ("行政区划代码", "统计用区划代码", "村代码", "区划代码"),
}
_WORDS = HeaderWords.of(
    [
        *(header for headers in _KEYS.values() for header in headers),
        *(header for field in catalogue().fields.values() for header in field.headers),
    ]
)
_SALT = "fangpin.figure_file"
_GOOD_FOR = 24 * 3600
MOST_ROWS = 5000


@dataclass(frozen=True)
class FigureRow:
    """One village of the file. `place` None: nobody here has that name or code, told in `why`.
    `values` is what the file says, `changed` the names that differ from what is kept."""

    row: int
    name: str
    place: Place | None
    version: int
    values: dict[str, Value]
    changed: tuple[str, ...]
    why: tuple[Text, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether taking the file over saves something for this row."""
        return self.place is not None and bool(self.changed) and not self.why


def columns_of(headers: Sequence[str]) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """Key columns, and field → (column, scale); 10,000 for money in 万元."""
    folded = [_fold(header) for header in headers]
    bare = [re.sub(r"\((?:万元|元|户|人|个|个数|公里|亩)\)$", "", header) for header in folded]
    keys = {
        key: folded.index(_fold(word))
        for key, words in reversed(_KEYS.items())
        for word in words
        if _fold(word) in folded
    }
    fields: dict[str, tuple[int, int]] = {}
    for field in catalogue().fields.values():
        for word in field.headers:
            plain = _fold(word)
            at = folded.index(plain) if plain in folded else -1
            at = bare.index(plain) if at < 0 and plain in bare else at
            if at >= 0 and at not in keys.values():
                fields[field.name] = (at, 10_000 if "(万元)" in folded[at] else 1)
                break
    return keys, fields


def _fold(text: str) -> str:
    return without_spaces(fold_width(text))


def read_figures(
    content: bytes, name: str, villages: Sequence[Place], year: int
) -> list[FigureRow]:
    """The rows of a village table, matched with `villages` and with what is kept for `year`.

    Raises FangpinError when the file cannot be read or has no such table.
    """
    index = _index(villages)
    by_code = {place.code: place for place in villages}
    kept = {
        profile.place_id: profile
        for profile in VillageProfile.objects.filter(place__in=list(by_code.values()), year=year)
    }
    rows: list[FigureRow] = []
    found = False
    seen: dict[int, int] = {}
    for sheet in read_content(content, name, FOR_PAGES)[1]:
        if has_errors(sheet.problems):
            raise FangpinError(sheet.problems)
        for table in () if sheet.hidden else lay_out(sheet, _WORDS):
            keys, fields = columns_of(table.headers)
            if not fields or not {"village", "code"} & set(keys):
                continue
            found = True
            for number in table.body.tolist():
                cells = {key: sheet.cell(number, at) for key, at in keys.items()}
                if not any(cells.values()):
                    continue
                answer = index.resolve(**cells)
                place = by_code.get(answer.code or "")
                written = {
                    field: (sheet.cell(number, at) or "", scale)
                    for field, (at, scale) in fields.items()
                }
                profile = kept.get(place.pk) if place else None
                row = _row(number, cells, place, profile, written)
                if place is not None and (first := seen.setdefault(place.pk, number)) != number:
                    twice = Text(f"与第 {first} 行是同一个村", f"the same village as row {first}")
                    row = FigureRow(number, row.name, place, row.version, {}, (), (twice,))
                rows.append(row)
    if not found or not rows or len(rows) > MOST_ROWS:
        raise FangpinError.because(
            "没有找到村情表：表头中要有村名或村代码，以及至少一项村情指标",
            "no village table: the header needs a village and at least one figure",
            do_zh="使用国家系统“行政村信息”导出表，或同样的表头",
            do_en="use the national system's export 行政村信息, or its headers",
            where=Where(file=name),
        )
    return rows


def _index(villages: Sequence[Place]) -> PlaceIndex:
    """The villages by the names and codes they have and had."""
    names: dict[int, set[str]] = {}
    codes: dict[int, set[str]] = {}
    for spell in PlaceSpell.objects.filter(place__in=villages):
        names.setdefault(spell.place_id, set()).add(spell.name)
        codes.setdefault(spell.place_id, set()).add(spell.code)
    return PlaceIndex(
        Listed(
            place.code,
            place.name,
            place.parent.name if place.parent else "",
            tuple(sorted(names.get(place.pk, set()) - {place.name})),
            tuple(sorted(codes.get(place.pk, set()) - {place.code})),
        )
        for place in villages
    )


def _row(
    number: int,
    cells: dict[str, str | None],
    place: Place | None,
    profile: VillageProfile | None,
    written: dict[str, tuple[str, int]],
) -> FigureRow:
    name = cells.get("village") or cells.get("code") or ""
    if place is None:
        why = Text("没有找到这个村，或不在您的辖区", "no such village within your area")
        return FigureRow(number, name, None, 0, {}, (), (why,))
    values: dict[str, Value] = {}
    why_not: list[Text] = []
    fields = catalogue().fields
    for key, (text, scale) in written.items():
        try:
            value = read_value(fields[key], text, scale=scale)
        except Unreadable as error:
            label = fields[key].label
            why_not.append(Text(f"{label.zh}：{error.text.zh}", f"{label.en}: {error.text.en}"))
            continue
        if value is not None:
            values[key] = value
    before = profile.values if profile else {}
    changed = tuple(key for key, value in values.items() if before.get(key) != value)
    why_not += [remark.text for remark in remarks(before | values) if remark.error]
    version = profile.version if profile else 0
    return FigureRow(number, place.name, place, version, values, changed, tuple(why_not))


def pack(rows: Sequence[FigureRow], year: int, name: str) -> str:
    """What would be saved, as a signed text that a form carries until it is."""
    saved = [[row.place.pk, row.version, row.values] for row in rows if row.taken and row.place]
    return signing.dumps([name, year, saved], salt=_SALT, compress=True)


def unpack(text: str) -> tuple[str, int, list[tuple[int, int, dict[str, Value]]]]:
    """File, year and (place, version, values) of `pack`. Raises FangpinError."""
    try:
        name, year, saved = signing.loads(text, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature as error:
        raise FangpinError.because(
            "预检结果已失效",
            "the dry run is not valid any more",
            do_zh="重新选择文件预检",
            do_en="choose the file and run it again",
        ) from error
    return name, year, [(pk, version, values) for pk, version, values in saved]
