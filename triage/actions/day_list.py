"""Today's list from another program: each line is looked at alone, then taken alone, and never twice."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from triage.actions.bottles import exposures_of
from triage.actions.chair import Client, Sitting, consent_given, details_of
from triage.actions.day_list_cells import COLUMNS, Known, ListCells, read_line
from triage.actions.enrol import enrol_patient
from triage.actions.errors import Conflict
from triage.actions.procedures import add_procedure
from triage.actions.table_reader import Table, TableLine
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import ClinicRow, PatientRow, Session, chair_lookups, findable, lookups
from triage.rules import Fault
from triage.rules.phones import SHORTEST_SAME, digits_of, is_same_number

__all__ = ["COLUMNS", "Planned", "plan_list", "take_line"]
NEW, SITTING, EXISTS, FAULT = "new", "sitting", "exists", "fault"


class Planned(NamedTuple):
    """What becomes of a line; `cells` None for one that has faults. `patient_id` None: nobody is there yet."""

    number: int
    state: str
    who: str
    faults: Sequence[Fault] = ()
    cells: ListCells | None = None
    reference: str = ""
    patient_id: uuid.UUID | None = None


class _Book:
    """The clinic's patients by what a line may name them with, read once for a whole list."""

    def __init__(self, session: Session, clinic_id: uuid.UUID) -> None:
        self.by_mail = defaultdict[str, set[uuid.UUID]](set)
        self.by_phone = defaultdict[str, set[uuid.UUID]](set)
        self.by_name = defaultdict[str, set[uuid.UUID]](set)
        self.rows = {row[0]: row[1:] for row in chair_lookups.patients_reached(session, clinic_id)}
        for patient_id, (name, email, phone) in self.rows.items():
            if email:
                self.by_mail[email.casefold()].add(patient_id)
            if digits := digits_of(phone or ""):
                self.by_phone[digits[-SHORTEST_SAME:]].add(patient_id)
            if name:
                self.by_name[findable.folded(name)].add(patient_id)

    def same_as(self, client: Client) -> list[uuid.UUID]:
        """Return who is reached at the same place and has no other name; for a line without a contact the namesakes."""
        email, phone = client.contact.email, client.contact.phone
        if not email and not phone:
            return sorted(self.by_name[findable.folded(client.name)]) if client.name else []
        there = set(self.by_mail[email.casefold()]) if email else set[uuid.UUID]()
        near = self.by_phone[digits_of(phone)[-SHORTEST_SAME:]] if phone else set[uuid.UUID]()
        there |= {one for one in near if is_same_number(phone or "", self.rows[one][2] or "")}
        return sorted(one for one in there if self._is_namesake(one, client))

    def _is_namesake(self, patient_id: uuid.UUID, client: Client) -> bool:
        name = self.rows[patient_id][0]
        return not name or not client.name or findable.folded(name) == findable.folded(client.name)


def plan_list(session: Session, table: Table, known: Known, turn: Turn) -> list[Planned]:
    """Return what each line of a list would do; nothing is changed."""
    turn.by.require("practitioner", "lead")
    book = _Book(session, turn.by.clinic_id)
    planned = [_plan_line(session, line, known, book, turn) for line in table.lines]
    ids = [line.patient_id for line in planned if line.patient_id]
    had = chair_lookups.procedure_times(session, turn.by.clinic_id, list(dict.fromkeys(ids)))
    seen = defaultdict[object, set[datetime]](set, {patient_id: set(times) for patient_id, times in had.items()})
    return [_among_others(line, seen) for line in planned]


def take_line(session: Session, line: Planned, consent: Mapping[str, str], turn: Turn) -> Planned:
    """Take a line that was planned, in a transaction of its own; what was taken meanwhile is not taken again.

    `consent`: the words agreed to, by language.
    """
    turn.by.require("practitioner", "lead")
    cells = line.cells
    if cells is None:
        return line
    patient = _patient_of_line(session, line, turn)
    enrolled = None if patient else _enrol(session, cells, line.reference, consent, turn)
    patient = patient or enrolled or _patient_of_line(session, line, turn)
    if patient is None:
        raise Conflict("Somebody else is taking this line. Try it again.")
    if enrolled:
        session.flush()
    else:
        lookups.latest_episode(session, turn.by.clinic_id, patient.id)  # locked: of two lists at once one waits
        procedures = lookups.procedures_of(session, turn.by.clinic_id, patient.id)
        if any(row.at == cells.sitting.ended_at for row in procedures):
            return line._replace(state=EXISTS, patient_id=patient.id)
    _add_sitting(session, patient, cells.sitting, turn)
    return line._replace(state=NEW if enrolled else SITTING, patient_id=patient.id)


def _plan_line(session: Session, line: TableLine, known: Known, book: _Book, turn: Turn) -> Planned:
    cells, faults = read_line(line, known, turn.now)
    who = line.cells.get("name") or line.cells.get("reference") or ""
    if faults or cells is None:
        return Planned(line.number, FAULT, who, faults)
    reference = cells.reference or _reference_of(cells.client)
    row = lookups.patient_by_reference(session, turn.by.clinic_id, reference)
    same = [row.id] if row else book.same_as(cells.client)
    if not row and (len(same) > 1 or (same and not any(cells.client.contact))):
        several = Fault("name", f"{len(same)} here fit, and may be others", "give reference, phone or email")
        return Planned(line.number, FAULT, who, [several])
    state = SITTING if same else NEW
    return Planned(line.number, state, who, (), cells, reference, same[0] if same else None)


def _among_others(line: Planned, seen: dict[object, set[datetime]]) -> Planned:
    """Return a line as it is once the lines before it are taken, and note what it does."""
    if line.cells is None:
        return line
    times = seen[line.patient_id or line.reference]
    state = EXISTS if line.cells.sitting.ended_at in times else SITTING if times else line.state
    times.add(line.cells.sitting.ended_at)
    return line._replace(state=state)


def _reference_of(client: Client) -> str:
    """Return the reference of a client whom the list gives none: the same line always has the same."""
    said = "\n".join((findable.folded(client.name or ""), *map(str, client.contact)))
    return "L-" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:8].upper()


def _patient_of_line(session: Session, line: Planned, turn: Turn) -> PatientRow | None:
    if line.patient_id is not None:
        return session.get(PatientRow, (turn.by.clinic_id, line.patient_id))
    return lookups.patient_by_reference(session, turn.by.clinic_id, line.reference)


def _enrol(
    session: Session, cells: ListCells, reference: str, consent: Mapping[str, str], turn: Turn
) -> PatientRow | None:
    """Enrol the client of a line; None: another list has done so since this one was looked at."""
    client = cells.client
    by = f"the guardian, {client.guardian}" if client.guardian else "the patient"
    values = {"reference": reference, **details_of(client)}
    if cells.agrees:
        text = consent[client.language]
        values["consents"] = [consent_given(text, f"{by}, by the clinic's list", turn.now)]
    try:
        return enrol_patient(session, values, turn).patient
    except Conflict:
        return None


def _add_sitting(session: Session, patient: PatientRow, sitting: Sitting, turn: Turn) -> None:
    clinic = session.get(ClinicRow, turn.by.clinic_id)
    assert clinic is not None
    used = exposures_of(session, sitting.bottles, turn, zone_of(clinic))
    done = {"at": sitting.ended_at, "practitioner": sitting.practitioner, "areas": list(sitting.areas)}
    add_procedure(session, {"patient_id": patient.id, **done, "exposures": used}, turn)
