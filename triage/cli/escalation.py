"""Commands about who answers: the escalation policy, and what an alert would do."""

import json
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from triage.actions.errors import Invalid
from triage.actions.escalation import make_policy, show_policy, try_policy
from triage.actions.identify import operator
from triage.actions.turn import Turn
from triage.cli.root import main, wired
from triage.records import ClinicRow, lookups
from triage.rules import Urgency
from triage.wiring import Wiring

ALERTING = click.Choice([urgency.name for urgency in Urgency if urgency])
FORMS = "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"


@main.group()
def escalation() -> None:
    """Who is told of an alert, in which order."""


@escalation.command("show")
@click.option("--clinic", "clinic_id", type=click.UUID, help="Needed where there are several.")
def show(clinic_id: uuid.UUID | None) -> None:
    """Print the policy that new alerts climb by, as JSON."""
    wiring = wired()
    turn, _ = _turn(wiring, clinic_id, "operator")
    shown = wiring.look(lambda session: show_policy(session, turn))
    click.echo(json.dumps(shown["document"], indent=2))


@escalation.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="Who decided it.")
@click.option("--clinic", "clinic_id", type=click.UUID, help="Needed where there are several.")
def change(file: Path, by: str, clinic_id: uuid.UUID | None) -> None:
    """Make the JSON in FILE the policy of new alerts; those that run keep theirs."""
    wiring = wired()
    turn, clinic = _turn(wiring, clinic_id, by)
    try:
        document = json.loads(file.read_text())
        shown = wiring.do(lambda session: make_policy(session, document, turn))
    except ValueError as error:
        raise click.ClickException(f"{file} is no JSON: {error}") from error
    except Invalid as error:
        raise click.ClickException("\n".join(fault.sentence() for fault in error.faults)) from error
    click.echo(f"{clinic.name}: policy {shown['version']} ({shown['digest'][:12]})")


@escalation.command("try")
@click.option("--urgency", type=ALERTING, required=True)
@click.option("--at", "when", type=click.DateTime(FORMS), required=True, help="By the clinic's clocks.")
@click.option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Instead of the clinic's.")
@click.option("--clinic", "clinic_id", type=click.UUID, help="Needed where there are several.")
def attempt(urgency: str, when: datetime, policy: Path | None, clinic_id: uuid.UUID | None) -> None:
    """Say who would be told, by which way and when, if nobody answered. Nobody is told."""
    wiring = wired()
    turn, clinic = _turn(wiring, clinic_id, "operator")
    zone = ZoneInfo(clinic.time_zone)
    at = when.replace(tzinfo=zone)
    try:
        document = json.loads(policy.read_text()) if policy else None
        played = wiring.look(lambda session: try_policy(session, Urgency[urgency], at, turn, document))
    except ValueError as error:
        raise click.ClickException(f"{policy} is no JSON: {error}") from error
    except Invalid as error:
        raise click.ClickException("\n".join(fault.sentence() for fault in error.faults)) from error
    for line in sentences(played, zone, clinic.name):
        click.echo(line)


def sentences(played: dict[str, Any], zone: ZoneInfo, name: str) -> list[str]:
    """Return a dry run in words, in the clinic's time."""
    lines = [f"{name}: a report that is {played['urgency']}, {_local(played['at'], zone)}, if nobody answers:"]
    for call in played["calls"]:
        told = ", ".join(f"{one['name']} ({one['as']}) by {one['channel']} {one['address']}" for one in call["told"])
        place = "fallback" if call["is_fallback"] else f"step {call['step'] + 1}"
        held = f", sent at {_local(call['delivered_at'], zone)}" if call["delivered_at"] != call["at"] else ""
        lines.append(f"  {_local(call['at'], zone)}  {place}: {told or 'nobody'}{held}")
    lines.append(f"  and so on for ever. The patient is promised an answer by {_local(played['promised_at'], zone)}.")
    return lines + [f"warning: {warning}" for warning in played["warnings"]]


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


def _turn(wiring: Wiring, clinic_id: uuid.UUID | None, name: str) -> tuple[Turn, ClinicRow]:
    """Return the operator's turn at the clinic; ends the program where it is not clear which."""
    found = [row for row in wiring.look(lookups.clinics) if clinic_id in (None, row.id)]
    if len(found) != 1:
        raise click.ClickException("no clinic has this id" if clinic_id else "give --clinic: there are none or several")
    return Turn(operator(found[0].id, name), wiring.now(), wiring.terms), found[0]
