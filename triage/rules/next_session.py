"""Is the last session over by the day of the next one? Only a recent report that says so is a sign that it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.rules.check_in import CheckIn
from triage.rules.history import HOUR
from triage.rules.labels import label_of
from triage.rules.protocol import ExpectedWindow, Protocol
from triage.rules.schedule import last_severities
from triage.rules.vocabulary import SEVERITY_WORDS, Urgency

# judgement: who is well is asked once a week, so what is older than that says little of how the patient is now
RECENT = timedelta(days=7)


class Reason(NamedTuple):
    """Why the last session may not be over: what it is about, how grave that is, and the same in words."""

    about: str  # a symptom, or unheard, beyond, alert, no_rules
    level: int
    words: str


class Known(NamedTuple):
    """What is known of a patient when the next session is looked at; reports of all sessions, oldest first."""

    procedure_at: datetime  # the end of the latest session
    reports: Sequence[CheckIn]
    doubted: Sequence[CheckIn] = ()  # that may be somebody else's or on a wrong day: they calm nothing
    latest_urgency: Urgency = Urgency.self_care  # of the latest report as it was judged
    has_alert: bool = False  # an alert about a report is not closed


def why_not_over(protocol: Protocol | None, known: Known, now: datetime, session_at: datetime) -> list[Reason]:
    """Return why the last session is not over by the next one; empty: a recent report says that it is.

    `protocol` None: none can be read. Silence is no recovery, and a worse report never makes it calmer.
    """
    reasons = [Reason("alert", 1, "An alert about a report is not closed.")] if known.has_alert else []
    latest = (*known.reports[-1:], *known.doubted[-1:])
    beyond = max(int(known.latest_urgency), *(int(bool(report.signs)) for report in latest), 0)
    if beyond:
        reasons.append(Reason("beyond", beyond, "The latest report was beyond what is expected."))
    reasons += _why_unheard(known, now)
    if protocol is None:
        return [*reasons, Reason("no_rules", 1, "The rules cannot be read, so nothing can be compared.")]
    hours = [max(0, int((at - known.procedure_at) / HOUR)) for at in (now, max(now, session_at))]
    windows = {window.symptom: window for window in protocol.windows}
    texts = next(iter(protocol.texts.values()))
    for symptom, severity in sorted(_severities(known).items()):
        why = _why_there(windows.get(symptom), severity, hours)
        if why:
            reasons.append(Reason(symptom, severity, f"{label_of(('symptom', symptom), texts)}: {why}."))
    return reasons


def _severities(known: Known) -> Mapping[str, int]:
    """Return how strong each symptom was when it was last reported; a report in doubt ends none."""
    own = last_severities(known.reports)
    named = [
        replace(report, symptoms={what: n for what, n in report.symptoms.items() if n}) for report in known.doubted
    ]
    whole = last_severities([*known.reports, *named])
    return {symptom: max(own.get(symptom, 0), severity) for symptom, severity in whole.items()}


def _named(report: CheckIn) -> CheckIn:
    """Return a report without what it calls gone."""
    return replace(report, symptoms={symptom: level for symptom, level in report.symptoms.items() if level})


def _why_unheard(known: Known, now: datetime) -> Iterator[Reason]:
    """Yield that nobody knows how the patient is now: only a report that names symptoms tells it."""
    telling = [report.at for report in known.reports if report.symptoms and report.at >= known.procedure_at]
    if not telling:
        yield Reason("unheard", 2, "There is no report since the last session.")
    elif now - max(telling) > RECENT:
        yield Reason("unheard", 1, f"There is no report of the last {RECENT.days} days.")


def _why_there(window: ExpectedWindow | None, severity: int, hours: Sequence[int]) -> str:
    """Return why a symptom is not over: it should be gone, or is more than is expected now or then; empty: it is over.

    What the protocol knows nothing of is never over while it is there.
    """
    said = SEVERITY_WORDS[severity]
    if not severity:
        return ""
    if window is None:
        return f"{said}, and nothing is known of how long it may last"
    if max(hours) >= window.high_days * 24:
        return f"{said}, and it is usually gone by day {window.high_days:g}"
    above = severity > min(_expected(window, hour) for hour in hours)
    return f"{said}, which is more than is expected by then" if above else ""


def _expected(window: ExpectedWindow, hour: int) -> int:
    """Return the highest severity that is expected at an hour; before the first limit nothing is."""
    reached = [(step.from_hour, step.at_most) for step in window.expected if step.from_hour <= hour]
    return max(reached, default=(0, 0))[1]
