"""Addresses of the network as they count for somebody who tries too often.

Whoever has one IPv6 connection has 2⁶⁴ addresses of it at least, often 2⁸⁰ (a /48): single ones
count for nothing there.
"""

from ipaddress import IPv6Address, ip_address, ip_network


def plain(text: str) -> str | None:
    """An address as one writes it, IPv4 also where it came mapped into IPv6; None for none."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(found)


def around(address: str, bits: int) -> tuple[str, str] | None:
    """First and last address of the IPv6 network of so many bits; None for an IPv4 address."""
    found = ip_address(plain(address) or address)
    if not isinstance(found, IPv6Address):
        return None
    network = ip_network((found, bits), strict=False)
    return str(network[0]), str(network[-1])


def networks_of(address: str | None) -> tuple[str | None, str | None]:
    """What one connection is known by, and what lies around it: of IPv6 the /64 and the /48, of
    IPv4 the address and nothing."""
    narrow = around(address, 64) if address else None
    wide = around(address, 48) if address else None
    if not address or not narrow or not wide:
        return (plain(address) or address if address else None), None
    return f"{narrow[0]}/64", f"{wide[0]}/48"
