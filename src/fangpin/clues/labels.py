"""Answers to clues as labels of the backtest (screening/outcomes.py). No rule ever reads them."""

from collections.abc import Iterator

from django.utils import timezone

from fangpin.clues.models import AnswerKind, Channel, ClueAnswer
from fangpin.screening.further_answers import Label
from fangpin.screening.outcomes import FIELD_CHECK

RESULTS = {
    AnswerKind.TRUE: "confirmed",
    AnswerKind.NOT_TRUE: "refused",
    AnswerKind.ALREADY_MONITORED: "in_monitoring",
    AnswerKind.NOT_LIVING_HERE: "not_living_here",
}
_CHANNELS = {
    Channel.APPLICATION: "own_application",
    Channel.CADRE: "cadre_visit",
    Channel.SUPERVISION: "hotline",
    Channel.PLATFORM: "platform",
}


def labels() -> Iterator[Label]:
    """One label for each finding that an answer speaks of, and one for each other channel through
    which the household came to light, on the day it did. Findings that were only noted, and those
    that came after the answer, were not asked about. One query."""
    rows = (
        ClueAnswer.objects.filter(
            state=ClueAnswer.State.TAKEN, clue__household__isnull=False, clue__reasons__standing=""
        )
        .order_by()
        .values_list(
            "clue__household__number", "answer", "received_at",
            "clue__reasons__channel", "clue__reasons__rule", "clue__reasons__at",
        )
    )  # fmt: skip
    for number, answer, received, channel, rule, at in rows.iterator(chunk_size=5000):
        result = RESULTS[AnswerKind(answer)]
        if at > received:
            continue
        if channel == Channel.SCREENING:
            yield number, rule, timezone.localdate(received), result, FIELD_CHECK
        else:
            day = timezone.localdate(at)
            yield number, "", day, result, _CHANNELS[Channel(channel)]
