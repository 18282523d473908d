"""What counts as out in the world: drawn up by range, since one forgotten range is a way in."""

import pytest

from triage.channels.public_address import is_public

INSIDE = """
    127.0.0.1 127.8.9.1 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1
    100.127.255.255 169.254.169.254 192.0.0.1 192.0.0.9 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 198.19.255.255
    192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 fec0::1 ff02::1 ff0e::1 100::1 2001:db8::1 2001::1 2001:20::1
    2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 4000::1 ::127.0.0.1 ::8.8.8.8
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
    64:ff9b::127.0.0.1 64:ff9b::10.1.2.3 64:ff9b:1::8.8.8.8
    2130706433 0x7f000001 localhost 127.1
""".split()
OUTSIDE = """
    8.8.8.8 1.1.1.1 9.9.9.9 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 193.0.0.1 11.0.0.1
    2606:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_or_odd_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_out_in_the_world_is_public(address: str) -> None:
    assert is_public(address)
