"""Judges a clinic's stored check-ins by another protocol, page by page, and counts what would have been different."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from triage.actions.judge import NOT_JUDGED, Known, judge
from triage.outcomes.batch import Verdicts, judge_layout
from triage.outcomes.columns import Bytes, Flags, Whole
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.replay import Change, Compared, Labelled, Tally, moment_of
from triage.outcomes.reports import Layout, PatientReports, Report, check_in_of, micros
from triage.records import Session, histories
from triage.records.histories import Page, Span, StoredReport
from triage.rules import Fault, Urgency, is_unreadable

PATIENTS_A_PAGE = 500


class Question(NamedTuple):
    """What is asked: the other protocol, what it is compared with, and the moments of observation."""

    candidate: ColumnJudge
    against: ColumnJudge | None  # None: what was stored, which is what really happened
    span: Span


class Group(NamedTuple):
    """The reports of a page: those of patients with a procedure first, in the order of the columns."""

    patients: list[PatientReports]  # those with a procedure
    stored: list[StoredReport]
    unplaced: list[Report]  # reports of patients without any procedure, the last of `stored`

    def unplaced_rows(self) -> list[StoredReport]:
        """Return the unplaced reports as they are stored."""
        return self.stored[len(self.stored) - len(self.unplaced) :]


class Answers(NamedTuple):
    """What one protocol says of the reports of a group; its columns have the order of `Group.stored`."""

    urgency: Bytes
    verdicts: Verdicts
    at_us: Whole
    hour: Whole  # since the latest procedure; -1: there is none
    patient: Whole

    def rules_of(self, row: int) -> list[str]:
        """Return the ids of the rules that decided one report."""
        return self.verdicts.rules_of(row) if row < len(self.verdicts.urgency) else [NOT_JUDGED]

    def counts(self, rows: Flags) -> dict[str, int]:
        """Return in how many of the rows each rule fired."""
        known = len(self.verdicts.urgency)
        lost = int(np.count_nonzero(rows[known:]))
        return self.verdicts.counts(rows[:known]) | ({NOT_JUDGED: lost} if lost else {})


def replay_clinic(session: Session, clinic_id: uuid.UUID, question: Question, tally: Tally) -> Iterator[int]:
    """Compare all check-ins of a clinic in the question's span, adding to a tally; yields how many of each page.

    Only reads. Check-ins before the span are read as far as the history of those in it goes back.
    """
    read = question.span._replace(since=_since(question))
    for page, factors in _pages(session, clinic_id):
        yield _compare(session, page, _group(session, page, factors, read), question, tally)


def _since(question: Question) -> datetime | None:
    """Return from when on reports are read: a history and a hold before the first that is compared."""
    if question.span.since is None:
        return None
    judges = filter(None, (question.candidate, question.against))
    protocols = [found.tables.protocol for found in judges]
    hours = max(protocol.follow_up_hours + protocol.hold.hours for protocol in protocols)
    return question.span.since - timedelta(hours=hours)


def _pages(session: Session, clinic_id: uuid.UUID) -> Iterator[tuple[Page, Mapping[uuid.UUID, list[str]]]]:
    last = None
    while factors := histories.patients_page(session, clinic_id, last, PATIENTS_A_PAGE):
        ids = list(factors)
        last = ids[-1]
        yield Page(clinic_id, ids[0], last), factors


def _group(session: Session, page: Page, factors: Mapping[uuid.UUID, list[str]], span: Span) -> Group:
    procedures = _by_patient(histories.procedures_on(session, page))
    closed = _by_patient(histories.closings_on(session, page))
    group, without = Group([], [], []), []
    for patient, rows in groupby(histories.reports_on(session, page, span), key=attrgetter("patient_id")):
        stored = list(rows)
        reports = [_report(row) for row in stored]
        if patient in procedures:
            told = PatientReports(procedures[patient], reports, factors[patient], closed.get(patient, ()))
            group.patients.append(told)
            group.stored.extend(stored)
        else:
            group.unplaced.extend(reports)
            without += stored
    group.stored.extend(without)
    return group


def _by_patient(rows: Sequence[tuple[uuid.UUID, datetime]]) -> dict[uuid.UUID, list[datetime]]:
    found: dict[uuid.UUID, list[datetime]] = {}
    for patient, at in rows:
        found.setdefault(patient, []).append(at)
    return found


def _report(row: StoredReport) -> Report:
    lost = bool(row.problems) and is_unreadable([Fault(**problem) for problem in row.problems])
    return Report(row.at, row.content, lost, row.received_at)


def _compare(session: Session, page: Page, group: Group, question: Question, tally: Tally) -> int:
    """Add a page to the tally; return how many reports of the span it has."""
    if not group.stored:
        return 0
    after = _answers(question.candidate, group)
    before = _answers(question.against, group) if question.against else None
    urgency = before.urgency if before else np.array([row.urgency for row in group.stored], np.uint8)
    rows = _rows_within(after.at_us, question.span)
    compared = Compared(after.at_us[rows], urgency[rows], after.urgency[rows])
    tally.add(compared, len(np.unique(after.patient[rows])))
    tally.fired.update(after.counts(rows))
    tally.judged_with.update(_digests(question, group, rows))
    changed = np.flatnonzero(rows & (urgency != after.urgency)).tolist()
    asked = [group.stored[row].id for row in changed] if before is None else []
    former = histories.rules_of(session, page.clinic_id, asked)
    for row in changed:
        rules = before.rules_of(row) if before else former[group.stored[row].id]
        tally.changes.append(_change(group.stored[row], (int(urgency[row]), rules), after, row))
    tally.labelled.extend(_labelled(session, page, question.span, group, (urgency, after.urgency)))
    return len(compared.at_us)


def _answers(found: ColumnJudge, group: Group) -> Answers:
    layout = Layout(found.tables)
    for told in group.patients:
        layout.add(told)
    laid, verdicts = judge_layout(found, layout)
    lonely_at = np.array([micros(report.at) for report in group.unplaced], np.int64)
    patient = np.array([number for number, _ in laid.place], np.int64)
    return Answers(
        urgency=np.concatenate((verdicts.urgency, np.array(_net(found, group), np.uint8))),
        verdicts=verdicts,
        at_us=np.concatenate((laid.moments.at_us, lonely_at)),
        hour=np.concatenate((laid.moments.hour, np.full(len(lonely_at), -1, np.int64))),
        patient=np.concatenate((patient, _numbers(group) + len(group.patients))),
    )


def _net(found: ColumnJudge, group: Group) -> list[Urgency]:
    """Return the urgency of each report that has no procedure to count from: what the safety net says."""
    nobody = Known(found.tables, (), (), (), None)
    urgencies: list[Urgency] = []
    former: tuple[uuid.UUID, datetime] | None = None
    for report, row in zip(group.unplaced, group.unplaced_rows(), strict=True):
        urgency = judge(nobody, check_in_of(report, found.tables), ()).urgency
        is_amending = former == (row.patient_id, row.at)
        urgencies.append(max(urgency, urgencies[-1]) if is_amending else urgency)
        former = row.patient_id, row.at
    return urgencies


def _numbers(group: Group) -> Whole:
    """Return a number for the patient of each report that has no procedure to count from."""
    ids = [row.patient_id for row in group.unplaced_rows()]
    known = {found: number for number, found in enumerate(dict.fromkeys(ids))}
    return np.array([known[found] for found in ids], np.int64)


def _rows_within(at_us: Whole, span: Span) -> Flags:
    rows = np.ones(len(at_us), np.bool_)
    if span.since:
        rows &= at_us >= micros(span.since)
    return rows


def _digests(question: Question, group: Group, rows: Flags) -> Mapping[str, int]:
    if question.against:
        return {question.against.tables.protocol.digest: int(np.count_nonzero(rows))}
    return Counter(row.protocol_digest for row, is_in in zip(group.stored, rows.tolist(), strict=True) if is_in)


def _change(row: StoredReport, before: tuple[int, Sequence[str]], after: Answers, number: int) -> Change:
    hour = int(after.hour[number])
    return Change(
        check_in=str(row.id),
        patient=str(row.patient_id),
        at=moment_of(int(after.at_us[number])),
        day=hour // 24 if hour >= 0 else None,
        before=Urgency(before[0]),
        after=Urgency(int(after.urgency[number])),
        rules_before=_shared(tuple(before[1])),
        rules_after=_shared(tuple(after.rules_of(number))),
    )


@lru_cache(maxsize=100_000)
def _shared(rules: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same tuple for the same rules: there may be very many changes, and few kinds of them."""
    return rules


def _labelled(
    session: Session, page: Page, span: Span, group: Group, urgencies: tuple[Bytes, Bytes]
) -> Iterator[Labelled]:
    """Yield the page's closed alerts that somebody said the use of, each as urgent as its most urgent report."""
    found = histories.labelled_on(session, page, span)
    place = {row.id: number for number, row in enumerate(group.stored)} if found else {}
    for (alert, patient, opened_at, useful), reports in groupby(found, key=lambda report: report[:4]):
        rows = [place[report.check_in_id] for report in reports if report.check_in_id in place]
        if rows:
            before, after = (Urgency(int(column[rows].max())) for column in urgencies)
            yield Labelled(str(alert), str(patient), opened_at, useful, before, after)
