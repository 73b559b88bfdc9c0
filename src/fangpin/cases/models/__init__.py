"""Cases and what belongs to them. One noun per file."""

from fangpin.cases.models.case import OPEN, Case, CaseState
from fangpin.cases.models.definition import Definition, PackInForce
from fangpin.cases.models.notice import Objection, Publication
from fangpin.cases.models.people import OwnPerson, Recusal
from fangpin.cases.models.turn import (
    Attachment,
    DecisionSnapshot,
    Escalation,
    KeptEntry,
    KeptFile,
    Turn,
)

__all__ = [
    "OPEN",
    "Attachment",
    "Case",
    "CaseState",
    "DecisionSnapshot",
    "Definition",
    "Escalation",
    "KeptEntry",
    "KeptFile",
    "Objection",
    "OwnPerson",
    "PackInForce",
    "Publication",
    "Recusal",
    "Turn",
]
