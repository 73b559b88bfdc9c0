"""Questions and decisions about links follow a household that moves to another village.

Whoever decides must have all candidates in their area, so the area of a question is what the
villages of its candidates share; that of a decision shrinks to what both villages share.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from fangpin.feeds.models import LinkCandidate, LinkDecision, LinkQuestion
from fangpin.feeds.review_actions import shared_beginning
from fangpin.places.queries import names_of


def links_follow(number: str, old: str, new: str) -> None:
    """Give the candidates of a household its new village, and the areas that follow from it."""
    names = names_of(new)
    LinkCandidate.objects.filter(household_number=number).update(
        village_code=new,
        village=names[-1][:80] if names else "",
        township=names[-2][:80] if len(names) > 1 else "",
    )
    _areas_again(LinkQuestion.objects.filter(candidates__household_number=number))
    for decision in LinkDecision.objects.filter(household_number=number):
        LinkDecision.objects.filter(pk=decision.pk).update(
            area=shared_beginning({decision.area, new})
        )


def villages_follow(pairs: Sequence[tuple[str, str]]) -> None:
    """Areas of questions and decisions after villages got other codes; candidates have them."""
    for old, new in pairs:
        _areas_again(LinkQuestion.objects.filter(candidates__village_code=new))
        for decision in LinkDecision.objects.filter(area__startswith=old):
            LinkDecision.objects.filter(pk=decision.pk).update(
                area=shared_beginning({decision.area, new})
            )


def _areas_again(questions: QuerySet[LinkQuestion]) -> None:
    for question in questions.distinct().prefetch_related("candidates"):
        area = shared_beginning({each.village_code for each in question.candidates.all()})
        LinkQuestion.objects.filter(pk=question.pk).update(area=area)
