"""A protocol's way: drafted, submitted, approved by a second person, published from a moment on, retired.

Its files never change under their digest: what is changed is another version.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from triage.actions import audit
from triage.actions.effect import clear_the_way, mark_in_effect
from triage.actions.errors import Conflict, Invalid
from triage.actions.names import check_name, is_among, is_same_person
from triage.actions.protocols import check_files, files_of, forget_versions, load_version, version_for, versions
from triage.actions.rules_trouble import review_trouble
from triage.actions.turn import Turn
from triage.records import ProtocolRow, Session, rules_lookups
from triage.rules import Fault, Protocol, digest_of


class Release(NamedTuple):
    """How a version is published: from when (None: now), and whether running episodes go over to it."""

    effective_from: datetime | None = None
    running: bool = False
    shipped: str = ""  # the digest that a clinic of one may publish, since it comes from us; empty: none


NOW = Release()


def publish(session: Session, files: Mapping[str, str], turn: Turn, release: Release = NOW) -> ProtocolRow:
    """Draft, submit, approve and publish in one go, approved by the actor; what was in effect before is retired.

    A version that nobody has drafted counts as drafted by its author. Raises ProtocolError, and changes nothing, when
    it has faults; Conflict where the actor may not approve it. The same by the same name changes nothing.
    """
    protocol = check_files(files).protocol
    restore(session, files, turn)
    alive = _alive(session, protocol.digest, turn)
    if alive is not None and alive.state == "published":
        return _publish_again(session, alive, files, turn, release)
    row = alive or _add(session, files, protocol.author or "unknown", turn)
    if row.state == "draft":
        submit(session, row, turn)
    return approve(session, row, turn, release)


def draft(session: Session, files: Mapping[str, str], turn: Turn, drafted_by: str | None = None) -> ProtocolRow:
    """Keep a version as a draft of the actor's, or of `drafted_by`. Raises ProtocolError, Conflict for a known one."""
    protocol = check_files(files).protocol
    restore(session, files, turn)
    alive = _alive(session, protocol.digest, turn)
    if alive is None:
        return _add(session, files, drafted_by or turn.by.signature, turn)
    if alive.state == "draft" and is_same_person(alive.drafted_by, drafted_by or turn.by.signature):
        return alive
    state = alive.state.replace("_", " ")
    raise Conflict(f"{_named(alive)} is {state} already, drafted by {alive.drafted_by}; see triage protocol list.")


def submit(session: Session, row: ProtocolRow, turn: Turn) -> ProtocolRow:
    """Hand a draft in for review."""
    _expect(row, "draft", {"in_review": f"approve it: triage protocol approve {row.digest[:12]} --by NAME"})
    row.state, row.submitted_at, row.submitted_by = "in_review", turn.now, check_name(turn.by.signature)
    session.add(row)
    audit.record(session, turn, "protocol_submitted", ("protocol", row.id), after={"digest": row.digest})
    session.flush()
    return row


def approve(session: Session, row: ProtocolRow, turn: Turn, release: Release = NOW) -> ProtocolRow:
    """Approve and publish a version that is in review.

    Raises Conflict where the actor wrote or drafted it, Invalid for a moment that has passed.
    """
    _expect(row, "in_review", {"draft": f"submit it first: triage protocol submit {row.digest[:12]} --by NAME"})
    files = files_of(session, row)
    if files is None:
        raise Conflict(f"{_named(row)}: its stored files are spoiled; draft the folder again, and they are mended.")
    check_files(files)
    name, approval = check_name(turn.by.signature), _approval(session, row, turn, release)
    effective_from = _moment(session, release, turn)
    is_now = effective_from <= turn.now
    before = version_for(versions(session, turn.by.clinic_id), turn.now)
    if is_now:
        clear_the_way(session, effective_from, turn)
    row.state, row.approved_at, row.approved_by, row.approval = "published", turn.now, name, approval
    row.effective_from, row.moves_running = effective_from, release.running
    row.shadow_since = row.shadow_by = None
    session.add(row)
    session.flush()
    forget_versions(session)
    _record_publication(session, row, before, turn)
    if is_now:
        mark_in_effect(session, row, turn)
        review_trouble(session, turn)
    return row


def retire(session: Session, row: ProtocolRow, turn: Turn) -> ProtocolRow:
    """Retire a version: withdraw one that is not in effect yet, or take away the one in effect where another is there.

    Raises Conflict for the last one that judges: publish another, and it is retired by that.
    """
    if row.state == "retired":
        raise Conflict(f"{_named(row)} is retired already.")
    used, name = versions(session, turn.by.clinic_id), check_name(turn.by.signature)
    next_best = version_for([version for version in used if version.digest != row.digest], turn.now)
    is_left = next_best and load_version(session, turn.by.clinic_id, next_best) is not None
    if version_for(used, turn.now) == row.digest and not is_left:
        raise Conflict(
            f"{_named(row)} is the one in effect, and no other would judge: publish another in its place "
            "(triage protocol publish FOLDER --by NAME), and this one is retired by that."
        )
    before = {"state": row.state}
    row.state, row.retired_at, row.shadow_since, row.shadow_by = "retired", turn.now, None, None
    session.add(row)
    forget_versions(session)
    after = {"digest": row.digest, "by": name}
    audit.record(session, turn, "protocol_retired", ("protocol", row.id), before=before, after=after)
    session.flush()
    return row


def restore(session: Session, files: Mapping[str, str], turn: Turn) -> None:
    """Mend stored versions whose files were spoiled: these have their digest, so these are what was there."""
    digest = digest_of(files)
    for row in rules_lookups.versions_of_digest(session, turn.by.clinic_id, digest):
        if files_of(session, row) is None:
            row.files = dict(files)
            session.add(row)
            after = {"digest": digest}
            audit.record(session, turn, "protocol_files_restored", ("protocol", row.id), after=after)
            session.flush()
            review_trouble(session, turn)


def _publish_again(
    session: Session, row: ProtocolRow, files: Mapping[str, str], turn: Turn, release: Release
) -> ProtocolRow:
    """Publish what is published already: another name approves it too, or running episodes go over to it after all."""
    is_in_effect = version_for(versions(session, turn.by.clinic_id), turn.now) == row.digest
    if not is_in_effect or (release.effective_from or turn.now) > turn.now:
        begins = row.effective_from.isoformat() if row.effective_from else ""
        raise Conflict(
            f"{_named(row)} is published already and takes effect at {begins}; to change that retire it first: "
            f"triage protocol retire {row.digest[:12]} --by NAME."
        )
    if not is_same_person(row.approved_by or "", turn.by.signature):
        _approval(session, row, turn, release)
        clear_the_way(session, turn.now, turn)
        again = _add(session, files, row.drafted_by, turn)
        return approve(session, submit(session, again, turn), turn, release)
    if release.running and not row.moves_running:
        row.moves_running = True
        mark_in_effect(session, row, turn)
        review_trouble(session, turn)
    return row


def _record_publication(session: Session, row: ProtocolRow, before: str, turn: Turn) -> None:
    thing = ("protocol", row.id)
    approved = ("digest", "approval", "author", "drafted_by", "approved_by")
    after = {name: getattr(row, name) for name in approved}
    audit.record(session, turn, "protocol_approved", thing, after=after)
    published = ("name", "version", "digest", "reviewer", "effective_from", "moves_running")
    after = {name: getattr(row, name) for name in published}
    audit.record(session, turn, "protocol_published", thing, before={"digest": before or None}, after=after)


def _add(session: Session, files: Mapping[str, str], drafted_by: str, turn: Turn) -> ProtocolRow:
    protocol: Protocol = check_files(files).protocol
    row = ProtocolRow(
        clinic_id=turn.by.clinic_id,
        name=protocol.name,
        version=protocol.version,
        digest=protocol.digest,
        files=dict(files),
        author=protocol.author,
        reviewer=protocol.reviewer or None,
        drafted_at=turn.now,
        drafted_by=check_name(drafted_by),
    )
    session.add(row)
    after = {"name": row.name, "version": row.version, "digest": row.digest, "drafted_by": row.drafted_by}
    audit.record(session, turn, "protocol_drafted", ("protocol", row.id), after=after)
    session.flush()
    return row


def _alive(session: Session, digest: str, turn: Turn) -> ProtocolRow | None:
    """Return the clinic's version that is not retired."""
    row = rules_lookups.version_of_digest(session, turn.by.clinic_id, digest)
    return row if row is not None and row.state != "retired" else None


def _approval(session: Session, row: ProtocolRow, turn: Turn, release: Release) -> str:
    """Return why the actor's approval is enough. Raises Conflict where it takes somebody else.

    Who once drafted the same files for this clinic counts as well, so that retiring a draft opens no back door.
    """
    if row.digest == release.shipped:
        return "shipped"
    name = check_name(turn.by.signature)
    drafters = [other.drafted_by for other in rules_lookups.versions_of_digest(session, row.clinic_id, row.digest)]
    if is_among(name, row.author):
        wrote = f"{name} is its author"
    elif any(is_same_person(name, drafter) for drafter in (row.drafted_by, *drafters)):
        wrote = f"{name} drafted it"
    else:
        return "second_person"
    raise Conflict(
        f"{wrote}, and a protocol takes two people: give --by with the name of another clinician who has read it. "
        "Only the shipped protocol, unchanged, may be published by one person alone."
    )


def _moment(session: Session, release: Release, turn: Turn) -> datetime:
    """Return from when the version is in effect. Raises Invalid for the past, Conflict for a moment that is taken."""
    moment = release.effective_from or turn.now
    if moment < turn.now:
        said = f"{moment.isoformat()} has passed"
        raise Invalid([Fault("effective_from", said, "leave it out for now at once, or give a moment to come")])
    taken = [used.digest for used in versions(session, turn.by.clinic_id) if used.effective_from == moment]
    if moment > turn.now and taken:
        raise Conflict(f"{taken[0][:12]} takes effect at that very moment: give another, or retire it first.")
    return moment


def _expect(row: ProtocolRow, state: str, instead: Mapping[str, str]) -> None:
    if row.state != state:
        hint = instead.get(row.state, "see triage protocol list")
        raise Conflict(f"{_named(row)} is {row.state.replace('_', ' ')}; {hint}.")


def _named(row: ProtocolRow) -> str:
    return f"{row.name} {row.version} ({row.digest[:12]})"
