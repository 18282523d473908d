"""Reports that were refused but name a danger sign: kept as they came, and a human is told."""

import uuid
from collections.abc import Sequence
from typing import Any

from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.consequences import note_danger
from triage.actions.episodes import still_running
from triage.actions.errors import NotFound
from triage.actions.identify import Actor
from triage.actions.intake import Report, storable
from triage.actions.protocols import tables_of
from triage.actions.turn import Turn
from triage.records import EpisodeRow, KeptReportRow, PatientRow, Session, lookups
from triage.rules import COMMON, Fault, Tables, Urgency, advice_texts, find_stray_signs, named_signs, read_check_in


def keep_refused(session: Session, report: Report, faults: Sequence[Fault], turn: Turn) -> dict[str, Any] | None:
    """Keep a refused report that names a danger sign; return what the answer says of it. None: it names none."""
    patient, episode = _whose(session, report.body, turn.by)
    tables = tables_of(session, turn.by.clinic_id, turn.now, still_running(episode))
    signs = _signs_in(report, tables, turn)
    if not signs:
        return None
    urgency = max(tables.signs[sign].rule.urgency for sign in signs) if tables else Urgency.urgent
    row = KeptReportRow(
        clinic_id=turn.by.clinic_id,
        received_at=turn.now,
        actor_kind=turn.by.kind,
        actor_id=turn.by.id,
        patient_id=patient.id if patient else None,
        raw=storable(report.raw),
        problems=[fault.as_mapping() for fault in faults],
        signs=signs,
    )
    # Whoever cannot be told apart by an episode has an alert of their own: the next one must be heard of too.
    alert = raise_alert(session, "report" if episode else "service", urgency, turn, of=episode or f"kept {row.id}")
    alert.patient_id = alert.patient_id or row.patient_id
    if episode is not None:
        note_danger(session, episode, urgency, turn.now, turn)
    row.alert_id = alert.id
    session.add(row)
    audit.record(session, turn, "refused_report_kept", ("kept_report", row.id), after={"alert_id": alert.id})
    told: dict[str, Any] = {
        "kept": str(row.id),
        "urgency": urgency.name,
        "alert": {"id": str(alert.id), "state": alert.state},
    }
    if tables is not None:
        told["advice_texts"] = advice_texts([urgency.name], next(iter(tables.protocol.texts.values())))
    return told


def kept_report_of(session: Session, report_id: uuid.UUID, *, by: Actor) -> dict[str, Any]:
    """Return a kept report as it came. Raises NotFound for another clinic's."""
    by.require("practitioner", "lead")
    row = session.get(KeptReportRow, (by.clinic_id, report_id))
    if row is None:
        raise NotFound("There is no such report in this clinic.")
    names = ("id", "actor_kind", "actor_id", "patient_id", "alert_id", "signs", "problems", "raw")
    return {"received_at": row.received_at.isoformat(), **{name: getattr(row, name) for name in names}}


def _signs_in(report: Report, tables: Tables | None, turn: Turn) -> list[str]:
    """Return the danger signs of a refused body, wherever and however they are spelled in it."""
    body = report.body if report.body is not None else report.raw
    if tables is None:
        return find_stray_signs(body, COMMON)
    check_in, _ = read_check_in(body, tables.protocol.vocabulary, now=turn.now)
    return list(dict.fromkeys([*named_signs(tables, check_in), *find_stray_signs(body, tables.protocol.vocabulary)]))


def _whose(session: Session, body: Any, by: Actor) -> tuple[PatientRow | None, EpisodeRow | None]:
    """Return the clinic's patient whom the report is about, and their episode, as far as they can be told."""
    patient_id = by.patient_id
    if patient_id is None:
        try:
            patient_id = uuid.UUID(str(body.get("patient_id")))
        except (ValueError, AttributeError):
            return None, None
    patient = session.get(PatientRow, (by.clinic_id, patient_id))
    return patient, lookups.latest_episode(session, by.clinic_id, patient.id) if patient else None
