"""Serves the app with waitress: one process with threads; requests are read whole before a thread takes them."""

import gc
import logging
import signal
from collections.abc import Mapping
from functools import partial
from typing import Any

import waitress

from triage.actions.rules_trouble import broken_rules, note_lack
from triage.actions.turn import ClockTurn
from triage.api.asking import MOST_BODY
from triage.app import create_app
from triage.config import Settings
from triage.records import migrate
from triage.wiring import Wiring, wire

LOG = logging.getLogger(__name__)
MOST_CONNECTIONS = 1000  # slow ones cost a socket each, and no thread
SILENT_FOR = 60  # seconds after which a connection that says nothing is closed


def serve_app(settings: Settings, starter: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT; what a thread has begun comes to its end, what waits for one is not taken.

    `starter`: the files of the protocol with which a clinic begins that is opened on the first-run page.
    """
    wiring = wire(settings)
    wiring.starter = starter
    if migrate.current(settings.database_url) != migrate.head():
        LOG.warning("the database is not up to date: run triage db upgrade")
    else:
        check_rules(wiring)
    server = waitress.create_server(
        create_app(wiring),
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SILENT_FOR,
        max_request_body_size=16 * MOST_BODY,  # more than the app takes, so that the app can say so properly
        ident=None,
        **_proxy(settings),
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits for a thread is no news
    gc.collect()
    gc.freeze()  # what is there by now stays; looked through again, it would hold up a page for a tenth of a second
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        wiring.close()


def _proxy(settings: Settings) -> dict[str, Any]:
    """Return how a proxy before us may say from which address a call comes: tries to sign in are counted by it."""
    if settings.trusted_proxy is None:
        return {}
    headers = {"x-forwarded-for"}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_headers": headers,
        "clear_untrusted_proxy_headers": True,
    }


def check_rules(wiring: Wiring) -> None:
    """Find out before the first report whether this process can read the rules of every clinic, and tell of it."""
    clock = ClockTurn("serve", wiring.now(), wiring.terms)
    for clinic_id, digest in wiring.look(partial(broken_rules, now=clock.now)):
        wiring.do(partial(note_lack, digest=digest, turn=clock.at(clinic_id)))


def _stop(number: int, frame: object) -> None:
    """End the server's loop; waitress then lets its threads finish what they have begun."""
    raise SystemExit(0)
