"""The four "earlies" (早发现、早纳入、早帮扶 and what lies between them), in days, from events.

A way begins with a clue, or with a case that came without one. Its events:

- sign: the day of the data in which a finding first stood; of a report, the day it came in;
- clue: the clue was opened; check: it was answered, or the visit of its case was taken;
- inclusion: the decision that let the household be monitored; measure: the first measure of help.

A span runs from one event to the next. Help that began before the decision (green channel) counts
0 days. A span without its second event is not a number of days: it is counted as waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.db import connection

from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

Span = Literal["clue", "check", "inclusion", "measure"]
SPANS: Final[dict[Span, Text]] = {
    "clue": Text("从出现苗头到形成线索", "From sign to clue"),
    "check": Text("从线索到核查", "From clue to check"),
    "inclusion": Text("从核查属实到纳入", "From check to inclusion"),
    "measure": Text("从纳入到首项帮扶", "From inclusion to first measure"),
}
By = Literal["all", "township", "village", "month"]


@dataclass(frozen=True)
class Early:
    """One span for one township or month (`key`: 12-digit code, "2026-03", or "").

    `done` ways went through it within the period, in `median` and at `worst` days; both None when
    there is none. `waiting` ways have the first event and not the second, whenever that was.
    """

    span: Span
    key: str
    done: int
    median: int | None
    worst: int | None
    waiting: int


# Days are those of the calendar in China; the connection's time zone is set to it.
_EFFECTS: Final = "('monitor', 'return_to_monitoring')"
_WAYS: Final = f"""
sign AS (
  SELECT clue_id, min(coalesce(first_on, at::date)) AS day
  FROM clues_cluereason WHERE standing = '' AND ({{inside:village_code}}) GROUP BY clue_id
),
gone AS (
  SELECT case_id, min(done_at::date) FILTER (WHERE event = 'checked') AS checked,
         min(done_at::date) FILTER (WHERE effect IN {_EFFECTS}) AS included,
         min(done_at::date) FILTER (WHERE event = 'first_measure') AS measure
  FROM cases_turn
  WHERE done_at IS NOT NULL AND ({{inside:area_code}})
    AND (event IN ('checked', 'first_measure') OR effect <> '')
  GROUP BY case_id
),
way AS (
  SELECT c.id, 'clue' AS kind, c.household_id AS home, c.village_code AS place,
         sign.day AS sign, c.opened_at::date AS clue,
         least(c.answered_at::date, gone.checked) AS checked, c.answer, c.state,
         gone.included, gone.measure, k.state <> 'open' AS ended
  FROM clues_clue c
  LEFT JOIN sign ON sign.clue_id = c.id
  LEFT JOIN cases_case k ON k.id = c."case" AND k.effect IN {_EFFECTS}
  LEFT JOIN gone ON gone.case_id = k.id
  WHERE ({{inside:c.village_code}}) AND c.ended_as NOT IN ('monitored', 'merged')
  UNION ALL
  SELECT k.id, 'case', k.household_id, k.area_code, k.opened_at::date, k.opened_at::date,
         gone.checked, 'true', 'closed',
         gone.included, gone.measure, k.state <> 'open'
  FROM cases_case k
  LEFT JOIN gone ON gone.case_id = k.id
  WHERE ({{inside:k.area_code}}) AND k.clue IS NULL AND k.effect IN {_EFFECTS}
),
span AS (
  SELECT way.id, way.kind, way.home, way.place, each.*
  FROM way, LATERAL (VALUES
    ('clue', sign, clue, true),
    ('check', clue, checked, answer = ''),
    ('inclusion', checked, included, answer = 'true' AND NOT coalesce(ended, state = 'closed')),
    ('measure', included, measure, NOT coalesce(ended, false))
  ) AS each(name, began, done, open)
  WHERE each.began IS NOT NULL
)
"""
_ALL: Final = "*"  # the key of what all lines together come to
_KEYS: Final[dict[By, tuple[str, str]]] = {
    # for what is done, for what waits
    "all": ("''", "''"),
    "township": ("left(place, 9) || '000'", "left(place, 9) || '000'"),
    "village": ("place", "place"),
    "month": ("to_char(done, 'YYYY-MM')", "to_char(began, 'YYYY-MM')"),
}


def earlies(actor: User, by: By, first: date, last: date) -> dict[Span, list[Early]]:
    """Every span by `by`, of what was done from `first` to `last` within the actor's areas, the
    keys in order. One query."""
    return earlies_and_whole(actor, by, first, last)[0]


def earlies_and_whole(
    actor: User, by: By, first: date, last: date
) -> tuple[dict[Span, list[Early]], dict[Span, Early]]:
    """The lines of `earlies`, and each span as a whole; nothing happened: zero and unknown. One
    query."""
    areas = scope_of(actor).areas(Right.cases)
    found: dict[Span, list[Early]] = {span: [] for span in SPANS}
    total = {span: Early(span, "", 0, None, None, 0) for span in SPANS}
    if not areas:
        return found, total
    done_key, waits_key = _KEYS[by]
    # Built of the constants above alone; values are bound.
    sql = f"""
    WITH {_within(areas)},
    done AS (
      SELECT name, CASE WHEN grouping(key) = 1 THEN '{_ALL}' ELSE key END AS key,
             count(*) AS done, percentile_disc(0.5) WITHIN GROUP (ORDER BY days) AS median,
             max(days) AS worst
      FROM (
        SELECT name, {done_key} AS key, greatest(done - began, 0) AS days
        FROM span WHERE done BETWEEN %(first)s AND %(last)s
      ) each
      GROUP BY GROUPING SETS ((name, key), (name))
    ),
    waits AS (
      SELECT name, CASE WHEN grouping(key) = 1 THEN '{_ALL}' ELSE key END AS key,
             count(*) AS waiting
      FROM (
        SELECT name, {waits_key} AS key
        FROM span WHERE done IS NULL AND open AND began <= %(last)s
      ) each
      GROUP BY GROUPING SETS ((name, key), (name))
    )
    SELECT name, key, coalesce(done, 0), median, worst, coalesce(waiting, 0)
    FROM done FULL JOIN waits USING (name, key) ORDER BY 2, 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, _bound(areas) | {"first": first, "last": last})
        for name, key, *figures in cursor.fetchall():
            if key == _ALL:
                total[name] = Early(name, "", *figures)
            else:
                found[name].append(Early(name, key, *figures))
    return found, total


def _within(areas: Sequence[str]) -> str:
    """The ways within areas. Each prefix is a condition of its own: only such find an index."""
    told = _WAYS
    for column in ("village_code", "area_code", "c.village_code", "k.area_code"):
        inside = " OR ".join(f"{column} LIKE %(area{at})s" for at in range(len(areas)))
        told = told.replace(f"{{inside:{column}}}", inside)
    return told


def _bound(areas: Sequence[str]) -> dict[str, Any]:
    return {f"area{at}": f"{area}%" for at, area in enumerate(areas)}


@dataclass(frozen=True)
class Way:
    """One household's span: `days` from `began` to `done`, or to the last day while it waits
    (`done` None). `kind` "clue" or "case" with its `id`; `home` None: nobody registered was named.
    """

    kind: str
    id: int
    home: int | None
    place: str
    began: date
    done: date | None
    days: int


def ways(
    actor: User,
    span: Span,
    first: date,
    last: date,
    *,
    waiting: bool = False,
    area: str = "",
    month: str = "",
    after: tuple[int, str, int] | None = None,
    size: int = 50,
) -> list[Way]:
    """The ways behind one figure of `earlies`, the longest first: those done in the period, or
    those that wait. `area`: a 12-digit code, trailing zeros not counted; `month`: "2026-03", as in
    the key of a line; `after`: (days, kind, id) of the last line seen. One query."""
    areas = scope_of(actor).areas(Right.cases)
    if not areas:
        return []
    day = "began" if waiting else "done"
    holds = (
        "done IS NULL AND open AND began <= %(last)s"
        if waiting
        else "done BETWEEN %(first)s AND %(last)s"
    )
    sql = f"""
    WITH {_within(areas)},
    one AS (
      SELECT kind, id, home, place, began, done,
             greatest(coalesce(done, %(last)s) - began, 0) AS days
      FROM span
      WHERE name = %(span)s AND {holds} AND place LIKE %(area)s
        AND (%(month)s = '' OR to_char({day}, 'YYYY-MM') = %(month)s)
    )
    SELECT kind, id, home, place, began, done, days FROM one
    WHERE %(days)s::int IS NULL OR (-days, kind, id) > (-%(days)s::int, %(kind)s, %(id)s)
    ORDER BY -days, kind, id LIMIT %(size)s
    """
    days, kind, pk = after or (None, "", 0)
    given: dict[str, Any] = _bound(areas) | {
        "first": first,
        "last": last,
        "span": span,
        "area": f"{prefix_of(area)}%",
        "month": month,
        "days": days,
        "kind": kind,
        "id": pk,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [Way(*row) for row in cursor.fetchall()]
