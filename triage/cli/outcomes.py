"""`triage outcomes`: the audit's figures in a terminal, as a table, as JSON or as CSV."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import click

from triage.actions.figure_table import as_csv, as_told, cells_of
from triage.actions.identify import operator
from triage.actions.outcomes import Asked, Shown, figures_listed
from triage.actions.turn import Turn
from triage.cli.lifecycle import table_lines
from triage.cli.root import main, wired
from triage.cli.trial import trial
from triage.cli.versions import chosen, said
from triage.figuring import find_figure
from triage.outcomes.catalogue import FIGURES
from triage.outcomes.figure import GROUPS
from triage.records import ClinicRow, Session, outcome_columns
from triage.wiring import Wiring

OPERATOR = "operator"  # who only looks
DATE = click.DateTime(formats=["%Y-%m-%d"])


class Figures(click.Group):
    """A group that has a command for every figure of the catalogue, besides those that are given to it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every figure, then the rest."""
        return [*FIGURES, *(name for name in super().list_commands(ctx) if name not in FIGURES)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of that name."""
        return figure_command(name) if name in FIGURES else super().get_command(ctx, name)


@main.group(cls=Figures, invoke_without_command=True)
@click.pass_context
def outcomes(ctx: click.Context) -> None:
    """The audit's figures: without a name they are listed, with what they said when they were computed last."""
    if ctx.invoked_subcommand is None:
        list_figures()


outcomes.add_command(trial)


def list_figures() -> None:
    """Print every figure of each clinic in a line."""
    wiring = wired()
    for clinic in wiring.look(partial(chosen, clinic_id=None)):
        click.echo(f"{clinic.name} ({clinic.id})")
        found = wiring.look(partial(figures_listed, turn=turn_of(wiring, clinic)), clinic.id)
        for line in table_lines([("figure", "computed", "says"), *map(_listed, found)]):
            click.echo(f"  {line}")


def figure_command(name: str) -> click.Command:
    """Return the command that prints one figure."""
    options = [
        click.Option(["--since"], type=DATE, help="First day, by the clinic's calendar. Left out: from the first on."),
        click.Option(["--until"], type=DATE, help="Last day. Left out: up to now."),
        click.Option(["--by"], type=click.Choice(GROUPS), help="What to group by, where the figure can."),
        click.Option(["--json", "form"], flag_value="json", help="As JSON, as the API gives it."),
        click.Option(["--csv", "form"], flag_value="csv", help="As CSV, the meaning of its columns above it."),
        click.Option(["--fresh"], is_flag=True, help="Compute it now, whatever was kept since last night."),
        click.Option(["--clinic", "clinic_id"], help="Id of one clinic; left out: every clinic."),
    ]
    title = name.replace("_", " ")
    return click.Command(name, callback=partial(print_figure, name), params=[*options], help=f"The figure: {title}.")


def print_figure(name: str, form: str | None, *, fresh: bool, clinic_id: str | None, **asked: Any) -> None:
    """Print a figure of each chosen clinic."""
    wiring = wired()
    question = Asked(_day(asked["since"]), _day(asked["until"]), asked["by"])
    shown = []
    for clinic in wiring.look(partial(chosen, clinic_id=clinic_id)):
        with rows_read(wiring, clinic) as progress:
            find = partial(find_figure, wiring, name, question, turn_of(wiring, clinic))
            shown.append(said(partial(find, fresh=fresh, progress=progress)))
    if form == "json":
        told = [as_told(one) for one in shown]
        click.echo(json.dumps(told[0] if len(told) == 1 else told, indent=2, ensure_ascii=False))
    for one in shown if form != "json" else ():
        click.echo(as_csv(one) if form == "csv" else "\n".join(figure_lines(one)), nl=form != "csv")


def figure_lines(shown: Shown) -> Iterator[str]:
    """Yield a figure for reading: what it says, its table, how it was made, and what it rests on."""
    figure, frame = shown.figure, shown.frame
    yield f"{figure.title} ({frame.clinic})"
    yield figure.answer
    yield ""
    if figure.rows:
        heads = tuple(column.heading for column in figure.columns)
        yield from (f"  {line}" for line in table_lines([heads, *cells_of(figure)]))
        yield ""
    yield from (f"- {said}" for said in figure.method)
    yield f"n: {figure.n} {figure.of}; from {frame.since or 'the first'} to {frame.until or 'now'}"
    yield f"as of {frame.as_of:%Y-%m-%d %H:%M} UTC, computed at {frame.computed_at:%Y-%m-%d %H:%M} UTC"
    versions = "; ".join(" ".join(filter(None, version[1:])) for version in frame.versions)
    yield f"expectation: {' '.join(frame.protocol[1:]).strip() or 'none'}; judged by: {versions or 'none'}"


@contextmanager
def rows_read(wiring: Wiring, clinic: ClinicRow) -> Iterator[Any]:
    """Show on stderr, where somebody looks on, how much was read; yield what takes the number of rows just read."""
    if not sys.stderr.isatty():
        yield None
        return
    total = wiring.look(partial(_count, clinic=clinic), clinic.id)
    with click.progressbar(length=total, label=f"{clinic.name}: rows", file=sys.stderr) as bar:
        yield bar.update


def turn_of(wiring: Wiring, clinic: ClinicRow) -> Turn:
    """Return the turn of an operator who looks at one clinic."""
    return Turn(operator(clinic.id, OPERATOR), wiring.now(), wiring.terms)


def _count(session: Session, clinic: ClinicRow) -> int:
    return outcome_columns.count_rows(session, clinic.id)


def _listed(told: dict[str, Any]) -> tuple[str, str, str]:
    at = told["computed_at"]
    return told["id"], f"{at:%Y-%m-%d %H:%M} UTC" if at else "not yet", told["answer"] or ""


def _day(at: datetime | None) -> Any:
    return at.date() if at else None
