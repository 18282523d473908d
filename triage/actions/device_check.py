"""What the phone worked out by itself is worked out again: where the two differ, our own scripts are at fault.

The patient may have read wrong advice, so that a person of the clinic hears of it, and whoever runs the service too.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.protocols import load_version
from triage.actions.turn import Turn
from triage.records import CheckInRow, EpisodeRow, ProcedureRow, Session, rules_lookups
from triage.rules import CheckIn, Fault, Tables, Urgency, latest_procedure, read_check_in, read_moment
from triage.rules.check_in import SAYS_NOTHING
from triage.rules.device import judge_as_phone
from triage.rules.history import HOUR

OF_DEVICES = "device"  # what the clinic's one alert of kind service is about
DIFFERED = "device"  # as a check-in's `review` says it
MILLISECOND = timedelta(milliseconds=1)


def check_device(session: Session, row: CheckInRow, body: Any, procedures: Sequence[ProcedureRow], turn: Turn) -> None:
    """Compare what the phone said of a report's urgency with what the same tables say here, and tell of a difference.

    `row.device["expected"]` keeps ours. Nothing is compared where the phone said nothing of it, where this clinic never
    gave out the version, or has retired it and the episode runs under another, and where a part of the report could not
    be read: then the phone read it otherwise.
    """
    told = Urgency.__members__.get(str(row.device.get("urgency")))
    tables = _version_named(session, row) if told is not None and procedures else None
    check_in = _as_typed(body, tables, row.device.get("at")) if tables else None
    if told is None or tables is None or check_in is None:
        return
    ours = list(_answers(tables, check_in, [procedure.at for procedure in procedures]))
    row.device = {**row.device, "expected": ours[0].name}
    session.add(row)
    if told in ours:
        return
    row.review = [*row.review, DIFFERED]
    after = {"digest": tables.protocol.digest, "told": told.name, "expected": ours[0].name}
    audit.record(session, turn, "device_differed", ("check_in", row.id), after=after)
    raise_alert(session, "service", Urgency.same_day, turn, of=OF_DEVICES)


def _version_named(session: Session, row: CheckInRow) -> Tables | None:
    """Return the tables that the phone judged by; None where it could not rightly have had them."""
    digest = str(row.device.get("digest"))
    version = rules_lookups.version_of_digest(session, row.clinic_id, digest)
    if version is None or version.effective_from is None:
        return None
    episode = session.get(EpisodeRow, (row.clinic_id, row.episode_id))
    if version.retired_at is not None and (episode is None or episode.protocol_digest != digest):
        return None
    return load_version(session, row.clinic_id, digest)


def _as_typed(body: Any, tables: Tables, at: Any) -> CheckIn | None:
    """Return the report in the words of the phone's own version, at its own time; None where not all can be read."""
    faults: list[Fault] = []
    moment = read_moment(at, "at", faults)
    if moment is None or not isinstance(body, dict):
        return None
    check_in, found = read_check_in({**body, "at": moment}, tables.protocol.vocabulary)
    return None if any(fault.said != SAYS_NOTHING for fault in found) else check_in


def _answers(tables: Tables, check_in: CheckIn, procedures: Sequence[datetime]) -> Iterator[Urgency]:
    """Yield ours, and what it would be since each other procedure: a page that was opened before one knows it not."""
    for since in dict.fromkeys([latest_procedure(procedures, check_in.at), *procedures]):
        hours = (_floored(check_in.at) - _floored(since)) / HOUR
        yield judge_as_phone(tables, check_in, max(0.0, hours))


def _floored(at: datetime) -> datetime:
    """Return a moment in whole milliseconds, as a script knows it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
