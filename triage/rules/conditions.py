"""The conditions of combinations: how they are spelled, and what they are called in words."""

import re
from collections.abc import Callable

from triage.rules.protocol import COURSE_WORDS, Condition
from triage.rules.vocabulary import MOST_SEVERE

SPELLED = re.compile(
    r"(?P<kind>sign|risk|treatment|exposed):(?P<what>\w+)"
    r"|(?P<symptom>\w+) >= (?P<least>[1-4])"
    rf"|(?P<told>\w+) (?P<course>{'|'.join(COURSE_WORDS.values())})"
    r"|(?P<placed>\w+ in \w+)"
    r"|temperature >= (?P<degrees>\d\d(?:\.\d)?)"
)
LABELS = {"sign": "signs", "risk": "risk_factors", "treatment": "treatments", "exposed": "exposures"}
SAID_BEFORE = {"risk": "risk factor: ", "treatment": "treatment: ", "exposed": "exposed to: "}
COURSE_SAID = {
    "worse": "getting worse",
    "growing": "new or getting worse",
    "relapse": "gone and back",
    "not_improving": "not improving for days",
    "rapid_rise": "rising fast",
    "late": "that began late after a procedure",
}
Label = Callable[[str, str], str]  # kind of label (symptoms, signs, severities, ...) and id -> words


def read_condition(text: str) -> Condition | None:
    """Return the condition that a text spells; None where it spells none."""
    match = SPELLED.fullmatch(text)
    if match is None:
        return None
    if match["kind"]:
        return Condition(match["kind"], match["what"])
    if match["degrees"]:
        return Condition("temperature", match["degrees"], float(match["degrees"]))
    if match["placed"]:
        return Condition("placed", match["placed"])
    if match["told"]:
        kind = next(kind for kind, words in COURSE_WORDS.items() if words == match["course"])
        return Condition(kind, match["told"])
    return Condition("symptom", match["symptom"], int(match["least"]))


def condition_in_words(condition: Condition, label: Label) -> str:
    """Return one condition in words, with the labels of a language."""
    kind, what = condition.kind, condition.what
    if kind == "symptom":
        least = label("severities", str(int(condition.least))).lower()
        return f"{label('symptoms', what)} ({least}{' or more' if condition.least < MOST_SEVERE else ''})"
    if kind in COURSE_SAID:
        return f"{label('symptoms', what)} {COURSE_SAID[kind]}"
    if kind == "placed":
        symptom, zone = condition.place
        return f"{label('symptoms', symptom)} at this place: {label('zones', zone)}"
    if kind == "temperature":
        return f"a temperature of {condition.least:g} C or more"
    return SAID_BEFORE.get(kind, "") + label(LABELS[kind], what)
