"""Colours beside each other, as WCAG 2.2 measures them, and a clinic's own colour made to fit our pages. Pure.

A ratio is from 1 (alike) to 21 (black on white); text needs 4.5, what is not text 3.
"""

import colorsys
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LEAST_TEXT, LEAST_SHAPE = 4.5, 3.0
HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")
STEPS = 255
LEAST_TINT = 0.18  # of the accent in the dark scheme's tint
DEEPEST = 0.08  # the lightness of text on an accent that is light


class Scheme(NamedTuple):
    """The tokens of pages.css that a clinic's colour stands beside."""

    card: str
    ground: str
    text: str
    soft: str
    most_tint: float  # how much of the accent is in its tint at most


class Palette(NamedTuple):
    """What a clinic's colour sets in one scheme."""

    accent: str
    on_accent: str
    tint: str


class Weak(NamedTuple):
    """Where a colour cannot be read: beside what, the ratio found, and the nearest colour that passes."""

    beside: str
    ratio: float
    nearest: str


LIGHT = Scheme(card="#ffffff", ground="#f4f6f5", text="#17252a", soft="#4b5c62", most_tint=0.12)
DARK = Scheme(card="#182226", ground="#0f1618", text="#e9f0f1", soft="#a9b9be", most_tint=0.25)
ON_ACCENT = "#ffffff"


def brightness(colour: str) -> float:
    """Return the relative luminance of a colour (#rrggbb), from 0 to 1."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours, whichever is the lighter."""
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def read_colour(text: str) -> str | None:
    """Return a colour as #rrggbb; None where the text is none. Three digits and capitals are read too."""
    found = HEX.fullmatch(text.strip().lower())
    if found is None:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    return f"#{digits}"


def weakness_of(colour: str) -> Weak | None:
    """Return where a clinic's colour cannot be read, white on it or it on our light grounds; None where it can."""
    beside = (ON_ACCENT, LIGHT.card, LIGHT.ground)
    worst = min(beside, key=lambda other: contrast(colour, other))
    ratio = contrast(colour, worst)
    if ratio >= LEAST_TEXT:
        return None
    return Weak(worst, ratio, _nearest(colour, beside, lighter=False))


def palettes(colour: str) -> tuple[Palette, Palette]:
    """Return what a colour that can be read sets in the light and in the dark scheme, where it is made lighter."""
    pale = next(shade for shade in _shades(colour, lighter=True) if _passes(shade, _dark_grounds(shade)))
    deep = _shade(colour, DEEPEST)
    on_pale = deep if contrast(deep, pale) >= LEAST_TEXT else "#000000"
    return Palette(colour, ON_ACCENT, _tint(colour, LIGHT)), Palette(pale, on_pale, _tint(pale, DARK))


def style_of(colour: str) -> str:
    """Return the style sheet of a clinic's colour: our tokens, and nothing else."""
    light, dark = (_tokens(palette) for palette in palettes(colour))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour with a share (0 to 1) of another."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return _written([mine + (theirs - mine) * share for mine, theirs in pairs])


def _dark_grounds(accent: str) -> tuple[str, ...]:
    """Return what an accent stands on in the dark, a tint of its own that can be told from the card among them."""
    return DARK.card, DARK.ground, mixed(DARK.card, accent, LEAST_TINT)


def _tokens(palette: Palette) -> str:
    return f"--accent:{palette.accent};--on-accent:{palette.on_accent};--tint:{palette.tint}"


def _tint(accent: str, scheme: Scheme) -> str:
    """Return the most of the accent on a card on which it and our text can still be read."""
    for percent in range(round(scheme.most_tint * 100), 0, -1):
        tint = mixed(scheme.card, accent, percent / 100)
        if all(contrast(ink, tint) >= LEAST_TEXT for ink in (accent, scheme.text, scheme.soft)):
            return tint
    return scheme.card


def _nearest(colour: str, grounds: Sequence[str], *, lighter: bool) -> str:
    """Return the colour of the same hue, as little lighter or darker as text on these grounds needs."""
    return next(shade for shade in _shades(colour, lighter=lighter) if _passes(shade, grounds))


def _passes(colour: str, grounds: Sequence[str]) -> bool:
    return all(contrast(colour, ground) >= LEAST_TEXT for ground in grounds)


def _shades(colour: str, *, lighter: bool) -> Iterator[str]:
    """Yield the colour itself and each step from it to white or black."""
    yield colour
    lightness = colorsys.rgb_to_hls(*_parts(colour))[1]
    end = 1.0 if lighter else 0.0
    yield from (_shade(colour, lightness + (end - lightness) * step / STEPS) for step in range(1, STEPS + 1))


def _shade(colour: str, lightness: float) -> str:
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return _written(colorsys.hls_to_rgb(hue, lightness, saturation))


def _parts(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _written(parts: Sequence[float]) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in parts)
