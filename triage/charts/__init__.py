"""DRAW: how a case goes, and a figure of the audit, as pictures for the page and for paper. Values in, SVG text out;
no rows, no clock.

The home of matplotlib, which takes a second to import: it comes with the first chart and not with the program.
"""

from functools import lru_cache
from importlib import import_module

from triage.charts.looks import CANVASES, LOOKS, Canvas, Look
from triage.charts.values import Alarm, Chart, Dot, Lane, Mark, Step
from triage.outcomes.figure import Picture

__all__ = [
    "CANVASES",
    "LOOKS",
    "Alarm",
    "Canvas",
    "Chart",
    "Dot",
    "Lane",
    "Look",
    "Mark",
    "Step",
    "draw_chart",
    "draw_picture",
    "picture_height",
]


@lru_cache(maxsize=128)  # some 25 kB each: a case is looked at again and again, at both widths
def draw_chart(chart: Chart, look: Look) -> str:
    """Return a chart as an SVG document; the same values and look give the same bytes."""
    drawn: str = import_module("triage.charts.drawing").draw(chart, look)
    return drawn


@lru_cache(maxsize=64)
def draw_picture(picture: Picture, canvas: Canvas) -> str:
    """Return a picture of a figure as an SVG document; the same values and canvas give the same bytes."""
    drawn: str = import_module("triage.charts.pictures").draw(picture, canvas)
    return drawn


def picture_height(picture: Picture, canvas: Canvas) -> int:
    """Return how high a picture of a figure is, in pixels; its width is that of the canvas."""
    height: int = import_module("triage.charts.pictures").height_of(picture, canvas)
    return height
