"""The path of a check-in: read, judged, stored, answered; an alert where it is beyond the expected course."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.consequences import answer_with_alert, judge_rows, know, note_danger, settle_version
from triage.actions.device_check import check_device
from triage.actions.doubt import trusted
from triage.actions.episodes import still_running
from triage.actions.errors import Invalid
from triage.actions.expectations import Answer, expect_next
from triage.actions.first_open import note_first_opened
from triage.actions.judge import DEGRADED, NOT_JUDGED, Judgement, Known, advice_texts, assessment_row, ids, judge
from triage.actions.next_sessions import look_again
from triage.actions.protocols import tables_of
from triage.actions.remembered import Call, answered_before, remember
from triage.actions.shadow import judge_in_shadow
from triage.actions.to_read import take_report
from triage.actions.turn import Turn
from triage.records import (
    AlertRow,
    CheckInRow,
    ClinicRow,
    EpisodeRow,
    PatientRow,
    ProcedureRow,
    Session,
    lookups,
)
from triage.rules import COMMON, NO_PROCEDURE, CheckIn, Fault, Urgency, read_check_in
from triage.rules.check_in import CLOCK_TOLERANCE
from triage.rules.schedule import Reported, is_well, last_severities, open_until

PATIENT_GOES_ON = ("patient",)


class Report(NamedTuple):
    """What was sent: the body as JSON, the text that it was read from, and the key of the call."""

    body: Any
    raw: str
    key: str | None = None  # Idempotency-Key; None: each call is a report of its own
    device: Mapping[str, Any] = {}  # what the phone said of itself, as CheckInRow.device; no part of the digest
    amends: uuid.UUID | None = None  # the patient's own report that this one corrects, for the same moment
    is_moment_unsure: bool = False  # it may be about now instead: a danger as of now counts, and nothing is calmer
    by_way: str | None = None  # how the patient told it to whoever writes it down; None: nobody did

    def digest(self) -> str:
        """Return the hash that tells whether a second call with the same key is the same report."""
        return hashlib.sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()


def receive_check_in(session: Session, report: Report, patient: PatientRow, turn: Turn) -> dict[str, Any]:
    """Take in a report and return the answer for whoever sent it.

    From a patient nothing is refused: what is valid is judged, the rest is kept raw and named in `problems`. From a
    key it is strict: Invalid with every fault. The same Idempotency-Key again returns the same answer; KeyReused where
    the body differs.
    """
    turn.by.require("patient", "intake", "practitioner", "lead")
    call = Call(report.key, report.digest())
    known_answer = answered_before(session, call, turn.by)
    if known_answer is not None:
        return known_answer
    episode = lookups.latest_episode(session, turn.by.clinic_id, patient.id)
    procedures = lookups.procedures_of(session, turn.by.clinic_id, patient.id)
    check_in, faults = read_report(session, report.body, procedures, turn, still_running(episode))
    if faults and turn.by.role not in PATIENT_GOES_ON:
        raise Invalid(faults)
    episode = _open(session, episode, patient, check_in.at, turn)
    known = know(session, patient, procedures, episode, check_in.at, turn)
    row = _store(session, report, patient, episode, (check_in, faults), turn)
    check_device(session, row, report.body, procedures, turn)
    judged = judge(known, check_in, faults)
    settle_version(session, episode, known, judged, turn)
    judge_in_shadow(session, episode, known, (row, judged), turn)
    judgement = _amended(session, row, known, _as_of_now_too(report, known, (check_in, faults), judged, turn))
    session.add(assessment_row(row, judgement, turn.now))
    alert = _tell_people(session, (patient, episode), row, judgement, turn)
    if report.is_moment_unsure:  # then what is calm after now is held up too
        note_danger(session, episode, judgement.urgency, turn.now, turn)
    judge_rows(session, patient, episode, [later for later in known.check_ins if later.at > row.at], turn)
    reported = _reported(session, (row, check_in), known, judgement)
    reported = reported._replace(open_until=_open_until(episode, known, check_in))
    due = _plan_next(session, (patient, episode, procedures), row, reported, turn)
    after = {"patient_id": patient.id, "urgency": judgement.urgency.name, "problems": len(faults)}
    audit.record(session, turn, "check_in_received", ("check_in", row.id), after=after)
    advice = judgement.as_json["advice"]
    texts = advice_texts(known, advice, patient.language, _phone_to_name(session, patient, advice))
    answer = _answer(row, judgement, texts, alert, due)
    remember(session, call, answer, 201, turn)
    return answer


def _tell_people(
    session: Session, whose: tuple[PatientRow, EpisodeRow], row: CheckInRow, judgement: Judgement, turn: Turn
) -> AlertRow | None:
    """Return the report's alert, None: it needs none; what is to be read and a session to come wait for people too."""
    patient, episode = whose
    alert = answer_with_alert(session, episode, row, judgement, turn)
    take_report(session, row, turn)
    look_again(session, patient, turn)
    return alert


def _plan_next(
    session: Session,
    whose: tuple[PatientRow, EpisodeRow, Sequence[ProcedureRow]],
    row: CheckInRow,
    reported: Reported,
    turn: Turn,
) -> datetime | None:
    """Return when the next check-in is due. Who says that they are not the patient answers nothing that was asked."""
    if row.disputed_at is not None:
        return None
    patient, episode, procedures = whose
    sittings = sum(procedure.episode_id == episode.id for procedure in procedures)
    came = Answer(row.id, row.at, reported, sittings)
    return expect_next(session, patient, episode, now=turn.now, answer=came)


def read_report(
    session: Session, body: Any, procedures: Sequence[ProcedureRow], turn: Turn, episode: EpisodeRow | None
) -> tuple[CheckIn, list[Fault]]:
    """Return what is valid of a report's body and the faults of the rest, by the words of the episode's protocol."""
    tables = tables_of(session, turn.by.clinic_id, turn.now, episode)
    vocabulary = tables.protocol.vocabulary if tables else COMMON
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "patient_id"}
    first = min((procedure.at for procedure in procedures), default=None)
    check_in, faults = read_check_in(body, vocabulary, now=turn.now, first_procedure=first)
    if not procedures:
        faults.append(Fault("", NO_PROCEDURE, "record the procedure first"))
    return check_in, faults


def _phone_to_name(session: Session, patient: PatientRow, advice: Sequence[str]) -> str | None:
    """Return the clinic's phone where the advice names whom to call; None where it does not, or none is noted."""
    clinic = session.get(ClinicRow, patient.clinic_id) if {NOT_JUDGED, DEGRADED} & set(advice) else None
    return clinic.phone if clinic else None


def _open(session: Session, episode: EpisodeRow | None, patient: PatientRow, at: datetime, turn: Turn) -> EpisodeRow:
    """Return an open episode: a closed one opens again, and who reports before any procedure gets one."""
    if episode is None:
        episode = EpisodeRow(clinic_id=turn.by.clinic_id, patient_id=patient.id, opened_at=at, last_procedure_at=at)
        audit.record(session, turn, "episode_opened", ("episode", episode.id), after={"patient_id": patient.id})
    elif episode.closed_at is not None:
        before = {"protocol_digest": episode.protocol_digest}
        audit.record(session, turn, "episode_opened_again", ("episode", episode.id), before=before)
        episode.closed_at = episode.protocol_digest = None  # it had come to its end: now the version in effect judges
    session.add(episode)
    return episode


def _store(
    session: Session,
    report: Report,
    patient: PatientRow,
    episode: EpisodeRow,
    read: tuple[CheckIn, list[Fault]],
    turn: Turn,
) -> CheckInRow:
    """Keep a report; from a patient's link it is also the sign that a human has it."""
    is_by_link = turn.by.role == "patient"
    if is_by_link:
        note_first_opened(session, patient, turn)
    check_in, faults = read
    row = CheckInRow(
        clinic_id=episode.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        at=check_in.at,
        received_at=turn.now,
        source="patient" if is_by_link else "staff",
        content=check_in.as_mapping(),
        raw=storable(report.raw) if faults else None,
        problems=[fault.as_mapping() for fault in faults],
        review=["note"] * bool(check_in.note) + ["problem"] * bool(faults) + ["clock"] * is_clock_off(report.device),
        device=dict(report.device),
        amends=report.amends,
        recorded_by=turn.by.staff_id if report.by_way else None,
        by_way=report.by_way,
        disputed_at=turn.now if is_by_link and patient.wrong_person_at else None,
    )
    session.add(row)
    return row


def is_clock_off(device: Mapping[str, Any]) -> bool:
    """Tell whether the clock of the phone that sent a report was far off, or told a time that cannot be."""
    skew = abs(device.get("skew_seconds", 0))
    return skew > CLOCK_TOLERANCE.total_seconds() or not {"at", "now"}.isdisjoint(device.get("unread", {}))


def storable(text: str) -> str:
    """Return text without what PostgreSQL cannot keep, written out so that nothing is lost."""
    return text.replace("\x00", "\\u0000").encode("utf-8", "backslashreplace").decode()


def _as_of_now_too(
    report: Report, known: Known, read: tuple[CheckIn, list[Fault]], judged: Judgement, turn: Turn
) -> Judgement:
    """Return a judgement, or the more urgent one as of now where it is not sure that the report is about its moment."""
    if not report.is_moment_unsure:
        return judged
    check_in, faults = read
    as_of_now = judge(known, replace(check_in, at=turn.now), faults)
    return max(judged, as_of_now, key=lambda found: found.urgency)


def _amended(session: Session, row: CheckInRow, known: Known, judgement: Judgement) -> Judgement:
    """Return the more urgent of this judgement and the one of an earlier report for the same moment."""
    same = [other for other in known.check_ins if other.at == row.at and other.id != row.id]
    standing = lookups.current_assessments(session, row.clinic_id, ids(same)) if same else {}
    worst = max(standing.values(), key=lambda former: former.urgency, default=None)
    if worst is None or worst.urgency <= judgement.urgency:
        return judgement
    urgency = Urgency(worst.urgency)
    former = [{**finding, "amends": str(worst.check_in_id)} for finding in worst.findings]
    advice = list(dict.fromkeys([*worst.advice, *judgement.as_json["advice"]]))
    shown = {**judgement.as_json, "urgency": urgency.name, "findings": former, "advice": advice}
    return Judgement(urgency, shown)


def _reported(session: Session, stored: tuple[CheckInRow, CheckIn], known: Known, judgement: Judgement) -> Reported:
    """Return how soon to ask again: as the report says, or a later one that was here first and stands more urgent."""
    row, check_in = stored
    later = [other for other in known.check_ins if other.at > row.at]
    if later:
        session.flush()
        last = [*later[-1:], *trusted(later, known.procedures)[-1:]]
        standing = lookups.current_assessments(session, row.clinic_id, ids(last))
        return Reported(max([judgement.urgency, *(Urgency(other.urgency) for other in standing.values())]))
    if row.problems or judgement.urgency != Urgency.self_care:
        return Reported(judgement.urgency)
    is_all_well = all(is_well(check_in, history, judgement.urgency) for history in known.histories())
    return Reported(judgement.urgency, is_all_well)


def _open_until(episode: EpisodeRow, known: Known, check_in: CheckIn) -> datetime | None:
    """Return when the first window ends of what is there now; None where nothing is, or no protocol can be read."""
    windows = known.tables.protocol.windows if known.tables else ()
    since = episode.last_procedure_at
    ends = [open_until(windows, last_severities([*past, check_in]), since) for past in known.histories()]
    return min(filter(None, ends), default=None)


def _answer(
    row: CheckInRow, judgement: Judgement, texts: dict[str, str], alert: AlertRow | None, due: datetime | None
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": str(row.id),
        "at": row.at.isoformat(),
        "received_at": row.received_at.isoformat(),
        "assessment": judgement.as_json,
        "advice_texts": texts,
        "problems": row.problems,
        "next_check_in_at": due.isoformat() if due else None,
    }
    if alert is not None:
        promised = alert.promised_at.isoformat() if alert.promise == "running" and alert.promised_at else None
        said = {"state": alert.state, "urgency": Urgency(alert.urgency).name, "answer_by": promised}
        answer["alert"] = {"id": str(alert.id), **said}
    return answer
