"""A chart drawn by matplotlib, without its global state of figures: one picture after the other, each by itself."""

import io
import math
from threading import Lock

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from triage.charts.looks import FOOT, ROW, TOP, Look
from triage.charts.plain import make_plain
from triage.charts.values import Chart, Dot, Lane

# Said once, before the first picture: words stay words, ids inside depend on nothing but the picture, "$" is a "$".
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "triage", "text.parse_math": False})

MOST_SEVERE = 4
SIDE = 14  # pixels at the edges
TICKS = (1, 2, 7, 14, 28)  # days between two numbers below
APART = 34  # at least so many pixels between two numbers below
ALARMS = {1: "s", 2: "o", 3: "^", 4: "8"}  # square, circle, triangle, octagon: the shapes of the urgencies on the pages
DRAWING = Lock()


def draw(chart: Chart, look: Look) -> str:
    """Return a chart as an SVG document."""
    with DRAWING:  # matplotlib keeps fonts for itself and does not say that two threads may ask at once
        return _Picture(chart, look).draw()


class _Picture:
    """One chart on its way: x in days, y in pixels from the top."""

    def __init__(self, chart: Chart, look: Look) -> None:
        self.chart, self.look, self.colours = chart, look, look.colours
        self.height = look.height(len(chart.lanes))
        figure = Figure(figsize=(look.width / 72, self.height / 72), dpi=72, facecolor=self.colours.card)
        self.canvas = FigureCanvasSVG(figure)
        self.start, self.end = max(look.beside, SIDE), look.width - SIDE
        self.axes = self._open(figure)
        self.marks: dict[tuple[str, str, str], list[tuple[float, float, float]]] = {}

    def _open(self, figure: Figure) -> Axes:
        wide, high = self.look.width, self.height
        axes = figure.add_axes((self.start / wide, 0, (self.end - self.start) / wide, 1))
        axes.set_axis_off()
        axes.set_xlim(0, max(self.chart.days, 1))
        axes.set_ylim(high, 0)
        return axes

    def draw(self) -> str:
        """Draw all of it, from the ground up."""
        look, bottom = self.look, self.height - FOOT
        self._draw_sittings(bottom)
        reports, alarms = TOP + look.row - 12, TOP + 2 * look.row - 12
        self._label("Reports", reports, ROW)
        self._draw_reports(reports)
        self._label("Alerts", alarms, ROW)
        self._draw_alarms(alarms, bottom)
        for number, lane in enumerate(self.chart.lanes):
            self._draw_lane(lane, TOP + 2 * look.row + (number + 1) * look.lane - 10)
        self._draw_marks()
        self._draw_days(bottom)
        out = io.StringIO()
        self.canvas.print_svg(out, metadata={"Date": None})  # type: ignore[no-untyped-call]
        return make_plain(out.getvalue(), (self.look.width, self.height))

    def _draw_sittings(self, bottom: float) -> None:
        for day in self.chart.sittings:
            self.axes.plot([day, day], [TOP, bottom], color=self.colours.edge, linewidth=1.2, clip_on=False)
        if self.chart.today is not None:
            here = self.chart.today
            self.axes.plot([here, here], [TOP, bottom], color=self.colours.accent, linewidth=1.2, dashes=(1, 2))

    def _draw_reports(self, y: float) -> None:
        for mark in self.chart.reports:
            shape = ("x", self.colours.soft) if mark.is_doubted else ("o", self.colours.accent)
            self._put(mark.day, y, 26, shape)
        for day in self.chart.missed:
            self._put(day, y, 44, ("o", self.colours.orange), inside=self.colours.card)

    def _draw_alarms(self, y: float, bottom: float) -> None:
        for alarm in self.chart.alarms:
            colour = self.colours.orange if alarm.urgency > 2 else self.colours.text
            self.axes.plot([alarm.day, alarm.day], [y, bottom], color=colour, linewidth=0.8, alpha=0.5)
            self._put(alarm.day, y, 54, (ALARMS[alarm.urgency], colour))

    def _draw_lane(self, lane: Lane, base: float) -> None:
        """`base`: where severity 0 is."""
        step = (self.look.lane - (14 if self.look.beside else 32)) / MOST_SEVERE
        self._draw_expected(lane, base, step)
        for level in (0, MOST_SEVERE):
            self.axes.axhline(base - level * step, color=self.colours.line, linewidth=0.8)
            words = {"color": self.colours.soft, "fontsize": self.look.font - 3, "ha": "left", "va": "center"}
            self.axes.text(max(self.chart.days, 1) * 1.004, base - level * step, str(level), **words)  # type: ignore[arg-type]
        counted = [(dot.day, base - dot.severity * step) for dot in lane.dots if not dot.is_doubted]
        gaps = [(day, math.nan) for day in self.chart.sittings[1:]]  # each sitting heals by itself: no line between
        line = sorted([*counted, *gaps])
        self.axes.plot([day for day, _ in line], [y for _, y in line], color=self.colours.soft, linewidth=1)
        for dot in lane.dots:
            self._draw_dot(dot, base - dot.severity * step)
        self._label(lane.label, base - MOST_SEVERE * step / 2, MOST_SEVERE * step)

    def _draw_expected(self, lane: Lane, base: float, step: float) -> None:
        if not lane.expected:
            return
        days = [one.from_day for one in lane.expected] + [max(self.chart.days, lane.expected[-1].from_day)]
        tops = [base - one.at_most * step for one in lane.expected]
        tops.append(tops[-1])
        look = {"facecolor": self.colours.green_tint, "linewidth": 0}
        self.axes.fill_between(days, base, tops, step="post", **look)  # type: ignore[arg-type]
        self.axes.step(days, tops, where="post", color=self.colours.green, linewidth=1, solid_capstyle="butt")

    def _draw_dot(self, dot: Dot, y: float) -> None:
        """Draw what was reported: the worse, the larger; a diamond: a rule found it; a cross: it is doubted."""
        size = 16.0 + 10 * dot.severity
        if dot.is_doubted:
            self._put(dot.day, y, size, ("x", self.colours.soft))
        elif dot.is_beyond:
            self._put(dot.day, y, size * 1.3, ("D", self.colours.orange))
        else:
            self._put(dot.day, y, size, ("o", self.colours.accent))

    def _put(self, day: float, y: float, size: float, shape: tuple[str, str], inside: str = "") -> None:
        """Note a mark; all of one shape and colour are drawn in one go, which takes a tenth of the time."""
        self.marks.setdefault((*shape, inside or shape[1]), []).append((day, y, size))

    def _draw_marks(self) -> None:
        for (shape, colour, inside), places in self.marks.items():
            days, ys, sizes = (list(values) for values in zip(*places, strict=True))
            look = {"c": colour} if shape == "x" else {"facecolors": inside, "edgecolors": colour}
            self.axes.scatter(days, ys, s=sizes, marker=shape, linewidths=1.5, clip_on=False, zorder=3, **look)  # type: ignore[arg-type]

    def _label(self, words: str, middle: float, high: float) -> None:
        """Write beside a lane, or above it where there is no room."""
        look = {"color": self.colours.text, "fontsize": self.look.font, "transform": self.axes.transData}
        where = {"transform": self.axes.get_yaxis_transform(), "clip_on": False}
        if self.look.beside:
            along = -12 / (self.end - self.start)
            self.axes.text(along, middle, words, ha="right", va="center", **(look | where))  # type: ignore[arg-type]
        else:
            self.axes.text(0, middle - high / 2 - 3, words, ha="left", va="bottom", **(look | where))  # type: ignore[arg-type]

    def _draw_days(self, bottom: float) -> None:
        """Write the days below; they begin anew at each sitting."""
        for day, words in day_ticks(self.chart, self.end - self.start):
            self.axes.plot([day, day], [bottom, bottom + 4], color=self.colours.edge, linewidth=1, clip_on=False)
            look = {"color": self.colours.soft, "fontsize": self.look.font - 1, "clip_on": False}
            self.axes.text(day, bottom + 7, words, ha="center", va="top", **look)  # type: ignore[arg-type]
        look = {"color": self.colours.soft, "fontsize": self.look.font - 1, "clip_on": False}
        self.axes.text(0, self.height - 4, self.chart.caption, ha="left", va="bottom", **look)  # type: ignore[arg-type]


def day_ticks(chart: Chart, width: float) -> list[tuple[float, str]]:
    """Return where a number stands below a chart of so many pixels, and which: days since the sitting before it."""
    each = width / max(chart.days, 1)
    apart = next((days for days in TICKS if days * each >= APART), TICKS[-1])
    found: list[tuple[float, str]] = []
    ends = [*chart.sittings[1:], max(chart.days, 1)]
    for start, end in zip(chart.sittings, ends, strict=False):
        is_last = end == ends[-1]
        last = int(end - start) if is_last else int((end - start) - APART / each)
        found += [(start + day, str(day)) for day in range(0, max(last, 0) + 1, apart)]
    return found
