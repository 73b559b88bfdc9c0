"""One masked value in clear, for a reason that is kept. One record at a time, never a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import models, transaction

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import HelperSpell, Household, Membership, Person
from fangpin.registry.sealing import open_many, open_one, sealed_fields

REASONS: Final[Mapping[str, Text]] = {
    "visit": Text("入户走访、电话联系", "visit or telephone call"),
    "verify": Text("核对身份信息", "checking who somebody is"),
    "payment": Text("发放补助资金", "paying out assistance"),
    "report": Text("上级系统填报", "entry into a system of the level above"),
    "appeal": Text("处理申诉、信访", "an appeal or petition"),
    "other": Text("其他（请说明）", "another reason (to be written down)"),
}
_TABLES: Final[Mapping[str, type[models.Model]]] = {
    "household": Household,
    "person": Person,
    "helper": HelperSpell,
}
LONGEST_NOTE: Final = 200


@dataclass(frozen=True)
class Unmasked:
    """A value in clear. `value` "" = unknown."""

    label: Text
    value: str


@transaction.atomic
def unmask(
    *, by: User, subject: str, row: int, field: str, reason: str, note: str = ""
) -> Unmasked | None:
    """Open one field of one record and write down who saw it and why. None when it is absent, not
    the actor's, or not a masked field.

    The audit entry holds ids and the note; a note with numbers or with the name of somebody of the
    household is refused, because the audit trail is read by people who see no persons. Raises
    FangpinError for that and for a missing or unknown reason.
    """
    table, known = _TABLES.get(subject), catalogue().fields.get(f"{subject}.{field}")
    if table is None or known is None or field not in sealed_fields(table):
        return None
    scope = scope_of(by)
    for home in _homes(subject, row):
        allowed = scope.why(Right.unmask, home.village_code, group=known.group, state=home.state)
        if allowed and known.group in scope.groups(home.village_code):
            break
    else:
        return None
    _check_reason(reason, note)
    _check_names(home, note)
    found = table._default_manager.filter(pk=row).only("pk", field).get()
    detail: dict[str, object] = {"field": known.key, "reason": reason}
    if note:
        detail["note"] = note
    record(by=by, action="registry.unmask", subject=f"{subject}:{row}", detail=detail)
    return Unmasked(known.label, open_one(found, field))


def _homes(subject: str, row: int) -> list[Household]:
    """The households through which a record is reached: of a person the present one, otherwise
    the last."""
    if subject == "household":
        return list(Household.objects.filter(pk=row))
    if subject == "helper":
        return list(Household.objects.filter(helpers=row))
    members = Membership.objects.filter(person=row).select_related("household")
    ordered = sorted(members, key=lambda m: (m.ended_on is None, m.ended_on or date.min, m.pk))
    return [ordered[-1].household] if ordered else []


def _check_reason(reason: str, note: str) -> None:
    if reason not in REASONS:
        raise FangpinError.because(
            "没有选择查看理由",
            "no reason was chosen",
            do_zh="选择一项理由后再查看",
            do_en="choose a reason first",
            where=Where(column="reason"),
        )
    if reason == "other" and len(note.strip()) < 4:
        raise FangpinError.because(
            "选择“其他”时须说明理由",
            "another reason has to be written down",
            do_zh="用一句话说明为何需要查看",
            do_en="say in a sentence why it is needed",
            where=Where(column="note"),
        )
    if len(note) > LONGEST_NOTE or sum(map(str.isdigit, note)) > 6:
        raise _unfit_note()


def _check_names(home: Household, note: str) -> None:
    """The trail is read by people who see no persons."""
    if not note:
        return
    rows = list(Membership.objects.filter(household=home).values_list("person_id", "person__name"))
    names = open_many(Person, "name", [row[0] for row in rows], [row[1] for row in rows])
    if any(name and len(name) > 1 and name in note for name in names):
        raise _unfit_note()


def _unfit_note() -> FangpinError:
    return FangpinError.because(
        f"说明不超过 {LONGEST_NOTE} 字，且不要写姓名、证件号码、电话号码",
        f"a note has at most {LONGEST_NOTE} characters, without names and numbers of persons",
        do_zh="改写后再提交",
        do_en="rewrite it and send it again",
        where=Where(column="note"),
    )
