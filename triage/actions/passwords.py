"""Passwords of staff: hashed with argon2, compared in the same time whether or not somebody has the address."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from triage.records import Session, StaffRow, sign_in_lookups

HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")


def staff_with_password(session: Session, email: str, password: str) -> StaffRow | None:
    """Return who signs in with this address and password; None: nobody does. Who has left cannot."""
    people = sign_in_lookups.staff_by_email(session, email)
    hashes = [row.password_hash or NOBODY for row in people] or [NOBODY]
    fits = [is_password(hashed, password) for hashed in hashes]
    return next((row for row, does_fit in zip(people, fits, strict=False) if does_fit), None)


def is_password(hashed: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed."""
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
