"""The colours of the style sheet, as computed contrast (WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is not text)."""

import re
from pathlib import Path

import pytest

import triage.web
from triage.paper.contrast import (
    DARK,
    LEAST_SHAPE,
    LEAST_TEXT,
    LIGHT,
    contrast,
    palettes,
    read_colour,
    style_of,
    weakness_of,
)

LEVELS = range(0, 256, 17 * 3)
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    found = colours(scheme)
    assert not [pair for pair in TEXT if contrast(found[pair[0]], found[pair[1]]) < LEAST_TEXT]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_can_be_seen(scheme: str) -> None:
    found = colours(scheme)
    assert not [pair for pair in EDGES if contrast(found[pair[0]], found[pair[1]]) < LEAST_SHAPE]


def with_look(colour: str, scheme: str) -> dict[str, str]:
    """Our tokens with those of a clinic's style sheet over them, as a browser reads both."""
    light, dark = re.findall(r":root\{(.*?)\}", style_of(colour))
    return colours(scheme) | dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", light if scheme == "light" else dark))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_a_clinic_that_is_taken_can_be_read(scheme: str) -> None:
    tried = [f"#{red:02x}{green:02x}{blue:02x}" for red in LEVELS for green in LEVELS for blue in LEVELS]
    taken = [colour for colour in tried if weakness_of(colour) is None]
    assert 50 < len(taken) < len(tried)
    for colour in taken:
        found = with_look(colour, scheme)
        assert not [pair for pair in TEXT if contrast(found[pair[0]], found[pair[1]]) < LEAST_TEXT], colour
        assert not [pair for pair in EDGES if contrast(found[pair[0]], found[pair[1]]) < LEAST_SHAPE], colour


def test_a_colour_that_is_refused_comes_with_the_nearest_that_is_taken() -> None:
    for colour in ("#ffcc00", "#ffffff", "#6fd0cf", "#787878", "#ff0000", "#00aa55"):
        weak = weakness_of(colour)
        assert weak is not None
        assert weak.ratio == contrast(colour, weak.beside) < LEAST_TEXT
        assert weakness_of(weak.nearest) is None
        lighter = [f"#{round(int(weak.nearest[at : at + 2], 16) * 1.03 + 1):02x}" for at in (1, 3, 5)]
        assert weakness_of("#" + "".join(part[1:] for part in lighter)) is not None, "a little lighter would not pass"


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    """Where the style sheet changes its tokens, triage/paper/contrast.py must follow."""
    for scheme, known in (("light", LIGHT), ("dark", DARK)):
        found = colours(scheme)
        assert {name: found[name] for name in ("card", "ground", "text", "soft")} == {
            name: value for name, value in known._asdict().items() if name != "most_tint"
        }


def test_our_own_colour_is_one_that_a_clinic_could_give() -> None:
    ours = colours("light")["accent"]
    assert weakness_of(ours) is None
    light, dark = palettes(ours)
    assert (light.accent, light.on_accent) == (ours, "#ffffff")
    assert dark.accent != ours


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#0b5c63", "#0b5c63"),
        (" 0B5C63 ", "#0b5c63"),
        ("#abc", "#aabbcc"),
        ("teal", None),
        ("#0b5c6", None),
        ("", None),
    ],
)
def test_a_colour_is_read(text: str, colour: str | None) -> None:
    assert read_colour(text) == colour
