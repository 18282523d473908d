"""What a page says: the protocol's texts in the patient's language; the pages' own words where it has none."""

import re
from collections.abc import Mapping

from triage.rules import Urgency
from triage.rules.labels import is_right_to_left
from triage.rules.protocol import Texts
from triage.rules.vocabulary import SEVERITY_WORDS

# A protocol may translate or replace each of these under [page] of its texts.
OWN: Mapping[str, str] = {
    "check_in_title": "How are you today?",
    "answer_title": "Your answer",
    "day": "Day {day} after your session",
    "day_of_session": "Day {day} after session {count}",
    "no_procedure": "Your clinic has not noted a session yet. You can report all the same.",
    "before_procedure": "Before your session",
    "call_clinic_short": "Call clinic",
    "not_reviewed": "No clinician has reviewed these texts yet.",
    "not_an_emergency_service": "This is not an emergency service. In an emergency call your local emergency number.",
    "intended_purpose": "This service keeps you in touch with your clinic. It does not replace a doctor.",
    "rules_trouble": "This service cannot use its current rules. You can report: a person at your clinic looks at it.",
    "rules_trouble_call": "If anything worries you, call the clinic now.",
    "cover_heading": "Who looks at your report",
    "cover_open": "Your clinic is open now.",
    "cover_closed": "Your clinic is closed now and opens again {when}.",
    "cover_closed_long": "Your clinic is closed now.",
    "cover_urgent": "What cannot wait is passed on to a person at once, at any hour.",
    "answer_by": "A person at your clinic answers by {when}. If nobody has by then, we tell you.",
    "unanswered": "Nobody at your clinic has answered your report of {when} yet. Call the clinic now.",
    "unanswered_worse": "If it gets worse, or you cannot reach anybody, have a doctor look at it today.",
    "call_number": "Call your clinic: {number}",
    "call_emergency": "Call {number}",
    "or_call": "or",
    "well_heading": "All well?",
    "well_text": "Two taps, and you are done.",
    "well_none": "I have none of the danger signs below",
    "all_fine": "All fine, send",
    "not_well": "Something is not fine? Go on below.",
    "danger_heading": "Danger signs",
    "danger_question": "Do you have any of these now?",
    "call_first": "If you have one of these, call {number} first. Report afterwards.",
    "other_signs": "And any of these?",
    "none_of_these": "None of these",
    "symptoms_heading": "How it looks and feels",
    "symptoms_question": "How strong was it at its worst in the last 24 hours?",
    "leave_out": "Leave out what you cannot tell.",
    "course_question": "Compared with your last report, is it better, the same or worse?",
    "where_question": "Where is it?",
    "more_heading": "More, if you like",
    "result_question": "Is anything about the look not as you expect?",
    "temperature_question": "If you measured your temperature: what was it?",
    "temperature": "Temperature",
    "unit": "Unit",
    "treatment_question": "Have you taken or had any of these?",
    "exposed_question": "Was the treated area exposed to any of these?",
    "wants_call_question": "Would you like your clinic to call you?",
    "wants_call": "Yes, please call me",
    "note_question": "Is there anything else?",
    "note_length": "Up to 2000 characters.",
    "send": "Send",
    "empty_heading": "Nothing has been sent yet",
    "empty_danger": "Are there danger signs? Tick them, or tick that there are none.",
    "empty_symptoms": "Tell us how strong at least one thing is, or press “All fine” at the top.",
    "received": "We got it at {time}. Reference {reference}.",
    "clinic_told": "The clinic has been told.",
    "problems_heading": "We could not read a part of it",
    "problems_text": "We could not read: {parts}. The rest counts, and a person at your clinic will look at it.",
    "usual_heading": "What is usual",
    "usual_days": "Usually gone after {low} to {high} days. You are on day {day}.",
    "usual_within": "Usually gone within {high} days. You are on day {day}.",
    "usual_today": "You said: {severity}. Usual today: at most {at_most}.",
    "usual_gone": "You said: {severity}. Usually gone by today.",
    "aftercare_heading": "What to do now",
    "next_check_in": "We ask you again {when}.",
    "next_heading": "What happens next",
    "report_more": "Report more, or correct what you sent",
    "review_note": "A person at your clinic will also read what you wrote.",
    "thank_you": "Thank you. We have received your report.",
    "stop_sent": "You get messages from us",
    "stop_stopped": "You get no messages from us",
    "stop_report": "You can report at any time by your own link, with messages and without.",
    "stop_button": "Stop the messages",
    "stop_start_button": "Send me messages again",
    "part.at": "the time",
    "part.symptoms": "how strong something is",
    "part.course": "better, same or worse",
    "part.where": "where it is",
    "part.signs": "a danger sign",
    "part.denied": "a danger sign",
    "part.result": "the look",
    "part.temperature": "your temperature",
    "part.treatment": "what you took",
    "part.exposed": "what you did",
    "part.note": "a part of your note",
    "part.": "a part of your report",
}
UNITS = {"C": "°C", "F": "°F"}
HEADLINES = {
    "self_care": "What you told us is usual at this stage.",
    "routine": "Your clinic will look at this.",
    "same_day": "Your clinic should look at this today.",
    "urgent": "A doctor should see you today.",
    "emergency": "Call your local emergency number now.",
}
HINT = re.compile(r"(.+?)(?:: | \()(.+?)\)?")


class Words:
    """The words of one page; `texts` None: the clinic has published no protocol."""

    def __init__(self, texts: Texts | None) -> None:
        self.texts = texts
        self.language = texts.language if texts else "en"
        self.direction = "rtl" if is_right_to_left(self.language) else "ltr"
        self.is_reviewed = bool(texts and texts.reviewer)

    def page(self, name: str, **values: object) -> str:
        """Return a text of the pages with its {places} filled."""
        text = (self.texts.page if self.texts else {}).get(name) or OWN[name]
        for place, value in values.items():
            text = text.replace("{" + place + "}", str(value))
        return text

    def label(self, kind: str, name: str) -> str:
        """Return what an id is called; an id without a label is shown in plain words."""
        labels = self.texts.labels.get(kind, {}) if self.texts else {}
        return labels.get(name) or name.replace("_", " ").capitalize()

    def severity(self, level: int) -> tuple[str, str]:
        """Return the word of a severity and its everyday anchor (empty where there is none)."""
        labels = self.texts.labels.get("severities", {}) if self.texts else {}
        return split_hint(labels.get(str(level)) or SEVERITY_WORDS[level].capitalize())

    def urgency(self, urgency: Urgency) -> tuple[str, str]:
        """Return the headline and what to do."""
        found = (self.texts.urgency if self.texts else {}).get(urgency.name, {})
        return found.get("headline") or HEADLINES[urgency.name], found.get("do", "")

    def advice(self, name: str, answered: str) -> tuple[str, str]:
        """Return an advice's text and when to call; as it was answered where the texts do not have it."""
        found = (self.texts.advice if self.texts else {}).get(name)
        return (found["text"], found["call_when"]) if found else (answered, "")

    def part(self, path: str) -> str:
        """Return in plain words which part of a report a fault's path means."""
        head, _, rest = path.partition(".")
        kind = {"symptoms": "symptoms", "course": "symptoms", "where": "symptoms"}.get(head)
        labels = self.texts.labels.get(kind, {}) if self.texts and kind else {}
        name = rest.split(".")[0]
        if name in labels:
            return split_hint(labels[name])[0]
        return self.page(f"part.{head}" if f"part.{head}" in OWN else "part.")


def split_hint(label: str) -> tuple[str, str]:
    """Return a label's name and its explanation: "Mild: I notice it", "Redness (or darker)"."""
    found = HINT.fullmatch(label)
    return (found[1], found[2]) if found else (label, "")
