"""Where the patient is now: asked once, changeable, and the emergency number follows on every screen."""

import re

import pytest

from triage.records import AuditEventRow, PatientRow
from triage.words import words_of
from triage.words.countries import countries, zones_in
from triage.words.emergency import ANYWHERE, countries_known, numbers_in

from .conftest import Build, House


def numbers_on(house: House, path: str) -> list[str]:
    """Return the numbers to tap on a page, without the clinic's."""
    text = house.client.get(path).get_data(as_text=True)
    return list(dict.fromkeys(re.findall(r'href="tel:(\d+)"', text)))


def staying(house: House) -> str | None:
    (row,) = house.rows(PatientRow)
    return row.staying_in


def test_number_of_the_record_counts_until_the_patient_says_where_they_are(build: Build) -> None:
    house = build(country="GB")
    assert numbers_on(house, house.page) == ["999", "112"]
    assert house.client.post(f"{house.page}/place", data={"country": "ES"}).status_code == 200
    assert staying(house) == "ES"
    assert numbers_on(house, house.page) == ["112"]
    text = house.send(sign="breathing_trouble").get_data(as_text=True)
    assert 'href="tel:112"' in text
    assert 'href="tel:999"' not in text


def test_unknown_country_gets_the_three_numbers_that_most_networks_know(house: House) -> None:
    assert numbers_on(house, house.page) == list(ANYWHERE) == ["112", "911", "999"]
    assert "We do not know where you are." in house.client.get(house.page).get_data(as_text=True)


def test_looking_at_the_list_changes_nothing_and_saying_it_is_in_the_log(house: House) -> None:
    before = house.counts()
    page = house.client.get(f"{house.page}/place")
    assert page.status_code == 200
    assert house.counts() == before
    for country in ("ES", "ES", "PT"):
        house.client.post(f"{house.page}/place", data={"country": country})
    said = [(row.before, row.after) for row in house.rows(AuditEventRow) if row.did == "place_noted"]
    assert said == [({"staying_in": None}, {"staying_in": "ES"}), ({"staying_in": "ES"}, {"staying_in": "PT"})]


@pytest.mark.parametrize("country", ["", "XX", "es", "EU", "Spain", "ES "])
def test_a_word_that_names_no_country_changes_nothing(house: House, country: str) -> None:
    assert house.client.post(f"{house.page}/place", data={"country": country}).status_code == 422
    assert staying(house) is None


def test_an_answer_on_the_form_leads_back_to_the_form(build: Build) -> None:
    house = build(country="DE")
    assert "Are you in this country now: Germany?" in house.client.get(house.page).get_data(as_text=True)
    answer = house.client.post(f"{house.page}/place", data={"country": "DE", "then": "form"})
    assert (answer.status_code, answer.headers["Location"]) == (303, house.page)
    again = house.client.get(house.page).get_data(as_text=True)
    assert "Are you in this country now: Germany?" not in again
    assert "Somewhere else than Germany? Change the emergency number" in again


@pytest.mark.parametrize("how", ["get", "post"])
def test_an_unknown_link_is_gone(house: House, how: str) -> None:
    assert getattr(house.client, how)("/c/unknown/place", data={"country": "ES"}).status_code == 404


def test_countries_are_named_and_sorted_in_the_patients_language(build: Build) -> None:
    house = build(language="es", country="ES")
    text = house.client.get(f"{house.page}/place").get_data(as_text=True)
    assert '<option value="ES" selected data-zones="Africa/Ceuta Atlantic/Canary Europe/Madrid">España</option>' in text
    named = list(countries("es").values())
    assert named.index("Afganistán") < named.index("Åland" if "Åland" in named else "Albania") < named.index("Zimbabue")
    assert countries("ar")["DE"] == "ألمانيا"
    assert countries("xx") == countries("en")


def test_zones_of_a_country_have_the_names_that_phones_still_use() -> None:
    assert {"Asia/Kolkata", "Asia/Calcutta"} <= set(zones_in("IN").split())
    assert zones_in("") == ""


def test_every_number_is_dialled_and_stands_for_a_country_that_exists() -> None:
    known = countries_known()
    assert len(known) > 120
    assert set(known) <= countries("en").keys()
    assert all(number.isascii() and number.isdigit() and len(number) <= 5 for c in known for number in numbers_in(c))


@pytest.mark.parametrize(
    ("country", "number"),
    [("US", "911"), ("GB", "999"), ("AU", "000"), ("NZ", "111"), ("TR", "112"), ("AE", "998"), ("EG", "123"),
     ("BR", "192"), ("JP", "119"), ("de", "112")],
)  # fmt: skip
def test_first_number_is_the_one_for_an_ambulance(country: str, number: str) -> None:
    assert numbers_in(country)[0] == number


def test_the_words_of_the_card_are_whole_in_every_language() -> None:
    own = [name for name in words_of("en") if name.startswith(("card_", "place_", "phone_"))]
    assert len(own) > 35
    for language in ("es", "ar"):
        words = words_of(language)
        for name in own:
            assert re.findall(r"\{\w+\}", words[name]) == re.findall(r"\{\w+\}", words_of("en")[name]), (language, name)


def test_what_the_phone_says_calls_nothing_usual() -> None:
    """A phone knows no history, and a note that was not sent is read by nobody."""
    said = " ".join(text for name, text in words_of("en").items() if name.startswith("phone_")).lower()
    assert not re.search(r"\b(usual|fine|normal|well\.|nothing to worry|has been told)\b", said)
