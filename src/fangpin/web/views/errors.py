"""Pages for what cannot be shown. They do not tell the absent from the forbidden."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The bell asks for its count itself: what is refused costs as little as can be.
_WITHOUT_COUNT = {"unread": "", "bell_asks": True}


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours."""
    return render(request, "web/not_found.html", _WITHOUT_COUNT, status=404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token does not fit, mostly because the session ended in between."""
    return render(request, "web/form_expired.html", _WITHOUT_COUNT, status=403)


def form_only(request: HttpRequest) -> HttpResponse:
    """405: an address that only a form sends to was opened, from history or after signing in."""
    return render(request, "web/form_only.html", _WITHOUT_COUNT, status=405)


def odd_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a host name that is not ours, more fields or more text than any form has. Neither
    reader nor language is known yet."""
    return render(None, "web/odd_request.html", status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """500: an error of ours. No query is made: the database may be what failed."""
    return render(None, "web/failed.html", status=500)
