"""No change without an audit event beside it: a session that refuses to commit one, and bulk statements."""

from typing import Any, Never

from sqlalchemy import TextClause, event
from sqlalchemy.orm import ORMExecuteState, UOWTransaction
from sqlmodel import Session

from triage.records.alert import NotificationRow
from triage.records.audit import AuditEventRow

READING = ("select", "explain", "pragma", "show")


class UnauditedChange(RuntimeError):
    """A transaction would have changed audited rows without saying who did what; nothing of it is stored."""


class AuditedSession(Session):
    """The only kind of session that the Store hands out."""

    def _refuse_bulk(self, *_args: Any, **_kwargs: Any) -> Never:
        raise UnauditedChange("bulk saves are not seen by the audit guard: add rows one by one")

    bulk_save_objects = _refuse_bulk
    bulk_insert_mappings = _refuse_bulk
    bulk_update_mappings = _refuse_bulk


@event.listens_for(AuditedSession, "after_flush")
def remember_changes(session: AuditedSession, _flush: UOWTransaction) -> None:
    """Keeps what this flush wrote; a transaction may flush many times before it commits."""
    changed = [row for row in session.dirty if session.is_modified(row)]
    for row in (*session.new, *changed, *session.deleted):
        if getattr(type(row), "audited", True):
            session.info.setdefault("changed", set()).add(type(row).__name__)
    if any(isinstance(row, NotificationRow) for row in session.new):
        session.info["wakes"] = True  # the clock has something to send
    session.info.setdefault("events", []).extend(row for row in session.new if isinstance(row, AuditEventRow))


@event.listens_for(AuditedSession, "before_commit")
def refuse_unaudited(session: AuditedSession) -> None:
    """An event counts while it is stored: one that went away with its savepoint does not."""
    if session.in_nested_transaction():
        return
    session.flush()
    changed = session.info.get("changed")
    if changed and not any(row in session for row in session.info["events"]):
        raise UnauditedChange(f"changed without an audit event in the same transaction: {', '.join(sorted(changed))}")


@event.listens_for(AuditedSession, "after_commit")
@event.listens_for(AuditedSession, "after_rollback")
def forget_changes(session: AuditedSession) -> None:
    """The next transaction starts with nothing to answer for; a savepoint's end is not the transaction's."""
    if not session.in_nested_transaction():
        session.info.pop("changed", None)
        session.info.pop("events", None)


@event.listens_for(AuditedSession, "do_orm_execute")
def refuse_unnamed_bulk(state: ORMExecuteState) -> None:
    """Statements that change many rows go past the flush, so only the named ones of records/queries.py may."""
    if is_writing(state) and not state.execution_options.get("named_bulk", False):
        raise UnauditedChange("bulk statements belong in a named function of records/queries.py")


def is_writing(state: ORMExecuteState) -> bool:
    """Text counts as writing unless it begins as reading does."""
    if isinstance(state.statement, TextClause):
        return not state.statement.text.lstrip().lower().startswith(READING)
    return state.is_insert or state.is_update or state.is_delete
