"""Who uses the service during the storm: patients whose phones try again, and practitioners who answer some alerts."""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from seeds.protocols import SHIPPED, read_folder
from triage.actions.enrol import enrol_patient
from triage.actions.identify import Actor
from triage.actions.new_clinic import open_clinic
from triage.actions.procedures import add_procedure
from triage.actions.turn import Turn
from triage.records import Session
from triage.wiring import Wiring

CALM = {"symptoms": {"redness": 1, "itching": 1}, "course": {"redness": "better"}, "denied": ["fever", "pus"]}
DANGERS: tuple[dict[str, Any], ...] = (
    {"symptoms": {"redness": 3}, "course": {"redness": "worse"}, "signs": ["fever"]},
    {"signs": ["breathing_trouble"]},
    {"signs": ["pus"]},
)


class Clinic(NamedTuple):
    """A clinic of the storm; whom its ladder may tell, and the tokens of its patients."""

    practitioner: str
    staff: tuple[str, ...]
    tokens: list[str]


class Accepted(NamedTuple):
    """A check-in that was answered with 2xx: what was promised to be kept."""

    key: str
    check_in_id: str
    alert_id: str | None
    dangerous: bool


def settle_in(wiring: Wiring, clinics: int, patients: int) -> list[Clinic]:
    """Open clinics with two people and so many patients each, five days after the procedure."""
    files = read_folder(SHIPPED)
    made = []
    for number in range(clinics):
        people = {role: f"{role}{number}@storm.example" for role in ("practitioner", "lead")}
        options = {"name": f"Clinic {number}", **{f"{role}_email": address for role, address in people.items()}}
        opened = wiring.do(partial(open_clinic, options=options, files=files, now=wiring.now(), terms=wiring.terms))
        tokens = wiring.do(partial(_enrol, wiring=wiring, clinic_id=uuid.UUID(opened["clinic"]["id"]), count=patients))
        made.append(Clinic(opened["keys"]["practitioner"], tuple(people.values()), tokens))
    return made


def _enrol(session: Session, wiring: Wiring, clinic_id: uuid.UUID, count: int) -> list[str]:
    turn = Turn(Actor("key", "storm", clinic_id, "intake"), wiring.now(), wiring.terms)
    tokens = []
    for number in range(count):
        enrolled = enrol_patient(session, {"reference": f"P{number}"}, turn)
        add_procedure(session, {"patient_id": enrolled.patient.id, "at": turn.now - timedelta(days=5)}, turn)
        tokens.append(enrolled.token)
    return tokens


def ask(method: str, port: int, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
    """Return status and JSON of one call; 0 where no answer came: whether it was stored is then not known."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request(method, f"/api/v1{path}", body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


class People:
    """Patients and practitioners in threads, until `leave`; `accepted` is what the service owes them."""

    def __init__(self, clinics: list[Clinic], ports: list[int], seed: int) -> None:
        self.clinics, self.ports, self.seed = clinics, ports, seed
        self.accepted: list[Accepted] = []
        self.tries = 0
        self.acked: dict[tuple[str, int], datetime] = {}  # alert and epoch: when the answer to "I have it" was there
        self.faults: list[str] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def come(self, phones: int, pause: float) -> None:
        """Start so many phones, each of which reports about every `pause` seconds, and one practitioner."""
        turns: list[Callable[[random.Random], None]] = [partial(self._report_on, pause=pause)] * phones
        for number, work in enumerate([*turns, self._answer_alerts]):
            draw = random.Random(self.seed * 1000 + number)
            self._threads.append(threading.Thread(target=work, args=(draw,), daemon=True))
        for thread in self._threads:
            thread.start()

    def leave(self) -> bool:
        """Let every phone bring its last report home; False where one does not manage within a minute."""
        self._over.set()
        ends = time.monotonic() + 60
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _report_on(self, draw: random.Random, pause: float) -> None:
        while not self._over.wait(draw.uniform(0, 2 * pause)):
            is_dangerous = draw.random() < 0.25
            said = draw.choice(DANGERS) if is_dangerous else CALM
            body = json.dumps({"at": datetime.now(UTC).isoformat(), **said})
            token = draw.choice(draw.choice(self.clinics).tokens)
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.UUID(int=draw.getrandbits(128)))}
            answer = self._post(body, headers, draw)
            alert = answer.get("alert") or {}
            kept = Accepted(headers["Idempotency-Key"], answer["id"], alert.get("id"), is_dangerous)
            self.accepted.append(kept)
            if is_dangerous and kept.alert_id is None:
                self.faults.append(f"the danger of check-in {kept.check_in_id} raised no alert")
            if draw.random() < 0.1 and self._post(body, headers, draw)["id"] != kept.check_in_id:
                self.faults.append(f"the key {kept.key} was answered with two check-ins")

    def _post(self, body: str, headers: dict[str, str], draw: random.Random) -> dict[str, Any]:
        """Send until it is accepted, as a phone does that was never told; the same key, the same bytes."""
        while True:
            self.tries += 1
            status, answer = ask("POST", draw.choice(self.ports), "/check-ins", body, headers)
            if status == 201:
                found: dict[str, Any] = answer
                return found
            if status not in (0, 503, 429):
                self.faults.append(f"a check-in was answered with {status}")
            threading.Event().wait(draw.uniform(0.2, 1.5))

    def _answer_alerts(self, draw: random.Random) -> None:
        """Take some open alerts and close some taken ones; most are left to climb."""
        while not self._over.wait(draw.uniform(0.3, 0.9)):
            clinic, state = draw.choice(self.clinics), draw.choice(("open", "acked"))
            headers = {"Authorization": f"Bearer {clinic.practitioner}"}
            status, found = ask("GET", draw.choice(self.ports), f"/alerts?state={state}", None, headers)
            if status != 200 or not found["items"]:
                continue
            alert = draw.choice(found["items"])
            verb, body = "acknowledge", {"epoch": alert["epoch"]}
            if state == "acked":
                verb, body = "resolve", {**body, "outcome": "irritation", "note": "seen", "useful": "useful"}
            path = f"/alerts/{alert['id']}/{verb}"
            status, _ = ask("POST", draw.choice(self.ports), path, json.dumps(body), headers)
            if status == 200:
                self.acked.setdefault((alert["id"], alert["epoch"]), datetime.now(UTC))
