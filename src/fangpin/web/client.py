"""Who is at the other end: the address that counts, and the name the browser knows us by."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fangpin.kernel.networks import plain

DEVICE_COOKIE = "fangpin_device"


def address_of(request: HttpRequest) -> str | None:
    """The client's address. Behind FANGPIN_PROXIES proxies of our own it is the one that the
    outermost of them has seen; what a client writes into the header itself does not count. None
    when that proxy wrote something that is no address ("unknown")."""
    if settings.PROXIES:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(chain) >= settings.PROXIES and chain[-settings.PROXIES]:
            return _plain(chain[-settings.PROXIES])
    return _plain(request.META.get("REMOTE_ADDR") or "")


def _plain(text: str) -> str | None:
    """An address as the database takes it: some proxies write the port or the zone along, and
    servers that listen on both networks write IPv4 as IPv6."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return plain(text)


def host_of(request: HttpRequest) -> str:
    """The host name as passkeys know it, without port. Checked against ALLOWED_HOSTS by Django."""
    return request.get_host().rsplit(":", 1)[0].strip("[]")


def device_of(request: HttpRequest) -> str | None:
    """The token of a browser that somebody has signed in from before."""
    return request.COOKIES.get(DEVICE_COOKIE)


def attempt_of(request: HttpRequest, username: str) -> dict[str, Any]:
    """Who tries to show who they are, as `people.sign_in.throttle` counts it."""
    return {
        "username": username,
        "address": address_of(request),
        "device": device_of(request),
    }


def json_object(text: str) -> dict[str, Any]:
    """A JSON object that the browser sent; empty for anything else."""
    try:
        found = json.loads(text[:20_000])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
