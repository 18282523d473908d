"""Judges the reports of many patients: in columns where columns tell the history, one by one where they do not."""

from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import BITS, Bytes, Flags
from triage.outcomes.judging import ColumnJudge, Judged
from triage.outcomes.reports import Laid, Layout, PatientReports, check_in_of
from triage.outcomes.summaries import HOUR_US, Moments, before_row, last_where
from triage.rules import Situation, assess


class Verdicts(NamedTuple):
    """The urgency of each row of a layout, holds included, and what fired before them."""

    urgency: Bytes
    own: Bytes  # before it is raised to that of the report it amends
    judged: Judged
    is_held: Flags  # raised by the hold alone
    held: str  # the rule that holds

    def rules_of(self, row: int) -> list[str]:
        """Return the ids of the rules that decided one row: its own, the hold, or those of the report it amends."""
        if self.urgency[row] > self.own[row]:
            return self.rules_of(row - 1)
        return self.judged.rules_of(row) + [self.held] * bool(self.is_held[row])

    def counts(self, rows: Flags) -> dict[str, int]:
        """Return in how many of some rows each rule fired, for those that did."""
        held = int(np.count_nonzero(self.is_held & rows))
        return self.judged.counts(rows) | ({self.held: held} if held else {})


def judge_layout(judge: ColumnJudge, layout: Layout) -> tuple[Laid, Verdicts]:
    """Judge all reports of a layout, each with the reports before its moment as its history.

    As in a case, the latest danger of a patient holds later reports up until a human has closed it
    (`PatientReports.closed`); of two reports of one moment the more urgent counts from the second on.
    """
    laid = layout.lay_out()
    judged = judge.judge(laid.columns)
    odd = ((row, *laid.place[row]) for row in np.flatnonzero(laid.is_odd).tolist())
    for number, rows in groupby(odd, key=itemgetter(1)):
        _judge_alone(judge, layout.patients[number], [(row, report) for row, _, report in rows], judged)
    hold = judge.tables.protocol.hold
    danger = judged.urgency >= hold.after
    is_held = held_rows(laid, danger, hold.hours) & (judged.urgency < hold.floor)
    own = np.where(is_held, np.uint8(hold.floor), judged.urgency)
    urgency = _amended(laid.moments, own)
    return laid, Verdicts(urgency, own, judged, is_held, judge.tables.protocol.held.id)


def held_rows(laid: Laid, danger: Flags, hours: int) -> Flags:
    """Return the rows that come less than so many hours after a danger of the same patient that nobody closed."""
    moments = laid.moments
    latest = before_row(last_where(danger))
    of_same = latest >= moments.first_of_patient()
    is_open = laid.known_us[latest] > laid.closed_us
    found: Flags = of_same & is_open & (moments.at_us < moments.at_us[latest] + hours * HOUR_US)
    return found


def _amended(moments: Moments, own: Bytes) -> Bytes:
    """Return the urgencies with each row of a shared moment at least as urgent as the rows before it."""
    urgency = own.copy()
    same = (moments.at_us[1:] == moments.at_us[:-1]) & (moments.patient[1:] == moments.patient[:-1])
    for row in (np.flatnonzero(same) + 1).tolist():
        urgency[row] = max(urgency[row], urgency[row - 1])
    return urgency


def _judge_alone(judge: ColumnJudge, patient: PatientReports, rows: list[tuple[int, int]], judged: Judged) -> None:
    """Judge some of a patient's reports, given as (row, report), by `rules` itself; the answers go into their rows."""
    tables = judge.tables
    factors = [factor for factor in patient.risk_factors if factor in tables.protocol.vocabulary.risk_factors]
    check_ins = [check_in_of(entry, tables) for entry in patient.reports]
    ordered = sorted(check_ins, key=lambda check_in: check_in.at)
    for row, report in rows:
        check_in = check_ins[report]
        earlier = [before for before in ordered if before.at < check_in.at]
        situation = Situation(patient.procedures, earlier, factors)
        assessment = assess(tables, situation, check_in, unreadable=patient.reports[report].is_unreadable)
        judged.urgency[row] = assessment.urgency
        for word in judged.fired:
            word[row] = 0
        for finding in assessment.findings if judged.fired else ():
            number = judge.bits[finding.rule]
            judged.fired[number // BITS][row] |= np.uint64(1 << number % BITS)
