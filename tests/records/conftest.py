"""A small clinic to try the tables with."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from triage.records import (
    AlertRow,
    AuditEventRow,
    ClinicRow,
    EpisodeRow,
    ExpectationRow,
    NotificationRow,
    PatientRow,
    StaffRow,
    Store,
    new_id,
)


class House:
    """One clinic with one patient, one episode and one member of staff; makes rows that are legal until changed."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.clinic_id, self.patient_id, self.staff_id, self.episode_id = (new_id() for _ in range(4))

    def rows(self) -> list[Any]:
        own = {"clinic_id": self.clinic_id}
        stay = {"opened_at": self.now, "last_procedure_at": self.now, "closed_at": self.now}
        return [
            EpisodeRow(**own, id=self.episode_id, patient_id=self.patient_id, **stay),
            PatientRow(**own, id=self.patient_id, reference="P-1", created_at=self.now),
            StaffRow(**own, id=self.staff_id, name="Ada", email="ada@x.org", role="lead", created_at=self.now),
            ClinicRow(id=self.clinic_id, name="North", time_zone="Europe/Rome", created_at=self.now),
            self.event(),
        ]

    def event(self, **changes: Any) -> AuditEventRow:
        said = {"at": self.now, "actor_kind": "staff", "did": "tried", "thing_kind": "house", "thing_id": "1"}
        return AuditEventRow(**({"clinic_id": self.clinic_id} | said | changes))

    def alert(self, **changes: Any) -> AlertRow:
        legal = {
            "clinic_id": self.clinic_id,
            "patient_id": self.patient_id,
            "kind": "report",
            "dedup_key": str(uuid.uuid4()),
            "urgency": 3,
            "next_action": "step",
            "next_action_at": self.now,
            "opened_at": self.now,
            "epoch_at": self.now,
        }
        return AlertRow(**(legal | changes))

    def notification(self, **changes: Any) -> NotificationRow:
        legal = {
            "clinic_id": self.clinic_id,
            "patient_id": self.patient_id,
            "kind": "check_in_link",
            "channel": "mail",
            "contact": "p@x.org",
            "not_before": self.now,
            "created_at": self.now,
        }
        return NotificationRow(**(legal | changes))

    def expectation(self, **changes: Any) -> ExpectationRow:
        legal = {
            "clinic_id": self.clinic_id,
            "patient_id": self.patient_id,
            "episode_id": self.episode_id,
            "due_at": self.now,
            "alert_at": self.now + timedelta(hours=6),
        }
        return ExpectationRow(**(legal | changes))


def add(store: Store, *rows: Any) -> None:
    with store.write() as session:
        session.add_all(rows)


@pytest.fixture
def house(store: Store, now: datetime) -> House:
    built = House(now)
    add(store, *built.rows())
    return built


@pytest.fixture
def other_house(store: Store, now: datetime) -> House:
    built = House(now)
    add(store, *built.rows())
    return built
