"""Two sides of a form that somebody else was quicker with: choose field by field, lose nothing."""

from dataclasses import dataclass
from typing import Any

from fangpin.foundation.masks import mask_account, mask_id, mask_phone
from fangpin.kernel.errors import Text
from fangpin.registry.actions.refusals import UNSEEN, Conflict
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.queries.shown import text_of
from fangpin.web.forms.inputs import written
from fangpin.web.wording import language, pick

_MASKS = {"id_number": mask_id, "phone": mask_phone, "account": mask_account}


@dataclass(frozen=True)
class Side:
    """One field: as the writer saw it, as it is now, as the writer wants it.

    `mine_sent`: the writer's value as it is sent again, a list of (name, text). `own`: the writer
    changed it; otherwise only the others did. `both`: two people changed it differently.
    """

    name: str
    label: Text
    seen: str
    now: str
    mine: str
    mine_sent: list[tuple[str, str]]
    own: bool
    both: bool


def _text(field: Field, value: Any) -> str:
    if value is UNSEEN:
        return "…"
    mask = _MASKS.get(field.type)
    if mask is not None:
        return mask(str(value)) if value else pick("（空）", "(none)")
    text = text_of(field, value)
    return text.in_language(language()) if text else pick("（空）", "(none)")


def _sent(field: Field, value: Any) -> list[tuple[str, str]]:
    again = written(field, value)
    if isinstance(again, list):
        return [(field.name, str(code)) for code in again] or [(field.name, "")]
    if isinstance(again, dict):
        return [(f"{field.name}.{code}", str(text)) for code, text in again.items()]
    found = [(field.name, str(again))]
    if field.type in _MASKS and not again:
        found.append((f"clear-{field.name}", "1"))
    return found


def sides(conflict: Conflict, allowed: frozenset[str]) -> list[Side]:
    """The fields of a conflict that the reader may see; `allowed` names them by key."""
    found = []
    for each in conflict.differences:
        field = catalogue().fields.get(each.key)
        if field is None or each.key not in allowed:
            continue
        others = each.seen is not UNSEEN and each.seen != each.now
        own = each.mine != each.now and (each.seen is UNSEEN or each.mine != each.seen)
        if not own and not others:
            continue
        found.append(
            Side(
                field.name,
                field.label,
                _text(field, each.seen),
                _text(field, each.now),
                _text(field, each.mine),
                _sent(field, each.mine),
                own,
                own and (others or each.seen is UNSEEN),
            )
        )
    found.sort(key=lambda side: (not side.both, not side.own))
    return found
