"""Commands about staff who cannot come in: for whoever runs the server, when no lead can help."""

import click

from triage.actions.errors import Conflict
from triage.actions.identify import operator
from triage.actions.sign_in import account_of
from triage.actions.staff_links import link_address, make_link, note_link_made
from triage.actions.totp import end_codes
from triage.actions.turn import Turn
from triage.cli.root import main, wired
from triage.records import Session, StaffRow, sign_in_lookups
from triage.wiring import Wiring


@main.group()
def staff() -> None:
    """Staff who cannot sign in."""


@staff.command("link")
@click.argument("email")
def print_link(email: str) -> None:
    """Print a link with which who has this address sets a password; it is mailed to them too."""
    wiring = wired()
    for address in wiring.do(lambda session: [_link(session, row, wiring) for row in _people(session, email)]):
        click.echo(address)


@staff.command("codes-off")
@click.argument("email")
def stop_codes(email: str) -> None:
    """Ask who has this address for no one-time code: phone and recovery codes are lost."""
    wiring = wired()
    try:
        names = wiring.do(lambda session: [_end_codes(session, row, wiring) for row in _people(session, email)])
    except Conflict as error:
        raise click.ClickException(error.detail) from error
    for name in names:
        click.echo(f"{name} is asked for no code any more, or sets up new ones right after the password")


def _people(session: Session, email: str) -> list[StaffRow]:
    found = sign_in_lookups.staff_by_email(session, account_of(email))
    if not found:
        raise click.ClickException(f"nobody who works here has the address {email}")
    return found


def _link(session: Session, row: StaffRow, wiring: Wiring) -> str:
    turn, kind = _turn(row, wiring), "password_reset" if row.password_hash else "invitation"
    link = make_link(session, row, kind, turn)
    note_link_made(session, link, "password_link_sent", turn)
    return link_address(turn.terms, kind, row.clinic_id, link.id)


def _end_codes(session: Session, row: StaffRow, wiring: Wiring) -> str:
    end_codes(session, row.id, _turn(row, wiring))
    return row.name


def _turn(row: StaffRow, wiring: Wiring) -> Turn:
    return Turn(operator(row.clinic_id, "operator"), wiring.now(), wiring.terms)
