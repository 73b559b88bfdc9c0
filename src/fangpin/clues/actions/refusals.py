"""What is refused about clues, in words."""

from fangpin.kernel.errors import FangpinError, Problem, Text, Where


class Conflict(FangpinError):
    """Somebody changed the clue after the writer had seen it."""


def refuse(zh: str, en: str, do_zh: str, do_en: str, column: str = "") -> FangpinError:
    """A refusal with one sentence and what to do about it; `column` names the form's field."""
    return FangpinError.because(
        zh, en, do_zh=do_zh, do_en=do_en, where=Where(column=column or None)
    )


def changed() -> Conflict:
    """The usual words of a conflict."""
    return Conflict(
        Problem(
            Text(
                "这条线索刚刚被别人改过，您看到的不是最新情况",
                "somebody has changed this clue since you opened it",
            ),
            Text("刷新页面，看过新情况再操作", "reload the page and look at it again"),
        )
    )


def text_of(given: str, most: int, column: str) -> str:
    """A written text, trimmed. Raises FangpinError when it is longer than `most` characters."""
    text = given.replace("\x00", "").strip()
    if len(text) > most:
        raise refuse(
            f"最多 {most} 个字，现有 {len(text)} 个",
            f"at most {most} characters, this has {len(text)}",
            "请缩短",
            "shorten it",
            column,
        )
    return text
