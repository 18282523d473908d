"""The figure `practitioners`: whether somebody differs more than chance, as a funnel and never as a league table."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Bytes, Flags
from triage.outcomes.facts import NOBODY, Facts, Places, Reals
from triage.outcomes.figure import SMALLEST, Column, Figure, Funnel, Question, Value
from triage.outcomes.funnel import (
    INNER,
    OUTER,
    Cases,
    Standard,
    binomial_limits,
    chance_of,
    excess_variance,
    power_of,
    standardise,
    widen,
    widen_chance,
    widening,
)
from triage.outcomes.response import DAY_US, ledger_of
from triage.outcomes.saying import say_count, say_share
from triage.outcomes.sections import PEOPLE, has_word, hide_small, in_window, say_hidden, span_columns
from triage.outcomes.shares import clopper_pearson, false_discovery
from triage.rules import Urgency

FEWEST = 4  # judgement: of three, one who differs and two who do not cannot be told from the reverse
FEWEST_TO_SPREAD = 10  # judgement: with fewer, one who differs makes the spread by which they are forgiven
LIKELY = 0.8  # power from which nothing seen means something; the usual one (Cohen 1988)
MATURE_US = 14 * DAY_US  # judgement: by then an abnormal course has mostly shown
OFTEN = 4  # reports of a sitting, from which on it counts as watched closely
COLUMNS = (
    Column("practitioner", "Practitioner"),
    Column("indicator", "Indicator", about="abnormal: sittings with a report alert of same_day or above; unreported"),
    PEOPLE,
    Column("n", "Cases", "count", "sittings, or check-ins that a message asked for"),
    Column("observed", "Observed", "count", "of these with the indicator"),
    Column("expected", "Expected", "number", "what everybody together would have had with the same cases"),
    *span_columns("share", "Standardised", "share", "observed over expected, times the share over all"),
    Column("position", "Position", about="against the limits of chance (95 and 99.8 %)"),
    Column("p", "p", "number", "chance to be so far off, two-sided, widened limits"),
    Column("q", "q", "number", "the same with all practitioners and indicators looked at together"),
    Column("power", "Chance to see double", "share", "that twice the share would lie above the outer limit"),
)
METHOD = (
    "Funnel with exact binomial limits at 95 and 99.8 % (Spiegelhalter, Stat Med 2005, 24:1185), around the share over "
    "all. No ranks: most differences between people who do the same are chance.",
    "Standardised indirectly for session number, skin tone and how often the patient reported (abnormal), or the day "
    "after the sitting (unreported). Not for areas, and not for what is not recorded.",
    f"From {FEWEST_TO_SPREAD} practitioners on limits are widened where they differ more than chance (additive, "
    "winsorised by 10 %). Cases of one patient are reduced to what they are worth.",
    "q: Benjamini & Hochberg 1995. Power: the chance that somebody with twice the share would be seen; where it is "
    "low, nobody seen outside says nothing.",
    f"Abnormal courses of sittings that are at least {MATURE_US // DAY_US} days old. Grouping does not apply.",
)


class Compared(NamedTuple):
    """One indicator over all practitioners with cases."""

    indicator: str
    cases: Cases
    unit: Places  # the practitioners who have cases
    people: Places
    standard: Standard
    between: float  # variance between practitioners besides chance


def practitioners(facts: Facts, question: Question) -> Figure:
    """Return practitioners against the limits of chance (Spiegelhalter 2005); rows only where there are FEWEST.

    `question.by` does not apply.
    """
    every = [_compare(facts, name, cases) for name, cases in _indicators(facts, question)]
    told = [each for each in every if int((each.people >= SMALLEST).sum()) >= FEWEST and 0 < each.standard.target < 1]
    rows = list(_rows(facts, told))
    shown = hide_small(rows, COLUMNS)
    return Figure(
        id="practitioners",
        title="Does a practitioner stand out?",
        answer=_answer(every, told, shown) + say_hidden(rows, COLUMNS),
        n=max((int((each.people >= SMALLEST).sum()) for each in every), default=0),
        of=f"practitioners with {SMALLEST} people",
        columns=COLUMNS,
        rows=shown,
        method=METHOD,
        pictures=tuple(_picture(facts, each) for each in told),
    )


def _indicators(facts: Facts, question: Question) -> Iterator[tuple[str, Cases]]:
    yield "abnormal", _abnormal(facts, question)
    yield "unreported", _unreported(facts, question)


def abnormal_sittings(facts: Facts) -> Flags:
    """Return which sittings had an abnormal course: an alert of a report, same_day or above, after them."""
    alerts = facts.alerts
    rows = has_word(alerts.kind, "report") & (alerts.urgency >= Urgency.same_day) & (alerts.sitting != NOBODY)
    found = np.zeros(len(facts.sittings.id), np.bool_)
    found[alerts.sitting[rows]] = True
    return found


def _abnormal(facts: Facts, question: Question) -> Cases:
    sittings = facts.sittings
    is_mature = sittings.at_us <= facts.as_of_us - MATURE_US
    rows = np.flatnonzero(in_window(sittings.at_us, question) & is_mature & (sittings.practitioner.code != NOBODY))
    known = facts.reports.sitting[facts.reports.sitting != NOBODY]
    reports = np.bincount(known, minlength=len(sittings.id))
    watched = np.clip(reports, 0, 1) + (reports >= OFTEN)
    return _cases(facts, rows, watched[rows], abnormal_sittings(facts)[rows])


def _unreported(facts: Facts, question: Question) -> Cases:
    due = facts.due
    ledger = ledger_of(due, question)
    rows = np.flatnonzero(ledger.asked & (due.sitting != NOBODY))
    rows = rows[facts.sittings.practitioner.code[due.sitting[rows]] != NOBODY]
    sitting = due.sitting[rows]
    day = (due.due_us[rows] - facts.sittings.at_us[sitting]) // DAY_US
    return _cases(facts, sitting, np.searchsorted([4, 8, 15, 31], day, side="right"), ~ledger.answered[rows])


def _cases(facts: Facts, sitting: Places, kind: Places, yes: Flags) -> Cases:
    patient = facts.sittings.patient[sitting]
    session = np.clip(facts.sittings.number[sitting], 1, 4)
    stratum = (kind * 5 + session) * 4 + tone_group(facts.patients.tone[patient])
    return Cases(facts.sittings.practitioner.code[sitting].astype(np.int64), stratum, patient, yes)


def tone_group(tone: Bytes) -> Places:
    """Return skin tones in pairs: 1 light (I, II), 2 middle (III, IV), 3 dark (V, VI); 0: not recorded."""
    return (tone.astype(np.int64) + 1) // 2


def _compare(facts: Facts, indicator: str, cases: Cases) -> Compared:
    units = len(facts.sittings.practitioner.names)
    pairs = np.unique(cases.unit * max(len(facts.patients.id), 1) + cases.patient)
    people = np.bincount(pairs // max(len(facts.patients.id), 1), minlength=units)
    standard = standardise(cases, units)
    here = np.flatnonzero((people > 0) & (standard.expected > 0))
    standard = standard.of(here)
    between = 0.0
    if len(here) >= FEWEST_TO_SPREAD:
        between = excess_variance(standard.share, standard.size, standard.target)[1]
    return Compared(indicator, cases, here, people[here], standard, between)


def _chances(each: Compared) -> Reals:
    """Return the p-value of each practitioner by the widened limits."""
    standard = each.standard
    p = chance_of(standard.share, standard.size, standard.target)
    return widen_chance(p, widening(standard.size, standard.target, each.between))


def _rows(facts: Facts, told: list[Compared]) -> Iterator[tuple[Value, ...]]:
    chances = [_chances(each) for each in told]
    q = false_discovery(np.concatenate(chances)) if chances else np.zeros(0)
    done = 0
    for each, p in zip(told, chances, strict=True):
        standard = each.standard
        low, high = clopper_pearson(standard.share * standard.size, standard.size)
        power = power_of(standard.target, standard.size)
        for place, unit in enumerate(each.unit.tolist()):
            yield (
                facts.sittings.practitioner.names[unit],
                each.indicator,
                int(each.people[place]),
                int(standard.n[place]),
                int(standard.observed[place]),
                float(standard.expected[place]),
                *(float(part[place]) for part in (standard.share, low, high)),
                _position(float(p[place]), is_high=bool(standard.share[place] > standard.target)),
                float(p[place]),
                float(q[done + place]),
                float(power[place]),
            )
        done += len(each.unit)


def _position(p: float, *, is_high: bool) -> str:
    side = "above" if is_high else "below"
    if p < 1 - OUTER:
        return f"{side} 99.8 %"
    return f"{side} 95 %" if p < 1 - INNER else "as chance has it"


def _answer(every: list[Compared], told: list[Compared], rows: tuple[tuple[Value, ...], ...]) -> str:
    if not told:
        most = max((int((each.people >= SMALLEST).sum()) for each in every), default=0)
        return (
            f"Cannot tell: {say_count(most, 'practitioner')} with at least {SMALLEST} people; a comparison takes "
            f"{FEWEST}, and some of what is compared."
        )
    outside = [row for row in rows if str(row[9]).endswith("99.8 %")]
    power = float(np.median(power_of(told[0].standard.target, told[0].standard.size)))
    if outside:
        named = ", ".join(f"{row[0]} ({row[1]}, {str(row[9]).split()[0]})" for row in outside)
        return f"Outside the limits of chance (99.8 %): {named}. A reason to look, not a verdict."
    if power < LIKELY:
        return (
            "Cannot tell: nobody lies outside the limits of chance, but somebody with twice the abnormal courses would "
            f"be seen with a chance of {say_share(power)} only."
        )
    return f"Nobody differs more than chance; twice the abnormal courses would be seen with {say_share(power)}."


def _picture(facts: Facts, each: Compared) -> Funnel:
    standard = each.standard
    sizes = np.unique(np.rint(np.geomspace(5, max(10.0, 1.2 * float(standard.size.max())), 60)))
    limits = []
    for name, within in (("95 %", INNER), ("99.8 %", OUTER)):
        interval = widen(binomial_limits(standard.target, sizes, within), sizes, standard.target, each.between)
        limits.append((name, tuple(sizes.tolist()), tuple(interval.low.tolist()), tuple(interval.high.tolist())))
    points = tuple(
        (facts.sittings.practitioner.names[unit], float(standard.size[place]), float(standard.share[place]))
        for place, unit in enumerate(each.unit.tolist())
        if each.people[place] >= SMALLEST
    )
    noun = "sittings" if each.indicator == "abnormal" else "check-ins"
    title = "Abnormal courses" if each.indicator == "abnormal" else "Check-ins that did not come"
    return Funnel(title, f"independent {noun}", "standardised share", points, standard.target, tuple(limits))
