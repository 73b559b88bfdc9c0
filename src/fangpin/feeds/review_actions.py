"""Every write of the review of probable links: loading pairs, deciding, taking a decision back."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fangpin.feeds.models import Intake, LinkCandidate, LinkDecision, LinkQuestion
from fangpin.feeds.reasons import ID_PROBLEMS
from fangpin.feeds.review_queries import decisions_in_force
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.place_codes import township_of
from fangpin.people.messages.actions import Telling, settle, shared_place, tell
from fangpin.people.models import MessageKind, Role
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate

_SOURCE = ("contract", "period", "file", "sheet", "row")
_SHOWN_DIGITS = 14
"""Area and birth date; the rest of a number stays covered, as nobody needs it to decide."""
Numbers = dict[tuple[str, str, int], dict[str, str]]


# ---- loading --------------------------------------------------------------------------------


@transaction.atomic
def load_pairs(*, intake: Intake, folder: Path, rows: pl.DataFrame) -> int:
    """Load RUN/pairs.parquet as questions with candidates; returns the number of questions.

    Rows with one fingerprint are one question. `rows` (RUN/rows.parquet) tells what was wrong with
    their numbers. A run folder written before pairs existed has no question.
    """
    path = folder / "pairs.parquet"
    if not path.exists():
        return 0
    numbers = _unusable_numbers(rows)
    asked = [_question(intake, lines, numbers) for lines in _by_fingerprint(pl.read_parquet(path))]
    # What lies together is asked together, the most probable first.
    asked.sort(key=lambda a: (a[0].area[:9], a[0].contract, -a[1][0].weight, a[0].fingerprint))
    _write_closed([a[0] for a in asked], "delivered", [a[2] for a in asked])
    candidates = [(c, side) for a in asked for c, side in zip(a[1], a[3], strict=True)]
    _write_closed([c for c, _ in candidates], "registered", [side for _, side in candidates])
    with connection.cursor() as cursor:
        # Until it knows the new rows, the planner reads all candidates for each question.
        cursor.execute(f"ANALYZE {LinkQuestion._meta.db_table}, {LinkCandidate._meta.db_table}")
    _tell([question for question, *_ in asked])
    return len(asked)


def _tell(asked: list[LinkQuestion]) -> None:
    """Townships are told how many pairs wait for them, the county how many in all; what was said of
    the deliveries before is over."""
    settle(["links"])
    counts = Counter(question.township_code for question in asked)
    places = {shared_place([code[:6] for code in counts]): len(asked)} if counts else {}
    tell(
        Telling(
            kind=MessageKind.LINKS,
            area_code=code,
            roles=(role,),
            about="reviews",
            task="links",
            count=count,
        )
        for role, found in ((Role.TOWNSHIP_OFFICER, counts), (Role.COUNTY_BUREAU, places))
        for code, count in found.items()
        if code.strip("0")
    )


def _write_closed(rows: list[Any], attribute: str, contents: list[dict[str, Any]]) -> None:
    """Enter rows with one closed column; its content is bound to the ids they get here."""
    if not rows:
        return
    model = type(rows[0])
    for row, pk in zip(rows, allocate(model, len(rows)), strict=True):
        row.pk = pk
        if isinstance(row, LinkCandidate):
            row.question = row.question  # takes over the id that the question has by now
    close_into(rows, attribute, contents)
    model.objects.bulk_create(rows, batch_size=1000)


def _unusable_numbers(rows: pl.DataFrame) -> Numbers:
    """(file, sheet, row) → the number that was sent, covered, and what is wrong with it."""
    rejected = rows.filter(
        pl.col("reason").is_in(list(ID_PROBLEMS)) & (pl.col("action") == "rejected")
    )
    columns = ("file", "sheet", "row", "reason", "delivered")
    return {
        (file, sheet or "", row): {
            "number": covered(delivered or ""),
            "number_reason": reason.removeprefix("id_"),
        }
        for file, sheet, row, reason, delivered in rejected.select(columns).iter_rows()
    }


def covered(number: str) -> str:
    """Area and birth date of an identity number as it was sent, the rest as asterisks."""
    digits = 0
    shown = []
    for character in number:
        digits += character.isalnum()
        shown.append("*" if digits > _SHOWN_DIGITS and character.isalnum() else character)
    return "".join(shown)


def _by_fingerprint(pairs: pl.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The lines of each fingerprint, the most probable candidate first."""
    ordered = pairs.with_columns(pl.col("period").cast(pl.String)).sort(
        "fingerprint",
        "weight",
        *_SOURCE,
        "household_number",
        "person_number",
        descending=[False, True, *[False] * 7],
        nulls_last=True,
    )
    for _, lines in groupby(ordered.iter_rows(named=True), key=lambda line: line["fingerprint"]):
        yield list(lines)


def _question(
    intake: Intake, lines: list[dict[str, Any]], numbers: Numbers
) -> tuple[LinkQuestion, list[LinkCandidate], dict[str, Any], list[dict[str, Any]]]:
    """A question and its candidates from all lines of one fingerprint, and what is written of the
    delivered and of each registered person, still in clear."""
    first = lines[0]
    sources = {tuple(line[name] for name in _SOURCE): None for line in lines}
    codes = {str(line["village_code"] or "") for line in lines}
    sent = numbers.get((first["file"], first["sheet"] or "", first["row"]), {})
    contracts = Counter(str(source[0]) for source in sources)
    question = LinkQuestion(
        intake=intake,
        fingerprint=first["fingerprint"],
        area=shared_beginning(codes),
        township_code=township_of(str(first["village_code"] or "")),
        township=first["township"] or "",
        contract=max(contracts, key=lambda name: (contracts[name], name)),
        sources=[_clean(dict(zip(_SOURCE, source, strict=True))) for source in sources],
    )
    candidates: dict[tuple[str, str], LinkCandidate] = {}
    registered = []
    for line in lines:
        person = (str(line["household_number"]), str(line["person_number"]))
        if person not in candidates:
            registered.append(_clean(line["registered"]))
            candidates[person] = LinkCandidate(
                question=question,
                household_number=person[0],
                person_number=person[1],
                village_code=line["village_code"] or "",
                township=line["township"] or "",
                village=line["village"] or "",
                weight=line["weight"],
                probability=line["probability"],
                reasons=[_clean(reason) for reason in line["reasons"] or []],
                rank=len(candidates) + 1,
            )
    delivered = _clean(first["delivered"] | sent)
    return question, list(candidates.values()), delivered, registered


def shared_beginning(codes: set[str]) -> str:
    """The digits that all codes begin with. The first and the last in order decide."""
    first, last = min(codes), max(codes)
    length = next((at for at, digit in enumerate(first) if digit != last[at]), len(first))
    return first[:length]


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Without the NUL that a broken file may bring along and PostgreSQL cannot hold."""
    return {
        name: value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }


# ---- deciding -------------------------------------------------------------------------------


def decide(*, by: Any, candidate: int, accepted: bool) -> LinkDecision:
    """Say that the delivered person is, or is not, this candidate. Holds for later intakes too.

    Accepting one candidate settles the question for the others. The same word twice by the same
    actor is one decision. Raises LookupError when the candidate is absent or outside the actor's
    area, and FangpinError when somebody was faster.
    """
    try:
        with transaction.atomic():
            return _decide(by, candidate, accepted)
    except IntegrityError:
        # The same row came by two intakes at once, so that locking the question did not help.
        with transaction.atomic():
            return _decide(by, candidate, accepted)


def _decide(by: Any, candidate: int, accepted: bool) -> LinkDecision:
    inside = scope_of(by).within(Right.reviews, "area")
    asked = LinkCandidate.objects.filter(pk=candidate).values("question")
    question = LinkQuestion.objects.filter(inside, pk__in=asked).select_for_update().first()
    chosen = LinkCandidate.objects.filter(pk=candidate).first()
    if question is None or chosen is None:
        raise LookupError("no such candidate in this actor's area")
    in_force = list(
        LinkDecision.objects.filter(fingerprint=question.fingerprint, withdrawn_at=None)
        .select_related("by")
        .order_by("pk")
    )
    for earlier in in_force:
        same = (earlier.household_number, earlier.person_number) == (
            chosen.household_number,
            chosen.person_number,
        )
        if same and earlier.accepted == accepted and earlier.by_id == by.pk:
            return earlier
        if same or earlier.accepted:
            raise already_decided(earlier)
    decision = LinkDecision(
        pk=allocate(LinkDecision, 1)[0],
        fingerprint=question.fingerprint,
        household_number=chosen.household_number,
        person_number=chosen.person_number,
        accepted=accepted,
        area=question.area,
        by=by,
    )
    seen = {
        "delivered": question.delivered,
        "registered": chosen.registered,
        "township": chosen.township,
        "village": chosen.village,
        "sources": question.sources[:20],
        "rows": len(question.sources),
        "weight": chosen.weight,
    }
    close_into([decision], "seen", [seen])
    decision.save(force_insert=True)
    _audit(by, "links.accept" if accepted else "links.refuse", decision)
    return decision


def already_decided(earlier: LinkDecision) -> FangpinError:
    """Somebody was faster: who, when and what, and how to go on."""
    when = timezone.localtime(earlier.at).strftime("%Y-%m-%d %H:%M")
    zh, en = ("是", "is") if earlier.accepted else ("不是", "is not")
    name = earlier.seen["registered"].get("name") or earlier.person_number
    home = earlier.household_number
    return FangpinError.because(
        f"{earlier.by} 已于 {when} 认定该人员{zh}“{name}”（户编号 {home}），本次操作未生效",
        f"{earlier.by} decided at {when} that this {en} “{name}” of household {home}; "
        "your answer was not taken",
        do_zh="如有不同意见，请先撤销原认定，再重新核对",
        do_en="if you disagree, withdraw that decision first, then decide again",
    )


def withdraw(*, by: Any, decision: int) -> LinkDecision:
    """Take a decision back; the question is open again, as are the candidates it had settled.

    Raises LookupError when it is absent or outside the actor's area, and FangpinError when it has
    been withdrawn already.
    """
    with transaction.atomic():
        inside = scope_of(by).within(Right.reviews, "area")
        found = LinkDecision.objects.filter(inside, pk=decision).select_for_update().first()
        if found is None:
            raise LookupError("no such decision in this actor's area")
        if found.withdrawn_at is not None:
            raise FangpinError.because(
                "这项认定已经撤销，本次操作未生效",
                "this decision has been withdrawn already; nothing was changed",
                do_zh="请刷新页面查看最新情况",
                do_en="load the page again to see how things stand",
            )
        found.withdrawn_at, found.withdrawn_by = timezone.now(), by
        found.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _audit(by, "links.withdraw", found)
        return found


@transaction.atomic
def write_decisions(*, by: Any, out: Path) -> int:
    """Write all decisions in force to a file that `fangpin screen --decisions` takes; returns how
    many. The file names nobody. Raises OSError."""
    frame = decisions_in_force()
    frame.write_parquet(out)
    record(by=by, action="links.export", detail={"decisions": frame.height})
    return frame.height


def _audit(by: Any, action: str, decision: LinkDecision) -> None:
    record(
        by=by,
        action=action,
        subject=f"household:{decision.household_number}",
        detail={
            "decision": decision.pk,
            "person": decision.person_number,
            "fingerprint": decision.fingerprint,
        },
    )
