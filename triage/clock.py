"""ASK (time): what is due? The scheduler only wakes the loops; what is due is in rows, so a lost job costs nothing."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from triage.actions import audit
from triage.actions.alerts import break_promise_one, escalate_one
from triage.actions.effect import due_versions, take_effect
from triage.actions.next_sessions import look_one
from triage.actions.requests import ask_one, remind_one
from triage.actions.rules_trouble import broken_rules, clinics_in_trouble, note_lack, review_trouble
from triage.actions.serious_dates import look_at_dates
from triage.actions.silences import notice_one, raise_one
from triage.actions.throttling import forget_old_tries
from triage.actions.to_read import tell_overdue
from triage.actions.upkeep import RESTING, beat, close_finished, forget_old_beats
from triage.actions.watching import find_breaches, reasons_for_silence, write_finding
from triage.channels import Failed
from triage.channels.ping import ping
from triage.daily import DAILY
from triage.pictures import TooMany
from triage.posting import POSTERS, POSTERS_TO_FAILING, failing_webhooks, webhooks
from triage.records import OtherSchema, Trouble, queries, queue_lookups, serious_lookups
from triage.sending import MOST_PER_CYCLE, SENDERS, Piece, Sender, deliver, senders
from triage.wiring import Wiring, read_clock

__all__ = [
    "Loop",
    "Pulse",
    "deliver",
    "desk",
    "escalate",
    "make_scheduler",
    "run_clock",
    "seal",
    "silence",
    "upkeep",
]

LOG = logging.getLogger(__name__)
MOST_LOGGED = 10
PACE_SECONDS = 5.0  # how soon the loops go on when the machine's clock was put back
BEAT_EVERY = timedelta(seconds=2)


class Remark(str):
    """What a piece has to say to the operator, for the heartbeat of its loop."""


Loop = Callable[[Wiring, str], Iterator[Piece]]  # yields what there is to do, in pieces that fail one by one


def escalate(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell the next people of every alert that nobody has answered in time, and patients to whom that was promised.

    One that fails does not hold the others.
    """
    for alert_key in wiring.look(partial(queries.due_alerts, now=wiring.now(), limit=MOST_PER_CYCLE)):
        clock = wiring.turn("escalate")
        yield partial(wiring.do, partial(escalate_one, alert_key=alert_key, clock=clock))
    for alert_key in wiring.look(partial(queries.broken_promises, now=wiring.now(), limit=MOST_PER_CYCLE)):
        clock = wiring.turn("promise")
        yield partial(wiring.do, partial(break_promise_one, alert_key=alert_key, clock=clock))


def silence(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Ask for check-ins that are due, remind of them once, and tell of those that have not come."""
    for key in wiring.look(partial(queries.expectations_to_ask, now=wiring.now(), limit=MOST_PER_CYCLE)):
        yield partial(wiring.do, partial(ask_one, key=key, clock=wiring.turn("ask")))
    for key in wiring.look(partial(queries.reminders_due, now=wiring.now(), limit=MOST_PER_CYCLE)):
        yield partial(wiring.do, partial(remind_one, key=key, clock=wiring.turn("remind")))
    for key in wiring.look(partial(queries.overdue_expectations, now=wiring.now(), limit=MOST_PER_CYCLE)):
        yield partial(wiring.do, partial(notice_one, key=key, clock=wiring.turn("silence")))
    for key in wiring.look(partial(queries.silences_to_raise, now=wiring.now(), limit=MOST_PER_CYCLE)):
        yield partial(wiring.do, partial(raise_one, key=key, clock=wiring.turn("silence")))


def desk(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell of what waits to be read for too long, and look whether the last session is over before the next one."""
    for clinic_id in wiring.look(partial(queue_lookups.clinics_to_tell, now=wiring.now())):
        yield partial(wiring.do, partial(tell_overdue, clinic_id=clinic_id, clock=wiring.turn("desk")))
    look = partial(queue_lookups.appointments_to_look_at, now=wiring.now(), limit=MOST_PER_CYCLE)
    for key in wiring.look(look):
        yield partial(wiring.do, partial(look_one, key=key, clock=wiring.turn("desk")))


def seal(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Put new audit events into each clinic's hash chain."""
    for clinic_id in wiring.look(queries.clinics_with_unsealed):
        yield partial(wiring.do, partial(audit.seal, clinic_id=clinic_id))


def upkeep(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Close episodes, forget old clocks and tries, see to rules and to dates of the register, sweep pictures."""
    yield partial(wiring.do, partial(close_finished, clock=wiring.turn("upkeep")))
    yield partial(wiring.do, partial(forget_old_beats, now=wiring.now()))
    yield partial(wiring.do, partial(forget_old_tries, now=wiring.now()))
    clock = wiring.turn("upkeep")
    for key in wiring.look(partial(due_versions, now=clock.now)):
        yield partial(wiring.do, partial(take_effect, key=key, clock=clock))
    for clinic_id, digest in wiring.look(partial(broken_rules, now=clock.now)):
        yield partial(wiring.do, partial(note_lack, digest=digest, turn=clock.at(clinic_id)))
    for clinic_id in wiring.look(clinics_in_trouble):
        yield partial(wiring.do, partial(review_trouble, turn=clock.at(clinic_id)))
    look = partial(serious_lookups.events_to_look_at, now=clock.now, limit=MOST_PER_CYCLE)
    for event_key in wiring.look(look):
        yield partial(wiring.do, partial(look_at_dates, key=event_key, clock=clock))
    if wiring.shelf.is_to_sweep(wiring.now()):
        yield partial(sweep_pictures, wiring)


def sweep_pictures(wiring: Wiring) -> None:
    """Remove pictures that lie there for a day and belong to no row: of uploads and removals that a crash cut short."""
    try:
        gone = wiring.shelf.sweep(wiring.named_pictures, wiring.now())
    except TooMany as trouble:
        LOG.error("nothing was swept: %s", trouble)
        return
    if gone:
        LOG.warning("%d pictures that belonged to no photo were removed", gone)


def watch(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Look for rows that break what must always be true; the outside world hears from us only while all is well."""
    yield partial(look_around, wiring)


def look_around(wiring: Wiring) -> Remark | None:
    """Return what is broken, None where nothing is. Calls the dead-man's switch while nothing at all is wrong."""
    now = wiring.now()
    found = wiring.look(partial(find_breaches, now=now))
    for breach in found[:MOST_LOGGED]:
        LOG.error("violation of %s: %s", breach.name, breach.words)
    if found:
        return Remark(write_finding(found))
    url = wiring.settings.deadman_url
    reasons = wiring.look(partial(reasons_for_silence, now=now)) if url else []
    if reasons:
        LOG.warning("the dead-man's switch is not called: %s", "; ".join(reasons))
    elif url and isinstance(answer := ping(url), Failed):
        LOG.warning("the dead-man's switch did not take the call: %s", answer.reason)
    return None


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
        self.note(self.wiring.now(), self.turn())

    def turn(self) -> str | None:
        """Do what there is to do, unless the database is another version's; return the trouble, None: there is none."""
        trouble: str | None = None
        try:
            self.wiring.check_schema()
        except Trouble as error:
            return self.tell(error)
        pieces = self.loop(self.wiring, self.worker)
        while True:
            try:
                piece = next(pieces, None)
                if piece is None:
                    return trouble
                said = piece()
            except Exception as error:  # noqa: BLE001 the clock's tick: one bad row must not stop the clock
                trouble = self.tell(error)
            else:
                trouble = said if isinstance(said, Remark) else trouble

    def tell(self, error: Exception) -> str:
        """Log an error, whole when it is a new one, and return it in words."""
        rests = isinstance(error, OtherSchema)
        trouble = f"{RESTING}{error}" if rests else type(error).__name__
        if trouble != self.trouble and rests:
            LOG.error("%s %s", self.loop.__name__, trouble)
        elif trouble != self.trouble:
            LOG.error("a cycle of %s failed", self.loop.__name__, exc_info=error)
        return trouble

    def note(self, now: datetime, trouble: str | None) -> None:
        """Write the heartbeat, unless that was just done and nothing has changed."""
        has_changed, self.trouble = trouble != self.trouble, trouble
        if not has_changed and self.noted_at is not None and abs(now - self.noted_at) < BEAT_EVERY:
            return
        try:
            work = partial(beat, loop=self.loop.__name__, worker=self.worker, now=now, detail=trouble)
            self.wiring.do(work, in_any_schema=True)
            self.noted_at = now
        except Trouble:
            self.noted_at = None


def make_scheduler(wiring: Wiring, worker: str) -> BackgroundScheduler:
    """Return the scheduler with all loops; nothing is stored, so nothing can go stale."""
    # Each channel has threads of its own, so that what hangs there holds up neither the others nor the ladder.
    pools = {channel: ThreadPoolExecutor(SENDERS) for channel in wiring.channels}
    pools |= {"default": ThreadPoolExecutor(10), "posting": ThreadPoolExecutor(POSTERS + POSTERS_TO_FAILING)}
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors=pools,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    poll = 0.25 if wiring.store.is_sqlite else 0.5
    jobs: list[tuple[Loop, float, str]] = [
        (sender, poll, f"{worker}-{number}") for number, sender in enumerate(senders(wiring))
    ]
    jobs += [(webhooks, 0.5, f"{worker}-{number}") for number in range(POSTERS)]
    jobs += [(failing_webhooks, 0.5, f"{worker}-{number}") for number in range(POSTERS_TO_FAILING)]
    jobs += [
        (escalate, poll, worker),
        (silence, 1.0, worker),
        (desk, 2.0, worker),
        (seal, 0.5, worker),
        (upkeep, 10.0, worker),
        (watch, 60.0, worker),
        *((loop, seconds, worker) for loop, seconds in DAILY.items()),
    ]
    for loop, seconds, name in jobs:
        pulse = Pulse(loop, wiring, name)
        job = f"{loop.__name__} {name}"
        is_post = loop in (webhooks, failing_webhooks)
        pool = loop.channel if isinstance(loop, Sender) else "posting" if is_post else "default"
        scheduler.add_job(pulse.cycle, "interval", seconds=seconds, id=job, next_run_time=read_clock(), executor=pool)
    return scheduler


def wake_senders(scheduler: BackgroundScheduler) -> None:
    """Let the senders look at once; one that is sending looks again anyway."""
    for job in scheduler.get_jobs():
        if job.id.startswith("deliver "):
            job.modify(next_run_time=read_clock())


def keep_pace(scheduler: BackgroundScheduler, now: datetime) -> int:
    """Let every loop that waits longer than its interval run now; return how many did.

    The scheduler waits for moments: where the machine's clock is put back, all of them are far ahead.
    """
    behind = [
        job for job in scheduler.get_jobs() if job.next_run_time and job.next_run_time - now > 2 * job.trigger.interval
    ]
    for job in behind:
        job.modify(next_run_time=now)
    return len(behind)


def run_clock(wiring: Wiring) -> None:
    """Turn until SIGTERM or SIGINT; then let what is being sent come to its end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = make_scheduler(wiring, f"{socket.gethostname()}:{os.getpid()}")
    scheduler.start()
    listener = wiring.store.listen(partial(wake_senders, scheduler), stop)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a cycle was still running is no news
    if wiring.settings.smtp_url is None:
        LOG.warning("TRIAGE_SMTP_URL is not set: messages are printed here and reach nobody")
    LOG.info("the clock turns")
    while not stop.wait(PACE_SECONDS):
        keep_pace(scheduler, read_clock())
    listener.join()
    scheduler.shutdown(wait=True)
