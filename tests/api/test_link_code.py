"""The patient's link as a QR code to scan in the chair: what is drawn, and that looking is written down."""

import re

import pytest
import segno
from sqlmodel import select

from tests.houses import House, Patient
from triage.records import AuditEventRow, PatientTokenRow

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
QUIET = 4


def squares(svg: str) -> list[list[bool]]:
    """Return what is dark, read from the strokes of the drawing, with the quiet zone around it."""
    side = int(re.search(r'd="M0 0h(\d+)v', svg)[1])  # type: ignore[index]
    seen = [[False] * side for _ in range(side)]
    row, column = -1, 0
    strokes = re.search(r'stroke="#000" d="([^"]+)"', svg)[1]  # type: ignore[index]
    for verb, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", strokes):
        if verb == "h":
            for place in range(column, column + int(first)):
                seen[row][place] = True
            column += int(first)
        elif verb == "M":
            row, column = int(float(second)), int(first)
        else:
            row, column = row + int(second), column + int(first)
    return seen


def code_of(house: House, patient: Patient, role: str = "intake") -> str:
    answer = house.call("GET", f"/patients/{patient.id}/link.svg", key=house.keys[role])
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    return str(answer.text)


def test_the_code_holds_the_patients_link_and_white_around_it(house: House) -> None:
    patient = house.patient()
    seen = squares(code_of(house, patient))
    code = segno.make(f"http://triage.test/c/{patient.token}", error="m", micro=False, boost_error=False)
    assert code.error == "M"
    assert [row[QUIET:-QUIET] for row in seen[QUIET:-QUIET]] == [[bool(one) for one in row] for row in code.matrix]
    assert not any(any(row) for row in (*seen[:QUIET], *seen[-QUIET:]))
    assert not any(any(row[:QUIET] + row[-QUIET:]) for row in seen)


def test_who_enrols_is_told_where_the_code_is(house: House) -> None:
    answer = house.post("/patients", {"reference": "Q-1"}).json
    path = answer["check_in_qr"].removeprefix("/api/v1")
    assert house.call("GET", path, key=house.keys["practitioner"]).text.startswith("<svg")


def test_the_log_says_who_had_it_shown_and_not_what_it_holds(house: House) -> None:
    patient = house.patient()
    code_of(house, patient, "practitioner")
    events = house.look(lambda session: list(session.exec(select(AuditEventRow))))
    (shown,) = [event for event in events if event.did == "link_shown"]
    assert (shown.actor_kind, shown.thing_id) == ("staff", patient.id)
    assert patient.token not in str(shown.after)


def test_the_patients_own_token_gets_no_code_and_a_revoked_link_has_none(house: House) -> None:
    patient = house.patient()
    assert house.call("GET", f"/patients/{patient.id}/link.svg", key=patient.token).status_code == 403
    with house.wiring.store.connect() as connection:
        connection.execute(PatientTokenRow.metadata.tables["patient_token"].update().values(revoked_at=house.now))
    assert house.call("GET", f"/patients/{patient.id}/link.svg", key=house.keys["intake"]).status_code == 404
