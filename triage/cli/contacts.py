"""Commands about ways to reach people: contacts of staff, and the address for incoming text messages."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from triage.actions.contacts import add_contact, contacts_shown, remove_contact
from triage.actions.identify import operator
from triage.actions.texting import open_sms_inbound
from triage.actions.turn import Turn
from triage.channels import Message, Sent
from triage.cli.root import main, wired
from triage.cli.versions import chosen, said
from triage.records import ContactRow, Session, StaffRow, reaching
from triage.wiring import Wiring

BY = "operator"
URGENCIES = ("routine", "same_day", "urgent", "emergency")
TEST = "This is a test. Alerts reach you here."


@main.group()
def contact() -> None:
    """Ways to reach the people of a clinic."""


@contact.command("list")
@click.argument("staff_email")
def list_contacts(staff_email: str) -> None:
    """List the contacts of who works under STAFF_EMAIL, in the order in which they are used."""
    for shown in _for(staff_email, lambda session, staff, turn: contacts_shown(session, staff.id, turn)):
        state = "switched off: " + shown["disabled_why"] if shown["disabled_at"] else "verified"
        state = state if shown["verified_at"] or shown["disabled_at"] else "not verified"
        click.echo(f"{shown['id']}  {shown['channel']}  {shown['address']}  from {shown['urgency_from']}  {state}")


@contact.command("add")
@click.argument("staff_email")
@click.argument("address")
@click.option("--position", type=click.IntRange(0, 99), default=0, show_default=True, help="Lower ones are used first.")
@click.option("--urgency-from", type=click.Choice(URGENCIES), default="routine", show_default=True)
def add(staff_email: str, address: str, position: int, urgency_from: str) -> None:
    """Add ADDRESS (a mail address, an Apprise URL, or - to read one from the terminal) for who works under STAFF_EMAIL.

    A link is sent there; it is used for alerts once somebody has opened it and said yes.
    """
    address = click.prompt("Address", hide_input=True) if address == "-" else address
    channel = "apprise" if "://" in address else "email"
    values = {"channel": channel, "address": address, "position": position, "urgency_from": urgency_from}
    row = _for(staff_email, lambda session, staff, turn: add_contact(session, staff.id, values, turn), writes=True)
    click.echo(f"{row.id}: a link is on its way there; alerts follow once it has been opened")


@contact.command("remove")
@click.argument("staff_email")
@click.argument("contact_id", type=click.UUID)
def remove(staff_email: str, contact_id: uuid.UUID) -> None:
    """Remove a contact by its id."""
    _for(staff_email, lambda session, staff, turn: remove_contact(session, staff.id, contact_id, turn), writes=True)
    click.echo("removed")


@contact.command("test")
@click.argument("staff_email")
@click.argument("contact_id", type=click.UUID)
def test(staff_email: str, contact_id: uuid.UUID) -> None:
    """Send a test message to a contact now and say what became of it."""
    wiring = wired()

    def find(session: Session, staff: StaffRow, turn: Turn) -> ContactRow | None:
        rows = reaching.contacts_of(session, staff.clinic_id, staff.id)
        return next((row for row in rows if row.id == contact_id), None)

    row = _for(staff_email, find, wiring=wiring)
    if row is None:
        raise click.ClickException("there is no such contact: see triage contact list")
    if row.channel not in wiring.channels:
        raise click.ClickException(f"the channel {row.channel} is not switched on: set TRIAGE_APPRISE")
    result = wiring.channels[row.channel].send(Message(row.address, "Test", f"{TEST}\n", "<test@localhost>"))
    if not isinstance(result, Sent):
        raise click.ClickException(f"not sent ({'for good' if result.permanent else 'for now'}): {result.reason}")
    click.echo(f"sent: {result.detail}")


@main.group()
def sms() -> None:
    """Text messages."""


@sms.command("inbound")
@click.option("--clinic", "clinic_id", help="Left out: the only clinic.")
def inbound(clinic_id: str | None) -> None:
    """Print the address to which the provider is to hand incoming text messages; the one before works no more."""
    wiring = wired()

    def open_one(session: Session) -> str:
        clinics = chosen(session, clinic_id)
        if len(clinics) > 1:
            raise click.ClickException("there are several clinics: name one with --clinic")
        return open_sms_inbound(session, clinics[0].id, BY, now=wiring.now(), terms=wiring.terms)

    click.echo(said(partial(wiring.do, open_one)))


def _for(
    staff_email: str,
    work: Callable[[Session, StaffRow, Turn], Any],
    *,
    writes: bool = False,
    wiring: Wiring | None = None,
) -> Any:
    """Do something for the one member of staff with this mail address; ends the program with a mistake's sentence."""
    desk = wiring or wired()

    def at_one(session: Session) -> Any:
        people = reaching.staff_at(session, staff_email)
        if len(people) != 1:
            raise click.ClickException(f"{len(people)} people work under {staff_email!r}; give one person's address")
        turn = Turn(operator(people[0].clinic_id, BY), desk.now(), desk.terms)
        return work(session, people[0], turn)

    return said(partial(desk.do if writes else desk.look, at_one))
