"""Draws one picture anew and ends: a program that drawing.py starts; it imports nothing of the house.

Reads the file from standard input. Writes a line of JSON, and after it the new picture, or the reason why there is
none. What a hostile file does to a decoder, it does to this process: it may not write, not start others, not hold much
memory, not take long, and it knows no secret.
"""

import io
import json
import re
import resource
import struct
import sys
import warnings
from typing import NamedTuple

from PIL import Image, ImageCms

LONGEST_SIDE = 1600  # pixels of the drawing
QUALITY = 85
# Decoded, a pixel takes 4 bytes; the decoder of WebP holds three of the whole picture, the others one or two.
MOST_PIXELS = {"JPEG": 40_000_000, "PNG": 40_000_000, "WEBP": 20_000_000}
MOST_SCANS = 64  # of one JPEG; cameras need 10, and each costs a walk over the whole picture
MOST_MEMORY = 640 * 1024 * 1024  # bytes of addresses, of which the interpreter takes a fifth
MOST_SECONDS = 8  # of processor
LARGEST_PROFILE = 1_000_000  # bytes of a colour profile
MARKER = re.compile(rb"\xff([\xc0-\xcf\xd8-\xfe])")
ORIENTATION = 0x0112
TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
# What Pillow raises for files that are not as they should be.
BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, Warning)


class Drawing(NamedTuple):
    """A picture of ours: JPEG, sRGB, upright, at most 1600 pixels a side, and nothing in it but the picture."""

    width: int
    height: int
    data: bytes


def draw(data: bytes, kind: str) -> Drawing | str:
    """Return the drawing of a file of a kind (JPEG, PNG, WEBP), or the reason why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*malformed MPO.*")  # many telephones write those
        try:
            if kind == "WEBP" and area_of_webp(data) > MOST_PIXELS[kind]:
                return "too_many_pixels"
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS[kind]:
                    return "too_many_pixels"
                if kind == "JPEG" and scans_of(data) > MOST_SCANS:
                    return "broken"
                return encode(upright(shrunk(picture), orientation_of(picture)))
        except Image.DecompressionBombError:
            return "too_many_pixels"
        except MemoryError:
            return "too_many_pixels"
        except BROKEN as error:
            return "too_many_pixels" if isinstance(error, Image.DecompressionBombWarning) else "broken"


def area_of_webp(data: bytes) -> int:
    """Return how many pixels a WebP claims, by its head; 0 for a broken one. Its decoder takes the memory at once."""
    form = data[12:16]
    if form == b"VP8X":
        return (1 + int.from_bytes(data[24:27], "little")) * (1 + int.from_bytes(data[27:30], "little"))
    if form == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    return int.from_bytes(data[26:28], "little") % 0x4000 * (int.from_bytes(data[28:30], "little") % 0x4000)


def scans_of(data: bytes) -> int:
    """Return how many scans a JPEG has, without decoding it; those of a thumbnail in its head do not count."""
    count, place = 0, 2
    while found := MARKER.search(data, place):
        mark, place = found[1][0], found.end()
        if mark == 0xD9:
            break
        if mark == 0xD8 or place + 2 > len(data):
            continue
        count += mark == 0xDA
        place += int.from_bytes(data[place : place + 2])
    return count


def orientation_of(picture: Image.Image) -> int:
    """Return how the camera was held, by EXIF's number; 1 where that cannot be read."""
    try:
        found = picture.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return found if isinstance(found, int) else 1


def shrunk(picture: Image.Image) -> Image.Image:
    """Return the first frame in sRGB on white, its longer side at most 1600 pixels."""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than it is needed
    profile = picture.info.get("icc_profile")
    picture.load()
    small = even(picture)
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if small.mode in ("RGBA", "LA"):
        ground = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(ground, small.convert("RGBA"))
    if small.mode == "RGB" and profile:
        small = in_common_colours(small, profile)
    plain = Image.new("RGB", small.size)
    plain.paste(small.convert("RGB"))
    return plain


def even(picture: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be made smaller smoothly."""
    if picture.mode.startswith("I"):
        return picture.point(lambda level: level / 256).convert("L")  # 16 bits a pixel
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture.convert("L") if picture.mode == "1" else picture


def in_common_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in sRGB: many telephones use wider colours, and redness would look paler than it was."""
    if len(profile) > LARGEST_PROFILE:
        return picture
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *BROKEN):
        return picture
    return turned or picture


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Return the picture as it was seen."""
    for turn in TURNS.get(orientation, ()):
        picture = picture.transpose(turn)
    return picture


def encode(picture: Image.Image) -> Drawing:
    """Return it as a plain JPEG."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY)
    return Drawing(picture.width, picture.height, written.getvalue())


def confine() -> None:
    """Give up what a picture does not need; SIGXCPU or a failed allocation ends what takes more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def main() -> None:
    """Draw what comes in; the kind is the first argument."""
    confine()
    result = draw(sys.stdin.buffer.read(), sys.argv[1])
    if isinstance(result, str):
        sys.stdout.buffer.write(json.dumps({"refused": result}).encode() + b"\n")
    else:
        sys.stdout.buffer.write(json.dumps({"width": result.width, "height": result.height}).encode() + b"\n")
        sys.stdout.buffer.write(result.data)


if __name__ == "__main__":
    main()
