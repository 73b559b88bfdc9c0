"""Records of a procedure: its steps, who acts, what is entered, what is published, what follows.

A procedure that a document only describes leaves most of it out. One that can be run (`runnable`)
names for every step the posts that may act on it.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

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
RateName = Literal["wrong_exit", "omission", "overall_poverty", "approval"]


@dataclass(frozen=True, slots=True)
class TimeLimit(Record):
    """So many days, as a number or by the name of an integer parameter of the pack.

    `clause`: where the limit stands, when not at the step or procedure that has it.
    """

    days: int | str
    kind: Literal["calendar", "workday"] = "calendar"
    counts_from: Literal["step", "case"] = "step"
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in the words of the document: a role and the level it belongs to."""

    role: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Publication(Record):
    """What is published at a step, for how many `days` (as in TimeLimit).

    `days` None, only where a procedure is merely described: the document gives none.
    """

    where: str
    days: int | str | None = None
    masked: bool = True
    kind: Literal["calendar", "workday"] = "calendar"
    form: Literal["notice", "announcement"] = "notice"
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Option(Record):
    """One choice of an entry that has no vocabulary of its own."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Entry(Record):
    """Something that is entered at a step.

    `vocabulary` names a codes list of the pack, or for `household_field` a field of the registry
    (`household.phone`; without one, the field is chosen when it is entered).
    `options` are the entry's own choices. Money is entered in 元 and kept as integer fen.
    `least` and `most` bound a number as it is entered (money in 元), both inclusive.
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
    least: Fraction | None = None
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class AttachmentRule(Record):
    """Files that belong to a step: at least and at most so many, of these kinds."""

    id: str
    label: Text
    least: int = 0
    most: int = 9
    kinds: tuple[Literal["image", "pdf"], ...] = ("image",)


@dataclass(frozen=True, slots=True)
class Vote(Record):
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
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class RateLimit(Record):
    """A rate that must keep to a limit before a step may end well.

    `rate` is computed by `policy.rates` from the step's entries that have its inputs as ids;
    `parameter` names the limit. An unknown rate does not keep to it.
    """

    id: str
    rate: RateName
    relation: Literal["at_most", "less_than", "at_least"]
    parameter: str
    clause: str


@dataclass(frozen=True, slots=True)
class Outcome(Record):
    """One way a step may end. `goes`: next, end, back:<step> or <step>."""

    id: str
    label: Text
    goes: str = "next"
    reason_required: bool = False
    ends_as: EndsAs = ""


DONE: Final = Outcome("done", Text("办结", "done"))


@dataclass(frozen=True, slots=True)
class Condition(Record):
    """Something that must hold before a procedure may start, asked of the household."""

    id: str
    label: Text
    when: Expression
    clause: str
    on_unknown: Literal["refuse", "warn"] = "refuse"


@dataclass(frozen=True, slots=True)
class GreenChannel(Record):
    """Help first, steps after: the steps `later` are done after `help_step` instead of before."""

    clause: str
    label: Text
    later: tuple[str, ...]
    help_step: str


@dataclass(frozen=True, slots=True)
class Step(Record):
    """One step. `posts` are roles of the system that may act, or "household".

    `state`: what a case is called that waits here. `clause`: where the step stands, when not where
    its procedure does. `on_objection`: where an upheld objection sends the case, as in an outcome.
    `decides`: the household is frozen here and the procedure's effect happens here.
    `apart_from`: who acted there may not act here. `parallel_with`: the step may be taken while
    that one is open. `skip_when`: `green` (left out under that channel), `compared_already`.
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
    rates: tuple[RateLimit, ...] = ()

    @property
    def ways_out(self) -> tuple[Outcome, ...]:
        """The outcomes to choose from; a step that declares none is simply done."""
        return self.outcomes or (DONE,)


@dataclass(frozen=True, slots=True)
class Procedure(Record):
    """A procedure as declared. `subject`: household, person, village, township, county …

    `based_on`: the procedure of the chain that this one is a variant of.
    """

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
    based_on: str | None = None

    @property
    def runnable(self) -> bool:
        """Whether cases can run under it: somebody may act on every step."""
        return bool(self.steps) and all(step.posts for step in self.steps)

    def in_order(self, green: bool = False) -> tuple[Step, ...]:
        """The steps in the order in which a case takes them.

        Under the green channel the help comes first, then the steps that may be done later, the
        decision and what follows it; some steps are left out.
        """
        if not green or self.green is None:
            return self.steps
        kept = [step for step in self.steps if "green" not in step.skip_when or step.decides]
        order = [step.id for step in kept]
        decided = next((place for place, step in enumerate(kept) if step.decides), len(kept))
        later = {*self.green.later, *order[decided:]} - {self.green.help_step}
        at = order.index(self.green.help_step)
        before = [step for step in kept[:at] if step.id not in later]
        behind = [step for step in kept[:at] if step.id in later]
        return (*before, kept[at], *behind, *kept[at + 1 :])
