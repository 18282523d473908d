"""One patient's whole record for a complaint or an insurer: as it was, with the proof that nobody changed the log."""

import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.chain import hash_event
from triage.actions.enrol import patient_of
from triage.actions.judge import Known, advice_texts
from triage.actions.own_data import NAMES, plain_row
from triage.actions.protocols import load_version
from triage.actions.turn import Turn
from triage.records import (
    AssessmentRow,
    AuditEventRow,
    ClinicRow,
    PatientRow,
    Session,
    desk_lookups,
    phone_lookups,
    record_lookups,
)
from triage.rules import Urgency

READERS = ("lead", "auditor")
FORMAT = "aftercare-triage patient record 1"
OF_CHAIN = "id at actor_kind actor_id did thing_kind thing_id before after seq prev_hash hash".split()
HOW_TO_CHECK = (
    "Each event of the log holds the hash of the one before it in the clinic's chain. `is_whole` says that its own "
    "hash was computed anew for this record and fits. That no event is missing in between is shown by the whole chain: "
    "`triage audit verify` on the service, or `triage audit export` for an outsider, up to the head named here."
)


class Record(NamedTuple):
    """A patient's record as values that JSON can keep; `at`: when it was taken."""

    values: dict[str, Any]
    at: datetime


def record_of(session: Session, patient_id: uuid.UUID, turn: Turn) -> Record:
    """Return everything that is kept of a patient, and note that somebody took it. Raises NotFound."""
    turn.by.require(*READERS)
    patient = patient_of(session, patient_id, by=turn.by)
    clinic = session.get_one(ClinicRow, patient.clinic_id)
    audit.record(session, turn, "patient_record_taken", ("patient", patient.id))
    found: dict[str, Any] = {NAMES[table]: rows for table, rows in phone_lookups.rows_of(session, patient)}
    alert_ids = [row.id for row in found["alerts"]]
    found["calls"] = record_lookups.calls_about(session, clinic.id, alert_ids)
    found["holds"] = record_lookups.holds_of_patient(session, patient)
    log: list[AuditEventRow] = found.pop("log")
    staff = desk_lookups.staff_names(session, clinic.id)
    return Record(
        {
            "format": FORMAT,
            "clinic": {"name": clinic.name, "time_zone": clinic.time_zone, "phone": clinic.phone},
            "taken_at": turn.now.astimezone(UTC).isoformat(),
            "taken_by": staff.get(turn.by.staff_id, turn.by.id) if turn.by.staff_id else turn.by.id,
            "patient": plain_row(patient),
            "staff": {str(person): name for person, name in staff.items()},
            **{name: [plain_row(row) for row in rows] for name, rows in found.items()},
            "words_shown": _words_shown(session, patient, clinic, found["assessments"]),
            "log": [_event(row) for row in log],
            "chain": _chain(session, clinic),
        },
        turn.now,
    )


def _words_shown(
    session: Session, patient: PatientRow, clinic: ClinicRow, judged: list[AssessmentRow]
) -> list[dict[str, Any]]:
    """Return for each judgement the words that its version of the protocol shows, in the patient's language."""
    return [_words(session, patient, clinic, row) for row in judged]


def _words(session: Session, patient: PatientRow, clinic: ClinicRow, row: AssessmentRow) -> dict[str, Any]:
    tables = load_version(session, clinic.id, row.protocol_digest) if row.protocol_digest else None
    every = tables.protocol.texts if tables else {}
    texts = every.get(patient.language) or next(iter(every.values()), None)
    head = texts.urgency.get(Urgency(row.urgency).name, {}) if texts else {}
    return {
        "assessment_id": str(row.id),
        "check_in_id": str(row.check_in_id),
        "urgency": Urgency(row.urgency).name,
        "judged_at": row.judged_at.astimezone(UTC).isoformat(),
        "replaced_at": row.replaced_at.astimezone(UTC).isoformat() if row.replaced_at else None,
        "protocol": f"{tables.protocol.name} {tables.protocol.version}" if tables else None,
        "protocol_digest": row.protocol_digest,
        "language": texts.language if texts else "en",
        "headline": head.get("headline", ""),
        "do": head.get("do", ""),
        "advice": advice_texts(Known(tables, (), (), (), None), row.advice, patient.language, clinic.phone),
    }


def _event(row: AuditEventRow) -> dict[str, Any]:
    """Return an event with all that its hash is made of; `is_whole` None: it is not sealed yet."""
    values = {name: getattr(row, name) for name in OF_CHAIN}
    values["id"] = str(row.id)
    values["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**values, "is_whole": None if row.hash is None else row.hash == hash_event(row)}


def _chain(session: Session, clinic: ClinicRow) -> dict[str, Any]:
    """Return how the clinic's chain ends now, and how it did when people outside were last told."""
    end, anchor = record_lookups.chain_end(session, clinic.id), record_lookups.last_anchor(session, clinic.id)
    told = {"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at.astimezone(UTC).isoformat()} if anchor else None
    return {
        "head": {"seq": end.seq, "hash": end.hash} if end else None,
        "last_anchor": told,
        "how_to_check": HOW_TO_CHECK,
    }
