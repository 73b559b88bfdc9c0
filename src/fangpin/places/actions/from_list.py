"""The county's own list of villages taken over: first as a dry run, then for good.

Both are the same work; a dry run is taken back at the end. What is taken over for good must give
the same lines as the dry run that somebody has looked at.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.place_codes import township_of
from fangpin.places.actions.merging import merge
from fangpin.places.actions.opening import close, enter, reopen
from fangpin.places.actions.restating import restated
from fangpin.places.models import Place
from fangpin.places.queries import resolved
from fangpin.places.village_list import ListRow

Kind = str  # unchanged added renamed moved recoded merged closed reopened refused


@dataclass(frozen=True)
class Line:
    """What happens to one village, or to a township that the list names. `row` 0: to a place that
    the list does not name. `was`: name and code before. `why`: for what is refused."""

    row: int
    kind: Kind
    code: str
    name: str
    was: str = ""
    why: Text | None = None


@dataclass(frozen=True)
class Report:
    """All lines in the order of the list, then places that are closed."""

    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many of each kind."""
        return dict(Counter(line.kind for line in self.lines))

    @property
    def changes(self) -> tuple[Line, ...]:
        """Everything but what stays as it is."""
        return tuple(line for line in self.lines if line.kind != "unchanged")

    @property
    def digest(self) -> str:
        """Names this outcome: a second run with the same lines has the same."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()


class _TakeBack(Exception):
    """Ends a dry run."""


def dry_run(*, by: Any, county: Place, rows: Sequence[ListRow], on: date, complete: bool) -> Report:
    """What taking over the list would do. Nothing is kept.

    `complete` says that the list names every village of the county: those it does not name are
    closed. Otherwise they stay.
    """
    work = _Work(by, county, on)
    try:
        with transaction.atomic():
            work.take(rows, complete)
            raise _TakeBack
    except _TakeBack:
        return work.report()


@transaction.atomic
def apply_list(
    *,
    by: Any,
    county: Place,
    rows: Sequence[ListRow],
    on: date,
    complete: bool,
    digest: str,
) -> Report:
    """Take the list over, all that its dry run accepted. One transaction.

    Raises FangpinError when the outcome is another than that of the dry run named by `digest`:
    the tree has changed in between.
    """
    work = _Work(by, county, on)
    work.take(rows, complete)
    report = work.report()
    if report.digest != digest:
        raise FangpinError.because(
            "预检之后区划又有变动，结果与预检不同，没有导入",
            "the tree has changed since the dry run; nothing was taken over",
            do_zh="重新预检，核对后再导入",
            do_en="run the dry run again, look at it, then apply",
        )
    record(
        by=by,
        action="places.apply_list",
        subject=f"place:{county.pk}",
        detail={**report.counts, "on": on.isoformat(), "complete": complete},
    )
    return report


@dataclass
class _Work:
    by: Any
    county: Place
    on: date
    lines: list[Line] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    towns: dict[str, ListRow] = field(default_factory=dict)

    def report(self) -> Report:
        return Report(tuple(self.lines))

    def take(self, rows: Sequence[ListRow], complete: bool) -> None:
        self._look()
        # Codes are looked up as they stood before the list: a code may be given away and taken
        # by another village in the same list.
        stood = {
            code: found.place
            for code, found in resolved(
                {*(row.code for row in rows), *(code for row in rows for code in row.former)},
                self.on,
            ).items()
        }
        listed = {row.code for row in rows}
        done: dict[str, ListRow] = {}
        spared: set[int] = set()
        for row in rows:
            problem = self._wrong(row, done)
            if problem is not None:
                self._say(row, "refused", why=problem)
                if (place := self.places.get(row.code)) is not None:
                    spared.add(place.pk)  # named, if badly: not a reason to close it
                continue
            if row.code in done:
                continue
            done[row.code] = row
            try:
                with transaction.atomic():
                    place = self._village(row, listed, stood)
                spared.add(place.pk)
            except FangpinError as error:
                self._say(row, "refused", why=error.problems[0].what)
                spared.update(p.pk for c in (row.code, *row.former) if (p := stood.get(c)))
                self._look()
        if complete:
            self._close_others(spared)

    def _look(self) -> None:
        """The open places of the county by code."""
        inside = Place.objects.filter(code__startswith=self.county.prefix, valid_to=None)
        self.places = {place.code: place for place in inside.select_related("parent")}

    def _say(self, row: ListRow, kind: Kind, *, was: str = "", why: Text | None = None) -> None:
        self.lines.append(Line(row.row, kind, row.code, row.name, was, why))

    def _wrong(self, row: ListRow, done: dict[str, ListRow]) -> Text | None:
        if len(row.code) != 12 or not row.code.isascii() or not row.code.isdigit():
            return Text(
                f"代码“{row.code[:20]}”不是 12 位数字",
                f"the code “{row.code[:20]}” has not 12 digits",
            )
        if row.code.endswith("000"):
            return Text("这是乡级以上代码，不是村代码", "this is no code of a village")
        if not row.code.startswith(self.county.prefix):
            return Text(
                f"不在 {self.county.name}（{self.county.prefix}）",
                f"lies outside {self.county.name} ({self.county.prefix})",
            )
        if not row.name or len(row.name) > 80:
            return Text("没有村名，或村名过长", "the name is missing or too long")
        town = self.towns.setdefault(row.code[:9], row) if row.township else row
        if town.township != row.township:
            return Text(
                f"第 {town.row} 行把同一乡镇写作“{town.township}”",
                f"row {town.row} calls this township {town.township}",
            )
        first = done.get(row.code)
        if first is not None and first.name != row.name:
            return Text(
                f"第 {first.row} 行已用这个代码登记“{first.name}”",
                f"row {first.row} has this code for {first.name}",
            )
        return None

    def _village(self, row: ListRow, listed: set[str], stood: dict[str, Place | None]) -> Place:
        township = self._township(row)
        here = self.places.get(row.code)
        formers = self._formers(row, here, stood)
        if here is None and not formers:
            formers = self._same_name(row, listed, township)
        if here is None and len(formers) == 1:
            return self._restate(row, formers[0], township)
        if formers:
            return self._merge(row, here, formers, township)
        if here is not None:
            return self._restate(row, here, township)
        closed = Place.objects.filter(code=row.code).exclude(valid_to=None).last()
        common: dict[str, Any] = {"by": self.by, "on": self.on}
        if closed is not None:
            reopen(place=closed, **common)
            self._say(row, "reopened")
            self._look()
            return self._named_as(row, self.places[row.code])
        place = enter(
            parent=township, level=Place.Level.VILLAGE, code=row.code, name=row.name, **common
        )
        self.places[row.code] = place
        self._say(row, "added")
        return place

    def _named_as(self, row: ListRow, place: Place) -> Place:
        """A reopened village under another name than it had."""
        if place.name != row.name:
            raise FangpinError.because(
                f"{place.name} 撤销后又以“{row.name}”恢复",
                f"{place.name} was closed and returns as {row.name}",
                do_zh="先恢复，再更名",
                do_en="reopen it first, then rename it",
            )
        return place

    def _township(self, row: ListRow) -> Place:
        code = row.township_code.ljust(12, "0")[:12] if row.township_code else ""
        code = code or township_of(row.code)
        if not row.code.startswith(code[:9]):
            raise FangpinError.because(
                f"村代码不在乡镇代码 {code} 之下",
                f"the code lies outside the township's, {code}",
                do_zh="核对两个代码",
                do_en="compare the two codes",
            )
        township = self.places.get(code)
        if township is None:
            township = enter(
                by=self.by,
                parent=self.county,
                level=Place.Level.TOWNSHIP,
                code=code,
                name=row.township or code,
                on=self.on,
            )
            self.places[code] = township
            self.lines.append(Line(row.row, "added", code, township.name))
        elif row.township and row.township != township.name:
            was = township.name
            restated(by=self.by, place=township, on=self.on, name=row.township)
            self.lines.append(Line(row.row, "renamed", code, row.township, was))
            self._look()
            township = self.places[code]
        return township

    def _formers(
        self, row: ListRow, here: Place | None, stood: dict[str, Place | None]
    ) -> list[Place]:
        """Open places that had the former codes, other than the one that has the code now."""
        found: list[Place] = []
        for code in row.former:
            place = stood.get(code)
            if place is None or place == here or place in found:
                continue
            if self.places.get(place.code) is not None:
                found.append(self.places[place.code])
        return found

    def _same_name(self, row: ListRow, listed: set[str], township: Place) -> list[Place]:
        """The one village of this name whose code the list no longer has: its code changed."""
        gone = [
            place
            for place in self.places.values()
            if place.level == Place.Level.VILLAGE
            and place.name == row.name
            and place.code not in listed
        ]
        inside = [place for place in gone if place.parent_id == township.pk]
        chosen = inside or gone
        return chosen if len(chosen) == 1 else []

    def _restate(self, row: ListRow, place: Place, township: Place) -> Place:
        moved = place.parent_id != township.pk
        kind = "moved" if moved else "recoded" if place.code != row.code else "renamed"
        if not moved and place.code == row.code and place.name == row.name:
            self._say(row, "unchanged")
            return place
        was = f"{place.name} {place.code}"
        restated(
            by=self.by,
            place=place,
            on=self.on,
            name=row.name if row.name != place.name else None,
            code=row.code,
            parent=township,
        )
        self._say(row, kind, was=was)
        self._look()
        return self.places[row.code]

    def _merge(
        self, row: ListRow, here: Place | None, formers: list[Place], township: Place
    ) -> Place:
        was = "、".join(f"{place.name} {place.code}" for place in formers)
        target = here
        if target is None:
            # The first goes on under the new code, the others are merged into it.
            target, *formers = formers
            restated(
                by=self.by,
                place=target,
                on=self.on,
                code=row.code,
                name=row.name if row.name != target.name else None,
                parent=township,
            )
            target = _again(target)
            # One day carries one change of a place: the merger only closes the others.
        merge(
            by=self.by,
            places=[target, *formers],
            into=target,
            name=row.name if row.name != target.name else None,
            on=self.on,
        )
        self._say(row, "merged", was=was)
        self._look()
        return self.places[row.code]

    def _close_others(self, spared: set[int]) -> None:
        for place in list(self.places.values()):
            if place.level != Place.Level.VILLAGE or place.pk in spared:
                continue
            row = ListRow(0, place.code, place.name)
            try:
                with transaction.atomic():
                    close(by=self.by, place=place, on=self.on)
                self._say(row, "closed")
            except FangpinError as error:
                self._say(row, "refused", why=error.problems[0].what)


def _again(place: Place) -> Place:
    return Place.objects.select_related("parent").get(pk=place.pk)
