"""The words of a language for the ids of a protocol."""

import re

from triage.rules.protocol import COURSE_WORDS, Texts
from triage.rules.vocabulary import SEVERITY_WORDS

KINDS = {"symptom": "symptoms", "sign": "signs", "risk_factor": "risk_factors", "result": "results"}
NAMED_KINDS = {"sign": "signs", "risk": "risk_factors", "treatment": "treatments", "exposed": "exposures"}
_KINDS = {words: kind for kind, words in COURSE_WORDS.items()}
AT_LEAST = re.compile(r"(\w+) >= ([\d.]+)")
COURSE = re.compile(rf"(\w+) ({'|'.join(COURSE_WORDS.values())})")
# What is said of a symptom, by the kind of a condition about its course.
COURSE_SAID = {
    "worse": "getting worse",
    "growing": "new or getting worse",
    "relapse": "gone and back",
    "not_improving": "not improving for days",
    "rapid_rise": "rising fast",
    "late": "that began late after a procedure",
}
PLACED = re.compile(r"(\w+) in (\w+)")


def label_of(what: tuple[str, str], texts: Texts) -> str:
    """Return the label of a thing by its kind and id; one without a label is called by its id."""
    kind, name = what
    return _label(KINDS.get(kind, ""), name, texts)


def condition_in_words(condition: str, texts: Texts) -> str:
    """Return a condition of a combination, as the protocol spells it ("pain >= 3"), in words."""
    if found := AT_LEAST.fullmatch(condition):
        name, least = found.groups()
        if name == "temperature":
            return f"a temperature of {least} C or more"
        return f"{_label('symptoms', name, texts)} {SEVERITY_WORDS[int(float(least))]} or more"
    if found := COURSE.fullmatch(condition):
        return f"{_label('symptoms', found[1], texts)} {COURSE_SAID[_KINDS[found[2]]]}"
    if found := PLACED.fullmatch(condition):
        return f"{_label('symptoms', found[1], texts)} at: {_label('zones', found[2], texts)}"
    kind, _, name = condition.partition(":")
    return _label(NAMED_KINDS.get(kind, ""), name, texts)


def _label(kind: str, name: str, texts: Texts) -> str:
    return texts.labels.get(kind, {}).get(name, name.replace("_", " "))
