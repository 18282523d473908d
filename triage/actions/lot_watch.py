"""The weekly look at all lots and practitioners: what stands out opens an alert, once for each."""

import uuid
from datetime import datetime, timedelta

from triage.actions.alerts import raise_alert
from triage.actions.turn import ClockTurn
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Question
from triage.outcomes.lots import Exposed, exposures
from triage.records import ClinicRow, LotLookRow, Session, lookups, lot_lookups
from triage.rules import Urgency

EVERY = timedelta(days=7)
KIND = "lot"
KEPT = 0.2  # adjusted p up to which a look that did not stand out is kept too: how it came up is seen later


def clinics_to_look_at(session: Session, now: datetime) -> list[ClinicRow]:
    """Return the clinics whose lots were not looked at for a week."""
    return [clinic for clinic in lookups.clinics(session) if _is_due(session, clinic.id, now)]


def look_at_lots(facts: Facts, question: Question) -> list[Exposed]:
    """Return what is worth noting of a look, the surest first; what stands out is among it."""
    found = [one for one in exposures(facts, question) if one.is_signal or one.p_adjusted <= KEPT]
    return sorted(found, key=lambda one: one.p_adjusted)


def note_look(session: Session, clinic_id: uuid.UUID, found: list[Exposed], clock: ClockTurn) -> list[LotLookRow]:
    """Keep a look, and open an alert for each lot that stands out and has none open; return what stood out.

    Nothing where another clock was first.
    """
    if not _is_due(session, clinic_id, clock.now):
        return []
    noted = [_noted(session, clinic_id, one, clock) for one in found]
    session.add_all(noted or [LotLookRow(clinic_id=clinic_id, role="", product="", lot="", looked_at=clock.now)])
    return [row for row in noted if row.is_signal]


def _noted(session: Session, clinic_id: uuid.UUID, one: Exposed, clock: ClockTurn) -> LotLookRow:
    row = LotLookRow(
        clinic_id=clinic_id,
        role=one.role,
        product=one.product,
        lot=one.lot,
        looked_at=clock.now,
        content={
            "sessions": len(one.sittings),
            "cases": one.cases,
            "expected": round(one.expected, 3),
            "ratio": round(one.ratio, 3),
            "ratio_low": round(one.ratio_low, 3),
            "p_adjusted": one.p_adjusted,
        },
        is_signal=one.is_signal,
    )
    if one.is_signal:
        about = f"{one.role} {one.product} {one.lot}"
        alert = raise_alert(session, KIND, Urgency.same_day, clock.at(clinic_id), of=about)
        alert.about = "stands_out"
        row.alert_id = alert.id
    return row


def _is_due(session: Session, clinic_id: uuid.UUID, now: datetime) -> bool:
    last = lot_lookups.last_look(session, clinic_id)
    return last is None or now - last >= EVERY
