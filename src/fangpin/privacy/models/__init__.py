"""Tables of the rights of persons."""

from fangpin.privacy.models.erasure import Depth, Erasure
from fangpin.privacy.models.notice import NoticeShown
from fangpin.privacy.models.request import PersonRequest
from fangpin.privacy.models.retention import RetentionItem, RetentionPlan

__all__ = [
    "Depth",
    "Erasure",
    "NoticeShown",
    "PersonRequest",
    "RetentionItem",
    "RetentionPlan",
]
