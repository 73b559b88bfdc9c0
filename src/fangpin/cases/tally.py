"""A vote, counted exactly: who may vote, who came, and how they voted."""

from dataclasses import dataclass
from fractions import Fraction

from fangpin.kernel.errors import Text
from fangpin.policy.procedure_records import Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """Persons entitled and present; votes in favour, against, and abstentions."""

    entitled: int
    present: int
    favour: int
    against: int
    abstain: int = 0

    def wrong(self) -> Text | None:
        """Why the figures cannot be those of one vote; None when they can."""
        if min(self.entitled, self.present, self.favour, self.against, self.abstain) < 0:
            return Text("票数不能为负数", "numbers of votes are not negative")
        if self.entitled == 0:
            return Text("请填写应到人数", "how many were entitled to vote is missing")
        if self.present > self.entitled:
            return Text(
                f"实到 {self.present} 人，多于应到 {self.entitled} 人",
                f"{self.present} were present, more than the {self.entitled} entitled",
            )
        cast = self.favour + self.against + self.abstain
        if cast != self.present:
            return Text(
                f"同意、不同意、弃权合计 {cast} 票，与实到 {self.present} 人不符",
                f"{cast} votes in all do not match {self.present} present",
            )
        return None

    def quorate(self, vote: Vote) -> bool:
        """Whether enough of those entitled were there (the share itself suffices)."""
        return self.present > 0 and Fraction(self.present, self.entitled) >= vote.quorum

    def carried(self, vote: Vote) -> bool:
        """Whether enough of those present agreed."""
        if self.present == 0:
            return False
        share = Fraction(self.favour, self.present)
        return share > vote.majority if vote.more_than else share >= vote.majority
