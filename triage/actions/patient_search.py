"""A client among all others: found by name, reference, mail or telephone, and known again before made twice."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions.turn import Turn
from triage.actions.typed import Contact
from triage.records import PatientRow, Session, chair_lookups, findable
from triage.records.chair_lookups import FEW, Place
from triage.rules.phones import SHORTEST_SAME, digits_of, is_same_number

PAGE = 25  # patients
MOST_WORDS = 6
MOST_SAME = 5
A_DAY = timedelta(days=1)
BETWEEN_DIGITS = "+0123456789 ()./-"
LEAST_DIGITS = 3  # fewer figures are looked for as they were typed


class Found(NamedTuple):
    """One line of the list of patients."""

    id: uuid.UUID
    reference: str
    name: str | None
    contact: str  # mail or telephone, or both; empty: none
    sittings: int
    last_at: datetime | None  # the latest sitting; None: there was none
    day: int | None  # since then


class FoundPage(NamedTuple):
    """A page of them; `after`: where the next one begins, None where nothing more is found."""

    items: list[Found]
    after: str | None


def search_patients(session: Session, typed: str, after: str, turn: Turn) -> FoundPage:
    """Return whom the words that were typed are found in, those with the newest sitting first; nothing typed: all.

    `after`: the end of the page before, empty for the first. Who never had a sitting is found by words only.
    """
    turn.by.require("practitioner", "lead", "auditor")
    words = words_of(typed)
    ids = chair_lookups.ids_found_by(session, turn.by.clinic_id, words) if words else []
    if words and len(ids) <= FEW:
        return _sorted_page(session, ids, after, turn)
    rows = chair_lookups.newest_first(session, turn.by.clinic_id, words, _place(after), PAGE + 1)
    end = rows[PAGE - 1][1] if len(rows) > PAGE else None
    items = lines_of(session, [patient for patient, _ in rows[:PAGE]], turn)
    return FoundPage(items, f"{end.at.isoformat()}_{end.episode_id}" if end else None)


def known_already(session: Session, name: str | None, contact: Contact, turn: Turn) -> list[Found]:
    """Return who may be the same client: reached at the same place, else of the same name; the newest sitting first."""
    clinic, digits = turn.by.clinic_id, digits_of(contact.phone or "")[-SHORTEST_SAME:]
    reached_at = [word for word in (findable.folded(contact.email or ""), digits) if word]
    ids = chair_lookups.ids_found_by_any(session, clinic, reached_at)
    if name:
        ids += chair_lookups.ids_of_name(session, clinic, findable.folded(name))
    patients = chair_lookups.patients_in(session, clinic, list(dict.fromkeys(ids)))
    same = [patient for patient in patients if is_same_client(patient, name, contact)]
    return by_newest(lines_of(session, same, turn))[:MOST_SAME]


def is_same_client(patient: PatientRow, name: str | None, contact: Contact) -> bool:
    """Tell whether a patient has this mail address, telephone number or name."""
    by_mail = bool(patient.email and contact.email) and findable.folded(patient.email or "") == findable.folded(
        contact.email or ""
    )
    by_name = bool(patient.name and name) and findable.folded(patient.name or "") == findable.folded(name or "")
    return by_mail or by_name or is_same_number(patient.phone or "", contact.phone or "")


def lines_of(session: Session, patients: Sequence[PatientRow], turn: Turn) -> list[Found]:
    """Return patients as the list shows them, in the order given."""
    times, now = chair_lookups.procedure_times(session, turn.by.clinic_id, [one.id for one in patients]), turn.now
    return [_line(patient, [at for at in times.get(patient.id, ()) if at <= now], now) for patient in patients]


def by_newest(lines: list[Found]) -> list[Found]:
    """Return lines with the newest sitting first, and those without one last."""
    return sorted(lines, key=lambda line: (line.last_at is not None, line.last_at, line.id), reverse=True)


def words_of(typed: str) -> list[str]:
    """Return what is searched for: a telephone number by its digits, else each word."""
    text = typed.strip()
    if set(text) <= set(BETWEEN_DIGITS) and len(digits_of(text)) >= LEAST_DIGITS:
        return [digits_of(text)]
    return findable.folded(text).split()[:MOST_WORDS]


def _line(patient: PatientRow, times: Sequence[datetime], now: datetime) -> Found:
    last = times[-1] if times else None
    return Found(
        id=patient.id,
        reference=patient.reference,
        name=patient.name,
        contact=", ".join(filter(None, (patient.phone, patient.email))),
        sittings=len(times),
        last_at=last,
        day=(now - last) // A_DAY if last else None,
    )


def _sorted_page(session: Session, ids: list[uuid.UUID], after: str, turn: Turn) -> FoundPage:
    start = int(after) if after.isdecimal() and len(after) < 4 else 0
    lines = by_newest(lines_of(session, chair_lookups.patients_in(session, turn.by.clinic_id, ids), turn))
    end = start + PAGE
    return FoundPage(lines[start:end], str(end) if len(lines) > end else None)


def _place(after: str) -> Place | None:
    """Return a place as an address carries it; None for the first page, and for what is none."""
    at, _, episode = after.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return Place(moment, uuid.UUID(episode)) if moment.tzinfo else None
    except ValueError:
        return None
