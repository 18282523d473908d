"""A backup made while reports come in is restored into the other engine: nothing is lost, messages go out again."""

import fcntl
import json
import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlmodel import select

from tests.houses import SECRET, House, MovableWiring
from triage import clock
from triage.actions.checks import check_rows
from triage.actions.outbox import claim_next
from triage.actions.tokens import fingerprint_of
from triage.actions.turn import ClockTurn
from triage.cli import main
from triage.records import AuditEventRow, CheckInRow, NotificationRow, Store, backup, lookups, migrate
from triage.records.backup import NoBackup

DANGER = {"signs": ["spreading_redness"]}
TAKEN_AT = "2026-03-02T10:00:00+00:00"


@pytest.fixture
def other_url(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> str:
    """An empty, migrated database of the engine that the house does not run on."""
    if store.is_sqlite:
        return str(request.getfixturevalue("postgres_url"))
    migrate.upgrade(url := f"sqlite:///{tmp_path / 'other.sqlite3'}")
    return url


@pytest.fixture
def other(other_url: str) -> Iterator[Store]:
    with closing(Store(other_url)) as opened:
        yield opened


def write(house: House, file: Path) -> backup.Note:
    return backup.write_backup(house.wiring.store, file, taken_at=TAKEN_AT, secret_fingerprint=fingerprint_of(SECRET))


def move(house: House, store: Store) -> None:
    """Let the house live on in another database."""
    wiring = MovableWiring(house.wiring.settings, store, house.wiring.terms, house.wiring.channels)
    wiring.moment = house.now
    house.wiring = wiring


def run(*command: str, folder: Path) -> Result:
    clean = {name: None for name in os.environ if name.startswith("TRIAGE_")}
    return CliRunner().invoke(main, command, env={**clean, "TRIAGE_DATA_DIR": str(folder)})


def ids(store: Store) -> set[str]:
    with store.read() as session:
        return {str(found) for found in session.exec(select(CheckInRow.id))}


def test_a_backup_made_while_reports_come_in_lives_on_in_the_other_engine(house, other, tmp_path) -> None:
    patients = [house.patient() for _ in range(3)]
    house.report(patients[0], **DANGER)
    turn = ClockTurn("deliver", house.now, house.wiring.terms)
    lease = timedelta(seconds=40)
    assert house.do(partial(claim_next, worker="killed", clock=turn, lease=lease)) is not None
    known, stop, begun = ids(house.wiring.store), threading.Event(), threading.Event()

    def report() -> None:
        client = house.app.test_client()
        headers = {"Authorization": f"Bearer {patients[1].token}"}
        while not stop.is_set():
            body = {"at": house.now.isoformat(), "symptoms": {"redness": 0}}
            assert client.post("/api/v1/check-ins", json=body, headers=headers).status_code == 201
            begun.set()

    threads = [threading.Thread(target=report) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    file = tmp_path / "backup.sqlite3"
    for end in (".part", ".part-wal", ".part-journal"):
        file.with_name(f"backup.sqlite3{end}").write_text("of a backup that was killed")
    note = write(house, file)
    stop.set()
    for thread in threads:
        thread.join()

    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(tmp_path.glob("backup.sqlite3*")) == [file]
    restored, again = backup.restore_backup(file, other, secret_fingerprint=fingerprint_of(SECRET))
    assert restored == note
    assert again == 1
    assert known < ids(other) <= ids(house.wiring.store)
    assert len(ids(other)) == note.rows["check_in"]
    move(house, other)
    assert not house.mails()
    for loop in (clock.deliver, clock.seal):
        house.run(loop)
    assert len(house.mails("pat@north.example")) == 1
    assert house.look(partial(check_rows, now=house.now, terms=house.wiring.terms)) == []
    assert house.look(lambda session: {row.state for row in session.exec(select(NotificationRow))}) == {"sent"}


def test_a_timer_that_ran_out_since_fires_once(house: House, other: Store, tmp_path: Path) -> None:
    house.report(house.patient(), **DANGER)
    house.tick()
    write(house, tmp_path / "backup.sqlite3")
    backup.restore_backup(tmp_path / "backup.sqlite3", other, secret_fingerprint=None)
    move(house, other)
    house.later(hours=2)
    for _ in range(3):
        house.run(clock.escalate)
        house.run(clock.deliver)
    escalated = select(AuditEventRow.id).where(AuditEventRow.did == "alert_escalated")
    assert len(house.look(lambda session: session.exec(escalated).all())) == 1
    assert len(house.mails("pat@north.example")) == 1
    assert len(house.mails("lead@north.example")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_of_an_older_version_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    config, file = migrate.read_config(), tmp_path / "older.backup"
    with closing(Store(f"sqlite:///{file}")) as older, older.rebuild() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        names = "id, name, time_zone, opening_hours, created_at"
        connection.exec_driver_sql(
            f"INSERT INTO clinic ({names}) VALUES ('{'0' * 31}1', 'Old', 'UTC', '{{}}', '2026-03-02 10:00:00.000000')"
        )
        note = backup.Note(TAKEN_AT, "sqlite", "0006", "x", {"clinic": 1})
        connection.exec_driver_sql("CREATE TABLE backup_note (note TEXT)")
        connection.exec_driver_sql("INSERT INTO backup_note VALUES (?)", (json.dumps(note._asdict()),))
    before = file.read_bytes()

    assert backup.restore_backup(file, store, secret_fingerprint="x") == (note, 0)

    with store.read() as session:
        assert [clinic.name for clinic in lookups.clinics(session)] == ["Old"]
    assert file.read_bytes() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_leaves_no_half_backup(house: House, tmp_path: Path) -> None:
    gone = tmp_path / "no such folder" / "backup.sqlite3"
    with pytest.raises(NoBackup, match="was not written"):
        write(house, gone)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit[1]))  # stands in for the full disk
    try:
        with pytest.raises(NoBackup, match="was not written"):
            write(house, tmp_path / "backup.sqlite3")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list(tmp_path.glob("backup*")) == []


def test_a_backup_never_overwrites_and_a_full_database_is_not_restored_into(house, other, tmp_path) -> None:
    file = tmp_path / "backup.sqlite3"
    write(house, file)
    before = file.read_bytes()
    with pytest.raises(NoBackup, match="never overwrites"):
        write(house, file)
    assert file.read_bytes() == before
    with pytest.raises(NoBackup, match="not empty"):
        backup.restore_backup(file, house.wiring.store, secret_fingerprint=None)
    with pytest.raises(NoBackup, match="secret is not the one"):
        backup.restore_backup(file, other, secret_fingerprint="another")
    assert ids(other) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_two_backups_to_one_file_the_second_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup.sqlite3"
    with (tmp_path / "backup.sqlite3.part").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NoBackup, match="another backup is writing"):
            backup.write_backup(store, file, taken_at=TAKEN_AT, secret_fingerprint="x")
    assert not file.exists()
    backup.write_backup(store, file, taken_at=TAKEN_AT, secret_fingerprint="x")
    assert sorted(tmp_path.glob("backup*")) == [file]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_backup_or_a_broken_one_is_refused_and_changes_nothing(store, tmp_path) -> None:
    empty = tmp_path / "empty.sqlite3"
    empty.write_bytes(b"")
    file, newer = tmp_path / "backup.sqlite3", tmp_path / "newer.sqlite3"
    backup.write_backup(store, file, taken_at=TAKEN_AT, secret_fingerprint="x")
    newer.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    torn = tmp_path / "torn.sqlite3"
    whole = file.read_bytes()
    torn.write_bytes(whole[: len(whole) // 2])
    for wrong, why in ((empty, "no backup"), (newer, "newer version"), (torn, "broken|no backup")):
        with pytest.raises(NoBackup, match=why):
            backup.restore_backup(wrong, store, secret_fingerprint=None)
    with store.read() as session:
        assert lookups.clinics(session) == []


def test_the_commands_copy_restore_verify_and_export(tmp_path: Path) -> None:
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "clinic.backup"
    run("db", "upgrade", folder=old)
    run("clinic", "create", "--name", "North", folder=old)
    assert "checked" in run("backup", str(file), folder=old).stdout

    refused = run("restore", str(file), folder=new)
    assert refused.exit_code == 1
    assert "secret" in refused.stderr
    (new / "secret-key").write_bytes((old / "secret-key").read_bytes())
    assert run("restore", str(file), folder=new).exit_code == 0

    verified = run("audit", "verify", folder=new)
    assert (verified.exit_code, verified.stdout.splitlines()[-1]) == (0, "0 faults")
    lines = [json.loads(line) for line in run("audit", "export", folder=new).stdout.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["did"] == "database_restored"
    with closing(sqlite3.connect(new / "triage.sqlite3")) as connection:
        connection.execute("UPDATE audit_event SET did = 'nothing' WHERE seq = 1")
        connection.commit()
    tampered = run("audit", "verify", folder=new)
    assert tampered.exit_code == 1
    assert "was changed after it was sealed" in tampered.stderr
