"""Readers of the public page never take the threads that officers work with (trust K4).

Of each server process only PUBLIC_THREADS serve public addresses at a time; whoever comes then
waits a moment, and is told to come again in a few seconds. A body that is too large is refused
unread.
"""

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Final

from django.http import HttpRequest, HttpResponse

PUBLIC_THREADS: Final = 4  # of the 8 of a process, see web/supervisor.py
LARGEST_BODY: Final = 36 * 1024 * 1024  # four photographs and a form
_PATIENCE: Final = 0.25
_AGAIN_SECONDS: Final = "5"
_PLACES = BoundedSemaphore(PUBLIC_THREADS)
_BUSY: Final = (
    "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>503</title>"
    "<p>现在访问的人较多，请稍后再试。</p>"
    "<p lang='en'>Many people are here. Try again shortly.</p></html>"
)
_LARGE: Final = (
    "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>413</title>"
    "<p>提交的照片太大，请返回减少照片后再试。</p>"
    "<p lang='en'>The photographs are too large. Go back and send fewer.</p></html>"
)


def is_public(path: str) -> bool:
    """Whether an address belongs to the public page."""
    return path.startswith("/public/") or path == "/public"


class PublicShedding:
    """Middleware; stands before everything that costs something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_public(request.path_info):
            return self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
            return HttpResponse(_LARGE, status=413)
        if not _PLACES.acquire(timeout=_PATIENCE):
            return HttpResponse(_BUSY, status=503, headers={"Retry-After": _AGAIN_SECONDS})
        try:
            return self.get_response(request)
        finally:
            _PLACES.release()
