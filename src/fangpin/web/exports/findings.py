"""Findings as a file."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fangpin.people.models import User
from fangpin.people.scope import Right
from fangpin.registry.queries import head_names
from fangpin.screening.models import Finding, Run
from fangpin.screening.queries import FindingFilter, export_findings
from fangpin.web.access import actor_of
from fangpin.web.exports.leaving import leave
from fangpin.web.exports.sheets import Sheet
from fangpin.web.wording import pick, word


def _sheet() -> Sheet:
    return Sheet(
        pick("疑点", "Findings"),
        (
            (pick("程度", "Severity"), 10),
            (pick("状态", "State"), 9),
            (pick("类型", "Kind"), 20),
            (pick("乡镇", "Township"), 12),
            (pick("村", "Village"), 12),
            (pick("村代码", "Village code"), 14),
            (pick("户编号", "Household"), 18),
            (pick("户主", "Head"), 10),
            (pick("人编号", "Person"), 18),
            (pick("说明", "Explanation"), 80),
            (pick("依据条款", "Clause"), 18),
        ),
        frozenset({9}),
        marked=9,
    )


def _cells(finding: Finding, heads: dict[str, str]) -> list[str]:
    return [
        word("severity", finding.severity),
        word("state", finding.state),
        pick(finding.kind_zh, finding.kind_en),
        finding.township,
        finding.village,
        finding.village_code,
        finding.household_number,
        heads.get(finding.household_number, ""),
        finding.person_number,
        pick(finding.sentence_zh, finding.sentence_en),
        finding.clause_path or finding.clause,
    ]


def _rows(actor: User, run: Run, wanted: FindingFilter) -> Iterator[list[str]]:
    batch: list[Finding] = []
    for finding in export_findings(actor, run, wanted):
        batch.append(finding)
        if len(batch) == 2000:
            yield from _named(actor, batch)
            batch = []
    yield from _named(actor, batch)


def _named(actor: User, batch: list[Finding]) -> Iterator[list[str]]:
    heads = head_names(actor, [row.household_number for row in batch]) if batch else {}
    for finding in batch:
        yield _cells(finding, heads)


def export_file(
    request: HttpRequest, run: Run, wanted: FindingFilter, form: str
) -> HttpResponseBase:
    """The findings as a download, or the page that asks what for."""
    actor = actor_of(request)
    return leave(
        request,
        what="findings",
        right=Right.export,
        filter={"run": run.intake.key} | {k: v for k, v in vars(wanted).items() if v},
        sheet=_sheet(),
        rows=lambda: _rows(actor, run, wanted),
        form=form,
        name=pick(f"疑点清单_{run.as_of}", f"findings_{run.as_of}"),
    )
