"""Inside `guarded()` this process reaches the machines that the operator named, and no other.

Libraries that send open connections of their own accord, by their own names and redirects. They all
do so through the socket module, so that is where they are held: a name is looked up once, every
address that it stands for is checked, and a socket connects to an address that this look-up gave
and to none else – what the name stands for a moment later does not matter. HTTP goes without
proxies and redirects, and beyond the own network only with TLS.

What became of the exchange is noted on the way, because libraries swallow it: whether the message
was handed over, and what the other end answered.

It replaces attributes of modules for the time being. It is meant for the job that sends, which is a
process of its own and does nothing else meanwhile; blocks of several threads wait for each other.
"""

import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests import sessions
from requests.adapters import HTTPAdapter

from fangpin.people.messages.outward.hosts import Hosts

_SESSIONS: Final[Any] = sessions
_ONE_AT_A_TIME: Final = threading.RLock()
_LONGEST_ANSWER: Final = 64 * 1024


class NotThere(OSError):
    """A connection that the operator did not allow."""


@dataclass
class Exchange:
    """What was noted. `refused`: why no connection was made (host, private, plain, redirect).
    `handed_over`: the message itself left this machine. `status`: of the HTTP or SMTP answer to
    it, None = no answer. `body`: of the HTTP answer, shortened."""

    refused: str = ""
    handed_over: bool = False
    status: int | None = None
    body: bytes = b""
    addresses: set[tuple[str, int]] = field(default_factory=set)

    def refuse(self, why: str) -> NotThere:
        """Note that this is not allowed; the first reason stays."""
        self.refused = self.refused or why
        return NotThere(why)

    def answer(self) -> dict[str, Any]:
        """The answer as an object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@contextmanager
def guarded(allowed: Hosts) -> Iterator[Exchange]:
    """Within the block only the allowed machines are reached; yields what is noted."""
    noted = Exchange()
    with _ONE_AT_A_TIME:
        kept = (
            socket.getaddrinfo,
            socket.socket,
            _SESSIONS.HTTPAdapter,
            smtplib.SMTP.data,
        )
        socket.getaddrinfo = _looking_up(allowed, noted, kept[0])
        socket.socket = _connecting(noted, kept[1])  # type: ignore[misc]
        _SESSIONS.HTTPAdapter = _speaking_http(allowed, noted)
        smtplib.SMTP.data = _handing_over(noted, kept[3])  # type: ignore[method-assign]
        try:
            yield noted
        finally:
            (
                socket.getaddrinfo,
                socket.socket,  # type: ignore[misc]
                _SESSIONS.HTTPAdapter,
                smtplib.SMTP.data,  # type: ignore[method-assign]
            ) = kept


def _looking_up(allowed: Hosts, noted: Exchange, real: Any) -> Any:
    def getaddrinfo(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        if not allowed.allows(name, int(port or 0)):
            raise noted.refuse("host")
        found = real(host, port, *args, **more)
        for *_, address in found:
            if allowed.refuses_address(name, address[0]):
                raise noted.refuse("private")
        noted.addresses |= {(address[0], address[1]) for *_, address in found}
        return found

    return getaddrinfo


def _connecting(noted: Exchange, real: type[socket.socket]) -> type[socket.socket]:
    class Held(real):  # type: ignore[misc, valid-type]
        """A socket that connects to what was looked up."""

        def connect(self, address: Any) -> None:
            self._check(address)
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            self._check(address)
            return int(super().connect_ex(address))

        def sendto(self, *args: Any) -> int:
            raise noted.refuse("host")

        def _check(self, address: Any) -> None:
            inet = self.family in (socket.AF_INET, socket.AF_INET6)
            if not inet or tuple(address[:2]) not in noted.addresses:
                raise noted.refuse("host")

    return Held


def _speaking_http(allowed: Hosts, noted: Exchange) -> type[HTTPAdapter]:
    class Speaking(HTTPAdapter):
        """Straight to the machine itself; reads a short answer."""

        def send(self, request: Any, *args: Any, **more: Any) -> Any:
            parts = urlsplit(request.url)
            if parts.scheme != "https" and not allowed.may_be_private(parts.hostname or ""):
                raise requests.ConnectionError(noted.refuse("plain"))
            more["proxies"] = {}
            more["stream"] = True
            try:
                response = super().send(request, *args, **more)
                body = response.raw.read(_LONGEST_ANSWER, decode_content=True)
            except (requests.ConnectTimeout, requests.exceptions.SSLError):
                raise
            except requests.ConnectionError as error:
                # Broken off in the middle, as against never begun (NewConnectionError).
                noted.handed_over = "Connection aborted" in str(error)
                raise
            except Exception:
                noted.handed_over = True
                raise
            noted.handed_over, noted.status, noted.body = True, response.status_code, body
            response._content, response._content_consumed = body, True
            if 300 <= response.status_code < 400:
                noted.refuse("redirect")
            return response

    return Speaking


def _handing_over(noted: Exchange, real: Any) -> Any:
    def data(self: smtplib.SMTP, msg: Any) -> Any:
        noted.handed_over = True
        code, reply = real(self, msg)
        noted.status = code
        return code, reply

    return data
