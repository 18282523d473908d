"""Reads TRIAGE_SMTP_URL and says what is wrong with it without repeating the password."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f]")
_RIGHT = (
    "right would be smtp://host:port or smtps://user:password@host:port (in the password, percent-encode / ? # % @)"
)


class Server(NamedTuple):
    """Where mail is handed over; `tls` from the first byte, else STARTTLS when offered."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        # Ends up in tracebacks; the password must not.
        return f"Server({self})"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def parse_smtp_url(url: str) -> Server:
    """Read `smtp[s]://[user:password@]host:port`; raises ValueError that names TRIAGE_SMTP_URL and the right form."""
    try:
        parts = urlsplit(url)
        port = parts.port or 0
        user, password = (unquote(part or "", errors="strict") for part in (parts.username, parts.password))
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        # `from None`: the parser's own words repeat pieces of the URL, and the password may be one.
        raise _wrong("it cannot be read as a URL") from None
    server = Server(host, port, parts.scheme == "smtps", user, password)
    fault = _name_url_fault(url, parts, server)
    if fault is not None:
        raise _wrong(fault)
    return server


def is_loopback(host: str) -> bool:
    """Say whether the name itself means this machine; what a resolver would answer does not count."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _name_url_fault(url: str, parts: SplitResult, server: Server) -> str | None:
    faults = (
        (_UNSEEN.search(url), "it holds a space or a control character"),
        (parts.scheme not in {"smtp", "smtps"}, "it starts with neither smtp:// nor smtps://"),
        (not server.host, "the host is missing"),
        (not server.port, "the port is missing"),
        (parts.path not in {"", "/"} or parts.query or parts.fragment, "something stands after the port"),
        (bool(server.user) != bool(server.password), "user and password belong together"),
        (re.search(r"[\x00-\x1f\x7f]", server.user + server.password), "a control character in user or password"),
    )
    return next((words for is_wrong, words in faults if is_wrong), None)


def _wrong(fault: str) -> ValueError:
    return ValueError(f"TRIAGE_SMTP_URL: {fault}; {_RIGHT}")
