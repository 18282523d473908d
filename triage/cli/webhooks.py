"""Commands about webhooks: programs of a clinic that are told what happens."""

import uuid
from collections.abc import Callable
from datetime import datetime

import click

from triage.actions.errors import NotFound
from triage.actions.turn import Turn
from triage.actions.webhook_events import EVENT_TYPES
from triage.actions.webhook_secrets import current_secret
from triage.actions.webhook_views import deliveries_shown, webhooks_shown
from triage.actions.webhooks import (
    add_webhook,
    change_webhook,
    resend_one,
    resend_span,
    rotate_secret,
    test_webhook,
    webhook_of,
)
from triage.cli.lifecycle import table_lines
from triage.cli.root import main
from triage.cli.versions import BY, CLINIC, Moment, at_clinics
from triage.records import ClinicRow, Session
from triage.records.webhook_queries import Span

WEBHOOK = click.argument("webhook_id", type=click.UUID)
COLUMNS = ("webhook", "url", "events", "state", "waiting", "failed", "last ok")
DEAD_COLUMNS = ("delivery", "event", "made at", "attempts", "last error")
OPERATOR = "operator"
PAGE = 200


@main.group()
def webhook() -> None:
    """Webhooks: programs of a clinic that are told what happens."""


@webhook.command("add")
@click.argument("url")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENT_TYPES), help="One of several; none: all.")
@BY
@CLINIC
def add(url: str, events: tuple[str, ...], name: str, clinic_id: str | None) -> None:
    """Post what happens to URL; prints the secret that posts are signed with, this once."""

    def work(session: Session, turn: Turn, clinic: ClinicRow) -> str:
        row = add_webhook(session, url, events or None, turn)
        return f"{clinic.name}: {row.id} {current_secret(row, turn.terms)}"

    for line in at_clinics(name, clinic_id, work):
        click.echo(line)


@webhook.command("list")
@CLINIC
def show(clinic_id: str | None) -> None:
    """List every webhook and how it fares."""

    def work(session: Session, turn: Turn, clinic: ClinicRow) -> tuple[str, list[tuple[str, ...]]]:
        return clinic.name, [_row(item) for item in webhooks_shown(session, turn)["items"]]

    for name, rows in at_clinics(OPERATOR, clinic_id, work):
        click.echo(f"{name}:")
        for line in table_lines([COLUMNS, *rows]):
            click.echo(f"  {line}")


@webhook.command("test")
@WEBHOOK
@BY
def test(webhook_id: uuid.UUID, name: str) -> None:
    """Send an event of type webhook.test; triage webhook list says what became of it."""
    _say(name, webhook_id, lambda session, turn: f"delivery {test_webhook(session, webhook_id, turn).id} is due")


@webhook.command("dead")
@WEBHOOK
def dead(webhook_id: uuid.UUID) -> None:
    """List the newest dead letters: what was given up after three days."""

    def lines(session: Session, turn: Turn) -> str:
        page = deliveries_shown(session, webhook_id, ("failed", None, PAGE), turn)["items"]
        rows = [
            (str(one["id"]), one["type"], _time(one["made_at"]), str(one["attempts"]), one["last_error"] or "-")
            for one in page
        ]
        return "\n".join(table_lines([DEAD_COLUMNS, *rows]))

    _say(OPERATOR, webhook_id, lines)


@webhook.command("resend")
@WEBHOOK
@click.option("--delivery", "delivery_id", type=click.UUID, help="One delivery.")
@click.option("--since", type=Moment(), help="All from this moment on.")
@click.option("--until", type=Moment(), help="Up to this moment; left out: up to now.")
@click.option("--only-failed", is_flag=True, help="Dead letters only; else what was sent, too.")
@BY
def resend(
    webhook_id: uuid.UUID,
    delivery_id: uuid.UUID | None,
    since: datetime | None,
    until: datetime | None,
    only_failed: bool,
    name: str,
) -> None:
    """Send one delivery again, or all of a span of time."""

    def work(session: Session, turn: Turn) -> str:
        if delivery_id is not None and since is None and until is None and not only_failed:
            return f"{resend_one(session, webhook_id, delivery_id, turn)} due again"
        if delivery_id is None and since is not None:
            span = Span(since, until or turn.now, only_failed)
            return f"{resend_span(session, webhook_id, span, turn)} due again"
        raise click.UsageError("give --delivery, or --since and perhaps --until and --only-failed")

    _say(name, webhook_id, work)


@webhook.command("rotate")
@WEBHOOK
@BY
def rotate(webhook_id: uuid.UUID, name: str) -> None:
    """Make a new secret and print it, this once; for a day the old one signs too."""
    _say(name, webhook_id, lambda session, turn: current_secret(rotate_secret(session, webhook_id, turn), turn.terms))


@webhook.command("enable")
@WEBHOOK
@BY
def enable(webhook_id: uuid.UUID, name: str) -> None:
    """Switch a webhook on again; what has waited is sent."""
    _switch(name, webhook_id, is_on=True)


@webhook.command("disable")
@WEBHOOK
@BY
def disable(webhook_id: uuid.UUID, name: str) -> None:
    """Switch a webhook off; what waits is kept."""
    _switch(name, webhook_id, is_on=False)


def _switch(name: str, webhook_id: uuid.UUID, *, is_on: bool) -> None:
    def work(session: Session, turn: Turn) -> str:
        change_webhook(session, webhook_id, {"enabled": is_on}, turn)
        return "switched on" if is_on else "switched off"

    _say(name, webhook_id, work)


def _say(name: str, webhook_id: uuid.UUID, work: Callable[[Session, Turn], str]) -> None:
    """Do something with a webhook at the clinic that has it, and print what was done."""

    def at_its_clinic(session: Session, turn: Turn, clinic: ClinicRow) -> str | None:
        try:
            webhook_of(session, webhook_id, turn)
        except NotFound:
            return None
        return work(session, turn)

    done = [line for line in at_clinics(name, None, at_its_clinic) if line is not None]
    if not done:
        raise click.ClickException(f"no clinic has a webhook {webhook_id}: see triage webhook list")
    click.echo(done[0])


def _row(item: dict[str, object]) -> tuple[str, ...]:
    events = item["events"]
    said = " ".join(events) if isinstance(events, list) else "all"
    why = item["disabled_why"]
    state = f"off: {why}" if why else "failing" if item["failing_since"] else "on"
    return (
        str(item["id"]),
        str(item["url"]),
        said,
        state,
        str(item["waiting"]),
        str(item["failed"]),
        _time(item["last_ok_at"]),
    )


def _time(moment: object) -> str:
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else "-"
