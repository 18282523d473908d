"""Reads an Apprise URL: whether it may be used here, and how it may be shown. It is a secret like a password."""

import ipaddress
import re
import socket
from urllib.parse import parse_qsl, urlsplit

# Each sends over https to hosts that its plug-in knows, whatever stands in the URL.
NAMED = frozenset(
    """bulksms clickatell clicksend d7sms discord gchat msgbird nexmo opsgenie pagerduty pbul plivo pover seven signl4
    sinch slack tgram threema twilio vonage whatsapp""".split()
)
# Each sends to the host in the URL: with an s at the end over https, without it over http.
SECURE = frozenset("gotifys jsons matrixs mmosts ntfys rockets signals".split())
PLAIN = frozenset(scheme.removesuffix("s") for scheme in SECURE)
# What else a plug-in would take: files to read or to fetch, redirects, certificates unchecked, waits and repeats.
PARAMETERS = frozenset("channel from priority region sound tags to topic".split())
ADDED = ("+", "-", ":")  # headers, parameters and fields of json, for a receiver of one's own
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f]")
_LONGEST = 2000


def name_scheme(url: str) -> str:
    """Return the scheme in small letters; empty where there is none."""
    return url.partition("://")[0].lower() if "://" in url else ""


def mask_url(url: str) -> str:
    """Return what may be shown of an Apprise URL: which service it is."""
    scheme = name_scheme(url)
    return f"{scheme if scheme in NAMED | SECURE | PLAIN else '?'}://…"


def name_url_fault(url: str, *, private_targets: bool) -> str | None:
    """Say why an Apprise URL cannot be used; None where nothing is wrong with it. Nothing of the URL is repeated.

    `private_targets`: hosts of private networks may be named, and without encryption too.
    """
    scheme = name_scheme(url)
    if _UNSEEN.search(url) or not url.isprintable() or len(url) > _LONGEST:
        return "it holds a space or a control character, or it is too long"
    if scheme not in NAMED | SECURE | PLAIN:
        return "this kind of service is not used here; one of: " + ", ".join(sorted(NAMED | SECURE | PLAIN))
    if not _has_known_parameters(url, scheme):
        return "it has a parameter other than " + ", ".join(sorted(PARAMETERS))
    if scheme in NAMED or private_targets:
        return None
    if scheme in PLAIN:
        return "it sends without encryption, which takes TRIAGE_ALLOW_PRIVATE_TARGETS"
    if is_private_literal(named_host(url) or ""):
        return "it names a host of a private network, which takes TRIAGE_ALLOW_PRIVATE_TARGETS"
    return None


def named_host(url: str) -> str | None:
    """Return the host that the message would go to, as the URL names it; None where its service knows where to."""
    scheme = name_scheme(url)
    if scheme in NAMED:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    # A topic alone is one at the public server of ntfy; with anything more it may be read as a host.
    is_topic = scheme == "ntfys" and not (parts.path.strip("/") or parts.query or "@" in parts.netloc)
    return None if is_topic and "." not in host and host != "localhost" else host


def addresses_of(host: str) -> list[str]:
    """Return the addresses of a host; none where it has no name that can be resolved."""
    try:
        return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []


def is_private_literal(host: str) -> bool:
    """Tell whether a host is written as an address of a private network, or means this machine."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public network. Raises ValueError for what is no address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_global and not found.is_multicast


def _has_known_parameters(url: str, scheme: str) -> bool:
    try:
        names = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    except ValueError:
        return False
    # In a query "+" stands for a space, as parse_qsl reads it; Apprise takes it for the mark of a header.
    adds = tuple(" " if mark == "+" else mark for mark in ADDED) if scheme in ("json", "jsons") else ()
    return all(name.lower() in PARAMETERS or name.startswith(("+", *adds) if adds else ("\0",)) for name in names)
