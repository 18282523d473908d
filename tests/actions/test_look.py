"""A clinic's own look: who may change it, what is refused and why, and how it reaches the pages."""

import base64
import io
import re
import zlib
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlmodel import select

from tests.houses import House
from triage.paper.contrast import weakness_of
from triage.pictures.logo import MOST_DRAWN, RefusedLogo, draw_logo
from triage.records import AuditEventRow, ClinicLogoRow

one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEAL = "#0b5c63"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (600, 200), ground: str | None = "white", ink: str = TEAL
) -> bytes:
    """Return a file with a disc and a bar on a ground; None: they stand on nothing."""
    drawn = Image.new("RGBA", size, ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((10, 10, size[1] - 10, size[1] - 10), fill=ink)
    pen.rectangle((size[1], size[1] // 3, size[0] - 10, size[1] * 2 // 3), fill=ink)
    written = io.BytesIO()
    (drawn if kind != "JPEG" else drawn.convert("RGB")).save(written, kind, comment=b"made at home")
    return written.getvalue()


def change(house: House, role: str = "admin", **values: Any) -> Any:
    if isinstance(values.get("logo"), bytes):
        values["logo"] = base64.b64encode(values["logo"]).decode()
    return house.call("PATCH", "/clinic", values, house.keys[role])


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/look/[^"]+)"', page)


def rows(house: House, table: Any) -> list[Any]:
    return list(house.look(lambda session: session.exec(select(table).order_by(table.id)).all()))


def test_a_look_is_served_and_kept_for_ever_and_linked_after_ours(house: House) -> None:
    changed = change(house, name="South Clinic", colour="0B5C63", logo=picture())
    assert changed.status_code == 200, changed.json
    assert (changed.json["name"], changed.json["colour"]) == ("South Clinic", TEAL)
    assert house.call("GET", "/clinic", key=house.keys["practitioner"]).json == changed.json

    page = house.client.get(f"/c/{house.patient().token}").text
    style, logo = addresses(page)
    assert page.index("pages.css") < page.index(style)
    assert logo == changed.json["logo"]
    css = house.client.get(style)
    assert (css.status_code, css.mimetype) == (200, "text/css")
    assert css.text.startswith(f":root{{--accent:{TEAL};--on-accent:#ffffff;--tint:#")
    assert re.fullmatch(r"[-:;{}()@#a-z0-9 \n]+", css.text)
    image = house.client.get(logo)
    with Image.open(io.BytesIO(image.data)) as drawn:
        assert (image.mimetype, drawn.format, drawn.size) == ("image/png", "PNG", (192, 64))
        assert drawn.info == {}
    for answer in (css, image):
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


@one_engine
def test_who_answers_alerts_sees_the_look_too(house: House) -> None:
    change(house, colour=TEAL, logo=picture())
    house.report(house.patient(), signs=["fever"])
    house.tick()
    (link,) = re.findall(r"http://triage.test(/a/\S+)", house.mails("pat@")[0].text)
    assert len(addresses(house.client.get(link).text)) == 2


@one_engine
def test_without_a_look_the_pages_are_ours(house: House) -> None:
    assert addresses(house.client.get(f"/c/{house.patient().token}").text) == []
    assert house.call("GET", "/clinic", key=house.keys["admin"]).json["logo"] is None


def test_what_is_replaced_or_taken_away_is_not_there_any_more(house: House) -> None:
    change(house, colour=TEAL, logo=picture())
    token = house.patient().token
    before = addresses(house.client.get(f"/c/{token}").text)
    house.later(minutes=1)
    change(house, colour="#7a1f5c", logo=picture(ink="#7a1f5c"))
    after = addresses(house.client.get(f"/c/{token}").text)
    assert not set(before) & set(after)
    change(house, colour="#7a1f5c", logo=picture(ink="#7a1f5c"))  # the same again
    assert [row.replaced_at is None for row in rows(house, ClinicLogoRow)] == [False, True]
    assert change(house, colour=None, logo=None).json["colour"] is None
    assert addresses(house.client.get(f"/c/{token}").text) == []
    for gone in (*before, *after, f"/look/{house.clinic_id}-0000.css", "/look/00.png"):
        answer = house.client.get(gone)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), gone
    told = [event for event in rows(house, AuditEventRow) if event.did == "clinic_logo_changed"]
    assert [bool(event.after["logo"]) for event in told] == [True, True, False]


@one_engine
def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can(house: House) -> None:
    answer = change(house, colour="#ffcc00")
    (fault,) = answer.json["errors"]
    assert (answer.status_code, fault["path"]) == (422, "colour")
    weak = weakness_of("#ffcc00")
    assert weak is not None
    assert f"{weak.ratio:.2f} to 1" in fault["said"]
    nearest = fault["expected"].split()[-1]
    assert change(house, colour=nearest).json["colour"] == nearest
    for nonsense in ("teal", "#12345", "", "url(x)", 7):
        assert change(house, colour=nonsense).status_code == 422
    assert house.call("GET", "/clinic", key=house.keys["admin"]).json["colour"] == nearest


@one_engine
def test_only_who_leads_changes_the_look(house: House) -> None:
    for role in ("practitioner", "auditor", "intake"):
        assert change(house, role, colour=TEAL).status_code == 403
        assert change(house, role, logo=picture()).status_code == 403


@one_engine
def test_another_clinic_keeps_its_own(house: House) -> None:
    change(house, colour=TEAL, logo=picture())
    other = house.open({"name": "South Clinic", "lead_email": "lead@south.example"})["keys"]["admin"]
    assert house.call("GET", "/clinic", key=other).json["colour"] is None
    assert house.call("PATCH", "/clinic", {"colour": "#7a1f5c"}, other).json["logo"] is None
    assert house.call("GET", "/clinic", key=house.keys["admin"]).json["colour"] == TEAL


@one_engine
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "script"),
        (b"GIF89a" + bytes(50), "no PNG"),
        (b"", "no PNG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "cannot be read"),
        (picture()[:300], "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200_001), "200 kB"),
    ],
    ids=["svg", "gif", "empty", "broken", "cut off", "large"],
)
def test_what_is_no_small_picture_is_refused_in_words(house: House, sent: bytes, said: str) -> None:
    answer = change(house, logo=sent)
    (fault,) = answer.json["errors"]
    assert (answer.status_code, fault["path"]) == (422, "logo")
    assert said in fault["said"]
    assert rows(house, ClinicLogoRow) == []


@one_engine
def test_what_is_no_base64_is_refused(house: House) -> None:
    assert change(house, logo="not base64 !").status_code == 422
    assert change(house, logo=7).status_code == 422


def test_a_picture_of_many_pixels_is_refused_before_it_is_unpacked() -> None:
    row = zlib.compress(bytes(1 + 30_000 // 8) * 30_000, 9)
    head = (30_000).to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")
    assert len(bomb) < 200_000
    with pytest.raises(RefusedLogo):
        draw_logo(bomb)


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_of_each_kind_is_drawn_small(kind: str) -> None:
    drawn = draw_logo(picture(kind))
    assert len(drawn) <= MOST_DRAWN
    with Image.open(io.BytesIO(drawn)) as seen:
        assert (seen.format, seen.size) == ("PNG", (192, 64))


def test_a_logo_of_noise_is_drawn_with_fewer_colours() -> None:
    noise = Image.effect_noise((240, 64), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "PNG")
    assert len(draw_logo(written.getvalue())) <= MOST_DRAWN


@pytest.mark.parametrize(
    ("ink", "ground"), [(TEAL, (255, 255, 255)), ("#ffffff", (22, 36, 42)), ("#ffe08a", (22, 36, 42))]
)
def test_a_logo_that_stands_on_nothing_gets_a_ground_it_can_be_told_from(ink: str, ground: tuple[int, ...]) -> None:
    with Image.open(io.BytesIO(draw_logo(picture(ground=None, ink=ink)))) as seen:
        assert seen.convert("RGB").getpixel((0, 0)) == ground


def test_an_empty_picture_is_drawn_as_it_is() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (1, 1), (0, 0, 0, 0)).save(written, "PNG")
    assert draw_logo(written.getvalue())
