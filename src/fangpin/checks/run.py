"""The rules asked of the registry: once a month by the worker, or by the county at once."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from fangpin.checks.actions import keep_check
from fangpin.checks.asking import ask, pack, rules
from fangpin.kernel.errors import FangpinError, Text
from fangpin.places.models import Place

__all__ = ["ask", "check_registry", "pack", "rules"]

Progress = Callable[[int, Text], None]


def check_registry(*, by: Any, progress: Progress, area: str = "") -> dict[str, Any]:
    """The job: check the registry of an area, township by township so that memory does not grow.

    Raises FangpinError when nobody is registered there.
    """
    day = timezone.localdate()
    counties = _prefixes(area)
    total = {"households": 0, "persons": 0, "hits": 0}
    for at, prefix in enumerate(counties):
        progress(5 + 90 * at // len(counties), Text(f"核对 {prefix}", f"checking {prefix}"))
        found = ask([prefix], day)
        if found is None:
            continue
        keep_check(
            by=by,
            day=day,
            area=prefix,
            pack_hash=pack().hash,
            found=found.found,
            asked=found.asked,
            not_asked=found.not_asked,
            households=found.households,
            persons=found.persons,
        )
        total["households"] += found.households
        total["persons"] += found.persons
        total["hits"] += found.found.height
    if not total["households"]:
        raise FangpinError.because(
            "该区域没有登记农户", "nobody is registered in this area",
            do_zh="先导入台账", do_en="import the registry first",
        )  # fmt: skip
    return total


def _prefixes(area: str) -> list[str]:
    """The counties of an area: rules that look for the same number twice need a whole county."""
    if len(area) > 6:
        return [area]
    places = Place.objects.filter(
        level=Place.Level.COUNTY, valid_to=None, code__startswith=area
    ).order_by("code")
    return [code[:6] for code in places.values_list("code", flat=True)]
