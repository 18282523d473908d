"""Points with their intervals below each other, rates against their size, and stacked bars."""

from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from triage.charts.ground import Ground, key_height, needed_key, share_axis, shorten, whole_ticks
from triage.charts.looks import Canvas
from triage.outcomes.figure import Bars, Funnel, Whisker, Whiskers

ROW, NAMED_ROW = 28, 44  # pixels of a whisker: with its name beside it, or above it
HEAD, FOOT, LEFT, RIGHT = 28, 46, 58, 18
PLOT = 260
LETTER = 0.56  # of the font's size that a letter takes
MOST_LETTERS, MOST_NARROW = 46, 40
MOST_TURNED, MOST_LINES, LINE = 22, 3, 16  # letters of a turned label; lines of one that is not, and their height
FEW_BARS = 6  # for so many there is room in any case
NAMES_IN_FUNNEL = 12  # of more points only those outside the limits are named
EXPECTED, OWN = "expected", "found, with its interval"


def whiskers_height(picture: Whiskers, look: Canvas) -> float:
    """Return how high the picture is, in pixels."""
    row = NAMED_ROW if look.is_narrow else ROW
    return key_height(look, _whisker_key(picture)) + 10 + max(1, len(picture.rows)) * row + FOOT


def draw_whiskers(picture: Whiskers, look: Canvas) -> str:
    """Return the picture as an SVG document."""
    ground = Ground(look, whiskers_height(picture, look))
    longest = max((len(row.name) for row in picture.rows), default=0)
    beside = 16 if look.is_narrow else min(longest, MOST_LETTERS) * look.font * LETTER + 16
    axes = ground.open(beside, key_height(look, _whisker_key(picture)) + 10, RIGHT, FOOT)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=ground.colours.line, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(picture.rows) - 0.4, -0.6)
    axes.set_yticks([])
    for place, row in enumerate(picture.rows):
        _draw_whisker(ground, axes, place, row)
    if picture.reference is not None:
        axes.axvline(picture.reference, color=ground.colours.text, linewidth=1, dashes=(3, 3))
    _scale(axes, picture)
    whole_ticks(axes.xaxis, 4 if look.is_narrow else 8)
    ground.say_axes(axes, picture.x_label, "")
    if _whisker_key(picture):
        own = Line2D([], [], color=ground.colours.accent, marker="o")
        expected = Line2D([], [], color=ground.colours.orange, marker="D", linestyle="none", fillstyle="none")
        ground.say_key([own, expected], [OWN, EXPECTED])
    return ground.write()


def _whisker_key(picture: Whiskers) -> list[str]:
    return [OWN, EXPECTED] if any(row.expected is not None for row in picture.rows) else []


def _draw_whisker(ground: Ground, axes: Axes, place: int, row: Whisker) -> None:
    look, colours = ground.look, ground.colours
    lift = 0.3 if look.is_narrow else 0  # its name stands above it
    words = {"color": colours.text, "fontsize": look.font, "clip_on": False}
    across = axes.get_yaxis_transform()
    name = shorten(row.name, MOST_NARROW if look.is_narrow else MOST_LETTERS)
    if look.is_narrow:
        axes.text(0, place - 0.2, name, ha="left", va="center", transform=across, **words)  # type: ignore[arg-type]
    else:
        width = look.width * axes.get_position().width
        axes.text(-8 / width, place, name, ha="right", va="center", transform=across, **words)  # type: ignore[arg-type]
    y = place + lift - (0.05 if look.is_narrow else 0)
    if row.value is None:
        said = {**words, "color": colours.soft, "fontsize": look.font - 1, "style": "italic"}
        axes.text(0.01, y, "cannot tell", ha="left", va="center", transform=across, **said)  # type: ignore[arg-type]
        return
    if row.low is not None and row.high is not None:
        axes.plot([row.low, row.high], [y, y], color=colours.accent, linewidth=2)
        axes.plot([row.low, row.high], [y, y], "|", color=colours.accent, markersize=9, markeredgewidth=1.6)
    axes.plot([row.value], [y], "o", color=colours.accent, markersize=7, clip_on=False)
    if row.expected is not None:
        empty = {"markerfacecolor": colours.card, "markeredgecolor": colours.orange, "markeredgewidth": 1.6}
        axes.plot([row.expected], [y], "D", markersize=7, clip_on=False, **empty)  # type: ignore[arg-type]


def _scale(axes: Axes, picture: Whiskers) -> None:
    if picture.is_share:
        axes.set_xlim(0, 1)
        share_axis(axes.xaxis)
        return
    of_rows = [value for row in picture.rows for value in (row.value, row.low, row.high, row.expected)]
    known = [value for value in (*of_rows, picture.reference) if value is not None and np.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    axes.set_xlim(low * 1.05, high * 1.05 or 1.0)


def funnel_height(picture: Funnel, look: Canvas) -> float:
    """Return how high the picture is, in pixels."""
    return key_height(look, _funnel_names(picture)) + HEAD + PLOT + FOOT


def _funnel_names(picture: Funnel) -> list[str]:
    return ["within chance", "beyond a limit", "the clinic", *(name for name, *_ in picture.limits)]


def draw_funnel(picture: Funnel, look: Canvas) -> str:
    """Return the picture as an SVG document."""
    ground = Ground(look, funnel_height(picture, look))
    names, colours = _funnel_names(picture), ground.colours
    axes = ground.open(LEFT, key_height(look, names) + HEAD, RIGHT, FOOT)
    signs = [
        Line2D([], [], color=colours.accent, marker="o", linestyle="none"),
        Line2D([], [], color=colours.orange, marker="^", linestyle="none"),
        Line2D([], [], color=colours.text, linewidth=1.4),
    ]
    axes.axhline(picture.target, color=colours.text, linewidth=1.4)
    for number, (_, sizes, low, high) in enumerate(picture.limits, 1):
        style = {"color": colours.soft, "linestyle": ground.style(number).dashes, "linewidth": 1.3}
        axes.plot(sizes, low, **style)
        axes.plot(sizes, high, **style)
        signs.append(Line2D([], [], **style))
    for _, size, rate in picture.points:
        shape, colour = ("^", colours.orange) if _is_beyond(picture, size, rate) else ("o", colours.accent)
        axes.plot([size], [rate], shape, color=colour, markersize=8, clip_on=False, zorder=3)
    axes.set_xlim(left=0)
    axes.set_ylim(0, _top(picture))
    _name_points(ground, axes, picture)
    share_axis(axes.yaxis)
    whole_ticks(axes.xaxis, 5 if look.is_narrow else 8)
    ground.say_axes(axes, picture.x_label, picture.y_label)
    ground.say_key(signs, names)
    return ground.write()


def _name_points(ground: Ground, axes: Axes, picture: Funnel) -> None:
    """Name the points: those beyond a limit first, then the others as long as no name would lie on another."""
    is_many = len(picture.points) > NAMES_IN_FUNNEL
    ordered = sorted(picture.points, key=lambda point: not _is_beyond(picture, *point[1:]))
    taken: list[Bbox] = []
    for name, size, rate in ordered:
        if is_many and not _is_beyond(picture, size, rate):
            return
        said, (x, y) = shorten(name, 18), axes.transData.transform((size, rate))
        wide, high = len(said) * ground.look.font * LETTER, ground.look.font + 2.0
        for right, up in ((7, 4), (7, -4 - high), (-7 - wide, 4), (-7 - wide, -4 - high)):
            box = Bbox.from_bounds(x + right, y + up, wide, high)
            if box.x1 < ground.look.width and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                where: dict[str, Any] = {
                    "xytext": (right, up),
                    "textcoords": "offset points",
                    "fontsize": ground.look.font - 1,
                }
                where["bbox"] = {"facecolor": ground.colours.card, "linewidth": 0, "pad": 0.5, "alpha": 0.8}
                axes.annotate(said, (size, rate), color=ground.colours.text, va="bottom", **where)
                break


def _top(picture: Funnel) -> float:
    """Return where the upright axis ends: above all points, and not at what the limits are for the tiniest size."""
    smallest = min((size for _, size, _ in picture.points), default=0)
    highest = [float(np.interp(smallest, sizes, high)) for _, sizes, _, high in picture.limits if sizes]
    return 1.1 * max([picture.target, *(rate for *_, rate in picture.points), *highest]) or 1.0


def _is_beyond(picture: Funnel, size: float, rate: float) -> bool:
    """Tell whether a point lies outside the narrowest limits."""
    if not picture.limits or not picture.limits[0][1]:
        return False
    _, sizes, low, high = picture.limits[0]
    return bool(rate < np.interp(size, sizes, low) or rate > np.interp(size, sizes, high))


def bars_height(picture: Bars, look: Canvas) -> float:
    """Return how high the picture is, in pixels."""
    return key_height(look, needed_key([name for name, _ in picture.stacks])) + HEAD + PLOT + _label_room(picture, look)


def _label_room(picture: Bars, look: Canvas) -> float:
    """Return the room below the bars: labels that do not fit beside each other, in a few lines, are turned."""
    labels = [_wrapped(label, picture, look) for label in picture.labels]
    if not _is_turned(picture, look):
        return FOOT - 12 + LINE * max((label.count("\n") for label in labels), default=0)
    longest = max((len(label) for label in picture.labels), default=0)
    return round(min(longest, MOST_TURNED) * look.font * LETTER) + 16


def _letters_of(picture: Bars, look: Canvas) -> int:
    """Return how many letters fit below one bar."""
    each = (look.width - LEFT - RIGHT) / max(FEW_BARS, len(picture.labels))
    return max(1, int((each - 6) / (look.font * LETTER)))


def _wrapped(label: str, picture: Bars, look: Canvas) -> str:
    return "\n".join(wrap(label.replace("_", " "), _letters_of(picture, look), break_long_words=False))


def _is_turned(picture: Bars, look: Canvas) -> bool:
    most = _letters_of(picture, look)
    labels = [_wrapped(label, picture, look).split("\n") for label in picture.labels]
    return any(len(lines) > MOST_LINES or max(map(len, lines)) > most for lines in labels)


def draw_bars(picture: Bars, look: Canvas) -> str:
    """Return the picture as an SVG document."""
    ground = Ground(look, bars_height(picture, look))
    names = needed_key([name for name, _ in picture.stacks])
    axes = ground.open(LEFT, key_height(look, names) + HEAD, RIGHT, _label_room(picture, look))
    places, floor, signs = np.arange(len(picture.labels)), np.zeros(len(picture.labels)), []
    for number, (_, values) in enumerate(picture.stacks):
        style = ground.style(number)
        face = style.colour if not style.hatch else ground.colours.card
        drawn = {"facecolor": face, "edgecolor": style.colour, "hatch": style.hatch, "linewidth": 1.2}
        axes.bar(places, values, 0.68, bottom=floor, **drawn)  # type: ignore[arg-type]
        signs.append(Patch(**drawn))  # type: ignore[arg-type]
        floor = floor + np.asarray(values)
    if _is_turned(picture, look):
        turned = {"rotation": 60, "ha": "right", "rotation_mode": "anchor"}
        axes.set_xticks(places, [shorten(label, MOST_TURNED) for label in picture.labels], **turned)  # type: ignore[arg-type]
    else:
        axes.set_xticks(places, [_wrapped(label, picture, look) for label in picture.labels])
    axes.tick_params(axis="x", length=0)
    spare = max(0.0, FEW_BARS - len(picture.labels)) / 2  # few bars are no slabs
    axes.set_xlim(-0.6 - spare, len(picture.labels) - 0.4 + spare)
    if picture.is_share:
        axes.set_ylim(0, 1)
        share_axis(axes.yaxis)
    else:
        whole_ticks(axes.yaxis, 6)
    ground.say_axes(axes, "", picture.y_label)
    if names:
        ground.say_key(signs, names)
    return ground.write()
