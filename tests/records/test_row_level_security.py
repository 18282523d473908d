"""PostgreSQL hides and refuses another clinic's rows by itself, from whoever is no superuser."""

from contextlib import closing

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import select

from triage.records import PatientRow, Row, Store, backup, migrate


@pytest.fixture
def database_url(postgres_url):
    return postgres_url


@pytest.fixture
def clerk(store, house, other_house, postgres_url):
    """A store of a role that owns nothing."""
    with store.connect() as connection:
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk"))
    url = make_url(postgres_url).set(username="clerk").render_as_string()
    with closing(Store(url)) as opened:
        yield opened


def clinics(session):
    return {row.clinic_id for row in session.exec(select(PatientRow))}


def test_a_transaction_of_a_clinic_sees_its_rows_only(clerk, house, other_house):
    with clerk.read(house.clinic_id) as session:
        assert clinics(session) == {house.clinic_id}
        assert session.get(PatientRow, (other_house.clinic_id, other_house.patient_id)) is None


def test_a_transaction_of_no_clinic_sees_every_row(clerk, house, other_house):
    with clerk.read() as session:
        assert clinics(session) == {house.clinic_id, other_house.clinic_id}


def test_the_clinic_is_forgotten_with_the_transaction(clerk, house, other_house):
    with clerk.write(house.clinic_id) as session:
        assert clinics(session) == {house.clinic_id}
    with clerk.write() as session:
        assert clinics(session) == {house.clinic_id, other_house.clinic_id}


def test_a_connection_that_names_no_clinic_sees_nothing(clerk):
    with clerk._writer.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM patient")).scalar() == 0


def test_a_row_of_another_clinic_is_not_taken(clerk, house, other_house):
    with pytest.raises(ProgrammingError, match="row-level security"), clerk.write(house.clinic_id) as session:
        session.add(other_house.event())


def test_keys_are_still_checked_at_commit(clerk, house, other_house):
    with clerk.write(house.clinic_id) as session:
        session.add_all([house.alert(episode_id=house.episode_id), house.event()])
    with pytest.raises(IntegrityError, match="foreign key"), clerk.write(house.clinic_id) as session:
        session.add_all([house.alert(episode_id=other_house.episode_id), house.event()])


def test_every_table_of_a_clinic_is_guarded(store):
    owned = {name for name, table in Row.metadata.tables.items() if "clinic_id" in table.columns}
    guarded = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    with store.connect() as connection:
        assert set(connection.execute(guarded).scalars()) == owned


def test_the_owner_of_the_tables_is_guarded_too_and_a_backup_has_every_clinic(postgres, house, other_house, tmp_path):
    created = postgres.create("template0", owner="clerk")
    url = make_url(created).set(username="clerk").render_as_string()
    migrate.upgrade(url)
    with closing(Store(url)) as store:
        for one in (house, other_house):
            with store.write(one.clinic_id) as session:
                session.add_all(one.rows())
        with store.read(house.clinic_id) as session:
            assert clinics(session) == {house.clinic_id}
        note = backup.write_backup(store, tmp_path / "all", taken_at="now", secret_fingerprint="x")
        assert (note.rows["clinic"], note.rows["patient"]) == (2, 2)
    postgres.drop(created)
