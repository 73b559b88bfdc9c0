"""Which machines messages may be sent to: those that the operator named, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings

USUAL_PORTS: Final = frozenset({25, 443, 465, 587})
_NAT64: Final = ip_network("64:ff9b::/96")
_COMPATIBLE: Final = ip_network("::/96")


@dataclass(frozen=True)
class Hosts:
    """`allowed`: "name" (on usual ports) or "name:port". `private`: names among them that may lie
    in the own network and be spoken to without TLS."""

    allowed: frozenset[str]
    private: frozenset[str]

    def allows(self, host: str, port: int) -> bool:
        """Whether the operator named this machine."""
        name = plain(host)
        return f"{name}:{port}" in self.allowed or (name in self.allowed and port in USUAL_PORTS)

    def may_be_private(self, host: str) -> bool:
        """Whether the operator said that it lies inside."""
        return plain(host) in self.private

    def refuses_address(self, host: str, address: str) -> bool:
        """Whether a machine of this name must not be found at this address."""
        return not is_public(address) and not self.may_be_private(host)


def hosts() -> Hosts:
    """As the settings have it."""
    return Hosts(
        frozenset(map(plain, settings.MESSAGE_HOSTS)),
        frozenset(map(plain, settings.MESSAGE_PRIVATE_HOSTS)),
    )


def plain(host: str) -> str:
    """A name as names are compared."""
    return host.strip().rstrip(".").lower().strip("[]")


def is_public(address: str) -> bool:
    """Whether an address belongs to the network outside: not private, loopback, link-local, shared,
    reserved, multicast – nor an IPv6 address behind which such an IPv4 address stands."""
    found = ip_address(address.partition("%")[0])
    return all(_outside(each) for each in _behind(found))


def _behind(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address | IPv6Address]:
    yield address
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            yield address.ipv4_mapped
        if address.sixtofour is not None:
            yield address.sixtofour
        if address.teredo is not None:
            yield from address.teredo
        if address in _NAT64 or address in _COMPATIBLE:
            yield IPv4Address(int(address) & 0xFFFFFFFF)


def _outside(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        # An address behind another one decides; the wrapping itself may count as reserved.
        if address.ipv4_mapped is not None or address in _NAT64:
            return True
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
