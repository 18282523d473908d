"""The migrations build exactly what the models say, and keep what older versions have stored."""

import uuid
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import select

from triage.records import EpisodeRow, ExpectationRow, ProtocolRow, Row, Store, ToReadRow, migrate

POSTGRES_SHAPE = """
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
SQLITE_SHAPE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"


@pytest.fixture
def empty_url(request, tmp_path, database_url):
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'an empty 100% house.db'}"
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.create("template0")
    yield url
    postgres.drop(url)


def read_shape(store):
    """Every column, constraint and index as the engine spells it, in no order."""
    with store.connect() as connection:
        found = connection.execute(text(SQLITE_SHAPE if store.is_sqlite else POSTGRES_SHAPE)).scalars()
        lines = {part for sql in found for line in sql.splitlines() for part in parts_of(line.strip().rstrip(","))}
    return {line for line in lines if "alembic_version" not in line and "version_num" not in line}


def parts_of(line):
    """SQLite writes a column that was added later behind another one, and a table built anew with its name quoted."""
    if line.startswith("CREATE TABLE"):
        return [line.replace('"', "")]
    return [line] if line.startswith(("CREATE", "CONSTRAINT")) else line.split(", ")


def test_autogenerate_finds_nothing_to_do(store):
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_checks_keys_and_partial_indexes_are_those_of_the_models(store, empty_url):
    with closing(Store(empty_url)) as built:
        with built.connect() as connection:
            Row.metadata.create_all(connection)
        assert read_shape(built) ^ read_shape(store) == set()


def test_an_empty_database_is_brought_to_the_head_and_stays_there(empty_url):
    assert migrate.current(empty_url) is None
    for _ in range(2):
        migrate.upgrade(empty_url)
        assert migrate.current(empty_url) == migrate.head()


def test_a_failed_migration_leaves_nothing_behind(empty_url):
    with closing(Store(empty_url)) as store:
        with store.connect() as connection:
            connection.execute(text("CREATE TABLE heartbeat (x INTEGER)"))  # in the way of the last table
        before = read_shape(store)
        with pytest.raises(Exception, match="already exists"):
            migrate.upgrade(empty_url)
        assert read_shape(store) == before


def insert(connection, table, **values):
    names = ", ".join(values)
    connection.execute(
        text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})"), values
    )


def test_protocols_and_episodes_of_before_the_lifecycle_are_carried_over(empty_url):
    """A retired version, the published one whose author published it, and an episode that both have judged."""
    config = migrate.read_config()
    clinic, patient, episode = (str(uuid.uuid4()) for _ in range(3))
    if empty_url.startswith("sqlite"):
        clinic, patient, episode = (value.replace("-", "") for value in (clinic, patient, episode))
    with closing(Store(empty_url)) as store:
        with store.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0005")
        with store.connect() as connection:
            fill_as_of_0005(connection, clinic, patient, episode)
        migrate.upgrade(empty_url)
        with store.read() as session:
            rows = list(session.exec(select(ProtocolRow).order_by(ProtocolRow.digest)))
            assert [(row.digest, row.state, row.approved_by) for row in rows] == [
                ("new", "published", "Lee"),
                ("old", "retired", "Ada"),
            ]
            assert [(row.drafted_by, row.effective_from == row.approved_at) for row in rows] == [("Lee", True)] * 2
            assert {row.approval for row in rows} == {"before_two_people"}
            assert rows[0].files == {"protocol.toml": "x"}
            assert session.exec(select(EpisodeRow)).one().protocol_digest == "new"


def test_expectations_of_before_the_ledger_are_carried_over(empty_url):
    """One that was answered, one asked for by mail and missed, one missed without an address, and one that waits."""
    config = migrate.read_config()
    with closing(Store(empty_url)) as store:
        with store.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0005")
        with store.connect() as connection:
            fill_as_of_0005(connection, *(uuid.uuid4().hex for _ in range(3)))
            fill_expectations(connection)
        migrate.upgrade(empty_url)
        with store.read() as session:
            rows = list(session.exec(select(ExpectationRow).order_by(ExpectationRow.due_at)))
            assert [row.state for row in rows] == ["answered", "missed", "missed", "waiting"]
            assert [row.unasked_why for row in rows] == [None, None, "no_contact", None]
            assert [row.sent_at and row.sent_at.day for row in rows] == [None, 3, None, None]
            assert rows[0].answered_at == rows[0].settled_at
            assert rows[0].answered_by is not None


def test_photos_of_before_the_desk_that_nobody_has_seen_wait_to_be_read(empty_url):
    """One that nobody has seen, one that was erased, and one that the clinic took."""
    config = migrate.read_config()
    with closing(Store(empty_url)) as store:
        with store.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0005")
        with store.connect() as connection:
            fill_as_of_0005(connection, *(uuid.uuid4().hex for _ in range(3)))
        with closing(Store(empty_url)) as other, other.rebuild() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0012")
        unseen = uuid.uuid4()
        with store.connect() as connection:
            fill_photos(connection, unseen)
        migrate.upgrade(empty_url)
        with store.read() as session:
            row = session.exec(select(ToReadRow)).one()
            assert (row.photo_id, row.kind, row.due_at, row.read_at) == (unseen, "photo", row.at, None)


def fill_photos(connection, unseen):
    """Write photos as the tables were until 0012."""
    clinic, patient, episode = connection.execute(text("SELECT clinic_id, patient_id, id FROM episode")).one()
    moment = "2026-03-02 10:00:00.000000" + ("" if connection.dialect.name == "sqlite" else "+00")
    own = {"clinic_id": clinic, "patient_id": patient, "episode_id": episode, "received_at": moment}
    drawn = {"pose": "top", "digest": "x", "size": 1, "width": 1, "height": 1}
    insert(connection, "photo", id=unseen.hex, source="patient", erased_at=None, **own, **drawn)
    insert(connection, "photo", id=uuid.uuid4().hex, source="patient", erased_at=moment, **own, **drawn)
    insert(connection, "photo", id=uuid.uuid4().hex, source="staff", erased_at=None, **own, **drawn)


def fill_expectations(connection):
    """Write expectations of each kind, as the tables were until 0007."""
    first = text("SELECT clinic_id, patient_id, episode_id, id FROM check_in ORDER BY at LIMIT 1")
    clinic, patient, episode, check_in = connection.execute(first).one()
    day = "2026-03-0{} 10:00:00.000000" + ("" if connection.dialect.name == "sqlite" else "+00")
    own = {"clinic_id": clinic, "patient_id": patient}
    keys = [uuid.uuid4().hex for _ in range(4)]
    for number, (state, key) in enumerate(zip(("met", "missed", "missed", "waiting"), keys, strict=True), start=2):
        due, settled = day.format(number), None if state == "waiting" else day.format(number + 1)
        times = {"due_at": due, "alert_at": day.format(number + 1), "settled_at": settled}
        answer = {"met_by": check_in if state == "met" else None, "asked_at": due if state == "missed" else None}
        insert(connection, "expectation", **own, id=key, episode_id=episode, state=state, **times, **answer)
    sent = {"kind": "check_in_request", "channel": "email", "contact": "x", "state": "sent", "sent_at": day.format(3)}
    counted = dict.fromkeys(("epoch", "cycle", "step", "priority", "attempts"), 0)
    made = {"not_before": day.format(3), "created_at": day.format(3), "expectation_id": keys[1]}
    insert(connection, "notification", **own, id=uuid.uuid4().hex, **sent, **counted, **made)


def fill_as_of_0005(connection, clinic, patient, episode):
    ids = iter(uuid.uuid4().hex for _ in range(20))
    day = "2026-03-0{} 10:00:00.000000" + ("" if connection.dialect.name == "sqlite" else "+00")
    own = {"clinic_id": clinic}
    insert(connection, "clinic", id=clinic, name="N", time_zone="UTC", opening_hours="{}", created_at=day.format(1))
    told = {**own, "name": "smp", "version": "1", "files": '{"protocol.toml": "x"}', "author": "Lee"}
    published = {"published_at": day.format(1), "published_by": "Ada", "retired_at": day.format(3)}
    insert(connection, "protocol", id=next(ids), digest="old", **told, **published)
    published = {"published_at": day.format(3), "published_by": "Lee"}
    insert(connection, "protocol", id=next(ids), digest="new", **told, **published)
    person = {"reference": "P", "language": "en", "risk_factors": "[]", "created_at": day.format(1)}
    insert(connection, "patient", **own, id=patient, **person)
    stay = {"opened_at": day.format(1), "last_procedure_at": day.format(1)}
    insert(connection, "episode", **own, id=episode, patient_id=patient, **stay)
    for number, digest in ((2, "old"), (4, "new"), (5, "")):
        check_in, at, empty = next(ids), day.format(number), {"review": "[]"}
        report = {"at": at, "received_at": at, "source": "patient", "content": "{}", "problems": "[]", **empty}
        insert(connection, "check_in", **own, id=check_in, patient_id=patient, episode_id=episode, **report)
        judged = {"urgency": 0, "findings": "[]", "advice": "[]", "judged_at": at, "protocol_digest": digest, **empty}
        insert(connection, "assessment", **own, id=next(ids), check_in_id=check_in, episode_id=episode, **judged)
