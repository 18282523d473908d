"""How a patient stood when last heard of: what was there, what was beyond normal, what nobody has closed."""

from datetime import datetime
from typing import NamedTuple

from triage.actions.judge import history_of, value_of
from triage.records import EpisodeRow, PatientRow, Session, lookups
from triage.rules import Tables, Urgency
from triage.rules.schedule import Reported, last_severities, open_until


class LastKnown(NamedTuple):
    """What the latest reports say; `reported` None: nothing was ever reported."""

    reported: Reported | None
    is_open: bool  # some symptom was above 0 when it was last reported

    @property
    def is_beyond(self) -> bool:
        """Tell whether the last report was judged routine or above."""
        return self.reported is not None and self.reported.urgency > Urgency.self_care


def last_known(
    session: Session, patient: PatientRow, episode: EpisodeRow, tables: Tables | None, now: datetime
) -> LastKnown:
    """Return how the patient stood when last heard of. Silence changes none of it."""
    rows = lookups.check_ins_of(session, patient.clinic_id, patient.id, now - history_of(tables))
    if not rows:
        return LastKnown(None, is_open=False)
    severities = last_severities(value_of(row, tables) for row in rows)
    standing = lookups.current_assessments(session, patient.clinic_id, [rows[-1].id])
    urgency = max((Urgency(row.urgency) for row in standing.values()), default=Urgency.self_care)
    windows = tables.protocol.windows if tables else ()
    until = open_until(windows, severities, episode.last_procedure_at)
    return LastKnown(Reported(urgency, open_until=until, is_now=False), any(severities.values()))


def is_alarming(session: Session, episode: EpisodeRow) -> bool:
    """Tell whether an alert about a report, same_day or above, was not closed by a human."""
    held = lookups.unresolved_alerts_of_episode(session, episode.clinic_id, episode.id)
    return any(alert.kind == "report" and alert.urgency >= Urgency.same_day for alert in held)
