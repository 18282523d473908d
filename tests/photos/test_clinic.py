"""What the clinic does with photos: listed in the order they came, seen by a POST, erased, kept in the backup."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import OPTIONS, SECRET, House
from tests.photos.made import save, scene
from tests.photos.sending import BOUNDARY, Reporter, multipart, reporter, send
from triage import clock, faults
from triage.actions.checks import check_pictures, check_rows
from triage.actions.photos import erase_photo
from triage.actions.tokens import fingerprint_of
from triage.actions.turn import Turn
from triage.pictures import NoRoom, Shelf
from triage.records import AuditEventRow, PhotoRow, Session, Store, backup
from triage.records.backup import NoBackup
from triage.web.visit import patient_behind

TAKEN_AT = "2026-03-02T10:00:00+00:00"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def shoot(house: House, by: Reporter, size: int = 40) -> dict[str, Any]:
    """Send a photo as the patient and return it as the clinic sees it."""
    assert send(house, by, save(scene(size, 30), "PNG")).status_code == 200
    return dict(call(house, "GET", f"/patients/{by.patient.id}/photos").json["items"][-1])


def call(house: House, method: str, path: str, role: str = "practitioner") -> Any:
    return house.call(method, path, key=house.keys[role])


def photo_rows(house: House) -> list[PhotoRow]:
    return house.look(lambda session: list(session.exec(select(PhotoRow).order_by(PhotoRow.id))))


def violations(house: House) -> list[str]:
    found = house.look(partial(check_rows, now=house.now, terms=house.wiring.terms))
    return found + house.look(lambda session: list(check_pictures(session, house.wiring.shelf, house.now)))


def test_photos_wait_in_a_lane_of_their_own_until_somebody_says_seen(house: House) -> None:
    ana, bo = reporter(house), reporter(house)
    first, second = shoot(house, ana), shoot(house, bo, 50)
    waiting = call(house, "GET", "/photos?state=unseen").json
    assert [item["id"] for item in waiting["items"]] == [first["id"], second["id"]]
    assert {name: first[name] for name in ("pose", "check_in_id", "width", "height", "seen_at")} == {
        "pose": "top", "check_in_id": ana.report, "width": 40, "height": 30, "seen_at": None,
    }  # fmt: skip
    assert "digest" not in first

    picture = call(house, "GET", f"/photos/{first['id']}")
    assert (picture.status_code, picture.mimetype, len(picture.data)) == (200, "image/jpeg", first["size"])
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert len(call(house, "GET", "/photos?state=unseen").json["items"]) == 2

    seen = call(house, "POST", f"/photos/{first['id']}/seen").json
    assert seen["seen_by"] == str(photo_rows(house)[0].seen_by)
    house.later(hours=1)
    assert call(house, "POST", f"/photos/{first['id']}/seen", "admin").json == seen
    assert [item["id"] for item in call(house, "GET", "/photos?state=unseen").json["items"]] == [second["id"]]
    assert len(call(house, "GET", "/photos").json["items"]) == 2
    page = call(house, "GET", "/photos?limit=1").json
    assert call(house, "GET", f"/photos?limit=1&cursor={page['next']}").json["items"][0]["id"] == second["id"]
    house.tick()
    assert violations(house) == []


@SQLITE
def test_only_practitioners_and_leads_of_the_clinic_see_them(house: House, subtests: pytest.Subtests) -> None:
    by = reporter(house)
    photo = shoot(house, by)["id"]
    other = house.open({**OPTIONS, "name": "South Clinic"})["keys"]
    calls = [
        ("GET", "/photos", {"practitioner", "admin"}),
        ("GET", f"/patients/{by.patient.id}/photos", {"practitioner", "admin"}),
        ("GET", f"/photos/{photo}", {"practitioner", "admin"}),
        ("POST", f"/photos/{photo}/seen", {"practitioner", "admin"}),
        ("POST", f"/photos/{photo}/erase", {"admin"}),
    ]
    for method, path, allowed in calls:
        with subtests.test(path=path):
            assert house.call(method, path).status_code == 401
            assert house.call(method, path, key=by.patient.token).status_code == 403
            elsewhere = house.call(method, path, key=other["admin"])
            assert elsewhere.status_code == 404 or elsewhere.json["items"] == []
            for role in house.keys:
                assert call(house, method, path, role).status_code == (200 if role in allowed else 403)
    assert call(house, "GET", f"/photos/{photo}").status_code == 404
    assert call(house, "GET", "/photos/7").status_code == 404
    assert call(house, "GET", "/photos?state=lost").status_code == 422


@SQLITE
def test_an_erased_photo_is_gone_and_its_row_stays(house: House) -> None:
    by = reporter(house)
    photo = shoot(house, by)
    digest = photo_rows(house)[0].digest
    for _ in range(2):
        assert call(house, "POST", f"/photos/{photo['id']}/erase", "admin").json["erased_at"] is not None
    assert house.wiring.shelf.read(digest) is None
    (row,) = photo_rows(house)
    assert row.erased_at == house.now
    for path in ("/photos", "/photos?state=unseen", f"/patients/{by.patient.id}/photos"):
        assert call(house, "GET", path).json["items"] == []
    assert call(house, "POST", f"/photos/{photo['id']}/seen").status_code == 404
    did = house.look(lambda session: list(session.exec(select(AuditEventRow.did))))
    assert [did.count(word) for word in ("photo_added", "photo_seen", "photo_erased")] == [1, 0, 1]
    assert violations(house) == []
    assert shoot(house, by)["id"] != photo["id"]
    assert house.wiring.shelf.read(digest) is not None


@SQLITE
def test_a_picture_that_another_photo_needs_stays(house: House) -> None:
    ana, bo = reporter(house), reporter(house)
    first, second = shoot(house, ana), shoot(house, bo)
    digest = photo_rows(house)[0].digest
    call(house, "POST", f"/photos/{first['id']}/erase", "admin")
    assert house.wiring.shelf.read(digest) is not None
    call(house, "POST", f"/photos/{second['id']}/erase", "admin")
    assert house.wiring.shelf.read(digest) is None


@SQLITE
def test_patients_may_erase_their_own_only(house: House) -> None:
    ana, bo = reporter(house), reporter(house)
    photo = shoot(house, ana)

    def erase(session: Session, token: str) -> PhotoRow:
        turn = Turn(patient_behind(session, token), house.now, house.wiring.terms)
        return erase_photo(session, photo_rows(house)[0].id, turn)

    with pytest.raises(Exception, match="no such thing"):
        house.do(partial(erase, token=bo.patient.token))
    assert str(house.do(partial(erase, token=ana.patient.token)).id) == photo["id"]


@SQLITE
def test_the_check_names_a_photo_without_its_file_and_a_file_without_its_photo(house: House) -> None:
    by = reporter(house)
    shoot(house, by)
    assert violations(house) == []
    shelf, (row,) = house.wiring.shelf, photo_rows(house)
    shelf.path(row.digest).write_bytes(b"torn")
    assert violations(house) == [f"photo {row.id}: its file {row.digest[:12]} has 4 bytes instead of {row.size}"]
    shelf.path(row.digest).unlink()
    lost = shelf.put(b"an upload that a crash cut short")
    old = (house.now - timedelta(days=2)).timestamp()
    os.utime(shelf.path(lost), (old, old))
    missing, left = violations(house)
    assert missing == f"photo {row.id}: its file {row.digest[:12]} is not in {shelf.folder}"
    assert left.startswith(f"the file {lost[:12]} in {shelf.folder} belongs to no photo")

    for _ in range(2):
        house.run(clock.upkeep)
    assert shelf.read(lost) is None
    assert len(violations(house)) == 1


@SQLITE
def test_a_crash_leaves_at_worst_a_file_that_goes_after_a_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    by, picture = reporter(house), save(scene(40, 30), "PNG")
    with monkeypatch.context() as broken:
        broken.setattr("triage.wiring.faults.at", faults.arm("before_commit:raise:2"))  # the first one only asks
        with pytest.raises(faults.SimulatedCrash):
            send(house, by, picture)
    (file,) = house.wiring.shelf.folder.glob("??/*.jpg")
    assert photo_rows(house) == []

    photo = shoot(house, by)
    with monkeypatch.context() as broken:
        broken.setattr("triage.wiring.faults.at", faults.arm("committed:raise"))
        with pytest.raises(faults.SimulatedCrash):
            call(house, "POST", f"/photos/{photo['id']}/erase", "admin")
    assert photo_rows(house)[0].erased_at is not None
    assert file.exists()
    os.utime(file, (0, 0))
    house.run(clock.upkeep)
    assert not file.exists()


def test_the_same_photo_sent_by_several_at_once_is_one(house: House) -> None:
    by, picture, answers = reporter(house), save(scene(40, 30), "PNG"), []
    body = multipart({"pose": "top", "report": by.report}, picture, "a.png", "image/png")

    def post() -> None:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        answers.append(house.app.test_client().post(by.page, data=body, content_type=kind).status_code)

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert len(photo_rows(house)) == 1
    assert violations(house) == []


def test_a_backup_holds_the_photos_and_brings_them_back(house: House, fresh: Store, tmp_path: Path) -> None:
    by = reporter(house)
    for size in (40, 50, 60):
        shoot(house, by, size)
    erased, lost, kept = photo_rows(house)
    call(house, "POST", f"/photos/{erased.id}/erase", "admin")
    house.wiring.shelf.path(lost.digest).unlink()
    file, new = tmp_path / "all.backup", Shelf(tmp_path / "new")
    note = write(house, file)
    assert (note.pictures, note.pictures_missing) == (1, 1)
    restored, _ = backup.restore_backup(file, fresh, secret_fingerprint=None, keep_picture=new.put)
    with fresh.read() as session:
        assert {row.id for row in session.exec(select(PhotoRow))} == {erased.id, lost.id, kept.id}
        assert list(check_pictures(session, new, house.now)) == [
            f"photo {lost.id}: its file {lost.digest[:12]} is not in {new.folder}"
        ]
    assert restored == note
    assert new.read(kept.digest) == house.wiring.shelf.read(kept.digest)


@SQLITE
def test_a_photo_erased_while_the_backup_is_written_is_missing_in_it_and_nothing_else(house, tmp_path) -> None:
    by = reporter(house)
    shoot(house, by)
    shoot(house, by, 50)
    first = photo_rows(house)[0]

    def read(digest: str) -> bytes | None:
        if digest == first.digest:
            call(house, "POST", f"/photos/{first.id}/erase", "admin")
        return house.wiring.shelf.read(digest)

    note = write(house, tmp_path / "all.backup", read)
    assert (note.pictures, note.pictures_missing, note.rows["photo"]) == (1, 1, 2)


@SQLITE
def test_a_broken_picture_or_a_full_disk_ends_a_restore_before_any_row(
    house: House, fresh: Store, tmp_path: Path
) -> None:
    shoot(house, reporter(house))
    file = tmp_path / "all.backup"
    write(house, file)
    (tmp_path / "file").write_text("")
    full = Shelf(tmp_path / "file" / "photos")
    with pytest.raises(NoRoom):
        backup.restore_backup(file, fresh, secret_fingerprint=None, keep_picture=full.put)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE backup_picture SET image = x'00'")
        connection.commit()
    with pytest.raises(NoBackup, match=r"picture \w+ in the backup is broken"):
        backup.restore_backup(file, fresh, secret_fingerprint=None, keep_picture=Shelf(tmp_path / "new").put)
    with fresh.read() as session:
        assert session.exec(select(PhotoRow)).all() == []


def write(house: House, file: Path, read: Any = None) -> backup.Note:
    return backup.write_backup(
        house.wiring.store,
        file,
        taken_at=TAKEN_AT,
        secret_fingerprint=fingerprint_of(SECRET),
        read_picture=read or house.wiring.shelf.read,
    )


@pytest.fixture
def fresh(migrated_file: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty database of this version."""
    with closing(Store(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'fresh.sqlite3')}")) as opened:
        yield opened
