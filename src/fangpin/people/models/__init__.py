"""Users, units, and the posts users hold in them. One noun per file."""

from fangpin.people.models.message import Message, MessageKind, MessageRead
from fangpin.people.models.outward import OF_USERS, ROBOTS, Channel, ChannelKind, Gateway, Sending
from fangpin.people.models.post import PLACELESS_ROLES, Delegation, Post, Role
from fangpin.people.models.reading import Alarm, HouseholdListed, PersonRead
from fangpin.people.models.saved_view import SavedView
from fangpin.people.models.sign_in import (
    KnownDevice,
    RecoveryCode,
    SecondFactor,
    SignInAttempt,
    UserSession,
)
from fangpin.people.models.unit import Charge, Unit, UnitDuty
from fangpin.people.models.user import FirstPassword, User

__all__ = [
    "OF_USERS",
    "PLACELESS_ROLES",
    "ROBOTS",
    "Alarm",
    "Channel",
    "ChannelKind",
    "Charge",
    "Delegation",
    "FirstPassword",
    "Gateway",
    "HouseholdListed",
    "KnownDevice",
    "Message",
    "MessageKind",
    "MessageRead",
    "PersonRead",
    "Post",
    "RecoveryCode",
    "Role",
    "SavedView",
    "SecondFactor",
    "Sending",
    "SignInAttempt",
    "Unit",
    "UnitDuty",
    "User",
    "UserSession",
]
