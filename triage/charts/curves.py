"""Steps over time: few lines in one picture, of more a panel each, since their bands would hide each other."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from triage.charts.ground import Ground, Style, key_height, needed_key, share_axis, whole_ticks
from triage.charts.looks import Canvas
from triage.outcomes.figure import Curves, Line

TOGETHER, WITH_BANDS = 4, 2  # lines of one picture: bands of more than two hide each other, in grey most of all
PLOT, PANEL = 250, 130  # pixels from the upright axis' name to the foot
HEAD, FOOT, LEFT, RIGHT = 28, 42, 52, 16
MARKS = ((0, (1, 2)), (0, (5, 3)), (0, (8, 2, 2, 2)))  # dashes of upright lines
FILL = 0.18  # how much of its colour a band or a box has


def curves_height(picture: Curves, look: Canvas) -> float:
    """Return how high the picture is, in pixels."""
    if _is_together(picture):
        return key_height(look, needed_key([line.name for line in picture.lines])) + HEAD + PLOT + FOOT
    return _mark_room(picture, look) + -(-len(picture.lines) // _columns(look)) * (HEAD + PANEL + FOOT)


def draw_curves(picture: Curves, look: Canvas) -> str:
    """Return the picture as an SVG document."""
    ground = Ground(look, curves_height(picture, look))
    (_draw_together if _is_together(picture) else _draw_panels)(ground, picture, _end(picture))
    return ground.write()


def _draw_panels(ground: Ground, picture: Curves, end: float) -> None:
    """Draw a panel a line; upright lines are named once, above them all."""
    room = _mark_room(picture, ground.look)
    for number, line in enumerate(picture.lines):
        axes = _panel(ground, number, len(picture.lines), room)
        _draw_line(axes, line, ground.style(0), end)
        _finish(ground, axes, picture, end, line.name)
        for place, (at, _) in enumerate(picture.marks):
            axes.axvline(at, color=ground.colours.text, linewidth=1.2, linestyle=MARKS[place % len(MARKS)])
    if picture.marks:
        look = {"color": ground.colours.text, "linewidth": 1.2}
        signs = [Line2D([], [], linestyle=MARKS[place % len(MARKS)], **look) for place, _ in enumerate(picture.marks)]  # type: ignore[arg-type]
        ground.say_key(signs, [name for _, name in picture.marks])


def _mark_room(picture: Curves, look: Canvas) -> float:
    """Return the pixels that the names of upright lines take above the panels."""
    names = [name for _, name in picture.marks]
    return key_height(look, names)


def _is_together(picture: Curves) -> bool:
    banded = sum(bool(line.low or line.boxes) for line in picture.lines)
    return banded <= WITH_BANDS and len(picture.lines) <= TOGETHER


def _draw_together(ground: Ground, picture: Curves, end: float) -> None:
    names = [line.name for line in picture.lines]
    axes = ground.open(LEFT, key_height(ground.look, needed_key(names)) + HEAD, RIGHT, FOOT)
    styles = [ground.style(number) for number in range(len(names))]
    for line, style in zip(picture.lines, styles, strict=True):
        _draw_line(axes, line, style, end)
    if len(names) > 1:
        signs = [Line2D([], [], color=style.colour, linestyle=style.dashes, marker=style.shape) for style in styles]
        ground.say_key(signs, names)
    _finish(ground, axes, picture, end, picture.y_label)
    for at, name in picture.marks:
        _draw_mark(ground, axes, at, name)


def _panel(ground: Ground, number: int, count: int, above: float) -> Axes:
    columns = _columns(ground.look)
    row, column = divmod(number, columns)
    wide, high = ground.look.width / columns, HEAD + PANEL + FOOT
    rows = -(-count // columns)
    right = ground.look.width - (column + 1) * wide + RIGHT
    return ground.open(LEFT + column * wide, above + HEAD + row * high, right, FOOT + (rows - 1 - row) * high)


def _columns(look: Canvas) -> int:
    return 1 if look.is_narrow else 2


def _end(picture: Curves) -> float:
    """Return where the time axis ends: at the last step, or a little beyond the last mark."""
    ends = [line.x[-1] for line in picture.lines if line.x]
    ends += [box[1] for line in picture.lines for box in line.boxes if box[1] < 1e6]
    marks = [at * 1.05 for at, _ in picture.marks]
    return max([*ends, *marks, 1.0])


def _draw_line(axes: Axes, line: Line, style: Style, end: float) -> None:
    if not line.x:
        return
    x, y = [*line.x, max(end, line.x[-1])], [*line.y, line.y[-1]]
    if line.low and line.high:
        low, high = [*line.low, line.low[-1]], [*line.high, line.high[-1]]
        axes.fill_between(x, low, high, step="post", facecolor=style.colour, alpha=FILL, linewidth=0)
    for left, right, bottom, top in line.boxes:
        box = (left, bottom), min(right, end) - left, top - bottom
        axes.add_patch(Rectangle(*box, facecolor=style.colour, alpha=2 * FILL, linewidth=0))
    axes.step(x, y, where="post", color=style.colour, linestyle=style.dashes, linewidth=1.7)
    every = max(1, len(line.x) // 6)
    axes.plot(line.x[::every], line.y[::every], style.shape, color=style.colour, markersize=4.5, linestyle="none")


def _finish(ground: Ground, axes: Axes, picture: Curves, end: float, title: str) -> None:
    axes.set_xlim(0, end)
    if picture.is_share:
        axes.set_ylim(0, 1.02)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
        share_axis(axes.yaxis)
    else:
        axes.set_ylim(bottom=0)
        whole_ticks(axes.yaxis, 5)
    whole_ticks(axes.xaxis, 5 if ground.look.is_narrow else 10)
    ground.say_axes(axes, picture.x_label, title.replace("_", " "))


def _draw_mark(ground: Ground, axes: Axes, at: float, name: str) -> None:
    """Draw an upright line with its name along it, on the side where there is room."""
    axes.axvline(at, color=ground.colours.text, linewidth=1, linestyle=MARKS[0])
    is_late = at > 0.85 * axes.get_xlim()[1]
    axes.annotate(
        name,
        (at, 0.03),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-3 if is_late else 3, 0),
        textcoords="offset points",
        rotation=90,
        ha="right" if is_late else "left",
        va="bottom",
        color=ground.colours.soft,
        fontsize=ground.look.font - 2,
    )
