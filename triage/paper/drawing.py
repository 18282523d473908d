"""The band of a symptom as SVG inside the page: patterns and letters, so that it also prints in black and white."""

from collections.abc import Iterator
from html import escape

from triage.paper.band import CLOSE_DAYS, LETTERS, MARK_WORDS
from triage.paper.blocks import Band, Stretch
from triage.paper.words import DAY, span_words

LEFT, RIGHT, TOP, ROW, WIDTH = 110, 10, 24, 30, 900
LATER = 150  # width of what comes after day 28, up to the end of the follow-up
AFTER = 40  # width of what comes after the follow-up
NEEDED = 16  # width that a letter needs

# One pattern an urgency. They are defined once for the page and used in every drawing.
PATTERNS = """<svg class="defs" aria-hidden="true" focusable="false"><defs>
<pattern id="p-routine" width="8" height="8" patternUnits="userSpaceOnUse"><circle class="dot" cx="4" cy="4" r="1"/></pattern>
<pattern id="p-same_day" width="8" height="8" patternUnits="userSpaceOnUse"><path class="hatch" d="M-2 2 2-2M0 8 8 0M6 10 10 6"/></pattern>
<pattern id="p-urgent" width="7" height="7" patternUnits="userSpaceOnUse"><path class="hatch" d="M0 0 7 7M7 0 0 7"/></pattern>
</defs></svg>"""  # noqa: E501 - a pattern reads best on one line
PATTERNED = ("routine", "same_day", "urgent")


def draw_svg(band: Band, name: str) -> str:
    """Return the drawing; `name` makes its ids differ from those of other drawings of the page."""
    height = TOP + ROW * len(band.rows) + 8
    parts = [
        f'<svg class="band" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-desc">',
        f'<title id="{name}-title">{escape(band.title)}</title>',
        f'<desc id="{name}-desc">{escape(" ".join(_row_words(band)))}</desc>',
        *_scale(band, height),
    ]
    for number, (label, row) in enumerate(band.rows):
        top = TOP + ROW * number
        parts.append(f'<text x="0" y="{top + ROW / 2 + 4:g}">{escape(label)}</text>')
        for stretch in row:
            parts += _stretch(stretch, top, band.follow_up_days)
    return "\n".join([*parts, "</svg>"])


def _row_words(band: Band) -> Iterator[str]:
    """Yield the drawing in words, for who cannot see it."""
    for label, row in band.rows:
        said = "; ".join(f"{span_words(s.from_hour, s.until_hour)}: {MARK_WORDS[s.mark]}" for s in row)
        yield f"{label}: {said}."


def _place(hour: int, follow_up_days: int) -> float:
    """Return how far right an hour lies: days up to 28 evenly, the rest of the follow-up closer together."""
    close, last = min(CLOSE_DAYS, follow_up_days) * DAY, follow_up_days * DAY
    wide = WIDTH - LEFT - RIGHT - LATER - AFTER
    if hour <= close:
        return LEFT + wide * hour / close
    return LEFT + wide + LATER * min(1.0, (hour - close) / (last - close))


def _scale(band: Band, height: int) -> Iterator[str]:
    last = band.follow_up_days
    days = [*range(0, min(CLOSE_DAYS, last), 2), *range(min(CLOSE_DAYS, last), last - 14, 28), last]
    for day in days:
        place = _place(day * DAY, last)
        yield f'<line class="tick" x1="{place:g}" x2="{place:g}" y1="{TOP - 5}" y2="{height}"/>'
        yield f'<text x="{place + 2:g}" y="{TOP - 8}">{"day " if day == 0 else ""}{day}</text>'


def _stretch(stretch: Stretch, top: int, follow_up_days: int) -> Iterator[str]:
    start = _place(stretch.from_hour, follow_up_days)
    end = WIDTH - RIGHT if stretch.until_hour is None else _place(stretch.until_hour, follow_up_days)
    box = f'x="{start:g}" y="{top}" width="{end - start:g}" height="{ROW - 4}"'
    yield f'<rect class="ground-{stretch.mark}" {box}/>'
    if stretch.mark in PATTERNED:
        yield f'<rect fill="url(#p-{stretch.mark})" {box}/>'
    yield f'<rect class="frame" {box}/>'
    if end - start >= NEEDED:
        yield f'<text class="letter" x="{(start + end) / 2:g}" y="{top + ROW / 2 + 3:g}">{LETTERS[stretch.mark]}</text>'
