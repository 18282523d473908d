"""/office/log: every change with before and after, by whom, to what, on which day; and whether the log is whole."""

import uuid
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.log import chain_of, log_page
from triage.actions.terms import zone_of
from triage.records import AuditEventRow, lookups
from triage.records.log_lookups import Wanted
from triage.web.forms import filled
from triage.web.moments import when
from triage.web.office.log_words import KINDS, Reader
from triage.web.staff_page import LOG, StaffPage, for_staff
from triage.web.typed_times import day_of

HERE = "/office/log"
PAGE = 50
PATIENTS = "patients"  # everything that is not the office's: only of one day, since there is much of it
READS = "reads"  # who has looked at what of patients; by day as well
SERVICE = "service"
OF_PATIENTS = ((PATIENTS, "Patients and alerts"), (READS, "Who looked at patients"))


@for_staff(*LOG)
def show_log(page: StaffPage) -> ResponseReturnValue:
    """Show a page of the log."""
    asked = {name: request.args.get(name, "") for name in ("who", "what", "day")}
    zone = zone_of(page.clinic)
    today = page.turn.now.astimezone(zone).date()
    if asked["what"] in (PATIENTS, READS) and day_of(asked["day"]) is None:
        asked["day"] = today.isoformat()
    wanted = _wanted(asked, page)
    rows = page.read(lambda session, turn: log_page(session, wanted, PAGE + 1, turn))
    people = page.read(lambda session, turn: lookups.everybody_ever(session, page.clinic.id))
    reader = Reader({str(person.id): person.name for person in people}, zone)
    chain = page.read(chain_of)
    return page.show(
        "office_log.html",
        form=filled(**asked),
        people=[("", "Anybody"), *((person.id, person.name) for person in people), (SERVICE, "The service itself")],
        kinds=[("", "Clinic and staff"), *KINDS.items(), *OF_PATIENTS],
        entries=[reader.entry(row) for row in rows[:PAGE]],
        older=_older(rows, asked),
        is_first=not request.args.get("before"),
        first=f"{HERE}?{urlencode(asked)}",
        chain=chain,
        sealed_until=when(chain.sealed_until, zone) if chain.sealed_until else "",
        waiting_since=when(chain.waiting_since, zone) if chain.waiting_since else "",
    )


def _wanted(asked: dict[str, str], page: StaffPage) -> Wanted:
    """Return what was asked for as the records take it; what cannot be read counts as not asked."""
    zone, day = zone_of(page.clinic), day_of(asked["day"])
    since = datetime.combine(day, time(), zone) if day else None
    until = datetime.combine(day + timedelta(days=1), time(), zone) if day else None
    return Wanted(
        kinds=[asked["what"]] if asked["what"] in KINDS else None,
        actor_id=None if asked["who"] == SERVICE else asked["who"] or None,
        is_service=asked["who"] == SERVICE,
        since=since.astimezone(UTC) if since else None,
        until=until.astimezone(UTC) if until else None,
        before=_place(request.args.get("before", "")),
        beyond_office=asked["what"] in (PATIENTS, READS),
        reads=asked["what"] == READS,
    )


def _older(rows: list[AuditEventRow], asked: dict[str, str]) -> str:
    """Return the address of the next page; empty: there is none."""
    if len(rows) <= PAGE:
        return ""
    last = rows[PAGE - 1]
    return f"{HERE}?{urlencode({**asked, 'before': f'{last.at.isoformat()}_{last.id}'})}"


def _place(text: str) -> tuple[datetime, uuid.UUID] | None:
    moment, _, event_id = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, uuid.UUID(event_id)) if at.tzinfo else None
    except ValueError:
        return None
