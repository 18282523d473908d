"""The files that pages load, and what a phone needs to keep a page and to put it on its home screen."""

import io

import pytest
from PIL import Image

from triage.web.files import DIGEST, FILES, FOR_EVER, ONLINE, STAFF
from triage.web.manifest import GROUND, ICONS

from .conftest import Build, House
from .test_contrast import colours


def test_file_is_kept_for_ever_under_the_digest_of_them_all(house: House) -> None:
    for name in FILES:
        assert house.client.get(f"/static/web/{DIGEST}/{name}").headers["Cache-Control"] == FOR_EVER


def test_page_of_another_version_finds_its_file_and_does_not_keep_it(house: House) -> None:
    answer = house.client.get("/static/web/0123456789ab/pages.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["nothing.js", "..%2f__init__.py", "__pycache__"])
def test_unknown_file_is_not_there(house: House, name: str) -> None:
    assert house.client.get(f"/static/web/{DIGEST}/{name}").status_code == 404


def test_worker_names_its_version_and_every_file_but_the_icons(house: House) -> None:
    answer = house.client.get("/c/sw.js")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"
    assert text.startswith(f'import {{ begin }} from "/static/web/{DIGEST}/worker.js";')
    assert {name for name in FILES if f"/{name}" in text} == {
        name for name in FILES if name not in ONLINE and not name.startswith(STAFF) and not name.endswith(".png")
    }


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_pages_and_files_are_sent_packed_to_who_can_read_that(house: House, coding: str) -> None:
    for path in (house.page, f"/static/web/{DIGEST}/pages.css", f"/static/web/{DIGEST}/queue.js"):
        plain = house.client.get(path)
        packed = house.client.get(path, headers={"Accept-Encoding": coding})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert len(packed.data) < len(plain.data) / 2


def test_manifest_has_the_clinics_name_the_patients_link_and_nothing_of_health(house: House) -> None:
    answer = house.client.get(f"{house.page}/manifest.webmanifest")
    manifest = answer.get_json(force=True)
    assert answer.mimetype == "application/manifest+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert manifest["start_url"] == manifest["scope"] == manifest["id"] == house.page
    assert (manifest["name"], manifest["lang"], manifest["dir"]) == ("North Clinic", "en", "ltr")
    words = answer.get_data(as_text=True).lower()
    assert not [word for word in ("health", "triage", "scalp", "aftercare", "patient", "secret") if word in words]


def test_manifest_of_an_unknown_or_revoked_link_is_not_there(house: House) -> None:
    assert house.client.get("/c/unknown/manifest.webmanifest").status_code == 404
    house.revoke()
    assert house.client.get(f"{house.page}/manifest.webmanifest").status_code == 404


def test_icons_have_their_sizes_and_weigh_little() -> None:
    for name, size, purpose in ICONS:
        with Image.open(io.BytesIO(FILES[name])) as icon:
            assert icon.size == (size, size)
            is_whole = icon.convert("RGBA").getpixel((0, 0))[3] == 255
        assert is_whole == (purpose == "maskable")  # a mask may cut a whole picture; corners of its own would show
        assert len(FILES[name]) < 5_000


def test_page_names_its_manifest_icon_and_the_colour_of_its_ground(build: Build) -> None:
    house = build()
    text = house.client.get(house.page).get_data(as_text=True)
    assert f'<link rel="manifest" href="{house.page}/manifest.webmanifest">' in text
    assert f'<link rel="apple-touch-icon" href="/static/web/{DIGEST}/icon-whole.png">' in text
    for scheme, colour in GROUND.items():
        assert colours(scheme)["ground"] == colour
        assert f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">' in text
