"""What all notices about one household show when they are laid side by side (trust B3).

Every notice masks by one rule; this makes sure of it against everything that was posted before,
whatever the rule was then.
"""

from collections.abc import Iterable, Mapping

from fangpin.foundation.masks import STAR
from fangpin.kernel.errors import FangpinError, Where

Shown = Mapping[str, str]
"""Field → what a notice shows of it, for one household. A field that is not shown is missing."""


def union_of(one: str, other: str) -> str | None:
    """What two maskings of one value show together; None when they cannot be of one value."""
    if len(one) != len(other):
        return None
    together = []
    for a, b in zip(one, other, strict=True):
        if STAR not in (a, b) and a != b:
            return None
        together.append(b if a == STAR else a)
    return "".join(together)


def reveals_more(one: str, other: str) -> bool:
    """Whether two maskings together show a character that one of them hides."""
    together = union_of(one, other)
    return together is not None and (together != one or together != other)


def check_union(new: Shown, before: Iterable[Shown]) -> None:
    """Raises FangpinError when the new notice and an earlier one together show more of a value
    than one of them alone."""
    for earlier in before:
        for field, shown in new.items():
            known = earlier.get(field)
            if known and reveals_more(shown, known):
                raise FangpinError.because(
                    "与以前的公示遮蔽方式不同，合在一起会暴露被遮蔽的内容",
                    "masked otherwise than on an earlier notice: together they show what is hidden",
                    do_zh="按以前公示的遮蔽方式生成，或不公开该项",
                    do_en="mask as before, or leave the field out",
                    where=Where(file="notice", column=field),
                )
