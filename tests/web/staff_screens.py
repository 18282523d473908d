"""A picture of every page for staff, on a phone and on a desk, light and dark.

`python -m tests.web.staff_screens FOLDER [--only PART]` (`make screenshots`): the pages are the real ones over a real
database, with patients who report; nothing is asserted here, somebody looks.
"""

import argparse
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from triage.actions.appointments import add_appointment
from triage.actions.audit import seal
from triage.actions.bottles import open_bottle
from triage.actions.enrol import enrol_patient
from triage.actions.health import LOOPS
from triage.actions.procedures import add_procedure
from triage.actions.review import draw_month
from triage.actions.turn import ClockTurn, Turn
from triage.actions.window_proposals import propose_windows
from triage.config import Settings
from triage.records import AlertRow, HeartbeatRow, ProtocolRow, ReviewSampleRow, migrate
from triage.wiring import wire

from .browsing import serving
from .conftest import House
from .desk.stories import tell
from .screens import NOW, WIDTHS, found, looks
from .signing_in import let_in, signed_in

PEOPLE = (
    ("Ana Lopez", "es", {"sign": "pus"}),
    ("Bo Winter", "en", {"severity.redness": "3", "course.redness": "worse"}),
    ("Cy Young", "en", {"sign": "breathing_trouble"}),
    ("Dee Marsh", "ar", {"sign": "spreading_redness", "note": "It is warm at night, and wider than yesterday."}),
    ("Eli Stone", "en", {"severity.itching": "1", "note": "May I wear a cap to work?", "wants_call": "yes"}),
)
Where = Callable[[House], str]


def at(path: str) -> Where:
    """Return where a page is that needs no id."""
    return lambda _: path


def of_case(path: str = "") -> Where:
    """Return where a page of the patient with the fullest course is."""
    return lambda house: f"/desk/patients/{house.patient.id}{path}"


def of_alert(verb: str) -> Where:
    """Return where the form of an answer is."""
    return lambda house: f"/desk/alerts/{min(house.rows(AlertRow), key=lambda row: -row.urgency).id}/{verb}"


PAGES: dict[str, Where] = {
    "01-worklist": at("/desk"),
    "02-filtered": at("/desk?q=marsh&level=urgent"),
    "03-case": of_case(),
    "04-close": of_alert("close"),
    "05-reply": of_alert("reply"),
    "06-not-reached": of_alert("not-reached"),
    "07-watch": of_alert("watch"),
    "10-enrol": at("/chair"),
    "11-enrolled": lambda house: f"/chair/done/{house.patient.id}",
    "12-bottles": at("/chair/bottles"),
    "13-import": at("/chair/import"),
    "14-patients": at("/desk/patients"),
    "15-told": of_case("/report"),
    "16-go": at("/go"),
    "20-office": at("/office"),
    "21-staff": at("/office/staff"),
    "22-contacts": at("/office/contacts"),
    "23-absences": at("/office/absences"),
    "24-rota": at("/office/rota"),
    "25-hours": at("/office/hours"),
    "26-policy": at("/office/policy"),
    "27-policy-change": at("/office/policy/change"),
    "28-protocol": at("/office/protocol"),
    "29-difference": lambda house: f"/office/protocol/{house.rows(ProtocolRow)[0].id}/difference",
    "30-schedule": at("/office/schedule"),
    "31-languages": at("/office/languages"),
    "32-emergency": at("/office/emergency"),
    "33-look": at("/office/look"),
    "34-keys": at("/office/keys"),
    "35-webhooks": at("/office/webhooks"),
    "36-log": at("/office/log"),
    "50-audit": at("/audit"),
    "51-figure": at("/audit/figures/answered"),
    "52-cases": at("/audit/cases?of=late"),
    "53-months": at("/audit/months"),
    "37-review": at("/audit/review"),
    "38-reviewed": lambda house: f"/audit/review/{house.rows(ReviewSampleRow)[0].id}",
    "39-windows": at("/audit/windows"),
    "54-serious-events": at("/audit/serious"),
    "55-serious-event": lambda house: f"/audit/serious/new?patient={house.patient.id}",
    "56-record": lambda house: f"/audit/records/{house.patient.id}",
    "40-account": at("/account"),
    "41-confirm": at("/confirm"),
    "42-sign-in": at("/sign-in"),
    "43-password": at("/password"),
    "44-refused": at("/desk/patients/00000000-0000-0000-0000-000000000000"),
}


def fill(house: House) -> None:
    """Let a handful of patients report over three days, and one have a whole course."""
    tell(house)
    for number, (name, language, said) in enumerate(PEOPLE):
        token = house.wiring.do(partial(enrol, house=house, number=number, name=name, language=language))
        for days in (2, 1, 0):
            house.wiring.time = NOW - timedelta(days=days, minutes=7 * number + 3)
            report = {"severity.redness": "1", **(said if not days else {}), "key": f"{number}-{days}", "send": "form"}
            house.client.post(f"/c/{token}", data=report)
    house.wiring.time = NOW
    house.wiring.do(partial(open_pigment, house=house))
    house.wiring.do(beat)
    house.wiring.do(partial(learn, house=house))
    house.wiring.do(lambda session: seal(session, house.clinic.id))


class Moved(NamedTuple):
    """A window that the outcomes would move."""

    symptom: str
    high_days_now: float
    high_days_new: float
    evidence: dict[str, Any]


def learn(session: Any, house: House) -> None:
    """Draw the reports of last month that somebody looks at again, and propose two windows."""
    clock = ClockTurn("screens", NOW, house.wiring.terms)
    assert draw_month(session, house.clinic.id, "2026-02", clock)
    found = {"episodes": 212, "p90_days": 5.2, "p90_interval": [4.9, 5.5], "share_beyond": 0.17}
    moved = [Moved("redness", 4.0, 5.5, found), Moved("bleeding", 1.0, 2.0, found)]
    assert propose_windows(session, moved, Turn(house.turn.by, NOW, house.turn.terms))


def beat(session: Any) -> None:
    """Let the clock look alive, so that no page bears its banner."""
    for loop in LOOPS:
        session.add(HeartbeatRow(loop=loop, worker="screens", at=NOW))


def enrol(session: Any, house: House, number: int, name: str, language: str) -> str:
    """Enrol somebody who was treated a few days ago and comes again soon; return the secret of their link."""
    who = {"reference": f"Q-{number}", "name": name, "phone": f"+49 170 555000{number}", "language": language}
    patient, token = enrol_patient(session, who, house.turn)
    session.flush()
    add_procedure(session, {"patient_id": patient.id, "at": NOW - timedelta(days=4 + number)}, house.turn)
    if not number:
        add_appointment(session, patient.id, NOW + timedelta(days=3), house.turn)
    return token


def open_pigment(session: Any, house: House) -> None:
    """Open a bottle, so that enrolling shows one to tap."""
    bottle = {"role": "pigment", "product": "Graphite 03", "maker": "Acme", "lot": "L-2291"}
    open_bottle(session, bottle, house.turn, UTC)


@contextmanager
def filled(home: Path) -> Iterator[tuple[House, str]]:
    """Yield a clinic full of reports, and the address below which its pages are served."""
    settings = Settings.from_environ({"TRIAGE_DATA_DIR": str(home)})
    migrate.upgrade(settings.database_url)
    with closing(wire(settings)) as wiring:
        house = found(wiring, "en")
        fill(house)
        with serving(house) as base:
            yield house, base


def picture(browser: Browser, house: House, address: str, file: Path, width: int, scheme: str) -> None:
    """Open a page as the lead, and write its picture."""
    context = browser.new_context(viewport={"width": width, "height": 760}, color_scheme=scheme, locale="en-GB")
    try:
        if not address.endswith(("/sign-in", "/password", "/go")):
            let_in(context, address, signed_in(house.wiring, house.staff[1]))
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=file, full_page=True)
    finally:
        context.close()


def main() -> None:
    """Write the pictures."""
    options = argparse.ArgumentParser(prog="python -m tests.web.staff_screens")
    options.add_argument("folder", type=Path)
    options.add_argument("--only", default="", help="a part of the pictures' names, like 01-worklist or phone-light")
    chosen = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp())
    try:
        with sync_playwright() as playwright, filled(home) as (house, base):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for name, where in PAGES.items():
                for place, width in WIDTHS.items():
                    for scheme in looks(place):
                        if chosen.only in (file := f"{name}-{place}-{scheme}"):
                            picture(browser, house, base + where(house), chosen.folder / f"{file}.png", width, scheme)
            browser.close()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
