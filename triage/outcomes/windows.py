"""The figure `windows`: where the clinic's own healing leaves the protocol's window, and where the window would go.

What it says is a proposal: a window moves only in a protocol that somebody has drafted, checked, replayed and signed.
"""

from collections.abc import Mapping
from math import ceil, isinf
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, Facts
from triage.outcomes.figure import Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.healing import name_of
from triage.outcomes.healing_estimates import Healed, Span, healed
from triage.outcomes.sections import PEOPLE, has_word, hide_small, span_columns
from triage.outcomes.spells import chosen_sittings

ENOUGH = 60  # people; judgement: a ninth decile of fewer rests on five of them
MOVES_BY = 1.0  # days; judgement: less than the time between two check-ins is not worth a new version
COMPLICATED = ("suspected_infection", "allergy")
AS_EXPECTED, LONGER, SHORTER, TOO_FEW = "as expected", "longer", "shorter", "cannot tell"
COLUMNS = (
    Column("symptom", "Symptom", about="what the protocol calls it"),
    PEOPLE,
    Column("n", "Sessions", "count", "without a complication that was confirmed"),
    Column("window", "Window ends", "days", "the protocol's expected resolution window ends on this day"),
    *span_columns("most", "Nine in ten over by", "days", "day by which nine in ten were over; empty: later"),
    *span_columns("beyond", "Beyond the window", "share", "share that lasted longer; a tenth is expected"),
    Column("verdict", "Verdict", about=f"{AS_EXPECTED}, {LONGER}, {SHORTER} or {TOO_FEW}"),
    Column("proposed", "Proposed end", "days", "where the window would end; empty: nothing is proposed"),
)
METHOD = (
    "As the figure healing, of sessions without suspected infection, allergy or anything serious in the alerts of "
    "their episode: the window is meant for healing that goes well.",
    f"A window is proposed to move where at least {ENOUGH} people stand behind the figure, the 95 % interval of the "
    f"day by which nine in ten were over leaves the window's end out, and the new end lies {MOVES_BY:g} day or more "
    "away. It goes to the upper end of the interval, so that a chance result makes it wider and not narrower.",
    "These limits are our judgement. Nothing moves by itself: a draft is made, checked, replayed, signed by a human.",
)


class Moved(NamedTuple):
    """A window that the clinic's own outcomes would move, and what that rests on."""

    symptom: str
    high_days_now: float
    high_days_new: float
    evidence: Mapping[str, object]


class _Verdict(NamedTuple):
    word: str
    proposed: float | None


def windows(facts: Facts, question: Question) -> Figure:
    """Return where each symptom's ninth decile lies beside the protocol's window. It is never split into groups."""
    found = _found(facts, question)
    rows = [_row(question, each) for each in found]
    moved = [each for each in found if _verdict(each).proposed is not None]
    known = [each for each in found if _verdict(each).word != TOO_FEW]
    return Figure(
        id="windows",
        title="Do the protocol's windows fit this clinic?",
        answer=_answer(question, known, moved),
        n=int(_uncomplicated(facts, question).sum()),
        of="sessions without complications",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_picture(question, known),
    )


def proposed_windows(facts: Facts, question: Question) -> list[Moved]:
    """Return the windows that would move; empty where all fit, or too little is known."""
    moved = []
    for each in _found(facts, question):
        verdict = _verdict(each)
        if verdict.proposed is not None and each.times and each.within:
            most = each.times[2]
            evidence = {
                "people": each.people,
                "sessions": each.n,
                "nine_in_ten_over_by": most.value,
                "interval": [most.low, most.high],
                "share_beyond_window": 1 - each.within.value,
                "share_interval": [1 - each.within.high, 1 - each.within.low],
            }
            moved.append(Moved(each.symptom, each.window.high_days, verdict.proposed, evidence))
    return moved


def _found(facts: Facts, question: Question) -> list[Healed]:
    return healed(facts, question._replace(by=None), chosen=_uncomplicated(facts, question))


def _uncomplicated(facts: Facts, question: Question) -> Flags:
    """Return the sessions of episodes without a confirmed complication."""
    alerts, sittings = facts.alerts, facts.sittings
    is_bad = (has_word(alerts.outcome, *COMPLICATED) | alerts.is_serious) & (alerts.sitting != NOBODY)
    episodes = np.unique(sittings.episode[alerts.sitting[is_bad]])
    return chosen_sittings(facts, question) & ~np.isin(sittings.episode, episodes)


def _verdict(each: Healed) -> _Verdict:
    if each.people < ENOUGH or each.times is None:
        return _Verdict(TOO_FEW, None)
    most, end = each.times[2], each.window.high_days
    if isinf(most.high):
        return _Verdict(TOO_FEW if most.low <= end else LONGER, None)
    proposed = ceil(most.high * 2) / 2
    if most.low > end and proposed >= end + MOVES_BY:
        return _Verdict(LONGER, proposed)
    if most.high < end and proposed <= end - MOVES_BY:
        return _Verdict(SHORTER, proposed)
    return _Verdict(AS_EXPECTED, None)


def _row(question: Question, each: Healed) -> tuple[Value, ...]:
    most = tuple(None if isinf(day) else round(day, 3) for day in each.times[2]) if each.times else (None,) * 3
    within = each.within
    beyond = (1 - within.value, 1 - within.high, 1 - within.low) if within else (None,) * 3
    counted = (name_of(question.protocol, each.symptom), each.people, each.n, each.window.high_days)
    return *counted, *most, *beyond, *_verdict(each)


def _answer(question: Question, known: list[Healed], moved: list[Healed]) -> str:
    if not known:
        return f"Cannot tell yet: it takes {ENOUGH} people whose healing went well for each symptom."
    if not moved:
        return f"No window is proposed to move: of {len(known)} symptoms about which enough is known, all fit."
    names = ", ".join(
        f"{name_of(question.protocol, each.symptom)} (day {each.window.high_days:g} to {_verdict(each).proposed:g})"
        for each in moved
    )
    return f"{len(moved)} of {len(known)} windows would move: {names}. Nothing moves by itself."


def _picture(question: Question, known: list[Healed]) -> tuple[Whiskers, ...]:
    points = [_point(question, each, each.times[2]) for each in known if each.times]
    title = "Nine in ten over by, beside the window's end"
    return (Whiskers(title, "days since the session", tuple(points)),) if points else ()


def _point(question: Question, each: Healed, most: Span) -> Whisker:
    value, low, high = (None if isinf(day) else day for day in most)
    return Whisker(name_of(question.protocol, each.symptom), value, low, high, each.window.high_days)
