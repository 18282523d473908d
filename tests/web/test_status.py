"""What became of the last report, as the page shows it: sent, seen, answered, and the practitioner's own words."""

from datetime import timedelta

from flask import get_template_attribute

from triage.actions.replies import Reply, ReportStatus
from triage.records import new_id
from triage.web.visit import Visit, patient_behind, see_visit

from .browsing import store
from .conftest import House

__all__ = ["store"]  # a fixture: one engine is enough to look at pages


def shown(house: House, **how: object) -> str:
    """Return the part of the page for a status that was sent an hour ago."""
    status = ReportStatus(house.wiring.time - timedelta(hours=1), None, None, ())._replace(**how)

    def see(session: object) -> Visit:
        return see_visit(session, patient_behind(session, house.token), house.wiring.time)

    visit = house.wiring.look(see)._replace(status=status)
    with house.app.test_request_context():
        standing = get_template_attribute("web/_status.html", "standing")
        return str(standing(visit.words.page, visit, house.page))


def test_sent_and_not_seen(house: House) -> None:
    text = shown(house)
    assert "Sent today at 17:04" in text
    assert "Nobody has looked at it yet" in text
    assert "Answered" not in text


def test_seen(house: House) -> None:
    text = shown(house, seen_at=house.wiring.time - timedelta(minutes=40))
    assert "A practitioner has seen it, today at 17:24" in text
    assert "Nobody has looked" not in text


def test_answered_with_what_was_written(house: House) -> None:
    at = house.wiring.time
    reply = Reply(new_id(), at, "Dr. Ada Berg", "Keep it <b>dry</b>.\nWrite tomorrow.", None)
    text = shown(house, answered_at=at, replies=(reply,))
    assert "Answered today at 18:04" in text
    assert "Dr. Ada Berg wrote today at 18:04:" in text
    assert "Keep it &lt;b&gt;dry&lt;/b&gt;.\nWrite tomorrow." in text
    assert "Nobody has looked" not in text


def test_nothing_sent_nothing_shown(house: House) -> None:
    assert "status-heading" not in house.client.get(house.page).text
