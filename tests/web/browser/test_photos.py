"""The photo page in Chromium: with scripts a photo is shown, made small and sent until it has arrived; and without."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import request
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.photos.made import exif, save, scene
from triage.records import CheckInRow, PhotoRow

from ..browsing import FAULTS, IN_CHROMIUM, look, served, store
from ..conftest import House

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM

PHOTO = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": save(scene(4000, 3000), "JPEG", exif=exif(6))}
HEIC = {"name": "IMG_1.heic", "mimeType": "image/heic", "buffer": b"\x00\x00\x00\x18ftypheic" + bytes(400)}
MOST_TRANSFER = 60_000  # bytes without photos


def offered(served: tuple[House, str], page: Page, agrees: bool = True) -> Page:
    """Report, follow the link on the answer page, and agree."""
    house, base = served
    answer = house.send(severity__redness="4").get_data(as_text=True)
    assert "/photos?report=" in answer
    page.goto(f"{base}{house.page}/photos?report={house.rows(CheckInRow)[-1].id}")
    if agrees:
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Go on to the photos").click()
        page.get_by_role("heading", name="Top of your head").wait_for()
        page.wait_for_load_state()  # with its scripts, which see what is chosen
    return page


def form_of(page: Page, pose: str) -> Locator:
    return page.locator(f"form#{pose}")


def choose(form: Locator, file: Any) -> None:
    form.locator("input[type=file]").last.set_input_files(file)


def test_without_scripts_each_photo_is_a_form(served: tuple[House, str], look: Callable[..., Page]) -> None:
    page = offered(served, look())
    choose(form_of(page, "back"), PHOTO)
    form_of(page, "back").get_by_role("button", name="Send this photo").click()
    expect(form_of(page, "back").get_by_role("status")).to_have_text("✓ Sent. Your clinic has this photo now.")
    choose(form_of(page, "top"), HEIC)
    form_of(page, "top").get_by_role("button", name="Send this photo").click()
    expect(form_of(page, "top").get_by_role("alert")).to_contain_text("Most Compatible")
    assert [row.pose for row in served[0].rows(PhotoRow)] == ["back"]
    assert [row.review for row in served[0].rows(CheckInRow)] == [["photo"]]


def test_with_scripts_it_is_shown_deleted_made_small_and_sent(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    bodies: list[bytes] = []
    served[0].app.before_request(lambda: bodies.append(request.get_data()) if request.method == "POST" else None)
    page = offered(served, look(java_script_enabled=True))
    bodies.clear()
    form = form_of(page, "top")
    choose(form, PHOTO)
    expect(form.get_by_role("img")).to_be_visible()
    form.get_by_role("button", name="Delete").click()
    expect(form.get_by_role("status")).to_have_text("Deleted. Nothing was sent.")
    expect(form.get_by_role("img")).to_be_hidden()
    assert bodies == []

    choose(form, PHOTO)
    form.get_by_role("button", name="Send this photo").click()
    expect(form.get_by_role("status")).to_have_text("✓ Sent. Your clinic has this photo now.")
    (body,) = bodies
    assert b"SECRET PLACE" not in body
    uploaded = Image.open(io.BytesIO(body[body.index(b"\xff\xd8\xff") :]), formats=["JPEG"])
    (row,) = served[0].rows(PhotoRow)
    assert uploaded.size == (row.width, row.height) == (1200, 1600)


def test_without_network_it_is_tried_again_until_it_has_arrived(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    page = offered(served, look(java_script_enabled=True))
    form = form_of(page, "front")
    choose(form, PHOTO)
    page.context.set_offline(True)
    form.get_by_role("button", name="Send this photo").click()
    expect(form.get_by_role("status")).to_contain_text("Not sent yet. We try again by ourselves.")
    assert served[0].rows(PhotoRow) == []
    page.context.set_offline(False)
    expect(form.get_by_role("status")).to_have_text("✓ Sent. Your clinic has this photo now.")
    assert [row.pose for row in served[0].rows(PhotoRow)] == ["front"]


def test_what_is_refused_is_said_beside_the_picture(served: tuple[House, str], look: Callable[..., Page]) -> None:
    page = offered(served, look(java_script_enabled=True))
    form = form_of(page, "other")
    choose(form, HEIC)
    form.get_by_role("button", name="Send this photo").click()
    expect(form.get_by_role("alert")).to_contain_text("Most Compatible")
    choose(form, PHOTO)
    expect(form.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(("width", "text_size"), [(320, 16), (360, 32), (1280, 16)])
def test_the_page_is_accessible_in_each_state(
    served: tuple[House, str], look: Callable[..., Page], width: int, text_size: int
) -> None:
    page = look(viewport={"width": width, "height": 740}, java_script_enabled=True, bypass_csp=True)
    for agrees in (False, True):
        offered(served, page, agrees)
        if agrees:
            choose(form_of(page, "top"), PHOTO)
            expect(form_of(page, "top").get_by_role("img")).to_be_visible()
        page.add_style_tag(content=f"html {{ font-size: {text_size}px }}")
        assert page.evaluate(FAULTS) == []
        if width == 360:
            found = Axe().run(page).response["violations"]
            assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_the_page_is_small(served: tuple[House, str], look: Callable[..., Page]) -> None:
    page, sizes = look(java_script_enabled=True), []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    offered(served, page)
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 2 * MOST_TRANSFER  # two pages were opened
