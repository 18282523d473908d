"""Reads about signing in: sessions, devices, codes, links, failed tries. And some that lock, or forget in bulk."""

import uuid
from datetime import datetime

from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from triage.records.people import ClinicRow, StaffRow
from triage.records.queries import NAMED
from triage.records.sign_in import FailedTryRow, RecoveryCodeRow, StaffLinkRow, StaffSessionRow, TrustedDeviceRow


def session_by_hash(session: Session, token_hash: str) -> StaffSessionRow | None:
    """Return the session that a cookie's token belongs to, ended or not."""
    return session.exec(select(StaffSessionRow).where(col(StaffSessionRow.token_hash) == token_hash)).first()


def staff_by_email(session: Session, email: str) -> list[StaffRow]:
    """Return who has this address at any clinic and still works there, whatever the case of its letters."""
    found = select(StaffRow).where(func.lower(col(StaffRow.email)) == email.lower(), col(StaffRow.left_at).is_(None))
    return list(session.exec(found.order_by(col(StaffRow.id))))


def staff_for_update(session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID) -> StaffRow | None:
    """Return who works here, as the row stands now and for nobody else to change; None: nobody has this id."""
    one = select(StaffRow).where(
        StaffRow.clinic_id == clinic_id, StaffRow.id == staff_id, col(StaffRow.left_at).is_(None)
    )
    return session.exec(one.with_for_update(), execution_options={"populate_existing": True}).first()


def sessions_of(session: Session, staff: StaffRow, now: datetime) -> list[StaffSessionRow]:
    """Return the sessions of somebody that have not ended, the one that was seen last first."""
    found = select(StaffSessionRow).where(
        StaffSessionRow.clinic_id == staff.clinic_id,
        StaffSessionRow.staff_id == staff.id,
        col(StaffSessionRow.ended_at).is_(None),
        col(StaffSessionRow.ends_at) > now,
    )
    return list(session.exec(found.order_by(col(StaffSessionRow.seen_at).desc(), col(StaffSessionRow.id).desc())))


def device_by_hash(session: Session, token_hash: str) -> TrustedDeviceRow | None:
    """Return the trusted device that a cookie's token belongs to, ended or not."""
    return session.exec(select(TrustedDeviceRow).where(col(TrustedDeviceRow.token_hash) == token_hash)).first()


def devices_of(session: Session, staff: StaffRow) -> list[TrustedDeviceRow]:
    """Return the devices that somebody trusts and has not ended, the latest first; some may have run out."""
    found = select(TrustedDeviceRow).where(
        TrustedDeviceRow.clinic_id == staff.clinic_id,
        TrustedDeviceRow.staff_id == staff.id,
        col(TrustedDeviceRow.ended_at).is_(None),
    )
    return list(session.exec(found.order_by(col(TrustedDeviceRow.made_at).desc())))


def recovery_codes(session: Session, staff: StaffRow) -> list[RecoveryCodeRow]:
    """Return somebody's recovery codes, used or not."""
    return list(
        session.exec(
            select(RecoveryCodeRow).where(
                RecoveryCodeRow.clinic_id == staff.clinic_id, RecoveryCodeRow.staff_id == staff.id
            )
        )
    )


def recovery_code(session: Session, staff: StaffRow, code_hash: str) -> RecoveryCodeRow | None:
    """Return one of somebody's recovery codes, used or not."""
    one = select(RecoveryCodeRow).where(
        RecoveryCodeRow.clinic_id == staff.clinic_id,
        RecoveryCodeRow.staff_id == staff.id,
        RecoveryCodeRow.code_hash == code_hash,
    )
    return session.exec(one).first()


def link_by_hash(session: Session, token_hash: str) -> StaffLinkRow | None:
    """Return the link that a token belongs to, used or not."""
    return session.exec(select(StaffLinkRow).where(StaffLinkRow.token_hash == token_hash)).first()


def links_of(session: Session, staff: StaffRow) -> list[StaffLinkRow]:
    """Return somebody's links that were not used yet; some may have run out."""
    return list(
        session.exec(
            select(StaffLinkRow).where(
                StaffLinkRow.clinic_id == staff.clinic_id,
                StaffLinkRow.staff_id == staff.id,
                col(StaffLinkRow.used_at).is_(None),
            )
        )
    )


def lock_tries(session: Session, what: str) -> None:
    """Let nobody else count a try of this until this transaction ends; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def tries_since(session: Session, what: str, since: datetime) -> list[datetime]:
    """Return when something was tried in vain since a time."""
    found = select(FailedTryRow.at).where(FailedTryRow.what == what, col(FailedTryRow.at) > since)
    return list(session.exec(found))


def forget_tries(session: Session, before: datetime) -> None:
    """Removes the tries of before a time."""
    session.exec(delete(FailedTryRow).where(col(FailedTryRow.at) <= before), execution_options=NAMED)


def has_clinic(session: Session) -> bool:
    """Tell whether there is any clinic here."""
    return session.exec(select(ClinicRow.id).limit(1)).first() is not None


def lock_clinics(session: Session) -> None:
    """Let nobody else make a clinic until this transaction ends; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        session.execute(LOCK, execution_options=NAMED)


LOCK = text("LOCK TABLE clinic IN SHARE ROW EXCLUSIVE MODE")
