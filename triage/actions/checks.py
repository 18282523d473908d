"""`triage db check`: the invariants over the rows, the protocols, the photos' files, and every clinic's audit chain."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from triage.actions.anchors import verify_chains
from triage.actions.enrol import link_token
from triage.actions.names import is_among, is_same_person
from triage.actions.protocols import files_of, rules_for
from triage.actions.rules_trouble import trouble_sentences
from triage.actions.terms import Terms
from triage.actions.tokens import hash_of
from triage.pictures import Shelf
from triage.records import Session, invariants, lookups, photo_lookups, queries, rules_lookups


def check_rows(session: Session, now: datetime, terms: Terms) -> list[str]:
    """Return every violation in words; empty when all is well."""
    queries.take_long(session)
    found = [breach.words for breach in invariants.broken(session, now=now)]
    for clinic in lookups.clinics(session):
        used = rules_for(session, clinic.id, now)
        if used.tables is None:
            found.append(f"clinic {clinic.id} has no protocol that can be read: its reports are not judged")
        elif used.lacking is not None:
            found.append(f"clinic {clinic.id}: protocol {used.lacking[:12]} cannot be read, an older one stands in")
        found += _faulty_versions(session, clinic.id)
        held = lookups.newest_patient_token(session, clinic.id)
        if held is not None and hash_of(link_token(terms, held)) != held.token_hash:
            found.append(f"clinic {clinic.id}: the secret is not the one that its patients' links were made with")
    found += trouble_sentences(session)
    for clinic_id, walked in verify_chains(session):
        found += [f"clinic {clinic_id}: {fault}" for fault in walked.faults]
    return found


def check_pictures(session: Session, shelf: Shelf, now: datetime) -> Iterator[str]:
    """Yield every photo without its file, and every file that belongs to no photo and should have been swept."""
    for photo_id, digest, size in photo_lookups.all_living(session):
        found = shelf.size(digest)
        if found is None:
            yield f"photo {photo_id}: its file {digest[:12]} is not in {shelf.folder}"
        elif found != size:
            yield f"photo {photo_id}: its file {digest[:12]} has {found} bytes instead of {size}"
    named = partial(photo_lookups.named_digests, session)
    for digest in shelf.unnamed(named, now):
        yield f"the file {digest[:12]} in {shelf.folder} belongs to no photo for over a day"


def _faulty_versions(session: Session, clinic_id: uuid.UUID) -> Iterator[str]:
    """Yield what is wrong with the clinic's versions of the protocol."""
    for row in rules_lookups.versions_of(session, clinic_id):
        if files_of(session, row) is None:
            yield f"clinic {clinic_id}: the files of protocol {row.digest[:12]} are not those of its digest"
        one = row.approved_by or ""
        if row.approval == "second_person" and (is_among(one, row.author) or is_same_person(one, row.drafted_by)):
            yield f"clinic {clinic_id}: protocol {row.digest[:12]} was approved by the person who wrote it"
