"""The audit's figures: computed from a clinic's records, kept until the next night, shown with what they rest on."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from time import perf_counter
from typing import Any, NamedTuple

from triage.actions.alerts import clinic_of
from triage.actions.errors import Invalid, NotFound
from triage.actions.outcome_facts import facts_of
from triage.actions.protocols import tables_of
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import Facts
from triage.outcomes.figure import GROUPS, Figure, Question
from triage.outcomes.figure_json import as_mapping, read_figure
from triage.outcomes.reports import micros
from triage.records import ClinicRow, FigureRow, Session, figure_lookups
from triage.records.bulk import Progress
from triage.rules import Fault, Protocol

AUDITORS = ("lead", "auditor")
NIGHT = time(2)  # local; figures of before are computed again. judgement: nobody reports, and the day is over
NO_RULES = "Nothing can be told: no protocol is in effect, so there is no course to compare with."

NO_PROTOCOL = ("", "", "")


class Asked(NamedTuple):
    """What somebody wants to know of a figure. None: no such limit; the groups are the figure's own choice."""

    since: date | None = None  # days of the clinic's own calendar
    until: date | None = None  # the last one, which is part of it
    by: str | None = None  # of GROUPS

    def as_text(self) -> str:
        """Return the one text that stands for this question."""
        said = {"since": self.since, "until": self.until, "by": self.by}
        return json.dumps({name: str(value) for name, value in said.items() if value is not None}, sort_keys=True)


class Frame(NamedTuple):
    """What a figure rests on; printed beside it wherever it is shown."""

    clinic: str
    since: date | None
    until: date | None
    as_of: datetime  # up to when the records were read
    computed_at: datetime
    versions: tuple[tuple[str, str, str], ...]  # digest, name, version of each protocol that judged
    by: str | None = None
    protocol: tuple[str, str, str] = NO_PROTOCOL  # digest, name, version of that whose windows are the expectation


class Shown(NamedTuple):
    """A figure with its frame. `took_ms`: to compute it; None: it was kept from before."""

    figure: Figure
    frame: Frame
    took_ms: int | None = None


WHOLE = Asked()  # what is computed every night: all that there is


def figure_of(
    session: Session, clinic_id: uuid.UUID, name: str, asked: Asked, turn: Turn, fresh: bool = False
) -> Shown:
    """Return a figure: as it was kept since last night, else computed now. Only reads: `keep_figure` keeps it.

    `fresh`: computed now in any case. Raises NotFound for a figure that there is not, Invalid, NotAllowed.
    """
    turn.by.require(*AUDITORS)
    check_asked(name, asked)
    clinic = clinic_of(session, clinic_id)
    kept = None if fresh else kept_figure(session, clinic, name, asked, turn)
    return kept or compute(session, clinic, name, asked, turn)


def check_asked(name: str, asked: Asked) -> None:
    """Raise NotFound for a figure that there is not, Invalid for a question that has no answer."""
    if name not in FIGURES:
        raise NotFound(f"There is no figure {name[:40]!r}; there are: {', '.join(FIGURES)}.")
    if asked.by is not None and asked.by not in GROUPS:
        raise Invalid([Fault("by", f"{asked.by[:40]!r} is no group", "use one of: " + ", ".join(GROUPS))])
    if asked.since and asked.until and asked.since > asked.until:
        raise Invalid([Fault("until", "is before since", "give the last day of the window")])


def kept_figure(session: Session, clinic: ClinicRow, name: str, asked: Asked, turn: Turn) -> Shown | None:
    """Return a figure as it was kept, of last night or later and by the protocol in effect; None: there is none."""
    row = figure_lookups.figure(session, clinic.id, name, asked.as_text())
    if row is None or row.computed_at < last_night(zone_of(clinic), turn.now):
        return None
    try:
        shown = read_shown(row.content)
    except (KeyError, TypeError, ValueError):  # of another version of the program
        return None
    protocol = _protocol(session, clinic, turn)
    return shown if shown.frame.protocol[0] == (protocol.digest if protocol else "") else None


def compute(session: Session, clinic: ClinicRow, name: str, asked: Asked, turn: Turn) -> Shown:
    """Return a figure computed from the records as they are now; a transaction reads them once for all its figures."""
    began = perf_counter()
    protocol = _protocol(session, clinic, turn)
    facts = read_facts(session, clinic, turn)
    stamp = (protocol.digest, protocol.name, protocol.version) if protocol else NO_PROTOCOL
    frame = Frame(
        clinic.name, asked.since, asked.until, turn.now, turn.now, facts.versions, by=asked.by, protocol=stamp
    )
    if protocol is None:
        return Shown(Figure(name, name.capitalize(), NO_RULES, 0, "", (), (), ()), frame, 0)
    since_us, until_us = bounds_of(asked, zone_of(clinic))
    figure = FIGURES[name](facts, Question(protocol, facts.as_of_us, since_us, until_us, asked.by))
    return Shown(figure, frame, round((perf_counter() - began) * 1000))


def read_facts(session: Session, clinic: ClinicRow, turn: Turn, progress: Progress | None = None) -> Facts:
    """Return a clinic's records as columns, read once a transaction."""
    known: dict[uuid.UUID, Facts] = session.info.setdefault("facts", {})
    if clinic.id not in known:
        known[clinic.id] = facts_of(session, clinic, turn.now, progress, turn.terms.divisor)
    return known[clinic.id]


def keep_figure(session: Session, clinic_id: uuid.UUID, name: str, asked: Asked, shown: Shown) -> None:
    """Keep a figure that was computed, in the place of the one before."""
    row = figure_lookups.figure(session, clinic_id, name, asked.as_text())
    row = row or FigureRow(clinic_id=clinic_id, name=name, asked=asked.as_text(), computed_at=shown.frame.computed_at)
    row.content = shown_as_mapping(shown)
    row.computed_at, row.took_ms = shown.frame.computed_at, shown.took_ms or 0
    session.add(row)


def bounds_of(asked: Asked, zone: tzinfo) -> tuple[int | None, int | None]:
    """Return where a window of local days begins and ends, in microseconds since 1970; its last day is part of it."""
    since = datetime.combine(asked.since, time(), zone) if asked.since else None
    until = datetime.combine(asked.until + timedelta(days=1), time(), zone) if asked.until else None
    return micros(since) if since else None, micros(until) if until else None


def last_night(zone: tzinfo, now: datetime) -> datetime:
    """Return when the night was last over at the clinic: what was computed before is computed again."""
    here = now.astimezone(zone)
    tonight = datetime.combine(here.date(), NIGHT, zone)
    return (tonight if tonight <= here else datetime.combine(here.date() - timedelta(days=1), NIGHT, zone)).astimezone(
        UTC
    )


def shown_as_mapping(shown: Shown) -> dict[str, Any]:
    """Return a figure and its frame as JSON can keep them."""
    days = {
        name: str(day) if day else None for name, day in (("since", shown.frame.since), ("until", shown.frame.until))
    }
    moments = {name: getattr(shown.frame, name).isoformat() for name in ("as_of", "computed_at")}
    return {"figure": as_mapping(shown.figure), "frame": {**shown.frame._asdict(), **days, **moments}}


def read_shown(stored: Mapping[str, Any]) -> Shown:
    """Return what was kept. KeyError, TypeError or ValueError for what another version of the program has kept."""
    told = dict(stored["frame"])
    for name in ("since", "until"):
        told[name] = date.fromisoformat(told[name]) if told[name] else None
    for name in ("as_of", "computed_at"):
        told[name] = datetime.fromisoformat(told[name])
    told["versions"] = tuple(tuple(version) for version in told["versions"])
    told["protocol"] = tuple(told["protocol"])
    return Shown(read_figure(stored["figure"]), Frame(**told))


def _protocol(session: Session, clinic: ClinicRow, turn: Turn) -> Protocol | None:
    tables = tables_of(session, clinic.id, turn.now)
    return tables.protocol if tables else None
