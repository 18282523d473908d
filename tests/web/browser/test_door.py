"""The door in Chromium, whose pages have no scripts: a clinic is opened, and its lead signs in with a code."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, store
from tests.web.door.test_first_run import Empty
from triage.records import Store

__all__ = ["look", "store"]  # fixtures
pytestmark = IN_CHROMIUM
PASSWORD = "four plain words here"


@pytest.fixture
def served_empty(store: Store, tmp_path: Path, now: datetime) -> Iterator[tuple[Empty, str]]:
    """A server with nothing in its database."""
    empty = Empty(store, tmp_path, now)
    server = make_server("127.0.0.1", 0, empty.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield empty, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def check(page: Page, heading: str) -> None:
    """Wait for a page, and look for faults that block somebody."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.evaluate(FAULTS) == [], heading
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def open_clinic(page: Page, base: str, empty: Empty) -> pyotp.TOTP:
    """Open the clinic, set up codes, and return the phone that shows them."""
    page.goto(base)
    check(page, "Set up your clinic")
    page.get_by_label("Code that the server printed").fill(empty.code)
    page.get_by_label("Name of the clinic").fill("North Clinic")
    page.get_by_label("Where it is").select_option("Europe/Berlin")
    page.get_by_label("Your name").fill("Leo Lead")
    page.get_by_label("Your e-mail").fill("leo@north.example")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set up the clinic").click()
    check(page, "Set up one-time codes")
    phone = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
    page.get_by_label("Code from your phone").fill(phone.at(empty.wiring.time))
    page.get_by_role("button", name="Set up").click()
    check(page, "Keep these ten codes")
    expect(page.locator(".keep li")).to_have_count(10)
    return phone


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_a_clinic_is_opened_and_its_lead_signs_in_with_a_code(
    served_empty: tuple[Empty, str], look: Callable[..., Page], width: int, scheme: str
) -> None:
    empty, base = served_empty
    how = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme, "java_script_enabled": True}
    phone = open_clinic(look(**how), base, empty)
    page = look(**how)
    page.goto(f"{base}/account")
    check(page, "Sign in")
    page.get_by_label("E-mail").fill("leo@north.example")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    check(page, "Sign in")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    check(page, "Your code")
    page.get_by_label("Do not ask for a code").check()
    page.get_by_label("Code from your phone").fill(phone.at(empty.wiring.time + timedelta(seconds=30)))
    page.get_by_role("button", name="Go on").click()
    check(page, "Your account")
    expect(page.locator(".held li")).to_have_count(3)  # two browsers, one trusted device
    page.get_by_role("button", name=re.compile("^Sign out everywhere else")).click()
    expect(page.locator(".card.done")).to_have_text("You are signed out everywhere but here.")
    page.get_by_role("link", name="Change your password").click()
    check(page, "Change your password")
    page.goto(f"{base}/confirm?next=/account")
    check(page, "Is it you?")
