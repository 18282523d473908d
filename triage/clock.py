"""ASK (time): what is due? The scheduler only wakes the loops; what is due is in rows, so a lost job costs nothing."""

import logging
import os
import random
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from triage import faults
from triage.actions import audit
from triage.actions.alerts import escalate_one
from triage.actions.effect import due_versions, take_effect
from triage.actions.expectations import ask_one, notice_one
from triage.actions.messages import Draft
from triage.actions.outbox import UNWANTED, Ending, Errand, claim_next, settle, write_draft
from triage.actions.rules_trouble import broken_rules, clinics_in_trouble, note_lack, review_trouble
from triage.actions.turn import ClockTurn
from triage.actions.upkeep import beat, close_finished, forget_old_beats
from triage.channels import Failed, Message, Sent
from triage.records import Trouble, queries
from triage.wiring import Wiring

LOG = logging.getLogger(__name__)
SENDERS = 3  # so that one slow mail server does not hold everybody up
MOST_PER_CYCLE = 50
BEAT_EVERY = timedelta(seconds=2)

Piece = Callable[[], object]
Loop = Callable[[Wiring, str], Iterator[Piece]]  # yields what there is to do, in pieces that fail one by one


def deliver(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Send what is due, the most urgent first."""
    for _ in range(MOST_PER_CYCLE):
        errand = wiring.do(partial(claim_next, worker=worker, clock=_turn(wiring, "deliver"), lease=wiring.lease))
        if errand is None:
            return
        yield partial(run_errand, wiring, errand)


def run_errand(wiring: Wiring, errand: Errand) -> None:
    """Send what was claimed, with no transaction open, and settle it."""
    faults.at("claimed")
    draft = wiring.look(partial(write_draft, errand=errand, clock=_turn(wiring, "deliver")))
    ending = _send(wiring, errand, draft)
    faults.at("answered")
    clock = _turn(wiring, "deliver")
    wiring.do(partial(settle, errand=errand, ending=ending, clock=clock, chance=random.random()))
    faults.at("settled")


def escalate(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell the next people of every alert that nobody has answered in time; one that fails does not hold the others."""
    for alert_key in wiring.look(partial(queries.due_alerts, now=wiring.now(), limit=MOST_PER_CYCLE)):
        clock = _turn(wiring, "escalate")
        yield partial(wiring.do, partial(escalate_one, alert_key=alert_key, clock=clock))


def silence(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Ask for check-ins that are due, and tell of those that have not come."""
    for key in wiring.look(partial(queries.expectations_to_ask, now=wiring.now(), limit=MOST_PER_CYCLE)):
        yield partial(wiring.do, partial(ask_one, key=key, clock=_turn(wiring, "ask")))
    for key in wiring.look(partial(queries.overdue_expectations, now=wiring.now(), limit=MOST_PER_CYCLE)):
        yield partial(wiring.do, partial(notice_one, key=key, clock=_turn(wiring, "silence")))


def seal(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Put new audit events into each clinic's hash chain."""
    for clinic_id in wiring.look(queries.clinics_with_unsealed):
        yield partial(wiring.do, partial(audit.seal, clinic_id=clinic_id))


def upkeep(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Close finished episodes, forget clocks that stopped long ago, and see to the rules that judge."""
    yield partial(wiring.do, partial(close_finished, clock=_turn(wiring, "upkeep")))
    yield partial(wiring.do, partial(forget_old_beats, now=wiring.now()))
    clock = _turn(wiring, "upkeep")
    for key in wiring.look(partial(due_versions, now=clock.now)):
        yield partial(wiring.do, partial(take_effect, key=key, clock=clock))
    for clinic_id, digest in wiring.look(partial(broken_rules, now=clock.now)):
        yield partial(wiring.do, partial(note_lack, digest=digest, turn=clock.at(clinic_id)))
    for clinic_id in wiring.look(clinics_in_trouble):
        yield partial(wiring.do, partial(review_trouble, turn=clock.at(clinic_id)))


class Pulse:
    """Runs the cycles of one loop in one worker and notes, every second or so, that they complete."""

    def __init__(self, loop: Loop, wiring: Wiring, worker: str) -> None:
        self.loop = loop
        self.wiring = wiring
        self.worker = worker
        self.noted_at: datetime | None = None
        self.trouble: str | None = None

    def cycle(self) -> None:
        """Run one cycle. Whatever goes wrong with one piece, the others are done and the next cycle comes."""
        trouble: str | None = None
        pieces = self.loop(self.wiring, self.worker)
        while True:
            try:
                piece = next(pieces, None)
                if piece is None:
                    break
                piece()
            except Exception as error:  # noqa: BLE001 the clock's tick: one bad row must not stop the clock
                trouble = self.tell(error)
        self.note(self.wiring.now(), trouble)

    def tell(self, error: Exception) -> str:
        """Log an error, whole when it is a new one, and return it in words."""
        trouble = type(error).__name__
        if trouble != self.trouble:
            LOG.error("a cycle of %s failed", self.loop.__name__, exc_info=error)
        return trouble

    def note(self, now: datetime, trouble: str | None) -> None:
        """Write the heartbeat, unless that was just done and nothing has changed."""
        has_changed, self.trouble = trouble != self.trouble, trouble
        if not has_changed and self.noted_at is not None and abs(now - self.noted_at) < BEAT_EVERY:
            return
        try:
            self.wiring.do(partial(beat, loop=self.loop.__name__, worker=self.worker, now=now, detail=trouble))
            self.noted_at = now
        except Trouble:
            self.noted_at = None


def make_scheduler(wiring: Wiring, worker: str) -> BackgroundScheduler:
    """Return the scheduler with all loops; nothing is stored, so nothing can go stale."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    poll = 0.25 if wiring.store.is_sqlite else 0.5
    jobs: list[tuple[Loop, float, str]] = [(deliver, poll, f"{worker}-{number}") for number in range(SENDERS)]
    jobs += [(escalate, poll, worker), (silence, 1.0, worker), (seal, 0.5, worker), (upkeep, 10.0, worker)]
    for loop, seconds, name in jobs:
        pulse = Pulse(loop, wiring, name)
        job = f"{loop.__name__} {name}"
        scheduler.add_job(pulse.cycle, "interval", seconds=seconds, id=job, next_run_time=wiring.now())
    return scheduler


def run_clock(wiring: Wiring) -> None:
    """Turn until SIGTERM or SIGINT; then let what is being sent come to its end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = make_scheduler(wiring, f"{socket.gethostname()}:{os.getpid()}")
    scheduler.start()
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a cycle was still running is no news
    if wiring.settings.smtp_url is None:
        LOG.warning("TRIAGE_SMTP_URL is not set: messages are printed here and reach nobody")
    LOG.info("the clock turns")
    stop.wait()
    scheduler.shutdown(wait=True)


def _send(wiring: Wiring, errand: Errand, draft: Draft | None) -> Ending:
    if draft is None:
        return Ending(UNWANTED, "")
    message = Message(draft.to, draft.subject, draft.text, draft.message_id, draft.headers)
    result = wiring.channels[errand.channel].send(message)
    if isinstance(result, Sent):
        return Ending("sent", result.detail)
    assert isinstance(result, Failed)
    return Ending("failed_for_good" if result.permanent else "failed_for_now", result.reason)


def _turn(wiring: Wiring, loop: str) -> ClockTurn:
    return ClockTurn(loop, wiring.now(), wiring.terms)
