"""A county's own single sign-on (OpenID Connect), by settings. It says who somebody is; what they
may is decided here, and nobody is entered by it."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from fangpin.people.models import User

log = logging.getLogger("fangpin.sign_in")
_TIMEOUT = 10  # seconds a request to the other side may take
_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face", "pin", "sc"})  # RFC 8176


@dataclass(frozen=True)
class Identified:
    """A user of ours whom the other side vouches for."""

    user: User
    has_second_factor: bool
    at: float  # when they signed in over there, seconds since 1970; 0 when it does not say


@lru_cache(maxsize=4)
def _client(issuer: str, client_id: str, client_secret: str) -> Any:
    oauth = OAuth()
    return oauth.register(
        "county",
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_id=client_id,
        client_secret=client_secret,
        code_challenge_method="S256",
        client_kwargs={"scope": "openid profile", "default_timeout": _TIMEOUT},
    )


def _ours() -> Any:
    return _client(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


def begin(
    request: HttpRequest, back: str, *, state: str | None = None, again: bool = False
) -> HttpResponse | None:
    """Send the browser to the other side; it comes back to the address `back`, with `state`
    where one is given. None when the other side does not answer. `again`: it shall ask who they
    are although it knows."""
    more: dict[str, object] = {"prompt": "login", "max_age": 0} if again else {}
    try:
        answer: HttpResponse = _ours().authorize_redirect(request, back, state=state, **more)
    except (AuthlibBaseError, requests.RequestException, ValueError) as error:
        log.warning("the single sign-on does not answer: %s", type(error).__name__)
        return None
    return answer


def finish(request: HttpRequest) -> Identified | None:
    """Who came back; None for an answer that does not hold (state, nonce, issuer, signature,
    time) and for somebody who is no user here."""
    try:
        token = _ours().authorize_access_token(request)
        claims = token["userinfo"]
        if claims["iss"].rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise ValueError("another issuer")
        name = claims[settings.OIDC_CLAIM]
        if not isinstance(name, str):
            raise ValueError("no name")
    except (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError) as error:
        # The kind of the error only: answers of the other side may name persons.
        log.warning("single sign-on was refused: %s", type(error).__name__)
        return None
    user = User.objects.filter(username=name, is_active=True, is_demo=False).first()
    if user is None:
        log.warning("single sign-on: no such user here")
        return None
    given = claims.get("amr")
    amr = set(given) if isinstance(given, list) else set()
    at = claims.get("auth_time")
    known = float(at) if isinstance(at, int | float) and not isinstance(at, bool) else 0.0
    return Identified(user, bool(amr & _FACTORS) or settings.OIDC_SECOND_FACTOR, known)
