"""A mail server that is away: what is due meanwhile comes once when it is back, and other ways never wait.

`python -m bench.outage [--minutes 10]`; real processes on SQLite, a mail server that is really stopped, a push service
that stays. Prints a Markdown table; exit 1 where something came twice, never, or before what is more urgent.
"""

import argparse
import json
import re
import sys
import tempfile
import threading
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import select

from bench.storm.people import ask, settle_in
from bench.storm.processes import Service
from seeds.mailbox import Mailbox
from tests.receivers import open_receiver
from triage.actions import audit
from triage.actions.identify import operator
from triage.actions.telling import ack_token
from triage.actions.turn import Turn
from triage.config import Settings
from triage.records import ContactRow, NotificationRow, Session, StaffRow, migrate
from triage.wiring import Wiring, wire

CLINICS, REPORTS, AFTERWARDS = 6, 28, 60.0  # the last in seconds: how long what was held back may take to come
KINDS: dict[str, dict[str, Any]] = {
    "routine": {"symptoms": {"redness": 2}},
    "same_day": {"symptoms": {"redness": 3}},
    "urgent": {"signs": ["fever"]},
    "emergency": {"signs": ["breathing_trouble"]},
}
PAUSE = threading.Event()  # never set
LINK = re.compile(r"/a/(\S+)")


def add_push(session: Session, url: str, wiring: Wiring) -> None:
    """Give the first clinic's practitioner a push service beside the mail."""
    person = session.exec(select(StaffRow).where(StaffRow.email == "practitioner0@storm.example")).one()
    now = wiring.now()
    made = {"made_at": now, "made_by": "bench", "verified_at": now, "verified_by": "operator"}
    row = ContactRow(clinic_id=person.clinic_id, staff_id=person.id, channel="apprise", address=url, **made)
    session.add(row)
    audit.record(
        session, Turn(operator(person.clinic_id, "bench"), now, wiring.terms), "contact_added", ("contact", row.id)
    )


def report(port: int, tokens: list[str]) -> dict[str, tuple[str, datetime]]:
    """Send one report a second, of every urgency in turn; return each alert's urgency and when it was answered."""
    alerts = {}
    for number, token in enumerate(tokens[:REPORTS]):
        said = list(KINDS.values())[number % len(KINDS)]
        body = json.dumps({"at": datetime.now(UTC).isoformat(), **said})
        heads = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
        _, answer = ask("POST", port, "/check-ins", body, heads)
        alerts[answer["alert"]["id"]] = (answer["alert"]["urgency"], datetime.now(UTC))
        PAUSE.wait(1)
    return alerts


def came(wiring: Wiring, mailbox: Mailbox) -> tuple[list[tuple[str, datetime]], int]:
    """Return which alerts the mails tell of, in their order, and how many links came twice: each is one telling."""
    rows = wiring.look(lambda session: session.exec(select(NotificationRow)).all())
    alert_of = {ack_token(wiring.terms, row.clinic_id, row.id): str(row.alert_id) for row in rows if row.alert_id}
    links = [(link, mail.received_at) for mail in mailbox.messages for link in LINK.findall(mail.text)]
    told = [(alert_of[link], at) for link, at in links if link in alert_of]
    return told, len(links) - len({link for link, _ in links})


def show(alerts: dict[str, tuple[str, datetime]], told: list[tuple[str, datetime]], back: datetime) -> bool:
    """Print a line for each urgency, the gravest first; return whether all came, the graver ones first."""
    first: dict[str, datetime] = {}
    for alert, at in told:
        first.setdefault(alert, at)
    print("| | alerts | told of | first, s after | last, s after |\n|---|--:|--:|--:|--:|")
    fine, gravest = alerts.keys() <= first.keys(), 0.0
    for urgency in reversed(KINDS):
        own = [alert for alert, (kind, _) in alerts.items() if kind == urgency]
        took = [(first[alert] - back).total_seconds() for alert in own if alert in first]
        print(f"| {urgency} | {len(own)} | {len(took)} | {min(took, default=0):.1f} | {max(took, default=0):.1f} |")
        gravest = gravest or min(took, default=0.0)
        fine &= min(took, default=gravest) >= gravest  # a lesser one comes later, or in the same message
    return fine


def main() -> int:
    """Stop the mail server, report, start it again, count."""
    options = argparse.ArgumentParser(prog="python -m bench.outage")
    options.add_argument("--minutes", type=float, default=10)
    seconds = options.parse_args().minutes * 60
    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    mailbox.start()
    with tempfile.TemporaryDirectory() as name, open_receiver() as push_service:
        environ = {"TRIAGE_DATA_DIR": name, "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.smtp_port}"}
        environ |= {"TRIAGE_APPRISE": "1", "TRIAGE_ALLOW_PRIVATE_TARGETS": "1"}
        settings = Settings.from_environ(environ)
        with closing(wire(settings)) as wiring:
            migrate.upgrade(settings.database_url)
            clinics = settle_in(wiring, CLINICS, REPORTS // CLINICS + 1)
            wiring.do(partial(add_push, url=push_service.push_url, wiring=wiring))
            service = Service(environ, webs=1, clocks=1, folder=Path(name))
            service.start()
            try:
                while not service.is_up():
                    PAUSE.wait(0.1)
                mailbox.stop()
                gone = time.monotonic()
                # The first patient of each clinic, then the second: one a person's mailbox gets several of.
                tokens = [token for turn in zip(*(clinic.tokens for clinic in clinics), strict=True) for token in turn]
                alerts = report(service.ports[0], tokens)
                PAUSE.wait(max(0.0, seconds - (time.monotonic() - gone)))
                mailbox.start()
                back = datetime.now(UTC)
                PAUSE.wait(AFTERWARDS)
                told, twice = came(wiring, mailbox)
            finally:
                service.kill_all()
        fine = show(alerts, told, back)
        owed = min(at for kind, at in alerts.values())
        pushed = [message.at for message in push_service.arrived]
        before = sum(at < back for at in pushed)
        waited = (min(pushed) - owed).total_seconds()
        print(
            f"\ntold twice: {twice}; the push service got {before} messages meanwhile, the first after {waited:.2f} s"
        )
    mailbox.stop()
    return 0 if fine and not twice and before else 1


if __name__ == "__main__":
    sys.exit(main())
