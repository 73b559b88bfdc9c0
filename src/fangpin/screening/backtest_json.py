"""A backtest as plain data."""

from typing import Any

from fangpin.kernel.errors import Text
from fangpin.screening.backtest import Alternative, Backtest, Judged, RuleResult


def as_json(result: Backtest) -> dict[str, Any]:
    """Everything; days in days, shares as fractions of 1, None where there is nothing to tell."""
    return {
        "months": [
            {
                "as_of": each.as_of.isoformat(),
                "pack": each.pack,
                "pack_unchanged": each.pack_unchanged,
                "households": each.households,
            }
            for each in result.months
        ],
        "overall": _rule(result.overall),
        "rules": [_rule(each) for each in result.rules],
        "by_month": [
            {
                "as_of": each.as_of.isoformat(),
                "rule": each.name,
                "found": each.found,
                "first_found": each.first_found,
                **each.labels,
            }
            for each in result.by_month
        ],
        "alternatives": [_alternative(each) for each in result.alternatives],
        "notes": [_both(each) for each in result.notes],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "kind": rule.kind,
        "label": _both(rule.label),
        "group": rule.group,
        **_judged(rule.judged),
    }


def _judged(judged: Judged) -> dict[str, Any]:
    share, lead = judged.precision, judged.lead
    return {
        "findings": judged.findings,
        "confirmed": judged.confirmed,
        "refused": judged.refused,
        "in_monitoring": judged.in_monitoring,
        "not_living_here": judged.not_living_here,
        "unanswered": judged.unanswered,
        "precision": share
        and {"value": share.value, "low": share.low, "high": share.high, "n": share.n},
        "recognised": judged.recognised,
        "lead_days": lead
        and {
            "n": lead.n,
            "first_quartile": lead.first_quartile,
            "median": lead.median,
            "third_quartile": lead.third_quartile,
        },
        "missed": judged.missed,
    }


def _alternative(each: Alternative) -> dict[str, Any]:
    return {
        "parameter": f"param.{each.setting.name}",
        "label": _both(each.setting.label),
        "value": _both(each.setting.after_text),
        "rule": each.name,
        "rule_label": _both(each.label),
        **_judged(each.judged),
        "gained": dict(each.gained),
        "lost": dict(each.lost),
        "gained_recognised": each.gained_recognised,
        "lost_recognised": each.lost_recognised,
    }
