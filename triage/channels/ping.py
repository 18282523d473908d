"""Calls the address of a dead-man's switch: whoever keeps it raises the alarm when the calls stop coming."""

import contextlib
import http.client
import ssl
from urllib.parse import urlsplit

from triage.channels import Failed, Sent
from triage.channels.deadline import Deadline, cut_off, dial

SECONDS = 5.0
MOST_READ = 65536


def ping(url: str, seconds: float = SECONDS) -> Sent | Failed:
    """GET an http or https address within so many seconds in all; anything but 2xx has failed, also a redirect.

    The operator gives the address, so a private one is as good as any. Reasons never quote it: it is a secret.
    """
    try:
        status = _call(url, Deadline(seconds), seconds)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Failed(permanent=False, reason=type(error).__name__)
    if 200 <= status < 300:
        return Sent(f"HTTP {status}")
    return Failed(permanent=False, reason=f"HTTP {status}")


def _call(url: str, deadline: Deadline, seconds: float) -> int:
    """Return the status of the answer. Raises OSError, ValueError or HTTPException where there is none in time."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if is_tls else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sock = dial(host, port, timeout=seconds, deadline=deadline)
    with contextlib.closing(sock), cut_off(sock, deadline) as expired:
        stream = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if is_tls else sock
        with contextlib.closing(stream):
            call = http.client.HTTPConnection(host, port)
            call.sock = stream
            call.request("GET", target, headers={"User-Agent": "aftercare-triage", "Connection": "close"})
            answer = call.getresponse()
            answer.read(MOST_READ)
            if expired.is_set():
                raise TimeoutError
            return answer.status
