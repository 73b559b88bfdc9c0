"""The households that come and go as a file that somebody takes away."""

from collections.abc import Iterator

from fangpin.people.models import User
from fangpin.registry.queries import head_names
from fangpin.screening.comparison import Comparison
from fangpin.web.exports import Sheet
from fangpin.web.wording import pick, word


def sheet_of_flips() -> Sheet:
    """What the file looks like."""
    return Sheet(
        pick("政策试算", "What if"),
        (
            (pick("变化", "Change"), 12),
            (pick("类型", "Kind"), 20),
            (pick("乡镇", "Township"), 12),
            (pick("村", "Village"), 12),
            (pick("村代码", "Village code"), 14),
            (pick("户编号", "Household"), 18),
            (pick("户主", "Head"), 10),
            (pick("人编号", "Person"), 18),
            (pick("现行", "In force"), 60),
            (pick("试算", "Tried"), 60),
        ),
        frozenset({8, 9}),
        marked=9,
    )


def rows_of_flips(actor: User, found: Comparison) -> Iterator[list[str]]:
    """The whole list; names of heads as far as the actor may see them."""
    for piece in found.told_in_slices():
        numbers = piece["household_number"].drop_nulls().unique().to_list()
        heads = head_names(actor, numbers)
        for row in piece.iter_rows(named=True):
            yield [
                word("direction", row["direction"]),
                pick(row["kind_zh"], row["kind_en"]),
                row["township"],
                row["village"],
                row["village_code"],
                row["household_number"] or "",
                heads.get(row["household_number"] or "", ""),
                row["person_number"] or "",
                pick(row["before_zh"], row["before_en"]),
                pick(row["after_zh"], row["after_en"]),
            ]
