"""/office/webhooks: which programs are told what happens, how that goes, and what is sent again."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.turn import Turn
from triage.actions.webhook_events import EVENT_TYPES
from triage.actions.webhook_views import deliveries_shown, show_webhook, webhook_shown, webhooks_shown
from triage.actions.webhooks import (
    add_webhook,
    change_webhook,
    remove_webhook,
    resend_one,
    rotate_secret,
    test_webhook,
)
from triage.records import Session
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled, need, take, typed
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/webhooks"
MOST_SHOWN = 25
STATES = {
    "pending": "waits",
    "leased": "is being sent",
    "sent": "arrived",
    "failed": "given up",
    "cancelled": "not sent any more",
}
WHY_OFF = {"by_hand": "switched off", "failing": "switched off after days of failures", "gone": "its host says: gone"}
DONE = {
    "on": "Switched on: what has waited is sent.",
    "off": "Switched off.",
    "removed": "Removed.",
    "tested": "A test is on its way; load this page again to see what became of it.",
    "again": "It is sent again.",
}


@for_staff(*OFFICE)
@confirmed
def show_webhooks(page: StaffPage) -> ResponseReturnValue:
    """Show the addresses that are told."""
    return _page(page, filled(url=None, events=list(EVENT_TYPES)), 200)


@for_staff(*OFFICE)
@confirmed
def take_webhook(page: StaffPage) -> ResponseReturnValue:
    """Add an address; the secret that its posts are signed with is shown this once."""
    form = need(typed("url", "events"), {"url": "Give the address that is posted to."}, 2000)
    events = list(form.all("events"))
    wanted = None if set(events) >= set(EVENT_TYPES) else events
    if not events:
        form = form.with_fault("events", "Choose at least one kind of event.")
    made: list[dict[str, Any]] = []

    def add(session: Session, turn: Turn) -> dict[str, Any]:
        return show_webhook(session, add_webhook(session, form.text("url"), wanted, turn), turn, with_secret=True)

    answer = take(form, lambda: made.append(page.do(add)), lambda form, status: _page(page, form, status), HERE)
    if not made:
        return answer
    return _page(page, filled(url=None, events=list(EVENT_TYPES)), 200, secret=made[-1]["secret"])


@for_staff(*OFFICE)
@confirmed
def show_webhook_page(page: StaffPage, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Show one address, with what was sent there lately."""
    return _one(page, webhook_id)


@for_staff(*OFFICE)
@confirmed
def take_verb(page: StaffPage, webhook_id: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Switch an address on or off, remove it, or send a test."""
    there = f"{HERE}/{webhook_id}"
    if verb == "remove":
        page.do(lambda session, turn: remove_webhook(session, webhook_id, turn))
        return redirect(f"{HERE}?done=removed", 303)
    if verb == "test":
        page.do(lambda session, turn: test_webhook(session, webhook_id, turn))
        return redirect(f"{there}?done=tested", 303)
    if verb == "rotate":
        return _one(page, webhook_id, secret=page.do(lambda session, turn: _rotated(session, webhook_id, turn)))
    page.do(lambda session, turn: change_webhook(session, webhook_id, {"enabled": verb == "on"}, turn))
    return redirect(f"{there}?done={verb}", 303)


@for_staff(*OFFICE)
@confirmed
def take_again(page: StaffPage, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> ResponseReturnValue:
    """Send one event again."""
    page.do(lambda session, turn: resend_one(session, webhook_id, delivery_id, turn))
    return redirect(f"{HERE}/{webhook_id}?done=again", 303)


def host_of(url: str) -> str:
    """Return what may be shown of an address: its path and query may hold a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{':' + str(parts.port) if parts.port else ''}/…"


def _rotated(session: Session, webhook_id: uuid.UUID, turn: Turn) -> str:
    row = rotate_secret(session, webhook_id, turn)
    return str(show_webhook(session, row, turn, with_secret=True)["secret"])


def _page(page: StaffPage, form: Form, status: int, *, secret: str = "") -> ResponseReturnValue:
    return page.show(
        "office_webhooks.html",
        status,
        form=form,
        webhooks=page.read(webhooks_shown)["items"],
        events=EVENT_TYPES,
        host_of=host_of,
        why_off=WHY_OFF,
        secret=secret,
        done=DONE.get(request.args.get("done", ""), ""),
    )


def _one(page: StaffPage, webhook_id: uuid.UUID, secret: str = "") -> ResponseReturnValue:
    asked = (None, None, MOST_SHOWN)
    return page.show(
        "office_webhook.html",
        webhook=page.read(lambda session, turn: webhook_shown(session, webhook_id, turn)),
        deliveries=page.read(lambda session, turn: deliveries_shown(session, webhook_id, asked, turn))["items"],
        states=STATES,
        host_of=host_of,
        why_off=WHY_OFF,
        secret=secret,
        done=DONE.get(request.args.get("done", ""), ""),
    )
