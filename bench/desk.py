"""How long the desk's pages take with 100,000 patients, 2,000,000 readings and 5,000 open alerts, on both engines.

Server time: one call of the whole app in this process, from the request to the last byte, signed in by a cookie as in
a browser. The floor is an empty page for staff behind the same cookie.

`python -m bench.desk [--engine sqlite|postgresql] [--keep FOLDER] [--calls N]`
"""

import argparse
import gc
import itertools
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlmodel import col

from bench.big_clinic import BEGAN, CLINIC, DAYS, build
from bench.storm.__main__ import postgresql
from seeds.protocols import SHIPPED, read_folder
from triage.actions.clinics import Person, add_staff
from triage.actions.identify import operator
from triage.actions.lifecycle import Release, publish
from triage.actions.sessions import Browser, actor_of, open_session
from triage.actions.turn import Turn
from triage.app import create_app
from triage.config import Settings
from triage.records import (
    AlertRow,
    AuditEventRow,
    CheckInRow,
    EpisodeRow,
    Row,
    Session,
    StaffRow,
    Store,
    ToReadRow,
    migrate,
    new_id,
)
from triage.rules import compile_protocol, digest_of, read_protocol
from triage.web.staff_page import COOKIE, StaffPage, for_staff
from triage.wiring import Wiring, wire

PATIENTS, CHECK_INS, OPEN = 100_000, 200_000, 5_000  # ten readings a check-in
UNREAD = 300
NOW = BEGAN + timedelta(days=DAYS, hours=30)
PEOPLE = (("Ada", "practitioner"), ("Bo", "practitioner"), ("Lee", "lead"))
BATCH = 5_000


class Page(NamedTuple):
    """A page that is measured: its name, and its address for a patient."""

    name: str
    address: Callable[[str], str]
    is_unchanged: bool = False  # asked for with the ETag that it has


PAGES = (
    Page("floor: an empty page", lambda patient: "/floor"),
    Page("worklist", lambda patient: "/desk"),
    Page("one lane, its third page", lambda patient: "/desk?lane=review&from=60"),
    Page("worklist, filtered and searched", lambda patient: "/desk?who=nobody&level=urgent&q=kim+9&days=28"),
    Page("the lists alone, changed", lambda patient: "/desk/rows"),
    Page("the lists alone, unchanged (304)", lambda patient: "/desk/rows", is_unchanged=True),
    Page("a case", lambda patient: f"/desk/patients/{patient}"),
    Page("a case's chart", lambda patient: f"/desk/patients/{patient}/course.svg"),
    Page("patients, nothing typed", lambda patient: "/desk/patients"),
    Page("patients, searched", lambda patient: "/desk/patients?q=kim+777"),
    Page("the form to enrol", lambda patient: "/chair"),
    Page("the office", lambda patient: "/office"),
    Page("the log", lambda patient: "/office/log"),
)


class FixedWiring(Wiring):
    """A wiring whose clock stands where the made clinic's life has come to."""

    def now(self) -> Any:
        return NOW


def make(file: Path) -> None:
    """Make the clinic in an SQLite file: its patients past the actions, the rest on top."""
    tables = compile_protocol(read_protocol(read_folder(SHIPPED)))
    build(file, tables, PATIENTS, CHECK_INS)
    with closing(wired(f"sqlite:///{file}", file.parent)) as wiring:
        staff = wiring.do(partial(found, terms=wiring.terms))
        with wiring.store.connect() as connection:
            told(connection)
            alarm(connection, staff)


def found(session: Session, terms: Any) -> list[uuid.UUID]:
    """Add the people and the protocol that has judged."""
    turn = Turn(operator(CLINIC, "bench"), BEGAN, terms)
    files = read_folder(SHIPPED)
    publish(session, files, turn, Release(shipped=digest_of(files)))
    rows = [add_staff(session, Person(name, f"{name.lower()}@bench.example", role), turn) for name, role in PEOPLE]
    return [row.id for row in rows]


def told(connection: Any) -> None:
    """Write the audit event of each check-in, as intake does."""
    took = select(col(CheckInRow.id), col(CheckInRow.patient_id), col(CheckInRow.received_at))
    for part in in_parts(connection.execute(took.order_by(col(CheckInRow.received_at))), BATCH):
        connection.execute(
            insert(AuditEventRow),
            [
                {
                    "clinic_id": CLINIC, "id": new_id(), "at": at, "actor_kind": "patient", "actor_id": str(patient),
                    "did": "check_in_received", "thing_kind": "check_in", "thing_id": str(check_in),
                }
                for check_in, patient, at in part
            ],
        )  # fmt: skip


def alarm(connection: Any, staff: list[uuid.UUID]) -> None:
    """Open the alerts, of those patients whose procedure was last, and let some notes wait."""
    came = select(
        col(CheckInRow.id), col(CheckInRow.patient_id), col(CheckInRow.episode_id), col(CheckInRow.received_at)
    ).where(col(CheckInRow.at) <= NOW)
    last = {row.patient_id: row for row in connection.execute(came.order_by(col(CheckInRow.at)))}
    rows = sorted(last.values(), key=lambda row: row.received_at, reverse=True)[:OPEN]
    draw = random.Random(6)
    connection.execute(insert(AlertRow), [open_alert(draw, row, staff) for row in rows])
    connection.execute(
        update(EpisodeRow).where(col(EpisodeRow.last_procedure_at) < NOW - timedelta(days=90)).values(closed_at=NOW)
    )
    connection.execute(
        insert(ToReadRow),
        [
            {
                "clinic_id": CLINIC, "id": new_id(), "patient_id": row.patient_id, "kind": "note",
                "check_in_id": row.id, "at": row.received_at,
                "due_at": NOW + timedelta(hours=number - 20), "tell_at": NOW + timedelta(days=9),
            }
            for number, row in enumerate(rows[:UNREAD])
        ],
    )  # fmt: skip


def open_alert(draw: random.Random, row: Any, staff: list[uuid.UUID]) -> dict[str, Any]:
    """Return one open alert of a patient: most of them nobody's, some taken, some put off."""
    state = draw.choices(("open", "acked", "snoozed"), (75, 15, 10))[0]
    kind = draw.choices(("report", "silence"), (85, 15))[0]
    ends = NOW + timedelta(minutes=draw.randrange(-300, 900))
    timer = {"open": "step", "acked": "ack_timeout", "snoozed": "snooze_end"}[state]
    return {
        "clinic_id": CLINIC, "id": new_id(), "patient_id": row.patient_id, "episode_id": row.episode_id,
        "check_in_id": row.id if kind == "report" else None, "kind": kind,
        "about": None if kind == "report" else "no_report", "dedup_key": f"{kind}:{row.episode_id}",
        "urgency": draw.choices((1, 2, 3, 4), (40, 35, 20, 5))[0], "condition": "active", "state": state, "epoch": 1,
        "version": draw.randrange(1, 9), "step": 0, "cycle": 0, "repeat": 0, "pushes": 0, "next_action": timer,
        "next_action_at": ends, "owner_id": None if state == "open" else draw.choice(staff),
        "opened_at": row.received_at, "epoch_at": row.received_at, "acked_at": row.received_at,
        "snooze_until": ends if state == "snoozed" else None, "told_count": 1, "is_worse": draw.random() < 0.2,
        "wants_call": draw.random() < 0.1,
    }  # fmt: skip


def copy(file: Path, url: str) -> None:
    """Bring every row of an SQLite file into an empty PostgreSQL database."""
    migrate.upgrade(url)
    with closing(Store(f"sqlite:///{file}")) as source, closing(Store(url)) as target:
        with source.snapshot() as reading, target.connect() as writing:
            for table in Row.metadata.sorted_tables:
                for part in in_parts(
                    reading.execution_options(yield_per=BATCH).execute(select(table)).mappings(), BATCH
                ):
                    writing.execute(insert(table), [dict(row) for row in part])
        with target.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def in_parts(rows: Any, size: int) -> Iterator[list[Any]]:
    """Yield rows in lists of at most `size`."""
    rows = iter(rows)
    while part := list(itertools.islice(rows, size)):
        yield part


def wired(url: str, folder: Path) -> Wiring:
    """Return the wiring for a database, its clock standing still."""
    plain = wire(Settings.from_environ({"TRIAGE_DATA_DIR": str(folder), "TRIAGE_DATABASE_URL": url}))
    return FixedWiring(plain.settings, plain.store, plain.terms, plain.channels)


def signed_in(wiring: Wiring) -> FlaskClient:
    """Return a client of the whole app in which the lead is signed in, who may open every page."""
    app = create_app(wiring)
    app.add_url_rule("/floor", view_func=for_staff("lead")(show_floor))

    def enter(session: Session) -> str:
        lead = session.exec(select(StaffRow).where(col(StaffRow.role) == "lead")).scalars().one()
        return open_session(session, lead, Browser("bench", ""), Turn(actor_of(lead), NOW, wiring.terms))

    client = app.test_client()
    client.set_cookie(COOKIE, wiring.do(enter))
    return client


def show_floor(page: StaffPage) -> tuple[str, int]:
    """An empty page in the frame that every page has."""
    return page.show("refused.html", 200, said="Nothing.", faults=(), is_change=False)


def measure(engine: str, url: str, folder: Path, calls: int) -> None:
    """Print how long each page takes; the pages are asked for in turns, in an order of chance."""
    with closing(wired(url, folder)) as wiring:
        client = signed_in(wiring)
        gc.collect()
        gc.freeze()  # as serving.py does
        with wiring.store.read() as session:
            patients = [
                str(one)
                for one in session.exec(select(col(AlertRow.patient_id)).where(col(AlertRow.state) == "open")).scalars()
            ]
        draw, spent = random.Random(7), {page.name: [] for page in PAGES}  # type: dict[str, list[float]]
        for page in PAGES:
            ask(client, page, patients[0])  # templates, statements and the drawing library are read once
        for _ in range(calls):
            for page in draw.sample(PAGES, len(PAGES)):
                spent[page.name].append(ask(client, page, draw.choice(patients)))
    print(f"\n{engine}, {calls} calls a page\n\n| page | p50 ms | p95 ms | p99 ms |\n|---|--:|--:|--:|")
    for name, times in spent.items():
        cuts = statistics.quantiles(times, n=100)
        print(f"| {name} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} |", flush=True)


def ask(client: FlaskClient, page: Page, patient: str) -> float:
    """Ask for a page and return the milliseconds that it took. AssertionError where it is not shown."""
    address = page.address(patient)
    headers = {"If-None-Match": client.get(address).headers["ETag"]} if page.is_unchanged else {}
    began = time.perf_counter()
    answer = client.get(address, headers=headers)
    spent = (time.perf_counter() - began) * 1000
    assert answer.status_code == (304 if page.is_unchanged else 200), (address, answer.status_code)
    return spent


def main() -> None:
    """Make the clinic where it is not made yet, and measure on one engine or on both."""
    options = argparse.ArgumentParser(prog="python -m bench.desk")
    options.add_argument("--engine", choices=("both", "sqlite", "postgresql"), default="both")
    options.add_argument("--keep", type=Path, help="a folder for the made clinic, used again the next time")
    options.add_argument("--calls", type=int, default=200)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = chosen.keep or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "desk.sqlite3"
        if not file.exists():
            draft = folder / "draft.sqlite3"
            draft.unlink(missing_ok=True)
            make(draft)
            draft.replace(file)
        if chosen.engine != "postgresql":
            measure("SQLite", f"sqlite:///{file}", folder, chosen.calls)
        if chosen.engine != "sqlite":
            with postgresql() as url:
                copy(file, url)
                measure("PostgreSQL", url, folder, chosen.calls)


if __name__ == "__main__":
    main()
