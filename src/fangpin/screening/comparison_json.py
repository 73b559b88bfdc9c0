"""A comparison as plain data, for `--json`, scenarios that are compared, and tests."""

from typing import Any

from fangpin.engine.variation import Setting
from fangpin.kernel.errors import Text
from fangpin.screening.comparison import LEVELS, Comparison, RuleEffect
from fangpin.screening.entitlements import ProgrammeEffect
from fangpin.screening.payments import Cost


def as_json(answer: Comparison) -> dict[str, Any]:
    """Everything but the list of flips. Money in fen; None where there is no figure."""
    costs = answer.costs
    return {
        "pack": {"name": answer.pack.name, "hash": answer.pack.hash},
        "set": [_setting(each) for each in answer.settings],
        "sentence": _both(answer.sentence),
        "notes": [_both(each) for each in answer.notes],
        "households": answer.total.as_json(),
        "villages": answer.total_villages.as_json(),
        "rules": [_rule(each) for each in answer.rules],
        "by": {
            level: [
                {"key": each.key, "label": _both(each.label), **each.counts.as_json()}
                for each in answer.by(level)
            ]
            for level in LEVELS
        },
        "programmes": [_programme(each) for each in answer.programmes],
        "programmes_recorded_only": answer.programmes_recorded_only,
        "costs": {
            "entitled": _cost(costs.entitled),
            "led": _cost(costs.led),
            "once": [each.id for each in costs.once],
            "without_figure": [each.id for each in costs.without_figure],
        },
    }


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def _cost(cost: Cost | None) -> dict[str, int] | None:
    return None if cost is None else {"low": cost.low, "high": cost.high}


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "name": f"param.{setting.name}",
        "label": _both(setting.label),
        "before": _both(setting.before_text),
        "after": _both(setting.after_text),
        "changes": setting.changes,
    }


def _rule(rule: RuleEffect) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "kind": rule.kind,
        "label": _both(rule.label),
        "subject": rule.subject,
        "status": rule.status,
        "subjects": rule.subjects.as_json(),
        "households": rule.households.as_json() if rule.households else None,
    }


def _programme(programme: ProgrammeEffect) -> dict[str, Any]:
    return {
        "programme": programme.id,
        "label": _both(programme.label),
        "lead": list(programme.lead),
        "subject": programme.subject,
        "status": programme.status,
        "entitled": programme.entitled.as_json(),
        "led_gained": programme.led_gained,
        "led_lost": programme.led_lost,
        "rhythm": programme.rhythm,
        "amount_before": _both(programme.amount_before),
        "amount_after": _both(programme.amount_after),
        "cost": _cost(programme.cost),
        "led_cost": _cost(programme.led_cost),
        "reason": _both(programme.reason),
    }
