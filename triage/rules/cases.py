"""Cases in the format of `triage evaluate`: read strictly, judged in the order of time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from triage.rules.assessment import Situation, assess
from triage.rules.check_in import CheckIn, read_moment
from triage.rules.faults import Fault, place, show, unknown_word
from triage.rules.findings import Assessment
from triage.rules.read_check_in import read_check_in
from triage.rules.tables import Tables
from triage.rules.vocabulary import Vocabulary

CASE_FIELDS = ("id", "procedures", "check_ins", "risk_factors")


class Case(NamedTuple):
    """One patient's procedures and reports; the latest report is the one that is judged."""

    id: str | None
    procedures: tuple[datetime, ...]
    check_ins: tuple[CheckIn, ...]
    risk_factors: tuple[str, ...]


def read_case(mapping: Any, vocabulary: Vocabulary, extra: Iterable[str] = ()) -> tuple[Case | None, list[Fault]]:
    """Return the case, or None and every fault. `extra` names further fields that are allowed."""
    faults: list[Fault] = []
    if not isinstance(mapping, Mapping):
        return None, [Fault("", "not an object", "give one JSON object a line")]
    known = (*CASE_FIELDS, *extra)
    faults += [unknown_word(place(name), name, known) for name in mapping if name not in known]
    if not isinstance(mapping.get("id"), str):
        faults.append(Fault("id", f"{show(mapping.get('id'))} is not a text", "give the case an id"))
    procedures = _read_procedures(mapping.get("procedures"), vocabulary, faults)
    check_ins = _read_check_ins(mapping.get("check_ins"), vocabulary, procedures, faults)
    factors = mapping.get("risk_factors", [])
    if not isinstance(factors, list):
        faults.append(Fault("risk_factors", f"{show(factors)} is not a list", "give a list of ids"))
        factors = []
    bad = [(number, factor) for number, factor in enumerate(factors) if factor not in vocabulary.risk_factors]
    faults += [unknown_word(f"risk_factors.{number}", factor, vocabulary.risk_factors) for number, factor in bad]
    if faults:
        return None, faults
    return Case(mapping["id"], tuple(procedures), tuple(check_ins), tuple(dict.fromkeys(factors))), []


def judge_case(tables: Tables, case: Case) -> Assessment:
    """Return the assessment of a case's latest check-in; of several at the same moment the most urgent.

    The earlier ones are judged first, since a danger finding holds the later ones up until a human has closed it,
    and in a case nothing is closed.
    """
    ordered = sorted(case.check_ins, key=lambda check_in: check_in.at)
    danger: tuple[datetime, datetime] | None = None
    done: list[tuple[CheckIn, Assessment]] = []
    for check_in in ordered:
        earlier = sorted((old for old in done if old[0].at < check_in.at), key=lambda old: (old[0].at, old[1].urgency))
        situation = Situation(case.procedures, [old for old, _ in earlier], case.risk_factors, danger)
        done.append((check_in, assess(tables, situation, check_in)))
        if done[-1][1].urgency >= tables.protocol.hold.after:
            danger = (check_in.at, check_in.at)
    last = [assessment for check_in, assessment in done if check_in.at == ordered[-1].at]
    return max(last, key=lambda assessment: assessment.urgency)


def _read_procedures(value: Any, vocabulary: Vocabulary, faults: list[Fault]) -> list[datetime]:
    if not isinstance(value, list) or not value:
        faults.append(Fault("procedures", f"{show(value)} is no list of procedures", 'give at least one {"at": ...}'))
        return []
    found = []
    for number, entry in enumerate(value):
        if not isinstance(entry, Mapping):
            faults.append(Fault(f"procedures.{number}", f"{show(entry)} is not an object", 'give {"at": ...}'))
            continue
        moment = read_moment(entry.get("at"), f"procedures.{number}.at", faults)
        found += [moment] if moment else []
        faults += read_areas(entry.get("areas"), f"procedures.{number}.areas", vocabulary)
        names = [name for name in entry if name not in ("at", "areas")]
        faults += [unknown_word(f"procedures.{number}.{place(name)}", name, ("at", "areas")) for name in names]
    return found


def read_areas(value: Any, path: str, vocabulary: Vocabulary) -> list[Fault]:
    """Return the faults of a list of treated zones; None is no fault."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [Fault(path, f"{show(value)} is not a list", "give a list of zones")]
    return [
        unknown_word(f"{path}.{number}", zone, vocabulary.zones)
        for number, zone in enumerate(value)
        if zone not in vocabulary.zones
    ]


def _read_check_ins(
    value: Any, vocabulary: Vocabulary, procedures: list[datetime], faults: list[Fault]
) -> list[CheckIn]:
    if not isinstance(value, list) or not value:
        faults.append(Fault("check_ins", f"{show(value)} is no list of check-ins", "give at least one check-in"))
        return []
    found = []
    for number, entry in enumerate(value):
        check_in, problems = read_check_in(entry, vocabulary, first_procedure=min(procedures, default=None))
        prefix = f"check_ins.{number}"
        faults += [fault._replace(path=f"{prefix}.{fault.path}" if fault.path else prefix) for fault in problems]
        found.append(check_in)
    return found
