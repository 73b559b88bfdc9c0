"""Where messages may go (trust D4), with real sockets: who is not allowed gets no connection."""

import smtplib
import socket
from contextlib import suppress
from typing import Any

import pytest
import requests
from tests.people.messages.far_end import FarEnd, free_port, http_server, mail_server

from fangpin.people.messages.outward.guard import guarded
from fangpin.people.messages.outward.hosts import Hosts, is_public

LOOPBACK = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "127.1", "2130706433", "0x7f000001")


def allowing(*names: str, private: tuple[str, ...] = ()) -> Hosts:
    return Hosts(frozenset(names), frozenset(private))


def post(url: str, hosts: Hosts, **more: Any) -> tuple[str, bool]:
    """Why it was refused ("" = not at all), and whether it arrived."""
    with guarded(hosts) as noted:
        try:
            requests.post(url, data="x", timeout=2, **more)
            arrived = True
        except requests.RequestException:
            arrived = False
    return noted.refused, arrived


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "240.0.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2002:a00:1::1", "::127.0.0.1", "2001:db8::1"),
        "2001:0:4136:e378:8000:63bf:80ff:fffe",  # teredo, the client behind it is loopback
    ],
)
def test_addresses_that_lie_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_that_lie_outside(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("name", LOOPBACK)
def test_nothing_reaches_this_machine_by_any_of_its_names(name: str) -> None:
    with http_server() as end:
        host = f"[{name}]" if ":" in name else name
        unnamed = post(f"http://{host}:{end.port}/", allowing())
        named = post(f"https://{host}:{end.port}/", allowing(f"{name}:{end.port}"))
    assert unnamed in (("plain", False), ("host", False))
    assert named[1] is False
    assert named[0] in ("private", "host")
    assert end.connections == 0


def test_only_what_was_allowed_by_name_and_port() -> None:
    with http_server() as end:
        hosts = allowing(f"localhost:{end.port}", private=("localhost",))
        assert post(f"http://localhost:{end.port}/", hosts) == ("", True)
        assert post(f"http://127.0.0.1:{end.port}/", hosts) == ("plain", False)
        assert post(f"http://LOCALHOST:{end.port}/", hosts)[1] is True
        other = allowing("localhost", private=("localhost",))  # usual ports alone
        assert post(f"http://localhost:{end.port}/", other) == ("host", False)
    assert end.connections == 2


def test_outside_only_with_tls() -> None:
    assert post("http://example.test/", allowing("example.test:80")) == ("plain", False)


def test_redirects_are_not_followed() -> None:
    with http_server() as inner, http_server() as end:
        end.reply = lambda end: (302, {"Location": f"http://127.0.0.1:{inner.port}/"}, b"")
        hosts = allowing(f"localhost:{end.port}", private=("localhost",))
        refused, _ = post(f"http://localhost:{end.port}/", hosts, allow_redirects=False)
        assert refused == "redirect"
        # Even where a library follows: the address it leads to is not among those allowed.
        assert post(f"http://localhost:{end.port}/", hosts)[1] is False
    assert inner.connections == 0


def test_a_name_is_looked_up_once_and_what_it_stands_for_later_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rebinding: the first answer is checked and connected to; the second would be another machine.
    Resolving is the standard library's; it is made to lie here."""
    real, asked = socket.getaddrinfo, []
    answers = ["127.0.0.2", "127.0.0.1", "127.0.0.1"]

    def lying(host: str, port: int, *args: Any, **more: Any) -> Any:
        asked.append(host)
        return real(answers[len(asked) - 1], port, *args, **more)

    with http_server("127.0.0.2") as checked, http_server("127.0.0.1", checked.port) as other:
        monkeypatch.setattr(socket, "getaddrinfo", lying)
        hosts = allowing(f"rebind.test:{checked.port}", private=("rebind.test",))
        assert post(f"http://rebind.test:{checked.port}/", hosts) == ("", True)
    assert asked == ["rebind.test"]
    assert (checked.connections, other.connections) == (1, 0)


def test_one_inner_address_among_outer_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def two(host: str, port: int, *args: Any, **more: Any) -> Any:
        return [*real("1.1.1.1", port, *args, **more), *real("127.0.0.1", port, *args, **more)]

    with http_server() as end:
        monkeypatch.setattr(socket, "getaddrinfo", two)
        hosts = allowing(f"both.test:{end.port}")
        assert post(f"https://both.test:{end.port}/", hosts) == ("private", False)
    assert end.connections == 0


def test_sockets_of_any_library_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with http_server() as end, mail_server() as mail:
        hosts = allowing(f"localhost:{end.port}", private=("localhost",))
        with guarded(hosts) as noted:
            plain = socket.socket()
            with pytest.raises(OSError, match="host"):
                plain.connect(("127.0.0.1", end.port))
            with pytest.raises(OSError, match="host"):
                plain.connect_ex(("127.0.0.1", end.port))
            plain.close()
            with socket.socket(socket.AF_UNIX) as local, pytest.raises(OSError, match="host"):
                local.connect("/tmp/none")
            with (
                socket.socket(type=socket.SOCK_DGRAM) as datagram,
                pytest.raises(OSError, match="host"),
            ):
                datagram.sendto(b"x", ("127.0.0.1", end.port))
            with pytest.raises(OSError, match="host"):
                smtplib.SMTP("localhost", mail.port, timeout=2)
            assert noted.refused == "host"
            # A proxy of the environment is not used: straight, or not at all.
            assert requests.post(f"http://localhost:{end.port}/", timeout=2).status_code == 200
        assert (end.connections, mail.connections) == (1, 0)
        requests.get(f"http://localhost:{end.port}/", timeout=2, proxies={"http": ""})  # as before
    assert end.connections == 2


def noted_of(end: FarEnd, path: str = "/") -> tuple[bool, int | None]:
    hosts = allowing(f"localhost:{end.port}", private=("localhost",))
    with guarded(hosts) as noted, suppress(requests.RequestException):
        requests.post(f"http://localhost:{end.port}{path}", data="x", timeout=2)
    return noted.handed_over, noted.status


def test_it_is_noted_whether_the_other_end_may_have_taken_it() -> None:
    with http_server() as end:
        end.reply = lambda end: (503, {}, b"no")
        assert noted_of(end) == (True, 503)
        end.reply = lambda end: (0, {}, b"")
        assert noted_of(end) == (True, None)
    assert noted_of(FarEnd(port=free_port())) == (False, None)


def test_a_long_answer_is_cut() -> None:
    with http_server() as end:
        end.reply = lambda end: (200, {}, b"a" * 1_000_000)
        hosts = allowing(f"localhost:{end.port}", private=("localhost",))
        with guarded(hosts) as noted:
            requests.post(f"http://localhost:{end.port}/", timeout=2)
    assert len(noted.body) == 64 * 1024
    assert noted.answer() == {}
