"""A figure as people read it: units, intervals in the same cell, and what cannot be told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.charts.samples import BARS, CURVES, FUNNEL
from triage.actions.figure_words import moment_said, reading_of, said, table_of, versions_said, window_said
from triage.outcomes.figure import Column, Figure, Value

COLUMNS = (
    Column("group", "Group"),
    Column("n", "Sessions", "count"),
    Column("kept", "In time", "share", "by the promised time"),
    Column("kept_low", "from", "share"),
    Column("kept_high", "to", "share"),
    Column("low_pain", "Low pain", "count"),
)


def figure(*rows: tuple[Value, ...]) -> Figure:
    return Figure("answered", "t", "a", 3, "alerts", COLUMNS, rows, ())


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (None, "share", "–"),
        (True, "text", "yes"),
        ("skin_tone", "text", "skin tone"),
        (12345, "count", "12,345"),
        (0.8234, "share", "82.3 %"),
        (4.77, "days", "4.8 d"),
        (0.5, "minutes", "30 s"),
        (41.2, "minutes", "41 min"),
        (341.0, "minutes", "5.7 h"),
        (50.0, "hours", "2.1 d"),
        (1.2345, "number", "1.23"),
        (-2345.6, "number", "-2,346"),
    ],
)
def test_a_value_is_said_with_its_unit(value: Value, kind: str, words: str) -> None:
    assert said(value, kind) == words


def test_an_interval_stands_in_the_cell_of_its_number() -> None:
    table = table_of(figure(("redness", 233, 0.82, 0.77, 0.86, 4), ("pain", 9, None, None, None, 0)))
    assert [heading.words for heading in table.headings] == ["Group", "Sessions", "In time", "Low pain"]
    assert table.rows == (("redness", "233", "82.0 % (77.0 to 86.0)", "4"), ("pain", "9", "–", "0"))
    assert table.has_unknown
    assert not table_of(figure(("redness", 233, 0.82, None, None, 4))).has_unknown


def test_an_interval_that_is_open_says_so() -> None:
    (row,) = table_of(figure(("redness", 233, 0.82, 0.77, None, 4))).rows
    assert row[2] == "82.0 % (77.0 to –)"


def test_units_that_differ_are_all_said() -> None:
    columns = (
        Column("half", "Half", "minutes"),
        Column("half_low", "f", "minutes"),
        Column("half_high", "t", "minutes"),
    )
    wide = Figure("x", "t", "a", 3, "alerts", columns, ((90.0, 20.0, 600.0), (30.0, 20.0, 50.0)), ())
    assert table_of(wide).rows == (("90 min (20 min to 10.0 h)",), ("30 min (20 to 50)",))


def test_a_group_is_not_named_where_there_is_only_one() -> None:
    unsplit = figure(("all", 4, 0.8, 0.7, 0.9, 1), ("all", 3, 0.8, 0.7, 0.9, 1))
    assert [heading.words for heading in table_of(unsplit).headings] == ["Sessions", "In time", "Low pain"]


def test_windows_moments_and_versions_in_words() -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    assert window_said(first, last) == "1 Mar 2026 to 31 Mar 2026"
    assert window_said(first, None) == "from 1 Mar 2026 on"
    assert window_said(None, last) == "up to 31 Mar 2026"
    assert window_said(None, None) == "all that is on record"
    assert moment_said(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == "2 Mar 2026, 00:30"
    assert versions_said([("a", "smp", "3"), ("b", "smp", "3"), ("c", "smp", "4")]) == "smp 3, smp 4"
    assert versions_said([]) == "none yet"


def test_a_picture_says_how_it_is_read() -> None:
    assert "95 % interval" in reading_of(CURVES)
    assert "between two reports" in reading_of(CURVES)
    assert "chance" in reading_of(FUNNEL)
    assert reading_of(BARS) == ""
    assert reading_of(CURVES._replace(lines=())) == ""
