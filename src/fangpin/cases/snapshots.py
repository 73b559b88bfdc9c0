"""The household frozen at the moment of a decision, with the rules and figures then in force.

Kept closed with a hash over its canonical text; the text carries random bytes of its own, so the
hash shows nothing to whoever tries contents. Telephones, accounts, remarks and identity numbers are
no ground of a decision and stay out.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db import models

from fangpin.cases.frozen import Frozen
from fangpin.cases.in_force import frozen_of
from fangpin.cases.models import Case, DecisionSnapshot, Turn
from fangpin.exchange.one_household import Asked, ask, newest_run
from fangpin.foundation.fields import close_into
from fangpin.policy.loading.kept import load_kept_pack
from fangpin.policy.pack import Pack
from fangpin.policy.procedure_records import Condition
from fangpin.registry.actions.doing import clear_values
from fangpin.registry.ids import allocate
from fangpin.registry.models import (
    CategorySpell,
    Household,
    IncomeYear,
    Membership,
    YearlyConditions,
)
from fangpin.screening.models import Finding, Run

_LEFT_OUT: Final = frozenset(
    {"phone", "account", "collector_name", "collector_phone", "remark", "id_number", "bank"}
)
_YEARS: Final = 3


def questions(pack: Pack, procedure: str) -> tuple[Condition, ...]:
    """The conditions that the pack declares for a procedure, with checked expressions."""
    found = pack.procedures.get(procedure)
    return found.conditions if found is not None else ()


def answers(
    household: int, conditions: Iterable[Condition], pack: Pack, on: date, run: Run | None
) -> dict[str, Asked]:
    """What the household's facts say to each condition, by its id."""
    asked = {each.id: each.when for each in conditions}
    if not asked:
        return {}
    return ask(household, pack=pack, as_of=on, expressions=asked, run=run)


def freeze_decision(
    *, case: Case, turn: Turn, entered: Mapping[str, Any], now: datetime, on: date
) -> DecisionSnapshot:
    """Write the snapshot of a decision; inside its transaction, before its effect."""
    pack = load_kept_pack(case.definition.pack)
    frozen, run = frozen_of(case), newest_run()
    content: dict[str, Any] = {
        "salt": secrets.token_hex(16),
        "case": case.number,
        "step": turn.step,
        "on": on,
        "outcome": turn.outcome,
        "definition": case.definition.hash,
        "pack": {"name": pack.name, "hash": pack.hash},
        "run": None
        if run is None
        else {"id": run.pk, "as_of": run.as_of, "snapshot": run.snapshot_hash},
        "entered": dict(entered),
        "parameters": _parameters(pack, on),
        "limits": dict(frozen.limits),
    }
    if case.household_id is not None:
        content |= _household(case.household_id)
        content["findings"] = _findings(run, content["household"]["number"])
        content["conditions"] = _conditions(case, frozen, pack, on, run)
    else:
        content["place"] = case.place_code
    plain = json.loads(_text(content))  # what is kept is what is hashed
    (pk,) = allocate(DecisionSnapshot, 1)
    row = DecisionSnapshot(
        pk=pk,
        turn=turn,
        hash=hash_of(plain),
        pack=pack.name,
        pack_hash=pack.hash,
        run=run.pk if run else None,
        at=now,
    )
    close_into([row], "content", [plain])
    row.save(force_insert=True)
    return row


def hash_of(content: Mapping[str, Any]) -> str:
    """sha256 of the canonical text of a content."""
    return hashlib.sha256(_text(content).encode()).hexdigest()


def verified(row: DecisionSnapshot) -> bool:
    """Whether the content is the one that was hashed when it was decided."""
    return hash_of(row.content) == row.hash


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"a snapshot holds no {type(value).__name__}")


def _row(row: models.Model) -> dict[str, Any]:
    values = clear_values(row)
    return {"id": row.pk} | {name: each for name, each in values.items() if name not in _LEFT_OUT}


def _household(pk: int) -> dict[str, Any]:
    """The household as it stands now: five reads."""
    row = Household.objects.get(pk=pk)
    members = Membership.objects.filter(household=pk, ended_on=None).select_related("person")
    years = {
        model: model._default_manager.filter(household=pk).order_by("-year", "pk")[: 2 * _YEARS]
        for model in (IncomeYear, YearlyConditions)
    }
    return {
        "household": _row(row) | {"version": row.version},
        "members": [
            {"relation": each.relation, "head": each.is_head} | _row(each.person)
            for each in members.order_by("pk")
        ],
        "spells": [
            _row(each) for each in CategorySpell.objects.filter(household=pk).order_by("pk")
        ],
        "incomes": [_row(each) for each in years[IncomeYear]],
        "living": [_row(each) for each in years[YearlyConditions]],
    }


def _findings(run: Run | None, number: str) -> list[dict[str, Any]]:
    if run is None:
        return []
    rows = Finding.objects.filter(run=run, household_number=number).order_by("pk")
    return [
        {
            "rule": each.rule,
            "state": each.state,
            "clause": each.clause,
            "person": each.person_number,
            "sentence": {"zh": each.sentence_zh, "en": each.sentence_en},
            "evidence": each.evidence,
        }
        for each in rows
    ]


def _conditions(
    case: Case, frozen: Frozen, pack: Pack, on: date, run: Run | None
) -> list[dict[str, Any]]:
    """The conditions that the case began under, asked again; one that the pack has changed since
    is kept as text without an answer."""
    assert case.household_id is not None
    now = {each.id: each for each in questions(pack, case.procedure)}
    same = [
        now[each.id]
        for each in frozen.procedure.conditions
        if each.id in now and now[each.id].when.text.split() == each.when.text.split()
    ]
    found = answers(case.household_id, same, pack, on, run)
    return [
        {"id": each.id, "when": each.when.text, "clause": each.clause}
        | (_answer(found[each.id]) if each.id in found else {"truth": "not_asked"})
        for each in frozen.procedure.conditions
    ]


def _answer(asked: Asked) -> dict[str, Any]:
    return {
        "truth": asked.truth,
        "sentence": asdict(asked.sentence),
        "figures": [asdict(figure) for figure in asked.figures],
    }


def _parameters(pack: Pack, on: date) -> dict[str, Any]:
    """Every figure of the pack that is in force on a day."""
    found = {}
    for name, parameter in pack.parameters.items():
        value = parameter.at(on)
        if value is not None:
            found[name] = value.value
    return found
