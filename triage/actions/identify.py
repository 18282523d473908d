"""Who is asking: a key or a patient's token becomes an Actor."""

import uuid
from typing import NamedTuple

from triage.actions.errors import NotAllowed, NotFound, NotIdentified
from triage.actions.tokens import KEY_MARK, PATIENT_MARK, hash_of
from triage.records import Session, lookups

SERVICE_ROLE, PATIENT_ROLE = "service", "patient"


class Actor(NamedTuple):
    """On whose behalf something is done; `id` is the member of staff, the key (intake), the patient, or a loop."""

    kind: str  # staff, key, patient, operator, service
    id: str
    clinic_id: uuid.UUID
    role: str
    staff_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    name: str = ""  # of a person whose name is known

    @property
    def signature(self) -> str:
        """Return the name that stands below what they answer for; of an operator it is what they gave as theirs."""
        return self.name or self.id

    def require(self, *roles: str) -> None:
        """Raise NotAllowed unless the actor has one of the roles. An admin may do what a lead may."""
        held = {self.role, "lead"} if self.role == "admin" else {self.role}
        if not held & set(roles):
            raise NotAllowed(f"The role {self.role} may not do that; it takes one of: {', '.join(roles)}.")

    def require_patient(self, patient_id: uuid.UUID) -> None:
        """Raise NotFound when a patient asks for somebody else."""
        if self.patient_id is not None and self.patient_id != patient_id:
            raise NotFound


def service(clinic_id: uuid.UUID, loop: str) -> Actor:
    """Return the actor for what the service does by itself."""
    return Actor("service", loop, clinic_id, SERVICE_ROLE)


def operator(clinic_id: uuid.UUID, name: str) -> Actor:
    """Return the actor for what an operator does on the command line."""
    return Actor("operator", name, clinic_id, "admin")


def identify(session: Session, token: str) -> Actor:
    """Return who holds this key or patient token. Raises NotIdentified for unknown and revoked ones."""
    if token.startswith(KEY_MARK):
        key = lookups.key_by_hash(session, hash_of(token))
        if key is not None and key.revoked_at is None:
            holder = ("staff", key.staff_id) if key.staff_id else ("key", key.id)
            return Actor(holder[0], str(holder[1]), key.clinic_id, key.role, staff_id=key.staff_id)
    if token.startswith(PATIENT_MARK):
        held = lookups.patient_token_by_hash(session, hash_of(token))
        if held is not None and held.revoked_at is None:
            return Actor("patient", str(held.patient_id), held.clinic_id, PATIENT_ROLE, patient_id=held.patient_id)
    raise NotIdentified
