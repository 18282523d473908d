"""Where a webhook may go, as far as its URL says; its addresses are looked at when it is sent."""

import ipaddress
import re
import urllib.parse
from typing import NamedTuple

from triage.channels.public_address import is_public

LONGEST = 2000
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Names that lead to this machine or stay inside a network: RFC 6761, 6762, 8375, and what is usual.
_INSIDE = re.compile(r"(.*\.)?(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa)")


class Target(NamedTuple):
    """A URL in its parts; `path` with the query."""

    tls: bool
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        """Name it for an operator: a path or a query may hold a secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def read_target(url: str, *, allow_private: bool) -> Target:
    """Return where a URL leads. Raises ValueError that says what is wrong and what would be right.

    `allow_private`: plain http, and addresses and names inside the own network, are taken too.
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST:
        raise ValueError(f"give up to {LONGEST} plain characters without spaces, other letters as in punycode")
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("it is no address; give one like https://example.org/hooks") from None
    tls = parts.scheme == "https"
    if not tls and not (allow_private and parts.scheme == "http"):
        raise ValueError("give an address that begins with https://")
    if "@" in parts.netloc or "#" in url:
        raise ValueError("give it without a user, a password and a #")
    host = (parts.hostname or "").removesuffix(".")
    _check_host(host, allow_private)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(tls, host, port or (443 if tls else 80), path)


def _check_host(host: str, allow_private: bool) -> None:
    """Raise ValueError for a host that is none, or that is inside."""
    try:
        address: object = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is None and (not _NAME.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2])):
        raise ValueError("it names no host; give one like https://example.org/hooks")
    if allow_private:
        return
    is_inside = "." not in host or _INSIDE.fullmatch(host) is not None if address is None else not is_public(host)
    if is_inside:
        raise ValueError("it leads into a private network; only TRIAGE_ALLOW_PRIVATE_TARGETS allows that")
