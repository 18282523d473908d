"""What a case says of messages, events and moments, word by word."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from triage.actions.case_contact import KINDS, state_words
from triage.actions.case_log import Reader, changes_of, who_did
from triage.records import AuditEventRow, NotificationRow
from triage.records.alert import KINDS as STORED
from triage.web.moments import Moments

NOW = datetime(2026, 3, 4, 17, 4, tzinfo=UTC)
CLINIC, ADA = uuid.UUID(int=1), uuid.UUID(int=7)
READER = Reader({ADA: "Ada"}, timezone(timedelta(hours=1)))


def message(**values: Any) -> NotificationRow:
    words = {"kind": "alert", "channel": "email", "contact": "x", "not_before": NOW, "created_at": NOW}
    return NotificationRow(clinic_id=CLINIC, **(words | values))


@pytest.mark.parametrize(
    ("values", "is_delivered", "said"),
    [
        ({"state": "pending"}, False, "waiting to be sent"),
        (
            {"state": "pending", "attempts": 2, "last_error": "no route"},
            False,
            "waiting to be sent; tried 2 times, last trouble: no route",
        ),
        ({"state": "sent"}, False, "sent"),
        ({"state": "sent"}, True, "delivered"),
        ({"state": "failed", "last_error": "no such mailbox"}, False, "failed: no such mailbox"),
        ({"state": "failed"}, True, "failed"),
        ({"state": "cancelled"}, False, "not sent: no longer needed"),
    ],
)
def test_what_became_of_a_message_is_said_in_words(values: dict[str, Any], is_delivered: bool, said: str) -> None:
    assert state_words(message(**values), is_delivered=is_delivered) == said


def test_every_kind_of_message_has_a_name() -> None:
    assert set(KINDS) == set(STORED)


def changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    row = AuditEventRow(
        clinic_id=CLINIC, at=NOW, actor_kind="staff", actor_id=str(ADA), did="x", thing_kind="alert", thing_id="1",
        before=before, after=after,
    )  # fmt: skip
    return [tuple(change) for change in changes_of(row, READER)]  # type: ignore[misc]


def testchanges_of_are_said_with_names_and_local_times_and_without_ids_and_addresses() -> None:
    after = {
        "owner_id": str(ADA), "patient_id": str(CLINIC), "state": "self_care", "address": "a@b.example",
        "next_action_at": "2026-03-04T17:04:00+00:00", "lots": ["24-117", None], "is_worse": True,
    }  # fmt: skip
    assert changed({"state": "open", "is_worse": True}, after) == [
        ("state", "open", "self care"),
        ("owner id", "", "Ada"),
        ("next action at", "", "2026-03-04 18:04"),
        ("lots", "", "24-117"),
    ]
    assert changed(None, None) == []


@pytest.mark.parametrize(
    ("kind", "actor", "said"),
    [
        ("staff", str(ADA), "Ada"),
        ("staff", "gone", "staff"),
        ("patient", "1", "the patient"),
        ("service", "escalate", "the service"),
        ("key", "1", "a program of the clinic"),
        ("operator", "root", "operator root"),
    ],
)
def test_who_did_it_is_said_in_words(kind: str, actor: str, said: str) -> None:
    row = AuditEventRow(
        clinic_id=CLINIC, at=NOW, actor_kind=kind, actor_id=actor, did="x", thing_kind="alert", thing_id="1"
    )
    assert who_did(row, READER.staff) == said


def test_moments_are_short_and_the_clinics_own() -> None:
    moments = Moments(NOW, ZoneInfo("Europe/Berlin"))
    assert moments.at(NOW) == "today 18:04"
    assert moments.at(NOW - timedelta(days=1)) == "Tue 3 Mar 18:04"
    assert moments.at(NOW - timedelta(days=365)) == "Tue 4 Mar 2025 18:04"
    assert moments.at(NOW + timedelta(hours=7)) == "Thu 5 Mar 01:04"
    assert moments.age(NOW - timedelta(hours=3)) == "3 hours"
