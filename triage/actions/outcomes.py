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
from triage.actions.turn import ClockTurn, Turn
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.facts import Facts
from triage.outcomes.figure import GROUPS, Figure, Question
from triage.outcomes.figure_json import as_mapping, read_figure
from triage.outcomes.replay import moment_of
from triage.outcomes.reports import micros
from triage.records import ClinicRow, FigureRow, Session, figure_lookups, lookups
from triage.records.bulk import Progress
from triage.rules import Fault, Protocol

AUDITORS = ("lead", "auditor")
NIGHT = time(2)  # local; figures of before are computed again. judgement: nobody reports, and the day is over
BEGUN = -1  # FigureRow.took_ms of a figure that is being computed
AGAIN_AFTER = timedelta(hours=1)  # judgement: no figure takes that long; its clock was stopped, or it failed
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


class Source(NamedTuple):
    """What figures are computed from. `protocol` None: none is in effect that can be read."""

    clinic: ClinicRow
    protocol: Protocol | None
    facts: Facts


WHOLE = Asked()  # what is computed every night: all that there is


def figure_of(
    session: Session, clinic_id: uuid.UUID, name: str, asked: Asked, turn: Turn, fresh: bool = False
) -> Shown:
    """Return a figure: as it was kept since last night, else computed now. Only reads: `keep_figure` keeps it.

    `fresh`: computed now in any case. Raises NotFound for a figure that there is not, Invalid, NotAllowed.
    """
    turn.by.require(*AUDITORS)
    check_asked(name, asked)
    kept = None if fresh else kept_figure(session, clinic_id, name, asked, turn)
    return kept or answer(read_source(session, clinic_id, turn), name, asked, turn)


def figures_listed(session: Session, turn: Turn) -> list[dict[str, Any]]:
    """Return every figure with what it said when it was last computed for all that there is; None: it was not yet."""
    turn.by.require(*AUDITORS)
    kept = figure_lookups.figures_kept(session, turn.by.clinic_id, WHOLE.as_text())
    return [_listed(name, kept.get(name)) for name in FIGURES]


def check_asked(name: str, asked: Asked) -> None:
    """Raise NotFound for a figure that there is not, Invalid for a question that has no answer."""
    if name not in FIGURES:
        raise NotFound(f"There is no figure {name[:40]!r}; there are: {', '.join(FIGURES)}.")
    if asked.by is not None and asked.by not in GROUPS:
        raise Invalid([Fault("by", f"{asked.by[:40]!r} is no group", "use one of: " + ", ".join(GROUPS))])
    if asked.since and asked.until and asked.since > asked.until:
        raise Invalid([Fault("until", "is before since", "give the last day of the window")])


def kept_figure(session: Session, clinic_id: uuid.UUID, name: str, asked: Asked, turn: Turn) -> Shown | None:
    """Return a figure as it was kept, of last night or later and by the protocol in effect; None: there is none."""
    clinic = clinic_of(session, clinic_id)
    row = figure_lookups.figure(session, clinic_id, name, asked.as_text())
    try:
        shown = read_shown(row.content) if row is not None else None
    except (KeyError, TypeError, ValueError):  # begun and never finished, or of another version of the program
        return None
    if shown is None or shown.frame.computed_at < last_night(zone_of(clinic), turn.now):
        return None
    protocol = _protocol(session, clinic, turn)
    return shown if shown.frame.protocol[0] == (protocol.digest if protocol else "") else None


def read_source(session: Session, clinic_id: uuid.UUID, turn: Turn, progress: Progress | None = None) -> Source:
    """Return what a clinic's figures are computed from, as it is now; read once a transaction."""
    known: dict[uuid.UUID, Source] = session.info.setdefault("sources", {})
    if clinic_id not in known:
        clinic = clinic_of(session, clinic_id)
        facts = facts_of(session, clinic, turn.now, progress, turn.terms.divisor)
        known[clinic_id] = Source(clinic, _protocol(session, clinic, turn), facts)
    return known[clinic_id]


def answer(source: Source, name: str, asked: Asked, turn: Turn) -> Shown:
    """Return a figure computed from what was read; without a protocol it only says so. Needs no transaction."""
    began = perf_counter()
    clinic, protocol, facts = source
    stamp = (protocol.digest, protocol.name, protocol.version) if protocol else NO_PROTOCOL
    as_of = moment_of(facts.as_of_us)
    frame = Frame(clinic.name, asked.since, asked.until, as_of, turn.now, facts.versions, by=asked.by, protocol=stamp)
    if protocol is None:
        return Shown(Figure(name, name.capitalize(), NO_RULES, 0, "", (), (), ()), frame, 0)
    since_us, until_us = bounds_of(asked, zone_of(clinic))
    figure = FIGURES[name](facts, Question(protocol, facts.as_of_us, since_us, until_us, asked.by))
    return Shown(figure, frame, round((perf_counter() - began) * 1000))


def keep_figure(session: Session, clinic_id: uuid.UUID, name: str, asked: Asked, shown: Shown) -> None:
    """Keep a figure that was computed, in the place of the one before."""
    row = figure_lookups.figure(session, clinic_id, name, asked.as_text())
    row = row or FigureRow(clinic_id=clinic_id, name=name, asked=asked.as_text(), computed_at=shown.frame.computed_at)
    row.content = shown_as_mapping(shown)
    row.computed_at, row.took_ms = shown.frame.computed_at, shown.took_ms or 0
    session.add(row)


def clinics_to_compute(session: Session, now: datetime) -> list[uuid.UUID]:
    """Return the clinics whose figures were not computed since their last night, or begun an hour ago in vain."""
    kept: dict[uuid.UUID, dict[str, tuple[datetime, int]]] = {}
    for clinic_id, name, at, took_ms in figure_lookups.moments_kept(session, WHOLE.as_text()):
        kept.setdefault(clinic_id, {})[name] = at, took_ms
    return [row.id for row in lookups.clinics(session) if _is_due(row, kept.get(row.id, {}), now)]


def claim_figures(session: Session, clinic_id: uuid.UUID, clock: ClockTurn) -> bool:
    """Note that a clinic's figures are begun, so that no other clock does the same; False where one was first.

    What was computed for somebody's own question before the night is forgotten.
    """
    if clinic_id not in clinics_to_compute(session, clock.now):
        return False
    kept = figure_lookups.figures_kept(session, clinic_id, WHOLE.as_text())
    for name in FIGURES:
        row = kept.get(name) or FigureRow(clinic_id=clinic_id, name=name, asked=WHOLE.as_text(), computed_at=clock.now)
        row.computed_at, row.took_ms = clock.now, BEGUN
        session.add(row)
    session.flush()
    night = last_night(zone_of(clinic_of(session, clinic_id)), clock.now)
    figure_lookups.forget_figures(session, clinic_id=clinic_id, before=night)
    return True


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


def _is_due(clinic: ClinicRow, kept: Mapping[str, tuple[datetime, int]], now: datetime) -> bool:
    night = last_night(zone_of(clinic), now)
    moments = [kept.get(name) for name in FIGURES]
    return any(one is None or one[0] < night or (one[1] == BEGUN and one[0] < now - AGAIN_AFTER) for one in moments)


def _listed(name: str, row: FigureRow | None) -> dict[str, Any]:
    figure = row.content.get("figure", {}) if row is not None else {}
    told = {"title": figure.get("title"), "answer": figure.get("answer")}
    return {"id": name, **told, "computed_at": row.computed_at if row is not None and figure else None}


def _protocol(session: Session, clinic: ClinicRow, turn: Turn) -> Protocol | None:
    tables = tables_of(session, clinic.id, turn.now)
    return tables.protocol if tables else None
