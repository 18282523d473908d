"""Why a report stood out, in as few words as a row of a list has room for; a finding keeps its whole sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from triage.rules.vocabulary import SEVERITY_WORDS

CHANGED = {
    "worsening": "worse than before",
    "new_late": "new this late",
    "relapse": "was gone and has come back",
    "not_improving": "not improving",
    "rapid_rise": "rose fast",
    "late_onset": "began late and is still there",
}
SIGNS = ("danger_sign", "note")
KINDS = ("symptom", "sign", "combination", "result")
RISK = "risk_factor"
SOURCE = " Source: "


def findings_in_short(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the first of the findings, as they are kept, in a few words, and about how many other things there are.

    What was seen comes before what only raises its urgency, as a risk factor does.
    """
    first = next((finding for finding in findings if finding.get("reason") != RISK), findings[0])
    others = len({_subject(finding) for finding in findings} - {_subject(first)})
    return finding_in_short(first) + (f" (and {others} more)" if others else "")


def finding_in_short(finding: Mapping[str, Any]) -> str:
    """Return a finding, as it is kept, in a few words; of a kind that has none, its sentence without the source."""
    reason, observed = finding.get("reason"), finding.get("observed") or {}
    if reason in SIGNS and "sign" in finding and "hour" in observed:
        return f"Danger sign: {_spelled(finding['sign'])}, day {_day(observed)}"
    if "symptom" in finding and {"severity", "hour"} <= observed.keys():
        symptom, severity = _spelled(finding["symptom"]).capitalize(), SEVERITY_WORDS[observed["severity"]]
        seen = f"{symptom} {severity} on day {_day(observed)}"
        said = [CHANGED[reason]] if reason in CHANGED else []
        return "; ".join([seen, *said, *_usual(finding.get("expected") or {})])
    return str(finding.get("message", "")).partition(SOURCE)[0].removesuffix(".")


def _subject(finding: Mapping[str, Any]) -> str:
    """Return what a finding is about: several rules may have found the same symptom."""
    return str(next((finding[kind] for kind in KINDS if kind in finding), finding.get("rule")))


def _usual(expected: Mapping[str, Any]) -> list[str]:
    if "at_most" not in expected:
        return []
    return [f"usual by then: {'at most ' * bool(expected['at_most'])}{SEVERITY_WORDS[expected['at_most']]}"]


def _day(observed: Mapping[str, Any]) -> int:
    return int(observed["hour"]) // 24


def _spelled(name: str) -> str:
    return name.replace("_", " ")
