"""A mail server that catches: a real SMTP conversation on this machine, and a page and a list of what came in."""

import asyncio
import contextlib
import email
import email.policy
import html
import json
import logging
import re
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from typing import Any, NamedTuple, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

_HOST = "127.0.0.1"
_LINK = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]])")  # one group, so that a split keeps the links
_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>($count) Demo mailbox</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
article { border: 1px solid #8886; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 } p { margin: 0; opacity: .8 }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0 }
</style></head><body><main><h1>Demo mailbox</h1>
<p>Mails that the demo has sent, newest first: $count. Nothing leaves this machine. The page reloads itself.</p>
$mails
</main></body></html>
""")
_ARTICLE = Template("<article><h2>$subject</h2><p>to $to, <time>$received_at</time></p><pre>$text</pre></article>")


class Mail(NamedTuple):
    """One mail as received; `to` is a list only when it went to several, `content` the bytes of the conversation."""

    to: str | list[str]
    subject: str
    text: str
    received_at: datetime
    content: bytes

    def as_json(self) -> dict[str, Any]:
        """Give what /messages.json shows of it."""
        received_at = self.received_at.astimezone(UTC).isoformat(timespec="milliseconds")
        return {"to": self.to, "subject": self.subject, "text": self.text, "received_at": received_at}


class Mailbox:
    """The catching mail server; `refuse` (550) and `defer` (451) name recipients and may change at any time."""

    def __init__(
        self,
        smtp_port: int = 0,
        http_port: int = 0,
        *,
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
        logins: Mapping[str, str] | None = None,
    ) -> None:
        """Port 0 takes a free one at the first start and keeps it; `tls` offers STARTTLS, `logins` demands one."""
        self.smtp_port, self._http_port = smtp_port, http_port
        self.refuse: set[str] = set()
        self.defer: set[str] = set()
        self.messages: list[Mail] = []
        self._now, self._tls, self._logins = now, tls, dict(logins or {})
        self._arrival = threading.Condition()
        self._stops = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """The address of the page; complete once started."""
        return f"http://{_HOST}:{self._http_port}"

    def start(self) -> None:
        """Listen on both ports; raises OSError when one is taken, and then holds neither."""
        with contextlib.ExitStack() as stops:
            self.smtp_port = self._start_smtp(stops)
            self._http_port = self._start_http(stops)
            self._stops = stops.pop_all()

    def stop(self) -> None:
        """Close both ports and every conversation; what was caught stays. Does nothing when not started."""
        self._stops.close()

    def wait_for(self, count: int, timeout: float) -> bool:
        """Wait until so many mails have come in all; False when they have not within the time."""
        with self._arrival:
            return self._arrival.wait_for(lambda: len(self.messages) >= count, timeout)

    def keep(self, mail: Mail) -> None:
        """Add one mail and wake whoever waits for it."""
        with self._arrival:
            self.messages.append(mail)
            self._arrival.notify_all()

    def _start_smtp(self, stops: contextlib.ExitStack) -> int:
        # aiosmtpd tells its log who writes to whom.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        # Bound here and not in aiosmtpd's thread: a port that is taken is then known at once.
        listener = socket.create_server((_HOST, self.smtp_port))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each EHLO waits 40 ms
        stops.callback(listener.close)
        server = _SmtpServer(
            _Catcher(self, self._now, self._logins),
            listener,
            server_hostname="mailbox.localhost",
            tls_context=self._tls,
            auth_require_tls=self._tls is not None,
            authenticator=self._check_login if self._logins else None,
            auth_exclude_mechanism=() if self._logins else ("PLAIN", "LOGIN"),
        )
        stops.callback(server.stop, no_assert=True)
        server.start()
        return int(listener.getsockname()[1])

    def _start_http(self, stops: contextlib.ExitStack) -> int:
        server = _HttpServer((_HOST, self._http_port), _Answer)
        server.mailbox = self
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        for close in (server.server_close, thread.join, server.shutdown):
            stops.callback(close)
        return server.server_port

    def _check_login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        password = self._logins.get(given.login.decode())
        return AuthResult(success=password is not None and given.password.decode() == password, handled=False)


class _Catcher:
    """What the mail server answers; the method names are aiosmtpd's."""

    def __init__(self, mailbox: Mailbox, now: Callable[[], datetime], logins: Mapping[str, str]) -> None:
        self._mailbox, self._now, self._logins = mailbox, now, logins

    async def handle_RCPT(self, _: SMTP, session: Any, envelope: Any, address: str, __: list[str]) -> str:
        if self._logins and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address in self._mailbox.refuse:
            return "550 5.1.1 No such recipient here"
        if address in self._mailbox.defer:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _: SMTP, __: Any, envelope: Any) -> str:
        recipients: list[str] = list(envelope.rcpt_tos)
        to = recipients[0] if len(recipients) == 1 else recipients
        self._mailbox.keep(Mail(to, *_read(envelope.content), self._now(), envelope.content))
        return f"250 2.0.0 OK: kept as {len(self._mailbox.messages)}"


class _SmtpServer(Controller):
    """aiosmtpd in its own thread, on a socket that is already bound; ends open conversations when it stops."""

    def __init__(self, handler: _Catcher, listener: socket.socket, **settings: Any) -> None:
        super().__init__(handler, _HOST, listener.getsockname()[1], **settings)
        self._listener = listener
        self._conversations: weakref.WeakSet[SMTP] = weakref.WeakSet()

    def factory(self) -> SMTP:
        conversation = SMTP(self.handler, loop=self.loop, **self.SMTP_kwargs)
        self._conversations.add(conversation)
        return conversation

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)

    def stop(self, no_assert: bool = False) -> None:
        if self.loop.is_running():
            asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
            super().stop(no_assert=no_assert)

    async def _hang_up(self) -> None:
        # During a TLS handshake the outer transport is the only one, and its end does not reach the handler.
        for conversation in list(self._conversations):
            for transport in filter(None, (conversation.transport, conversation._original_transport)):
                cast(asyncio.Transport, transport).abort()
            if conversation._handler_coroutine is not None:
                conversation._handler_coroutine.cancel()
                await asyncio.gather(conversation._handler_coroutine, return_exceptions=True)


class _HttpServer(ThreadingHTTPServer):
    mailbox: Mailbox


class _Answer(BaseHTTPRequestHandler):
    """Answers a browser; two pages and nothing else."""

    timeout = 10

    def do_GET(self) -> None:
        messages = list(cast(_HttpServer, self.server).mailbox.messages)
        if self.path == "/messages.json":
            self._reply(200, "application/json", json.dumps([mail.as_json() for mail in messages]))
        elif self.path == "/":
            self._reply(200, "text/html; charset=utf-8", _draw(messages))
        else:
            self._reply(404, "text/plain; charset=utf-8", "There is / and /messages.json.\n")

    def _reply(self, status: int, kind: str, text: str) -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal belongs to the demo."""


def _read(content: bytes) -> tuple[str, str]:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    part = mail.get_body(("plain", "html"))
    try:
        text = "" if part is None else str(part.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows
        text = content.decode("utf-8", "replace")
    return str(mail["Subject"] or ""), text.replace("\r\n", "\n")


def _draw(messages: list[Mail]) -> str:
    mails = [_draw_mail(mail) for mail in reversed(messages[-200:])]
    return _PAGE.substitute(count=len(messages), mails="\n".join(mails) or "<p>None yet.</p>")


def _draw_mail(mail: Mail) -> str:
    to = mail.to if isinstance(mail.to, str) else ", ".join(mail.to)
    heads = {"subject": mail.subject or "(no subject)", "to": to, "received_at": mail.as_json()["received_at"]}
    return _ARTICLE.substitute({name: html.escape(text) for name, text in heads.items()}, text=_link(mail.text))


def _link(text: str) -> str:
    pieces = [html.escape(piece) for piece in _LINK.split(text)]
    pieces[1::2] = [f'<a href="{target}" rel="noreferrer">{target}</a>' for target in pieces[1::2]]
    return "".join(pieces)
