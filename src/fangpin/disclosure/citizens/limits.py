"""How often may be tried, by address and by receipt number. Only keyed hashes are kept, for a day,
and never beside what was handed in: an anonymous letter stays anonymous."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from fangpin.disclosure.models import Attempt
from fangpin.foundation.cipher import blind, blinds
from fangpin.kernel.networks import networks_of

WITHIN: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=1)
SENT_PER_ADDRESS: Final = 10
SENT_PER_SITE: Final = 100  # IPv6: a /48, see kernel.networks
SENT_ALTOGETHER: Final = 2000
LOOKED_UP_PER_RECEIPT: Final = 5
LOOKED_UP_PER_ADDRESS: Final = 60
LOOKED_UP_PER_SITE: Final = 300
_COLUMN: Final = "disclosure.attempt.about"


# A try is written down before tries are counted: of many at the same moment too many are turned
# away rather than too many answered.


def may_send(address: str | None, now: datetime) -> bool:
    """Whether somebody at this address may hand something in now; counts the try when they may.
    Five queries at most."""
    here, site = networks_of(address)
    tried = [
        _note("send", here, now),
        *([_note("site_send", site, now)] if site is not None else []),
    ]
    counted = _recent("send", now).aggregate(
        here=Count("pk", filter=Q(about__in=_hashes(here))), all=Count("pk")
    )
    too_many = counted["here"] > SENT_PER_ADDRESS or counted["all"] > SENT_ALTOGETHER
    if too_many or _of_site("site_send", site, now) > SENT_PER_SITE:
        for each in tried:
            each.delete()
        return False
    return True


def may_look_up(receipt: str, address: str | None, now: datetime) -> bool:
    """Whether a receipt number may be looked up now; counts the try, right or wrong, so that more
    than five an hour are never answered. Six queries at most."""
    here, site = networks_of(address)
    _note("receipt", receipt, now)
    _note("address", here, now)
    if site is not None:
        _note("site", site, now)
    by_receipt = _recent("receipt", now).filter(about__in=_hashes(receipt)).count()
    by_address = _recent("address", now).filter(about__in=_hashes(here)).count()
    if _of_site("site", site, now) > LOOKED_UP_PER_SITE:
        return False
    return by_receipt <= LOOKED_UP_PER_RECEIPT and by_address <= LOOKED_UP_PER_ADDRESS


def forget_old() -> int:
    """The worker's chore: tries older than a day go; how many."""
    gone, _ = Attempt.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone


def _recent(what: str, now: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(what=what, at__gt=now - WITHIN)


def _of_site(what: str, site: str | None, now: datetime) -> int:
    return _recent(what, now).filter(about__in=_hashes(site)).count() if site is not None else 0


def _hashes(text: str | None) -> list[bytes]:
    return blinds(text or "unknown", column=_COLUMN)


def _note(what: str, text: str | None, now: datetime) -> Attempt:
    about = blind(text or "unknown", column=_COLUMN)
    return Attempt.objects.create(what=what, about=about, at=now)
