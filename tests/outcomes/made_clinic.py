"""A clinic drawn by lot as plain columns, for figures to be made of; and small ones in which one thing is said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from triage.outcomes.facts import (
    NOBODY,
    NONE,
    Alerts,
    Due,
    Facts,
    Named,
    Patients,
    Ratings,
    Reports,
    Sampled,
    Sittings,
    Uses,
)
from triage.outcomes.figure import Figure, Question
from triage.rules import read_protocol

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
BEGAN_US = 1_767_225_600_000_000  # 2026-01-01
FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"
PROTOCOL = read_protocol({file.name: file.read_text() for file in FOLDER.glob("*.toml")})
DAYS = 365


def named(names: tuple[str, ...] | list[str], code: Any) -> Named:
    return Named(tuple(names), np.asarray(code, np.int32))


def made_clinic(patients: int = 400, seed: int = 1, reports_each: int = 8, serious: float = 0.05) -> Facts:
    """Return a year of a clinic with two sittings a patient a week apart, and `reports_each` check-ins expected.

    Seven in ten check-ins come; one in six is beyond normal and opens an alert; a tenth of the alerts is open.
    """
    rng = np.random.default_rng(seed)
    began = BEGAN_US + rng.integers(0, DAYS * DAY_US, patients)
    sitting_patient = np.repeat(np.arange(patients), 2)
    sitting_at = (began[:, None] + np.array([0, 7 * DAY_US])).ravel()
    until = np.full(2 * patients, NONE)
    until[::2] = sitting_at[1::2]
    tone = rng.integers(0, 7, patients).astype(np.uint8)
    people = Patients(
        id=[str(number) for number in range(patients)],
        language=named(("en", "es", "ar"), rng.choice(3, patients, p=(0.6, 0.3, 0.1))),
        tone=tone,
        born=rng.integers(1950, 2006, patients),
    )
    sittings = Sittings(
        id=[str(number) for number in range(2 * patients)],
        patient=sitting_patient,
        episode=sitting_patient,
        at_us=sitting_at,
        number=np.tile([1, 2], patients),
        until_us=until,
        practitioner=named([f"Practitioner {n}" for n in range(8)], np.repeat(rng.integers(0, 8, patients), 2)),
        areas=rng.integers(1, 8, 2 * patients).astype(np.uint64),
        area_names=("crown", "hairline", "scar"),
    )
    uses = Uses(
        sitting=np.repeat(np.arange(2 * patients), 2),
        role=named(("pigment", "diluent"), np.tile([0, 1], 2 * patients)),
        product=named(("Ink", "Water"), np.tile([0, 1], 2 * patients)),
        lot=named([f"L{n}" for n in range(20)], rng.integers(-1, 20, 4 * patients)),
    )
    due = _due(rng, sittings, reports_each // 2)
    came = np.flatnonzero(due.answered_us != NONE)
    urgency = rng.choice(5, len(came), p=(0.84, 0.09, 0.05, 0.015, 0.005)).astype(np.uint8)
    order = np.lexsort((due.answered_us[came], due.patient[came]))
    came, urgency = came[order], urgency[order]
    second = 2 * due.patient[came] + 1
    reports = Reports(
        patient=due.patient[came],
        sitting=second - (due.answered_us[came] < sitting_at[second]),
        at_us=due.answered_us[came],
        received_us=due.answered_us[came],
        urgency=urgency,
        severity={},
        has_sign=urgency >= 3,
    )
    as_of = BEGAN_US + (DAYS + 60) * DAY_US
    alerts = _alerts(rng, reports, due, as_of, serious)
    quiet = np.flatnonzero(urgency == 0)
    drawn = quiet[rng.random(len(quiet)) < 0.1]
    sampled = Sampled(
        patient=reports.patient[drawn],
        at_us=reports.at_us[drawn],
        stratum=named(("no symptoms", "symptoms"), rng.integers(0, 2, len(drawn))),
        chance=np.full(len(drawn), 0.1),
        verdict=named(
            ("right", "should_have_alerted", "cannot_tell"), rng.choice(4, len(drawn), p=(0.1, 0.82, 0.05, 0.03)) - 1
        ),
    )
    none = np.zeros(0, np.int64)
    ratings = Ratings(sitting=none, is_patients=none.astype(np.bool_), at_us=none, marks={})
    return Facts(as_of, people, sittings, uses, reports, alerts, due, ratings, sampled, (("d1", "smp", "1"),))


def _due(rng: np.random.Generator, sittings: Sittings, each: int) -> Due:
    """Return the check-ins that should have come: on days 1, 3, 5 ... after every sitting."""
    rows = len(sittings.id) * each
    sitting = np.repeat(np.arange(len(sittings.id)), each)
    due_us = sittings.at_us[sitting] + (1 + 2 * np.tile(np.arange(each), len(sittings.id))) * DAY_US
    likely = np.clip(rng.normal(0.75, 0.2, len(sittings.id)), 0.05, 1)[sitting]
    state = rng.choice(5, rows, p=(0.9, 0.05, 0.02, 0.02, 0.01))
    is_answered = (state <= 1) & (rng.random(rows) < likely)
    state = np.where((state == 0) & ~is_answered, 5, state)
    state = np.where((state == 1) & ~is_answered, 5, state)
    answered = np.where(is_answered, due_us + rng.integers(0, 20 * HOUR_US, rows), NONE)
    is_unasked = rng.random(rows) < 0.02
    sent = np.where(is_unasked | (rng.random(rows) < 0.01), NONE, due_us)
    return Due(
        patient=sittings.patient[sitting],
        sitting=sitting,
        due_us=due_us,
        state=named(("answered", "late", "excused", "opted_out", "superseded", "missed", "waiting"), state),
        sent_us=sent,
        delivered_us=np.where(rng.random(rows) < 0.5, sent, NONE),
        opened_us=np.where(is_answered, answered, NONE),
        reminded_us=np.where(is_answered, NONE, sent),
        answered_us=answered,
        silence=named(("no_report", "quiet"), np.where(state == 5, rng.integers(-1, 2, rows), NOBODY)),
        unasked=named(("no_contact", "budget"), np.where(is_unasked, rng.integers(0, 2, rows), NOBODY)),
    )


def _alerts(rng: np.random.Generator, reports: Reports, due: Due, as_of: int, serious: float) -> Alerts:
    """Return an alert of each report beyond normal, and a silence of each tenth check-in that was missed."""
    beyond = np.flatnonzero(reports.urgency > 0)
    silent = np.flatnonzero(due.state.code == 5)[::10]
    patient = np.concatenate([reports.patient[beyond], due.patient[silent]])
    rows = len(patient)
    urgency = np.concatenate([reports.urgency[beyond], np.ones(len(silent), np.uint8)]).astype(np.uint8)
    opened = np.concatenate([reports.received_us[beyond], due.due_us[silent] + DAY_US])
    is_open = rng.random(rows) < 0.1
    acked = np.where(is_open, NONE, opened + (rng.exponential(2, rows) * HOUR_US).astype(np.int64))
    closed = np.where(is_open, NONE, acked + (rng.exponential(20, rows) * HOUR_US).astype(np.int64))
    outcomes = "expected_healing irritation suspected_infection allergy technique pigment other lost".split()
    outcome = np.where(is_open, NOBODY, rng.choice(8, rows, p=(0.6, 0.2, 0.05, 0.03, 0.03, 0.03, 0.03, 0.03)))
    useful = np.where(is_open | (rng.random(rows) < 0.2), NOBODY, rng.choice(3, rows, p=(0.5, 0.3, 0.2)))
    spent = np.where(is_open, as_of, acked) - opened
    return Alerts(
        id=[str(number) for number in range(rows)],
        kind=named(("report", "silence", "lot", "service"), np.repeat([0, 1], [len(beyond), len(silent)])),
        urgency=urgency,
        patient=patient,
        sitting=np.concatenate([reports.sitting[beyond], due.sitting[silent]]),
        rule=named(("redness.high", "sign.fever"), np.concatenate([beyond % 2, np.full(len(silent), NOBODY)])),
        opened_us=opened,
        acked_us=acked,
        reached_us=np.where(rng.random(rows) < 0.8, closed, NONE),
        closed_us=closed,
        open_acked_s=spent / 3e6,
        open_reached_s=spent / 3e6,
        open_closed_s=(np.where(is_open, as_of, closed) - opened) / 3e6,
        limit_s=np.array([0, 172800, 3600, 900, 300])[urgency],
        is_by_hours=urgency <= 2,
        is_exhausted=rng.random(rows) < 0.02,
        outcome=named(outcomes, outcome),
        useful=named(("useful", "could_have_waited", "not_needed"), useful),
        is_serious=~is_open & (rng.random(rows) < serious),
        owner=named([f"Practitioner {n}" for n in range(8)], np.where(is_open, NOBODY, rng.integers(0, 8, rows))),
    )


def asking(facts: Facts, by: str | None = None, **more: Any) -> Question:
    return Question(PROTOCOL, facts.as_of_us, by=by, **more)


def row_of(figure: Figure, **said: Any) -> dict[str, Any]:
    """Return the one row that says this, by its columns."""
    ids = [column.id for column in figure.columns]
    found = [dict(zip(ids, row, strict=True)) for row in figure.rows]
    rows = [row for row in found if all(row[name] == value for name, value in said.items())]
    assert len(rows) == 1, rows
    return rows[0]


def nobody(facts: Facts) -> Facts:
    """Return the same clinic before anything happened."""
    return replace(facts, **{name: _emptied(getattr(facts, name)) for name in ("reports", "alerts", "due", "sampled")})


def picked(table: Any, rows: Any) -> Any:
    """Return some rows of a table."""
    return type(table)(**{name: _some(getattr(table, name), rows) for name in table.__slots__})


def _emptied(table: Any) -> Any:
    return picked(table, np.zeros(0, np.int64))


def _some(column: Any, rows: Any) -> Any:
    if isinstance(column, Named):
        return Named(column.names, column.code[rows])
    if isinstance(column, list):
        return [column[row] for row in np.arange(len(column))[rows]]
    if isinstance(column, dict):
        return {name: values[rows] for name, values in column.items()}
    return column if isinstance(column, tuple) else column[rows]


def with_alerts(facts: Facts, rows: int, **columns: Any) -> Facts:
    """Return the clinic with so many alerts instead of its own: same_day, of a report each, of a patient each.

    Opened at BEGAN_US, taken after half an hour of 60 minutes allowed, closed after two, never reached. Columns may be
    given as what each alert has, or what all have.
    """
    none = np.full(rows, NONE)
    patient = np.arange(rows) % len(facts.patients.id)
    opened = columns.pop("opened_us", np.full(rows, BEGAN_US))
    given = {
        "id": [str(number) for number in range(rows)],
        "kind": named(("report", "silence"), np.zeros(rows)),
        "urgency": np.full(rows, 2, np.uint8),
        "patient": patient,
        "sitting": 2 * patient,
        "rule": named(("redness.high",), np.zeros(rows)),
        "opened_us": opened,
        "acked_us": opened + HOUR_US // 2,
        "reached_us": none,
        "closed_us": opened + 2 * HOUR_US,
        "limit_s": np.full(rows, 3600),
        "is_by_hours": np.zeros(rows, np.bool_),
        "is_exhausted": np.zeros(rows, np.bool_),
        "outcome": named(("expected_healing", "allergy"), np.zeros(rows)),
        "useful": named(("useful", "not_needed"), np.zeros(rows)),
        "is_serious": np.zeros(rows, np.bool_),
        "owner": named(("Pat",), np.zeros(rows)),
        **columns,
    }
    if isinstance(given["patient"], np.ndarray):
        given["sitting"] = columns.get("sitting", 2 * given["patient"])
    for step in ("acked", "reached", "closed"):
        moment = given[f"{step}_us"]
        spent = np.where(moment == NONE, facts.as_of_us, moment) - given["opened_us"]
        given.setdefault(f"open_{step}_s", spent / 1e6)
    return replace(facts, alerts=Alerts(**given))
