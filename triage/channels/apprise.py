"""Hands a message to a chat, push or text message service through the library Apprise: one URL a call.

The library says only whether a service took it, so what we know of a failure is the status that it logs. It knows no
bar against private networks: the host is looked at here first.
"""

import contextlib
import importlib
import logging
import queue
import re
import threading
from typing import Any
from urllib.parse import quote

from triage.channels import Failed, Message, Sent
from triage.channels.apprise_url import addresses_of, is_public, mask_url, name_url_fault, named_host
from triage.rules.segments import segments_of

LONGEST = 20  # seconds that one send may take in all
_SOCKET_SECONDS = 8.0
_BUSY_SECONDS = 60.0
_GONE = {401, 404, 410}  # the service does not know this URL, and will not tomorrow
_STATUS = re.compile(r"error=(\d{3})\b")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_IN_TIME = "no answer in time"
# What a plug-in may stumble over; said in our words, since its own may repeat the URL.
_STUMBLES = (OSError, ValueError, TypeError, LookupError, AttributeError, RuntimeError, ArithmeticError)


class _StatusLog(logging.Handler):
    """Keeps, for each thread, the last HTTP status that the library tells of, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = threading.local()

    def begin(self) -> None:
        """Forget what this thread saw before."""
        self._seen.status = 0

    def status(self) -> int:
        """Return the last status that this thread saw; 0: none."""
        return int(getattr(self._seen, "status", 0))

    def emit(self, record: logging.LogRecord) -> None:
        """Read the status out of a line of the library's log."""
        if found := _STATUS.search(record.getMessage()):
            self._seen.status = int(found[1])


_STATUS_LOG = _StatusLog()  # one for the process: the library has one log


class AppriseChannel:
    """A channel whose addresses are Apprise URLs; threads may share it. What it says of an address is its service."""

    def __init__(self, *, private_targets: bool = False) -> None:
        """Load the library and its plug-ins, which cost time and memory and are needed only here. ImportError where
        it is missing."""
        self._library = importlib.import_module("apprise")
        self._private_targets = private_targets
        self._left_behind: set[str] = set()
        self._lock = threading.Lock()
        # The library tells its log of hosts and answers; only the status is wanted, and nothing reaches our log.
        logger = logging.getLogger("apprise")
        logger.handlers = [_STATUS_LOG]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        self._service("json://localhost")

    def send(self, message: Message) -> Sent | Failed:
        """Send the text to the service that `message.to` names; holds the caller for LONGEST seconds at most."""
        return self.send_to(message.to, message.text, mask_url(message.to))

    def send_to(self, url: str, text: str, shown: str) -> Sent | Failed:
        """Send a text to a URL, which is told of as `shown`."""
        fault = name_url_fault(url, private_targets=self._private_targets)
        if fault is not None:
            return Failed(permanent=True, reason=f"{shown} {fault}")
        if url in self._left_behind:  # else each try at a service that hangs would leave one more thread behind
            return Failed(permanent=False, reason=f"{shown} {_NOT_IN_TIME}, and the last try has not come to its end")
        answers: queue.SimpleQueue[Sent | Failed] = queue.SimpleQueue()
        over = threading.Event()
        arguments = (url, _CONTROLS.sub(" ", text), shown, answers, over)
        threading.Thread(target=self._work, args=arguments, name="apprise", daemon=True).start()
        try:
            return answers.get(timeout=LONGEST)
        except queue.Empty:
            with self._lock:
                if not over.is_set():
                    self._left_behind.add(url)
            return Failed(permanent=False, reason=f"{shown} {_NOT_IN_TIME}")

    def _work(
        self, url: str, text: str, shown: str, answers: "queue.SimpleQueue[Sent | Failed]", over: threading.Event
    ) -> None:
        result: Sent | Failed = Failed(permanent=False, reason=f"{shown} the library failed")
        try:
            with contextlib.suppress(*_STUMBLES, self._library.exception.AppriseException):
                result = self._look_at_host(url, shown) or self._notify(url, text, shown)
        finally:
            with self._lock:
                over.set()
                self._left_behind.discard(url)
            answers.put(result)

    def _look_at_host(self, url: str, shown: str) -> Failed | None:
        host = named_host(url)
        if host is None or self._private_targets:
            return None
        addresses = addresses_of(host)
        if not addresses:
            return Failed(permanent=False, reason=f"{shown} the host name cannot be resolved")
        if all(is_public(address) for address in addresses):
            return None
        return Failed(permanent=True, reason=f"{shown} the host is in a private network (TRIAGE_ALLOW_PRIVATE_TARGETS)")

    def _notify(self, url: str, text: str, shown: str) -> Sent | Failed:
        service = self._service(url)
        if service is None:
            return Failed(permanent=True, reason=f"{shown} Apprise cannot read this URL")
        _STATUS_LOG.begin()
        if service.notify(body=text, body_format=self._library.NotifyFormat.TEXT):
            return Sent(f"{shown} taken")
        status = _STATUS_LOG.status()
        said = f"the service answered {status}" if status else "the service did not take it"
        return Failed(
            permanent=status in _GONE,
            reason=f"{shown} {said}",
            retry_after=_BUSY_SECONDS if status == 429 else None,
        )

    def _service(self, url: str) -> Any:
        """Return the plug-in for a URL, tied down; None where the library cannot read it. A new one each time, since
        it waits between the messages of one."""
        asset = self._library.AppriseAsset(storage_mode=self._library.PersistentStoreMode.MEMORY, plugin_paths=[])
        asset.http_redirects = False
        service = self._library.Apprise.instantiate(url, asset=asset)
        if service is not None:
            service.redirects = False
            service.verify_certificate = True
            service.socket_connect_timeout = service.socket_read_timeout = _SOCKET_SECONDS
            service.request_rate_per_sec = 0
        return service


class SmsChannel:
    """Text messages to patients: an Apprise URL in which {to} stands for the telephone number."""

    def __init__(self, url: str, *, private_targets: bool = False) -> None:
        """Raise ValueError, naming the setting, for a URL without {to} or that cannot be used."""
        fault = name_url_fault(url.replace("{to}", "1"), private_targets=private_targets)
        if "{to}" not in url or fault:
            raise ValueError(f"TRIAGE_SMS_URL: {fault or 'it has no {to}'}; right would be twilio://.../{{to}}")
        self._url = url
        self._channel = AppriseChannel(private_targets=private_targets)

    def send(self, message: Message) -> Sent | Failed:
        """Send the text to a telephone number. What the service refuses may be the operator's to mend, so it is never
        for good."""
        number = dialled(message.to)
        if not number:
            return Failed(permanent=True, reason="the recipient is no telephone number")
        result = self._channel.send_to(self._url.replace("{to}", quote(number, safe="")), message.text, "sms")
        if isinstance(result, Failed):
            return result._replace(permanent=False)
        return Sent(f"{result.detail}, segments: {segments_of(message.text)}")


def dialled(phone: str) -> str:
    """Return a telephone number as providers take it: digits, with a + before the code of a country."""
    digits = "".join(sign for sign in phone if sign in "0123456789")
    if phone.strip().startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits
