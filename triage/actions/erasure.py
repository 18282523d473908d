"""A patient is erased: identity, contacts, free text and photos go. What stays has no name, and says why it stays.

Rows stay because figures about safety are made from them and records of serious events must be kept; the log names
things by their ids, so its chain stays whole. It cannot be undone.
"""

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.alerts import apply_move, rules_of, standing_of
from triage.actions.enrol import patient_of
from triage.actions.erasure_rows import ERASE, ERASED
from triage.actions.errors import Conflict
from triage.actions.legal_holds import refuse_held
from triage.actions.photos import erase_photo
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.outcomes.serious import LAW_OF_KEEPING, kept_until
from triage.records import (
    AlertRow,
    ClinicRow,
    PatientRow,
    PhotoRow,
    Session,
    case_lookups,
    phone_lookups,
    record_lookups,
    serious_lookups,
)
from triage.rules.alerts import resolve

WHY_ANONYMOUS = "GDPR article 17(3)(d) with 89(1): figures on safety, without name, contact, free text or photo"
OF_WISH = "erasure"  # what the alert about the patient's wish is about


class Erased(NamedTuple):
    """What an erasure left: whoever calls removes the pictures after the commit."""

    patient: PatientRow
    digests: list[str]  # of photos whose rows have let go of them


def erase_patient(session: Session, patient_id: uuid.UUID, turn: Turn) -> Erased:
    """Erase a patient. Twice is as once.

    Raises Conflict, with the reason, while a legal hold stands, and while an alert about them is open: whoever may be
    in danger must be reachable. Raises NotFound.
    """
    turn.by.require("lead")
    patient = patient_of(session, patient_id, by=turn.by)
    if patient.erased_at is not None:
        return Erased(patient, [])
    refuse_held(session, patient)
    wishes = _only_wishes(case_lookups.unresolved_alerts_of(session, patient.clinic_id, patient.id))
    kept = _reasons(session, patient)
    digests, counts = [], dict[str, int]()
    for table, rows in list(phone_lookups.rows_of(session, patient)):
        if table is PhotoRow:
            digests = _erase_photos(session, rows, turn)
        counts[table.__tablename__] = _erase_rows(session, rows, turn)
    _erase_beside(session, patient, turn)
    _erase_identity(patient, kept, turn)
    session.add(patient)
    for row in wishes:
        row.outcome, row.resolved_by, row.note = "other", turn.by.id, None
        apply_move(session, row, resolve(standing_of(row), turn.now), turn, rules_of(session, row, turn))
    after = {"kept_because": kept, "rows": counts}
    audit.record(session, turn, "patient_erased", ("patient", patient.id), after=after)
    return Erased(patient, digests)


def _only_wishes(alerts: Iterable[AlertRow]) -> list[AlertRow]:
    """Return the alerts about the wish to be erased. Raises Conflict where there are others."""
    found = list(alerts)
    if any(row.about != OF_WISH for row in found):
        raise Conflict("An alert about this patient is open. Answer and close it before you erase whom it is about.")
    return found


def _reasons(session: Session, patient: PatientRow) -> list[dict[str, Any]]:
    """Return why something is left: what, by which law, and until when (None: no end is named)."""
    zone = zone_of(session.get_one(ClinicRow, patient.clinic_id))
    events = serious_lookups.events_of_patient(session, patient.clinic_id, patient.id)
    news = {row.number: row.became_aware_at.astimezone(zone).date() for row in events}  # the latest version's
    return [
        {"what": "course without a name", "law": WHY_ANONYMOUS, "until": None},
        *(
            {"what": f"serious event {number}", "law": LAW_OF_KEEPING, "until": kept_until(day).isoformat()}
            for number, day in news.items()
        ),
    ]


def _erase_photos(session: Session, rows: Iterable[PhotoRow], turn: Turn) -> list[str]:
    living = [row for row in rows if row.erased_at is None]
    return [erase_photo(session, row.id, turn).digest for row in living]


def _erase_rows(session: Session, rows: Iterable[Any], turn: Turn) -> int:
    """Take the free text, the contacts and the secrets out of rows of one table; return how many rows there are."""
    count = 0
    for row in rows:
        erase = ERASE.get(type(row))
        if erase is not None:
            erase(row, turn.now)
            session.add(row)
        count += 1
    return count


def _erase_beside(session: Session, patient: PatientRow, turn: Turn) -> None:
    """Remove what only served the running course, and answers that are remembered for the patient's phone."""
    alerts = case_lookups.alerts_of(session, patient.clinic_id, patient.id, record_lookups.MOST_ALERTS)
    undos = record_lookups.undos_about(session, patient.clinic_id, [row.id for row in alerts])
    answers = record_lookups.answers_remembered(session, patient)
    for row in (*record_lookups.beside(session, patient), *undos, *answers):
        session.delete(row)
    for sample in record_lookups.samples_of(session, patient):
        sample.note = None
        session.add(sample)
    for hold in record_lookups.holds_of_patient(session, patient):
        hold.why = ERASED
        session.add(hold)


def _erase_identity(patient: PatientRow, kept: list[dict[str, Any]], turn: Turn) -> None:
    patient.reference = f"{ERASED}-{patient.id.hex[-12:]}"  # the end of an id is random; its beginning is a time
    patient.name = patient.birth_year = patient.email = patient.phone = patient.guardian = None
    patient.time_zone = patient.country = patient.staying_in = patient.ask_hour = None
    patient.excused_until = patient.excused_why = patient.excused_by = None
    patient.wrong_person_at = patient.wrong_person_why = None
    patient.opted_out_at, patient.opted_out_why = patient.opted_out_at or turn.now, ERASED
    patient.erased_at, patient.kept_because = turn.now, kept
