"""Records of a procedure: its steps, who acts, what is entered, what is published, what follows.

A procedure that a document only describes leaves most of it out. One that can be run (`runnable`)
names for every step the posts that may act on it.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from fangpin.kernel.errors import Text
from fangpin.policy.record import Expression, Record

Effect = Literal[
    "none",
    "identify",
    "monitor",
    "remove_risk",
    "return_to_monitoring",
    "exit_household",
    "exit_village",
    "exit_county",
    "correct",
    "transfer",
    "objection",
]
EntryType = Literal[
    "text",
    "long_text",
    "money",
    "integer",
    "number",
    "date",
    "boolean",
    "choice",
    "choices",
    "signature",
    "household_field",
]
EndsAs = Literal["", "granted", "refused", "returned", "withdrawn"]
Event = Literal["", "checked", "included", "first_measure", "removed", "returned"]


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """So many days, as a number or by the name of an integer parameter of the pack."""

    days: int | str
    kind: Literal["calendar", "workday"] = "calendar"
    counts_from: Literal["step", "case"] = "step"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in the words of the document: a role and the level it belongs to."""

    role: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published at a step. `days` None: it stands without an end."""

    where: str
    days: int | str | None = None
    masked: bool = True
    kind: Literal["calendar", "workday"] = "calendar"
    form: Literal["notice", "announcement"] = "notice"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an entry that has no vocabulary of its own."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is entered at a step.

    `vocabulary` names a codes list of the pack, or for `household_field` a field of the registry.
    `options` are the entry's own choices. Money is entered in 元 and kept as integer fen.
    """

    id: str
    label: Text
    type: EntryType = "text"
    vocabulary: str | None = None
    options: tuple[Option, ...] = ()
    required: bool = True
    unit: str | None = None
    sensitive: bool = False
    about: Literal["household", "each_member"] = "household"
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """Files that belong to a step: at least and at most so many, of these kinds."""

    id: str
    label: Text
    least: int = 0
    most: int = 9
    kinds: tuple[Literal["image", "pdf"], ...] = ("image",)


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote: how many of those entitled must be there, and how many of those there must agree.

    `quorum` is the least share present (inclusive); `majority` the share of those present that the
    votes in favour must reach, or exceed when `more_than` is set (the usual "over half").
    """

    body: Text
    quorum: Fraction
    majority: Fraction
    more_than: bool = True
    secret: bool = False
    published_same_day: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a step may end. `goes`: next, end, back:<step> or <step>."""

    id: str
    label: Text
    goes: str = "next"
    reason_required: bool = False
    ends_as: EndsAs = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold before a procedure may start, asked of the household."""

    id: str
    label: Text
    when: Expression
    clause: str
    on_unknown: Literal["refuse", "warn"] = "refuse"


@dataclass(frozen=True, slots=True)
class GreenChannel:
    """Help first, steps after: which steps may be done later, and which step is the help."""

    clause: str
    label: Text
    later: tuple[str, ...]
    help_step: str


@dataclass(frozen=True, slots=True)
class Step(Record):
    """One step. `posts` are roles of the system that may act, or "household".

    `decides`: the household is frozen here and the procedure's effect happens here.
    `apart_from`: who acted there may not act here.
    """

    id: str
    label: Text
    actor: Actor
    within: TimeLimit | None = None
    publish: Publication | None = None
    clause: str | None = None
    state: Text | None = None
    posts: tuple[str, ...] = ()
    enter: tuple[Entry, ...] = ()
    attach: tuple[AttachmentRule, ...] = ()
    vote: Vote | None = None
    outcomes: tuple[Outcome, ...] = ()
    on_objection: str | None = None
    on_timeout: Literal["escalate", "advance", "end"] = "escalate"
    apart_from: tuple[str, ...] = ()
    decides: bool = False
    event: Event = ""
    parallel_with: str | None = None
    skip_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure(Record):
    """A procedure as declared. `subject`: household, person, village, township, county …"""

    id: str
    label: Text
    clause: str
    subject: str
    steps: tuple[Step, ...]
    time_limit: TimeLimit | None = None
    mechanism: str | None = None
    effect: Effect = "none"
    conditions: tuple[Condition, ...] = ()
    opens_from: tuple[Literal["clue", "application", "officer"], ...] = ("officer",)
    green: GreenChannel | None = None

    @property
    def runnable(self) -> bool:
        """Whether cases can run under it: somebody may act on every step."""
        return bool(self.steps) and all(step.posts for step in self.steps)
