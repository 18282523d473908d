"""No change is committed without an audit event beside it."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlmodel import select

from triage.records import AlertRow, AuditEventRow, HeartbeatRow, PatientRow, UnauditedChange


def patient(store, house):
    with store.read() as session:
        return session.get(PatientRow, (house.clinic_id, house.patient_id))


def test_a_new_row_without_an_event_is_refused_and_not_stored(store, house):
    with pytest.raises(UnauditedChange, match="AlertRow"), store.write() as session:
        session.add(house.alert())
    with store.read() as session:
        assert session.exec(select(AlertRow)).all() == []


def test_a_changed_row_without_an_event_is_refused_even_after_a_flush(store, house):
    def rename():
        with store.write() as session:
            session.get(PatientRow, (house.clinic_id, house.patient_id)).name = "Eve"
            session.flush()

    with pytest.raises(UnauditedChange, match="PatientRow"):
        rename()
    assert patient(store, house).name is None


def test_a_deleted_row_without_an_event_is_refused(store, house):
    with store.write() as session:
        session.add_all([house.alert(), house.event()])
    with pytest.raises(UnauditedChange, match="AlertRow"), store.write() as session:
        session.delete(session.exec(select(AlertRow)).one())


def test_a_change_with_its_event_is_stored(store, house):
    with store.write() as session:
        session.get(PatientRow, (house.clinic_id, house.patient_id)).name = "Eve"
        session.flush()
        session.add(house.event())
    assert patient(store, house).name == "Eve"


def test_setting_the_same_value_needs_no_event(store, house):
    with store.write() as session:
        session.get(PatientRow, (house.clinic_id, house.patient_id)).reference = "P-1"


def test_an_event_does_not_cover_the_next_transaction(store, house):
    with store.write() as session:
        session.add_all([house.alert(), house.event()])
    with pytest.raises(UnauditedChange), store.write() as session:
        session.add(house.alert())


def test_catching_the_refusal_stores_nothing(store, house):
    with store.write() as session:
        session.add(house.alert())
        with pytest.raises(UnauditedChange):
            session.commit()
        session.rollback()
    with store.read() as session:
        assert session.exec(select(AlertRow)).all() == []


def test_an_event_that_went_away_with_its_savepoint_covers_nothing(store, house):
    def change():
        with store.write() as session:
            session.add(house.alert())
            savepoint = session.begin_nested()
            session.add(house.event())
            session.flush()
            savepoint.rollback()

    with pytest.raises(UnauditedChange):
        change()


def test_an_event_in_a_savepoint_that_stands_covers_the_transaction(store, house):
    with store.write() as session:
        session.add(house.alert())
        with session.begin_nested():
            session.add(house.event())


def test_exempt_rows_need_no_event(store, house, now):
    with store.write() as session:
        session.add(HeartbeatRow(loop="tick", worker="w", at=now))
        session.add(house.notification())
    with store.write() as session:
        session.get(HeartbeatRow, ("tick", "w")).at = now + timedelta(seconds=1)


def test_sealing_an_event_needs_no_other_event(store, house):
    with store.write() as session:
        session.exec(select(AuditEventRow)).one().seq = 1


@pytest.mark.parametrize(
    "statement",
    [
        update(PatientRow).values(name="Eve"),
        delete(PatientRow),
        PatientRow.__table__.insert(),
        text("UPDATE patient SET name = 'Eve'"),
        text("WITH x AS (SELECT 1) DELETE FROM patient"),
    ],
    ids=["update", "delete", "insert", "text", "with"],
)
def test_a_bulk_statement_without_a_name_is_refused(store, house, statement):
    with pytest.raises(UnauditedChange, match="named function"), store.write() as session:
        session.execute(statement)
    assert patient(store, house).name is None


@pytest.mark.parametrize("name", ["bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"])
def test_the_old_bulk_methods_are_refused(store, name):
    with pytest.raises(UnauditedChange), store.write() as session:
        getattr(session, name)([])
