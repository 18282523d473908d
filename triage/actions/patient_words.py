"""What patients are told. No health detail, in no subject and no text: a link, whom to call, and how to end it."""

from collections.abc import Mapping
from datetime import datetime

from triage.actions.protocols import tables_of
from triage.records import ClinicRow, NotificationRow, PatientRow, Session, rules_lookups

SUBJECTS: Mapping[str, str] = {
    "check_in_link": "your link",
    "check_in_request": "your check-in",
    "check_in_reminder": "your check-in is still open",
    "unanswered": "nobody has answered yet",
    "reply": "an answer for you",
}
OPENINGS: Mapping[str, str] = {
    "check_in_link": "this is your own link. Use it whenever we ask how you are, and at any other time.",
    "check_in_request": "how are you today? It takes less than a minute.",
    "check_in_reminder": "we have not heard from you yet. How are you? It takes less than a minute.",
    "reply": "your clinic has answered you. Open your link to read it.",
}
# A protocol may give these in its languages under [page], as unanswered_subject and unanswered_text.
UNANSWERED = (
    "nobody at the clinic has answered your report yet, although we said that somebody would by now. We go on telling "
    "them. {call} Do not wait for us if it gets worse or you are afraid: go to urgent care, and in an emergency call "
    "your local emergency number."
)
CALL, CALL_WITHOUT_NUMBER = "Please call the clinic now: {number}.", "Please call the clinic now."


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
    if row.kind == "unanswered":
        subject, opening = _unanswered(session, clinic, patient, now)
    else:
        subject, opening = SUBJECTS.get(row.kind, "a message"), OPENINGS.get(row.kind, "please open your link.")
    subject = f"{clinic.name}: {subject}"
    if row.channel == "sms":
        return subject, f"{clinic.name}: {opening} {link} Reply STOP to end messages."
    call = f" or call {clinic.phone}" if clinic.phone else ""
    return subject, (
        f"{clinic.name}: {opening}\n\n{link}\n\n"
        f"Nobody watches this mailbox. If you are worried, use the link{call}. "
        "In an emergency call your local emergency number.\n"
        "You get these messages because you agreed to them. To end them, or start them again:\n"
        f"{stop}\n"
    )


def _unanswered(session: Session, clinic: ClinicRow, patient: PatientRow, now: datetime) -> tuple[str, str]:
    """In the patient's language where the protocol has the words in it, else in English; each whole in one language."""
    episode = rules_lookups.current_episode(session, patient.clinic_id, patient.id)
    tables = tables_of(session, patient.clinic_id, now, episode)
    texts = tables.protocol.texts.get(patient.language) if tables else None
    call = CALL.replace("{number}", clinic.phone) if clinic.phone else CALL_WITHOUT_NUMBER
    away = f" {clinic.out_of_hours}" if clinic.out_of_hours else ""
    page = texts.page if texts else {}
    if "unanswered_text" in page and "unanswered_subject" in page:
        return page["unanswered_subject"], page["unanswered_text"].replace("{number}", clinic.phone or "") + away
    return SUBJECTS["unanswered"], UNANSWERED.replace("{call}", call) + away
