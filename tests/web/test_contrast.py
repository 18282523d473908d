"""The colours of the style sheet, as computed contrast (WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is not text)."""

import re
from pathlib import Path

import pytest

import triage.web

STYLE = (Path(triage.web.__file__).parent / "static" / "pages.css").read_text()
TEXT = [
    *((ink, ground) for ink in ("text", "soft", "accent") for ground in ("ground", "card", "tint")),
    *((ink, f"{tint}-tint") for ink in ("text",) for tint in ("green", "blue", "amber", "orange", "red")),
    *((tint, f"{tint}-tint") for tint in ("green", "blue", "amber", "orange")),
    ("on-accent", "accent"),
    ("on-red", "red"),
]
EDGES = [("edge", "card"), ("edge", "ground"), ("accent", "card"), ("accent", "ground"), ("text", "line")]


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark)) if scheme == "dark" else found


def brightness(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    found = colours(scheme)
    assert not [pair for pair in TEXT if contrast(found[pair[0]], found[pair[1]]) < 4.5]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_can_be_seen(scheme: str) -> None:
    found = colours(scheme)
    assert not [pair for pair in EDGES if contrast(found[pair[0]], found[pair[1]]) < 3]
