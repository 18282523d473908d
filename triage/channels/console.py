"""Writes messages where an operator can read them, for a machine without mail."""

import re
from typing import TextIO

from triage.channels import Failed, Message, Sent, name_fault

# A terminal obeys these; a message must not move its cursor or rename its window.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ConsoleChannel:
    """A channel that ends at a stream; what is written there counts as sent."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> Sent | Failed:
        """Write the whole message at once; a stream that cannot be written to is a passing trouble."""
        fault = name_fault(message)
        if fault is not None:
            return Failed(permanent=True, reason=fault)
        try:
            self._stream.write(self._fit(_write(message)))
            self._stream.flush()
        except (OSError, ValueError):
            return Failed(permanent=False, reason="the stream cannot be written to")
        return Sent("written to the stream")

    def _fit(self, text: str) -> str:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        return text.encode(encoding, "backslashreplace").decode(encoding)


def _write(message: Message) -> str:
    heads = {"To": message.to, "Subject": message.subject, "Message-ID": message.message_id, **message.headers}
    lines = [f"{name}: {value}" for name, value in heads.items()]
    lines += [f"Attached: {one.name} ({len(one.content)} bytes)" for one in message.attachments]
    text = message.text.replace("\r\n", "\n")
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", "\n".join([*lines, "", text, "", ""]))
