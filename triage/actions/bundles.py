"""Many messages to one person become one that lists them; each keeps its own link."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from triage.records import DeliveryRow, NotificationRow, Session, new_id, sending

MOST_ALONE = 3  # alerts that are told of in messages of their own


def make_bundle(session: Session, row: NotificationRow, now: datetime) -> None:
    """Let what else waits for the contact of a claimed notification ride along, when it is much.

    What is about the same alert always rides along: one message about it is enough. Nothing waits to be bundled.
    """
    if row.kind != "alert":
        return
    beside = sending.waiting_beside(session, row, now)
    alerts = {other.alert_id for other in beside} | {row.alert_id}
    if len(alerts) <= MOST_ALONE:
        beside = [other for other in beside if (other.alert_id, other.epoch) == (row.alert_id, row.epoch)]
    if beside:
        sending.bundle(session, row, [other.id for other in beside])


def settle_bundle(
    session: Session, row: NotificationRow, tells: Sequence[uuid.UUID], started_at: datetime, now: datetime
) -> list[NotificationRow]:
    """Write that a message has gone which told of these too, and return them; what it left out waits again."""
    inside = sending.bundled_into(session, row)
    told = [other for other in inside if other.id in tells]
    left_out = [other.id for other in inside if other.id not in tells]
    sending.settle_told(session, row, [other.id for other in told], now)
    sending.unbundle(session, row, left_out, {"state": "pending"})
    session.add_all(
        DeliveryRow(
            clinic_id=other.clinic_id,
            id=new_id(),
            notification_id=other.id,
            attempt=other.attempts + 1,
            started_at=started_at,
            finished_at=now,
            result="sent",
            detail=f"told of in the message of {row.id}",
        )
        for other in told
    )
    return told


def free_bundle(session: Session, row: NotificationRow, values: dict[str, object]) -> list[NotificationRow]:
    """Let what would have been told of wait for messages of their own, and return it.

    `values`: what is written to each besides, when the whole channel was the trouble.
    """
    inside = sending.bundled_into(session, row)
    sending.unbundle(session, row, [other.id for other in inside], {"state": "pending"} | values)
    return inside
