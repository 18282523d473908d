"""What is drawn of an honest picture: the picture, upright, in common colours, small, and nothing else."""

import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from tests.photos.made import exif, flat_png, many_scans, save, scene
from triage.pictures import Refused, draw_anew, drawing, easel

LARGEST = 640  # MB; see easel.py


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["JPEG"])


def wide_colours() -> bytes:
    """A profile as telephones write it: sRGB's with the red, green and blue of Display P3."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    colours = {
        b"rXYZ": (0.5151, 0.2412, -0.0011),
        b"gXYZ": (0.2920, 0.6922, 0.0419),
        b"bXYZ": (0.1571, 0.0666, 0.7841),
    }
    for tag, values in colours.items():
        place = int.from_bytes(profile[(at := profile.index(tag)) + 4 : at + 8]) + 8
        profile[place : place + 12] = b"".join(round(one * 65536).to_bytes(4, signed=True) for one in values)
    return bytes(profile)


def test_a_photo_becomes_a_small_jpeg_without_anything_else() -> None:
    drawn = draw_anew(save(scene(4000, 3000), "JPEG", exif=exif(), comment=b"SECRET PLACE", dpi=(72, 72)))
    picture = opened(drawn.data)
    assert (drawn.width, drawn.height) == picture.size == (1600, 1200)
    assert (picture.mode, dict(picture.getexif())) == ("RGB", {})
    assert set(picture.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"SECRET" not in drawn.data


def test_the_same_picture_has_the_same_digest() -> None:
    data = save(scene(300, 200), "PNG")
    assert draw_anew(data) == draw_anew(data)
    assert draw_anew(data).digest != draw_anew(save(scene(300, 201), "PNG")).digest


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_picture_stands_upright(kind: str, orientation: int) -> None:
    """The red corner is top left once the camera's turn is undone."""
    turned = scene(400, 300)
    for turn in easel.TURNS.get(orientation, ()):
        back = {"ROTATE_90": "ROTATE_270", "ROTATE_270": "ROTATE_90"}.get(turn.name, turn.name)
        turned = turned.transpose(Image.Transpose[back])
    drawn = easel.draw(save(turned, kind, exif=exif(orientation)), kind)
    assert not isinstance(drawn, str)
    picture = opened(drawn.data)
    assert picture.size == (400, 300)
    red, green, blue = picture.getpixel((20, 20))
    assert red > 200
    assert max(green, blue) < 60


def test_wide_colours_become_common_ones_so_that_red_stays_as_red() -> None:
    plain = save(Image.new("RGB", (50, 50), (200, 60, 60)), "PNG")
    wide = save(Image.new("RGB", (50, 50), (200, 60, 60)), "PNG", icc_profile=wide_colours())
    colours = [opened(draw_anew(data).data).getpixel((25, 25)) for data in (plain, wide)]
    assert colours[1][0] > colours[0][0] + 8
    assert colours[1][1] < colours[0][1]


def test_what_is_transparent_becomes_white_and_of_several_frames_the_first_is_drawn() -> None:
    clear = opened(draw_anew(save(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")).data)
    assert min(clear.getpixel((20, 20))) > 250
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("lime", "black")]
    first = opened(draw_anew(save(frames[0], "WEBP", save_all=True, append_images=frames[1:])).data)
    assert first.getpixel((20, 20))[1] > 200


def test_sixteen_bits_keep_their_brightness() -> None:
    grey = opened(draw_anew(save(Image.new("I;16", (40, 40), 128 * 256), "PNG")).data)
    assert 125 <= grey.getpixel((20, 20))[0] <= 131


@pytest.mark.parametrize("orientation", [0, 9, 60_000])
def test_a_turn_that_does_not_exist_is_none(orientation: int) -> None:
    drawn = easel.draw(save(scene(40, 30), "JPEG", exif=exif(orientation)), "JPEG")
    assert not isinstance(drawn, str)
    assert (drawn.width, drawn.height) == (40, 30)


def peak_of(data: bytes, kind: str) -> tuple[bytes, int]:
    """Draw in a process as draw_anew does, and return what it wrote and its largest memory in MB."""
    ask = (
        "import re, runpy, sys; sys.argv[1:] = [{!r}]; runpy.run_path({!r}, run_name='__main__'); sys.stdout.flush(); "
    )
    ask += "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1], file=sys.stderr)"
    command = [sys.executable, "-I", "-c", ask.format(kind, str(drawing.EASEL))]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stdout, int(done.stderr) // 1024


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("PNG", flat_png(8000, 5000, colour=6)),
        ("JPEG", save(Image.new("RGB", (8000, 5000), "red"), "JPEG", progressive=True, subsampling=0)),
        ("WEBP", save(Image.new("RGB", (5000, 4000), "red"), "WEBP", method=0)),
    ],
)
def test_the_largest_that_is_taken_fits_into_the_memory_it_may_have(kind: str, data: bytes) -> None:
    written, peak = peak_of(data, kind)
    assert b"refused" not in written[:80]
    assert peak < LARGEST


@pytest.mark.parametrize(
    ("work", "trouble"),
    [("bytes(700 * 2**20)", "MemoryError"), ("pathlib.Path(sys.argv[1]).write_text('x' * 9999)", "File too large")],
)
def test_a_process_that_draws_can_hold_and_write_no_more_than_it_may(work: str, trouble: str, tmp_path: Path) -> None:
    code = (
        f"import pathlib, sys; sys.path.insert(0, {str(drawing.EASEL.parent)!r}); import easel; easel.confine(); {work}"
    )
    command = [sys.executable, "-I", "-c", code, str(tmp_path / "written")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert trouble in done.stderr


def test_a_picture_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST_DRAWING", 0.001)
    with pytest.raises(Refused, match="broken"):
        draw_anew(save(scene(40, 30), "JPEG"))


@pytest.mark.parametrize("line", ["_places", "_turns"])
def test_where_many_wait_already_one_is_asked_to_come_again(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(drawing, line, places := threading.BoundedSemaphore(1))
    with places, pytest.raises(Refused, match="busy"):
        draw_anew(save(scene(40, 30), "JPEG"))
    assert draw_anew(save(scene(40, 30), "JPEG")).width == 40


def test_scans_are_counted_and_a_camera_needs_few() -> None:
    assert easel.scans_of(save(scene(400, 300), "JPEG")) == 1
    progressive = easel.scans_of(save(scene(400, 300), "JPEG", progressive=True))
    assert 5 < progressive < 20
    assert easel.scans_of(many_scans(300)) == progressive + 300
