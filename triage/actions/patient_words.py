"""What patients are told, in their language. No health detail, in no subject and no text: a link, whom to call, and how
to end it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from triage.actions.protocols import tables_of
from triage.actions.ratings import asks_rating
from triage.records import ClinicRow, NotificationRow, PatientRow, Session, rules_lookups
from triage.rules.segments import as_gsm
from triage.words import filled, word

# The kind of a notification -> the names of its words in [messages]: subject, text of a mail, text of a text message.
OTHER = ("other_subject", "other_message", "sms_other")
WORDS: Mapping[str, tuple[str, str, str]] = {
    "check_in_link": ("link_subject", "link_message", "sms_link"),
    "check_in_request": ("request_subject", "request_message", "sms_request"),
    "check_in_reminder": ("reminder_subject", "reminder_message", "sms_reminder"),
    "unanswered": ("unanswered_subject", "unanswered_text", "sms_unanswered"),
    "reply": ("reply_subject", "reply_message", "sms_reply"),
}
UNANSWERED = "unanswered"
Say = Callable[..., str]


def patient_words(
    session: Session,
    row: NotificationRow,
    clinic: ClinicRow,
    patient: PatientRow,
    links: tuple[str, str],
    now: datetime,
) -> tuple[str, str]:
    """Return subject and text of a message to a patient; `links`: their own, and the one that ends messages."""
    link, stop = links
    say, head = speech(patient.language), name_shown(clinic, patient)
    is_text = row.channel == "sms"
    subject_name, mail_name, sms_name = WORDS.get(row.kind, OTHER)
    subject, opening = say(subject_name), say(sms_name if is_text else mail_name, call=_call(say, clinic))
    if row.kind == UNANSWERED:
        own = _own_unanswered(session, clinic, patient, now)
        subject, opening = own or (subject, opening)
        line = say("cover_line", number=clinic.emergency_line) if clinic.emergency_line else ""
        opening = " ".join(filter(None, (opening, line, clinic.out_of_hours)))
    if row.kind == "check_in_request" and not is_text:
        episode = rules_lookups.current_episode(session, patient.clinic_id, patient.id)
        asks_more = asks_rating(session, patient, episode, now)
        opening = f"{opening} {say('request_result')}" if asks_more else opening
    subject = say("message_head", clinic=head, said=subject)
    opening = say("message_head", clinic=head, said=opening)
    if is_text:
        return subject, as_gsm(f"{opening} {link} {say('sms_end')}")
    worried = with_number(say, "mail_worried", clinic)
    return subject, f"{opening}\n\n{link}\n\n{worried}\n{say('mail_end')}\n{stop}\n"


def speech(language: str) -> Say:
    """Return what says a word of the house in a language, with its {places} filled."""
    return lambda name, /, **values: word(language, name, **values)


def name_shown(clinic: ClinicRow, patient: PatientRow) -> str:
    """Return who writes, as a message to this patient begins."""
    return clinic.name


def with_number(say: Say, name: str, clinic: ClinicRow) -> str:
    """Return a word that names the clinic's telephone, or its like for a clinic that has noted none."""
    return say(name, number=clinic.phone) if clinic.phone else say(f"{name}_without_number")


def _call(say: Say, clinic: ClinicRow) -> str:
    return with_number(say, "call_now", clinic)


def _own_unanswered(session: Session, clinic: ClinicRow, patient: PatientRow, now: datetime) -> tuple[str, str] | None:
    """Return the protocol's own words in the patient's language; None where it does not give both."""
    episode = rules_lookups.current_episode(session, patient.clinic_id, patient.id)
    tables = tables_of(session, patient.clinic_id, now, episode)
    texts = tables.protocol.texts.get(patient.language) if tables else None
    page = texts.page if texts else {}
    if "unanswered_text" in page and "unanswered_subject" in page:
        return page["unanswered_subject"], filled(page["unanswered_text"], number=clinic.phone or "")
    return None
