"""The command `triage replay`: another protocol on what really happened."""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from triage.actions.judge import UNKNOWN_PROTOCOL
from triage.actions.replay import Question, replay_clinic
from triage.cli.replay_table import table_of
from triage.cli.root import FOLDER, load_tables, main, wired
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.replay import Replay, Tally
from triage.records import ClinicRow, Session, histories, lookups
from triage.records.histories import Span
from triage.wiring import Wiring

DATE = click.DateTime(formats=["%Y-%m-%d"])


@main.command()
@click.option("--protocol", "folder", type=FOLDER, required=True, help="The protocol to try.")
@click.option("--against", type=FOLDER, help="Compare with this protocol instead of with what was stored.")
@click.option("--clinic", "clinic_id", help="Id of one clinic; left out: every clinic.")
@click.option("--since", type=DATE, help="First day of observation, UTC. Left out: from the first check-in on.")
@click.option("--until", type=DATE, help="Last day of observation, UTC. Left out: up to now.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, every change included, as JSON.")
@click.option("--list", "most", type=click.IntRange(0), default=20, show_default=True, help="How many changes to list.")
def replay(folder: Path, against: Path | None, as_json: bool, most: int, **chosen: Any) -> None:
    """Judge the stored check-ins by another protocol; exit 1 where it would lose a danger.

    A danger is lost where a check-in was urgent or above and would be below. Only reads; nobody is told of anything.
    """
    judges = [load_judge(path) for path in (folder, against) if path]
    wiring = wired()
    clinics = [row for row in wiring.look(lookups.clinics) if chosen["clinic_id"] in (None, str(row.id))]
    if not clinics:
        raise click.UsageError("no such clinic")
    span = span_of(chosen["since"], chosen["until"], wiring.now())
    question = Question(judges[0], judges[1] if against else None, span)
    result = run(wiring, clinics, question)
    told = {**heading(wiring, clinics, question, result), **result.as_mapping()}
    click.echo(json.dumps(told, indent=2) if as_json else table_of(told, most))
    sys.exit(1 if result.danger_lost() else 0)


def load_judge(folder: Path) -> ColumnJudge:
    """Return the protocol of a folder, ready for columns; ends the program where it has faults."""
    tables = load_tables(folder)
    if tables is None:
        sys.exit(2)
    try:
        return ColumnJudge(tables, with_rules=True)
    except ValueError as error:
        raise click.UsageError(f"{folder}: {error}") from error


def span_of(since: datetime | None, until: datetime | None, now: datetime) -> Span:
    """Return the span from the beginning of one day to the end of another, in UTC."""
    begin = since.replace(tzinfo=UTC) if since else None
    end = until.replace(tzinfo=UTC) + timedelta(days=1) if until else None
    return Span(begin, end, now)


def run(wiring: Wiring, clinics: list[ClinicRow], question: Question) -> Replay:
    """Replay clinic by clinic, each in a transaction of its own that sees its rows only and only reads."""
    spare_collections()
    tally = Tally()
    count = partial(histories.count_reports, span=question.span)
    total = sum(wiring.look(partial(count, clinic_id=row.id), row.id) for row in clinics)
    with bar_of(total) as advance:
        for row in clinics:
            wiring.look(partial(_replay, clinic=row, question=question, tally=tally, advance=advance), row.id)
    return tally.result()


def spare_collections() -> None:
    """Leave circular garbage to the end of a page: looking for it every few hundred rows takes a third of the time."""
    gc.freeze()
    gc.disable()


def _replay(session: Session, clinic: ClinicRow, question: Question, tally: Tally, advance: Any) -> None:
    for done in replay_clinic(session, clinic.id, question, tally):
        advance(done)
        gc.collect()


@contextmanager
def bar_of(total: int) -> Iterator[Any]:
    """Show how far it is on stderr, where somebody looks on; yield what takes the number of check-ins just done."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=total, label="check-ins", file=sys.stderr, hidden=hidden) as bar:
        yield bar.update


def heading(wiring: Wiring, clinics: list[ClinicRow], question: Question, result: Replay) -> dict[str, Any]:
    """Return what was compared with what: clinics, period, protocols."""
    span = question.span
    return {
        "as_of": span.as_of.isoformat(timespec="seconds"),
        "clinics": [str(row.id) for row in clinics],
        "since": span.since.date().isoformat() if span.since else None,
        "until": (span.until - timedelta(days=1)).date().isoformat() if span.until else None,
        "before": "stored" if question.against is None else "protocol",
        "protocols_before": protocols_before(wiring, clinics, question, result),
        "protocol_after": question.candidate.tables.protocol.stamp(),
    }


def protocols_before(
    wiring: Wiring, clinics: list[ClinicRow], question: Question, result: Replay
) -> list[dict[str, Any]]:
    """Return name, version, digest and number of reports of each protocol that judged before."""
    names = {"": (UNKNOWN_PROTOCOL["name"], UNKNOWN_PROTOCOL["version"])}
    for row in clinics:
        names |= wiring.look(partial(histories.protocol_names, clinic_id=row.id), row.id)
    if question.against:
        stamp = question.against.tables.protocol
        names[stamp.digest] = stamp.name, stamp.version
    unknown = ("unknown", "")
    return [
        {**dict(zip(("name", "version"), names.get(digest, unknown), strict=True)), "digest": digest, "reports": count}
        for digest, count in result.judged_with.items()
    ]
