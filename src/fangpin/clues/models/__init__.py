"""Tables of clues."""

from fangpin.clues.models.answer import AnswerKind, ClueAnswer
from fangpin.clues.models.clue import OPEN, Channel, Clue, ClueState, Ending
from fangpin.clues.models.reason import ClueReason, Standing
from fangpin.clues.models.returned import AnswersReturned, ReturnedAnswer
from fangpin.clues.models.run import RunTaken

__all__ = [
    "OPEN",
    "AnswerKind",
    "AnswersReturned",
    "Channel",
    "Clue",
    "ClueAnswer",
    "ClueReason",
    "ClueState",
    "Ending",
    "ReturnedAnswer",
    "RunTaken",
    "Standing",
]
