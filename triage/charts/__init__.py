"""DRAW: how a case goes, as a picture for the page and for paper. Values in, SVG text out; no rows, no clock.

The home of matplotlib, which takes a second to import: it comes with the first chart and not with the program.
"""

from functools import lru_cache
from importlib import import_module

from triage.charts.looks import LOOKS, Look
from triage.charts.values import Alarm, Chart, Dot, Lane, Mark, Step

__all__ = ["LOOKS", "Alarm", "Chart", "Dot", "Lane", "Look", "Mark", "Step", "draw_chart"]


@lru_cache(maxsize=128)  # some 25 kB each: a case is looked at again and again, at both widths
def draw_chart(chart: Chart, look: Look) -> str:
    """Return a chart as an SVG document; the same values and look give the same bytes."""
    drawn: str = import_module("triage.charts.drawing").draw(chart, look)
    return drawn
