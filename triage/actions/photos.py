"""Photos of the treated area, from patients who agreed to that: work for a human, in a lane of its own.

They open no alert and calm none. The file is on the shelf before its row is written, and goes after its row let go.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.enrol import patient_of
from triage.actions.errors import NotAllowed, NotFound
from triage.actions.legal_holds import refuse_held
from triage.actions.to_read import drop_photo, settle_photo, take_photo
from triage.actions.turn import Turn
from triage.pictures import Drawn
from triage.records import (
    CheckInRow,
    EpisodeRow,
    PatientRow,
    PhotoRow,
    Session,
    lookups,
    photo_lookups,
)
from triage.records.phone import POSES

PURPOSE = "photos"
MOST_OF_REPORT, MOST_OF_EPISODE, MOST_AN_HOUR = 6, 40, 30
AN_HOUR = timedelta(hours=1)
REVIEW = "photo"  # in a report's review list: a human looks
MOST_OWN = 1000
NO_PHOTO = "There is no such photo in this clinic, or it was erased."


class NotTaken(NotAllowed):
    """The photo is not taken; `reason` is no_consent, no_report, too_many_report, too_many_episode or too_many_hour."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Upload(NamedTuple):
    """A photo that lies on the shelf and has no row yet."""

    drawn: Drawn
    pose: str
    check_in_id: uuid.UUID | None = None  # the report that it came with; one of somebody else counts as none


def may_add(session: Session, patient: PatientRow, check_in_id: uuid.UUID | None, turn: Turn) -> EpisodeRow:
    """Return the episode that a photo would belong to. Raises NotTaken, with the reason, where none would be taken."""
    turn.by.require("patient")
    turn.by.require_patient(patient.id)
    if lookups.standing_consent(session, patient.clinic_id, patient.id, PURPOSE) is None:
        raise NotTaken("no_consent")
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    if episode is None:
        raise NotTaken("no_report")
    about = _own_report(session, patient, check_in_id), episode.id
    had = photo_lookups.counts(session, patient.clinic_id, patient.id, about=about, since=turn.now - AN_HOUR)
    if had.of_report >= MOST_OF_REPORT:
        raise NotTaken("too_many_report")
    if had.of_episode >= MOST_OF_EPISODE:
        raise NotTaken("too_many_episode")
    if had.uploaded >= MOST_AN_HOUR:
        raise NotTaken("too_many_hour")
    return episode


def add_photo(session: Session, patient: PatientRow, upload: Upload, turn: Turn) -> PhotoRow:
    """Write the row of a photo, and mark the report that it came with for a human; the same photo again is the first.

    Raises NotTaken as may_add does.
    """
    turn.by.require_patient(patient.id)
    lookups.latest_episode(session, patient.clinic_id, patient.id)  # locks: of two uploads at once one goes first
    known = photo_lookups.same_photo(session, patient.clinic_id, patient.id, upload.drawn.digest)
    if known is not None:
        return known
    episode = may_add(session, patient, upload.check_in_id, turn)
    drawn = upload.drawn
    row = PhotoRow(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        episode_id=episode.id,
        check_in_id=_own_report(session, patient, upload.check_in_id),
        pose=upload.pose if upload.pose in POSES else "other",
        digest=drawn.digest,
        size=len(drawn.data),
        width=drawn.width,
        height=drawn.height,
        source="patient",
        received_at=turn.now,
    )
    session.add(row)
    after = {"patient_id": row.patient_id, "check_in_id": row.check_in_id, "pose": row.pose, "digest": row.digest}
    audit.record(session, turn, "photo_added", ("photo", row.id), after=after)
    _mark_report(session, row)
    take_photo(session, row, turn)
    return row


def see_photo(session: Session, photo_id: uuid.UUID, turn: Turn) -> PhotoRow:
    """Note that a practitioner has seen a photo; the first one counts. Raises NotFound."""
    turn.by.require("practitioner", "lead")
    row = _living(photo_lookups.photo_for_update(session, turn.by.clinic_id, photo_id))
    if row.seen_at is None:
        row.seen_at, row.seen_by = turn.now, turn.by.staff_id
        session.add(row)
        audit.record(session, turn, "photo_seen", ("photo", row.id), after={"seen_by": row.seen_by})
        settle_photo(session, row, turn)
    return row


def erase_photo(session: Session, photo_id: uuid.UUID, turn: Turn) -> PhotoRow:
    """Let go of a photo, as the patient or a lead; whoever calls removes the file after the commit. Raises NotFound.

    The row stays, without its picture. Twice is as once. Raises Conflict while a legal hold stands.
    """
    turn.by.require("patient", "lead")
    row = photo_lookups.photo_for_update(session, turn.by.clinic_id, photo_id)
    if row is None:
        raise NotFound(NO_PHOTO)
    turn.by.require_patient(row.patient_id)
    if row.erased_at is None:
        refuse_held(session, patient_of(session, row.patient_id, by=turn.by))
        row.erased_at = turn.now
        session.add(row)
        audit.record(session, turn, "photo_erased", ("photo", row.id), before={"digest": row.digest})
        drop_photo(session, row)
    return row


def photo_of(session: Session, photo_id: uuid.UUID, turn: Turn) -> PhotoRow:
    """Return a photo, for the clinic's practitioners and for the patient whose it is. Raises NotFound."""
    turn.by.require("patient", "practitioner", "lead")
    row = _living(photo_lookups.photo(session, turn.by.clinic_id, photo_id))
    turn.by.require_patient(row.patient_id)
    return row


def list_own(session: Session, patient: PatientRow) -> list[PhotoRow]:
    """Return a patient's photos, the newest first; whoever shows them has asked for the second factor."""
    rows = photo_lookups.photos_page(session, patient.clinic_id, None, MOST_OWN, patient_id=patient.id)
    return rows[::-1]


def photos_shown(
    session: Session, asked: Mapping[str, Any], after: uuid.UUID | None, size: int, turn: Turn
) -> dict[str, Any]:
    """Return a page of photos, whichever has waited longest first; `asked`: patient_id and is_unseen, as they come."""
    turn.by.require("practitioner", "lead")
    if asked.get("patient_id"):
        patient_of(session, asked["patient_id"], by=turn.by)
    rows = photo_lookups.photos_page(session, turn.by.clinic_id, after, size + 1, **asked)
    page = rows[:size]
    return {"items": [show_photo(row) for row in page], "next": str(page[-1].id) if len(rows) > size else None}


def show_photo(row: PhotoRow) -> dict[str, Any]:
    """Return a photo as it is shown to programs; the picture has an address of its own."""
    hidden = {"clinic_id", "digest"}
    return {name: value for name, value in row.model_dump().items() if name not in hidden}


def _living(row: PhotoRow | None) -> PhotoRow:
    if row is None or row.erased_at is not None:
        raise NotFound(NO_PHOTO)
    return row


def _own_report(session: Session, patient: PatientRow, check_in_id: uuid.UUID | None) -> uuid.UUID | None:
    row = session.get(CheckInRow, (patient.clinic_id, check_in_id)) if check_in_id else None
    return row.id if row is not None and row.patient_id == patient.id else None


def _mark_report(session: Session, photo: PhotoRow) -> None:
    """Put the photo on the list of what a human looks at in the report that it came with."""
    row = session.get(CheckInRow, (photo.clinic_id, photo.check_in_id)) if photo.check_in_id else None
    if row is not None and REVIEW not in row.review:
        row.review = [*row.review, REVIEW]
        session.add(row)
