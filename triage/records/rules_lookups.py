"""Reads about the rules a clinic works by: versions on their way, trouble with them, and the shadow beside them."""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Text, bindparam, cast, func, or_, text
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from triage.records.alert import AlertRow
from triage.records.check_in import AssessmentRow, CheckInRow, KeptReportRow
from triage.records.people import ClinicRow
from triage.records.procedure import EpisodeRow
from triage.records.protocol import IN_USE, ProtocolRow, RulesTroubleRow, ShadowRow

CLINIC: BindParameter[uuid.UUID] = bindparam("clinic_id")
# They are wide, and spoiled ones must not keep the rest of the row from use.
WITHOUT_FILES = defer(ProtocolRow.files)  # type: ignore[arg-type]
OPEN = text("cleared_at IS NULL")  # words, so that the partial index serves it
USED = (
    col(ProtocolRow.clinic_id),
    col(ProtocolRow.digest),
    col(ProtocolRow.effective_from),
    col(ProtocolRow.moves_running),
    col(ProtocolRow.took_effect_at),
    col(ProtocolRow.shadow_since),
)
VERSIONS_IN_USE = (
    select(*USED)  # type: ignore[call-overload]
    .where(col(ProtocolRow.clinic_id) == CLINIC, text(f"({IN_USE})"))
    .order_by(col(ProtocolRow.effective_from).desc())
)


class VersionInUse(NamedTuple):
    """A published version (in effect, superseded a moment ago, or to come) or the candidate that judges beside it."""

    clinic_id: uuid.UUID
    digest: str
    effective_from: datetime | None  # None: not published
    moves_running: bool
    took_effect_at: datetime | None
    shadow_since: datetime | None  # None: no candidate


def versions_in_use(session: Session, clinic_id: uuid.UUID) -> list[VersionInUse]:
    """Return the clinic's versions that may judge, the latest to take effect first; what every check-in asks."""
    return [VersionInUse(*found) for found in session.execute(VERSIONS_IN_USE, {"clinic_id": clinic_id})]


def versions_everywhere(session: Session) -> list[VersionInUse]:
    """Return the same of every clinic, the latest to take effect first."""
    used = select(*USED).where(text(f"({IN_USE})"))  # type: ignore[call-overload]
    return [VersionInUse(*found) for found in session.execute(used.order_by(col(ProtocolRow.effective_from).desc()))]


def clinic_ids(session: Session) -> list[uuid.UUID]:
    """Return every clinic's id."""
    return list(session.exec(select(ClinicRow.id)))


def version_of_digest(session: Session, clinic_id: uuid.UUID, digest: str) -> ProtocolRow | None:
    """Return a clinic's version; where it was retired and came again, the one that is not retired."""
    same = select(ProtocolRow).where(ProtocolRow.clinic_id == clinic_id, ProtocolRow.digest == digest)
    order = (col(ProtocolRow.retired_at).is_(None).desc(), col(ProtocolRow.id).desc())
    return session.exec(same.order_by(*order).limit(1).options(WITHOUT_FILES)).first()


def who_gave_out(session: Session, digest: str) -> uuid.UUID | None:
    """Return a clinic that published a version or once had it in effect; None: it is a draft, or nobody's."""
    given = or_(text("state = 'published'"), col(ProtocolRow.took_effect_at).is_not(None))
    return session.exec(select(ProtocolRow.clinic_id).where(ProtocolRow.digest == digest, given).limit(1)).first()


def stored_files(session: Session, version: tuple[uuid.UUID, uuid.UUID]) -> str | None:
    """Return a version's files as the text of their JSON, which may be spoiled; None where there is no such version."""
    clinic_id, version_id = version
    files = select(cast(ProtocolRow.files, Text)).where(
        ProtocolRow.clinic_id == clinic_id, ProtocolRow.id == version_id
    )
    return session.exec(files).first()


def versions_of_digest(session: Session, clinic_id: uuid.UUID, digest: str) -> list[ProtocolRow]:
    """Return every time that a clinic had these files, oldest first."""
    same = select(ProtocolRow).where(ProtocolRow.clinic_id == clinic_id, ProtocolRow.digest == digest)
    return list(session.exec(same.order_by(col(ProtocolRow.id)).options(WITHOUT_FILES)))


def digests_beginning(session: Session, clinic_id: uuid.UUID, prefix: str) -> list[str]:
    """Return the digests of the clinic's versions that begin so; `prefix` is hexadecimal."""
    theirs = select(ProtocolRow.digest).where(ProtocolRow.clinic_id == clinic_id)
    return sorted(set(session.exec(theirs.where(col(ProtocolRow.digest).startswith(prefix)))))


def published_versions(session: Session, clinic_id: uuid.UUID) -> list[ProtocolRow]:
    """Return the versions that are published, locked, the latest to take effect first."""
    theirs = select(ProtocolRow).where(ProtocolRow.clinic_id == clinic_id, text("state = 'published'"))
    latest_first = theirs.order_by(col(ProtocolRow.effective_from).desc())
    return list(session.exec(latest_first.options(WITHOUT_FILES).with_for_update()))


def versions_that_took_effect(session: Session, clinic_id: uuid.UUID) -> list[str]:
    """Return the digests of all versions that were ever in effect, the newest first."""
    once = select(ProtocolRow.digest).where(
        ProtocolRow.clinic_id == clinic_id, col(ProtocolRow.took_effect_at).is_not(None)
    )
    return list(dict.fromkeys(session.exec(once.order_by(col(ProtocolRow.effective_from).desc()))))


def versions_of(session: Session, clinic_id: uuid.UUID) -> list[ProtocolRow]:
    """Return every version of a clinic, oldest first."""
    theirs = select(ProtocolRow).where(ProtocolRow.clinic_id == clinic_id)
    return list(session.exec(theirs.order_by(col(ProtocolRow.id)).options(WITHOUT_FILES)))


def running_episodes(session: Session, clinic_id: uuid.UUID) -> dict[str, int]:
    """Return how many open episodes run under each version; those that nothing was judged of yet are not counted."""
    digest = col(EpisodeRow.protocol_digest)
    running = select(digest, func.count()).where(
        EpisodeRow.clinic_id == clinic_id, text("closed_at IS NULL"), digest.is_not(None)
    )
    return {str(found): count for found, count in session.exec(running.group_by(digest))}


def shadowing_version(session: Session, clinic_id: uuid.UUID) -> ProtocolRow | None:
    """Return the candidate that judges beside the published version."""
    beside = select(ProtocolRow).where(ProtocolRow.clinic_id == clinic_id, text("shadow_since IS NOT NULL"))
    return session.exec(beside.options(WITHOUT_FILES)).first()


def current_episode(session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID) -> EpisodeRow | None:
    """Return the patient's latest episode, not locked: for pages that only read."""
    theirs = select(EpisodeRow).where(EpisodeRow.clinic_id == clinic_id, EpisodeRow.patient_id == patient_id)
    return session.exec(theirs.order_by(col(EpisodeRow.opened_at).desc()).limit(1)).first()


def open_trouble(session: Session, clinic_id: uuid.UUID, digest: str, kind: str) -> RulesTroubleRow | None:
    """Return the trouble of this kind with a version that is not over, locked."""
    same = select(RulesTroubleRow).where(
        RulesTroubleRow.clinic_id == clinic_id, RulesTroubleRow.digest == digest, RulesTroubleRow.kind == kind, OPEN
    )
    return session.exec(same.with_for_update()).first()


def open_troubles(session: Session, clinic_id: uuid.UUID | None = None) -> list[RulesTroubleRow]:
    """Return all trouble with rules that is not over, oldest first; None: of every clinic."""
    found = select(RulesTroubleRow).where(OPEN).order_by(col(RulesTroubleRow.id))
    return list(session.exec(found.where(RulesTroubleRow.clinic_id == clinic_id) if clinic_id else found))


def failures_of_alert(session: Session, alert: AlertRow) -> list[RulesTroubleRow]:
    """Return the failures that are not over and that this alert told of."""
    told = select(RulesTroubleRow).where(
        RulesTroubleRow.clinic_id == alert.clinic_id, RulesTroubleRow.alert_id == alert.id, OPEN
    )
    return list(session.exec(told.where(RulesTroubleRow.kind == "failed").with_for_update()))


def last_closed_at(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID) -> datetime | None:
    """Return when a human last closed an alert about a report of the episode."""
    closed = select(func.max(AlertRow.resolved_at)).where(
        AlertRow.clinic_id == clinic_id, AlertRow.episode_id == episode_id, AlertRow.kind == "report"
    )
    return session.exec(closed).one()


def kept_reports_since(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, since: datetime | None
) -> list[datetime]:
    """Return when refused reports of a patient that name a danger were received, after a moment (None: ever)."""
    kept = select(KeptReportRow.received_at).where(
        KeptReportRow.clinic_id == clinic_id, KeptReportRow.patient_id == patient_id
    )
    return list(session.exec(kept.where(col(KeptReportRow.received_at) > since) if since else kept))


def shadow_urgencies(
    session: Session, clinic_id: uuid.UUID, check_in_ids: list[uuid.UUID], digest: str
) -> dict[uuid.UUID, int | None]:
    """Return what a candidate said of those check-ins that it judged otherwise; None: it failed on it."""
    said = select(ShadowRow.check_in_id, ShadowRow.urgency_after).where(
        ShadowRow.clinic_id == clinic_id,
        col(ShadowRow.check_in_id).in_(check_in_ids),
        ShadowRow.candidate_digest == digest,
    )
    return dict(session.exec(said).all())


def shadow_rows(session: Session, clinic_id: uuid.UUID, digest: str, since: datetime) -> list[ShadowRow]:
    """Return what a candidate judged otherwise since a moment, oldest first."""
    rows = select(ShadowRow).where(ShadowRow.clinic_id == clinic_id, ShadowRow.candidate_digest == digest)
    return list(session.exec(rows.where(col(ShadowRow.judged_at) >= since).order_by(col(ShadowRow.id))))


def urgencies_since(session: Session, clinic_id: uuid.UUID, since: datetime) -> dict[int, int]:
    """Return how many check-ins received since a moment were first judged how urgent."""
    first = (
        select(AssessmentRow.check_in_id, func.min(AssessmentRow.judged_at).label("at"))
        .join(
            CheckInRow,
            (col(CheckInRow.clinic_id) == AssessmentRow.clinic_id) & (col(CheckInRow.id) == AssessmentRow.check_in_id),
        )
        .where(AssessmentRow.clinic_id == clinic_id, col(CheckInRow.received_at) >= since)
        .group_by(col(AssessmentRow.check_in_id))
        .subquery()
    )
    counted = (
        select(AssessmentRow.urgency, func.count(func.distinct(AssessmentRow.check_in_id)))
        .join(first, (first.c.check_in_id == AssessmentRow.check_in_id) & (first.c.at == col(AssessmentRow.judged_at)))
        .where(AssessmentRow.clinic_id == clinic_id)
        .group_by(col(AssessmentRow.urgency))
    )
    return {int(urgency): count for urgency, count in session.exec(counted)}
