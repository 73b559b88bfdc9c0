"""An OpenID Connect provider on this machine, as strict or as wrong as a test wants it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """`claims` are what the next identity token says besides what the protocol asks for;
    `spoil` changes the token's claims, `key` signs it."""

    def __init__(self) -> None:
        self.published = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.key = self.published
        self.claims: dict[str, Any] = {}
        self.spoil: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.issuer = ""

    def answer(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/keys":
            return {"keys": [self.published.as_dict(private=False)]}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "42",
            "aud": "fangpin",
            "exp": now + 300,
            "iat": now,
            "nonce": self.asked.get("nonce", ""),
            **self.claims,
            **self.spoil,
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def authorise(self, location: str) -> str:
        """What the browser brings back from the authorisation page: a path of ours."""
        self.asked = {k: v[0] for k, v in parse_qs(urlsplit(location).query).items()}
        back = urlsplit(self.asked["redirect_uri"]).path
        return f"{back}?" + urlencode({"code": "abc", "state": self.asked["state"]})


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers on a free port of this machine."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _send(self, body: dict[str, str]) -> None:
            text = json.dumps(made.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = parse_qs(self.rfile.read(length).decode())
            self._send({key: values[0] for key, values in sent.items()})

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
