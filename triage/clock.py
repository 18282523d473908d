"""ASK (time): what is due? The scheduler only wakes the loops; what is due is in rows, so a lost job costs nothing."""

import logging
import os
import random
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.schedulers.background import BackgroundScheduler

from triage.actions import audit
from triage.actions.alerts import escalate_due
from triage.actions.expectations import ask_due, notice_silence
from triage.actions.outbox import Ending, Errand, claim_next, settle
from triage.actions.turn import ClockTurn
from triage.actions.upkeep import beat, close_finished, forget_old_beats
from triage.channels import Failed, Message, Sent
from triage.records import Trouble, queries
from triage.wiring import Wiring

LOG = logging.getLogger(__name__)
SENDERS = 3  # so that one slow mail server does not hold everybody up
MOST_PER_CYCLE = 50
BEAT_EVERY = timedelta(seconds=2)

Loop = Callable[[Wiring, str], None]


def deliver(wiring: Wiring, worker: str) -> None:
    """Send what is due, the most urgent first: claim, send with no transaction open, settle."""
    for _ in range(MOST_PER_CYCLE):
        errand = wiring.do(partial(claim_next, worker=worker, clock=_turn(wiring, "deliver"), lease=wiring.lease))
        if errand is None:
            return
        ending = _send(wiring, errand)
        clock = _turn(wiring, "deliver")
        wiring.do(partial(settle, errand=errand, ending=ending, clock=clock, chance=random.random()))


def escalate(wiring: Wiring, worker: str) -> None:
    """Tell the next people of every alert that nobody has answered in time."""
    wiring.do(partial(escalate_due, clock=_turn(wiring, "escalate")))


def silence(wiring: Wiring, worker: str) -> None:
    """Ask for check-ins that are due, and tell of those that have not come."""
    wiring.do(partial(ask_due, clock=_turn(wiring, "ask")))
    wiring.do(partial(notice_silence, clock=_turn(wiring, "silence")))


def seal(wiring: Wiring, worker: str) -> None:
    """Put new audit events into each clinic's hash chain."""
    for clinic_id in wiring.look(queries.clinics_with_unsealed):
        wiring.do(partial(audit.seal, clinic_id=clinic_id))


def upkeep(wiring: Wiring, worker: str) -> None:
    """Close finished episodes, and forget clocks that stopped long ago."""
    wiring.do(partial(close_finished, clock=_turn(wiring, "upkeep")))
    wiring.do(partial(forget_old_beats, now=wiring.now()))


class Pulse:
    """Runs the cycles of one loop in one worker and notes, every second or so, that they complete."""

    def __init__(self, loop: Loop, wiring: Wiring, worker: str) -> None:
        self.loop = loop
        self.wiring = wiring
        self.worker = worker
        self.noted_at: datetime | None = None

    def cycle(self) -> None:
        """Run one cycle. Whatever goes wrong, the next one comes."""
        trouble = None
        try:
            self.loop(self.wiring, self.worker)
        except Exception as error:  # the clock's tick: one bad row, or a database away, must not stop the clock
            LOG.exception("a cycle of %s failed", self.loop.__name__)
            trouble = f"{type(error).__name__} at {self.wiring.now().isoformat(timespec='seconds')}"
        self.note(self.wiring.now(), trouble)

    def note(self, now: datetime, trouble: str | None) -> None:
        """Write the heartbeat, unless that was just done."""
        if trouble is None and self.noted_at is not None and abs(now - self.noted_at) < BEAT_EVERY:
            return
        try:
            self.wiring.do(partial(beat, loop=self.loop.__name__, worker=self.worker, now=now, detail=trouble))
            self.noted_at = now
        except Trouble:
            LOG.error("the database does not take the heartbeat of %s", self.loop.__name__)


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
    scheduler.add_listener(_note_late, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return scheduler


def run_clock(wiring: Wiring) -> None:
    """Turn until SIGTERM or SIGINT; then let what is being sent come to its end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = make_scheduler(wiring, f"{socket.gethostname()}:{os.getpid()}")
    scheduler.start()
    LOG.info("the clock turns")
    stop.wait()
    scheduler.shutdown(wait=True)


def _send(wiring: Wiring, errand: Errand) -> Ending:
    if errand.draft is None:
        return Ending("sent", "nobody wants it any more")
    draft = errand.draft
    message = Message(draft.to, draft.subject, draft.text, draft.message_id, draft.headers)
    result = wiring.channels["email"].send(message)
    if isinstance(result, Sent):
        return Ending("sent", result.detail)
    assert isinstance(result, Failed)
    return Ending("failed_for_good" if result.permanent else "failed_for_now", result.reason)


def _turn(wiring: Wiring, loop: str) -> ClockTurn:
    return ClockTurn(loop, wiring.now(), wiring.terms)


def _note_late(event: object) -> None:
    LOG.debug("a cycle was still running when the next was due: %s", event)
