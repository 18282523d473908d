"""How charts look: the colours of the pages' own style sheet in both schemes, for a desk and for a telephone."""

from collections.abc import Mapping
from typing import NamedTuple

ROW, TOP, FOOT = 26, 8, 44  # pixels: a row of marks, and what is left above and below
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"


class Colours(NamedTuple):
    """The tokens of pages.css that a chart uses, by their names there."""

    card: str
    text: str
    soft: str
    line: str
    edge: str
    accent: str
    green: str
    green_tint: str
    orange: str


LIGHT = Colours(
    card="#ffffff",
    text="#17252a",
    soft="#4b5c62",
    line="#d3dbdc",
    edge="#77878d",
    accent="#0b5c63",
    green="#17663a",
    green_tint="#e6f3ea",
    orange="#9c2f00",
)
DARK = Colours(
    card="#182226",
    text="#e9f0f1",
    soft="#a9b9be",
    line="#2f3f45",
    edge="#7d9097",
    accent="#6fd0cf",
    green="#86d9a4",
    green_tint="#14301f",
    orange="#ffab85",
)


class Look(NamedTuple):
    """Sizes in pixels of the picture. `beside`: labels stand beside their lanes; 0: above them."""

    colours: Colours
    width: int
    beside: int
    lane: int  # the height of one lane, its label included
    font: int

    @property
    def row(self) -> int:
        """Return the height of a row of marks, with room for its label where that stands above."""
        return ROW if self.beside else ROW + 18

    def height(self, lanes: int) -> int:
        """Return the height of a picture with so many lanes."""
        return TOP + 2 * self.row + lanes * self.lane + FOOT


LOOKS: Mapping[str, Look] = {
    "wide-light": Look(LIGHT, 900, 150, 62, 13),
    "wide-dark": Look(DARK, 900, 150, 62, 13),
    "narrow-light": Look(LIGHT, 340, 0, 80, 12),
    "narrow-dark": Look(DARK, 340, 0, 80, 12),
}


class Canvas(NamedTuple):
    """How a picture of a figure looks; sizes in pixels. `is_paper`: words are drawn as shapes, since a PDF has no
    fonts of its reader."""

    colours: Colours
    width: int
    font: int
    is_paper: bool = False

    @property
    def is_narrow(self) -> bool:
        """Tell whether there is room for one column only."""
        return self.width < 500


CANVASES: Mapping[str, Canvas] = {
    "wide-light": Canvas(LIGHT, 820, 13),
    "wide-dark": Canvas(DARK, 820, 13),
    "narrow-light": Canvas(LIGHT, 340, 12),
    "narrow-dark": Canvas(DARK, 340, 12),
    "paper": Canvas(LIGHT, 620, 11, is_paper=True),
}
