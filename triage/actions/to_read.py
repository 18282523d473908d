"""What patients write and send is read by a human within a working day; where it is not, people on duty are told."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.duty import OF_READING, tell_on_duty
from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, NotAllowed, NotFound
from triage.actions.hours import hours_of
from triage.actions.terms import zone_of
from triage.actions.turn import ClockTurn, Turn
from triage.records import CheckInRow, PhotoRow, Session, ToReadRow, photo_lookups, queue_lookups
from triage.rules import Urgency

MOST_AT_ONCE = 500  # rows that one message tells of
LONGEST_EXCERPT = 120  # characters
OF_PHOTO = "photo"  # of a report's review list: the photo itself is what is read
READERS = ("practitioner", "lead")


class Unread(NamedTuple):
    """Something that waits to be read, as the worklist shows it; `excerpt` is for that page alone."""

    id: uuid.UUID
    kind: str
    patient_id: uuid.UUID
    reference: str
    name: str | None
    since: datetime
    due_at: datetime
    is_overdue: bool
    check_in_id: uuid.UUID | None
    photo_id: uuid.UUID | None
    excerpt: str


def take_report(session: Session, row: CheckInRow, turn: Turn) -> None:
    """Put what a human must read of a report into the queue: its note, and what could not be read or seems wrong."""
    kinds = ["note"] * ("note" in row.review) + ["problem"] * bool(set(row.review) - {"note", OF_PHOTO})
    for kind in kinds:
        _add(session, turn, kind, row.patient_id, check_in_id=row.id)


def take_photo(session: Session, row: PhotoRow, turn: Turn) -> None:
    """Put a photo into the queue; one that the clinic took itself is not read."""
    if row.source == "patient":
        _add(session, turn, "photo", row.patient_id, photo_id=row.id)


def settle_photo(session: Session, photo: PhotoRow, turn: Turn) -> None:
    """Note that what waits about a photo is read, since somebody has seen the photo elsewhere."""
    row = queue_lookups.of_photo(session, photo.clinic_id, photo.id)
    if row is not None and photo.seen_by is not None:
        row.read_at, row.read_by = turn.now, photo.seen_by
        session.add(row)


def drop_photo(session: Session, photo: PhotoRow) -> None:
    """Take a photo that was erased out of the queue; one that somebody saw stays there as read."""
    row = queue_lookups.of_photo(session, photo.clinic_id, photo.id)
    if row is not None:
        session.delete(row)


def read_one(session: Session, row_id: uuid.UUID, turn: Turn) -> ToReadRow:
    """Note that somebody has read something. Raises NotFound; Conflict, saying who, where somebody was first."""
    reader = _reader(turn)
    row = queue_lookups.to_read_for_update(session, turn.by.clinic_id, row_id)
    if row is None:
        raise NotFound("There is nothing of that kind to read in this clinic, or the patient has erased it.")
    if row.read_at is not None:
        raise _read_before(session, row)
    _read(session, row, reader, turn)
    return row


def read_all(session: Session, patient_id: uuid.UUID, until: datetime, turn: Turn) -> int:
    """Note that somebody has read all of a patient's that came up to a moment; return how many that were.

    Raises NotFound; Conflict, saying who, where somebody has read it all before.
    """
    reader = _reader(turn)
    patient_of(session, patient_id, by=turn.by)
    rows = queue_lookups.waiting_of_patient(session, turn.by.clinic_id, patient_id, until)
    if not rows and (last := queue_lookups.last_read(session, turn.by.clinic_id, patient_id)):
        raise _read_before(session, last)
    for row in rows:
        _read(session, row, reader, turn)
    return len(rows)


def waiting_to_read(session: Session, turn: Turn, after: uuid.UUID | None = None, size: int = 50) -> list[Unread]:
    """Return what waits to be read, whichever is due first first, those after `after` (None: from the first on)."""
    turn.by.require(*READERS, "auditor")
    page = queue_lookups.waiting_page(session, turn.by.clinic_id, after, size)
    return [_unread(one, turn.now) for one in page]


def count_to_read(session: Session, turn: Turn) -> tuple[int, datetime | None]:
    """Return how much waits to be read, and when the first of it is due; None: nothing waits."""
    turn.by.require(*READERS, "auditor")
    return queue_lookups.waiting_count(session, turn.by.clinic_id)


def tell_overdue(session: Session, clinic_id: uuid.UUID, clock: ClockTurn) -> int:
    """Tell who is on duty that something waits for too long; return of how many things, 0: nobody need be told now.

    Of all that waits with one message, and a working day later again. What becomes overdue while something that was
    told of still waits is told of with that. Where nobody can be reached, it is tried again.
    """
    rows = queue_lookups.overdue_to_read(session, clinic_id, clock.now, MOST_AT_ONCE)
    due = [row for row in rows if row.tell_at <= clock.now]
    if not due:
        return 0
    turn, clinic = clock.at(clinic_id), clinic_of(session, clinic_id)
    running = [row.tell_at for row in rows if row.told_at is not None and row.tell_at > clock.now]
    again_at = min(running, default=None) or hours_of(clinic, clock.now).working_day_after(clock.now)
    told = [] if running else tell_on_duty(session, clinic, OF_READING, Urgency.routine, turn)
    if not running and not told:
        return 0
    for row in due:
        row.tell_at, row.told_at = again_at, clock.now
        session.add(row)
    after = {"count": len(due), "told": told, "again_at": again_at}
    audit.record(session, turn, "reading_overdue", ("clinic", clinic_id), after=after)
    return len(due)


def _add(
    session: Session,
    turn: Turn,
    kind: str,
    patient_id: uuid.UUID,
    *,
    check_in_id: uuid.UUID | None = None,
    photo_id: uuid.UUID | None = None,
) -> None:
    """Write the row; the report's or the photo's own audit event tells of it."""
    clinic = clinic_of(session, turn.by.clinic_id)
    due_at = hours_of(clinic, turn.now).working_day_after(turn.now)
    session.add(
        ToReadRow(
            clinic_id=turn.by.clinic_id,
            patient_id=patient_id,
            kind=kind,
            check_in_id=check_in_id,
            photo_id=photo_id,
            at=turn.now,
            due_at=due_at,
            tell_at=due_at,
        )
    )


def _reader(turn: Turn) -> uuid.UUID:
    turn.by.require(*READERS)
    if turn.by.staff_id is None:
        raise NotAllowed("Only a person of the clinic can have read something.")
    return turn.by.staff_id


def _read(session: Session, row: ToReadRow, reader: uuid.UUID, turn: Turn) -> None:
    row.read_at, row.read_by = turn.now, reader
    session.add(row)
    after = {"kind": row.kind, "patient_id": row.patient_id}
    audit.record(session, turn, "to_read_read", ("to_read", row.id), after=after)
    photo = photo_lookups.photo_for_update(session, row.clinic_id, row.photo_id) if row.photo_id else None
    if photo is not None and photo.seen_at is None:
        photo.seen_at, photo.seen_by = turn.now, reader
        session.add(photo)
        audit.record(session, turn, "photo_seen", ("photo", photo.id), after={"seen_by": reader})


def _read_before(session: Session, row: ToReadRow) -> Conflict:
    who = queue_lookups.staff_member(session, row.clinic_id, row.read_by)
    assert row.read_at is not None
    local = row.read_at.astimezone(zone_of(clinic_of(session, row.clinic_id)))
    when = f"{local.day} {local:%B at %H:%M}"
    return Conflict(f"{who.name if who else 'Somebody'} has read it already, on {when}.")


def _unread(waiting: queue_lookups.Waiting, now: datetime) -> Unread:
    row, patient, report = waiting
    return Unread(
        id=row.id,
        kind=row.kind,
        patient_id=patient.id,
        reference=patient.reference,
        name=patient.name,
        since=row.at,
        due_at=row.due_at,
        is_overdue=row.due_at <= now,
        check_in_id=row.check_in_id,
        photo_id=row.photo_id,
        excerpt=_excerpt(row, report),
    )


def _excerpt(row: ToReadRow, report: CheckInRow | None) -> str:
    """Return the beginning of a note in one line, or what else there is to look at; empty for a photo."""
    if report is None:
        return ""
    if row.kind == "note":
        note = " ".join(str(report.content.get("note", "")).split())
        return note if len(note) <= LONGEST_EXCERPT else f"{note[: LONGEST_EXCERPT - 1]}…"
    number = len(report.problems)
    return f"{number} parts of a report could not be read" if number > 1 else PROBLEMS[bool(number)]


PROBLEMS = ("The phone's clock or its own judgement was off", "A part of a report could not be read")
