"""How a figure says a number in its sentence."""

from triage.outcomes.figure import SMALLEST
from triage.outcomes.shares import Rate, size_for

ENOUGH_WITHIN = 0.15  # judgement: a share that may lie 15 points off to each side still tells good from bad


def say_share(share: float) -> str:
    """Return a share as per cent, with a decimal where it is near an end."""
    points = 100 * share
    is_near_an_end = 0 < points < 3 or 97 < points < 100
    return f"{points:.1f} %" if is_near_an_end else f"{points:.0f} %"


def say_between(low: float, high: float) -> str:
    """Return the interval of a share."""
    return f"95 % interval {say_share(low)} to {say_share(high)}"


def say_points(difference: float) -> str:
    """Return the difference of two shares."""
    return f"{100 * difference:+.1f} points"


def say_span(minutes: float | None) -> str:
    """Return a span in the unit in which people speak of it. None: it has not ended."""
    if minutes is None:
        return "a time that has not come yet"
    for size, unit in ((2 * 1440, "days"), (120, "hours")):
        if minutes >= size:
            return f"{minutes * 2 / size:.1f} {unit}"
    return f"{minutes:.0f} minutes" if minutes >= 2 else f"{60 * minutes:.0f} seconds"


def say_count(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun. `many`: where it is not `one` with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def say_rate(rate: Rate) -> str:
    """Return a share with its interval and of how many, to be followed by their noun. There must be some."""
    share, low, high = rate.with_interval
    return f"{say_share(share or 0)} ({say_between(low or 0, high or 0)}) of {rate.n}"


def say_exact(rate: Rate) -> str:
    """Return the same with the exact interval."""
    share, low, high = rate.with_exact_interval
    return f"{say_share(share or 0)} ({say_between(low or 0, high or 0)}) of {rate.n}"


def say_too_few(rate: Rate, of: str) -> str:
    """Return that a share cannot be told from so few, and how many it would take."""
    alike = f", as good as {rate.size:.0f} of different people" if rate.size < 0.95 * rate.n else ""
    needed = f"it takes {size_for(ENOUGH_WITHIN)} of different people to place a share within 15 points"
    return f"Cannot tell yet: {rate.n} {of} of {rate.people} people{alike}; {needed}."


def is_enough(rate: Rate) -> bool:
    """Tell whether a share is worth a sentence of its own."""
    return rate.people >= SMALLEST and rate.size >= size_for(ENOUGH_WITHIN)
