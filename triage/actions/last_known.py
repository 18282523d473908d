"""How a patient stood when last heard of: what was there, what was beyond normal, what nobody has closed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from triage.actions.doubt import doubted
from triage.actions.judge import history_of, value_of
from triage.records import CheckInRow, EpisodeRow, PatientRow, Session, lookups
from triage.rules import CheckIn, Tables, Urgency
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
    """Return how the patient stood when last heard of. Silence changes none of it.

    A report in doubt tells of no recovery: what it leaves out or calls gone stays open, and what it names is open too.
    """
    rows = lookups.check_ins_of(session, patient.clinic_id, patient.id, now - history_of(tables))
    out = doubted(rows, lookups.procedures_of(session, patient.clinic_id, patient.id)) if rows else ()
    values = [value_of(row, tables) for row in rows]
    if not out:
        return _said_by(session, rows, values, episode, tables)
    told = [_named(value) if row.id in out else value for row, value in zip(rows, values, strict=True)]
    own = [(row, value) for row, value in zip(rows, values, strict=True) if row.id not in out]
    by_own = _said_by(session, [row for row, _ in own], [value for _, value in own], episode, tables)
    return graver(by_own, _said_by(session, rows, told, episode, tables))


def graver(own: LastKnown, whole: LastKnown) -> LastKnown:
    """Return what is known where some reports are in doubt: by those that are not, and by what all of them name."""
    is_open = own.is_open or whole.is_open
    if own.reported is None:
        return whole if whole.is_open or whole.is_beyond else own
    if whole.reported is None:
        return own
    ends = [one.open_until for one in (own.reported, whole.reported) if one.open_until]
    urgency = max(own.reported.urgency, whole.reported.urgency)
    return LastKnown(own.reported._replace(urgency=urgency, open_until=min(ends, default=None)), is_open)


def _named(value: CheckIn) -> CheckIn:
    """Return a report without what it calls gone."""
    return replace(value, symptoms={name: level for name, level in value.symptoms.items() if level})


def _said_by(
    session: Session,
    rows: Sequence[CheckInRow],
    values: Sequence[CheckIn],
    episode: EpisodeRow,
    tables: Tables | None,
) -> LastKnown:
    if not rows:
        return LastKnown(None, is_open=False)
    severities = last_severities(values)
    standing = lookups.current_assessments(session, episode.clinic_id, [rows[-1].id])
    urgency = max((Urgency(row.urgency) for row in standing.values()), default=Urgency.self_care)
    windows = tables.protocol.windows if tables else ()
    until = open_until(windows, severities, episode.last_procedure_at)
    return LastKnown(Reported(urgency, open_until=until, is_now=False), any(severities.values()))


def is_alarming(session: Session, episode: EpisodeRow) -> bool:
    """Tell whether an alert about a report, same_day or above, was not closed by a human."""
    held = lookups.unresolved_alerts_of_episode(session, episode.clinic_id, episode.id)
    return any(alert.kind == "report" and alert.urgency >= Urgency.same_day for alert in held)
