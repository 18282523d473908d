"""The chair in Chromium: a client is enrolled in six fields and half a minute, and the slip's code opens their page.

`SCREENSHOTS_DIR` names a folder for pictures of every page, to look at.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served, store
from tests.web.chair.conftest import open_one
from tests.web.conftest import FILES, Build, House
from tests.web.signing_in import Desk, let_in, signed_in
from triage.records import PatientRow

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM
SHOTS = os.environ.get("SCREENSHOTS_DIR")
MOST_FIELDS, MOST_SECONDS = 6, 30
LISTED = "name,ended\nAna Sol,09:00\nBo,14:99\n"


@pytest.fixture
def build(build: Build) -> Build:
    """Found a house whose pages speak three languages, with two bottles open at the chair."""
    spoken = re.sub(r"(?m)^languages = .*$", 'languages = ["en", "es", "ar"]', FILES["protocol.toml"])
    files: Any = {**FILES, "protocol.toml": spoken}

    def found(**how: Any) -> House:
        house = build(protocol=files, **how)
        desk = Desk(house.app.test_client(), house.wiring, house.staff[0])
        open_one(desk)
        open_one(desk, role="anaesthetic", product="Numb", lot="A-12")
        return house

    return found


@pytest.fixture
def practitioner(served: tuple[House, str], look: Callable[..., Page]) -> Callable[..., Page]:
    house, base = served

    def page(**how: Any) -> Page:
        opened = look(java_script_enabled=True, **how)
        let_in(opened.context, base, signed_in(house.wiring, house.staff[0]))
        return opened

    return page


def check(page: Page, name: str) -> None:
    """Look for faults that block somebody; axe looks at the light pages, tests/web/test_contrast.py at the colours."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert page.evaluate(FAULTS) == [], name
    if not name.endswith("dark"):
        found = Axe().run(page).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], name


def test_a_client_is_enrolled_in_six_fields_and_the_slip_opens_the_right_page(
    served: tuple[House, str],
    practitioner: Callable[..., Page],
    look: Callable[..., Page],
    capsys: pytest.CaptureFixture[str],
) -> None:
    house, base = served
    page, began, fields = practitioner(), time.monotonic(), []
    page.goto(f"{base}/chair")
    page.get_by_label("Client’s name").fill("Ana Sol")
    page.get_by_label("Mobile phone or mail").fill("+49 170 7654321")
    page.get_by_label("Español").check(force=True)
    expect(page.get_by_text("Needling ended: now")).to_be_visible()
    page.get_by_label(re.compile("Black 3")).check(force=True)
    page.locator('.agreed[lang="es"]').get_by_role("checkbox").check()
    fields += ["name", "contact", "language", "ended", "bottles", "consent"]
    page.get_by_role("button", name="Enrol, and show the code").click()
    expect(page.get_by_role("img", name="QR code of the client’s link")).to_be_visible()
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"enrolled: {len(fields)} fields ({', '.join(fields)}) in {took:.1f} s")
    assert len(fields) <= MOST_FIELDS
    assert took <= MOST_SECONDS

    page.get_by_role("button", name="Make a slip").click()
    code = page.locator(".letters").inner_text()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    check(page, "slip-360-light")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    phone = look(java_script_enabled=True, locale="es-ES")
    phone.goto(f"{base}/go")
    check(phone, "go-360-light")
    phone.locator("#code").fill(code.lower())
    phone.get_by_role("button", name="Abrir mi página").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    expect(phone.locator(".whose")).to_contain_text(re.compile("A. S..?, sesión del 2 de marzo"))
    page.go_back()
    expect(page.locator("#opened")).to_contain_text("Opened at 18:04", timeout=15_000)  # by the script, or by loading
    assert [row.language for row in house.rows(PatientRow) if row.name == "Ana Sol"] == ["es"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_pages_have_no_fault(
    served: tuple[House, str], practitioner: Callable[..., Page], width: int, scheme: str
) -> None:
    house, base = served
    page = practitioner(viewport={"width": width, "height": 740}, color_scheme=scheme)
    told = f"/desk/patients/{house.patient.id}/report"
    pages = {"enrol": "/chair", "bottles": "/chair/bottles", "import": "/chair/import"}
    pages |= {"patients": "/desk/patients", "told": told, "done": f"/chair/done/{house.patient.id}"}
    for name, path in pages.items():
        page.goto(f"{base}{path}")
        check(page, f"{name}-{width}-{scheme}")
    page.get_by_role("button", name="Show the link").click()
    expect(page.get_by_role("img", name="QR code of the client’s link")).to_be_visible()
    check(page, f"link-{width}-{scheme}")
    page.goto(f"{base}/chair")
    page.get_by_label("Client’s name").fill("Sam Secret")
    page.get_by_label("Mobile phone or mail").fill("sam@x.example")
    page.get_by_role("button", name="Enrol, and show the code").click()
    expect(page.get_by_role("heading", name="Is it one of these clients?")).to_be_visible()
    check(page, f"same-{width}-{scheme}")
    page.goto(f"{base}/chair/import")
    page.get_by_label("Or paste it").fill(LISTED)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("Take 1 line, leave out 1")).to_be_visible()
    check(page, f"looked-{width}-{scheme}")
    page.goto(f"{base}{told}")
    page.get_by_label("Fever", exact=False).first.check()
    page.get_by_role("button", name="Judge what is ticked now").click()
    expect(page.get_by_role("heading", name="What to tell Sam Secret")).to_be_visible()
    check(page, f"answer-{width}-{scheme}")
