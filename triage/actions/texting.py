"""Text messages that come in: STOP and START are done, HELP is answered, and whatever else comes reaches a human."""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.errors import NotFound
from triage.actions.first_open import label_of
from triage.actions.identify import operator, service
from triage.actions.intake import Report, receive_check_in, storable
from triage.actions.opting import patient_actor
from triage.actions.patient_words import Say, speech, with_number
from triage.actions.preferences import resume_messages, stop_messages
from triage.actions.protocols import tables_of
from triage.actions.terms import Terms
from triage.actions.tokens import hash_of, new_sms_secret
from triage.actions.turn import Turn
from triage.records import ClinicRow, KeptReportRow, PatientRow, Session, SmsInboundRow, reaching
from triage.rules import COMMON, Tables, Urgency, find_stray_signs, named_signs, read_check_in
from triage.rules.phones import is_same_number
from triage.rules.segments import as_gsm
from triage.words import FALLBACK

STOP = frozenset("STOP STOPALL STOPP UNSUBSCRIBE CANCEL CANCELAR END QUIT REVOKE OPTOUT ARRET BAJA ALTO توقف".split())
START = frozenset("START UNSTOP YES ابدأ".split())
HELP = frozenset("HELP INFO AYUDA AIDE HILFE مساعدة".split())
LANGUAGES = {"AYUDA": "es", "مساعدة": "ar"}  # of the words that strangers are answered
MOST_NOTE = 2000  # characters, as of a note in a check-in; the rest is kept raw
KNOWN_ONCE = "the number belongs to no patient of this clinic, or to several"
_NO_LETTER = re.compile(r"[\W_]+")


class Texted(NamedTuple):
    """A text message as a provider hands it in; `id` the provider's own for it, None: it gave none."""

    sender: str
    text: str
    raw: str
    id: str | None = None


def open_sms_inbound(session: Session, clinic_id: uuid.UUID, name: str, *, now: datetime, terms: Terms) -> str:
    """Return the address for a clinic's incoming text messages, shown this once; the one before works no more."""
    secret = new_sms_secret()
    turn = Turn(operator(clinic_id, name), now, terms)
    former = reaching.current_sms_inbound(session, clinic_id)
    if former is not None:
        former.revoked_at = now
        session.add(former)
        session.flush()  # a clinic has one: the place must be free
    row = SmsInboundRow(clinic_id=clinic_id, secret_hash=hash_of(secret), made_at=now)
    session.add(row)
    audit.record(session, turn, "sms_inbound_opened", ("sms_inbound", row.id))
    return f"{terms.base_url}/in/sms/{secret}"


def receive_text(session: Session, secret: str, texted: Texted, *, now: datetime, terms: Terms) -> str:
    """Take in a text message and return what to answer; empty: nothing. Raises NotFound for an unknown address."""
    inbound = reaching.sms_inbound_by_hash(session, hash_of(secret))
    clinic = session.get(ClinicRow, inbound.clinic_id) if inbound else None
    if clinic is None:
        raise NotFound("There is no such address.")
    known = reaching.patients_with_phone(session, clinic.id)
    theirs = [patient for patient in known if is_same_number(patient.phone or "", texted.sender)]
    word = _word(texted.text)
    say = speech(_language(theirs, word))
    if word in HELP:
        return _answer(clinic, say, with_number(say, "sms_help", clinic))
    if word in STOP:
        for patient in theirs:
            stop_messages(session, patient, "by text message", Turn(patient_actor(patient), now, terms))
        return _several_stopped(clinic, theirs, say)
    meant = _meant_by_start(word, theirs)
    if meant and (word != "YES" or any(patient.opted_out_at for patient in theirs)):
        for patient in meant:
            resume_messages(session, patient, Turn(patient_actor(patient), now, terms))
        return as_gsm(say("message_head", clinic=clinic.name, said=say("sms_resumed")))
    _keep(session, theirs, texted, Turn(service(clinic.id, "sms"), now, terms))
    return _answer(clinic, say, say("sms_read"))


def _several_stopped(clinic: ClinicRow, theirs: Sequence[PatientRow], say: Say) -> str:
    """Return how each of several can be started again; empty for one: the provider confirms a STOP by itself."""
    if len(theirs) < 2:
        return ""
    labels = _labels(theirs)
    starts = ", ".join(f"START {_word(label)}" for label in labels)
    said = say("text_stopped_several", names=", ".join(labels), starts=starts)
    return as_gsm(say("message_head", clinic=clinic.name, said=said))


def _meant_by_start(word: str, theirs: Sequence[PatientRow]) -> Sequence[PatientRow]:
    """Return who of a number START is about: all of them, or the one whose initials follow; empty: it is no START."""
    if word in START:
        return theirs
    named = {
        start + _word(label): patient for patient, label in zip(theirs, _labels(theirs), strict=True) for start in START
    }
    return [named[word]] if word in named else []


def _labels(theirs: Sequence[PatientRow]) -> list[str]:
    return [label_of(one, [other for other in theirs if other is not one]) for one in theirs]


def _keep(session: Session, theirs: Sequence[PatientRow], texted: Texted, turn: Turn) -> None:
    """Take what a patient wrote as the note of a check-in: it is judged, and a human reads it. What cannot be told
    whose it is becomes an alert."""
    if len(theirs) == 1:
        (patient,) = theirs
        body = {"at": turn.now.isoformat(), "note": texted.text[:MOST_NOTE]}
        report = Report(body, texted.raw, f"sms {texted.id}" if texted.id else None)
        receive_check_in(session, report, patient, turn._replace(by=patient_actor(patient)))
    else:
        _keep_apart(session, theirs, texted, turn)


def _keep_apart(session: Session, theirs: Sequence[PatientRow], texted: Texted, turn: Turn) -> None:
    tables = tables_of(session, turn.by.clinic_id, turn.now)
    signs = _signs_in(texted.text, tables, turn.now)
    found = [tables.signs[sign].rule.urgency if tables else Urgency.urgent for sign in signs]
    row = KeptReportRow(
        clinic_id=turn.by.clinic_id,
        received_at=turn.now,
        actor_kind=turn.by.kind,
        actor_id=turn.by.id,
        raw=storable(texted.raw),
        problems=[{"path": "From", "said": KNOWN_ONCE, "expected": "find out who wrote"}],
        signs=signs,
    )
    # Danger has an alert of its own; the rest shares one, so that strangers cannot raise an alert with each message.
    of = f"kept {row.id}" if signs else "text messages of unknown senders"
    alert = raise_alert(session, "service", max([Urgency.routine, *found]), turn, of=of)
    row.alert_id = alert.id
    session.add(row)
    after = {"alert_id": alert.id, "patients": len(theirs)}
    audit.record(session, turn, "text_message_kept", ("kept_report", row.id), after=after)


def _signs_in(text: str, tables: Tables | None, now: datetime) -> list[str]:
    vocabulary = tables.protocol.vocabulary if tables else COMMON
    check_in, _ = read_check_in({"at": now.isoformat(), "note": text[:MOST_NOTE]}, vocabulary, now=now)
    named = named_signs(tables, check_in) if tables else []
    return list(dict.fromkeys([*named, *find_stray_signs(text, vocabulary)]))


def _word(text: str) -> str:
    """Return a message of one word in capitals without accents or marks; "Stop all." is one word too."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text[:40]) if not unicodedata.combining(letter))
    return "".join(unicodedata.normalize("NFC", _NO_LETTER.sub("", plain)).split()).upper()


def _language(theirs: Sequence[PatientRow], word: str) -> str:
    """Return the language to answer in: that of the patients of this number, else the word's own, else English."""
    spoken = {patient.language for patient in theirs}
    return spoken.pop() if len(spoken) == 1 else LANGUAGES.get(word, FALLBACK)


def _answer(clinic: ClinicRow, say: Say, text: str) -> str:
    """Return what is texted back: the text, and where to turn when it cannot wait."""
    text = f"{text} {with_number(say, 'sms_worried', clinic)}"
    return as_gsm(say("message_head", clinic=clinic.name, said=text))
