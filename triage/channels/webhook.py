"""Posts one webhook, signed by the Standard Webhooks convention, within a bounded time, and says what came of it.

The name is looked up once, and the address that was found to be public is the one that is connected to: an answer
that changes between two look-ups leads nowhere. Redirects are not followed.
"""

import base64
import contextlib
import email.utils
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from triage.channels import Failed, Sent
from triage.channels.deadline import Deadline, ForbiddenAddress, cut_off, dial
from triage.channels.public_address import is_public
from triage.channels.webhook_url import Target, read_target

SECRET_MARK = "whsec_"
LONGEST_WAIT = 24 * 3600.0  # seconds; whoever asks for more is asked again after a day
_PATIENCE = 1.5  # time-outs that one post may take in all
_MOST_BODY = 1024  # bytes of the answer that are read; nobody looks at them
_GOODBYE_SECONDS = 1.0
_GONE, _WAITS = 410, (429, 503)
_USER_AGENT = "aftercare-triage-webhooks"

# The first that fits names the trouble.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (ForbiddenAddress, "the name leads into a private network"),
    (ssl.SSLCertVerificationError, "the certificate is not trusted"),
    (ssl.SSLError, "no TLS connection"),
    (socket.gaierror, "the host name cannot be resolved"),
    (TimeoutError, "no answer in time"),
    (ConnectionRefusedError, "nobody is listening"),
    (OSError, "the connection broke off"),
    (http.client.HTTPException, "the answer is no HTTP"),
)


class Post(NamedTuple):
    """One event for one endpoint; `at`: the time of this attempt; signed with each of `secrets`."""

    url: str
    id: str
    at: datetime
    body: bytes
    secrets: tuple[str, ...]


class Posted(NamedTuple):
    """What came of a post; `status`: the HTTP status, None where there was no answer.

    `Failed.permanent` says that the endpoint is gone for good (410); everything else may pass.
    """

    result: Sent | Failed
    status: int | None


class WebhookChannel:
    """A way out to programs; opens a connection per post, so threads may share it."""

    def __init__(
        self, *, allow_private: bool = False, timeout: float = 10.0, allows: Callable[[str], bool] = is_public
    ) -> None:
        """`timeout`: seconds for one answer; `allows`: which addresses may be reached unless private ones may."""
        self._allow_private = allow_private
        self._allows = None if allow_private else allows
        self._timeout = timeout
        self._tls = ssl.create_default_context()
        self.longest_seconds = timeout * _PATIENCE

    def send(self, post: Post) -> Posted:
        """Post once; holds the caller for `longest_seconds` at the very most. Trouble is a value."""
        try:
            target = read_target(post.url, allow_private=self._allow_private)
        except ValueError as error:
            return Posted(Failed(permanent=False, reason=str(error)), None)
        try:
            return self._deliver(target, post)
        except (OSError, ValueError, http.client.HTTPException) as error:
            words = next((words for kind, words in _TROUBLES if isinstance(error, kind)), "no connection")
            return Posted(Failed(permanent=False, reason=f"{target}: {words}"), None)

    def _deliver(self, target: Target, post: Post) -> Posted:
        deadline = Deadline(self.longest_seconds)
        sock = dial(target.host, target.port, timeout=self._timeout, deadline=deadline, allows=self._allows)
        with sock, cut_off(sock, deadline) as expired:
            try:
                return self._converse(sock, target, post, expired)
            except (OSError, ValueError, http.client.HTTPException) as error:
                if expired.is_set():
                    raise TimeoutError from error
                raise

    def _converse(self, sock: socket.socket, target: Target, post: Post, expired: threading.Event) -> Posted:
        connection = http.client.HTTPConnection(target.host, target.port)
        if target.tls:
            connection.default_port = http.client.HTTPS_PORT  # so that the Host header is as usual
            sock = self._tls.wrap_socket(sock, server_hostname=target.host)
        connection.sock = sock
        with contextlib.closing(connection):
            connection.request("POST", target.path, post.body, headers_of(post))
            answer = connection.getresponse()
            if expired.is_set():  # http.client takes a connection that ends in the headers for the end of the headers
                raise TimeoutError
            posted = _judge(target, answer, post.at)
            # The status says it all; the rest is taken in as far as it comes quickly, so that nobody is cut off.
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
                sock.settimeout(_GOODBYE_SECONDS)
                answer.read(_MOST_BODY)
            return posted


def headers_of(post: Post) -> dict[str, str]:
    """Return the headers of a post, its signatures among them."""
    timestamp = str(int(post.at.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": _USER_AGENT,
        "Connection": "close",
        "webhook-id": post.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(sign(secret, post.id, timestamp, post.body) for secret in post.secrets),
    }


def secret_of(key: bytes) -> str:
    """Return a signing key as the convention writes it."""
    return SECRET_MARK + base64.b64encode(key).decode()


def sign(secret: str, post_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a post: v1, HMAC-SHA256 over id.timestamp.body with the secret's bytes, in base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    digest = hmac.new(key, f"{post_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _judge(target: Target, answer: http.client.HTTPResponse, now: datetime) -> Posted:
    status = answer.status
    said = f"{target}: answered {status}"
    if 200 <= status <= 299:
        return Posted(Sent(said), status)
    wait = _read_wait(answer.getheader("Retry-After"), now) if status in _WAITS else None
    return Posted(Failed(permanent=status == _GONE, reason=said, retry_after=wait), status)


def _read_wait(text: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After asks for, as a number or as a date; None where it cannot be read."""
    text = (text or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT)
