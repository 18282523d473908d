"""Pictures of figures, each drawn by its kind, one after the other."""

from collections.abc import Callable
from typing import Any

from triage.charts.curves import curves_height, draw_curves
from triage.charts.drawing import DRAWING
from triage.charts.looks import Canvas
from triage.charts.points import (
    bars_height,
    draw_bars,
    draw_funnel,
    draw_whiskers,
    funnel_height,
    whiskers_height,
)
from triage.outcomes.figure import Bars, Curves, Funnel, Picture, Whiskers

Draw = Callable[[Any, Canvas], str]
Height = Callable[[Any, Canvas], float]
KINDS: dict[type, tuple[Draw, Height]] = {
    Curves: (draw_curves, curves_height),
    Whiskers: (draw_whiskers, whiskers_height),
    Funnel: (draw_funnel, funnel_height),
    Bars: (draw_bars, bars_height),
}


def draw(picture: Picture, look: Canvas) -> str:
    """Return a picture as an SVG document."""
    with DRAWING:
        return KINDS[type(picture)][0](picture, look)


def height_of(picture: Picture, look: Canvas) -> int:
    """Return how high a picture is, in pixels."""
    return round(KINDS[type(picture)][1](picture, look))
