"""The expected window of a symptom as a band over the days: what is expected, and how urgent it is beyond that."""

from itertools import groupby

from triage.paper.blocks import EXPECTED, Band, Stretch
from triage.paper.grid import spans, urgency_of
from triage.paper.words import DAY, Labels, span_words
from triage.rules import Urgency
from triage.rules.tables import SymptomTable

CLOSE_DAYS = 28  # drawn in half days; what comes after, in weeks
HALF_DAY = 12
LETTERS = {EXPECTED: "=", "self_care": "-", "routine": "r", "same_day": "D", "urgent": "U", "emergency": "E"}
MARK_WORDS = {
    EXPECTED: "within the expected course",
    "self_care": "beyond it, and no rule asks for anybody",
    "routine": "routine",
    "same_day": "same day",
    "urgent": "urgent",
    "emergency": "emergency",
}
LABEL_WIDTH = 14


def build_band(table: SymptomTable, labels: Labels, follow_up_days: int) -> Band:
    """Return the band of one symptom, for a course that was not stated and no earlier report."""
    symptom = labels.short("symptoms", table.window.symptom)
    rows = tuple((labels.severity(level), stretches(table, level)) for level in (4, 3, 2, 1))
    limits = []
    for at_most, group in groupby(zip(spans(table.starts), table.ceilings, strict=True), key=lambda pair: pair[1]):
        hours = [span for span, _ in group]
        limit = f"at most {labels.severity(at_most).lower()}" if at_most else "none"
        limits.append(f"{limit} {span_words(hours[0].from_hour, hours[-1].until_hour)}")
    return Band(f"{symptom}: what is expected, day by day", f"Expected: {'; '.join(limits)}.", rows, follow_up_days)


def stretches(table: SymptomTable, severity: int) -> tuple[Stretch, ...]:
    """Return what one severity means over time, neighbours merged."""
    found: list[Stretch] = []
    for span, at_most in zip(spans(table.starts), table.ceilings, strict=True):
        urgency = urgency_of(table, span.from_hour, "unknown", severity)
        mark = EXPECTED if severity <= at_most and urgency == Urgency.self_care else urgency.name
        if found and found[-1].mark == mark:
            found[-1] = found[-1]._replace(until_hour=span.until_hour)
        else:
            found.append(Stretch(*span, mark))
    return tuple(found)


def draw_band(band: Band) -> list[str]:
    """Return the band as lines of letters of equal width."""
    columns = _columns(band.follow_up_days)
    width = max([LABEL_WIDTH, *(len(label) for label, _ in band.rows)])
    lines = [_scale(columns, width)]
    for label, row in band.rows:
        lines.append(f"{label:<{width}}" + "".join(_letter(row, *column) for column in columns))
    return lines


def _columns(follow_up_days: int) -> list[tuple[int, int]]:
    """Return the hours of each letter: half days, then weeks, then one letter for what comes after the follow-up."""
    last = follow_up_days * DAY
    close = min(CLOSE_DAYS * DAY, last)
    columns = [(hour, hour + HALF_DAY) for hour in range(0, close, HALF_DAY)]
    columns += [(hour, min(hour + 7 * DAY, last)) for hour in range(close, last, 7 * DAY)]
    return [*columns, (last, last + 1)]


def _letter(row: tuple[Stretch, ...], start: int, end: int) -> str:
    """Return the letter of a column: of several marks in it, the most urgent."""
    order = list(LETTERS)
    marks = [s.mark for s in row if s.from_hour < end and (s.until_hour is None or s.until_hour > start)]
    return LETTERS[max(marks, key=order.index)]


def _scale(columns: list[tuple[int, int]], width: int) -> str:
    """Return the line of days above a band: every other day, then each fourth week."""
    line = ""
    for number, (hour, _) in enumerate(columns[:-1]):
        is_close = hour < CLOSE_DAYS * DAY
        wanted = hour % (2 * DAY) == 0 if is_close else (hour // DAY - CLOSE_DAYS) % 28 == 0
        if wanted and len(line) <= number:
            line += " " * (number - len(line)) + str(hour // DAY)
    return f"{'day':<{width}}{line}"
