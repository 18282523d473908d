"""The command `triage outcomes propose`: drafts for windows that the clinic's own outcomes would move."""

from functools import partial
from typing import Any

import click

from triage.actions.identify import operator
from triage.actions.outcome_facts import facts_of
from triage.actions.protocols import tables_of
from triage.actions.turn import Turn
from triage.actions.window_proposals import WorkedOut, keep_proposals, work_out
from triage.cli.outcomes import outcomes, rows_read
from triage.cli.root import wired
from triage.cli.versions import CLINIC, chosen
from triage.outcomes.figure import Question
from triage.outcomes.windows import proposed_windows
from triage.records import ClinicRow, Session, WindowProposalRow


@outcomes.command("propose")
@click.option("--by", "name", required=True, help="Who asks for it: the name of a clinician.")
@CLINIC
def propose(name: str, clinic_id: str | None) -> None:
    """Write a draft for each window that a clinic's courses leave, with what it would have done; applies none."""
    wiring = wired()
    for clinic in wiring.look(partial(chosen, clinic_id=clinic_id)):
        turn = Turn(operator(clinic.id, name), wiring.now(), wiring.terms)
        with rows_read(wiring, clinic) as progress:
            worked = wiring.look(partial(_work_out, clinic=clinic, turn=turn, progress=progress), clinic.id)
        lines = wiring.do(partial(_keep, worked=worked, turn=turn), clinic.id)
        click.echo("\n".join([f"{clinic.name} ({clinic.id})", *(lines or ["  nothing new is proposed"])]))


def _work_out(session: Session, clinic: ClinicRow, turn: Turn, progress: Any) -> WorkedOut:
    tables = tables_of(session, clinic.id, turn.now)
    if tables is None:
        return work_out(session, (), turn)
    facts = facts_of(session, clinic, turn.now, progress, turn.terms.divisor)
    return work_out(session, proposed_windows(facts, Question(tables.protocol, facts.as_of_us)), turn)


def _keep(session: Session, worked: WorkedOut, turn: Turn) -> list[str]:
    return [_line(row) for row in keep_proposals(session, worked, turn)]


def _line(row: WindowProposalRow) -> str:
    span = f"  {row.symptom}: day {row.evidence['high_days_now']:g} to day {row.evidence['high_days_new']:g}"
    if not row.draft:
        return f"{span}; no draft: {' '.join(row.effect['cannot'])}"
    return f"{span}; of {row.effect['reports']} reports {row.effect['changed']} would be judged otherwise"
