"""Commands about lots: who received one."""

from functools import partial

import click

from triage.actions.identify import operator
from triage.actions.lots import read_lot, who_received
from triage.actions.lots_table import as_csv
from triage.actions.turn import Turn
from triage.cli.lifecycle import table_lines
from triage.cli.root import main, wired
from triage.cli.versions import CLINIC, chosen, said
from triage.records.procedure import ROLES


@main.group()
def lots() -> None:
    """Lots of pigments and other products."""


@lots.command()
@click.argument("lot")
@click.option("--role", type=click.Choice(ROLES), help="What it was used as; left out: anything.")
@click.option("--product", help="Of which product; left out: of any.")
@click.option("--csv", "is_csv", is_flag=True, help="A table with the contacts, for letters and calls.")
@CLINIC
def trace(lot: str, role: str | None, product: str | None, is_csv: bool, clinic_id: str | None) -> None:
    """Print who received a lot; spaces, dashes and capitals of its number make no difference."""
    wiring = wired()
    wanted = said(partial(read_lot, lot, role or "", product or ""))
    for clinic in wiring.look(partial(chosen, clinic_id=clinic_id)):
        turn = Turn(operator(clinic.id, "operator"), wiring.now(), wiring.terms)
        found = wiring.look(partial(who_received, lot=wanted, turn=turn), clinic.id)
        if is_csv:
            click.echo(as_csv(found), nl=False)
            continue
        people = len({one.patient_id for one in found})
        click.echo(f"{clinic.name}: {people} {'person' if people == 1 else 'people'} received lot {wanted.lot}")
        rows = [(one.reference, one.name or "", f"{one.at:%Y-%m-%d}", one.role, one.product) for one in found]
        for line in table_lines([("reference", "name", "session", "used as", "product"), *rows]) if rows else ():
            click.echo(f"  {line}")
