"""A clinic with as many episodes and check-ins as wanted, in an SQLite file: made up, always the same, quickly.

Rows are written past the actions, with plain SQL; the assessments are judged in columns by the protocol given.

`python -m bench.big_clinic FILE PROTOCOL EPISODES CHECK_INS`
"""

import json
import random
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from seeds.protocols import read_folder
from triage.outcomes.batch import judge_layout
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.reports import Layout, PatientReports, Report
from triage.records import migrate
from triage.records.findable import findable
from triage.rules import COMMON, Tables, Urgency, compile_protocol, latest_procedure, read_protocol

BEGAN = datetime(2024, 1, 1, 9, tzinfo=UTC)
DAYS = 700  # over which the first procedures are spread
CLINIC = uuid.UUID(int=1)
ASKED_ON = (0.3, 1.2, 2.2, 3.2, 5.2, 7.2, 8.2, 9.3, 10.2, 12.2, 14.2, 17.2, 21.2, 28.2, 35.2, 42.3, 56.2, 70.2, 89.2)
# symptom -> severity on the first day, days until half of it is left, how many patients have it at all
COURSES = {
    "redness": (2.2, 1.6, 0.95),
    "swelling": (1.5, 1.2, 0.7),
    "bumps": (0.8, 3.0, 0.25),
    "itching": (1.2, 3.0, 0.6),
    "pain": (1.3, 1.0, 0.7),
    "warmth": (1.2, 1.0, 0.5),
    "tightness": (1.2, 1.5, 0.5),
    "scabbing": (1.4, 3.0, 0.6),
    "bleeding": (0.5, 0.5, 0.1),
    "weeping": (0.4, 0.6, 0.1),
}
NOTES = (
    "All fine, thank you.",
    "A bit itchy under the cap, but I did not scratch.",
    "No fever, no pus, only dry skin.",
    "I washed it by mistake on the second day.",
    "I have had a fever since last night and feel shivery.",
    "There is yellow pus on the left side.",
    "When may I go to the gym again?",
)
LABELS = (("useful", 0.55), ("could_have_waited", 0.3), ("not_needed", 0.15))
TABLES = ("patient", "episode", "procedure", "check_in", "assessment", "alert")


class Patient(NamedTuple):
    """One patient as the rows have it. `received` are the moments at which the reports came in."""

    number: int
    told: PatientReports
    received: tuple[datetime, ...]

    def check_in_id(self, report: int) -> str:
        """Return the id of one of the reports."""
        return _id_of(self.received[report], 3, self.number * 1000 + report)


def build(file: Path, tables: Tables, episodes: int, check_ins: int) -> None:
    """Make the database."""
    migrate.upgrade(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000", "temp_store=FILE"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "INSERT INTO clinic (id, name, time_zone, opening_hours, created_at, ready_at, asks_code) "
        "VALUES (?, 'Bench', 'UTC', '{}', ?, ?, false)",
        (CLINIC.hex, text_of(BEGAN), text_of(BEGAN)),
    )
    for name in ("check_in", "assessment"):
        connection.execute(f"CREATE TEMP TABLE draft_{name} AS SELECT * FROM {name} WHERE 0")
    patients = draw_patients(episodes, check_ins)
    while part := list(islice(patients, 1000)):
        _write(connection, tables, part)
    for name, order in (("check_in", "received_at"), ("assessment", "judged_at")):  # in the order of a clinic's life
        connection.execute(f"INSERT INTO {name} SELECT * FROM draft_{name} ORDER BY {order}, id")
    connection.commit()
    connection.close()


def draw_patients(episodes: int, check_ins: int) -> Iterator[Patient]:
    """Yield patients with check_ins / episodes reports each on average, the same whenever asked."""
    for number in range(episodes):
        wanted = check_ins * (number + 1) // episodes - check_ins * number // episodes
        yield draw_patient(number, BEGAN + timedelta(days=DAYS * number / episodes), wanted)


def draw_patient(number: int, began: datetime, wanted: int) -> Patient:
    """Return one patient: one to four procedures about a week apart, reports on the days that are asked for."""
    draw = random.Random(number)
    sittings = draw.choices((1, 2, 3, 4), (50, 30, 15, 5))[0]
    procedures = [began + timedelta(days=7 * sitting + draw.random()) for sitting in range(sittings)]
    stretch = 1.6 if draw.random() < 0.05 else 1.0  # some go on reporting after 90 days
    days = [*ASKED_ON, *(ASKED_ON[-1] * draw.random() for _ in range(max(0, wanted - len(ASKED_ON))))]
    days = sorted(day * stretch for day in draw.sample(days, wanted))
    moments = [began + timedelta(days=day, minutes=draw.randrange(90)) for day in days]
    if wanted > 1 and draw.random() < 0.01:
        moments[-1] = moments[-2]  # an amended report
    has = {symptom: draw.random() < share for symptom, (_, _, share) in COURSES.items()}
    reports = tuple(_report(draw, at, procedures, has) for at in moments)
    received = [at + timedelta(minutes=draw.choice((0, 0, 1, 300 if draw.random() < 0.02 else 2))) for at in moments]
    received[-1] = max(received[-2:])  # what amends comes after
    factors = draw.sample(COMMON.risk_factors, draw.choice((1, 1, 2))) if draw.random() < 0.15 else []
    closed = [draw.choice(received) + timedelta(hours=5)] if draw.random() < 0.3 else []
    told = [report._replace(known_at=known) for report, known in zip(reports, received, strict=True)]
    return Patient(number, PatientReports(procedures, told, factors, closed), tuple(received))


def _report(draw: random.Random, at: datetime, procedures: list[datetime], has: dict[str, bool]) -> Report:
    day = max(0.0, (at - latest_procedure(procedures, at)) / timedelta(days=1))
    severities, courses = {}, {}
    for symptom, (first, half, _) in COURSES.items():
        mean = first * 0.5 ** (day / half) if has[symptom] else 0.0
        severity = min(4, int(mean + draw.random())) if draw.random() > 0.004 else draw.randrange(5)
        severities[symptom] = severity
        if severity and draw.random() < 0.3:
            courses[symptom] = draw.choices(("better", "same", "worse", "new"), (60, 30, 8, 2))[0]
    content: dict[str, Any] = {"at": at.isoformat(), "symptoms": severities}
    content |= {"course": courses} if courses else {}
    chance = draw.random()
    if chance < 0.01:
        content["signs"] = draw.sample(COMMON.signs, 1)
    elif chance < 0.5:
        content["denied"] = list(COMMON.signs)
    content |= {"note": draw.choice(NOTES)} if draw.random() < 0.02 else {}
    content |= {"temperature": {"value": round(draw.gauss(36.8, 0.4), 1), "unit": "C"}} if chance > 0.97 else {}
    content |= {"treatment": ["painkiller"]} if draw.random() < 0.05 else {}
    content |= {"exposed": ["water"]} if draw.random() < 0.04 else {}
    content |= {"where": {"redness": draw.sample(COMMON.zones, 2)}} if draw.random() < 0.05 else {}
    content |= {"result": ["dots_lost"]} if draw.random() < 0.01 else {}
    return Report(at, content)


def _write(connection: sqlite3.Connection, tables: Tables, part: list[Patient]) -> None:
    judge, layout = ColumnJudge(tables, with_rules=True), Layout(tables)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    for patient in part:
        layout.add(patient.told)
        _write_patient(patient, rows)
    laid, verdicts = judge_layout(judge, layout)
    alerting: dict[int, list[tuple[datetime, str, int]]] = {}
    for row, (place, report) in enumerate(laid.place):
        patient, urgency = part[place], int(verdicts.urgency[row])
        check_in = patient.check_in_id(report)
        findings = [_finding(rule, urgency) for rule in verdicts.rules_of(row)]
        rows["assessment"].append(
            (CLINIC.hex, _id_of(patient.received[report], 4, patient.number * 1000 + report), check_in,
             _id_of(BEGAN, 1, patient.number), tables.protocol.digest, urgency, json.dumps(findings), "[]", "[]",
             text_of(patient.received[report]), None)
        )  # fmt: skip
        if urgency:
            alerting.setdefault(place, []).append((patient.received[report], check_in, urgency))
    for place, reports in alerting.items():
        _write_alert(part[place], sorted(reports), rows)
    for name, values in rows.items():
        table = f"draft_{name}" if name in ("check_in", "assessment") else name
        connection.executemany(
            f"INSERT INTO {table} ({COLUMNS[name]}) VALUES ({','.join('?' * len(COLUMNS[name].split()))})", values
        )


COLUMNS = {
    "patient": "clinic_id, id, reference, name, language, risk_factors, created_at, found_by",
    "episode": "clinic_id, id, patient_id, opened_at, last_procedure_at",
    "procedure": "clinic_id, id, patient_id, episode_id, at, areas, created_at",
    "check_in": "clinic_id, id, patient_id, episode_id, at, received_at, source, content, raw, problems, review, "
    "device",
    "assessment": "clinic_id, id, check_in_id, episode_id, protocol_digest, urgency, findings, advice, review, "
    "judged_at, replaced_at",
    "alert": "clinic_id, id, patient_id, episode_id, check_in_id, kind, urgency, condition, state, epoch, version, "
    "step, cycle, repeat, pushes, opened_at, epoch_at, resolved_at, resolved_by, outcome, useful, told_count, "
    "is_worse, wants_call",
}


def _write_patient(patient: Patient, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    told, owner = patient.told, _id_of(BEGAN, 0, patient.number)
    episode = _id_of(BEGAN, 1, patient.number)
    first, last = text_of(told.procedures[0]), text_of(told.procedures[-1])
    reference, name = f"P{patient.number}", f"Kim {patient.number}"
    factors, found_by = json.dumps(told.risk_factors), findable(name, reference, None, None)
    rows["patient"].append((CLINIC.hex, owner, reference, name, "en", factors, first, found_by))
    rows["episode"].append((CLINIC.hex, episode, owner, first, last))
    for number, at in enumerate(told.procedures):
        own = _id_of(at, 2, patient.number * 1000 + number)
        rows["procedure"].append((CLINIC.hex, own, owner, episode, text_of(at), '["top"]', text_of(at)))
    for number, (report, received) in enumerate(zip(told.reports, patient.received, strict=True)):
        own = patient.check_in_id(number)
        rows["check_in"].append(
            (CLINIC.hex, own, owner, episode, text_of(report.at), text_of(received), "patient",
             json.dumps(report.content), None, "[]", "[]", "{}")
        )  # fmt: skip


def _write_alert(
    patient: Patient, reports: list[tuple[datetime, str, int]], rows: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Write the alert that was closed when the patient's was, if there was anything to alert of by then."""
    for closed in patient.told.closed:
        before = [report for report in reports if report[0] <= closed]
        if before:
            opened, check_in, _ = before[0]
            useful = random.Random(f"use {patient.number}").choices(*zip(*LABELS, strict=True))[0]
            rows["alert"].append(
                (CLINIC.hex, _id_of(opened, 5, patient.number), _id_of(BEGAN, 0, patient.number),
                 _id_of(BEGAN, 1, patient.number), check_in, "report", max(report[2] for report in before), "active",
                 "resolved", 1, 1, 0, 0, 0, 0, text_of(opened), text_of(opened), text_of(closed), "bench",
                 "expected_healing", useful, 0, False, False)
            )  # fmt: skip


def _finding(rule: str, urgency: int) -> dict[str, Any]:
    """Return a finding with what stored ones have, so that reading them costs what it costs."""
    said = {"what": {"symptom": "redness"}, "observed": {"severity": 2, "hour": 130}, "expected": {"at_most": 0}}
    message = "Redness is moderate on day 5 after the procedure; usual by then is none."
    return {"rule": rule, "urgency": Urgency(urgency).name, "reason": "above_expected", **said, "message": message}


def _id_of(at: datetime, kind: int, number: int) -> str:
    """Return an id that sorts by time, as those of the service do, in the text of SQLite."""
    return f"{int(at.timestamp() * 1000):012x}7{kind:03x}8{number:015x}"


def text_of(at: datetime) -> str:
    """Return a moment in the text of SQLite."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


if __name__ == "__main__":
    file, protocol = map(Path, sys.argv[1:3])
    build(file, compile_protocol(read_protocol(read_folder(protocol))), int(sys.argv[3]), int(sys.argv[4]))
