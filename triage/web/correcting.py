"""What a form is about: when it was filled in, a day that was missed, or a report of one's own that it corrects."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from triage.actions.own_reports import OwnReport
from triage.web.device import Told, read_device
from triage.web.form import LISTS, Asked, Typed
from triage.web.visit import Visit

A_DAY = timedelta(days=1)  # judgement: the form asks about the last 24 hours; what is older may as well be about now


def asked_of(visit: Visit, typed: Typed) -> Asked:
    """Return what a form is read by. What it says of another patient's report, or of a day that was not missed, is not
    believed: then the report is a new one, about now.
    """
    former = report_to_correct(visit, typed.get("amends", ""))
    told, missed = read_device(typed, visit.now), missed_day(visit, typed.get("about", ""))
    if former is not None:
        return _asked(visit, former.at, told, is_unsure=visit.now - _first_told(visit, former) > A_DAY, former=former)
    if missed is not None:
        return _asked(visit, missed, told, is_unsure=False)
    return _asked(visit, told.at, told, is_unsure=visit.now - told.at > A_DAY)


def _asked(visit: Visit, at: datetime, told: Told, *, is_unsure: bool, former: OwnReport | None = None) -> Asked:
    return Asked(visit.vocabulary, frozenset(visit.still_open), at, former, told.kept, is_unsure)


def _first_told(visit: Visit, former: OwnReport) -> datetime:
    """Return when a report first came, before it was corrected: a form that was left open may be sent days later."""
    return min(report.received_at for report in visit.reports if report.at == former.at)


def report_to_correct(visit: Visit, report_id: str) -> OwnReport | None:
    """Return the report of this episode with this id that the patient has sent; None where there is none."""
    return next((report for report in visit.reports if report.is_patients and str(report.id) == report_id), None)


def latest_to_correct(visit: Visit) -> OwnReport | None:
    """Return the report that was sent last, for a day; None where there is none."""
    lately = [report for report in visit.reports if report.is_patients and visit.now - report.received_at <= A_DAY]
    return max(lately, key=lambda report: report.received_at, default=None)


def missed_day(visit: Visit, about: str) -> datetime | None:
    """Return the moment of the missed check-in that a form answers; None: it is about now."""
    first = min(visit.procedures, default=visit.now)
    return next((at for at in visit.missed if at.isoformat() == about and first <= at <= visit.now), None)


def typed_as(report: OwnReport) -> Typed:
    """Return a report as its form was filled in."""
    return Typed([*_entries(report), ("amends", str(report.id))])


def _entries(report: OwnReport) -> Iterator[tuple[str, str]]:
    said = report.content
    is_fine = bool(report.symptoms) and not any(report.symptoms.values()) and not said.get("signs")
    yield "today", "fine" if is_fine else "something"
    yield from ((f"severity.{symptom}", str(level)) for symptom, level in report.symptoms.items() if not is_fine)
    yield from ((f"course.{symptom}", course) for symptom, course in said.get("course", {}).items())
    yield from ((f"where.{symptom}", zone) for symptom, zones in said.get("where", {}).items() for zone in zones)
    for field, name in LISTS.items():
        yield from ((name, value) for value in said.get(field, ()))
    if said.get("denied"):
        yield "none", "list"
    if "temperature" in said:
        yield "temperature", f"{said['temperature']['value']:g}"
        yield "unit", "C"
    if said.get("wants_call"):
        yield "wants_call", "yes"
    if said.get("note"):
        yield "note", said["note"]
