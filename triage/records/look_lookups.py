"""Reads with a name about a clinic's own look: the logo that is shown now."""

import uuid

from sqlmodel import Session, col, select

from triage.records.phone import ClinicLogoRow


def logo(session: Session, clinic_id: uuid.UUID) -> ClinicLogoRow | None:
    """Return the clinic's logo; None: it has none."""
    shown = select(ClinicLogoRow).where(ClinicLogoRow.clinic_id == clinic_id, col(ClinicLogoRow.replaced_at).is_(None))
    return session.exec(shown).first()


def logo_digest(session: Session, clinic_id: uuid.UUID) -> str | None:
    """Return the digest of the clinic's logo, without the picture; None: it has none."""
    shown = select(ClinicLogoRow.digest).where(
        ClinicLogoRow.clinic_id == clinic_id, col(ClinicLogoRow.replaced_at).is_(None)
    )
    return session.exec(shown).first()


def logo_by_digest(session: Session, digest: str) -> bytes | None:
    """Return the picture of a logo that a clinic shows now; None: no clinic does."""
    shown = select(ClinicLogoRow.image).where(ClinicLogoRow.digest == digest, col(ClinicLogoRow.replaced_at).is_(None))
    return session.exec(shown.limit(1)).first()
