"""The demo clinic shows what a clinic can be: its own look, and a reply, written once however often it starts."""

import json
from pathlib import Path

from sqlmodel import select

from seeds.demo import COLOUR, environ_of, prepare
from seeds.try_it import commands
from triage.actions.passwords import is_password
from triage.config import Settings
from triage.records import ClinicLogoRow, ReplyRow, lookups, sign_in_lookups
from triage.wiring import wire


def test_the_demo_has_a_look_and_a_reply_and_keeps_both(tmp_path: Path) -> None:
    settings = Settings.from_environ(environ_of(tmp_path, 8700, 2500))
    for _ in range(2):
        prepare(tmp_path, settings, "http://127.0.0.1:8701")
    access = json.loads((tmp_path / "access.json").read_text())
    assert list(access) == ["base_url", "mailbox_url", "keys", "patients", "staff"]
    printed = commands(access, tmp_path)
    assert "http://127.0.0.1:8700/desk" in printed
    wiring = wire(settings)
    try:
        (fits,) = wiring.look(lambda session: sign_in_lookups.staff_by_email(session, "practitioner@clinic.example"))
        assert is_password(fits.password_hash, printed.split("password ")[1].split()[0])
        assert not wiring.look(lookups.clinics)[0].asks_code
        assert wiring.look(lookups.clinics)[0].colour == COLOUR
        assert len(wiring.look(lambda session: session.exec(select(ClinicLogoRow)).all())) == 1
        (reply,) = wiring.look(lambda session: session.exec(select(ReplyRow)).all())
        (hana,) = (patient for patient in access["patients"] if patient["reference"] == "hana")
        assert str(reply.patient_id) == hana["id"]
    finally:
        wiring.close()
