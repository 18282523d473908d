"""Which version of the protocol judges what: in effect for the clinic, kept by an episode, compiled once a process."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from triage.actions.judge import compile_stored
from triage.records import EpisodeRow, ProtocolRow, Session, rules_lookups
from triage.records.rules_lookups import VersionInUse
from triage.rules import ProtocolError, Tables, compile_protocol, digest_of, prove, read_protocol

NONE_PUBLISHED = ""


class InUse(NamedTuple):
    """The tables that judge. `lacking`: the digest of the version that should and cannot be read; None: all is well."""

    tables: Tables | None  # None: the clinic has no protocol that can be read
    lacking: str | None = None  # NONE_PUBLISHED: nothing is in effect


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


def rules_for(session: Session, clinic_id: uuid.UUID, now: datetime, episode: EpisodeRow | None = None) -> InUse:
    """Return what judges an episode now: the version it keeps; None: the version that is in effect for the clinic.

    Where that version cannot be read, the newest other one that was ever in effect and can be read stands in for it.
    A transaction asks the database once: all that is done in it is judged by the same versions.
    """
    wanted = version_for(versions(session, clinic_id), now, episode.protocol_digest if episode else None)
    asked: dict[tuple[uuid.UUID, str], InUse] = session.info.setdefault("rules", {})
    if (clinic_id, wanted) not in asked:
        asked[clinic_id, wanted] = _in_use(session, clinic_id, wanted)
    return asked[clinic_id, wanted]


def tables_of(
    session: Session, clinic_id: uuid.UUID, now: datetime, episode: EpisodeRow | None = None
) -> Tables | None:
    """Return the tables that judge an episode now, or (None) a new one; None where the clinic has none to be read."""
    return rules_for(session, clinic_id, now, episode).tables


def version_for(used: Sequence[VersionInUse], now: datetime, kept: str | None = None) -> str:
    """Return the digest of the version that judges now; empty: none is in effect.

    `kept`: the version that an episode runs under; it goes on, unless a newer one moves running episodes. That is
    decided here and not by the rows, so that no report waits for the clock to have moved them.
    """
    begun = [version for version in used if version.effective_from is not None and version.effective_from <= now]
    if not begun:  # a clock that was put back, or a story told of an earlier day: the first there was goes on
        begun = [version for version in used if version.took_effect_at is not None][-1:]
    for version in begun if kept else ():
        if version.digest == kept or version.moves_running:
            return version.digest
    return kept or (begun[0].digest if begun else NONE_PUBLISHED)


def candidate_of(session: Session, clinic_id: uuid.UUID) -> str | None:
    """Return the digest of the candidate that judges beside the published version; None: there is none."""
    return next((used.digest for used in versions(session, clinic_id) if used.shadow_since), None)


def versions(session: Session, clinic_id: uuid.UUID) -> list[VersionInUse]:
    """Return the clinic's versions in use, asked of the database once a transaction."""
    asked: dict[uuid.UUID, list[VersionInUse]] = session.info.setdefault("versions", {})
    if clinic_id not in asked:
        asked[clinic_id] = rules_lookups.versions_in_use(session, clinic_id)
    return asked[clinic_id]


def forget_versions(session: Session) -> None:
    """Ask the database again: this transaction has changed what is in use."""
    session.info.pop("versions", None)
    session.info.pop("rules", None)


def load_version(session: Session, clinic_id: uuid.UUID, digest: str) -> Tables | None:
    """Return the tables of a stored version; None for one that this version of the program cannot read."""
    if digest not in _compiled:
        tables = read_stored(session, clinic_id, digest)
        if tables is None:
            return None
        _compiled[digest] = tables
    return _compiled[digest]


def load_given_out(session: Session, digest: str) -> Tables | None:
    """Return the tables of a version that any clinic has given to patients; None for drafts and unknown ones."""
    clinic_id = rules_lookups.who_gave_out(session, digest)
    return None if clinic_id is None else load_version(session, clinic_id, digest)


def read_stored(session: Session, clinic_id: uuid.UUID, digest: str) -> Tables | None:
    """Return the tables of a version as its files are stored now, whatever was compiled before."""
    row = rules_lookups.version_of_digest(session, clinic_id, digest)
    files = rules_lookups.stored_files(session, (clinic_id, row.id)) if row is not None else None
    return compile_stored(files, digest) if files is not None else None


def files_of(session: Session, row: ProtocolRow) -> dict[str, str] | None:
    """Return a version's files; None where they are not those of its digest any more."""
    text = rules_lookups.stored_files(session, (row.clinic_id, row.id))
    try:
        files = json.loads(text or "")
    except ValueError:
        return None
    is_whole = isinstance(files, dict) and all(isinstance(part, str) for part in files.values())
    return files if is_whole and digest_of(files) == row.digest else None


def is_compiled(digest: str) -> bool:
    """Tell whether this process has read a version already."""
    return digest in _compiled


def _in_use(session: Session, clinic_id: uuid.UUID, wanted: str) -> InUse:
    if not wanted:
        return InUse(None, NONE_PUBLISHED)
    tables = load_version(session, clinic_id, wanted)
    if tables is not None:
        return InUse(tables)
    others = (found for found in rules_lookups.versions_that_took_effect(session, clinic_id) if found != wanted)
    stand_ins = (load_version(session, clinic_id, digest) for digest in others)
    return InUse(next((tables for tables in stand_ins if tables is not None), None), wanted)


# A protocol never changes under its digest, so what was compiled once stays true as long as the process lives.
_compiled: dict[str, Tables] = {}
_proved: dict[str, Tables] = {}
