"""What was done and with what, what the patient agreed to, the photos to compare, and the next session."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from triage.actions.case_chart import day_at
from triage.actions.case_rows import READERS, CourseRows
from triage.actions.errors import NotFound
from triage.actions.turn import Turn
from triage.records import (
    ExposureRow,
    PatientRow,
    PhotoRow,
    ProcedureRow,
    Session,
    case_lookups,
    phone_lookups,
)
from triage.records.people import PURPOSES
from triage.records.phone import POSES
from triage.rules import Urgency

MOST_PHOTOS, MOST_USES = 60, 200


class Product(NamedTuple):
    """What touched the skin."""

    id: uuid.UUID
    role: str
    product: str
    maker: str
    shade: str
    lot: str  # empty: it was not noted
    expiry: date | None
    was_expired: bool


class Sitting(NamedTuple):
    """One procedure; `number` counts within its course."""

    number: int
    at: datetime
    practitioner: str
    areas: tuple[str, ...]
    products: tuple[Product, ...]
    disputed_at: datetime | None  # the patient says that the date is wrong


class Consent(NamedTuple):
    """Whether the patient agrees to a purpose now, and since when that is so."""

    purpose: str
    is_given: bool
    since: datetime | None  # None: they were never asked


class Shot(NamedTuple):
    """A photo; its picture has an address of its own."""

    id: uuid.UUID
    at: datetime
    day: int | None
    is_seen: bool
    width: int  # pixels
    height: int


class Pose(NamedTuple):
    """Photos of one pose: the first beside the latest; `latest` None: there is only one."""

    pose: str
    first: Shot
    latest: Shot | None
    taken: int


class LotUse(NamedTuple):
    """A patient on whom the same lot was used; `worst` empty: they have not reported since."""

    patient_id: uuid.UUID
    reference: str
    name: str | None
    at: datetime
    day: int
    worst: str


def sittings_of(session: Session, course: CourseRows) -> list[Sitting]:
    """Return the procedures of a course with what was used in each, oldest first."""
    if not course.procedures:
        return []
    used: dict[uuid.UUID, list[ExposureRow]] = {}
    clinic_id = course.procedures[0].clinic_id
    for row in case_lookups.exposures_of(session, clinic_id, [row.id for row in course.procedures]):
        used.setdefault(row.procedure_id, []).append(row)
    return [_sitting(number, row, used.get(row.id, ())) for number, row in enumerate(course.procedures, 1)]


def consents_of(session: Session, patient: PatientRow) -> list[Consent]:
    """Return how the patient stands to each purpose."""
    rows = phone_lookups.consents_of(session, patient)
    found = []
    for purpose in PURPOSES:
        asked = [row for row in rows if row.purpose == purpose]
        standing = next((row for row in reversed(asked) if row.withdrawn_at is None), None)
        withdrawn = max((row.withdrawn_at for row in asked if row.withdrawn_at), default=None)
        found.append(Consent(purpose, standing is not None, standing.at if standing else withdrawn))
    return found


def poses_of(session: Session, patient: PatientRow, course: CourseRows) -> list[Pose]:
    """Return the photos to compare, pose by pose; of poses that were never taken nothing."""
    latest = case_lookups.photos_of(session, patient.clinic_id, patient.id, MOST_PHOTOS)
    first = {row.pose: row for row in reversed(case_lookups.first_photos(session, patient.clinic_id, patient.id))}
    found = []
    for pose in POSES:
        taken = [row for row in latest if row.pose == pose]
        if pose in first:
            newest = taken[0] if taken and taken[0].id != first[pose].id else None
            shots = _shot(first[pose], course), _shot(newest, course) if newest else None
            found.append(Pose(pose, *shots, taken=max(len(taken), 1)))
    return found


def lot_used(session: Session, exposure_id: uuid.UUID, turn: Turn) -> tuple[ExposureRow, list[LotUse]]:
    """Return a product and on whom its lot was used, the latest first. Raises NotFound where no lot was noted."""
    turn.by.require(*READERS)
    exposure = session.get(ExposureRow, (turn.by.clinic_id, exposure_id))
    if exposure is None or exposure.lot is None:
        raise NotFound("There is no such lot in this clinic.")
    uses = case_lookups.uses_of_lot(session, exposure, MOST_USES)
    since = {use.patient_id: use.at for use in uses}  # the first use of each, since they come the latest first
    worst = case_lookups.most_urgent_since(session, turn.by.clinic_id, since)
    return exposure, [
        LotUse(
            use.patient_id,
            use.reference,
            use.name,
            use.at,
            (turn.now - use.at).days,
            Urgency(worst[use.patient_id]).name if use.patient_id in worst else "",
        )
        for use in uses
    ]


def _sitting(number: int, row: ProcedureRow, used: Sequence[ExposureRow]) -> Sitting:
    products = tuple(_product(one, row.at) for one in used)
    return Sitting(number, row.at, row.practitioner or "", tuple(row.areas), products, row.disputed_at)


def _product(row: ExposureRow, at: datetime) -> Product:
    was_expired = row.expiry is not None and row.expiry < at.date()
    named = (row.maker or "", row.shade or "", row.lot or "")
    return Product(row.id, row.role, row.product, *named, row.expiry, was_expired)


def _shot(row: PhotoRow, course: CourseRows) -> Shot:
    return Shot(
        row.id, row.received_at, day_at(course, row.received_at), row.seen_at is not None, row.width, row.height
    )
