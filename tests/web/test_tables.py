"""The tables that a phone fetches: by their digest, for ever, and only what a clinic has given out."""

from tests.versions import STRICTER, changed
from triage.actions.lifecycle import draft
from triage.actions.protocols import digest_of
from triage.rules import compile_protocol, read_protocol
from triage.rules.device import phone_tables

from .conftest import FILES, House


def address(files: dict[str, str]) -> str:
    return f"/t/{digest_of(files)}.json"


def test_tables_of_a_published_version_may_be_kept_for_ever(house: House) -> None:
    before = house.counts()
    answer = house.client.get(address(FILES))
    assert answer.json == phone_tables(compile_protocol(read_protocol(FILES)))
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert house.counts() == before


def test_tables_say_nothing_of_a_patient_or_a_clinic(house: House) -> None:
    text = house.client.get(address(FILES)).get_data(as_text=True)
    found = [word for word in ("Sam", "Secret", "P-1", "North", str(house.clinic.id), house.token) if word in text]
    assert found == []


def test_drafts_and_what_nobody_has_are_not_found(house: House) -> None:
    files = changed("98", STRICTER)
    house.wiring.do(lambda session: draft(session, files, house.turn))
    for path in (address(files), f"/t/{'0' * 64}.json", "/t/x.json", f"/t/{digest_of(FILES).upper()}.json"):
        answer = house.client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), path


def test_form_names_the_tables_that_judge_it(house: House) -> None:
    text = house.client.get(house.page).get_data(as_text=True)
    assert f'data-tables="{address(FILES)}"' in text
