"""How long alerts waited, by two clocks, and whether somebody took them in the time that was promised."""

from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NONE, Alerts, Facts, Places, Reals

MINUTE_US = 60_000_000
WALL, OPEN = "wall", "open"  # the clock on the wall; seconds in which the clinic was open


class Wait(NamedTuple):
    """Minutes until something came, or until now where it has not come."""

    minutes: Reals
    is_over: Flags

    def of(self, rows: Places) -> "Wait":
        """Return the waits of some rows."""
        return Wait(self.minutes[rows], self.is_over[rows])


Waits = dict[tuple[str, str], Wait]  # by step (taken, reached, closed) and clock


class Promise(NamedTuple):
    """Whether each alert was taken in the time that its urgency promises."""

    is_known: Flags  # not while it waits and may still be taken in time
    is_kept: Flags


def waits_of(facts: Facts) -> Waits:
    """Return how long every alert waited until each step, by each clock.

    Whoever closes an alert without having taken it takes it by closing it. An alert that was closed without a word to
    the patient counts as still waiting for one: no later call was meant to come, so it stays among those not reached
    (the subdistribution of Fine & Gray, J Am Stat Assoc 1999, 94:496), instead of leaving as if it might have been.
    """
    alerts = facts.alerts
    is_taken = alerts.acked_us != NONE
    taken_us = np.where(is_taken, alerts.acked_us, alerts.closed_us)
    moments = {"taken": taken_us, "reached": alerts.reached_us, "closed": alerts.closed_us}
    in_hours = {
        "taken": np.where(is_taken, alerts.open_acked_s, alerts.open_closed_s),
        "reached": alerts.open_reached_s,
        "closed": alerts.open_closed_s,
    }
    waits = {}
    for step, moment in moments.items():
        is_over = moment != NONE
        spent = np.where(is_over, moment, facts.as_of_us) - alerts.opened_us
        waits[step, WALL] = Wait(np.maximum(spent, 0) / MINUTE_US, is_over)
        waits[step, OPEN] = Wait(np.maximum(in_hours[step], 0.0) / 60, is_over)
    return waits


def promise_of(alerts: Alerts, waits: Waits) -> Promise:
    """Return of every alert whether its promise was kept, by the clock that the promise is made by."""
    wall, by_hours = waits["taken", WALL], waits["taken", OPEN]
    spent = np.where(alerts.is_by_hours, by_hours.minutes, wall.minutes)
    has_limit = alerts.limit_s != NONE
    is_in_time = spent <= np.where(has_limit, alerts.limit_s, 0) / 60
    return Promise(has_limit & (wall.is_over | ~is_in_time), has_limit & wall.is_over & is_in_time)


def known_promises(facts: Facts, chosen: Flags) -> tuple[Places, Flags]:
    """Return the chosen alerts whose promise is known, and of these whether it was kept."""
    promise = promise_of(facts.alerts, waits_of(facts))
    rows = np.flatnonzero(chosen & promise.is_known)
    return rows, promise.is_kept[rows]
