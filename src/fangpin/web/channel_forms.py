"""What forms about channels sent, as values."""

from datetime import time

from django.http import HttpRequest

from fangpin.kernel.errors import FangpinError
from fangpin.people.messages.outward.channels import Wishes
from fangpin.web.posted import text
from fangpin.web.wording import language


def wishes_of(request: HttpRequest) -> Wishes:
    """What a channel is to be used for. Raises FangpinError for what is no time."""
    start, end = _time(text(request, "quiet_from")), _time(text(request, "quiet_until"))
    hour = text(request, "digest_hour")
    return Wishes(
        kinds=tuple(request.POST.getlist("kinds")),
        quiet=(start, end) if start is not None and end is not None else None,
        digest_hour=int(hour) if hour.isascii() and hour.isdecimal() else None,
        language=text(request, "language") or language(),
    )


def fixed_of(request: HttpRequest) -> dict[str, str]:
    """Fixed fields of a gateway: one `name=value` a line. Raises FangpinError."""
    found = {}
    for line in request.POST.get("fixed", "")[:2000].splitlines():
        if not line.strip():
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise FangpinError.because(
                f"固定参数“{line.strip()[:40]}”不是“名称=值”",
                f"“{line.strip()[:40]}” is not name=value",
                do_zh="每行写一个“名称=值”",
                do_en="write one name=value a line",
            )
        found[name.strip()] = value.strip()
    return found


def _time(written: str) -> time | None:
    if not written:
        return None
    try:
        return time.fromisoformat(written)
    except ValueError:
        raise FangpinError.because(
            f"“{written[:20]}”不是时间",
            f"“{written[:20]}” is no time",
            do_zh="写成 22:00",
            do_en="write 22:00",
        ) from None
