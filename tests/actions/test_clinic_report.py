"""The monthly report: made once, on the first morning, as a document that machines read out, and mailed to the lead."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from sqlmodel import select

from tests.charts.samples import CURVES
from tests.houses import House, open_house
from tests.web.audit.conftest import counting
from triage import clock, reporting
from triage.actions.clinic_report import Made, Month, due_reports, keep_report, month_before
from triage.actions.report_pages import compose_report
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Figure, Question
from triage.records import AuditEventRow, ClinicReportRow, ClinicRow, NotificationRow, Store

FIRST_MORNING = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """One engine is enough: no bulk statement, and the one unique index is plain."""
    monkeypatch.setitem(FIGURES, "answered", counting("answered", "Were alerts answered in time?", CURVES))
    monkeypatch.setitem(FIGURES, "missed", counting("missed", "What was missed?"))
    with closing(Store(sqlite_url)) as store, open_house(store, tmp_path, datetime(2026, 3, 20, 9, tzinfo=UTC)) as one:
        patient = one.patient()
        one.report(patient, symptoms={"redness": 4}, signs=["fever"])
        yield one


def rows(house: House, table: Any) -> list[Any]:
    return house.look(lambda session: list(session.exec(select(table))))


def due(house: House) -> list[tuple[UUID, Month]]:
    return house.look(partial(due_reports, now=house.now))


def made_now(house: House) -> Made:
    turn = house.wiring.turn("months").at(house.clinic_id)
    month = month_before(house.now, UTC)
    return house.look(partial(compose_report, clinic_id=house.clinic_id, month=month, turn=turn))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_month_is_that_of_the_clinics_own_calendar() -> None:
    just_before = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert month_before(just_before, UTC).name == "2026-02"
    month = month_before(just_before, BERLIN)
    assert (month.name, month.words) == ("2026-03", "March 2026")
    assert month.bounds(BERLIN) == (datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))


def test_a_report_is_due_from_the_first_morning_on_until_it_is_made(house: House) -> None:
    assert due(house) == [], "the clinic was not there in February"
    house.wiring.moment = FIRST_MORNING.replace(hour=7)
    assert due(house) == [], "nobody is written to at night"
    house.wiring.moment = FIRST_MORNING
    assert [(clinic_id, month.name) for clinic_id, month in due(house)] == [(house.clinic_id, "2026-03")]
    house.wiring.moment = FIRST_MORNING.replace(day=9, hour=15)
    assert len(due(house)) == 1, "a clock that stood still for a week has lost nothing"
    house.run(reporting.months)
    assert due(house) == []


def test_a_clinic_that_is_not_set_up_gets_none(house: House) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(ClinicRow.metadata.tables["clinic"].update().values(ready_at=None))
    house.wiring.moment = FIRST_MORNING
    assert due(house) == []


def test_the_lead_gets_it_by_mail_once_and_the_subject_says_nothing_of_health(house: House) -> None:
    house.wiring.moment = FIRST_MORNING
    for _ in range(2):
        house.run(reporting.months)
        house.run(clock.deliver)
    (row,) = rows(house, ClinicReportRow)
    (mail,) = [one for one in house.mails("lead@north.example") if "monthly" in one.subject]
    assert mail.subject == "North Clinic: the monthly report"
    assert "http://triage.test/audit/months" in mail.text
    (part,) = message_from_bytes(mail.content, policy=policy.default).iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("report-2026-03.pdf", "application/pdf")
    assert part.get_content() == row.pdf
    assert hashlib.sha256(row.pdf).hexdigest() == row.digest
    assert not [one for one in house.mails("pat@north.example") if "monthly" in one.subject]


def test_two_workers_keep_one_report(house: House) -> None:
    house.wiring.moment = FIRST_MORNING
    made, turn = made_now(house), house.wiring.turn("months").at(house.clinic_id)
    assert house.do(partial(keep_report, made=made, turn=turn))
    assert not house.do(partial(keep_report, made=made, turn=turn))
    assert len(rows(house, ClinicReportRow)) == 1
    assert [row.did for row in rows(house, AuditEventRow)].count("clinic_report_made") == 1
    assert len([row for row in rows(house, NotificationRow) if (row.about or "").startswith("clinic_report ")]) == 1


def test_the_report_says_the_answers_their_basis_and_their_method(house: House) -> None:
    house.wiring.moment = FIRST_MORNING
    said = text_of(made_now(house).pdf)
    for words in (
        "North Clinic: March 2026",
        "Were alerts answered in time?",
        "Of 1 alerts <nearly> all.",
        "From 1 alerts. Window: 1 Mar 2026 to 31 Mar 2026.",
        "Window: up to 31 Mar 2026.",
        "92.0 % (89.0 to 95.0)",
        "too few people",
        "Counted by hand (Nobody 1900).",
        "scalp-micropigmentation",
        "1 of ",
    ):
        assert words in said, words


def test_a_reader_for_the_blind_finds_title_language_and_what_a_picture_shows(house: House) -> None:
    house.wiring.moment = FIRST_MORNING
    pdf = made_now(house).pdf
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "North Clinic: March 2026"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Redness: share healed. The table below says the same." in alternatives(reader.trailer["/Root"])


def alternatives(root: Any) -> list[str]:
    """Return what the tree of a document says of its pictures."""
    found, waiting = [], [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    return found


def test_the_same_moment_gives_the_same_bytes(house: House) -> None:
    house.wiring.moment = FIRST_MORNING
    assert made_now(house).digest == made_now(house).digest


def test_figures_of_the_month_are_asked_of_the_month_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Question] = {}

    def note(facts: Facts, question: Question) -> Figure:
        asked[str(len(asked))] = question
        return counting("x", "X")(facts, question)

    monkeypatch.setitem(FIGURES, "answered", note)
    monkeypatch.setitem(FIGURES, "missed", note)
    house.wiring.moment = FIRST_MORNING
    made_now(house)
    begin, end = (round(at.timestamp() * 1e6) for at in month_before(FIRST_MORNING, UTC).bounds(UTC))
    of_month, of_all = asked["0"], asked["1"]
    assert (of_month.since_us, of_month.until_us) == (begin, end)
    assert (of_all.since_us, of_all.until_us) == (None, end)
