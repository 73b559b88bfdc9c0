"""Who is at the other end: the address that counts, and the name the browser knows us by."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

DEVICE_COOKIE = "fangpin_device"


def address_of(request: HttpRequest) -> str | None:
    """The client's address. Behind FANGPIN_PROXIES proxies of our own it is the one that the
    outermost of them has seen; what a client writes into the header itself does not count."""
    if settings.PROXIES:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(chain) >= settings.PROXIES and chain[-settings.PROXIES]:
            return chain[-settings.PROXIES]
    return request.META.get("REMOTE_ADDR") or None


def host_of(request: HttpRequest) -> str:
    """The host name as passkeys know it, without port. Checked against ALLOWED_HOSTS by Django."""
    return request.get_host().rsplit(":", 1)[0].strip("[]")


def device_of(request: HttpRequest) -> str | None:
    """The token of a browser that somebody has signed in from before."""
    return request.COOKIES.get(DEVICE_COOKIE)


def json_object(text: str) -> dict[str, Any]:
    """A JSON object that the browser sent; empty for anything else."""
    try:
        found = json.loads(text[:20_000])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
