"""A clinic's logo, drawn anew as a small PNG that stands on light and on dark pages alike.

It is drawn in this process: whoever sends one leads the clinic, and what is taken is small in bytes and in pixels.
"""

import io
import struct
import warnings

from PIL import Image, ImageStat

from triage.pictures.sniffing import kind_of

MOST_SENT = 200_000  # bytes
MOST_PIXELS = 4_000_000
BOX = (240, 64)  # pixels
MOST_DRAWN = 8 * 1024  # bytes
COLOURS = (256, 64, 16)  # tried in this order, until it is small enough
PAPER, INK = (255, 255, 255, 255), (22, 36, 42, 255)  # what shows through a logo: white, or dark behind a light one
LIGHT_FROM = 170  # of 255; judgement: a logo that is on average as light as this cannot be told from white
BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, Warning)


class RefusedLogo(Exception):
    """It is not taken; the text says why and what would be."""


def draw_logo(data: bytes) -> bytes:
    """Return a logo as PNG of at most 240 x 64 pixels and 8 kB. Raises RefusedLogo for what is no small picture."""
    if len(data) > MOST_SENT:
        raise RefusedLogo(f"it has {len(data) // 1000} kB; at most {MOST_SENT // 1000} kB are taken")
    kind = kind_of(data)
    if kind is None:
        raise RefusedLogo("it is no PNG, JPEG or WebP; an SVG may hold a script, so save it as PNG")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise RefusedLogo(
                        f"it has {picture.width} x {picture.height} pixels; {BOX[0]} x {BOX[1]} are shown"
                    )
                picture.load()
                small = picture.convert("RGBA")
        except (*BROKEN, Image.DecompressionBombError):
            raise RefusedLogo("it cannot be read; save it anew as PNG") from None
    small.thumbnail(BOX, Image.Resampling.LANCZOS)
    return _encode(_grounded(small))


def _grounded(picture: Image.Image) -> Image.Image:
    """Return it on a ground of its own where something shows through, so that no scheme swallows it."""
    solid = picture.getchannel("A")
    if solid.getextrema() == (255, 255) or not solid.getbbox():
        return picture.convert("RGB")
    average = ImageStat.Stat(picture.convert("L"), solid.point(lambda level: 255 * (level > 127))).sum
    covered = ImageStat.Stat(picture.convert("L"), solid.point(lambda level: 255 * (level > 127))).count
    is_light = bool(covered[0]) and average[0] / covered[0] >= LIGHT_FROM
    ground = Image.new("RGBA", picture.size, INK if is_light else PAPER)
    return Image.alpha_composite(ground, picture).convert("RGB")


def _encode(picture: Image.Image) -> bytes:
    """Return it as PNG, with as many colours as there is room for."""
    for colours in (None, *COLOURS):
        drawn = picture if colours is None else picture.quantize(colours)
        written = io.BytesIO()
        drawn.save(written, "PNG", optimize=True)
        if written.tell() <= MOST_DRAWN:
            return written.getvalue()
    raise RefusedLogo(f"it takes more than {MOST_DRAWN // 1024} kB when drawn small; use one with fewer details")
