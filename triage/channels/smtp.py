"""Hands a message to a mail server, within a bounded time, and says what came of it."""

import base64
import contextlib
import email.policy
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from triage import faults
from triage.channels import Failed, Message, Sent, is_address, name_fault
from triage.channels.deadline import Deadline, cut_off, dial
from triage.channels.smtp_url import Server, is_loopback, parse_smtp_url

__all__ = ["SmtpChannel", "parse_smtp_url"]

# A server may be slow to greet and slow to take the mail, each within the time-out; in all it gets this many of them.
_PATIENCE = 3
_GOODBYE_SECONDS = 1.0
_END_OF_MAIL = b"\r\n.\r\n"

# What an operator has to mend (login, relaying, policy, the sender) says nothing against the recipient.
_OPERATORS_CODES = {503, 530, 534, 535, 538}
_OPERATORS_STATUS = re.compile(r"5\.(7\.\d+|1\.[78])$")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")

# The first that fits names the trouble.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPRecipientsRefused, "recipient refused"),
    (smtplib.SMTPDataError, "mail refused"),
    (smtplib.SMTPSenderRefused, "sender refused (TRIAGE_MAIL_FROM)"),
    (smtplib.SMTPAuthenticationError, "login refused (TRIAGE_SMTP_URL)"),
    (smtplib.SMTPResponseException, "the server is not ready"),
    (smtplib.SMTPServerDisconnected, "the connection broke off"),
    (smtplib.SMTPException, "the server does not talk as expected"),
    (ssl.SSLCertVerificationError, "the certificate is not trusted"),
    (ssl.SSLError, "no TLS connection"),
    (socket.gaierror, "the host name cannot be resolved"),
    (TimeoutError, "no answer in time"),
    (ConnectionRefusedError, "nobody is listening"),
    (OSError, "no connection"),
)


class SmtpChannel:
    """A channel over one mail server; opens a connection per message, so threads may share it."""

    def __init__(self, url: str, mail_from: str, timeout: float = 10.0) -> None:
        """Raise ValueError naming the setting when the URL or the sender is wrong; `timeout` is per answer."""
        self._server = parse_smtp_url(url)
        self._sender = _parse_sender(mail_from)
        self._timeout = timeout
        self._tls = _trust(self._server.host)
        self.longest_seconds = timeout * _PATIENCE

    def send(self, message: Message) -> Sent | Failed:
        """Hand one message over; holds the caller for `longest_seconds` at the very most."""
        fault = name_fault(message)
        if fault is not None:
            return Failed(permanent=True, reason=fault)
        try:
            mail = self._write(message)
        except (ValueError, IndexError):  # the standard library raises IndexError on some odd headers
            return Failed(permanent=True, reason="the message cannot be written as a mail")
        result = self._talk(lambda session: self._hand_over(session, mail, message.to))
        return result if result is not None else Sent(str(self._server))

    def probe(self) -> Failed | None:
        """Greet the server and log in without a message; None: it is there and lets us in."""
        result = self._talk(lambda session: None)
        return result if isinstance(result, Failed) else None

    def _write(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=_WIRE)
        mail["From"] = self._sender
        mail["To"] = message.to
        mail["Subject"] = _drop_surrogates(message.subject)
        mail["Message-ID"] = message.message_id
        mail["Auto-Submitted"] = "auto-generated"
        for header, value in message.headers.items():
            mail[header] = _drop_surrogates(value)
        mail.set_content(_drop_surrogates(message.text), charset="utf-8")
        for one in message.attachments:
            main, _, sub = one.kind.partition("/")
            mail.add_attachment(one.content, maintype=main, subtype=sub, filename=_drop_surrogates(one.name))
        return mail

    def _talk(self, say: Callable[["_Session"], Sent | Failed | None]) -> Sent | Failed | None:
        """Open a session, say what there is to say in it, and judge what goes wrong by when it does."""
        is_open = False
        deadline = Deadline(self.longest_seconds)
        try:
            sock = dial(self._server.host, self._server.port, timeout=self._timeout, deadline=deadline)
            with sock, cut_off(sock, deadline) as expired:
                try:
                    with self._open(sock) as session:
                        is_open = True
                        return say(session)
                except (OSError, ValueError) as error:
                    if expired.is_set():
                        raise TimeoutError from error
                    raise
        except (OSError, ValueError) as error:  # every exception of smtplib and ssl is an OSError
            return self._judge(error, of_channel=not is_open)

    @contextlib.contextmanager
    def _open(self, sock: socket.socket) -> Iterator["_Session"]:
        """Greet, encrypt and log in; what goes wrong up to here goes wrong for every message."""
        if self._server.tls:
            sock = self._tls.wrap_socket(sock, server_hostname=self._server.host)
        session = _Session(sock, self._server, self._timeout)
        try:
            self._encrypt(session)
            self._log_in(session)
            yield session
            _say_goodbye(session)
        finally:
            session.close()

    def _hand_over(self, session: "_Session", mail: EmailMessage, to: str) -> Sent | Failed:
        if not to.isascii() and not session.has_extn("smtputf8"):
            return Failed(permanent=True, reason=f"{self._server}: takes no address with letters beyond ASCII")
        # Not smtplib's send_message: it puts a > before every line that begins with "From ".
        session.sendmail(self._sender.addr_spec, to, *_serialise(mail, international=not to.isascii()))
        return Sent(f"{self._server}: {session.receipt}")

    def _encrypt(self, session: "_Session") -> None:
        session.ehlo_or_helo_if_needed()
        if self._server.tls:
            return
        if session.has_extn("starttls"):
            session.starttls(context=self._tls)
            session.ehlo_or_helo_if_needed()
        elif self._server.user and not is_loopback(self._server.host):
            # Somebody on the way may have taken the offer out of the answer, to read the password.
            raise _UnfitError("no STARTTLS offered, and the password is not sent in the clear (TRIAGE_SMTP_URL)")

    def _log_in(self, session: "_Session") -> None:
        if not self._server.user:
            return
        offered = session.esmtp_features.get("auth", "").upper().split()
        if not offered:
            raise _UnfitError("a user is given but the server offers no login (TRIAGE_SMTP_URL)")
        if "PLAIN" in offered:
            session.log_in_plainly(self._server.user, self._server.password)
        else:
            session.login(self._server.user, self._server.password)

    def _judge(self, error: OSError | ValueError, *, of_channel: bool) -> Failed:
        if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
            error = error.__context__
        code, status = _read_reply(error)
        words = next((words for kind, words in _TROUBLES if isinstance(error, kind)), "the conversation failed")
        if isinstance(error, _UnfitError):
            words = str(error)
        answer = f": {code} {status}".rstrip() if code else ""
        reason = f"{self._server}: {words}{answer}"
        return Failed(permanent=_is_permanent(error, code, status), reason=reason, of_channel=of_channel)


class _UnfitError(smtplib.SMTPException):
    """The server is there but cannot be used as it is; the words are ours and may be shown."""


class _Session(smtplib.SMTP):
    """smtplib's conversation over a socket that is already connected; keeps the answer to the mail itself."""

    def __init__(self, sock: socket.socket, server: Server, timeout: float) -> None:
        self._connected = sock
        self.receipt = ""
        # With a name of our own, smtplib does not ask the resolver for one, without a time-out.
        super().__init__(server.host, server.port, local_hostname=_name_self(sock), timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._connected

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, reply = super().data(msg)
        self.receipt = f"{code} {_clean(reply)}"
        return code, reply

    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(_END_OF_MAIL):
            faults.at("bytes_sent")

    def log_in_plainly(self, user: str, password: str) -> None:
        """AUTH PLAIN in UTF-8, as RFC 4616 has it; smtplib's own knows ASCII only."""
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        code, reply = self.docmd("AUTH", f"PLAIN {secret}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, reply)


class _WirePolicy(email.policy.EmailPolicy):
    """Seven-bit mail whose ids and links stay whole: Python's folding encodes a long one, and threads break."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in {"message-id", "in-reply-to", "references", "list-unsubscribe"} and value.isascii():
            return (f"{name}: " + "\r\n ".join(value.split()) + "\r\n").encode()
        return super().fold_binary(name, value)


_WIRE = _WirePolicy(linesep="\r\n", cte_type="7bit")


def _parse_sender(mail_from: str) -> Address:
    found = getaddresses([mail_from])
    name, address = found[0] if len(found) == 1 else ("", "")
    if not is_address(address) or not address.isascii() or not mail_from.isprintable():
        raise ValueError("TRIAGE_MAIL_FROM: right would be clinic@example.org or Clinic <clinic@example.org>")
    return Address(name, addr_spec=address)


def _serialise(mail: EmailMessage, *, international: bool) -> tuple[bytes, tuple[str, ...]]:
    """Give the bytes for the wire and the options that MAIL FROM must carry for them."""
    content = mail.as_bytes(policy=_WIRE.clone(utf8=international))
    return content, ("SMTPUTF8", "BODY=8BITMIME") if international else ()


def _trust(host: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if is_loopback(host):
        # Mail servers on the same machine carry self-signed certificates, and nobody stands in between.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _name_self(sock: socket.socket) -> str:
    address = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _say_goodbye(session: _Session) -> None:
    # The mail is accepted; whatever happens now cannot change that.
    with contextlib.suppress(OSError, ValueError):
        if session.sock is not None:
            session.sock.settimeout(_GOODBYE_SECONDS)
        session.quit()


def _read_reply(error: Exception) -> tuple[int, str]:
    """Give the reply code and its enhanced status; 0 and '' without. The rest of a reply may quote the message."""
    code: int = 0
    reply: bytes | str = b""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, reply = error.smtp_code, error.smtp_error
    status = _STATUS.match(_clean(reply))
    return max(code, 0), status.group() if status else ""


def _is_permanent(error: Exception, code: int, status: str) -> bool:
    if not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    return 500 <= code <= 599 and code not in _OPERATORS_CODES and not _OPERATORS_STATUS.match(status)


def _clean(reply: bytes | str) -> str:
    text = reply if isinstance(reply, str) else reply.decode("ascii", "replace")
    return "".join(letter for letter in text if letter.isprintable())[:200]


def _drop_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
