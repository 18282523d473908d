"""What the commands about versions of a protocol share: on whose behalf, at which clinics, and which version."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import click

from triage.actions.errors import Invalid, TriageError
from triage.actions.identify import operator
from triage.actions.names import check_name
from triage.actions.turn import Turn
from triage.cli.root import wired
from triage.records import ClinicRow, ProtocolRow, Session, lookups, rules_lookups
from triage.rules import Fault, ProtocolError, read_moment
from triage.wiring import Wiring

Result = TypeVar("Result")
PREFIX = re.compile(r"[0-9a-f]{8,64}")
BY = click.option("--by", "name", required=True, help="Who does this: the name of a clinician.")
CLINIC = click.option("--clinic", "clinic_id", help="Id of one clinic; left out: every clinic.")


class Moment(click.ParamType[datetime]):
    """RFC 3339 with offset."""

    name = "RFC3339"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """Return the moment; ends the command where it is none."""
        faults: list[Fault] = []
        found = read_moment(value, param.opts[0] if param else "", faults)
        if found is None:
            self.fail(faults[0].sentence(), param, ctx)
        return found


FROM = click.option("--effective-from", type=Moment(), help="From when it judges; left out: now.")
RUNNING = click.option("--running", is_flag=True, help="A safety correction: running episodes go over to it.")


def at_clinics(name: str, clinic_id: str | None, work: Callable[[Session, Turn, ClinicRow], Result]) -> list[Result]:
    """Do the same at each chosen clinic, at all of them or (where one refuses) at none; return what came of it."""
    wiring = wired()
    return said(partial(wiring.do, partial(_at_each, name=name, clinic_id=clinic_id, work=work, wiring=wiring)))


def said(work: Callable[[], Result]) -> Result:
    """Return what work returns; ends the program with the sentence of a mistake."""
    try:
        return work()
    except Invalid as error:
        raise click.ClickException("; ".join(fault.sentence() for fault in error.faults)) from error
    except ProtocolError as error:
        raise click.ClickException(str(error)) from error
    except TriageError as error:
        raise click.ClickException(error.detail) from error


def chosen(session: Session, clinic_id: str | None) -> list[ClinicRow]:
    """Return the clinics that a command is about; ends the program where there is none."""
    rows = [row for row in lookups.clinics(session) if clinic_id in (None, str(row.id))]
    if not rows:
        raise click.ClickException("no such clinic: create one with triage clinic create")
    return rows


def with_version(
    digest: str, work: Callable[[Session, ProtocolRow, Turn], ProtocolRow]
) -> Callable[[Session, Turn, ClinicRow], str | None]:
    """Return work on the version whose digest begins so; it is passed over at clinics that do not have it."""

    def at_one(session: Session, turn: Turn, clinic: ClinicRow) -> str | None:
        row = version_beginning(session, clinic, digest)
        return None if row is None else line_of(clinic, work(session, row, turn))

    return at_one


def version_beginning(session: Session, clinic: ClinicRow, digest: str) -> ProtocolRow | None:
    """Return the clinic's version by the first letters of its digest; ends the program where they fit several."""
    if not PREFIX.fullmatch(digest.lower()):
        raise click.ClickException(f"{digest!r} is no digest: give its first 8 or more letters, as in protocol list")
    found = rules_lookups.digests_beginning(session, clinic.id, digest.lower())
    if len(found) > 1:
        raise click.ClickException(f"{digest} fits {', '.join(one[:16] for one in found)}: give more letters")
    return rules_lookups.version_of_digest(session, clinic.id, found[0]) if found else None


def say_each(lines: list[str | None], digest: str) -> None:
    """Print what was done at each clinic; ends the program where no clinic has the version."""
    done = [line for line in lines if line is not None]
    if not done:
        raise click.ClickException(f"no clinic has a protocol that begins with {digest}: see triage protocol list")
    for line in done:
        click.echo(line)


def line_of(clinic: ClinicRow, row: ProtocolRow) -> str:
    """Return in words which version is how far at a clinic."""
    when = ""
    if row.state == "published" and row.effective_from is not None and row.took_effect_at is None:
        when = f" from {row.effective_from.isoformat()}"
    return f"{clinic.name}: {row.name} {row.version} ({row.digest[:12]}) {row.state.replace('_', ' ')}{when}"


def _at_each(
    session: Session,
    name: str,
    clinic_id: str | None,
    work: Callable[[Session, Turn, ClinicRow], Result],
    wiring: Wiring,
) -> list[Result]:
    known, now = check_name(name), wiring.now()
    rows = chosen(session, clinic_id)
    return [work(session, Turn(operator(row.id, known), now, wiring.terms), row) for row in rows]
