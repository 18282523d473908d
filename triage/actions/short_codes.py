"""The code on a printed slip: few letters that cannot be mistaken for others, which lead to a patient's own link.

The code is derived, so that a slip can be printed again; its row holds a keyed hash alone.
"""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.enrol import link_token, patient_of
from triage.actions.errors import NotFound
from triage.actions.identify import PATIENT_ROLE, Actor
from triage.actions.terms import Terms
from triage.actions.throttling import count_of, failures_since, note_failure
from triage.actions.tokens import derive, derive_bytes
from triage.actions.turn import Turn
from triage.records import PatientRow, Session, ShortCodeRow, chair_lookups, lookups, new_id

# Crockford's, and without what is taken for something else when it is read aloud or written by hand: 26 signs, 8 of
# them make 208,827,064,576 codes.
SIGNS = "23456789ACDEFGHJKMNPRTVWXY"
READ_AS = str.maketrans("BSZ", "852")  # what was misread for something that there is
LENGTH, GROUP = 8, 4
LASTS = timedelta(days=30)  # judgement: by then the course of healing is over, and a longer life only serves guessing
COUNTED_FOR = timedelta(hours=1)
# Judgement: nobody mistypes more often in an hour. All addresses together may try 120 codes an hour: against 10,000
# slips in use, that finds one in 30 days with a chance of 1 in 240.
MOST_OF_ADDRESS, MOST_OF_ALL = 10, 120
CODE_MARK, HASH_MARK = "code", "code_hash"


class Slip(NamedTuple):
    """What a printed slip says; `code` in its two groups."""

    code: str
    ends_at: datetime


class TooManyTries(Exception):
    """So many codes were wrong that none is looked at now."""


def make_code(session: Session, patient_id: uuid.UUID, turn: Turn) -> ShortCodeRow:
    """Make a patient's code and end the one before. Raises NotFound for a patient without a link that works."""
    turn.by.require("practitioner", "lead")
    patient = patient_of(session, patient_id, by=turn.by)
    if lookups.patient_token(session, patient.clinic_id, patient.id) is None:
        raise NotFound("This patient has no link that works.")
    for former in chair_lookups.codes_of(session, patient):
        if former.ends_at > turn.now:
            former.ends_at = turn.now
            session.add(former)
    row_id = new_id()
    code = _code_of(turn.terms, patient.clinic_id, row_id)
    row = ShortCodeRow(
        clinic_id=patient.clinic_id,
        id=row_id,
        patient_id=patient.id,
        code_hash=hash_of_code(turn.terms, code),
        made_at=turn.now,
        made_by=turn.by.id,
        ends_at=turn.now + LASTS,
    )
    session.add(row)
    audit.record(session, turn, "short_code_made", ("patient", patient.id), after={"until": row.ends_at})
    return row


def slip_of(session: Session, patient: PatientRow, turn: Turn) -> Slip | None:
    """Return the code that a patient's slip shows now; None where none works."""
    for row in chair_lookups.codes_of(session, patient)[:1]:
        if _still_works(session, row, turn.now):
            return Slip(in_groups(_code_of(turn.terms, row.clinic_id, row.id)), row.ends_at)
    return None


def follow_code(session: Session, typed: str, address: str, now: datetime, terms: Terms) -> str | None:
    """Return the secret of the link that a typed code leads to; None: it is wrong, and that was counted.

    Raises TooManyTries, and looks at nothing, where too many were wrong lately, from this address or from all.
    """
    counts = count_of(terms, "go", address).what, count_of(terms, "go").what
    for what, most in zip(counts, (MOST_OF_ADDRESS, MOST_OF_ALL), strict=True):
        if failures_since(session, what, now - COUNTED_FOR) >= most:
            raise TooManyTries
    code = read_code(typed)
    row = chair_lookups.code_by_hash(session, hash_of_code(terms, code)) if code else None
    if row is None or not _still_works(session, row, now):
        for what in counts:
            note_failure(session, what, now)
        return None
    held = lookups.patient_token(session, row.clinic_id, row.patient_id)
    assert held is not None  # or it would not work
    if row.used_at is None:
        row.used_at = now
        session.add(row)
        patient = str(row.patient_id)
        by = Actor("patient", patient, row.clinic_id, PATIENT_ROLE, patient_id=row.patient_id)
        audit.record(session, Turn(by, now, terms), "short_code_used", ("patient", patient))
    return link_token(terms, held)


def read_code(typed: str) -> str | None:
    """Return a code as it was made from what somebody typed; None for what cannot be one."""
    letters = "".join(sign for sign in typed[:64].upper() if sign.isalnum()).translate(READ_AS)
    return letters if len(letters) == LENGTH and set(letters) <= set(SIGNS) else None


def in_groups(code: str) -> str:
    """Return a code as it is printed."""
    return f"{code[:GROUP]} {code[GROUP:]}"


def hash_of_code(terms: Terms, code: str) -> str:
    """Return what is kept of a code. It is short, so that its hash must have a key: else it could be searched for."""
    return derive(terms.secret, HASH_MARK, code)


def _code_of(terms: Terms, clinic_id: uuid.UUID, row_id: uuid.UUID) -> str:
    drawn = int.from_bytes(derive_bytes(terms.secret, CODE_MARK, clinic_id, row_id), "big")
    letters = []
    for _ in range(LENGTH):
        drawn, sign = divmod(drawn, len(SIGNS))
        letters.append(SIGNS[sign])
    return "".join(letters)


def _still_works(session: Session, row: ShortCodeRow, now: datetime) -> bool:
    """Tell whether a code opens a link: a link that is newer than the slip was made for somebody else's eyes."""
    held = lookups.patient_token(session, row.clinic_id, row.patient_id)
    return row.ends_at > now and held is not None and held.created_at <= row.made_at
