"""/office/protocol: which version judges, who answers for it, what it says, and what another one changes."""

import uuid
from collections.abc import Callable
from functools import partial

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.errors import Conflict, NotFound
from triage.actions.lifecycle import Release, approve, publish, retire, submit
from triage.actions.protocols import files_of, load_version, version_for, versions
from triage.actions.turn import Turn
from triage.paper import as_html, as_text, build_sheet, compare, spoken_languages
from triage.records import ProtocolRow, Session, rules_lookups
from triage.rules import Tables, digest_of
from triage.web.door.confirm import confirmed
from triage.web.links import wiring_here
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/protocol"
STATES = {"draft": "a draft", "in_review": "in review", "published": "published", "retired": "retired"}
DONE = {
    "submit": "It is in review: somebody else than who wrote it approves it.",
    "approve": "Approved and published.",
    "sign": "Your name stands beside it in the log.",
    "retire": "Retired: it judges nobody any more.",
}


@for_staff(*OFFICE)
@confirmed
def show_protocol(page: StaffPage) -> ResponseReturnValue:
    """Show the versions, the one in effect first."""
    rows = page.read(lambda session, turn: rules_lookups.versions_of(session, turn.by.clinic_id))
    in_effect = page.read(lambda session, turn: version_for(versions(session, turn.by.clinic_id), turn.now))
    rows = sorted(
        rows, key=lambda row: (row.digest != in_effect or row.state != "published", -row.drafted_at.timestamp())
    )
    return page.show(
        "office_protocol.html",
        rows=rows,
        in_effect=in_effect,
        states=STATES,
        name=page.staff.name,
        done=DONE.get(request.args.get("done", ""), ""),
    )


@for_staff(*OFFICE)
def show_reference(page: StaffPage, version_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the whole of a version, to read and sign; as a file, since it has a style of its own."""
    tables = page.read(partial(_tables, version_id=version_id))
    sheet = build_sheet(tables, next(iter(spoken_languages(tables.protocol))))
    answer = Response(as_html(sheet), mimetype="text/html")
    name = f"{tables.protocol.name}-{tables.protocol.version}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{_plain(name)}"'
    return answer


@for_staff(*OFFICE)
def show_difference(page: StaffPage, version_id: uuid.UUID) -> ResponseReturnValue:
    """Show in words what a version changes beside the one in effect; what is less urgent comes first."""
    new = page.read(partial(_tables, version_id=version_id))

    def standing(session: Session, turn: Turn) -> Tables | None:
        return load_version(session, turn.by.clinic_id, version_for(versions(session, turn.by.clinic_id), turn.now))

    old = page.read(standing)
    if old is None:
        raise NotFound("No version is in effect, so there is nothing to compare with.")
    return page.show("office_difference.html", text=as_text(compare(old, new)), version=new.protocol.version)


@for_staff(*OFFICE)
@confirmed
def take_step(page: StaffPage, version_id: uuid.UUID, step: str) -> ResponseReturnValue:
    """Take a version one step on, in the name of whoever is signed in."""
    shipped = digest_of(wiring_here().starter) if wiring_here().starter else ""
    release = Release(shipped=shipped)

    def go(session: Session, turn: Turn) -> None:
        row = _version(session, turn, version_id)
        steps: dict[str, Callable[[], object]] = {
            "submit": lambda: submit(session, row, turn),
            "approve": lambda: approve(session, row, turn, release),
            "sign": lambda: publish(session, _in_effect(session, row, turn), turn, release),
            "retire": lambda: retire(session, row, turn),
        }
        steps[step]()

    page.do(go)
    return redirect(f"{HERE}?done={step}", 303)


def _in_effect(session: Session, row: ProtocolRow, turn: Turn) -> dict[str, str]:
    """Return the files of the version in effect. Raises Conflict for any other one, and where they are spoiled."""
    is_in_effect = (
        row.state == "published" and version_for(versions(session, turn.by.clinic_id), turn.now) == row.digest
    )
    files = files_of(session, row)
    if not is_in_effect or files is None:
        raise Conflict("Only the version that judges now can be signed, and only while its files are whole.")
    return dict(files)


def _version(session: Session, turn: Turn, version_id: uuid.UUID) -> ProtocolRow:
    row = session.get(ProtocolRow, (turn.by.clinic_id, version_id))
    if row is None:
        raise NotFound("There is no such version of the protocol.")
    return row


def _tables(session: Session, turn: Turn, version_id: uuid.UUID) -> Tables:
    tables = load_version(session, turn.by.clinic_id, _version(session, turn, version_id).digest)
    if tables is None:
        raise NotFound("This version cannot be read; the log and the banner say why.")
    return tables


def _plain(name: str) -> str:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-") else "-" for sign in name)
