"""Reads of the ledger of check-ins that should come: of an episode, for planning, and of a patient, for people."""

import uuid

from sqlalchemy import BindParameter, and_, bindparam
from sqlmodel import Session, col, select

from triage.records.check_in import ExpectationRow
from triage.records.procedure import EpisodeRow

# Every check-in asks it, so the statement is built once.
CLINIC: BindParameter[uuid.UUID] = bindparam("clinic_id")
OF_EPISODE = (
    select(ExpectationRow)
    .where(col(ExpectationRow.clinic_id) == CLINIC, col(ExpectationRow.episode_id) == bindparam("episode_id"))
    .order_by(col(ExpectationRow.id))
)


def ledger_of(session: Session, clinic_id: uuid.UUID, episode_id: uuid.UUID) -> list[ExpectationRow]:
    """Return every check-in that was ever expected in an episode, the first first."""
    asked = {"clinic_id": clinic_id, "episode_id": episode_id}
    return list(session.execute(OF_EPISODE, asked).scalars())


def episode_of(session: Session, clinic_id: uuid.UUID, expectation_id: uuid.UUID) -> EpisodeRow | None:
    """Return the episode of an expectation, locked: whoever plans, answers or misses does so one after the other."""
    theirs = select(EpisodeRow).join(
        ExpectationRow,
        and_(
            col(EpisodeRow.clinic_id) == col(ExpectationRow.clinic_id),
            col(EpisodeRow.id) == col(ExpectationRow.episode_id),
        ),
    )
    one = theirs.where(ExpectationRow.clinic_id == clinic_id, ExpectationRow.id == expectation_id)
    return session.exec(one.with_for_update(of=EpisodeRow)).first()


def expectations_page(
    session: Session, clinic_id: uuid.UUID, patient_id: uuid.UUID, after: uuid.UUID | None, limit: int
) -> list[ExpectationRow]:
    """Return a patient's expectations of all episodes in the order planned, those after `after` (None: the first)."""
    page = select(ExpectationRow).where(ExpectationRow.clinic_id == clinic_id, ExpectationRow.patient_id == patient_id)
    page = page.where(col(ExpectationRow.id) > after) if after else page
    return list(session.exec(page.order_by(col(ExpectationRow.id)).limit(limit)))
