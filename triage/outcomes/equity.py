"""The figure `equity`: whether people are served alike whatever their language, skin or age."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, Facts, Places
from triage.outcomes.figure import SMALLEST, Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.months import month_of
from triage.outcomes.practitioners import tone_group
from triage.outcomes.response import ledger_of
from triage.outcomes.saying import ENOUGH_WITHIN, is_enough, say_points
from triage.outcomes.sections import (
    PEOPLE,
    UNKNOWN,
    about_patients,
    has_word,
    hide_small,
    in_window,
    number,
    rate_of,
    say_hidden,
    span_columns,
)
from triage.outcomes.shares import Rate, difference_p, holm, newcombe, size_for
from triage.outcomes.waits import known_promises
from triage.outcomes.worth import is_labelled

TONES = (UNKNOWN, "light (I, II)", "middle (III, IV)", "dark (V, VI)")
AGES = (UNKNOWN, "under 35", "35 to 54", "55 and over")
SIGNIFICANT = 0.05
COLUMNS = (
    Column("dimension", "By", about="language, skin tone or age"),
    Column("group", "Group"),
    Column("indicator", "Indicator", about="response, beyond normal, useful, taken in time: see the method"),
    PEOPLE,
    Column("n", "All", "count", "what the share is of"),
    *span_columns("share", "Share", "share", "of the group"),
    Column("against", "Against", about="the largest group, which the others are compared with"),
    *span_columns("difference", "Difference", "share", "share of the group minus that of the largest"),
    Column("p", "p", "number", "chance of such a difference, two-sided"),
    Column("p_holm", "p together", "number", "the same with all comparisons of this figure looked at together"),
)
METHOD = (
    "Response: answered among check-ins that a message asked for. Beyond normal: reports judged routine or above. "
    "Useful: alerts called useful among those labelled. Taken in time: alerts within their promise.",
    "Differences against the largest group with Newcombe's interval (Stat Med 1998, 17:873), p by Pearson's score "
    "test, together by Holm 1979; rows are reduced to what they are worth by patient (Korn & Graubard 1998).",
    "Nothing is adjusted for: what lies behind a gap is for people to find, and a model could hide it. Fewer reports "
    "beyond normal on dark skin may mean that redness is not seen: see `missed` by skin tone.",
    "Grouping does not apply: the figure has its own groups.",
)


class Compared(NamedTuple):
    """One group's share of one indicator, beside the largest group's."""

    dimension: str
    group: str
    indicator: str
    rate: Rate
    against: str
    largest: Rate | None  # None: this is the largest

    @property
    def p(self) -> float:
        """The p-value of the difference; NaN for the largest group itself."""
        if self.largest is None:
            return float("nan")
        return float(difference_p(self.rate.events, self.rate.size, self.largest.events, self.largest.size))


def equity(facts: Facts, question: Question) -> Figure:
    """Return shares by language, skin tone and age, with their differences (Newcombe 1998; Holm 1979).

    Without a row of any indicator the figure has none. `question.by` does not apply.
    """
    compared = list(_compare(facts, question))
    together = holm([each.p for each in compared])
    rows = [_row(each, float(p)) for each, p in zip(compared, together, strict=True)]
    shown = hide_small(rows, COLUMNS)
    return Figure(
        id="equity",
        title="Are people served alike?",
        answer=_answer(compared, shown) + say_hidden(rows, COLUMNS),
        n=len(facts.patients.id),
        of="patients",
        columns=COLUMNS,
        rows=shown,
        method=METHOD,
        pictures=_pictures(shown),
    )


def _indicators(facts: Facts, question: Question) -> Iterator[tuple[str, Places, Flags]]:
    """Yield each indicator with the patient of each row and whether it is so."""
    due, reports, alerts = facts.due, facts.reports, facts.alerts
    ledger = ledger_of(due, question)
    yield "response", due.patient[ledger.asked], ledger.answered[ledger.asked]
    came = in_window(reports.received_us, question)
    yield "beyond normal", reports.patient[came], reports.urgency[came] > 0
    about = about_patients(alerts, question)
    labelled = about & is_labelled(alerts)
    yield "useful", alerts.patient[labelled], has_word(alerts.useful, "useful")[labelled]
    rows, kept = known_promises(facts, about)
    yield "taken in time", alerts.patient[rows], kept


def _dimensions(facts: Facts) -> Iterator[tuple[str, tuple[str, ...], Places]]:
    """Yield each dimension with its groups and the group of each patient."""
    patients = facts.patients
    code = patients.language.code.astype(np.int64)
    yield "language", (UNKNOWN, *patients.language.names), np.where(code == NOBODY, -1, code) + 1
    yield "skin tone", TONES, tone_group(patients.tone)
    year = 1970 + int(month_of(np.array([facts.as_of_us]))[0]) // 12
    age = year - patients.born
    is_known = (age >= 0) & (age < 120)
    yield "age", AGES, np.where(is_known, np.searchsorted([35, 55], age, side="right") + 1, 0)


def _compare(facts: Facts, question: Question) -> Iterator[Compared]:
    dimensions = list(_dimensions(facts))
    for indicator, patient, yes in _indicators(facts, question):
        for dimension, names, group_of in dimensions:
            group = group_of[patient]
            rates = {name: rate_of(patient[group == code], yes[group == code]) for code, name in enumerate(names)}
            known = {name: rate for name, rate in rates.items() if rate.n}
            largest = max(
                (name for name in known if name != UNKNOWN), key=lambda name: known[name].people, default=None
            )
            for name, rate in known.items() if largest else ():
                beside = None if name == largest else known[largest or ""]
                yield Compared(dimension, name, indicator, rate, largest or "", beside)


def _row(each: Compared, together: float) -> tuple[Value, ...]:
    rate, largest = each.rate, each.largest
    named = (each.dimension, each.group, each.indicator, rate.people, rate.n, *rate.with_interval, each.against)
    if largest is None:
        return (*named, None, None, None, None, None)
    low, high = newcombe(rate.events, rate.size, largest.events, largest.size)
    return (*named, rate.share - largest.share, float(low), float(high), each.p, together)


def _answer(compared: list[Compared], rows: tuple[tuple[Value, ...], ...]) -> str:
    tested = [each for each in compared if each.largest is not None]
    if not tested:
        return "Cannot tell: there are no two groups to compare in this window."
    ids = [column.id for column in COLUMNS]
    told = [dict(zip(ids, row, strict=True)) for row in rows]
    apart = [row for row in told if row["p_holm"] is not None and float(row["p_holm"]) < SIGNIFICANT]
    if apart:
        named = "; ".join(
            f"{row['indicator']}, {row['group']}: {say_points(float(row['difference'] or 0))} against {row['against']}"
            for row in apart
        )
        return f"Not alike: {named}."
    small = sum(1 for each in tested if not (is_enough(each.rate) and each.largest and is_enough(each.largest)))
    if small == len(tested):
        return f"Cannot tell: no two groups with {size_for(ENOUGH_WITHIN)} rows from different people each."
    return f"No difference is more than chance; {small} of {len(tested)} comparisons are too small to show one."


def _pictures(rows: tuple[tuple[Value, ...], ...]) -> tuple[Whiskers, ...]:
    ids = [column.id for column in COLUMNS]
    share, people = ids.index("share"), ids.index("people")
    pictures = []
    for indicator in dict.fromkeys(row[2] for row in rows):
        points = tuple(
            Whisker(f"{row[0]}: {row[1]}", *(number(value) for value in row[share : share + 3]))
            for row in rows
            if row[2] == indicator and int(row[people] or 0) >= SMALLEST
        )
        if points:
            pictures.append(Whiskers(str(indicator).capitalize(), "share", points, is_share=True))
    return tuple(pictures)
