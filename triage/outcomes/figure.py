"""A figure of the audit: a table of plain values, what it says in a sentence, how it was made, and its pictures."""

from typing import NamedTuple

from triage.rules import Protocol

Value = str | int | float | bool | None  # None: cannot be told, or is too small to be shown
GROUPS = ("session", "area", "skin_tone", "lot", "diluent", "practitioner")  # what `Question.by` may be
SMALLEST = 10  # people below which a row is counted and not shown
SMALLEST_CELL = 5  # of a report that leaves the clinic


class Question(NamedTuple):
    """What is asked of the facts. None: no such limit, no such grouping."""

    protocol: Protocol  # the one in effect, whose windows are the expectation
    as_of_us: int
    since_us: int | None = None  # procedures, alerts and expected check-ins from here on
    until_us: int | None = None  # and before here
    by: str | None = None  # of GROUPS
    seed: int = 1  # of everything that is drawn by lot, so that the same question has the same answer
    resamples: int = 400


class Column(NamedTuple):
    """One column of a table."""

    id: str  # its name in JSON and CSV
    heading: str
    kind: str = "text"  # text, count, number, share (0 to 1), days, hours, minutes
    about: str = ""  # what it means, for the data dictionary


class Line(NamedTuple):
    """Steps. `low`, `high`: their interval; empty: none. `boxes`: uncertain areas as (x from, x to, y low, y high)."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()


class Curves(NamedTuple):
    """Steps over time, such as the share that has healed by each day."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    marks: tuple[tuple[float, str], ...] = ()  # upright lines with their names
    is_share: bool = True


class Whisker(NamedTuple):
    """A point with its interval. None: there is none to show."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    expected: float | None = None  # what it is compared with


class Whiskers(NamedTuple):
    """Points with intervals below each other."""

    title: str
    x_label: str
    rows: tuple[Whisker, ...]
    reference: float | None = None
    is_share: bool = False


class Funnel(NamedTuple):
    """Rates against their size, with the limits of chance."""

    title: str
    x_label: str
    y_label: str
    points: tuple[tuple[str, float, float], ...]  # name, size, rate
    target: float
    limits: tuple[tuple[str, tuple[float, ...], tuple[float, ...], tuple[float, ...]], ...]  # name, sizes, low, high


class Bars(NamedTuple):
    """Counts or shares, stacked in the order of `stacks`."""

    title: str
    y_label: str
    labels: tuple[str, ...]
    stacks: tuple[tuple[str, tuple[float, ...]], ...]
    is_share: bool = False


Picture = Curves | Whiskers | Funnel | Bars


class Figure(NamedTuple):
    """An answer of the audit. Without a row it says in `answer` why nothing can be told."""

    id: str  # as the catalogue and the address have it
    title: str
    answer: str  # one or two plain sentences: what it says, or that nothing can be told and how much would be needed
    n: int
    of: str  # what n counts, as "sessions"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    method: tuple[str, ...]  # sentences: how it was computed, by which source, and what it cannot say
    pictures: tuple[Picture, ...] = ()
