"""A course as a chart and as the table of the same: every report is in both, and what never came."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.actions.case_rows import CourseRows
from triage.charts import Alarm, Chart, Dot, Lane, Mark, Step
from triage.paper.words import Labels
from triage.records import CheckInRow
from triage.rules import Tables, Urgency, latest_procedure

DAY = timedelta(days=1)
LEAST_DAYS = 10  # what a chart shows at least of what comes after a sitting
AHEAD = 1.0  # so many days after the last thing on it
OTHERS = ("signs", "result", "treatment", "exposed")


class Cell(NamedTuple):
    """One severity in the table; `severity` None: it was not asked."""

    severity: int | None
    is_beyond: bool = False


class Entry(NamedTuple):
    """A line of the table: a report, one that never came, or an alert that was opened; its words come with it."""

    kind: str  # report, missed, alert
    at: datetime
    day: int | None  # since the sitting before it; None: there was none
    cells: tuple[Cell, ...]  # one for each lane; empty but for reports
    urgency: str = ""  # empty: it was never judged, or never came
    besides: tuple[str, ...] = ()  # what else a report said, in words
    is_doubted: bool = False


class Table(NamedTuple):
    """The table: the symptoms of its columns, and its lines, oldest first."""

    symptoms: tuple[str, ...]
    entries: tuple[Entry, ...]


def labels_of(tables: Tables | None) -> Labels:
    """Return what staff call things: in English, in the words of a protocol."""
    texts = tables.protocol.texts if tables else {}
    return Labels(texts.get("en") or next(iter(texts.values()), None))


def chart_of(course: CourseRows, now: datetime) -> Chart:
    """Return a course as a chart; where nothing was done or said, it is empty."""
    sittings = [row.at for row in course.procedures if row.at <= now]
    moments = [*sittings, *(row.at for row in course.reports), *course.missed]
    begin = min(moments, default=now)
    is_open = course.episode is not None and course.episode.closed_at is None
    alarms = [row for row in course.alerts if row.opened_at >= begin]
    last = max([*moments, *(row.opened_at for row in alarms), *([now] if is_open else [])], default=now)
    days = max((last - begin) / DAY + AHEAD, *((at - begin) / DAY + LEAST_DAYS for at in [begin, *sittings[-1:]]))

    def day(at: datetime) -> float:
        return round((at - begin) / DAY, 4)

    doubtful, labels = course.doubtful, labels_of(course.current)
    bands = _bands(course, sittings)
    return Chart(
        days=round(days, 4),
        sittings=tuple(day(at) for at in sittings),
        reports=tuple(Mark(day(row.at), row.id in doubtful) for row in course.reports),
        missed=tuple(day(at) for at in course.missed),
        alarms=tuple(Alarm(day(row.opened_at), row.urgency) for row in alarms),
        lanes=tuple(
            Lane(
                labels.short("symptoms", symptom),
                tuple(_steps(symptom, bands, begin)),
                tuple(
                    Dot(day(row.at), severity, is_beyond, row.id in doubtful)
                    for row, severity, is_beyond in _dots(course, symptom)
                ),
            )
            for symptom in lanes_of(course)
        ),
        today=day(now) if is_open else None,
        caption=caption_of(course, bands),
    )


def lanes_of(course: CourseRows) -> tuple[str, ...]:
    """Return the symptoms that have a lane: reported above none, or found by a rule; if none, all that were told."""
    told: dict[str, bool] = {}
    for row in course.reports:
        for symptom, severity in _severities(row).items():
            told[symptom] = told.get(symptom, False) or severity > 0
        told |= dict.fromkeys(_found(course, row.id), True)
    there = [symptom for symptom, is_there in told.items() if is_there] or list(told)
    known = [window.symptom for window in course.current.protocol.windows] if course.current else []
    return tuple([s for s in known if s in there] + [s for s in there if s not in known])


def table_of(course: CourseRows) -> Table:
    """Return the same as lines: reports, what never came, and alerts, oldest first."""
    symptoms, labels, doubtful = lanes_of(course), labels_of(course.current), course.doubtful
    entries = [_report(course, row, symptoms, labels)._replace(is_doubted=row.id in doubtful) for row in course.reports]
    entries += [Entry("missed", at, day_at(course, at), ()) for at in course.missed]
    entries += [
        Entry("alert", row.opened_at, day_at(course, row.opened_at), (), Urgency(row.urgency).name)
        for row in course.alerts
    ]
    named = tuple(labels.short("symptoms", symptom) for symptom in symptoms)
    return Table(named, tuple(sorted(entries, key=lambda entry: entry.at)))


def day_at(course: CourseRows, at: datetime) -> int | None:
    """Return the day of a moment since the sitting before it; None where there was none."""
    past = [row.at for row in course.procedures if row.at <= at]
    return (at - latest_procedure(past, at)).days if past else None


def caption_of(course: CourseRows, bands: Sequence[tuple[datetime, datetime | None, Tables]]) -> str:
    """Return by which versions of the protocol the chart says what is expected."""
    named = dict.fromkeys(f"{tables.protocol.name} {tables.protocol.version}" for _, _, tables in bands)
    return f"Green: expected by {', then '.join(named)}" if named else "No protocol says what is expected"


def _report(course: CourseRows, row: CheckInRow, symptoms: Sequence[str], labels: Labels) -> Entry:
    said, found, judged = _severities(row), _found(course, row.id), course.assessments.get(row.id)
    return Entry(
        "report",
        row.at,
        day_at(course, row.at),
        tuple(Cell(said.get(symptom), symptom in found) for symptom in symptoms),
        Urgency(judged.urgency).name if judged else "",
        tuple(besides(row.content, labels)),
    )


def besides(content: dict[str, Any], labels: Labels) -> Iterator[str]:
    """Yield in words what a report says besides the severities of its symptoms."""
    kinds = {"signs": "signs", "result": "results", "treatment": "treatments", "exposed": "exposures"}
    for name in OTHERS:
        yield from (labels.short(kinds[name], str(one)) for one in content.get(name) or ())
    measured = content.get("temperature")
    if isinstance(measured, dict):
        yield f"{measured.get('value')} °{measured.get('unit')}"
    if content.get("wants_call"):
        yield "asks for a call"
    if content.get("note"):
        yield "a note"


def _severities(row: CheckInRow) -> dict[str, int]:
    said: dict[str, int] = row.content.get("symptoms") or {}
    return said


def _found(course: CourseRows, check_in_id: uuid.UUID) -> set[str]:
    """Return the symptoms that a rule found in a report."""
    judged = course.assessments.get(check_in_id)
    return {str(finding["symptom"]) for finding in judged.findings if finding.get("symptom")} if judged else set()


def _dots(course: CourseRows, symptom: str) -> Iterator[tuple[CheckInRow, int, bool]]:
    for row in course.reports:
        said = _severities(row)
        if symptom in said:
            yield row, said[symptom], symptom in _found(course, row.id)


def _bands(course: CourseRows, sittings: Sequence[datetime]) -> list[tuple[datetime, datetime | None, Tables]]:
    """Return for each sitting from when until when (None: for good) which version says what is expected.

    That is the one that judged the last report after it, else the one that judges now.
    """
    bands = []
    for number, begin in enumerate(sittings):
        end = sittings[number + 1] if number + 1 < len(sittings) else None
        after = [row for row in course.reports if row.at >= begin and (end is None or row.at < end)]
        judged = [tables for row in after if (tables := course.tables_behind(row)) is not None]
        tables = judged[-1] if judged else course.current
        if tables is not None:
            bands.append((begin, end, tables))
    return bands


def _steps(symptom: str, bands: Sequence[tuple[datetime, datetime | None, Tables]], begin: datetime) -> Iterator[Step]:
    for start, end, tables in bands:
        window = next((one for one in tables.protocol.windows if one.symptom == symptom), None)
        for ceiling in sorted(window.expected, key=lambda one: one.from_hour) if window else ():
            at = start + timedelta(hours=ceiling.from_hour)
            if end is None or at < end:
                yield Step(round((at - begin) / DAY, 4), ceiling.at_most)
