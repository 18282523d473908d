"""The words of a language for the ids of a protocol, and of ours for its urgencies."""

from triage.rules.conditions import condition_in_words, read_condition
from triage.rules.protocol import Texts
from triage.rules.vocabulary import SEVERITY_WORDS, Urgency

KINDS = {"symptom": "symptoms", "sign": "signs", "risk_factor": "risk_factors", "result": "results"}
RIGHT_TO_LEFT = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


def label_of(what: tuple[str, str], texts: Texts) -> str:
    """Return the label of a thing by its kind and id; one without a label is called by its id."""
    kind, name = what
    return _label(KINDS.get(kind, ""), name, texts)


def spelled_in_words(condition: str, texts: Texts) -> str:
    """Return a condition of a combination, as the protocol spells it ("pain >= 3"), in words."""
    read = read_condition(condition)
    return condition if read is None else condition_in_words(read, lambda kind, word: _label(kind, word, texts))


def urgency_words(urgency: Urgency) -> str:
    """Return an urgency as people read it."""
    return "self-care" if urgency == Urgency.self_care else urgency.name.replace("_", " ")


def is_right_to_left(language: str) -> bool:
    """Tell which way a language is written."""
    return language.split("-")[0] in RIGHT_TO_LEFT


def _label(kind: str, name: str, texts: Texts) -> str:
    if kind == "severities":  # a word: the texts explain them at length
        return SEVERITY_WORDS[int(name)]
    return texts.labels.get(kind, {}).get(name, name.replace("_", " "))
