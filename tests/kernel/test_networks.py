"""Which addresses of the network count as one."""

import pytest

from fangpin.kernel.networks import around, networks_of, plain


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("::FFFF:C000:0209", "192.0.2.9"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", None),
        ("", None),
        ("192.0.2.9/24", None),
    ],
)
def test_one_address_is_written_in_one_way(written: str, address: str | None) -> None:
    assert plain(written) == address


def test_the_network_around_an_address_is_one_of_ipv6() -> None:
    last = "2001:db8:1:2:ffff:ffff:ffff:ffff"
    assert around("2001:db8:1:2:3:4:5:6", 64) == ("2001:db8:1:2::", last)
    assert around("::ffff:192.0.2.9", 64) is None
    assert networks_of("2001:db8:1:2::9") == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert networks_of("::ffff:192.0.2.9") == networks_of("192.0.2.9") == ("192.0.2.9", None)
    assert networks_of(None) == (None, None)
