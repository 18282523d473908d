"""Ten codes on paper that stand in for a lost phone, each once. Only keyed hashes of them are kept."""

import secrets

from triage.actions import audit
from triage.actions.terms import Terms
from triage.actions.tokens import derive
from triage.actions.turn import Turn
from triage.records import RecoveryCodeRow, Session, StaffRow, sign_in_lookups

MARK = "tar_"
HOW_MANY, HALF = 10, 5
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another; ten of them are 49 bits


def new_recovery_codes(session: Session, staff: StaffRow, turn: Turn) -> list[str]:
    """Return ten new codes, to be shown once; those of before count no more."""
    forget_recovery_codes(session, staff)
    codes = ["".join(secrets.choice(SIGNS) for _ in range(2 * HALF)) for _ in range(HOW_MANY)]
    for code in codes:
        hashed = _hash(turn.terms, staff, code)
        session.add(RecoveryCodeRow(clinic_id=staff.clinic_id, staff_id=staff.id, code_hash=hashed, made_at=turn.now))
    audit.record(session, turn, "recovery_codes_made", ("staff", staff.id), after={"codes": HOW_MANY})
    return [f"{code[:HALF]}-{code[HALF:]}" for code in codes]


def use_recovery_code(session: Session, staff: StaffRow, typed: str, turn: Turn) -> bool:
    """Tell whether this is one of somebody's codes that was not used yet, and use it up."""
    code = "".join(sign for sign in typed.casefold() if sign in SIGNS)
    row = sign_in_lookups.recovery_code(session, staff, _hash(turn.terms, staff, code))
    if row is None or row.used_at is not None:
        return False
    row.used_at = turn.now
    session.add(row)
    session.flush()
    left = codes_left(session, staff)
    audit.record(session, turn, "recovery_code_used", ("staff", staff.id), after={"left": left})
    return True


def codes_left(session: Session, staff: StaffRow) -> int:
    """Return how many codes were not used yet."""
    return sum(row.used_at is None for row in sign_in_lookups.recovery_codes(session, staff))


def forget_recovery_codes(session: Session, staff: StaffRow) -> None:
    """Remove somebody's codes; whoever calls this says in the log why."""
    for row in sign_in_lookups.recovery_codes(session, staff):
        session.delete(row)


def _hash(terms: Terms, staff: StaffRow, code: str) -> str:
    return derive(terms.secret, MARK, staff.clinic_id, staff.id, code).removeprefix(MARK)
