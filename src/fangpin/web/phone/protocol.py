"""What phone and server say to each other, read strictly. docs/phone.md describes it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import is_naive

from fangpin.fieldwork.day import Day
from fangpin.fieldwork.forms import text
from fangpin.fieldwork.pictures import PIECE
from fangpin.fieldwork.receiving import Answer, Handed
from fangpin.kernel.errors import FangpinError

MOST_ENTRIES: Final = 10  # in one request
MOST_BODY: Final = 2 * 1024 * 1024
MOST_WITH_PICTURES: Final = 6 * 1024 * 1024
TOKEN_HEADER: Final = "X-Fangpin-Phone"


def token_of(request: HttpRequest) -> UUID | None:
    """What the phone calls itself; None for nothing or nonsense."""
    return _uuid(request.headers.get(TOKEN_HEADER))


def entries_of(request: HttpRequest) -> list[Handed]:
    """The entries of a request. Raises FangpinError for what cannot be read as a whole; what is
    wrong within an entry is that entry's matter."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = MOST_BODY + 1
    together = request.content_type == "multipart/form-data"
    if length > (MOST_WITH_PICTURES if together else MOST_BODY):
        raise _unreadable("内容过大", "the request is too large")
    try:
        sent = request.POST["entries"] if together else request.body
        listed = _plain(json.loads(sent, parse_constant=lambda _: None))["entries"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreadable("内容无法读取", "the request cannot be read") from None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_ENTRIES:
        raise _unreadable(
            f"每次最多 {MOST_ENTRIES} 条记录", f"one to {MOST_ENTRIES} entries at once"
        )
    return [_handed(each) for each in listed]


def pictures_of(request: HttpRequest) -> dict[UUID, bytes]:
    """Small pictures that came along with their entries, by the ids that the phone gave them.
    Raises FangpinError for one that should have come in pieces."""
    found = {}
    for name, files in request.FILES.lists():
        client_id = _uuid(name)
        if client_id is None or len(files) != 1 or (files[0].size or 0) > PIECE:
            raise _unreadable("照片无法读取", "a picture cannot be read")
        found[client_id] = files[0].read()
    return found


def _handed(given: Any) -> Handed:
    if not isinstance(given, dict) or (client_id := _uuid(given.get("client_id"))) is None:
        raise _unreadable("记录没有编号", "an entry has no id")
    pictures = given.get("pictures")
    return Handed(
        client_id=client_id,
        kind=str(given.get("kind", ""))[:20],
        about=_object(given.get("about")),
        values=_object(given.get("values")),
        pictures={
            str(role)[:40]: tuple(pk for item in ids if (pk := _uuid(item)) is not None)
            for role, ids in _object(pictures).items()
            if isinstance(ids, list)
        },
        claimed_at=_moment(given.get("claimed_at")),
    )


def answer_data(answer: Answer) -> dict[str, Any]:
    """What became of one entry."""
    return {
        "client_id": str(answer.client_id),
        "state": answer.state,
        "said": text(answer.said) if answer.said else None,
        "number": answer.number,
        "missing": [str(pk) for pk in answer.missing],
        "other": dict(answer.other) if answer.other is not None else None,
    }


def day_data(day: Day) -> dict[str, Any]:
    """What goes down."""
    return {
        "tasks": day.tasks,
        "households": day.households,
        "forms": day.forms,
        "left_out": day.left_out,
    }


def problem_data(error: FangpinError) -> dict[str, Any]:
    """Why something was not done, in words."""
    from fangpin.fieldwork.receiving import said_by

    return {"said": text(said_by(error))}


def _plain(given: Any) -> Any:
    """The same with texts as databases take them: half a character, as a phone makes it by cutting
    an emoji in two, becomes the sign for what is missing; NUL goes."""
    if isinstance(given, str):
        text = given.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text.replace("\0", "")
    if isinstance(given, dict):
        return {_plain(name): _plain(value) for name, value in given.items()}
    return [_plain(each) for each in given] if isinstance(given, list) else given


def _object(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _uuid(given: Any) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) and len(given) == 36 else None
    except ValueError:
        return None


def _moment(given: Any) -> datetime | None:
    """A claim of the phone's clock; nothing is built on it."""
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    if found is None or is_naive(found) or not 1970 <= found.year <= 9000:
        return None  # beyond what time zones and databases can turn
    return found


def _unreadable(zh: str, en: str) -> FangpinError:
    return FangpinError.because(
        zh, en, do_zh="更新应用后重试", do_en="update the app and try again"
    )
