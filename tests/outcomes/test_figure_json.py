"""A figure that was kept comes back as it was."""

import json
from math import inf, nan

import numpy as np
import pytest

from triage.outcomes.figure import Bars, Column, Curves, Figure, Funnel, Line, Whisker, Whiskers
from triage.outcomes.figure_json import as_mapping, read_figure

LINE = Line("redness", (0.0, 2.5, inf), (1.0, 0.5, 0.5), boxes=((1.0, 2.0, 0.5, 1.0),))
PICTURES = (
    Curves("Healing", "days", "share", (LINE,), marks=((7.0, "window"),)),
    Whiskers("Groups", "days", (Whisker("Ann", None, None, None), Whisker("Bob", 1.5, 1.0, 2.0, 1.2)), reference=2.0),
    Funnel("People", "n", "rate", (("Ann", 12.0, 0.5),), 0.4, (("95 %", (10.0, 20.0), (0.0, 0.1), (0.9, 0.8)),)),
    Bars("Months", "alerts", ("2026-01",), (("urgent", (3.0,)),)),
)
COLUMNS = (Column("group", "Group"), Column("n", "Sessions", "count", "how many"))
WHOLE = Figure(
    "healing", "Healing", "It heals.", 12, "sessions", COLUMNS, (("a", 12), ("b", None)), ("By hand.",), PICTURES
)


def through_json(figure: Figure) -> Figure:
    return read_figure(json.loads(json.dumps(as_mapping(figure), allow_nan=False)))


def test_a_figure_comes_back_as_it_was() -> None:
    assert through_json(WHOLE) == WHOLE


def test_numbers_of_numpy_are_plain_numbers() -> None:
    row = (np.int64(3), np.float64(0.5), np.bool_(True))
    found = through_json(WHOLE._replace(rows=(row,))).rows[0]
    assert found == (3, 0.5, True)
    assert [type(value) for value in found] == [int, float, bool]


def test_what_json_has_no_number_for_comes_back_too() -> None:
    low, high, none = through_json(WHOLE._replace(rows=((-inf, inf, nan),))).rows[0]
    assert (low, high) == (-inf, inf)
    assert none != none


@pytest.mark.parametrize(
    "stored", [{}, {"columns": [["id"]], "pictures": []}, {"columns": [], "pictures": [["map", {}]]}]
)
def test_what_another_version_has_stored_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        read_figure(stored)
