"""Which addresses are of the open internet."""

import pytest

from quarterdeck.kernels.public_addresses import is_public

# Of each registry of RFC 6890 and its successors one, and each way to carry one of them in IPv6.
INSIDE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1"),
    "0.0.0.0",  # noqa: S104 — nothing binds there
    *("192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254"),
    *("fec0::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1"),
    *("2002:a00:1::1", "2002:7f00:1::1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::808:808", "2001:0:a00:1::1", "", "localhost", "2130706433", "0x7f.1"),
)
OUTSIDE = ("8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e")


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_of_a_network_of_ones_own_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_anybody_can_reach_is(address: str) -> None:
    assert is_public(address)
