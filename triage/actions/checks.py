"""`triage db check`: the invariants over the rows, and the audit chain of every clinic."""

from datetime import datetime
from itertools import groupby

from triage.actions.audit import broken_links
from triage.actions.enrol import link_token
from triage.actions.protocols import tables_of
from triage.actions.terms import Terms
from triage.actions.tokens import hash_of
from triage.records import Session, invariants, lookups


def check_rows(session: Session, now: datetime, terms: Terms) -> list[str]:
    """Return every violation in words; empty when all is well."""
    found = list(invariants.broken(session, now=now))
    for clinic in lookups.clinics(session):
        if tables_of(session, clinic.id) is None:
            found.append(f"clinic {clinic.id} has no protocol that can be read: its reports are not judged")
        held = lookups.newest_patient_token(session, clinic.id)
        if held is not None and hash_of(link_token(terms, held)) != held.token_hash:
            found.append(f"clinic {clinic.id}: the secret is not the one that its patients' links were made with")
    for _, events in groupby(invariants.sealed_events(session), key=lambda event: event.clinic_id):
        found += broken_links(events)
    return found
