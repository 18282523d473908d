"""What one comparison concludes, and what all of them conclude together."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from triage.rules.vocabulary import Urgency


class Finding(NamedTuple):
    """One rule that fired. Its sentence is built when it is read (`wording.finding_sentence`)."""

    rule: str
    urgency: Urgency
    reason: str  # danger_sign, above_expected, persisting, worsening, new_late, relapse, not_improving, ...
    what: tuple[str, str]  # ("symptom", "redness"), ("sign", "fever"), ("risk_factor", "diabetes"), ...
    observed: Mapping[str, Any]  # the values that were seen
    expected: Mapping[str, Any]  # the values that were expected; empty: it is never expected
    source: str
    advice: str  # id of the advice text; empty: the text of the urgency alone


class Assessment(NamedTuple):
    """All findings for one check-in under one protocol; as urgent as its most urgent finding."""

    urgency: Urgency
    findings: tuple[Finding, ...]  # most urgent first
    review: tuple[str, ...]  # what a human must look at apart from urgency: note, photo, problem
    advice: tuple[str, ...]  # ids of advice texts, most urgent first
    protocol: Mapping[str, str]  # name, version, digest


def conclude(findings: list[Finding], review: tuple[str, ...], protocol: Mapping[str, str]) -> Assessment:
    """Return the assessment of a list of findings; an empty list is self-care."""
    ordered = tuple(sorted(findings, key=lambda finding: -finding.urgency))
    urgency = ordered[0].urgency if ordered else Urgency.self_care
    advice = dict.fromkeys([urgency.name, *(finding.advice for finding in ordered if finding.advice)])
    return Assessment(urgency, ordered, review, tuple(advice), protocol)
