"""Which pack holds where, and the definitions that cases run under."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from fangpin.cases.flow import Flow
from fangpin.cases.frozen import Frozen, freeze, thaw
from fangpin.cases.models import Case, Definition, PackInForce
from fangpin.clues.limits import pack_in_force as pack_of_the_run
from fangpin.kernel.place_codes import prefixes_around
from fangpin.policy.loading.kept import load_kept_pack
from fangpin.policy.pack import Pack
from fangpin.policy.procedure_records import Procedure


def pack_for(area_code: str, on: date) -> Pack:
    """The pack under which cases of a place begin on a day: that of the narrowest place that has
    one, else the pack of the run in force."""
    return load_kept_pack(name_for(area_code, on))


def name_for(area_code: str, on: date) -> str:
    """Its name. One query, two when no place has a pack of its own."""
    prefixes = prefixes_around(area_code)
    rows = PackInForce.objects.filter(area_code__in=prefixes, from_date__lte=on)
    found = sorted((len(row.area_code), row.from_date, row.pack) for row in rows)
    return found[-1][2] if found else pack_of_the_run()


def definition_of(pack: Pack, procedure: Procedure, on: date) -> Definition:
    """The definition for cases that begin on a day; made when it is new."""
    key, content = freeze(pack, procedure, on)
    found, _ = Definition.objects.get_or_create(
        hash=key,
        defaults={
            "pack": pack.name,
            "pack_hash": pack.hash,
            "procedure": procedure.id,
            "effect": procedure.effect,
            "content": content,
        },
    )
    return found


_THAWED: dict[int, Frozen] = {}  # definitions never change
_MOST: Final = 500


def ready(definitions: Iterable[int]) -> None:
    """Read definitions that this process has not read yet. One query, or none."""
    missing = set(definitions) - _THAWED.keys()
    if not missing:
        return
    if len(_THAWED) > _MOST:
        _THAWED.clear()
    for pk, content in Definition.objects.filter(pk__in=missing).values_list("pk", "content"):
        _THAWED[pk] = thaw(content)


def frozen_of(case: Case) -> Frozen:
    """What the case runs under. No query once a process has read the definition."""
    ready([case.definition_id])
    return _THAWED[case.definition_id]


def flow_of(case: Case) -> Flow:
    """The machine of the case."""
    return Flow(frozen_of(case).procedure, frozenset(case.circumstances))
