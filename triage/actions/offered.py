"""Which languages a clinic offers its patients: its own choice of those that its protocol speaks."""

from datetime import datetime

from triage.actions.protocols import tables_of
from triage.records import ClinicRow, EpisodeRow, Session
from triage.words import languages


def spoken_languages(
    session: Session, clinic: ClinicRow, now: datetime, episode: EpisodeRow | None = None
) -> list[str]:
    """Return the languages that the protocol in effect has; without one, those of the house."""
    tables = tables_of(session, clinic.id, now, episode)
    return list(tables.protocol.texts) if tables else languages()


def offered_languages(
    session: Session, clinic: ClinicRow, now: datetime, episode: EpisodeRow | None = None
) -> list[str]:
    """Return what patients may choose from. Who has another language already keeps it."""
    return chosen_of(clinic, spoken_languages(session, clinic, now, episode))


def chosen_of(clinic: ClinicRow, spoken: list[str]) -> list[str]:
    """Return the clinic's choice of the languages that are spoken; all of them where nothing is left of it."""
    return [language for language in spoken if language in (clinic.languages or spoken)] or spoken
