"""Findings and assessments in words, as practitioners, logs and JSON show them."""

from collections.abc import Callable, Mapping
from typing import Any

from triage.rules.calmer import calmer_if
from triage.rules.findings import Assessment, Finding
from triage.rules.labels import label_of, spelled_in_words
from triage.rules.protocol import Texts
from triage.rules.tables import Tables
from triage.rules.vocabulary import SEVERITY_WORDS

Sentence = Callable[[str, Mapping[str, Any], Mapping[str, Any]], str]


def finding_sentence(finding: Finding, texts: Texts) -> str:
    """Return a finding as one sentence: what was seen, what was expected since when, and by which source."""
    build: Sentence = _SENTENCES.get(finding.reason, _symptom_sentence)
    observed = finding.observed
    if "together" in observed:
        observed = {**observed, "together": [spelled_in_words(words, texts) for words in observed["together"]]}
    sentence = build(label_of(finding.what, texts), observed, finding.expected)
    return f"{sentence} Source: {finding.source}." if finding.source else sentence


def assessment_as_mapping(assessment: Assessment, tables: Tables, case_id: str | None = None) -> dict[str, Any]:
    """Return an assessment as JSON shows it, in the format that `triage evaluate` prints."""
    found: dict[str, Any] = {} if case_id is None else {"id": case_id}
    found["urgency"] = assessment.urgency.name
    found["findings"] = [_finding_as_mapping(finding, tables) for finding in assessment.findings]
    found["review"] = list(assessment.review)
    found["advice"] = list(assessment.advice)
    found["protocol"] = dict(assessment.protocol)
    return found


def explain(assessment: Assessment, tables: Tables, case_id: str | None = None) -> str:
    """Return an assessment as people read it: every finding, and what would have made it calmer."""
    texts = next(iter(tables.protocol.texts.values()))
    lines = [f"{case_id or 'this report'}: {assessment.urgency.name}"]
    for finding in assessment.findings:
        lines.append(f"  {finding.urgency.name}: {finding_sentence(finding, texts)} ({finding.rule})")
        lines.append(f"    {calmer_if(finding, tables, texts)}")
    if not assessment.findings:
        lines.append("  Everything reported is within what is expected at this hour.")
    lines += [f"  for a human to look at: {what}" for what in assessment.review]
    stamp = assessment.protocol
    return "\n".join([*lines, f"  by {stamp['name']} {stamp['version']} ({stamp['digest'][:12]})"])


def advice_texts(advice: tuple[str, ...] | list[str], texts: Texts) -> dict[str, str]:
    """Return what the patient is told, by advice id; each text ends with when to call."""
    return {name: f"{texts.advice[name]['text']} {texts.advice[name]['call_when']}" for name in advice}


def day_of(hour: float) -> str:
    """Return a time since the procedure in words."""
    return f"day {int(hour) // 24} (hour {int(hour)})"


def _finding_as_mapping(finding: Finding, tables: Tables) -> dict[str, Any]:
    texts = next(iter(tables.protocol.texts.values()))
    kind, what = finding.what
    return {
        "rule": finding.rule,
        "urgency": finding.urgency.name,
        "reason": finding.reason,
        kind: what,
        "observed": {name: list(said) if isinstance(said, tuple) else said for name, said in finding.observed.items()},
        "expected": dict(finding.expected) or None,
        "message": finding_sentence(finding, texts),
        "calmer": calmer_if(finding, tables, texts),
        "source": finding.source,
    }


def _symptom_sentence(label: str, observed: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    severity = SEVERITY_WORDS[observed["severity"]]
    return f"{label}: {severity} on {day_of(observed['hour'])}; {_usual(expected)}."


def _usual(expected: Mapping[str, Any]) -> str:
    limit = SEVERITY_WORDS[expected["at_most"]]
    usual = f"at most {limit}" if expected["at_most"] else "none"
    return f"expected from hour {expected['from_hour']} on: {usual}"


def _course_sentence(said: str) -> Sentence:
    def sentence(label: str, observed: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
        last = "" if observed["last"] is None else f" (last report: {SEVERITY_WORDS[observed['last']]})"
        seen = f"{label}: {SEVERITY_WORDS[observed['severity']]} on {day_of(observed['hour'])}{last}"
        return f"{seen}; {said}; {_usual(expected)}."

    return sentence


def _sign_sentence(label: str, observed: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    return f"Danger sign: {label} ({observed['told']}) on {day_of(observed['hour'])}; never expected, at any hour."


def _combination_sentence(label: str, observed: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    return f"Together more than each alone: {', '.join(observed['together'])} on {day_of(observed['hour'])}."


def _risk_sentence(label: str, observed: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    return f"{label}: raises {observed['raises']} by one step from {observed['from']}."


def _held_sentence(label: str, observed: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    return (
        f"A danger finding at {observed['danger_at']} is less than {expected['hours']} h old and not closed by a human."
    )


_SENTENCES: dict[str, Sentence] = {
    "danger_sign": _sign_sentence,
    "note": _sign_sentence,
    "combination": _combination_sentence,
    "risk_factor": _risk_sentence,
    "held": _held_sentence,
    "unreadable": lambda label, observed, expected: "A part of the report could not be read; a human must look.",
    "wants_call": lambda label, observed, expected: "The patient asks for a call.",
    "result": lambda label, observed, expected: f"{label} on {day_of(observed['hour'])}.",
    "worsening": _course_sentence("healing gets better each day, this got worse"),
    "new_late": _course_sentence("it was not there at the last report, and nothing new is expected now"),
    "relapse": _course_sentence("it was gone and has come back"),
    "not_improving": _course_sentence("it has not improved for days"),
    "rapid_rise": _course_sentence("it rose fast"),
    "late_onset": _course_sentence("it began late after a procedure and is still there"),
}
