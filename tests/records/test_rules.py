"""What the tables refuse, whoever writes."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select

from triage.records import AlertRow, EpisodeRow, IdempotencyRow, KeyRow, NotificationRow, ProtocolRow, StaffRow

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
RESOLVED = {"state": "resolved", "dedup_key": None, "next_action": None, "next_action_at": None, "resolved_at": AT}

ACKED = {"state": "acked", "owner_id": "staff", "acked_at": AT, "next_action": "ack_timeout"}
SNOOZED = {"state": "snoozed", "owner_id": "staff", "snooze_until": AT, "next_action": "snooze_end"}
# What each would be, and the name of the constraint that refuses it.
ILLEGAL_ALERTS = {
    "an urgency that opens no alert": ({"urgency": 0}, "urgency"),
    "an urgency beyond emergency": ({"urgency": 5}, "urgency"),
    "an unknown state": ({"state": "closed"}, "state|timer_of_state|owned"),
    "an unknown kind": ({"kind": "lunch"}, "kind"),
    "an unknown condition": ({"condition": "maybe"}, "condition"),
    "an unknown usefulness": ({"useful": "very"}, "useful"),
    "an unknown timer": ({"next_action": "party"}, "next_action|timer_of_state"),
    "open without a timer": ({"next_action": None, "next_action_at": None}, "one_timer"),
    "open without a key": ({"dedup_key": None}, "resolved_key"),
    "open and resolved": ({"resolved_at": AT}, "resolved_at"),
    "open and somebody's": ({"owner_id": "staff"}, "owned"),
    "open with the timer of an acked one": ({"next_action": "ack_timeout"}, "timer_of_state"),
    "open and snoozed": ({"snooze_until": AT}, "snoozed"),
    "a timer without a name": ({"next_action": None}, "timer_named"),
    "a timer without a time": ({"next_action_at": None}, "timer_named|one_timer"),
    "acked by nobody": (ACKED | {"owner_id": None}, "owned"),
    "acked at no time": (ACKED | {"acked_at": None}, "acked"),
    "acked with the timer of an open one": (ACKED | {"next_action": "step"}, "timer_of_state"),
    "snoozed for ever": (SNOOZED | {"snooze_until": None}, "snoozed"),
    "snoozed by nobody": (SNOOZED | {"owner_id": None}, "owned"),
    "snoozed with the timer of an open one": (SNOOZED | {"next_action": "step"}, "timer_of_state"),
    "epoch nought": ({"epoch": 0}, "counters"),
    "a step before the first": ({"step": -1}, "counters"),
    "a cycle before the first": ({"cycle": -1}, "counters"),
    "a repeat before the first": ({"repeat": -1}, "counters"),
    "put off less than never": ({"pushes": -1}, "counters"),
    "resolved with a key": (RESOLVED | {"dedup_key": "k"}, "resolved_key"),
    "resolved with a timer": (RESOLVED | {"next_action": "step", "next_action_at": AT}, "one_timer|timer_of_state"),
    "resolved at no time": (RESOLVED | {"resolved_at": None}, "resolved_at"),
    "a promise without a time": ({"promise": "running"}, "promised"),
    "a time without a promise": ({"promised_at": AT}, "promised"),
    "an unknown promise": ({"promise": "soon", "promised_at": AT}, "promise"),
}
LEGAL_ALERTS = {
    "open": {},
    "acked": ACKED,
    "snoozed": SNOOZED,
    "resolved": RESOLVED,
    "of no patient": {"kind": "service", "patient_id": None},
    "promised": {"promise": "running", "promised_at": AT},
}
LEASED = {"state": "leased", "lease_owner": "w", "lease_until": AT}
ILLEGAL_NOTIFICATIONS = {
    "an unknown state": {"state": "lost"},
    "an unknown kind": {"kind": "advert"},
    "leased to nobody": LEASED | {"lease_owner": None},
    "leased for ever": LEASED | {"lease_until": None},
    "pending with a lease": LEASED | {"state": "pending"},
    "sent with a lease": LEASED | {"state": "sent", "sent_at": AT},
    "sent at no time": {"state": "sent"},
    "tried less than never": {"attempts": -1},
    "about an alert that it does not name": {"kind": "alert"},
    "a link for nobody": {"patient_id": None},
    "a notice to nobody": {"kind": "notice"},
    "a check of no contact": {"kind": "contact_check"},
    "bundled into nothing": {"state": "bundled"},
    "repeated less than never": {"repeat": -1},
}


def add(store, house, *rows):
    with store.write() as session:
        session.add_all([*rows, house.event()])


def alert_with(house, changes):
    return house.alert(**{name: house.staff_id if value == "staff" else value for name, value in changes.items()})


@pytest.mark.parametrize(("changes", "constraint"), ILLEGAL_ALERTS.values(), ids=ILLEGAL_ALERTS)
def test_an_illegal_alert_is_refused(store, house, changes, constraint):
    with pytest.raises(IntegrityError, match=rf"(?i)check constraint.*ck_alert_({constraint})\b"):
        add(store, house, alert_with(house, changes))


def test_each_legal_alert_is_stored(store, house):
    for changes in LEGAL_ALERTS.values():
        add(store, house, alert_with(house, changes))
    with store.read() as session:
        assert len(session.exec(select(AlertRow)).all()) == len(LEGAL_ALERTS)


@pytest.mark.parametrize("changes", ILLEGAL_NOTIFICATIONS.values(), ids=ILLEGAL_NOTIFICATIONS)
def test_an_illegal_notification_is_refused(store, house, changes):
    with pytest.raises(IntegrityError, match=r"(?i)check constraint"):
        add(store, house, house.notification(**changes))


ILLEGAL_EXPECTATIONS = {
    "an unknown state": ({"state": "met", "settled_at": "now"}, "state"),
    "settled and waiting": ({"settled_at": "now"}, "settled"),
    "over and not settled": ({"state": "superseded"}, "settled"),
    "answered without a time": ({"state": "answered", "settled_at": "now"}, "answered"),
    "missed with an answer": ({"state": "missed", "settled_at": "now", "answered_at": "now"}, "answered|answered_by"),
    "excused by nobody": ({"state": "excused", "settled_at": "now", "excused_why": "away"}, "excused_by"),
    "excused and waiting": ({"excused_why": "away", "excused_by": "lee"}, "excused"),
    "not asked and no reason": ({"asks": "none"}, "unasked"),
    "asked, and why not": ({"unasked_why": "budget"}, "unasked"),
    "asked, though by no message": (
        {"asks": "none", "unasked_why": "budget", "asked_at": "now"},
        "unasked_is_not_sent",
    ),
    "sent and not asked for": ({"sent_at": "now"}, "sent"),
    "delivered and not sent": ({"asked_at": "now", "delivered_at": "now"}, "delivered"),
    "reminded before it was sent": ({"asked_at": "now", "remind_at": "soon", "reminded_at": "now"}, "reminded"),
    "a reminder before it is due": ({"remind_at": "now"}, "reminder"),
    "a reminder after the silence": ({"remind_at": "late"}, "reminder"),
    "raised while it waits": ({"raise_at": "late"}, "raise"),
    "told while it waits": ({"silence": "quiet"}, "silence_of"),
    "silence before it is due": ({"due_at": "late"}, "due_first"),
}
LEGAL_EXPECTATIONS = (
    {},
    {"asked_at": "now", "sent_at": "now", "delivered_at": "now", "remind_at": "soon", "reminded_at": "now"},
    {"asks": "none", "unasked_why": "no_contact"},
    {"state": "missed", "settled_at": "now", "silence": "no_report", "raise_at": "late"},
    {"state": "excused", "settled_at": "now", "excused_why": "away", "excused_by": "lee"},
    {"state": "opted_out", "settled_at": "now", "asks": "none", "unasked_why": "opted_out", "silence": "opted_out"},
)


def expectation_with(house, changes):
    moments = {"now": house.now, "soon": house.now + timedelta(hours=1), "late": house.now + timedelta(hours=9)}
    return house.expectation(**{name: moments.get(value, value) for name, value in changes.items()})


@pytest.mark.parametrize(("changes", "constraint"), ILLEGAL_EXPECTATIONS.values(), ids=ILLEGAL_EXPECTATIONS)
def test_an_illegal_expectation_is_refused(store, house, changes, constraint):
    with pytest.raises(IntegrityError, match=rf"(?i)check constraint.*ck_expectation_({constraint})\b"):
        add(store, house, expectation_with(house, changes))


def test_each_legal_expectation_is_stored(store, house):
    for changes in LEGAL_EXPECTATIONS:
        episode = EpisodeRow(
            clinic_id=house.clinic_id,
            patient_id=house.patient_id,
            opened_at=house.now,
            last_procedure_at=house.now,
            closed_at=house.now,
        )
        row = expectation_with(house, changes)
        row.episode_id = episode.id
        add(store, house, episode, row)


def test_only_one_expectation_of_an_episode_waits(store, house, now):
    add(store, house, house.expectation(), house.expectation(state="superseded", settled_at=now))
    with pytest.raises(IntegrityError):
        add(store, house, house.expectation())


def test_only_one_alert_holds_a_key_and_a_resolved_one_holds_none(store, house):
    add(store, house, house.alert(dedup_key="k"), house.alert(**RESOLVED), house.alert(**RESOLVED))
    with pytest.raises(IntegrityError):
        add(store, house, house.alert(dedup_key="k"))


def test_only_one_episode_of_a_patient_is_open(store, house, now):
    stay = {"patient_id": house.patient_id, "opened_at": now, "last_procedure_at": now}
    add(store, house, EpisodeRow(clinic_id=house.clinic_id, **stay))
    with pytest.raises(IntegrityError):
        add(store, house, EpisodeRow(clinic_id=house.clinic_id, **stay))


def version(house, now, **changes):
    """A published version that is legal until changed."""
    people = {name: value for by in ("drafted", "submitted", "approved") for name, value in
              {f"{by}_at": now, f"{by}_by": "Ada" if by == "approved" else "Lee"}.items()}  # fmt: skip
    words = {"name": "smp", "version": "1", "digest": "d", "files": {}, "state": "published"}
    legal = {**people, **words, "approval": "second_person", "effective_from": now}
    return ProtocolRow(**({"clinic_id": house.clinic_id} | legal | changes))


def test_of_the_published_protocols_exactly_one_takes_effect_last(store, house, now):
    later = {"digest": "e", "effective_from": now + timedelta(days=1)}
    add(store, house, version(house, now, state="retired", retired_at=now), version(house, now))
    add(store, house, version(house, now, **later))
    with pytest.raises(IntegrityError):
        add(store, house, version(house, now, **(later | {"digest": "f"})))


def test_a_version_is_alive_once(store, house, now):
    add(store, house, version(house, now))
    with pytest.raises(IntegrityError):
        add(store, house, version(house, now, effective_from=now + timedelta(days=1)))


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": None, "approved_at": None, "approval": None, "effective_from": None},
        {"effective_from": None},
        {"approval": None},
        {"approved_by": "Lee"},
        {"submitted_by": None, "submitted_at": None},
        {"state": "draft"},
        {"state": "in_review"},
        {"state": "retired"},
        {"state": "lost"},
        {"effective_from": timedelta(hours=-1)},
        {"shadow_by": "Ada", "shadow_since": timedelta()},
        {"took_effect_at": timedelta(hours=-1)},
    ],
)
def test_no_version_stands_where_none_may(store, house, now, changes):
    changed = {name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    with pytest.raises(IntegrityError, match=r"(?i)check constraint"):
        add(store, house, version(house, now, **changed))


def test_only_one_candidate_is_the_shadow(store, house, now):
    missing = dict.fromkeys(("submitted_by", "submitted_at", "approved_by", "approved_at", "approval"))
    beside = {"state": "draft", **missing, "effective_from": None, "shadow_by": "Ada", "shadow_since": now}
    add(store, house, version(house, now, **beside))
    with pytest.raises(IntegrityError):
        add(store, house, version(house, now, **beside, digest="e"))


def test_only_an_intake_key_belongs_to_nobody(store, house, now):
    key = {"clinic_id": house.clinic_id, "prefix": "p", "created_at": now}
    add(store, house, KeyRow(**key, role="intake", token_hash="1"))
    with pytest.raises(IntegrityError, match=r"(?i)check constraint"):
        add(store, house, KeyRow(**key, role="admin", token_hash="2"))


def test_the_same_step_is_told_to_a_contact_once(store, house):
    alert = house.alert()
    told = {"alert_id": alert.id, "kind": "alert"}
    add(store, house, alert, house.notification(**told), house.notification(**told, step=1))
    with pytest.raises(IntegrityError):
        add(store, house, house.notification(**told))


@pytest.mark.parametrize("column", ["patient_id", "episode_id", "owner_id"])
def test_no_row_points_at_another_clinics_row(store, house, other_house, column):
    theirs = {"patient_id": "patient_id", "episode_id": "episode_id", "owner_id": "staff_id"}[column]
    taken = ACKED if column == "owner_id" else {}
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        add(store, house, house.alert(**taken | {column: getattr(other_house, theirs)}))


def test_no_row_belongs_to_a_clinic_that_is_not_there(store, house, now):
    stray = StaffRow(clinic_id=uuid.uuid4(), name="Eve", email="e@x.org", role="lead", created_at=now)
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        add(store, house, stray)


def test_a_write_from_a_stale_reading_is_refused(store, house, now):
    add(store, house, house.alert())
    with store.read() as session:
        stale = session.exec(select(AlertRow)).one()
    with store.write() as session:
        session.exec(select(AlertRow)).one().next_action_at = now + timedelta(hours=1)
        session.add(house.event())
    stale.told_count = 1
    with pytest.raises(StaleDataError):
        add(store, house, stale)
    with store.read() as session:
        assert session.exec(select(AlertRow.version)).one() == 2


def test_json_and_no_json_come_back_as_they_went_in(store, house, now):
    body = {"a": [1, None, {"ü": 0.5}]}
    answer = {"clinic_id": house.clinic_id, "actor": "key", "request_hash": "h", "status": 201, "created_at": now}
    text = '{"b": 1, "a": 2}'  # to the letter: PostgreSQL's JSON would sort the names
    add(store, house, IdempotencyRow(**answer, key="k", body=text), house.event(id=house.patient_id, after=body))
    with store.read() as session:
        assert session.exec(select(IdempotencyRow.body)).one() == text
        event = session.get(type(house.event()), (house.clinic_id, house.patient_id))
        assert (event.before, event.after) == (None, body)


def test_a_name_that_is_no_column_is_refused(house):
    with pytest.raises(TypeError, match="AlertRow has no sate"):
        house.alert(sate="acked")


def test_two_rows_share_no_default(house):
    one, other = (EpisodeRow(clinic_id=house.clinic_id) for _ in range(2))
    assert one.id != other.id


def test_a_notification_is_stored_as_pending(store, house):
    add(store, house, house.notification())
    with store.read() as session:
        assert session.exec(select(NotificationRow.state)).one() == "pending"
