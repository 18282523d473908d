"""The figure `healing`: how long each symptom really lasts, and how many are over it by the end of the window."""

from math import isinf

import numpy as np

from triage.outcomes.facts import Facts
from triage.outcomes.figure import Column, Curves, Figure, Line, Picture, Question, Value, Whisker, Whiskers
from triage.outcomes.healing_estimates import Healed, Span, healed
from triage.outcomes.saying import say_between, say_share
from triage.outcomes.sections import ALL, GROUP, PEOPLE, hide_small, say_hidden, span_columns
from triage.outcomes.spells import chosen_sittings
from triage.rules import Protocol
from triage.rules.labels import label_of

MOST_CURVES = 6
LAST_DAY = 42.0  # of the curves
COLUMNS = (
    Column("symptom", "Symptom", about="what the protocol calls it"),
    GROUP,
    PEOPLE,
    Column("n", "Sessions", "count", "in which it was there, or could have been since it is expected at once"),
    Column("asked", "Asked", "count", "sessions in which it was asked of at all"),
    Column("again", "Came back", "count", "sessions in which it was there again after it had gone"),
    *span_columns("half", "Half over by", "days", "day by which half of them were over; empty: later than was looked"),
    *span_columns("most", "Nine in ten over by", "days", "day by which nine in ten were over; empty: later"),
    Column("window", "Window ends", "days", "the protocol's expected resolution window ends on this day"),
    *span_columns("within", "Over by then", "share", "share that was over by the end of the window"),
    Column("difference", "p of no difference", "number", "between the groups of the symptom; empty: one group"),
)
METHOD = (
    "Days since the session. When a symptom went is known only to lie between the last report that had it and the "
    "first that did not; reports are moved to the nearest quarter of a day. The likeliest distribution of such times "
    "by Turnbull 1976, over boxes that hold enough reports each (Grenander 1981); what is not over at the next "
    "session, or at the last report, counts as going on.",
    "A symptom that is expected right after the procedure counts from there; of others only sessions that had it. What "
    "comes back is counted apart and does not lengthen the first spell.",
    "95 % intervals from resampled patients (Hanley & MacGibbon 2006), widened to the ends of the boxes, since within "
    "a box nobody was asked, or few. Between groups: log-rank scores for such times (Finkelstein 1986), by patient.",
    "Whoever stops to report when well or when ill is not seen; groups are not adjusted for each other.",
)


def healing(facts: Facts, question: Question) -> Figure:
    """Return days until symptoms were over (Turnbull 1976), by symptom and by what the question splits by."""
    found = healed(facts, question)
    rows = [row_of(question.protocol, each) for each in found]
    return Figure(
        id="healing",
        title="How long does healing really take?",
        answer=_answer(question.protocol, found) + say_hidden(rows, COLUMNS),
        n=int(chosen_sittings(facts, question).sum()),
        of="sessions",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_pictures(question.protocol, found),
    )


def row_of(protocol: Protocol, each: Healed) -> tuple[Value, ...]:
    """Return a row of the table."""
    half, _, most = (_cells(span) for span in each.times) if each.times else ((None,) * 3,) * 3
    within = tuple(each.within) if each.within else (None,) * 3
    counted = (each.people, each.n, each.asked, each.again)
    name = name_of(protocol, each.symptom)
    return name, each.group, *counted, *half, *most, each.window.high_days, *within, each.difference


def name_of(protocol: Protocol, symptom: str) -> str:
    """Return a symptom as people call it, in the protocol's first language, without what explains it."""
    return label_of(("symptom", symptom), next(iter(protocol.texts.values()))).partition(" (")[0]


def day_words(days: float) -> str:
    """Return a day as text; infinite: not seen."""
    return "later than was looked" if isinf(days) else f"day {days:.1f}"


def _cells(span: Span) -> tuple[float | None, ...]:
    return tuple(None if isinf(value) else round(value, 3) for value in span)


def _answer(protocol: Protocol, found: list[Healed]) -> str:
    told = [each for each in found if each.group == ALL and each.within and each.times]
    if not told:
        return "Cannot tell yet: no symptom was asked of in the sessions of ten different people."
    late = [each for each in told if each.within and each.within.high < 0.9]
    if late:
        worst = min(late, key=lambda each: each.within.value if each.within else 1.0)
        assert worst.within is not None
        return (
            f"{len(late)} of {len(told)} symptoms last longer than the protocol expects; the farthest is "
            f"{name_of(protocol, worst.symptom)}: {say_share(worst.within.value)} were over by day "
            f"{worst.window.high_days:g} ({say_between(worst.within.low, worst.within.high)})."
        )
    sure = [each for each in told if each.within and each.within.low >= 0.9]
    if len(sure) == len(told):
        return f"Of all {len(told)} symptoms nine in ten are over by the end of the protocol's window."
    return (
        f"Of {len(sure)} of {len(told)} symptoms nine in ten are over by the end of the window; of the others that "
        "cannot be told from so many, or so seldom, reports."
    )


def _pictures(protocol: Protocol, found: list[Healed]) -> tuple[Picture, ...]:
    shown = [each for each in found if each.within and each.estimate]
    if not shown:
        return ()
    many = len({each.group for each in shown}) > 1
    within = tuple(
        Whisker(_name(protocol, each, many), each.within.value, each.within.low, each.within.high, 0.9)
        for each in shown
        if each.within
    )
    pictures: list[Picture] = [
        Whiskers("Over by the end of the window", "share of sessions", within, 0.9, is_share=True)
    ]
    for symptom in dict.fromkeys(each.symptom for each in shown):
        of_symptom = [each for each in shown if each.symptom == symptom][:MOST_CURVES]
        marks = ((of_symptom[0].window.high_days, "window ends"),)
        lines = tuple(_line(each, with_boxes=len(of_symptom) == 1) for each in of_symptom)
        pictures.append(Curves(name_of(protocol, symptom), "days since the session", "share over", lines, marks))
    return tuple(pictures)


def _name(protocol: Protocol, each: Healed, many: bool) -> str:
    name = name_of(protocol, each.symptom)
    return f"{name}, {each.group}" if many else name


def _line(each: Healed, *, with_boxes: bool) -> Line:
    """Return the curve, with the areas in which it may run anywhere."""
    estimate = each.estimate
    assert estimate is not None
    days = np.arange(0.0, LAST_DAY + 0.25, 0.25)
    reached = np.concatenate([[0.0], np.cumsum(estimate.mass)])
    boxes = tuple(
        (float(low), float(high), float(reached[place]), float(reached[place + 1]))
        for place, (low, high) in enumerate(zip(estimate.box_left, estimate.box_right, strict=True))
        if np.isfinite(high) and high <= LAST_DAY and estimate.mass[place] > 1e-4
    )
    shares = tuple(float(share) for share in estimate.resolved_by(days))
    return Line(each.group, tuple(map(float, days)), shares, boxes=boxes if with_boxes else ())
