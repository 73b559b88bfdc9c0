"""Tables of what is disclosed and of what citizens hand in. One noun per file."""

from fangpin.disclosure.models.office import OfficePhone
from fangpin.disclosure.models.posted import BoardPhoto, PostedNotice
from fangpin.disclosure.models.submission import Attempt, Kind, Submission, SubmissionFile

__all__ = [
    "Attempt",
    "BoardPhoto",
    "Kind",
    "OfficePhone",
    "PostedNotice",
    "Submission",
    "SubmissionFile",
]
