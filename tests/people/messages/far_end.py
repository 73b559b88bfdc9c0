"""Other ends for messages: an HTTP server and a mail server on loopback that keep what they get."""

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class FarEnd:
    """What arrived: requests as (path, headers, body), mails as text; `connections` counts every
    connection, also those that never said a word."""

    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    connections: int = 0
    reply: Callable[["FarEnd"], tuple[int, dict[str, str], bytes]] = lambda end: (200, {}, b"{}")
    after_data: bytes | None = b"250 taken\r\n"  # None: hangs up without a word
    recipient: bytes = b"250 ok\r\n"

    def bodies(self) -> str:
        """Everything that arrived, as one text."""
        asked = (f"{path} {headers} {body.decode()}" for path, headers, body in self.requests)
        return "\n".join([*asked, *self.mails])

    def sent(self) -> Any:
        """The body of the last request."""
        return json.loads(self.requests[-1][2])


@contextmanager
def http_server(host: str = "127.0.0.1", port: int = 0) -> Iterator[FarEnd]:
    """A server that answers what `reply` says; None as the status closes without an answer."""
    end = FarEnd()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            end.requests.append((self.path, dict(self.headers), self.rfile.read(length)))
            status, headers, body = end.reply(end)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *args: Any) -> None:
            return

    class Counting(HTTPServer):
        def get_request(self) -> Any:
            end.connections += 1
            return super().get_request()

    with Counting((host, port), Handler) as server:
        end.port = server.server_address[1]
        with _serving(server):
            yield end


@contextmanager
def mail_server() -> Iterator[FarEnd]:
    """A mail server without TLS that takes everything and keeps it."""
    end = FarEnd()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            end.connections += 1
            self.wfile.write(b"220 far end\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mail = b""
                    while not mail.endswith(b"\r\n.\r\n"):
                        mail += self.rfile.readline()
                    end.mails.append(mail.decode())
                    if end.after_data is None:
                        return
                    self.wfile.write(end.after_data)
                elif word == b"RCPT":
                    self.wfile.write(end.recipient)
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        end.port = server.server_address[1]
        with _serving(server):
            yield end


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
