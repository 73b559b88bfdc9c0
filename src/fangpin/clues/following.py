"""Clues follow their household when it moves to another village: rights follow at once."""

from fangpin.clues.models import Clue, ClueAnswer, ClueReason, ReturnedAnswer


def clues_follow(number: str, old: str, new: str) -> None:
    """Give the clues of a household, their reasons and answers its new village."""
    Clue.objects.filter(household__number=number).update(village_code=new)
    for model in (ClueReason, ClueAnswer):
        model._default_manager.filter(clue__household__number=number).update(village_code=new)
    ReturnedAnswer.objects.filter(reason__clue__household__number=number).update(village_code=new)
