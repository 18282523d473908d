"""Over 500 hostile pictures: each is refused in words that say what to do, or made harmless; and the report stays."""

import io
import re
from collections import Counter

import pytest
from PIL import Image
from sqlmodel import select

from tests.houses import House
from tests.photos.made import CANARIES, Hostile, all_hostile
from tests.photos.sending import Reporter, reporter, send
from triage.pictures import MOST_BYTES, REASONS, Refused, easel
from triage.pictures.drawing import drawable_kind
from triage.records import AlertRow, CheckInRow, PhotoRow
from triage.words import languages, word, words_of

HOSTILE = all_hostile()
LARGEST_DRAWING = 1_500_000  # bytes
HARMLESS = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9}  # markers of a plain JPEG: nothing that carries words


def drawn_here(one: Hostile) -> easel.Drawing | str:
    """Draw in this process, which is faster; the pages below draw as the service does."""
    try:
        return easel.draw(one.data, drawable_kind(one.data))
    except Refused as refusal:
        return refusal.reason


def assert_harmless(data: bytes) -> None:
    marks = re.findall(rb"\xff([^\x00\xff\xd0-\xd7])", data)
    assert {mark[0] for mark in marks} <= HARMLESS
    assert data.endswith(b"\xff\xd9")
    assert data.count(b"\xff\xd9") == 1
    assert not [canary for canary in CANARIES if canary in data]
    assert len(data) <= LARGEST_DRAWING
    picture = Image.open(io.BytesIO(data), formats=["JPEG"])
    picture.load()
    assert max(picture.size) <= easel.LONGEST_SIDE
    assert not picture.getexif()
    assert not {"icc_profile", "comment", "exif", "xmp"} & picture.info.keys()


def test_each_is_refused_or_made_harmless() -> None:
    assert len(HOSTILE) >= 500
    tally: Counter[str] = Counter()
    for one in HOSTILE:
        result = drawn_here(one)
        if isinstance(result, str):
            assert one.must != "drawn", (one.about, result)
            assert result in REASONS
            tally[result] += 1
        else:
            assert one.must != "refused", one.about
            assert_harmless(result.data)
            tally["drawn"] += 1
    assert set(tally) == {*REASONS, "drawn"} - {"busy"}


def test_each_reason_has_words_in_every_language() -> None:
    for language in languages():
        for reason in (*REASONS, "no_room", "no_file", "no_consent", "no_report"):
            assert f"photo_{reason}" in words_of(language)
    assert "Most Compatible" in word("en", "photo_heic")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sent_by_the_page_each_is_answered_in_words_and_the_report_stays(house: House) -> None:
    """Two of each sort, as the service draws them: in a process of their own."""
    sorts: dict[str, list[Hostile]] = {}
    for one in HOSTILE:
        sorts.setdefault(one.about, []).append(one)
    chosen = [one for same in sorts.values() for one in same[:3][-2:]]
    assert len(chosen) >= 100
    for number, one in enumerate(chosen):
        if number % 6 == 0:  # nobody may send more with one report
            by = reporter(house)
            before = reports(house)
        assert_answered(house, by, one)
        assert reports(house) == before
    rows = house.look(lambda session: list(session.exec(select(PhotoRow))))
    assert len(rows) > 30
    assert all(house.wiring.shelf.size(row.digest) == row.size for row in rows)
    assert not list(house.wiring.shelf.folder.glob("??/.*"))
    assert house.look(lambda session: session.exec(select(AlertRow)).all()) == []


def reports(house: House) -> list[tuple[str, str]]:
    found = select(CheckInRow.id, CheckInRow.content).order_by(CheckInRow.id)
    return house.look(lambda session: [(str(key), str(content)) for key, content in session.exec(found)])


def assert_answered(house: House, by: Reporter, one: Hostile) -> None:
    page = send(house, by, one.data, name=one.name, mimetype=one.mimetype)
    text = page.get_data(as_text=True)
    result = drawn_here(one)
    if isinstance(result, str):
        said = word("en", f"photo_{result}").replace(">", "&gt;")
        assert page.status_code == (413 if result == "too_large" else 422), one.about
        assert f"<span>{said}</span>" in text, one.about
    else:
        assert page.status_code == 200, one.about
        assert word("en", "photo_kept") in text, one.about


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_photo_page_takes_large_bodies(house: House) -> None:
    by = reporter(house)
    large = b"\xff\xd8\xff" + bytes(2 * 1024 * 1024)
    assert send(house, by, large).status_code == 422
    assert house.client.post(f"/c/{by.patient.token}", data={"note": "x" * 1_100_000}).status_code == 413
    key = {"Authorization": f"Bearer {by.patient.token}"}
    check_in = house.client.post("/api/v1/check-ins", data=large, content_type="application/json", headers=key)
    assert check_in.status_code == 413
    huge = send(house, by, large + bytes(MOST_BYTES))
    assert huge.status_code == 413
    assert "at most 12 MB" in huge.get_data(as_text=True)
    assert send(house, by, large + bytes(MOST_BYTES), by_script=True).json["kept"] is False
