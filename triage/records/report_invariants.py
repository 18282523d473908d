"""What must always be true of reports: each is judged, what is beyond normal has its alert, silence is noticed."""

from collections.abc import Iterator

from sqlalchemy import and_, exists, or_, text
from sqlmodel import Session, col, select

from triage.records import queries, queue_lookups
from triage.records.alert import AlertRow
from triage.records.breach import Breach, Check, Scope, breaches
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow, KeptReportRow
from triage.records.desk import ToReadRow
from triage.records.phone import PhotoRow
from triage.records.procedure import EpisodeRow
from triage.records.queries import WAITING

NAMES = "unassessed alert_missing kept_untold silence_overdue ask_overdue closed_waiting unqueued look_overdue".split()
MOST_DUE = 1000


def judged(session: Session, scope: Scope) -> Iterator[Breach]:
    """Every check-in has one standing assessment."""
    standing = exists().where(
        col(AssessmentRow.clinic_id) == col(CheckInRow.clinic_id),
        col(AssessmentRow.check_in_id) == col(CheckInRow.id),
        text("assessment.replaced_at IS NULL"),
    )
    forgotten = select(CheckInRow.id).where(scope.holds(CheckInRow), ~standing)
    yield from breaches("unassessed", "check-in {} has no standing assessment", iter(session.exec(forgotten)))


def alerted(session: Session, scope: Scope) -> Iterator[Breach]:
    """A report that was judged routine or above has an alert that was open when it came, or was opened since."""
    tells = exists().where(
        col(AlertRow.clinic_id) == col(AssessmentRow.clinic_id),
        col(AlertRow.episode_id) == col(AssessmentRow.episode_id),
        col(AlertRow.kind) == "report",
        or_(col(AlertRow.resolved_at).is_(None), col(AlertRow.resolved_at) >= col(CheckInRow.received_at)),
    )
    of_check_in = and_(
        col(AssessmentRow.clinic_id) == col(CheckInRow.clinic_id), col(AssessmentRow.check_in_id) == col(CheckInRow.id)
    )
    beyond = select(CheckInRow.id).join(AssessmentRow, of_check_in)
    beyond = beyond.where(scope.holds(AssessmentRow), text("replaced_at IS NULL"), AssessmentRow.urgency > 0, ~tells)
    words = "check-in {} is beyond what is expected and no alert tells of it"
    yield from breaches("alert_missing", words, iter(session.exec(beyond)))
    kept = select(KeptReportRow.id).where(scope.holds(KeptReportRow), col(KeptReportRow.alert_id).is_(None))
    words = "refused report {} names a danger sign and no alert tells of it"
    yield from breaches("kept_untold", words, iter(session.exec(kept)))


def silent(session: Session, scope: Scope) -> Iterator[Breach]:
    """What the clock would have found due 5 minutes ago: check-ins to ask for, and to notice as silence."""
    missed = queries.overdue_expectations(session, now=scope.overdue, limit=MOST_DUE)
    words = "expectation {} should have been noticed as silence over 5 minutes ago"
    yield from breaches("silence_overdue", words, (found for _, found in missed))
    due = queries.expectations_to_ask(session, now=scope.overdue, limit=MOST_DUE)
    words = "expectation {} has been due for over 5 minutes and nobody was asked"
    yield from breaches("ask_overdue", words, (found for _, found in due))


def closed(session: Session, scope: Scope) -> Iterator[Breach]:
    """A closed episode does not wait for a check-in."""
    of_episode = and_(
        col(ExpectationRow.clinic_id) == col(EpisodeRow.clinic_id), col(ExpectationRow.episode_id) == col(EpisodeRow.id)
    )
    waits = (
        select(EpisodeRow.id).join(ExpectationRow, of_episode).where(WAITING, col(EpisodeRow.closed_at).is_not(None))
    )
    waits = waits.where(scope.holds(ExpectationRow))
    words = "episode {} is closed and still waits for a check-in"
    yield from breaches("closed_waiting", words, iter(session.exec(waits)))


def queued(session: Session, scope: Scope) -> Iterator[Breach]:
    """A photo that nobody has seen waits to be read; no appointment's look is 5 minutes late."""
    waits = exists().where(
        col(ToReadRow.clinic_id) == col(PhotoRow.clinic_id), col(ToReadRow.photo_id) == col(PhotoRow.id)
    )
    unseen = and_(text("seen_at IS NULL AND erased_at IS NULL"), col(PhotoRow.source) == "patient")
    lost = select(PhotoRow.id).where(scope.holds(PhotoRow), unseen, ~waits)
    yield from breaches(
        "unqueued", "nobody has seen photo {} and it does not wait to be read", iter(session.exec(lost))
    )
    late = queue_lookups.appointments_to_look_at(session, now=scope.overdue, limit=MOST_DUE)
    words = "appointment {} should have been looked at over 5 minutes ago"
    yield from breaches("look_overdue", words, (found for _, found in late))


CHECKS: tuple[Check, ...] = (judged, alerted, silent, closed, queued)
