"""How often may be tried, by address and by receipt number. Only keyed hashes are kept, for a day,
and never beside what was handed in: an anonymous letter stays anonymous."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from fangpin.disclosure.models import Attempt
from fangpin.foundation.cipher import blind, blinds

WITHIN: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=1)
SENT_PER_ADDRESS: Final = 10
SENT_ALTOGETHER: Final = 2000
LOOKED_UP_PER_RECEIPT: Final = 5
LOOKED_UP_PER_ADDRESS: Final = 60
_COLUMN: Final = "disclosure.attempt.about"


# A try is written down before tries are counted: of many at the same moment too many are turned
# away rather than too many answered.


def may_send(address: str | None, now: datetime) -> bool:
    """Whether somebody at this address may hand something in now; counts the try when they may.
    Two or three queries."""
    tried = _note("send", address, now)
    counted = _recent("send", now).aggregate(
        here=Count("pk", filter=Q(about__in=_hashes(address))), all=Count("pk")
    )
    if counted["here"] > SENT_PER_ADDRESS or counted["all"] > SENT_ALTOGETHER:
        tried.delete()
        return False
    return True


def may_look_up(receipt: str, address: str | None, now: datetime) -> bool:
    """Whether a receipt number may be looked up now; counts the try, right or wrong, so that more
    than five an hour are never answered. Four queries."""
    _note("receipt", receipt, now)
    _note("address", address, now)
    by_receipt = _recent("receipt", now).filter(about__in=_hashes(receipt)).count()
    by_address = _recent("address", now).filter(about__in=_hashes(address)).count()
    return by_receipt <= LOOKED_UP_PER_RECEIPT and by_address <= LOOKED_UP_PER_ADDRESS


def forget_old() -> int:
    """The worker's chore: tries older than a day go; how many."""
    gone, _ = Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone


def _recent(what: str, now: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(what=what, at__gt=now - WITHIN)


def _hashes(text: str | None) -> list[bytes]:
    return blinds(text or "unknown", column=_COLUMN)


def _note(what: str, text: str | None, now: datetime) -> Attempt:
    about = blind(text or "unknown", column=_COLUMN)
    return Attempt.objects.create(what=what, about=about, at=now)
