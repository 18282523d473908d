"""The command that lets a candidate judge beside the published protocol, and says where they differ."""

import json
import sys
from pathlib import Path

import click

from seeds.protocols import read_folder
from triage.actions.shadow import Seen, shadow_seen, start_shadow, stop_shadow
from triage.actions.turn import Turn
from triage.cli.lifecycle import table_lines
from triage.cli.protocols import protocol
from triage.cli.root import FOLDER, load_tables
from triage.cli.versions import CLINIC, at_clinics
from triage.records import ClinicRow, Session

OPERATOR = "operator"  # who asks for a report changes nothing


@protocol.command("shadow")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--by", "name", help="Who starts or stops it: the name of a clinician.")
@CLINIC
@click.option("--stop", is_flag=True, help="End it; prints once more what it has seen.")
@click.option("--report", is_flag=True, help="Say where it differs from what patients were answered.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def shadow_protocol(
    folder: Path | None, name: str | None, clinic_id: str | None, stop: bool, report: bool, as_json: bool
) -> None:
    """Let the protocol in FOLDER judge every new report beside the published one; it answers nobody."""
    if sum((folder is not None, stop, report)) != 1:
        raise click.UsageError("give a FOLDER to start a shadow, or --stop, or --report")
    if not report and not name:
        raise click.UsageError('give who does this, like --by "Dr Ada Byron"')
    if folder is not None:
        return _start(folder, name or "", clinic_id)
    seen = [found for found in at_clinics(name or OPERATOR, clinic_id, _stop if stop else _see) if found]
    if not seen:
        raise click.ClickException("no candidate is a shadow: triage protocol shadow FOLDER --by NAME starts one")
    if as_json:
        click.echo(json.dumps([{"clinic": clinic, **_plain(one)} for clinic, one in seen], indent=2))
        return None
    for clinic, one in seen:
        for line in [f"{clinic}:", *(f"  {line}" for line in report_lines(one))]:
            click.echo(line)
    return None


def report_lines(seen: Seen) -> list[str]:
    """Return a shadow's report for reading; pairs are what patients were answered -> what the candidate says."""
    head = f"{seen.version} ({seen.candidate[:12]}) beside the published protocol since {_when(seen)}"
    lines = [f"{head}: {seen.reports} reports, {len(seen.changed)} judged otherwise"]
    lines += table_lines([(pair, str(count)) for pair, count in seen.pairs.items()])
    for title, rows in (("danger lost", seen.danger_lost), ("changed", seen.changed)):
        lines.append(f"{title}: {len(rows) or 'none'}")
        for one in rows:
            rules = [f"-{rule}" for rule in one["rules_lost"]] + [f"+{rule}" for rule in one["rules_gained"]]
            lines.append(f"  {one['check_in_id']} {one['before']} -> {one['after']} {' '.join(rules)}".rstrip())
    return lines


def _start(folder: Path, name: str, clinic_id: str | None) -> None:
    if load_tables(folder) is None:
        sys.exit(1)
    files = read_folder(folder)

    def work(session: Session, turn: Turn, clinic: ClinicRow) -> str:
        row = start_shadow(session, files, turn)
        return f"{clinic.name}: {row.name} {row.version} ({row.digest[:12]}) judges beside the published one"

    for line in at_clinics(name, clinic_id, work):
        click.echo(line)


def _see(session: Session, turn: Turn, clinic: ClinicRow) -> tuple[str, Seen] | None:
    seen = shadow_seen(session, turn)
    return (clinic.name, seen) if seen else None


def _stop(session: Session, turn: Turn, clinic: ClinicRow) -> tuple[str, Seen] | None:
    seen = _see(session, turn, clinic)
    if seen:
        stop_shadow(session, turn)
    return seen


def _plain(seen: Seen) -> dict[str, object]:
    return {**seen._asdict(), "since": _when(seen)}


def _when(seen: Seen) -> str:
    return seen.since.isoformat(timespec="seconds")
