"""Posts webhooks: claimed in one transaction, sent with none open, settled in another. The clock wakes it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from triage.actions.webhook_outbox import PostErrand, claim_post, settle_post
from triage.records import webhook_queries
from triage.sending import Piece
from triage.wiring import Wiring

# Webhooks have threads of their own, so that alerts never wait for a slow program, and programs that fail have theirs,
# so that they hold up each other only.
POSTERS, POSTERS_TO_FAILING = 3, 1
MOST_POSTS = 10


def webhooks(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell the clinics' own programs what has happened, one endpoint after the other."""
    for _ in range(MOST_POSTS):
        errand = _next_post(wiring, worker, failing=False)
        if errand is None:
            return
        yield partial(run_post, wiring, errand)


def failing_webhooks(wiring: Wiring, worker: str) -> Iterator[Piece]:
    """Tell one of those that failed when they were told last; no more, since it may be slow and a stop waits for it."""
    errand = _next_post(wiring, worker, failing=True)
    if errand is not None:
        yield partial(run_post, wiring, errand)


def run_post(wiring: Wiring, errand: PostErrand) -> None:
    """Post what was claimed, with no transaction open, and settle it."""
    posted = wiring.webhooks.send(errand.post)
    clock = wiring.turn("webhooks")
    wiring.do(partial(settle_post, errand=errand, posted=posted, clock=clock, chance=random.random()))


def _next_post(wiring: Wiring, worker: str, *, failing: bool) -> PostErrand | None:
    """Claim the next post; None where no endpoint has any that others are not at."""
    lease = timedelta(seconds=wiring.webhooks.longest_seconds + 5)
    find = partial(webhook_queries.endpoints_with_work, failing=failing, now=wiring.now(), limit=POSTERS + 1)
    for endpoint in wiring.look(find):
        clock = wiring.turn("webhooks")
        errand = wiring.do(partial(claim_post, endpoint=endpoint, worker=worker, clock=clock, lease=lease))
        if errand is not None:
            return errand
    return None
