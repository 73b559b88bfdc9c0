"""Every read of runs and findings. The actor comes first; nothing outside their scope."""

from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Finding, Run, Scenario

FIRM = ("new", "continuing")


@dataclass(frozen=True)
class FindingFilter:
    """What a reader looks for. Blank means no restriction; unknown codes simply find nothing."""

    township: str = ""  # first nine digits of the code
    village: str = ""  # twelve digits
    kind: str = ""
    severity: str = ""
    state: str = "open"  # open = new and continuing | all | one state
    rule: str = ""
    household: str = ""  # beginning of a household number

    def condition(self) -> Q:
        """The restriction as a condition on findings."""
        found = Q()
        if self.township:
            found &= Q(village_code__startswith=prefix_of(self.township))
        if self.village:
            found &= Q(village_code=self.village)
        for name in ("kind", "severity", "rule"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        if self.state == "open":
            found &= Q(state__in=FIRM)
        elif self.state and self.state != "all":
            found &= Q(state=self.state)
        if self.household:
            found &= Q(household_number__startswith=self.household)
        return found

    def without(self, name: str) -> "FindingFilter":
        """The same filter without one restriction, for counting that one's choices."""
        return replace(self, **{name: "all" if name == "state" else ""})

    @property
    def narrowed(self) -> bool:
        """Whether anything differs from the plain list."""
        return any(getattr(self, field.name) != field.default for field in fields(self))


@dataclass(frozen=True)
class Choice:
    """One value of a filter with how many findings it would leave."""

    value: str
    zh: str
    en: str
    count: int


def current_run(actor: User) -> Run | None:
    """The run that pages show; None before the first one or when the actor may see neither
    findings nor deliveries."""
    scope = scope_of(actor)
    if not (scope.may(Right.findings) or scope.may(Right.deliveries)):
        return None
    return Run.objects.filter(current=True).select_related("intake").first()


def runs(actor: User, right: Right) -> list[Run]:
    """All runs, the current one first, then the newest; empty without `right`. One query."""
    if not scope_of(actor).may(right):
        return []
    return list(Run.objects.select_related("intake").order_by("-current", "-as_of", "-id"))


def scenarios(actor: User) -> QuerySet[Scenario]:
    """Scenarios saved for the actor's areas, and the actor's own; the newest first."""
    scope = scope_of(actor)
    if not scope.may(Right.what_if):
        return Scenario.objects.none()
    mine = scope.within(Right.what_if, "area_code") | Q(by=actor)
    return Scenario.objects.filter(mine).select_related("by").order_by("-at", "-id")


def findings(actor: User, run: Run) -> QuerySet[Finding]:
    """All findings of `run` that the actor may read, in reading order (most pressing first)."""
    scope = scope_of(actor)
    inside = scope.within(Right.findings, "village_code")
    return Finding.objects.filter(inside, run=run).order_by("id")


def page_of_findings(
    actor: User, run: Run, wanted: FindingFilter, *, after: int = 0, size: int = 50
) -> tuple[list[Finding], int | None]:
    """One page behind the finding with id `after`; and the id to go on from, None at the end."""
    rows = list(findings(actor, run).filter(wanted.condition(), id__gt=after)[: size + 1])
    more = rows[size - 1].id if len(rows) > size else None
    return rows[:size], more


def count_findings(actor: User, run: Run, wanted: FindingFilter) -> tuple[int, int]:
    """(findings, households concerned) under a filter."""
    row = (
        findings(actor, run)
        .filter(wanted.condition())
        .order_by()
        .aggregate(
            findings=Count("id"),
            households=Count("household_number", distinct=True, filter=~Q(household_number="")),
        )
    )
    return row["findings"], row["households"]


def choices(actor: User, run: Run, wanted: FindingFilter) -> dict[str, list[Choice]]:
    """For each filter the values that occur in the actor's scope, counted under all other filters.

    Six queries, whatever the number of findings.
    """
    base = findings(actor, run).order_by()

    def grouped(name: str, *by: str) -> Any:
        rows = base.filter(wanted.without(name).condition())
        return rows.values_list(*by).annotate(n=Count("id")).order_by(*by)

    townships = (
        base.filter(replace(wanted, township="", village="").condition())
        .annotate(code9=Substr("village_code", 1, 9))
        .values_list("code9", "township")
        .annotate(n=Count("id"))
        .order_by("code9")
    )
    found = {
        "township": [Choice(c, name, name, n) for c, name, n in townships],
        "kind": [
            Choice(k, zh, en, n) for k, zh, en, n in grouped("kind", "kind", "kind_zh", "kind_en")
        ],
        "severity": [Choice(s, s, s, n) for s, n in grouped("severity", "severity")],
        "state": [Choice(s, s, s, n) for s, n in grouped("state", "state")],
        "village": [],
    }
    found["kind"].sort(key=lambda choice: -choice.count)
    areas = scope_of(actor).areas(Right.findings)
    if wanted.township or all(len(prefix) >= 9 for prefix in areas):
        found["village"] = [
            Choice(code, name, name, n)
            for code, name, n in grouped("village", "village_code", "village")
        ]
    return found


@dataclass(frozen=True)
class Matrix:
    """Firm findings by kind (rows) and area (columns: townships, or villages of one township).

    `rows`: (kind, zh, en, group, severity, counts per area, total); `areas`: (filter name, code,
    label); `totals` per area; `total` overall.
    """

    areas: list[tuple[str, str, str]]
    rows: list[tuple[str, str, str, str, str, list[int], int]]
    totals: list[int]
    total: int


def matrix(actor: User, run: Run) -> Matrix:
    """The overview table. One query."""
    areas = scope_of(actor).areas(Right.findings)
    by_village = bool(areas) and all(len(prefix) >= 9 for prefix in areas)
    digits, label = (12, "village") if by_village else (9, "township")
    counted = (
        findings(actor, run)
        .filter(state__in=FIRM)
        .order_by()
        .annotate(area=Substr("village_code", 1, digits))
        .values_list("area", label, "kind", "kind_zh", "kind_en", "group", "severity")
        .annotate(n=Count("id"))
        .order_by("area")
    )
    columns: dict[str, str] = {}
    cells: dict[tuple[str, str, str, str, str], dict[str, int]] = {}
    for area, name, kind, zh, en, group, severity, n in counted:
        columns.setdefault(area, name)
        row = cells.setdefault((kind, zh, en, group, severity), {})
        row[area] = row.get(area, 0) + n
    order = ["warning", "risk", "monitoring", "entitlement", "leakage", "quality"]
    rank = {name: position for position, name in enumerate(order)}
    rows = [
        (*key, [row.get(area, 0) for area in columns], sum(row.values()))
        for key, row in cells.items()
    ]
    rows.sort(key=lambda row: (rank.get(row[3], 9), -row[6], row[0]))
    totals = [sum(row[5][i] for row in rows) for i in range(len(columns))]
    return Matrix(
        [(label, code, name) for code, name in columns.items()], rows, totals, sum(totals)
    )


def by_state(actor: User, run: Run) -> dict[str, int]:
    """Findings by state: new, continuing, cleared, unknown. One query."""
    counted = findings(actor, run).order_by().values_list("state").annotate(n=Count("id"))
    return {"new": 0, "continuing": 0, "cleared": 0, "unknown": 0} | dict(counted)


def by_severity(actor: User, run: Run) -> dict[str, int]:
    """Firm findings by severity. One query."""
    counted = (
        findings(actor, run)
        .filter(state__in=FIRM)
        .order_by()
        .values_list("severity")
        .annotate(n=Count("id"))
    )
    return {"alert": 0, "check": 0, "gap": 0, "doubt": 0} | dict(counted)


def household_findings(actor: User, run: Run, number: str) -> list[Finding]:
    """All findings about a household and its members; empty when there is none in scope."""
    rows = list(findings(actor, run).filter(household_number=number)) if number else []
    rows.sort(key=lambda row: row.state == "cleared")  # what still holds comes first
    return rows


def village_findings(actor: User, run: Run, code: str) -> list[Finding]:
    """Findings about a village itself; empty when there is none in scope."""
    rows = list(findings(actor, run).filter(village_code=code, subject="village"))
    rows.sort(key=lambda row: row.state == "cleared")
    return rows


def busiest_village(run: Run) -> str:
    """Code of the village with most firm findings. For the demonstration's accounts, which start
    before anybody can act; it returns a place, nothing about a subject."""
    row = (
        Finding.objects.filter(run=run, state__in=FIRM)
        .order_by()
        .values_list("village_code")
        .annotate(n=Count("id"))
        .order_by("-n", "village_code")
        .first()
    )
    if row is None:
        raise LookupError("this run has no finding")
    return str(row[0])
