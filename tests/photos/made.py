"""Pictures for the tests: honest ones, and 500 that somebody means ill with; the same ones in every run."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image

SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
CANARIES = (b"<script", b"PK\x03\x04", b"alert(", b"SECRET PLACE", b"Exif\x00", b"ICC_PROFILE", b"http://ns.adobe")
TO_PHONES = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")


class Hostile(NamedTuple):
    """What is sent, under which name and type; `must`: refused, drawn, or either."""

    about: str
    data: bytes
    name: str = "photo.jpg"
    mimetype: str = "image/jpeg"
    must: str = "either"


def save(picture: Image.Image, kind: str, **how: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **how)
    return written.getvalue()


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A smooth picture whose corners differ: red is top left."""
    across = Image.linear_gradient("L").resize((width, height))
    down = across.transpose(Image.Transpose.ROTATE_90).resize((width, height))
    picture = Image.merge("RGB", (across.transpose(Image.Transpose.FLIP_TOP_BOTTOM), down, across))
    picture.paste("red", (0, 0, max(1, width // 4), max(1, height // 4)))
    return picture.convert(mode)


def exif(orientation: int = 1, junk: int = 0) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = "SECRET PLACE" + "x" * junk
    found.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    return found


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def flat_png(width: int, height: int, *, bits: int = 8, colour: int = 0, honest: bool = True) -> bytes:
    """A PNG of zeros: huge when decoded, small as a file; `honest` False: its head promises what is not there."""
    row = bytes(1 + (width * bits * {0: 1, 2: 3, 6: 4}[colour] + 7) // 8)
    packer = zlib.compressobj(1)
    rows = height if honest else 2
    data = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def resized_head(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose head claims another size."""
    place = next(jpeg.find(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in jpeg)
    return jpeg[: place + 5] + struct.pack(">HH", height, width) + jpeg[place + 9 :]


def many_scans(count: int) -> bytes:
    """A progressive JPEG that walks over the whole picture again and again."""
    jpeg = save(scene(2000, 1500), "JPEG", progressive=True)
    end = jpeg.rfind(b"\xff\xd9")
    again = b"\xff\xda\x00\x08\x01\x01\x00\x3f\x01\x00" + bytes(4)
    return jpeg[:end] + again * count + jpeg[end:]


def webp_claiming(width: int, height: int) -> bytes:
    webp = bytearray(save(scene(60, 40), "WEBP", lossless=True))
    place = webp.find(b"VP8L") + 9
    webp[place : place + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(webp)


def a_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("index.html", SCRIPT)
    return written.getvalue()


def segment(mark: int, data: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(data) + 2) + data


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def all_hostile(seed: int = 5) -> list[Hostile]:
    """The 500, the same for the same seed."""
    dice = random.Random(seed)
    honest = {kind: save(scene(160, 120), kind) for kind in ("JPEG", "PNG", "WEBP")}
    parts = (cut, nothing, other_kinds, oversized, polyglots, loaded, odd_modes, flipped, lying, moving, endless)
    return [one for part in parts for one in part(dice, honest)]


def cut(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    for kind, data in honest.items():
        for _ in range(35):
            yield Hostile(f"{kind} cut off", data[: dice.randrange(12, len(data) * 9 // 10)], must="refused")


def nothing(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    for length in (0, 0, 1, 2, 3, 4, 8, 11, 12, 16):
        yield Hostile("hardly anything", dice.randbytes(length), must="refused")
    for length in range(20, 1520, 50):
        yield Hostile("random bytes", bytes([1]) + dice.randbytes(length), must="refused")
    for text in (
        "hello",
        "<?php system($_GET[0]); ?>",
        "\ufeff<html>" + SCRIPT.decode(),
        "ÿØÿ",
        "data:image/png;base64,AA",
    ):
        for mimetype in ("image/jpeg", "text/plain"):
            yield Hostile("text", text.encode(), "photo.png", mimetype, must="refused")


def other_kinds(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    small = scene(40, 30)
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "JPEG2000", "PDF"):
        for name in ("photo.jpg", "photo.png", f"photo.{kind.lower()}"):
            yield Hostile(f"{kind} called a photo", save(small, kind), name, must="refused")
    for brand in TO_PHONES:
        for _ in range(4):
            head = struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1heic"
            yield Hostile("as an iPhone stores it", head + dice.randbytes(900), "IMG_1.heic", "image/heic", "refused")
    for name, mimetype in (("a.svg", "image/svg+xml"), ("a.jpg", "image/jpeg"), ("a.png", "image/png")):
        for front in (b"", b"\n\n", b"\xef\xbb\xbf", b"<!-- \xff\xd8\xff -->", b"<!DOCTYPE svg>"):
            yield Hostile("SVG with a script", front + SVG, name, mimetype, must="refused")
    for head in (
        b"%PDF-1.7\n",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"\x00\x00\x00\x18ftypisom",
        b"OggS",
        b"RIFF\x00\x00\x00\x00AVI ",
    ):
        yield Hostile("a program, a film or a paper", head + dice.randbytes(400), must="refused")


def oversized(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    for width, height in ((30_000, 30_000), (65_500, 65_500), (65_535, 1_000), (1_000, 65_535), (8_000, 5_001)):
        for _ in range(3):
            yield Hostile("JPEG head", resized_head(honest["JPEG"], width, height), must="refused")
        for bits in (1, 8, 16):
            yield Hostile("PNG head", flat_png(width, height, bits=bits, honest=False), "a.png", must="refused")
    for width, height in ((16_383, 16_383), (16_000, 9_000), (5_000, 4_001)):
        yield Hostile("WebP head", webp_claiming(width, height), "a.webp", "image/webp", must="refused")
    yield Hostile("a bomb of 900 megapixels", flat_png(30_000, 30_000, bits=1), "a.png", must="refused")
    yield Hostile("a bomb just over", flat_png(8_000, 5_001), "a.png", must="refused")
    yield Hostile("as large as may be", flat_png(8_000, 5_000), "a.png", must="drawn")
    yield Hostile("a thread", flat_png(30_000, 1, bits=8), "a.png", must="drawn")
    yield Hostile("one pixel", save(scene(1, 1), "PNG"), "a.png", must="drawn")


def polyglots(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    archive = a_zip()
    gif = save(scene(10, 10), "GIF")
    for number in range(10):
        filler = dice.randbytes(number * 7)
        yield Hostile("JPEG and ZIP", honest["JPEG"] + filler + archive, "a.zip", "application/zip", "drawn")
        yield Hostile("PNG and HTML", honest["PNG"] + filler + SCRIPT, "a.html", "text/html", "drawn")
        yield Hostile("WebP and ZIP", honest["WEBP"] + filler + archive, "a.webp", "image/webp", "drawn")
        yield Hostile("GIF and JavaScript", b"GIF89a/*" + gif[8:] + filler + b"*/=1;alert(1)", "a.js", must="refused")
        comment = segment(0xFE, b"*/alert(1);/*" + SCRIPT + filler)
        yield Hostile("JPEG and JavaScript", with_segments(honest["JPEG"], comment), must="drawn")


def loaded(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    picture, plain = scene(80, 60), honest["JPEG"]
    for number in range(10):
        yield Hostile("where it was taken", save(picture, "JPEG", exif=exif(number % 9, 100 * number)), must="drawn")
        yield Hostile("a PNG with EXIF", save(picture, "PNG", exif=exif(number % 9)), "a.png", must="drawn")
        junk = segment(0xE1, b"Exif\x00\x00" + dice.randbytes(4000))
        yield Hostile("broken EXIF", with_segments(plain, junk), must="drawn")
        xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SCRIPT + dice.randbytes(100))
        yield Hostile("XMP with a script", with_segments(plain, xmp), must="drawn")
        icc = segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + dice.randbytes(number * 400))
        yield Hostile("broken colours", with_segments(plain, icc), must="drawn")
        yield Hostile("broken colours in a PNG", save(picture, "PNG", icc_profile=dice.randbytes(900)), must="drawn")
    huge = segment(0xE1, b"Exif\x00\x00" + bytes(65_000)) * 120
    yield Hostile("8 MB of EXIF", with_segments(plain, huge), must="drawn")


def odd_modes(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    yield Hostile("CMYK", save(scene(90, 60, "CMYK"), "JPEG"), must="drawn")
    yield Hostile("CMYK and progressive", save(scene(90, 60, "CMYK"), "JPEG", progressive=True), must="drawn")
    yield Hostile("progressive", save(scene(90, 60), "JPEG", progressive=True), must="drawn")
    yield Hostile("grey", save(scene(90, 60, "L"), "JPEG"), must="drawn")
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        picture = Image.new("I;16", (90, 60), 40_000) if mode == "I;16" else scene(90, 60, mode)
        yield Hostile(f"PNG {mode}", save(picture, "PNG"), "a.png", must="drawn")
    for bits, colour in ((16, 0), (16, 2), (16, 6), (4, 0), (2, 0), (1, 0)):
        yield Hostile(f"PNG of {bits} bits", flat_png(50, 40, bits=bits, colour=colour), "a.png", must="drawn")
    see_through = save(scene(60, 60, "P"), "PNG", transparency=3)
    yield Hostile("a palette that is seen through", see_through, "a.png", must="drawn")


def flipped(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    for data in honest.values():
        for _ in range(35):
            broken = bytearray(data)
            for _ in range(dice.randrange(1, 20)):
                broken[dice.randrange(4, len(broken))] ^= 1 << dice.randrange(8)
            yield Hostile("bits turned", bytes(broken))


def lying(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    for head in (
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x10\x00\x00WEBPVP8 ",
        b"RIFF\x00\x10\x00\x00WEBPVP8X",
    ):
        for _ in range(10):
            yield Hostile("a head and then anything", head + dice.randbytes(1500), must="refused")
    for kind, name in (("PNG", "photo.jpg"), ("JPEG", "photo.png"), ("WEBP", "photo.gif"), ("PNG", "../../etc/passwd")):
        yield Hostile("another ending", honest[kind], name, must="drawn")


def moving(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    frames = [scene(64, 48), Image.new("RGB", (64, 48), "blue"), Image.new("RGB", (64, 48), "black")]
    for kind, must in (("PNG", "drawn"), ("WEBP", "drawn"), ("GIF", "refused")):
        for count in (1, 2):
            data = save(frames[0], kind, save_all=True, append_images=frames[1 : 1 + count])
            yield Hostile(f"moving {kind}", data, must=must)


def endless(dice: random.Random, honest: dict[str, bytes]) -> Iterator[Hostile]:
    yield Hostile("2000 scans", many_scans(2000), must="refused")
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(8_000_000)))
    png = honest["PNG"]
    for count in (1, 30):
        yield Hostile("a text that unpacks", png[:33] + bomb * count + png[33:], "a.png")
    yield Hostile(
        "a profile that unpacks", png[:33] + chunk(b"iCCP", b"x\x00\x00" + zlib.compress(bytes(9_000_000))) + png[33:]
    )
    yield Hostile("more than 12 MB", honest["JPEG"] + bytes(12 * 1024 * 1024), must="refused")
