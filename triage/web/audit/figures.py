"""/audit/figures: a figure with what it rests on, its pictures, table and method; as files; and the cases behind it."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from triage.actions.audit_cases import PAGE, cases_behind
from triage.actions.errors import NotFound
from triage.actions.figure_table import as_csv, as_told
from triage.actions.figure_words import moment_said, reading_of, table_of, versions_said, window_said
from triage.actions.outcomes import Asked, Shown, figure_of, keep_figure
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.charts import CANVASES, draw_picture, picture_height
from triage.outcomes.behind import KINDS
from triage.outcomes.figure import GROUPS
from triage.records import Session, Trouble
from triage.web.forms import filled
from triage.web.rooms import Address
from triage.web.staff_page import LOG, StaffPage, for_staff
from triage.web.typed_times import day_of

LOGGER = logging.getLogger(__name__)
HERE = "/audit/figures"
CASES = "/audit/cases"
SCREENS = ("wide-light", "wide-dark", "narrow-light", "narrow-dark")
BEHIND = {  # the cases that a figure can be looked up by
    "answered": ("late",),
    "worth": ("false_alarms",),
    "missed": ("missed",),
    "healing": ("slow",),
    "windows": ("slow",),
    "closings": ("serious",),
}


class Basis(NamedTuple):
    """What a figure rests on, in words; it stands beside every figure."""

    window: str
    as_of: str
    computed: str
    versions: str


@for_staff(*LOG)
def show_figure(page: StaffPage, name: str) -> ResponseReturnValue:
    """Show one figure."""
    what = asked()
    shown = figure_shown(page, name, what)
    heights = [{look: picture_height(one, CANVASES[look]) for look in SCREENS} for one in shown.figure.pictures]
    return page.show(
        "audit_figure.html",
        figure=shown.figure,
        basis=basis_of(page, shown),
        table=table_of(shown.figure),
        heights=heights,
        widths={look: CANVASES[look].width for look in SCREENS},
        form=filled(since=what.since, until=what.until, by=what.by),
        groups=[("", "Nothing"), *((group, group.replace("_", " ").capitalize()) for group in GROUPS)],
        here=f"{HERE}/{name}",
        query=query_of(what),
        cases=[(f"{CASES}?{query_of(what, of=kind)}", KINDS[kind].title) for kind in BEHIND.get(name, ())],
        reading_of=reading_of,
    )


@for_staff(*LOG)
def show_picture(page: StaffPage, name: str, number: int) -> ResponseReturnValue:
    """Show one picture of a figure; `?look=` says how wide, and for which colour scheme."""
    look = CANVASES.get(request.args.get("look", SCREENS[0]))
    pictures = figure_shown(page, name, asked()).figure.pictures
    if look is None or number >= len(pictures):
        raise NotFound("There is no such picture.")
    return Response(draw_picture(pictures[number], look), mimetype="image/svg+xml")


@for_staff(*LOG)
def show_csv(page: StaffPage, name: str) -> ResponseReturnValue:
    """Give out a figure's rows as CSV, below lines that say what they mean."""
    shown = figure_shown(page, name, asked())
    headers = {"Content-Disposition": f'attachment; filename="{shown.figure.id}.csv"'}
    return Response("\ufeff" + as_csv(shown), mimetype="text/csv", headers=headers)


@for_staff(*LOG)
def show_json(page: StaffPage, name: str) -> ResponseReturnValue:
    """Give out a figure as JSON, as the API tells it."""
    return jsonify(as_told(figure_shown(page, name, asked())))


@for_staff(*LOG)
def show_cases(page: StaffPage) -> ResponseReturnValue:
    """List the cases behind a number."""
    what, kind, start = asked(), request.args.get("of", ""), _start()
    work = partial(cases_behind, kind=kind, asked=what, start=start)
    found = page.read(lambda session, turn: work(session, turn=turn))
    onward = start + PAGE if start + PAGE < found.total else 0
    return page.show(
        "audit_cases.html",
        found=found,
        window=window_said(what.since, what.until),
        first=f"{CASES}?{query_of(what, of=kind)}",
        onward=f"{CASES}?{query_of(what, of=kind, start=str(onward))}" if onward else "",
    )


def figure_shown(page: StaffPage, name: str, what: Asked) -> Shown:
    """Return a figure with what it rests on, kept or computed now. Raises NotFound, Invalid."""
    return figures_shown(page, (name,), what)[name]


def figures_shown(page: StaffPage, names: Sequence[str], what: Asked) -> dict[str, Shown]:
    """Return some figures of the same moment; the records are read once for all that must be computed."""

    def see(session: Session, turn: Turn) -> dict[str, Shown]:
        return {name: figure_of(session, page.clinic.id, name, what, turn) for name in names}

    shown = page.read(see)
    computed = {name: one for name, one in shown.items() if one.took_ms is not None}
    if computed:  # their pictures ask for them again in a moment
        _keep(page, what, computed)
    return shown


def _keep(page: StaffPage, what: Asked, computed: Mapping[str, Shown]) -> None:
    """Keep what was computed; it is shown all the same where that cannot be written now."""

    def keep(session: Session, turn: Turn) -> None:
        for name, shown in computed.items():
            keep_figure(session, page.clinic.id, name, what, shown)

    try:
        page.do(keep)
    except Trouble as error:
        LOGGER.warning("a figure was not kept: %s", type(error).__name__)


def basis_of(page: StaffPage, shown: Shown) -> Basis:
    """Return in words what a figure rests on."""
    frame, zone = shown.frame, zone_of(page.clinic)
    return Basis(
        window_said(frame.since, frame.until),
        moment_said(frame.as_of, zone),
        moment_said(frame.computed_at, zone),
        versions_said(frame.versions),
    )


def asked() -> Asked:
    """Return what the address asks for; what cannot be read counts as not asked."""
    by = request.args.get("by", "")
    since, until = (day_of(request.args.get(name, "")) for name in ("since", "until"))
    return Asked(since, until, by if by in GROUPS else None)


def query_of(what: Asked, **more: str) -> str:
    """Return a question as the query of an address."""
    said = {"since": what.since, "until": what.until, "by": what.by, **more}
    return urlencode({name: str(value) for name, value in said.items() if value})


def _start() -> int:
    said = request.args.get("start", "0")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


ADDRESSES: list[Address] = [
    (f"{HERE}/<name>", "GET", show_figure),
    (f"{HERE}/<name>.csv", "GET", show_csv),
    (f"{HERE}/<name>.json", "GET", show_json),
    (f"{HERE}/<name>/<int:number>.svg", "GET", show_picture),
    (CASES, "GET", show_cases),
]
