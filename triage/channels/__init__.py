"""Ways out to a person: what is sent, what came of it, and what every way out must do."""

import re
import typing
from collections.abc import Mapping
from types import MappingProxyType

_LINE_BREAKING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]+@[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_NOT_FOR_CALLERS = re.compile(
    r"from|sender|to|cc|bcc|subject|message-id|auto-submitted|mime-version|content-.*", re.IGNORECASE
)


class Attachment(typing.NamedTuple):
    """A file that a mail brings along; `kind` like application/pdf."""

    name: str
    kind: str
    content: bytes


class Message(typing.NamedTuple):
    """One mail to one person; `Date`, `In-Reply-To` and the like come in `headers`.

    `attachments` go by mail alone: other ways out leave them away, so the text says where else to find them.
    """

    to: str
    subject: str
    text: str
    message_id: str
    headers: Mapping[str, str] = MappingProxyType({})
    attachments: tuple[Attachment, ...] = ()


class Sent(typing.NamedTuple):
    """Somebody else has taken the message over; `detail` is what an operator needs to ask them about it."""

    detail: str


class Failed(typing.NamedTuple):
    """Nobody is known to have taken it; `permanent` says that the same message to the same address never will be.

    `retry_after`: the seconds that the other side wants to be left alone for; None: it said nothing. `of_channel`: it
    lay with the way out as a whole and not with this message, as `probe` would find too.
    """

    permanent: bool
    reason: str
    retry_after: float | None = None
    of_channel: bool = False


class Channel(typing.Protocol):
    """One way out; trouble on the way is a value, never an exception."""

    def send(self, message: Message) -> Sent | Failed: ...


@typing.runtime_checkable
class Probed(typing.Protocol):
    """A way out that all messages share: it can be asked whether it is open without sending anything."""

    def probe(self) -> Failed | None: ...


def is_address(text: str) -> bool:
    """Say whether this is one plain mail address: no name beside it, no quoted part, no list."""
    return _ADDRESS.fullmatch(text) is not None


def name_fault(message: Message) -> str | None:
    """Say why no channel may take this message; None when nothing is wrong with it."""
    heads = [message.to, message.subject, message.message_id, *message.headers.values()]
    heads += [part for one in message.attachments for part in (one.name, one.kind)]
    if any(_LINE_BREAKING.search(head) for head in heads):
        return "a line break or control character in the recipient, the subject or another header"
    if not is_address(message.to):
        return "the recipient is not one mail address"
    for name in message.headers:
        if not _HEADER_NAME.fullmatch(name) or _NOT_FOR_CALLERS.fullmatch(name):
            return "a header that a caller may not set"
    return None
