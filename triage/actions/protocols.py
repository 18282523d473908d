"""The clinic's protocol: published, kept with its files, compiled once a process."""

import logging
import uuid
from collections.abc import Mapping

from triage.actions import audit
from triage.actions.turn import Turn
from triage.records import ProtocolRow, Session, lookups
from triage.rules import Fault, ProtocolError, Tables, compile_protocol, digest_of, prove, read_protocol

LOG = logging.getLogger(__name__)


def check_files(files: Mapping[str, str]) -> Tables:
    """Return the compiled protocol. Raises ProtocolError with every fault, also of the properties it must have."""
    digest = digest_of(files)
    if digest not in _proved:
        tables = compile_protocol(read_protocol(files))
        faults = prove(tables)
        if faults:
            raise ProtocolError(faults)
        _proved[digest] = tables
    return _proved[digest]


def publish(session: Session, files: Mapping[str, str], turn: Turn) -> ProtocolRow:
    """Publish a protocol for the actor's clinic; the one before it is retired, and kept.

    Raises ProtocolError, and changes nothing, when it has faults. The same by the same name changes nothing.
    """
    protocol = check_files(files).protocol
    active = lookups.active_protocol(session, turn.by.clinic_id)
    if active is not None and (active.digest, active.published_by) == (protocol.digest, turn.by.id):
        return active
    if active is not None:
        active.retired_at = turn.now
        session.add(active)
        session.flush()  # the place of the published one must be free before the next takes it
    row = ProtocolRow(
        clinic_id=turn.by.clinic_id,
        name=protocol.name,
        version=protocol.version,
        digest=protocol.digest,
        files=dict(files),
        author=protocol.author,
        reviewer=protocol.reviewer or None,
        published_at=turn.now,
        published_by=turn.by.id,
    )
    session.add(row)
    session.info.pop("protocols", None)
    before = {"digest": active.digest} if active else None
    after = {"name": row.name, "version": row.version, "digest": row.digest, "reviewer": row.reviewer}
    audit.record(session, turn, "protocol_published", ("protocol", row.id), before=before, after=after)
    return row


def tables_of(session: Session, clinic_id: uuid.UUID) -> Tables | None:
    """Return the compiled protocol that the clinic has published; None where it has none.

    A transaction asks the database once: all that is done in it is judged by the same protocol.
    """
    asked: dict[uuid.UUID, Tables | None] = session.info.setdefault("protocols", {})
    if clinic_id not in asked:
        asked[clinic_id] = _published(session, clinic_id)
    return asked[clinic_id]


def _published(session: Session, clinic_id: uuid.UUID) -> Tables | None:
    digest = lookups.active_protocol_digest(session, clinic_id)
    if digest is None or digest in _compiled:
        return _compiled.get(digest or "")
    row = lookups.active_protocol(session, clinic_id)
    tables = _compile(row) if row is not None else None
    if tables is not None:
        _compiled[digest] = tables
    return tables


def _compile(row: ProtocolRow) -> Tables | None:
    """Return the tables of a stored protocol; None for one that this version cannot read any more.

    Reports are then not judged but kept, and a human is told of each: no fault of ours may throw one away.
    """
    try:
        tables = compile_protocol(read_protocol(row.files))
        if tables.protocol.digest != row.digest:
            raise ProtocolError([Fault("", "its files are not those of its digest", "publish it again")])
    except ProtocolError as error:
        LOG.error("the protocol %s of clinic %s cannot be read: %s", row.digest[:12], row.clinic_id, error)
        return None
    return tables


# A protocol never changes under its digest, so what was compiled once stays true as long as the process lives.
_compiled: dict[str, Tables] = {}
_proved: dict[str, Tables] = {}
