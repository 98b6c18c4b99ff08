"""Whether an IP address is one of the open internet, and so none of our own network.

What is private, of this machine, of this link, shared, reserved or for many is none (the registries
of RFC 6890), nor is an IPv6 address that carries such an IPv4 address: mapped (RFC 4291), 6to4
(RFC 3056), Teredo (RFC 4380), or for translation (RFC 6052).
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_TRANSLATED = IPv6Network("64:ff9b::/96")
# The old form that is compatible with IPv4 (RFC 4291, 2.5.5.1), which nothing uses any more.
_COMPATIBLE = IPv6Network("::/96")
_LOW_BITS = 2**32 - 1
# Of these Python says that they are global: for protocols, for translation within a network
# (RFC 8215), and what was site-local once (RFC 3879).
_NOT_PUBLIC = tuple(map(ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10")))


def is_public(text: str) -> bool:
    """Say whether an address in its usual spelling is of the open internet; no address is not."""
    try:
        # A zone, as in fe80::1%eth0, only a link-local address has.
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(map(_is_public, (address, *_carried(address))))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    is_reserved = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not is_reserved


def _carried(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address]:
    """Give the IPv4 addresses to which an IPv6 address leads."""
    if isinstance(address, IPv4Address):
        return
    yield from (each for each in (address.ipv4_mapped, address.sixtofour) if each is not None)
    if address.teredo is not None:
        yield from address.teredo
    if address in _TRANSLATED or address in _COMPATIBLE:
        yield IPv4Address(int(address) & _LOW_BITS)
