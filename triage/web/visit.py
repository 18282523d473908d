"""Who opened a patient's link, and what the pages must know of them: plain values that outlive the transaction."""

from datetime import datetime, tzinfo
from typing import NamedTuple

from triage.actions.cover import Cover, cover_of
from triage.actions.enrol import agrees_to_messages, patient_of
from triage.actions.episodes import still_running
from triage.actions.errors import NotFound, NotIdentified
from triage.actions.first_open import Holder, holder_of
from triage.actions.identify import Actor, identify
from triage.actions.look import Look, look_of
from triage.actions.offered import chosen_of
from triage.actions.own_reports import OwnReport, missed_lately, own_reports
from triage.actions.protocols import tables_of
from triage.actions.ratings import asks_rating
from triage.actions.replies import ReportStatus, status_of
from triage.actions.rules_trouble import has_trouble
from triage.actions.terms import zone_of
from triage.actions.tokens import hash_of
from triage.records import ClinicRow, PatientRow, PatientTokenRow, Session, lookups, rules_lookups
from triage.rules import COMMON, CheckIn, Tables, Vocabulary
from triage.rules.schedule import last_severities
from triage.web.times import date_words, day_of, hours_since, moment_words, weekday_words
from triage.web.words import Words, isolated
from triage.words import languages
from triage.words.countries import countries, zones_in
from triage.words.emergency import numbers_in


class Visit(NamedTuple):
    """What a page shows besides the form itself."""

    clinic_name: str
    phone: str | None  # the clinic's number; while it is closed, its emergency line where it has one
    country: str  # of the record; empty: not noted
    place: str  # the country where the patient is now, as they said; else that of the record
    is_place_said: bool
    zone: tzinfo
    procedures: tuple[datetime, ...]  # up to now, oldest first
    languages: tuple[str, ...]  # that the clinic offers
    tables: Tables | None  # None: the clinic has no protocol that can be read
    words: Words
    now: datetime
    has_trouble: bool  # the clinic's current rules cannot be used
    cover: Cover  # who looks at a report that is sent now
    holder: Holder  # whom the link was made for
    reports: tuple[OwnReport, ...] = ()  # of the running episode, oldest first; none where the link is in wrong hands
    gets_messages: bool = True  # we ask; else the patient reports by themselves
    missed: tuple[datetime, ...] = ()  # when check-ins were due that can still be answered for their own day
    status: ReportStatus | None = None  # what became of the last report; None: nothing was sent, nobody wrote
    look: Look = Look()  # the clinic's own colour and logo
    asks_rating: bool = False  # the result is due to be rated, and the patient has not yet

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the ids that a report may name."""
        return self.tables.protocol.vocabulary if self.tables else COMMON

    @property
    def hours(self) -> float | None:
        """Return the hours since the latest procedure; None where none has been yet."""
        return hours_since(self.procedures, self.now)

    @property
    def day(self) -> int | None:
        """Return the day since the latest procedure; None where none has been yet."""
        return None if self.hours is None else day_of(self.hours)

    @property
    def has_new_reply(self) -> bool:
        """Tell whether a practitioner has written what the patient has not opened yet: it stands first then."""
        return self.status is not None and any(reply.read_at is None for reply in self.status.replies)

    @property
    def still_open(self) -> dict[str, int]:
        """Return the symptoms that were there when last reported, with their severity then."""
        said = last_severities(CheckIn(at=report.at, symptoms=report.symptoms) for report in self.reports)
        return {symptom: said[symptom] for symptom in self.vocabulary.symptoms if said.get(symptom)}

    @property
    def emergency_numbers(self) -> tuple[str, ...]:
        """Return the numbers to call, the surest first."""
        return numbers_in(self.place)

    @property
    def place_name(self) -> str:
        """Return what the country where the patient is now is called; empty where it is not known."""
        return countries(self.words.language).get(self.place, "")

    @property
    def place_zones(self) -> str:
        """Return the names of the time zones of that country: a phone that shows another one may be elsewhere."""
        return zones_in(self.place)

    @property
    def phone_link(self) -> str:
        """Return the clinic's number as a telephone dials it; empty where none is known."""
        return "".join(sign for sign in self.phone or "" if sign in "+0123456789")

    def whose_words(self) -> str:
        """Return whose page it is, so that somebody else notices; empty where no session is noted."""
        initials = isolated(self.holder.label) if self.holder.has_name else ""
        if not self.procedures:
            return initials
        date = date_words(self.procedures[-1], self.zone, self.words.language)
        name = "whose" if initials else "whose_without_name"
        return self.words.page(name, initials=initials, date=date)

    def consent_text(self, purpose: str) -> str:
        """Return the words that somebody agrees to for a purpose."""
        return self.words.page(f"consent_{purpose}_text", clinic=self.clinic_name)

    def day_at(self, at: datetime) -> int | None:
        """Return the day since the latest procedure before a moment; None where none had been."""
        hours = hours_since(self.procedures, at)
        return None if hours is None else day_of(hours)

    def day_words_of(self, at: datetime) -> str:
        """Return which day a moment was on, like Tuesday 4 March, day 3; before any session without the number."""
        date, day = weekday_words(at, self.zone, self.words.language), self.day_at(at)
        return date if day is None else self.words.page("about_day", date=date, day=day)

    def moment(self, at: datetime) -> str:
        """Return a moment as this patient reads it."""
        return moment_words(at, self.now, self.zone, self.words.language)

    @property
    def phone_shown(self) -> str:
        """Return the clinic's number as it is read: in one line, from left to right in every language."""
        return self.in_order((self.phone or "").replace(" ", "\N{NO-BREAK SPACE}"))

    def in_order(self, text: str) -> str:
        """Return numbers that are read from left to right, also among words that run the other way."""
        return isolated(text) if text and self.words.direction == "rtl" else text

    def cover_words(self) -> list[str]:
        """Return who looks at a report that is sent now, and where to turn meanwhile."""
        cover, say = self.cover, self.words.page
        if cover.is_open:
            return list(cover.notices)
        when = self.moment(cover.opens_at) if cover.opens_at else ""
        closed = say("cover_closed", when=when) if when else say("cover_closed_long")
        line = say("cover_line", number=self.in_order(cover.emergency_line)) if cover.emergency_line else ""
        return [closed, say("cover_urgent"), *filter(None, [line]), *cover.notices, *filter(None, [cover.out_of_hours])]

    def unanswered_words(self) -> str:
        """Return that nobody has answered in the time that was promised; empty where that is not so."""
        since = self.cover.unanswered_since
        return self.words.page("unanswered", when=self.moment(since)) if since else ""

    def day_words(self) -> str:
        """Return which day it is, as the head of the page says it."""
        if self.day is None:
            return self.words.page("no_procedure")
        if len(self.procedures) == 1:
            return self.words.page("day", day=self.day)
        return self.words.page("day_of_session", day=self.day, count=len(self.procedures))


def patient_behind(session: Session, token: str) -> Actor:
    """Return the patient who holds a link. Raises NotIdentified, for keys of staff too."""
    actor = identify(session, token)
    if actor.patient_id is None:
        raise NotIdentified
    return actor


def token_behind(session: Session, token: str) -> PatientTokenRow:
    """Return the row of a patient's link, a revoked one too. Raises NotIdentified for one that was never made."""
    held = lookups.patient_token_by_hash(session, hash_of(token))
    if held is None:
        raise NotIdentified
    return held


def patient_row(session: Session, actor: Actor) -> PatientRow:
    """Return the patient's row. Raises NotFound."""
    if actor.patient_id is None:
        raise NotFound
    return patient_of(session, actor.patient_id, by=actor)


def see_visit(session: Session, actor: Actor, now: datetime) -> Visit:
    """Return what the pages show this patient now. Raises NotFound."""
    patient, clinic = patient_row(session, actor), session.get(ClinicRow, actor.clinic_id)
    if clinic is None:
        raise NotFound
    latest = rules_lookups.current_episode(session, actor.clinic_id, patient.id)
    episode = still_running(latest)
    tables = tables_of(session, actor.clinic_id, now, episode)
    texts = tables.protocol.texts if tables else {}
    procedures = lookups.procedures_of(session, actor.clinic_id, patient.id)
    cover = cover_of(session, clinic, patient, now)
    return Visit(
        clinic_name=clinic.name,
        phone=(clinic.phone if cover.is_open else clinic.emergency_line) or clinic.phone or clinic.emergency_line,
        country=patient.country or "",
        place=(patient.staying_in or patient.country or "").upper(),
        is_place_said=patient.staying_in is not None,
        zone=zone_of(clinic, patient),
        procedures=tuple(row.at for row in procedures if row.at <= now),
        tables=tables,
        languages=tuple(chosen_of(clinic, list(texts) or languages())),
        words=Words(texts.get(patient.language) or next(iter(texts.values()), None), patient.language),
        now=now,
        has_trouble=has_trouble(session, actor.clinic_id, now, episode),
        cover=cover,
        holder=holder_of(session, patient),
        reports=() if patient.wrong_person_at else own_reports(session, patient, episode),
        gets_messages=bool(patient.email or patient.phone) and agrees_to_messages(session, patient),
        missed=missed_lately(session, episode, now),
        status=status_of(session, patient),
        look=look_of(session, clinic),
        asks_rating=asks_rating(session, patient, latest, now),
    )
