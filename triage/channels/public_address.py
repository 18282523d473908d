"""Which addresses are out in the world: whoever names a target must not make us call on our own machines."""

import ipaddress

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What ipaddress counts as global although it is not one machine out in the world.
_ODD_V4 = ("224.0.0.0/4", "192.88.99.0/24", "192.0.0.0/24")
_ODD_V6 = ("2001::/23", "2002::/16", "3fff::/20", "2001:db8::/32")
_ODD = tuple(ipaddress.ip_network(odd) for odd in (*_ODD_V4, *_ODD_V6))
_WORLD_V6 = ipaddress.ip_network("2000::/3")  # all that has been given out of IPv6
_CARRYING_V4 = tuple(ipaddress.ip_network(net) for net in ("::ffff:0:0/96", "64:ff9b::/96"))  # mapped, and NAT64


def is_public(address: str) -> bool:
    """Say whether this is the address of one machine out in the world; False for what is no address.

    An IPv4 address inside an IPv6 one counts as what it is.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(found in net for net in _CARRYING_V4):
        found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return _is_in_the_world(found)


def _is_in_the_world(address: _Address) -> bool:
    if address.version == 6 and address not in _WORLD_V6:
        return False
    return address.is_global and not any(address in net for net in _ODD)
