"""The colours of the printed page, as computed contrast (WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is not text)."""

import re

import pytest

from triage.paper.contrast import contrast
from triage.paper.style import STYLE

GROUNDS = ("ground", "head", "expected", "self-care", "routine", "same-day", "urgent")
TEXT = [
    *(("text", ground) for ground in GROUNDS),
    ("soft", "ground"),
    ("accent", "ground"),
    ("on-emergency", "emergency"),
]
EDGES = [("ink", ground) for ground in GROUNDS]  # patterns and frames of the drawings


def colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    light, dark, paper = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": light | dark, "paper": light | paper}[scheme]


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_text_and_patterns_can_be_seen(scheme: str) -> None:
    found = colours(scheme)
    pairs = [pair for pair in TEXT if scheme != "paper" or pair[1] != "emergency"]  # on paper it has no ground
    assert not [pair for pair in pairs if contrast(found[pair[0]], found[pair[1]]) < 4.5]
    assert not [pair for pair in EDGES if contrast(found[pair[0]], found[pair[1]]) < 3]


def test_paper_needs_no_colour() -> None:
    shades = {colour for name, colour in colours("paper").items()}
    assert all(len({colour[1:3], colour[3:5], colour[5:7]}) == 1 for colour in shades)
