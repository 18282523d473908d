"""The demo clinic shows what a clinic can be: its own look, and a reply, written once however often it starts."""

import json
from pathlib import Path

from sqlmodel import select

from seeds.demo import COLOUR, environ_of, prepare
from triage.config import Settings
from triage.records import ClinicLogoRow, ReplyRow, lookups
from triage.wiring import wire


def test_the_demo_has_a_look_and_a_reply_and_keeps_both(tmp_path: Path) -> None:
    settings = Settings.from_environ(environ_of(tmp_path, 8700, 2500))
    for _ in range(2):
        prepare(tmp_path, settings, "http://127.0.0.1:8701")
    access = json.loads((tmp_path / "access.json").read_text())
    assert list(access) == ["base_url", "mailbox_url", "keys", "patients", "staff"]
    wiring = wire(settings)
    try:
        assert wiring.look(lookups.clinics)[0].colour == COLOUR
        assert len(wiring.look(lambda session: session.exec(select(ClinicLogoRow)).all())) == 1
        (reply,) = wiring.look(lambda session: session.exec(select(ReplyRow)).all())
        (hana,) = (patient for patient in access["patients"] if patient["reference"] == "hana")
        assert str(reply.patient_id) == hana["id"]
    finally:
        wiring.close()
