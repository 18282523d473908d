"""What pictures of figures stand on: an area with axes, ticks, a key, and a look for each series.

Series differ in dashes, marks and hatching besides their colour, so that a grey copy says the same.
"""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from triage.charts.looks import Canvas
from triage.charts.plain import make_plain

DASHES: tuple[Any, ...] = ("-", (0, (6, 3)), (0, (2, 2)), (0, (8, 3, 2, 3)), (0, (10, 2)), (0, (4, 2, 1, 2, 1, 2)))
SHAPES = "os^DvPX*"
HATCHES = ("", "////", "....", "xxxx", "----", "oo")
KEY_ROW = 20  # pixels of one line of the key
KEY_SIGN = 34  # pixels of a key's sign and the space around it
PERCENT = FuncFormatter(lambda value, _: f"{value * 100:g} %")


class Style(NamedTuple):
    """How one of several series is drawn."""

    colour: str
    dashes: Any
    shape: str
    hatch: str


class Ground:
    """A picture under way: opened, drawn on, and written as SVG."""

    def __init__(self, look: Canvas, height: float) -> None:
        self.look, self.colours, self.height = look, look.colours, height
        self.figure = Figure(figsize=(look.width / 72, height / 72), dpi=72, facecolor=self.colours.card)

    def open(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Return axes that lie so many pixels from the edges of the picture."""
        wide, high = self.look.width, self.height
        axes = self.figure.add_axes(
            (left / wide, bottom / high, (wide - left - right) / wide, (high - top - bottom) / high)
        )
        axes.set_facecolor(self.colours.card)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(self.colours.edge)
        axes.tick_params(colors=self.colours.soft, labelsize=self.look.font - 1, length=4)
        axes.grid(axis="y", color=self.colours.line, linewidth=0.8)
        axes.set_axisbelow(True)
        return axes

    def style(self, number: int) -> Style:
        """Return the look of a series by its place."""
        colours = (self.colours.accent, self.colours.orange, self.colours.text, self.colours.green, self.colours.edge)
        return Style(
            colours[number % len(colours)],
            DASHES[number % len(DASHES)],
            SHAPES[number % len(SHAPES)],
            HATCHES[number % len(HATCHES)],
        )

    def say_axes(self, axes: Axes, x_label: str, y_label: str) -> None:
        """Name both axes: the upright one above it, where it is read without turning the head."""
        words: dict[str, Any] = {"color": self.colours.soft, "fontsize": self.look.font - 1}
        axes.set_xlabel(x_label, loc="right", **words)
        if y_label:
            axes.set_title(y_label, loc="left", pad=7, **words)

    def say_key(self, signs: Sequence[Any], names: Sequence[str], top: float = 2) -> None:
        """Write the key in rows along the top; `key_rows` says how many that takes."""
        columns = _key_columns(self.look, names)
        key = self.figure.legend(
            list(signs),
            [name.replace("_", " ") for name in names],
            loc="upper left",
            bbox_to_anchor=(0, 1 - top / self.height),
            ncols=columns,
            frameon=False,
            fontsize=self.look.font,
            labelcolor=self.colours.text,
            handlelength=2.6,
            borderaxespad=0.2,
            columnspacing=1.2,
        )
        key.set_in_layout(False)

    def write(self) -> str:
        """Return the picture as an SVG document."""
        out = io.StringIO()
        kept: AbstractContextManager[Any] = mpl.rc_context({"svg.fonttype": "path"})
        with kept if self.look.is_paper else nullcontext():
            FigureCanvasSVG(self.figure).print_svg(out, metadata={"Date": None})  # type: ignore[no-untyped-call]
        return make_plain(out.getvalue(), (self.look.width, self.height))


def key_height(look: Canvas, names: Sequence[str]) -> float:
    """Return how many pixels a key of these names takes; 0 where there is none."""
    if not names:
        return 0
    columns = _key_columns(look, names)
    return KEY_ROW * -(-len(names) // columns) + 6


def _key_columns(look: Canvas, names: Sequence[str]) -> int:
    widest = max(len(name) for name in names) * look.font * 0.62 + KEY_SIGN + look.font * 1.2
    return max(1, min(len(names), int(look.width // widest)))


def needed_key(names: Sequence[str]) -> list[str]:
    """Return the names that a key must say: of one series alone none."""
    return list(names) if len(names) > 1 else []


def share_axis(axis: Any) -> None:
    """Let an axis of shares speak in per cent."""
    axis.set_major_formatter(PERCENT)


def whole_ticks(axis: Any, most: int) -> None:
    """Let an axis bear at most so many numbers, whole where they can be."""
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 5, 10]))


def shorten(name: str, most: int) -> str:
    """Return a name as words that take at most so many letters."""
    name = name.replace("_", " ")
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
