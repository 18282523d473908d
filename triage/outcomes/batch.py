"""Judges the reports of many patients: in columns where columns tell the history, one by one where they do not."""

from typing import Any, NamedTuple

import numpy as np

from triage.outcomes.columns import BITS, Bytes
from triage.outcomes.judging import ColumnJudge, Judged
from triage.outcomes.reports import Laid, Layout, PatientReports, check_in_of
from triage.outcomes.summaries import HOUR_US, Moments, before_row, last_where
from triage.rules import Situation, assess

Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Verdicts(NamedTuple):
    """The urgency of each row of a layout, holds included, and what fired before them."""

    urgency: Bytes
    judged: Judged
    is_held: Flags  # raised by the hold alone


def judge_layout(judge: ColumnJudge, layout: Layout) -> tuple[Laid, Verdicts]:
    """Judge all reports of a layout, each with the reports before its moment as its history.

    As in a case, the latest danger of a patient holds later reports up until a human has closed it
    (`PatientReports.closed`); of two reports of one moment the more urgent counts from the second on.
    """
    laid = layout.lay_out()
    judged = judge.judge(laid.columns)
    for row in np.flatnonzero(laid.is_odd).tolist():
        number, report = laid.place[row]
        _judge_alone(judge, layout.patients[number], report, judged, row)
    hold = judge.tables.protocol.hold
    danger = judged.urgency >= hold.after
    is_held = held_rows(laid, danger, hold.hours) & (judged.urgency < hold.floor)
    urgency = np.where(is_held, np.uint8(hold.floor), judged.urgency)
    return laid, Verdicts(_amended(laid.moments, urgency), judged, is_held)


def held_rows(laid: Laid, danger: Flags, hours: int) -> Flags:
    """Return the rows that come less than so many hours after a danger of the same patient that nobody closed."""
    moments = laid.moments
    latest = before_row(last_where(danger))
    of_same = latest >= moments.first_of_patient()
    danger_at = moments.at_us[latest]
    found: Flags = of_same & (danger_at > laid.closed_us) & (moments.at_us < danger_at + hours * HOUR_US)
    return found


def _amended(moments: Moments, urgency: Bytes) -> Bytes:
    """Return the urgencies with each row of a shared moment at least as urgent as the rows before it."""
    same = (moments.at_us[1:] == moments.at_us[:-1]) & (moments.patient[1:] == moments.patient[:-1])
    for row in (np.flatnonzero(same) + 1).tolist():
        urgency[row] = max(urgency[row], urgency[row - 1])
    return urgency


def _judge_alone(judge: ColumnJudge, patient: PatientReports, report: int, judged: Judged, row: int) -> None:
    """Judge one report by `rules` itself, and put the answer in its row."""
    tables = judge.tables
    at = patient.reports[report].at
    earlier = sorted((entry for entry in patient.reports if entry.at < at), key=lambda entry: entry.at)
    factors = [factor for factor in patient.risk_factors if factor in tables.protocol.vocabulary.risk_factors]
    situation = Situation(patient.procedures, [check_in_of(entry, tables) for entry in earlier], factors)
    entry = patient.reports[report]
    assessment = assess(tables, situation, check_in_of(entry, tables), unreadable=entry.is_unreadable)
    judged.urgency[row] = assessment.urgency
    for word in judged.fired:
        word[row] = 0
    for finding in assessment.findings if judged.fired else ():
        number = judge.bits[finding.rule]
        judged.fired[number // BITS][row] |= np.uint64(1 << number % BITS)
