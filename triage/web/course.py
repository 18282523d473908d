"""The expected course of a symptom beside the patient's own reports: as numbers to draw, and the same in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.rules.protocol import ExpectedWindow
from triage.rules.vocabulary import MOST_SEVERE
from triage.web.times import day_of, days_words
from triage.web.visit import Visit
from triage.web.words import split_hint

WIDTH, LABELS, MARGIN = 300, 88, 10  # of the drawing, in its own units; the labels stand where a line begins
TOP, ROW = 10, 22
BASE = TOP + ROW * MOST_SEVERE
HEIGHT = BASE + 24
MOST_TICKS = 7
TICKS = (1, 2, 7, 14, 28)  # days between two numbers below the drawing
DAY = timedelta(days=1)


class Spot(NamedTuple):
    """A place in the drawing, with a word for it where it has one."""

    x: float
    y: float
    word: str = ""


class Course(NamedTuple):
    """One symptom: what is usual by when, what is usual today, and what was told before."""

    label: str
    hint: str
    today: str
    days: str
    told: str  # the patient's own reports in words; empty where there is none
    area: str  # of what is usual, as the path of an SVG
    here: float  # where today is
    dots: list[Spot]  # the patient's own reports
    levels: list[Spot]
    ticks: list[Spot]
    size: str
    start: float  # where a row begins
    end: float


class Scale(NamedTuple):
    """Days to places; `is_mirrored`: time runs from right to left."""

    days: float
    is_mirrored: bool

    def x(self, day: float) -> float:
        """Return where a day is."""
        along = LABELS + (WIDTH - LABELS - MARGIN) * min(day / self.days, 1)
        return round(WIDTH - along if self.is_mirrored else along, 1)


def courses_of(visit: Visit, at: datetime, reported: dict[str, int] | None = None) -> Iterator[Course]:
    """Yield the course of each symptom as at a moment; `reported`: only of those that are there in this report.

    Empty where there is no protocol, or no procedure yet.
    """
    past = [procedure for procedure in visit.procedures if procedure <= at]
    if visit.tables is None or not past:
        return
    for window in visit.tables.protocol.windows:
        severity = reported.get(window.symptom, 0) if reported is not None else None
        if severity != 0:
            yield _course(visit, window, (past[-1], at), severity)


def _course(visit: Visit, window: ExpectedWindow, span: tuple[datetime, datetime], severity: int | None) -> Course:
    """`span`: from the procedure to the moment that is looked at; `severity` None: nothing was reported."""
    words, hours = visit.words, (span[1] - span[0]) / timedelta(hours=1)
    day = day_of(hours)
    last_change = max(ceiling.from_hour for ceiling in window.expected) / 24
    scale = Scale(max(last_change + 1, day + 1), words.direction == "rtl")
    label, hint = split_hint(words.label("symptoms", window.symptom))
    readings = list(_readings(visit, window.symptom, span[0]))
    days = {"low": days_words(window.low_days), "high": days_words(window.high_days), "day": day}
    return Course(
        label=label,
        hint=hint,
        today=_today_words(visit, at_most_at(window, hours), severity),
        days=words.page("usual_days" if window.low_days else "usual_within", **days),
        told=_told_words(visit, readings),
        area=_area(window, scale),
        here=scale.x(hours / 24),
        dots=[Spot(scale.x(when), _y(level)) for when, level in readings],
        levels=[Spot(scale.x(0), _y(level), words.severity(level)[0]) for level in range(MOST_SEVERE + 1)],
        ticks=[Spot(scale.x(tick), HEIGHT - 5, str(tick)) for tick in _ticks(scale.days)],
        size=f"0 0 {WIDTH} {HEIGHT}",
        start=scale.x(0),
        end=scale.x(scale.days),
    )


def at_most_at(window: ExpectedWindow, hours: float) -> int:
    """Return the highest severity that is expected at an hour."""
    past = [ceiling for ceiling in window.expected if ceiling.from_hour <= hours]
    return max(past, key=lambda ceiling: ceiling.from_hour).at_most


def _today_words(visit: Visit, at_most: int, severity: int | None) -> str:
    words = visit.words
    name = "usual_today" if at_most else "usual_gone"
    if severity is None:
        return words.page(f"{name}_short", at_most=words.severity(at_most)[0].lower())
    told = {"severity": words.severity(severity)[0].lower(), "at_most": words.severity(at_most)[0].lower()}
    return words.page(name, **told)


def _readings(visit: Visit, symptom: str, since: datetime) -> Iterator[tuple[float, int]]:
    """Yield the days and severities that the patient has told since a procedure; what was corrected as it is now."""
    told = {report.at: report.symptoms[symptom] for report in visit.reports if symptom in report.symptoms}
    yield from (((at - since) / DAY, level) for at, level in sorted(told.items()) if at >= since)


def _told_words(visit: Visit, readings: list[tuple[float, int]]) -> str:
    say = visit.words.page
    parts = [
        say("told_on_day", day=int(day), severity=visit.words.severity(level)[0].lower()) for day, level in readings
    ]
    return say("told_before", parts="; ".join(parts)) if parts else ""


def _area(window: ExpectedWindow, scale: Scale) -> str:
    """Return the outline of what is usual: it steps down where less is expected from an hour on."""
    path = [f"M{scale.x(0)} {BASE}"]
    for ceiling in sorted(window.expected, key=lambda one: one.from_hour):
        path.append(f"H{scale.x(ceiling.from_hour / 24)}V{_y(ceiling.at_most)}")
    return "".join(path) + f"H{scale.x(scale.days)}V{BASE}Z"


def _ticks(days: float) -> range:
    apart = next((step for step in TICKS if days / step <= MOST_TICKS), TICKS[-1])
    return range(0, int(days) + 1, apart)


def _y(level: int) -> int:
    return BASE - ROW * level
