"""What is due goes out: claimed in a transaction, sent with none open, settled in a transaction; each channel alone."""

import random
from collections.abc import Callable, Iterator
from functools import partial

from triage import faults
from triage.actions.messages import Draft
from triage.actions.outbox import UNWANTED, Ending, Errand, Room, claim_next, settle, write_draft
from triage.channels import Message, Probed, Sent
from triage.records import sending
from triage.wiring import Wiring

MOST_PER_CYCLE = 50
SENDERS = 4  # threads a channel and process, so that one message that hangs does not hold up the next

Piece = Callable[[], object]


class Sender:
    """A loop that sends what is due on one channel. `fresh`: only what was never tried, so that what hangs each time
    it is tried cannot take every thread."""

    def __init__(self, channel: str, *, fresh: bool = False) -> None:
        self.__name__ = "deliver" if channel == "email" else f"deliver_{channel}"
        self.channel = channel
        self.fresh = fresh

    def __call__(self, wiring: Wiring, worker: str) -> Iterator[Piece]:
        """Yield the messages to send, the most urgent first; none while the channel is shut as a whole."""
        room = Room(self.channel, wiring.most_per_minute.get(self.channel), self.fresh)
        for _ in range(MOST_PER_CYCLE):
            if not is_open(wiring, self.channel):
                return
            clock = wiring.turn("deliver")
            errand = wiring.do(partial(claim_next, worker=worker, clock=clock, lease=wiring.lease, room=room))
            if errand is None:
                return
            yield partial(run_errand, wiring, errand)


def senders(wiring: Wiring) -> Iterator[Sender]:
    """Yield the loops that one process runs: for each channel a pool of its own."""
    for channel in wiring.channels:
        for number in range(SENDERS):
            yield Sender(channel, fresh=number == 0)


def deliver(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Send what is due on every channel, one after the other."""
    for channel in wiring.channels:
        yield from Sender(channel)(wiring, worker)


def is_open(wiring: Wiring, channel: str) -> bool:
    """Tell whether a channel takes messages; one that was shut is knocked at, and opens when it answers."""
    outage = wiring.outages[channel]
    if not outage.is_on:
        return True
    way = wiring.channels[channel]
    now = wiring.now()
    if not outage.is_due(now) or (isinstance(way, Probed) and way.probe() is not None):
        return False
    wiring.do(partial(sending.hurry, channel=channel, now=now))
    outage.end()
    return True


def run_errand(wiring: Wiring, errand: Errand) -> None:
    """Send what was claimed, with no transaction open, and settle it."""
    faults.at("claimed")
    draft = wiring.look(partial(write_draft, errand=errand, clock=wiring.turn("deliver")))
    ending = _send(wiring, errand, draft)
    faults.at("answered")
    clock = wiring.turn("deliver")
    if ending.of_channel:
        wiring.outages[errand.channel].begin(clock.now)
    wiring.do(partial(settle, errand=errand, ending=ending, clock=clock, chance=random.random()))
    faults.at("settled")


def _send(wiring: Wiring, errand: Errand, draft: Draft | Ending | None) -> Ending:
    if draft is None:
        return Ending(UNWANTED, "")
    if isinstance(draft, Ending):
        return draft
    message = Message(draft.to, draft.subject, draft.text, draft.message_id, draft.headers, draft.attachments)
    result = wiring.channels[errand.channel].send(message)
    if isinstance(result, Sent):
        return Ending("sent", result.detail, tells=draft.tells)
    ending = "failed_for_good" if result.permanent else "failed_for_now"
    return Ending(ending, result.reason, result.retry_after, result.of_channel, draft.tells)
