"""A clinic's records as the columns that its outcome statistics are made from, read in bulk and put in order."""

import json
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.actions.outcome_alerts import alerts_of
from triage.outcomes.columns import NOT_ASKED, Bytes, Masks, Whole
from triage.outcomes.facts import (
    NOBODY,
    NONE,
    Due,
    Facts,
    Named,
    Patients,
    Places,
    Ratings,
    Reports,
    Sampled,
    Sittings,
    Uses,
)
from triage.outcomes.reports import micros
from triage.records import ClinicRow, Session, histories, outcome_columns, queries
from triage.records.bulk import Progress, places_of, texts_of
from triage.records.outcome import ASPECTS
from triage.rules import COMMON

MOST_AREAS = 64
Read = dict[str, Any]


def facts_of(
    session: Session, clinic: ClinicRow, now: datetime, progress: Progress | None = None, divisor: float = 1.0
) -> Facts:
    """Return all that a clinic has on record, as of now; only reads.

    `progress` is told how many rows were just read, of `outcome_columns.count_rows` in all. `divisor`: by how much the
    ladder is faster than its policy says (Terms.divisor), so that what it promises is too.
    """
    queries.take_long(session)
    source = (session, clinic.id)
    people = outcome_columns.patients(*source, progress)
    who = Patients(texts_of(people["id"]), Named(*people["language"]), people["tone"], people["born"])
    sittings, procedure_ids = _sittings(outcome_columns.procedures(*source, progress), people["id"])
    read = outcome_columns.check_ins(*source, progress)
    judged = outcome_columns.assessments(*source, progress)
    read["patient"] = places_of(read["patient"], people["id"])
    read["assessment"] = places_of(read["id"], judged["check_in"])
    alerts = outcome_columns.alerts(*source, progress)
    alerts["patient"] = places_of(alerts["patient"], people["id"])
    alerts["rule"] = _opening_rules(alerts, read, judged)
    alerts["sitting"] = sittings_at(sittings, alerts["patient"], alerts["opened"])
    return Facts(
        as_of_us=micros(now),
        patients=who,
        sittings=sittings,
        uses=_uses(outcome_columns.exposures(*source, progress), procedure_ids),
        reports=_reports(read, judged, sittings),
        alerts=alerts_of(session, clinic, alerts, now, divisor),
        due=_due(outcome_columns.expectations(*source, progress), people["id"], sittings),
        ratings=_ratings(outcome_columns.ratings(*source), people["id"], sittings),
        sampled=_sampled(outcome_columns.samples(*source), people["id"]),
        versions=_versions(session, clinic, judged),
    )


def sittings_at(sittings: Sittings, patient: Places, at_us: Whole) -> Places:
    """Return the latest procedure of each patient at or before a moment; NOBODY: there was none yet."""
    known = len(sittings.at_us)
    both = np.concatenate((sittings.at_us, at_us)), np.concatenate((sittings.patient, patient))
    order = np.lexsort((np.arange(known + len(at_us)) >= known, *both))
    latest = np.maximum.accumulate(np.where(order < known, order, NOBODY))
    found = np.empty(known + len(at_us), np.int64)
    found[order] = latest
    found = found[known:]
    is_own = (found >= 0) & (patient >= 0)
    is_own[is_own] = sittings.patient[found[is_own]] == patient[is_own]
    return np.where(is_own, found, NOBODY)


def _sittings(read: Read, patient_ids: Any) -> tuple[Sittings, Any]:
    """Return the procedures in order, and their ids as they were read, in the same order."""
    patient = places_of(read["patient"], patient_ids)
    order = np.lexsort((read["at"], patient))
    patient, at_us = patient[order], read["at"][order]
    _, episode = np.unique(read["episode"][order], return_inverse=True)
    until_us = np.full(len(at_us), NONE, np.int64)
    has_next = patient[1:] == patient[:-1]
    until_us[:-1][has_next] = at_us[1:][has_next]
    texts, code = read["areas"]
    masks, names = _areas(texts)
    sittings = Sittings(
        id=texts_of(read["id"][order]),
        patient=patient,
        episode=episode.astype(np.int64),
        at_us=at_us,
        number=_numbers(episode),
        until_us=until_us,
        practitioner=_named(read["practitioner"], order),
        areas=masks[code[order]] if len(masks) else np.zeros(len(at_us), np.uint64),
        area_names=names,
    )
    return sittings, read["id"][order]


def _numbers(episode: NDArray[Any]) -> Whole:
    """Return which of its episode each row is, from 1; rows of one episode are in order."""
    order = np.argsort(episode, kind="stable")
    ordered = episode[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.int64)
    lengths = np.diff(np.r_[starts, len(ordered)])
    number = np.empty(len(episode), np.int64)
    number[order] = np.arange(len(ordered)) - np.repeat(starts, lengths) + 1
    return number


def _areas(texts: tuple[str, ...]) -> tuple[Masks, tuple[str, ...]]:
    """Return the mask of each distinct list of areas, and the names of the bits."""
    lists = [json.loads(text) or [] for text in texts]
    names = tuple(sorted({name for listed in lists for name in listed})[:MOST_AREAS])
    bits = {name: 1 << bit for bit, name in enumerate(names)}
    return np.array([sum(bits.get(name, 0) for name in set(listed)) for listed in lists], np.uint64), names


def _uses(read: Read, procedure_ids: Any) -> Uses:
    sitting = places_of(read["procedure"], procedure_ids)
    return Uses(sitting, Named(*read["role"]), Named(*read["product"]), Named(*read["lot"]))


def _reports(read: Read, judged: Read, sittings: Sittings) -> Reports:
    """Return the reports that count, in order: of those for one moment the last, and none that a later one amends."""
    counts = ~read["is_disputed"] & (read["assessment"] >= 0) & (read["patient"] >= 0)
    amended = places_of(read["amends"][counts], read["id"])
    counts[amended[amended >= 0]] = False
    rows = np.flatnonzero(counts)
    rows = rows[np.lexsort((read["received"][rows], read["at"][rows], read["patient"][rows]))]
    patient, at_us = read["patient"][rows], read["at"][rows]
    is_last = np.ones(len(rows), np.bool_)
    is_last[:-1] = (patient[1:] != patient[:-1]) | (at_us[1:] != at_us[:-1])
    rows, patient, at_us = rows[is_last], patient[is_last], at_us[is_last]
    return Reports(
        patient=patient,
        sitting=sittings_at(sittings, patient, at_us),
        at_us=at_us,
        received_us=read["received"][rows],
        urgency=judged["urgency"][read["assessment"][rows]],
        severity=_severities(read["symptoms"], rows),
        has_sign=read["has_sign"][rows],
    )


def _severities(read: tuple[tuple[str, ...], NDArray[np.int32]], rows: Places) -> dict[str, Bytes]:
    """Return a column a symptom, from the few different texts in which they were stated."""
    texts, code = read
    symptoms = {name: number for number, name in enumerate(COMMON.symptoms)}
    stated = [json.loads(text) or {} for text in texts]
    for said in stated:
        for name in said.keys() - symptoms.keys():
            symptoms[name] = len(symptoms)
    table = np.full((len(texts) + 1, len(symptoms)), NOT_ASKED, np.uint8)  # the last row: nothing was stated
    place = [(row, symptoms[name], value) for row, said in enumerate(stated) for name, value in said.items()]
    if place:
        where, which, value = np.array(place, np.int64).T
        table[where, which] = value
    chosen = code[rows]
    return {name: np.ascontiguousarray(table[:, number])[chosen] for name, number in symptoms.items()}


def _opening_rules(alerts: Read, read: Read, judged: Read) -> Named:
    """Return the rule of the report with which each alert was opened: received at that moment, else the one it names.

    A report of the patient's that came in at the very moment at which the alert was opened is the one that did it.
    """
    opening = places_of(alerts["check_in"], read["id"])
    same = _received_when(alerts["patient"], alerts["opened"], read["patient"], read["received"])
    found = np.where(same >= 0, same, opening)
    names, code = judged["rule"]
    assessment = np.where(found >= 0, read["assessment"][found], NOBODY) if len(read["id"]) else found
    rule = np.where(assessment >= 0, code[assessment], NOBODY) if len(code) else np.full(len(found), NOBODY)
    kinds, kind = alerts["kind"]
    is_report = kind == (kinds.index("report") if "report" in kinds else NOBODY - 1)
    return Named(names, np.where(is_report, rule, NOBODY).astype(np.int32))


def _received_when(patient: Places, at_us: Whole, of_patient: Places, received_us: Whole) -> Places:
    """Return for each patient and moment the report received then; NOBODY: none was."""
    mine = np.flatnonzero(np.isin(received_us, at_us))
    known = {(p, at): row for p, at, row in zip(of_patient[mine].tolist(), received_us[mine].tolist(), mine.tolist(),
                                                strict=True)}  # fmt: skip
    found = [known.get(key, NOBODY) for key in zip(patient.tolist(), at_us.tolist(), strict=True)]
    return np.array(found, np.int64)


def _due(read: Read, patient_ids: Any, sittings: Sittings) -> Due:
    patient = places_of(read["patient"], patient_ids)
    order = np.lexsort((read["due"], patient))
    moments = {f"{name}_us": read[name][order] for name in ("sent", "delivered", "opened", "reminded", "answered")}
    return Due(
        patient=patient[order],
        sitting=sittings_at(sittings, patient[order], read["due"][order]),
        due_us=read["due"][order],
        state=_named(read["state"], order),
        **moments,
        silence=_named(read["silence"], order),
        unasked=_named(read["unasked_why"], order),
    )


def _ratings(read: Read, patient_ids: Any, sittings: Sittings) -> Ratings:
    names, code = read["rated_by"]
    patients_word = names.index("patient") if "patient" in names else NOBODY - 1
    return Ratings(
        sitting=sittings_at(sittings, places_of(read["patient"], patient_ids), read["at"]),
        is_patients=code == patients_word,
        at_us=read["at"],
        marks={name: read[name] for name in ASPECTS},
    )


def _sampled(read: Read, patient_ids: Any) -> Sampled:
    patient = places_of(read["patient"], patient_ids)
    return Sampled(patient, read["at"], Named(*read["stratum"]), read["chance"], Named(*read["verdict"]))


def _named(column: tuple[tuple[str, ...], NDArray[np.int32]], order: Places) -> Named:
    names, code = column
    return Named(names, code[order])


def _versions(session: Session, clinic: ClinicRow, judged: Read) -> tuple[tuple[str, str, str], ...]:
    names = histories.protocol_names(session, clinic.id)
    digests, _ = judged["digest"]
    return tuple((digest, *names.get(digest, ("unknown", ""))) for digest in sorted(digests))
