"""Reports that were refused but name a danger sign: kept as they came, and a human is told."""

import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.identify import Actor
from triage.actions.intake import Report, storable
from triage.actions.protocols import tables_of
from triage.actions.turn import Turn
from triage.records import EpisodeRow, KeptReportRow, PatientRow, Session, lookups
from triage.rules import COMMON, Fault, Tables, Urgency, advice_texts, named_signs, read_check_in


def keep_refused(session: Session, report: Report, faults: Sequence[Fault], turn: Turn) -> dict[str, Any] | None:
    """Keep a refused report that names a danger sign; return what the answer says of it. None: it names none."""
    tables = tables_of(session, turn.by.clinic_id)
    signs = list(dict.fromkeys(_signs_in(report, tables, turn.now)))
    if not signs:
        return None
    urgency = (
        max((tables.signs[sign].rule.urgency for sign in signs), default=Urgency.urgent) if tables else Urgency.urgent
    )
    patient, episode = _whose(session, report.body, turn.by)
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
    kind = "report" if episode else "service"
    alert = raise_alert(session, kind, urgency, turn, episode=episode)
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


def _signs_in(report: Report, tables: Tables | None, now: datetime) -> Iterator[str]:
    known = tables.protocol.vocabulary.signs if tables else COMMON.signs
    if not isinstance(report.body, dict):
        yield from (sign for sign in known if re.search(rf"\b{sign}\b", report.raw))
        return
    yield from (word for word in _words(report.body.get("signs")) if word in known)
    if tables is not None:
        check_in, _ = read_check_in(report.body, tables.protocol.vocabulary, now=now)
        yield from named_signs(tables, check_in)


def _words(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield every text inside a value of any shape."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)) and depth < 5:
        for inner in value:
            yield from _words(inner, depth + 1)


def _whose(session: Session, body: Any, by: Actor) -> tuple[PatientRow | None, EpisodeRow | None]:
    """Return the clinic's patient whom the report is about, and their episode, as far as they can be told."""
    try:
        patient_id = uuid.UUID(str(body.get("patient_id")))
    except (ValueError, AttributeError):
        return None, None
    patient = session.get(PatientRow, (by.clinic_id, patient_id))
    return patient, lookups.latest_episode(session, by.clinic_id, patient.id) if patient else None
