"""Outlines of places are taken from a file, or forgotten."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from fangpin.foundation.actions import record
from fangpin.places.geojson import Outline
from fangpin.places.models import Boundary, Place


@transaction.atomic
def keep_outlines(*, by: Any, county: Place, outlines: Sequence[Outline], source: str) -> int:
    """Keep outlines of places of a county in place of those of the same places; how many."""
    now = timezone.now()
    rows = [
        Boundary(
            code=each.code,
            polygons=each.polygons,
            source=source.strip()[:200],
            loaded_by=by,
            loaded_at=now,
        )
        for each in outlines
        if each.code.startswith(county.prefix)
    ]
    Boundary.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["polygons", "source", "loaded_by", "loaded_at"],
    )
    record(
        by=by,
        action="places.outlines",
        subject=f"place:{county.pk}",
        detail={"places": len(rows)},
    )
    return len(rows)


@transaction.atomic
def forget_outlines(*, by: Any, county: Place) -> int:
    """Forget all outlines of a county; how many there were."""
    gone, _ = Boundary.objects.filter(code__startswith=county.prefix).delete()
    record(
        by=by, action="places.outlines_gone", subject=f"place:{county.pk}", detail={"places": gone}
    )
    return gone
