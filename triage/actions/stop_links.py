"""The link that ends messages: bound to a patient, the same in every message, and not kept anywhere."""

import base64
import binascii
import hmac
import uuid

from triage.actions.terms import Terms
from triage.actions.tokens import STOP_MARK, derive

IDS = 32  # bytes of the two ids


def stop_token(terms: Terms, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> str:
    """Return the token of a patient's stop link: whom it is about, and a seal that only we can make."""
    ids = base64.urlsafe_b64encode(clinic_id.bytes + patient_id.bytes).decode().rstrip("=")
    seal = derive(terms.secret, STOP_MARK, clinic_id, patient_id).removeprefix(STOP_MARK)
    return f"{STOP_MARK}{ids}.{seal}"


def stop_link(terms: Terms, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> str:
    """Return the address that ends messages, or starts them again."""
    return f"{terms.base_url}/o/{stop_token(terms, clinic_id, patient_id)}"


def read_stop_token(terms: Terms, token: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the clinic and the patient of a stop link; None where we did not make it."""
    ids = token.removeprefix(STOP_MARK).partition(".")[0]
    try:
        packed = base64.b64decode(ids + "=" * (-len(ids) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(packed) != IDS:
        return None
    found = uuid.UUID(bytes=packed[:16]), uuid.UUID(bytes=packed[16:])
    is_ours = hmac.compare_digest(stop_token(terms, *found).encode(), token.encode("utf-8", "replace"))
    return found if is_ours else None
