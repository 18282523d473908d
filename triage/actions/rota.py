"""Who is on call in turns, who is it instead for a while, and who is away."""

import uuid
from collections.abc import Mapping
from typing import Any

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.cover import staffing_of
from triage.actions.errors import Invalid, NotFound
from triage.actions.turn import Turn
from triage.records import AbsenceRow, RotaOverrideRow, RotaRow, Session, cover_lookups
from triage.rules import Fault
from triage.rules.opening import CLOCK_TIME
from triage.rules.staffing import Absence, Staffing, people_told
from triage.rules.telling import EVERYBODY
from triage.rules.vocabulary import Urgency

MOST_PEOPLE, LONGEST_NOTICE = 50, 500


def set_rota(session: Session, values: Mapping[str, Any], turn: Turn) -> RotaRow:
    """Replace the rota (`values`: people, starts_on, hands_over, turn_days); Invalid with every fault."""
    turn.by.require("lead")
    staffing = _staffing(session, turn)
    people = [str(person) for person in values["people"]]
    faults = [_nobody(f"people[{number}]", one) for number, one in enumerate(people) if staffing.find(one) is None]
    if not 1 <= len(people) <= MOST_PEOPLE:
        faults.append(Fault("people", "is empty or too long", f"name 1 to {MOST_PEOPLE} people in order"))
    if not CLOCK_TIME.fullmatch(values["hands_over"]):
        faults.append(Fault("hands_over", f"{values['hands_over'][:10]!r} is no time", "give HH:MM"))
    if faults:
        raise Invalid(faults)
    former = cover_lookups.rota(session, turn.by.clinic_id)
    if former is not None:
        former.replaced_at = turn.now
        session.add(former)
        session.flush()  # one rota holds at a time: the place must be free
    row = RotaRow(
        clinic_id=turn.by.clinic_id,
        people=people,
        starts_on=values["starts_on"],
        hands_over=values["hands_over"],
        turn_days=values["turn_days"],
        made_at=turn.now,
        made_by=turn.by.id,
    )
    session.add(row)
    before = _rota_told(former) if former else None
    audit.record(session, turn, "rota_set", ("rota", row.id), before=before, after=_rota_told(row))
    return row


def end_rota(session: Session, turn: Turn) -> None:
    """Let nobody be on call by turns any more; exceptions stay. Raises NotFound where there is no rota."""
    turn.by.require("lead")
    row = cover_lookups.rota(session, turn.by.clinic_id)
    if row is None:
        raise NotFound("There is no rota.")
    row.replaced_at = turn.now
    session.add(row)
    audit.record(session, turn, "rota_ended", ("rota", row.id), before=_rota_told(row))


def add_override(session: Session, values: Mapping[str, Any], turn: Turn) -> RotaOverrideRow:
    """Put somebody on call for a span (`values`: staff_id, starts_at, ends_at), whatever the rota says."""
    turn.by.require("practitioner", "lead")
    faults = _span_faults(values)
    if _staffing(session, turn).find(values["staff_id"]) is None:
        faults.append(_nobody("staff_id", values["staff_id"]))
    if faults:
        raise Invalid(faults)
    row = RotaOverrideRow(clinic_id=turn.by.clinic_id, made_at=turn.now, made_by=turn.by.id, **values)
    session.add(row)
    audit.record(session, turn, "on_call_overridden", ("rota_override", row.id), after=values)
    return row


def add_absence(session: Session, values: Mapping[str, Any], turn: Turn) -> AbsenceRow:
    """Note that somebody is away (`values`: staff_id, starts_at, ends_at, deputy_id?, notice?).

    Raises Invalid where nobody would be left to answer and there is neither a deputy nor a notice for patients.
    """
    turn.by.require("practitioner", "lead")
    staffing = _staffing(session, turn)
    faults = _span_faults(values)
    for name in ("staff_id", "deputy_id"):
        if values.get(name) is not None and staffing.find(values[name]) is None:
            faults.append(_nobody(name, values[name]))
    deputy, notice = values.get("deputy_id"), (values.get("notice") or "").strip() or None
    if deputy is not None and deputy == values["staff_id"]:
        faults.append(Fault("deputy_id", "is the person who is away", "name somebody else"))
    if not faults and notice is None and not _is_anybody_left(staffing, values):
        expected = "name a deputy_id, or give a notice that patients are shown: who looks when, and where to go instead"
        faults.append(Fault("deputy_id", "missing: nobody would be there to answer", expected))
    if faults:
        raise Invalid(faults)
    row = AbsenceRow(
        clinic_id=turn.by.clinic_id,
        staff_id=values["staff_id"],
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        deputy_id=deputy,
        notice=notice,
        made_at=turn.now,
        made_by=turn.by.id,
    )
    session.add(row)
    audit.record(session, turn, "absence_noted", ("absence", row.id), after=values)
    return row


def cancel_override(session: Session, override_id: uuid.UUID, turn: Turn) -> None:
    """Take an exception from the rota back. Raises NotFound."""
    _cancel(session, session.get(RotaOverrideRow, (turn.by.clinic_id, override_id)), turn)


def cancel_absence(session: Session, absence_id: uuid.UUID, turn: Turn) -> None:
    """Take an absence back. Raises NotFound."""
    _cancel(session, session.get(AbsenceRow, (turn.by.clinic_id, absence_id)), turn)


def on_call_shown(session: Session, turn: Turn) -> dict[str, Any]:
    """Return who is on call now, the rota, and the exceptions that are not over."""
    turn.by.require("practitioner", "lead", "auditor")
    staffing = _staffing(session, turn)
    person = staffing.find(staffing.on_call_at(turn.now))
    row = cover_lookups.rota(session, turn.by.clinic_id)
    return {
        "on_call": {"staff_id": person.id, "name": person.name} if person else None,
        "rota": row,
        "overrides": cover_lookups.overrides_from(session, turn.by.clinic_id, turn.now),
    }


def _cancel(session: Session, row: AbsenceRow | RotaOverrideRow | None, turn: Turn) -> None:
    turn.by.require("practitioner", "lead")
    if row is None or row.cancelled_at is not None:
        raise NotFound("There is no such entry in this clinic.")
    row.cancelled_at = turn.now
    session.add(row)
    kind = "absence" if isinstance(row, AbsenceRow) else "rota_override"
    names = ("staff_id", "starts_at", "ends_at", "deputy_id", "notice")
    before = {name: getattr(row, name) for name in names if hasattr(row, name)}
    audit.record(session, turn, f"{kind}_cancelled", (kind, row.id), before=before)


def _rota_told(row: RotaRow) -> dict[str, Any]:
    """Return what the audit keeps of a rota."""
    told = {"starts_on": row.starts_on.isoformat(), "hands_over": row.hands_over, "turn_days": row.turn_days}
    return {"people": list(row.people), **told}


def _is_anybody_left(staffing: Staffing, values: Mapping[str, Any]) -> bool:
    """Tell whether somebody can be told at every moment of an absence: at its start and whenever another begins."""
    away = Absence(values["staff_id"], values["starts_at"], values["ends_at"], values.get("deputy_id"))
    then = staffing._replace(absences=(*staffing.absences, away))
    starts = [away.starts_at, *(a.starts_at for a in then.absences if away.starts_at < a.starts_at < away.ends_at)]
    return all(people_told(EVERYBODY, then, Urgency.emergency, at) for at in starts)


def _span_faults(values: Mapping[str, Any]) -> list[Fault]:
    starts_at, ends_at = values["starts_at"], values["ends_at"]
    if starts_at < ends_at:
        return []
    return [Fault("ends_at", "is not after starts_at", "give the moment when it is over")]


def _nobody(place: str, who: object) -> Fault:
    return Fault(place, f"nobody here has the id {str(who)[:40]}", "name a practitioner or lead of this clinic")


def _staffing(session: Session, turn: Turn) -> Staffing:
    return staffing_of(session, clinic_of(session, turn.by.clinic_id), turn.now)


def absences_shown(session: Session, turn: Turn) -> list[AbsenceRow]:
    """Return the absences that are not over."""
    turn.by.require("practitioner", "lead", "auditor")
    return cover_lookups.absences_from(session, turn.by.clinic_id, turn.now)
