"""Why an alert is open, in words: each finding, by which rule of which version, and what would have been calmer."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from triage.actions.turn import Turn
from triage.actions.worklist import Item, items_of
from triage.records import AlertRow, AssessmentRow, KeptReportRow, PatientRow, Session, case_lookups, lookups
from triage.rules.labels import urgency_words
from triage.rules.vocabulary import Urgency

DANGER = ("danger_sign", "note")
MOST_SIMILAR = 200  # closed alerts that are looked through


class Similar(NamedTuple):
    """How often a rule was found in the alerts that were closed lately, and what people then said of the alert."""

    looked_at: int
    found: int
    useful: int
    could_have_waited: int
    not_needed: int


class Reason(NamedTuple):
    """One finding. `said`: what was seen and what was expected, as a sentence."""

    urgency: str
    said: str
    rule: str
    calmer: str  # what would have made it calmer; empty: nothing that a report could say
    similar: Similar


class OpenAlert(NamedTuple):
    """An alert that nobody has closed."""

    item: Item
    protocol: str  # name and version that judged it; empty: none did
    digest: str
    reasons: tuple[Reason, ...]  # empty: `item.reason` says all
    is_told_by_them: bool  # the first of them is why there is an alert; else `item.reason` says it
    refused: KeptReportRow | None  # a report that was refused and names a danger
    problem: str | None  # the last trouble with telling people


def open_alerts(session: Session, patient: PatientRow, turn: Turn) -> list[OpenAlert]:
    """Return a patient's alerts that nobody has closed, the most urgent first, whichever course they belong to."""
    rows = case_lookups.unresolved_alerts_of(session, patient.clinic_id, patient.id)
    if not rows:
        return []
    reported = [row.check_in_id for row in rows if row.check_in_id]
    judged = lookups.current_assessments(session, patient.clinic_id, reported) if reported else {}
    names = case_lookups.versions_named(session, patient.clinic_id, {row.protocol_digest for row in judged.values()})
    closed = case_lookups.closed_lately(session, patient.clinic_id, MOST_SIMILAR) if judged else []
    kept = lookups.kept_reports_of(session, patient.clinic_id, [row.id for row in rows])
    found = []
    for row, item in zip(rows, items_of(session, rows, turn), strict=True):
        assessment = judged.get(row.check_in_id) if row.check_in_id else None
        digest = assessment.protocol_digest if assessment else ""
        found.append(
            OpenAlert(
                item=item,
                protocol=names.get(digest, ""),
                digest=digest[:12],
                reasons=tuple(_reasons(assessment, closed)),
                is_told_by_them=_is_told_by(assessment, row, kept.get(row.id)),
                refused=kept.get(row.id),
                problem=row.problem,
            )
        )
    return found


def _is_told_by(assessment: AssessmentRow | None, row: AlertRow, refused: KeptReportRow | None) -> bool:
    """Tell whether the report's findings are why there is an alert, and not a worse report that was refused."""
    has_findings = assessment is not None and bool(assessment.findings)
    return has_findings and (refused is None or (assessment is not None and assessment.urgency >= row.urgency))


def _reasons(
    assessment: AssessmentRow | None, closed: Sequence[tuple[str | None, list[dict[str, Any]]]]
) -> Iterator[Reason]:
    """Yield the findings, the most urgent first; of the same urgency danger signs, which must not be overlooked."""
    for finding in sorted(assessment.findings, key=_order) if assessment else ():
        rule = str(finding.get("rule", ""))
        yield Reason(
            urgency=str(finding.get("urgency", Urgency.routine.name)),
            said=str(finding.get("message", "")),
            rule=rule,
            calmer=str(finding.get("calmer") or ""),
            similar=similar_to(rule, closed),
        )


def _order(finding: dict[str, Any]) -> tuple[int, bool]:
    urgency = Urgency.__members__.get(str(finding.get("urgency")), Urgency.routine)
    return -urgency, finding.get("reason") not in DANGER


def similar_to(rule: str, closed: Sequence[tuple[str | None, list[dict[str, Any]]]]) -> Similar:
    """Return how often a rule is among the findings of closed alerts; `closed`: of each its use and its findings."""
    uses = [useful for useful, findings in closed if any(finding.get("rule") == rule for finding in findings)]
    said = ("useful", "could_have_waited", "not_needed")
    return Similar(len(closed), len(uses), *(uses.count(word) for word in said))


def clock_words(item: Item) -> str:
    """Return in words what the alert's clock does next, but for when; empty: it has none."""
    told = ", ".join(item.told_next) or "nobody can be reached"
    return {
        "step": f"told next: {told}",
        "ack_timeout": f"opens again, and is told to: {told}",
        "snooze_end": f"is watched until then; told next: {told}",
    }.get(item.next_action or "", "")


def urgency_said(word: str) -> str:
    """Return an urgency as people read it, from the word of the code."""
    return urgency_words(Urgency[word]) if word in Urgency.__members__ else word
