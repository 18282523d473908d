"""How many messages may go in a span of time. A limit delays; it never drops."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Limit(NamedTuple):
    """At most so many messages in any span of this length."""

    most: int
    span: timedelta


# judgement: more than that in so short a time is not read but muted; the ladder's own pace stays far below.
ONE_CONTACT = (Limit(6, timedelta(minutes=1)), Limit(60, timedelta(hours=1)))


def free_at(sent: Sequence[datetime], limits: Sequence[Limit], now: datetime) -> datetime:
    """Return when one more message may go: `now`, or the moment from which on every limit has room for it.

    `sent`: when the latest ones went, in any order; as many as the widest limit allows are enough.
    """
    latest = sorted(sent, reverse=True)
    full = (latest[limit.most - 1] + limit.span for limit in limits if len(latest) >= limit.most)
    return max([now, *full])
