"""An episode's ledger as it is reasoned about: what was expected, what became of it, how much was sent."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from triage.actions.enrol import agrees_to_messages
from triage.actions.protocols import tables_of
from triage.actions.terms import zone_of
from triage.records import ClinicRow, EpisodeRow, ExpectationRow, PatientRow, Session, ledger, lookups
from triage.rules import Tables
from triage.rules.budget import Asked
from triage.rules.protocol import Schedule
from triage.rules.schedule import WITHOUT_PROTOCOL, daytime_from

ANSWERED = ("answered", "late")


class Ledger(NamedTuple):
    """The rows of an episode, oldest first, and by which schedule and clock its patient is asked."""

    patient: PatientRow
    episode: EpisodeRow
    rows: list[ExpectationRow]
    tables: Tables | None  # None: the clinic has no protocol that can be read
    schedule: Schedule  # at the patient's own hour where they chose one
    zone: tzinfo

    @property
    def waiting(self) -> ExpectationRow | None:
        """Return the check-in that should come next; None where none is planned."""
        return next((row for row in self.rows if row.state == "waiting"), None)

    @property
    def has_opened(self) -> bool:
        """Tell whether in this episode the page was opened, or an answer came."""
        return any(row.opened_at or row.answered_at for row in self.rows)

    @property
    def is_given_up(self) -> bool:
        """Tell whether no message is sent since none was ever opened, and somebody was told to call instead."""
        return not self.has_opened and any(row.silence == "never_opened" for row in self.rows)

    @property
    def last_on(self) -> date | None:
        """Return the patient's day on which the last message went out, or was to; None: there was none."""
        asked = [row.sent_at or daytime_from(row.asked_at, self.zone) for row in self.rows if row.asked_at]
        sent = asked + [row.reminded_at for row in self.rows if row.reminded_at]
        return max(sent).astimezone(self.zone).date() if sent else None

    def since_answer(self) -> Iterator[ExpectationRow]:
        """Yield what came to an end since the last answer, the latest first."""
        for row in reversed(self.rows):
            if row.state in ANSWERED:
                return
            if row.state != "waiting":
                yield row

    def misses(self) -> list[ExpectationRow]:
        """Return the check-ins missed since the last answer, the latest first."""
        return [row for row in self.since_answer() if row.state == "missed"]

    def unanswered(self) -> list[ExpectationRow]:
        """Return what ran out since the last answer, whether a message had asked for it or not, the latest first."""
        ran_out = ("missed", "opted_out")
        return [row for row in self.since_answer() if row.state in ran_out or row.asks == "none"]

    def asked(self, sittings: int) -> Asked:
        """Return what was asked of the patient so far, as the budget counts it."""
        is_told = any(row.silence == "out_of_messages" for row in self.since_answer())
        since = self.episode.last_procedure_at
        sent = [at for row in self.rows for at in (row.asked_at, row.reminded_at) if at is not None]
        return Asked(
            messages=len(sent),
            last_on=self.last_on,
            sittings=sittings,
            since_sitting=sum(1 for at in sent if at >= since),
            away_until=self.patient.excused_until,
            is_told=is_told,
        )


def open_ledger(session: Session, patient: PatientRow, episode: EpisodeRow, now: datetime) -> Ledger:
    """Return the ledger of an episode as it stands."""
    session.flush()
    clinic = session.get(ClinicRow, episode.clinic_id)
    tables = tables_of(session, episode.clinic_id, now, episode)
    schedule = tables.protocol.schedule if tables else WITHOUT_PROTOCOL
    hours = (patient.ask_hour, clinic.ask_hour if clinic else None)  # their own wish, else the clinic's
    at_hour = next((hour for hour in hours if hour is not None), schedule.at_hour)
    schedule = schedule._replace(at_hour=at_hour)
    rows = ledger.ledger_of(session, episode.clinic_id, episode.id)
    return Ledger(patient, episode, rows, tables, schedule, zone_of(clinic, patient) if clinic else UTC)


def hold_waiting(
    session: Session, key: tuple[uuid.UUID, uuid.UUID], now: datetime
) -> tuple[ExpectationRow, Ledger] | None:
    """Return a check-in that still waits and the ledger that it stands in, both locked; None where it is settled.

    The episode is locked first, as a report does it, so that neither waits for the other.
    """
    episode = ledger.episode_of(session, *key)
    row = lookups.waiting_for_update(session, *key)
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id)) if row else None
    if episode is None or row is None or patient is None:
        return None
    return row, open_ledger(session, patient, episode, now)


def why_unasked(session: Session, book: Ledger) -> str | None:
    """Return why this patient is asked by no message; None where messages may be sent.

    Whether there is a way to their phone is found out when one is due.
    """
    patient = book.patient
    if patient.opted_out_at is not None:
        return "opted_out"
    if not (patient.email or patient.phone) or patient.wrong_person_at is not None:
        return "no_contact"
    if not agrees_to_messages(session, patient):
        return "no_consent"
    return "never_opened" if book.is_given_up else None


def sittings_of(session: Session, episode: EpisodeRow) -> int:
    """Return how many procedures an episode has."""
    rows = lookups.procedures_of(session, episode.clinic_id, episode.patient_id)
    return sum(1 for row in rows if row.episode_id == episode.id)
