"""A figure of the audit as people read it: its table with units and intervals in one cell, and what it rests on."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from triage.outcomes.figure import Column, Curves, Figure, Funnel, Picture, Value, Whiskers

UNKNOWN = "–"
UNSPLIT = "all"  # the group of a figure that was not split
LOW, HIGH = "_low", "_high"
MINUTES_AS = ((2 * 1440, 1440, "d"), (120, 60, "h"))  # from how many on, of how many, by which name


class Heading(NamedTuple):
    """The head of one column as it is shown; `about` empty: the words say it all."""

    id: str
    words: str
    about: str
    is_number: bool


class Table(NamedTuple):
    """A figure's table as it is shown."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    has_unknown: bool  # some cell cannot be told, or stands for too few people to be shown


def table_of(figure: Figure) -> Table:
    """Return the table of a figure; the interval of a number stands beside it in the same cell.

    A column of groups is left out where there is only one.
    """
    places = {column.id: place for place, column in enumerate(figure.columns)}
    shown = [one for one in figure.columns if not _is_end(one, places) and not _says_nothing(one, figure, places)]
    headings = tuple(Heading(one.id, one.heading, one.about, one.kind != "text") for one in shown)
    rows = tuple(tuple(_cell(column, row, places) for column in shown) for row in figure.rows)
    return Table(headings, rows, any(UNKNOWN in row for row in rows))


def said(value: Value, kind: str) -> str:
    """Return one value of a column of some kind, with its unit."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ")
    if kind == "count":
        return f"{value:,.0f}"
    if kind == "share":
        return f"{100 * value:.1f} %"
    if kind == "days":
        return f"{value:.1f} d"
    if kind in ("hours", "minutes"):
        return _span(value * (60 if kind == "hours" else 1))
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def reading_of(picture: Picture) -> str:
    """Return how a picture is to be read; empty: it needs no words."""
    if isinstance(picture, Curves):
        said = ["The pale band is the 95 % interval."] * any(line.low for line in picture.lines)
        darker = "Where an area is darker, the line may run anywhere: it happened between two reports."
        return " ".join(said + [darker] * any(line.boxes for line in picture.lines))
    if isinstance(picture, Whiskers):
        return "The line through a point is its 95 % interval."
    if isinstance(picture, Funnel):
        return "Points between the limits differ by no more than chance would make them."
    return ""


def window_said(since: date | None, until: date | None) -> str:
    """Return a window of days in words."""
    if since and until:
        return f"{day_said(since)} to {day_said(until)}"
    if since:
        return f"from {day_said(since)} on"
    return f"up to {day_said(until)}" if until else "all that is on record"


def day_said(day: date) -> str:
    """Return a day like 5 Dec 2026."""
    return f"{day.day} {day:%b %Y}"


def moment_said(at: datetime, zone: tzinfo) -> str:
    """Return a moment like 5 Dec 2026, 09:00."""
    local = at.astimezone(zone)
    return f"{day_said(local.date())}, {local:%H:%M}"


def versions_said(versions: Sequence[tuple[str, str, str]]) -> str:
    """Return protocol versions, each as (digest, name, version), in words; none: nothing judged yet."""
    return ", ".join(dict.fromkeys(f"{name} {version}" for _, name, version in versions)) or "none yet"


def _is_end(column: Column, places: dict[str, int]) -> bool:
    """Tell whether a column is an end of the interval of another."""
    return any(column.id.endswith(end) and column.id.removesuffix(end) in places for end in (LOW, HIGH))


def _says_nothing(column: Column, figure: Figure, places: dict[str, int]) -> bool:
    """Tell whether a column only says in each row that the figure was not split."""
    return len(figure.rows) > 1 and all(row[places[column.id]] == UNSPLIT for row in figure.rows)


def _cell(column: Column, row: tuple[Value, ...], places: dict[str, int]) -> str:
    value = said(row[places[column.id]], column.kind)
    ends = [places.get(column.id + end) for end in (LOW, HIGH)]
    if ends == [None, None] or value == UNKNOWN:
        return value
    low, high = (UNKNOWN if place is None else said(row[place], column.kind) for place in ends)
    if (low, high) == (UNKNOWN, UNKNOWN):
        return value
    unit = value.rpartition(" ")[2] if " " in value else ""
    if unit and all(end == UNKNOWN or end.endswith(f" {unit}") for end in (low, high)):  # said once is enough
        low, high = low.removesuffix(f" {unit}"), high.removesuffix(f" {unit}")
    return f"{value} ({low} to {high})"


def _span(minutes: float) -> str:
    for least, size, unit in MINUTES_AS:
        if minutes >= least:
            return f"{minutes / size:.1f} {unit}"
    return f"{minutes:.0f} min" if minutes >= 1 else f"{60 * minutes:.0f} s"
