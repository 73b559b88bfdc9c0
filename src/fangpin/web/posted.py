"""What a form sent, as values: days, whole numbers. Nonsense is told in words, not guessed."""

from contextlib import suppress
from datetime import date
from uuid import UUID, uuid4

from django.http import HttpRequest

from fangpin.kernel.errors import FangpinError, Text


def text(request: HttpRequest, name: str, longest: int = 300) -> str:
    """A line of text without blanks around it, cut at `longest`."""
    return request.POST.get(name, "").strip()[:longest]


def day(request: HttpRequest, name: str, label: Text) -> date:
    """A date that must be there. Raises FangpinError."""
    written = request.POST.get(name, "")
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise FangpinError.because(
            f"“{label.zh}”不是日期" if written else f"没有填写“{label.zh}”",
            f"“{label.en}” is no date" if written else f"“{label.en}” is missing",
            do_zh="按 年-月-日 填写，如 2021-01-01",
            do_en="write year-month-day, such as 2021-01-01",
        ) from None


def day_or_none(request: HttpRequest, name: str, label: Text) -> date | None:
    """A date that may be left out. Raises FangpinError for what is no date."""
    return day(request, name, label) if request.POST.get(name, "").strip() else None


def whole(request: HttpRequest, name: str, label: Text, most: int = 10_000_000) -> int | None:
    """A whole number from 0 that may be left out. Raises FangpinError for anything else."""
    written = request.POST.get(name, "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit()) or len(written) > 12 or int(written) > most:
        raise FangpinError.because(
            f"“{label.zh}”应为 0 至 {most} 的整数",
            f"“{label.en}” is a whole number from 0 to {most}",
            do_zh="更正后重新提交",
            do_en="correct it and send it again",
        )
    return int(written)


def plain_number(written: str) -> int | None:
    """A whole number from 0 that a page wrote itself (a version, an id, a place in a list); None
    for anything else, however long."""
    plain = written.isascii() and written.isdigit() and len(written) < 16
    return int(written) if plain else None


def number(request: HttpRequest, name: str) -> int:
    """The id of a row from a choice; 0 for none or nonsense."""
    return plain_number(request.POST.get(name, "")) or 0


def client_id(request: HttpRequest) -> UUID:
    """The id that the form was made with, so that sending twice is one thing; a new one when there
    is none."""
    with suppress(ValueError):
        return UUID(request.POST.get("client_id", ""))
    return uuid4()
