"""The audit's figures over HTTP: which there are, and each as JSON with what it rests on, or as CSV."""

from datetime import date
from functools import partial
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from triage.actions.errors import Invalid
from triage.actions.figure_table import as_csv, as_told
from triage.actions.outcomes import Asked, figures_listed
from triage.api.asking import begin_turn, wiring
from triage.figuring import find_figure
from triage.outcomes.figure import GROUPS
from triage.rules import Fault

FORMATS = ("json", "csv")
QUERY = [
    {"in": "query", "name": name, "schema": schema, "description": about}
    for name, schema, about in (
        (
            "since",
            {"type": "string", "format": "date"},
            "first day, by the clinic's calendar; left out: from the first on",
        ),
        ("until", {"type": "string", "format": "date"}, "last day; left out: up to now"),
        ("by", {"type": "string", "enum": list(GROUPS)}, "what to group by, where the figure can"),
        (
            "format",
            {"type": "string", "enum": list(FORMATS)},
            "csv: the rows, below lines with # that say what they mean",
        ),
        ("fresh", {"type": "string", "enum": ["true"]}, "compute it now, whatever was kept"),
    )
]

blueprint = Blueprint("outcomes", __name__, description="The clinic's audit: figures with what they rest on")


@blueprint.before_request
def check_caller() -> None:
    """Refuse who is not identified before anything is looked at; no call here has a body."""
    begin_turn()


class ListedFigureSchema(Schema):
    """A figure that there is. What it says is as it was computed last for the whole time; null: not yet."""

    id = fields.String()
    title = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    computed_at = fields.DateTime(allow_none=True)


class ListedFiguresSchema(Schema):
    """Every figure."""

    items = fields.List(fields.Nested(ListedFigureSchema))
    next = fields.String(allow_none=True)


class ColumnSchema(Schema):
    """A column of the table."""

    id = fields.String()
    heading = fields.String()
    kind = fields.String(metadata={"description": "text, count, number, share (0 to 1), days, hours, minutes"})
    about = fields.String()


class VersionSchema(Schema):
    """A version of a protocol."""

    digest = fields.String()
    name = fields.String()
    version = fields.String()


class FrameSchema(Schema):
    """What the figure rests on."""

    clinic = fields.String()
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)
    by = fields.String(allow_none=True)
    as_of = fields.DateTime(metadata={"description": "up to when the records were read"})
    computed_at = fields.DateTime()
    protocol = fields.Nested(
        VersionSchema, allow_none=True, metadata={"description": "whose windows are the expectation"}
    )
    judged_by = fields.List(fields.Nested(VersionSchema))


class FigureSchema(Schema):
    """A figure. In a row null stands for what cannot be told, or is too small to be shown."""

    id = fields.String()
    title = fields.String()
    frame = fields.Nested(FrameSchema)
    n = fields.Integer()
    of = fields.String(metadata={"description": "what n counts"})
    answer = fields.String()
    columns = fields.List(fields.Nested(ColumnSchema))
    rows = fields.List(fields.Dict(keys=fields.String()))
    method = fields.List(fields.String())


@blueprint.get("/outcomes")
@blueprint.doc(summary="List the audit's figures")
@blueprint.response(200, ListedFiguresSchema)
def get_figures() -> dict[str, Any]:
    """Return every figure with what it says, as far as it was computed."""
    turn = begin_turn()
    return {"items": wiring().look(partial(figures_listed, turn=turn), turn.by.clinic_id), "next": None}


@blueprint.get("/outcomes/<figure_id>")
@blueprint.doc(summary="One figure of the audit, with its method and what it rests on", parameters=QUERY)
@blueprint.response(200, FigureSchema)
def get_figure(figure_id: str) -> ResponseReturnValue:
    """Return a figure, as it was kept since last night or computed now."""
    asked, form = read_asked(), request.args.get("format", FORMATS[0])
    if form not in FORMATS:
        raise Invalid([Fault("format", f"{form[:20]!r} is not known", "use one of: " + ", ".join(FORMATS))])
    shown = find_figure(wiring(), figure_id, asked, begin_turn(), fresh=request.args.get("fresh") == "true")
    if form == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{shown.figure.id}.csv"'}
        return Response("\ufeff" + as_csv(shown), mimetype="text/csv", headers=headers)
    return jsonify(as_told(shown))


def read_asked() -> Asked:
    """Return what the address asks for. Raises Invalid."""
    return Asked(_day("since"), _day("until"), request.args.get("by") or None)


def _day(name: str) -> date | None:
    text = request.args.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid([Fault(name, f"{text[:20] if text else ''!r} is no day", "give a day like 2026-11-01")]) from None
