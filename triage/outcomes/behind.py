"""The cases behind a number of the audit, so that whoever doubts it can look at each."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import NOT_ASKED, Flags, Whole
from triage.outcomes.facts import NOBODY, NONE, Alerts, Facts, Named, Places
from triage.outcomes.figure import Question
from triage.outcomes.sections import has_word, in_window

DAY_US, SECOND_US = 86_400_000_000, 1_000_000
ABOUT_PATIENTS = ("report", "silence")


class Case(NamedTuple):
    """One thing that was counted."""

    patient: str  # the patient's id; empty: it is about nobody
    at_us: int
    alert: str  # the alert's id; empty: it is none
    urgency: int  # of the alert; 0: it is none
    note: str  # what was counted, in words


class Kind(NamedTuple):
    """What may be listed: its name, and what picks it."""

    title: str
    find: Callable[[Facts, Question], list[Case]]


def late_alerts(facts: Facts, question: Question) -> list[Case]:
    """Return the alerts about patients that nobody took in the promised time, those that still wait included."""
    alerts = facts.alerts
    taken_us = np.where(alerts.acked_us != NONE, alerts.acked_us, alerts.closed_us)
    end_us = np.where(taken_us != NONE, taken_us, facts.as_of_us)
    open_s = np.where(alerts.acked_us != NONE, alerts.open_acked_s, alerts.open_closed_s)
    waited_s = np.where(alerts.is_by_hours, open_s, (end_us - alerts.opened_us) / SECOND_US)
    is_late = in_window(alerts.opened_us, question) & has_word(alerts.kind, *ABOUT_PATIENTS)
    is_late &= (alerts.limit_s != NONE) & (waited_s > alerts.limit_s)
    words = np.where(taken_us != NONE, "Taken after the promised time", "Still waits, beyond the promised time")
    return [_alert(facts, row, str(words[row])) for row in _latest(alerts.opened_us, is_late)]


def false_alarms(facts: Facts, question: Question) -> list[Case]:
    """Return the closed alerts of reports that a human called not needed, or said could have waited."""
    alerts = facts.alerts
    is_one = in_window(alerts.opened_us, question) & has_word(alerts.kind, "report")
    is_one &= has_word(alerts.useful, "not_needed", "could_have_waited")
    return [_alert(facts, row, _words(alerts.useful, row)) for row in _latest(alerts.opened_us, is_one)]


def missed_reports(facts: Facts, question: Question) -> list[Case]:
    """Return the sampled reports without an alert of which a human said that they should have had one."""
    sampled = facts.sampled
    is_one = in_window(sampled.at_us, question) & has_word(sampled.verdict, "should_have_alerted")
    note = "No alert, and there should have been one"
    return [
        Case(_patient(facts, int(sampled.patient[row])), int(sampled.at_us[row]), "", 0, note)
        for row in _latest(sampled.at_us, is_one)
    ]


def slow_healing(facts: Facts, question: Question) -> list[Case]:
    """Return the sessions after which a symptom was still reported when its expected days were over."""
    sittings = facts.sittings
    late = _late_symptoms(facts, question)
    is_one = np.zeros(len(sittings.id), np.bool_)
    is_one[list(late)] = True
    return [
        Case(
            _patient(facts, int(sittings.patient[row])),
            int(sittings.at_us[row]),
            "",
            0,
            f"Later than expected: {', '.join(late[row])}",
        )
        for row in _latest(sittings.at_us, is_one & in_window(sittings.at_us, question))
    ]


def _late_symptoms(facts: Facts, question: Question) -> dict[int, list[str]]:
    """Return the symptoms that were still there when their window was over, by the session they followed."""
    reports = facts.reports
    after = np.flatnonzero(reports.sitting != NOBODY)
    sitting = reports.sitting[after]
    days = (reports.at_us[after] - facts.sittings.at_us[sitting]) / DAY_US
    late: dict[int, list[str]] = {}
    for window in question.protocol.windows:
        if window.symptom not in reports.severity:
            continue
        severity = reports.severity[window.symptom][after]
        is_late = (severity > 0) & (severity != NOT_ASKED) & (days > window.high_days)
        for place in np.unique(sitting[is_late]).tolist():
            late.setdefault(place, []).append(window.symptom.replace("_", " "))
    return late


def serious_outcomes(facts: Facts, question: Question) -> list[Case]:
    """Return the closed alerts that ended in something serious."""
    alerts = facts.alerts
    is_one = in_window(alerts.opened_us, question) & alerts.is_serious
    return [_alert(facts, row, _words(alerts.outcome, row)) for row in _latest(alerts.opened_us, is_one)]


KINDS: Mapping[str, Kind] = {
    "late": Kind("Alerts that nobody took in time", late_alerts),
    "false_alarms": Kind("Alerts that were not needed now", false_alarms),
    "missed": Kind("Reports that should have been alerts", missed_reports),
    "slow": Kind("Sessions that healed later than expected", slow_healing),
    "serious": Kind("Alerts that ended in something serious", serious_outcomes),
}


def _latest(moments_us: Whole, chosen: Flags) -> list[int]:
    """Return the chosen rows, the latest first."""
    rows: Places = np.flatnonzero(chosen)
    order: list[int] = rows[np.argsort(-moments_us[rows], kind="stable")].tolist()
    return order


def _words(column: Named, row: int) -> str:
    code = int(column.code[row])
    return "" if code == NOBODY else column.names[code].replace("_", " ").capitalize()


def _patient(facts: Facts, place: int) -> str:
    return "" if place == NOBODY else facts.patients.id[place]


def _alert(facts: Facts, row: int, note: str) -> Case:
    alerts: Alerts = facts.alerts
    patient = _patient(facts, int(alerts.patient[row]))
    return Case(patient, int(alerts.opened_us[row]), alerts.id[row], int(alerts.urgency[row]), note)
