"""Commands about one patient's record: as a file, for whoever runs the server."""

import json
import uuid
from functools import partial
from pathlib import Path

import click

from triage.actions.identify import operator
from triage.actions.patient_record import Record, record_of
from triage.actions.record_pages import record_pdf
from triage.actions.turn import Turn
from triage.cli.root import main, wired
from triage.cli.versions import CLINIC, chosen, said
from triage.records import PatientRow, Session
from triage.wiring import Wiring

OPERATOR = "triage record"


@main.command()
@click.argument("patient", type=click.UUID)
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write it as PDF to this file.")
@CLINIC
def record(patient: uuid.UUID, pdf: Path | None, clinic_id: str | None) -> None:
    """Write the whole record of PATIENT (an id) as JSON, or as PDF; the log notes that it was taken."""
    wiring = wired()
    found = said(lambda: wiring.do(partial(_record, patient_id=patient, clinic_id=clinic_id, wiring=wiring)))
    if pdf is None:
        click.echo(json.dumps(found.values, ensure_ascii=False, indent=1))
        return
    pdf.write_bytes(record_pdf(found))
    click.echo(f"{pdf}: {pdf.stat().st_size} bytes")


def _record(session: Session, patient_id: uuid.UUID, clinic_id: str | None, wiring: Wiring) -> Record:
    clinics = [clinic.id for clinic in chosen(session, clinic_id)]
    clinic = next((one for one in clinics if session.get(PatientRow, (one, patient_id))), None)
    if clinic is None:
        raise click.ClickException("there is no patient with this id")
    return record_of(session, patient_id, Turn(operator(clinic, OPERATOR), wiring.now(), wiring.terms))
