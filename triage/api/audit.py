"""The audit log over HTTP: events in the order of the chain, the log as a file, and whether the chain is whole."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from io import StringIO
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from triage.actions.anchors import chain_shown, read_anchor
from triage.actions.errors import Invalid
from triage.actions.log_export import NAMES, Asked, cells_of, events_after
from triage.api.asking import begin_turn, check_call, page_size, wiring
from triage.rules import Fault, read_moment

AT_ONCE = 1000  # events of a file that are read at a time
TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}

blueprint = Blueprint("audit", __name__, description="Who did what, and the chain that shows when it was changed")
blueprint.before_request(check_call)


class LogEntrySchema(Schema):
    """A sealed entry of the log; its hash can be computed anew from the rest, as docs/audit.md says."""

    clinic_id = fields.String()
    seq = fields.Integer(metadata={"description": "its place in the clinic's chain, from 1"})
    id = fields.String()
    at = fields.String()
    actor_kind = fields.String(metadata={"description": "staff, key, patient, operator or service"})
    actor_id = fields.String(allow_none=True)
    did = fields.String()
    thing_kind = fields.String()
    thing_id = fields.String()
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    prev_hash = fields.String()
    hash = fields.String()


class LogPageSchema(Schema):
    """A page of the log."""

    items = fields.List(fields.Nested(LogEntrySchema))
    next = fields.String(allow_none=True, metadata={"description": "the cursor of the next page"})


class AnchorSchema(Schema):
    """How the chain ended when people outside were told of it."""

    seq = fields.Integer()
    hash = fields.String()
    at = fields.DateTime(allow_none=True)


class ChainSchema(Schema):
    """What a walk along the whole chain finds."""

    is_whole = fields.Boolean()
    events = fields.Integer()
    end = fields.Nested(AnchorSchema)
    anchors = fields.List(fields.Nested(AnchorSchema))
    agreeing = fields.Integer(metadata={"description": "anchors that agree with the chain"})
    faults = fields.List(fields.String(), metadata={"description": "each place where it breaks, in words"})


FILTERS = [
    {"in": "query", "name": name, "schema": {"type": "string"}, "description": about}
    for name, about in (
        ("since", "RFC 3339: from when on"),
        ("until", "RFC 3339: before when"),
        ("thing", "id of what it is about"),
        ("actor", "id of who did it"),
        ("did", "what was done"),
        ("cursor", "the next of the page before"),
        ("limit", "items of a page"),
        ("format", "jsonl or csv: all of it as a file"),
    )
]


@blueprint.get("/audit/events")
@blueprint.doc(summary="The log in the order of its chain, as pages or as a file", parameters=FILTERS)
@blueprint.response(200, LogPageSchema)
def get_events() -> Any:
    """Return a page of the log, or all that is asked for as JSON Lines or CSV."""
    turn = begin_turn()
    turn.by.require("lead", "auditor")
    asked, kind = _asked(), request.args.get("format", "json")
    if kind in TYPES:
        headers = {"Content-Disposition": f'attachment; filename="log.{kind}"', "Cache-Control": "no-store"}
        return Response(_file(asked, kind), content_type=TYPES[kind], headers=headers)
    if kind != "json":
        raise Invalid([Fault("format", f"{kind[:20]!r} is none", "give json, jsonl or csv")])
    size = page_size()
    items = wiring().look(lambda session: events_after(session, asked, _cursor(), size + 1, turn), turn.by.clinic_id)
    return {"items": items[:size], "next": str(items[size - 1]["seq"]) if len(items) > size else None}


@blueprint.get("/audit/chain")
@blueprint.doc(
    summary="Walk along the whole chain: is anything changed, removed or put elsewhere?",
    parameters=[
        {
            "in": "query",
            "name": "anchor",
            "schema": {"type": "string"},
            "description": "the line of a daily mail that was kept, as 120:5f1c...",
        }
    ],
)
@blueprint.response(200, ChainSchema)
def get_chain() -> dict[str, Any]:
    """Return what a walk along the whole chain finds."""
    turn = begin_turn()
    told = dict(read_anchor(text) for text in request.args.getlist("anchor"))
    return wiring().look(lambda session: chain_shown(session, told, turn), turn.by.clinic_id)


def _asked() -> Asked:
    """Return what is asked for. Raises Invalid."""
    faults: list[Fault] = []
    moments: dict[str, datetime | None] = {}
    for name in ("since", "until"):
        moments[name] = read_moment(request.args[name], name, faults) if name in request.args else None
    if faults:
        raise Invalid(faults)
    return Asked(
        moments["since"], moments["until"], *(request.args.get(name) or None for name in ("thing", "actor", "did"))
    )


def _cursor() -> int:
    text = request.args.get("cursor", "0")
    if not text.isdecimal():
        raise Invalid([Fault("cursor", "is no cursor", "give the next of the page before")])
    return int(text)


def _file(asked: Asked, kind: str) -> Iterator[str]:
    """Yield the log in pieces, each read in a transaction of its own: it may be long."""
    turn, house = begin_turn(), wiring()
    write: Callable[[list[dict[str, Any]]], str] = _lines if kind == "jsonl" else _rows

    def pieces() -> Iterator[str]:
        if kind == "csv":
            yield ",".join(NAMES) + "\n"
        seq = 0
        while True:
            read = partial(events_after, asked=asked, seq=seq, limit=AT_ONCE, turn=turn)
            found = house.look(read, turn.by.clinic_id)
            if not found:
                return
            yield write(found)
            seq = found[-1]["seq"]

    return pieces()


def _lines(events: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def _rows(events: list[dict[str, Any]]) -> str:
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerows(map(cells_of, events))
    return written.getvalue()
