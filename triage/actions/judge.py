"""Judges a stored or incoming check-in with all that is known of the patient at its own time."""

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.actions.doubt import doubted
from triage.records import AssessmentRow, CheckInRow, ProcedureRow
from triage.rules import (
    COMMON,
    Assessment,
    CheckIn,
    Fault,
    ProtocolError,
    Situation,
    Tables,
    Urgency,
    assess,
    assessment_as_mapping,
    compile_protocol,
    is_unreadable,
    named_signs,
    read_check_in,
    read_protocol,
)
from triage.rules import advice_texts as rules_advice_texts

LOG = logging.getLogger(__name__)
WITHOUT_PROTOCOL = timedelta(days=90)
FEVER = 38.0  # S60 of the shipped protocol; here for when no protocol can be read
NOT_JUDGED = "not_judged"
DEGRADED = "degraded"
UNKNOWN_PROTOCOL = {"name": "none", "version": "0", "digest": ""}
SAFETY_NET_ADVICE = (
    "We could not judge this report by ourselves. Your clinic has been told and will look at it. If anything worries "
    "you, call the clinic now{phone}; if you have trouble breathing, feel faint or get worse fast, call the emergency "
    "number."
)
DEGRADED_ADVICE = (
    "This service cannot use its current rules, so an older version looked at this report. Your clinic has been told "
    "and will look at it. If anything worries you, call the clinic now{phone}; if you have trouble breathing, feel "
    "faint or get worse fast, call the emergency number."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a judgement looks at, besides the check-in itself."""

    tables: Tables | None  # None: the clinic has no protocol that can be read
    procedures: Sequence[ProcedureRow]
    check_ins: Sequence[CheckInRow]  # the patient's, oldest first
    risk_factors: Sequence[str]
    danger: tuple[datetime, datetime] | None  # first and latest finding at urgent or above that no human has closed
    lacking: str | None = None  # the version that should judge and cannot be read, as in protocols.InUse

    read: list[CheckIn] = field(default_factory=list)  # the check-ins as values, once they have been asked for

    def values(self) -> list[CheckIn]:
        """Return the check-ins as the rules know them, read once however many are judged."""
        if not self.read:
            self.read.extend(value_of(row, self.tables) for row in self.check_ins)
        return self.read

    def histories(self) -> list[list[CheckIn]]:
        """Return the check-ins to compare with: all of them, and before that those that may calm, if these are fewer.

        Whatever is concluded from them, the more urgent counts: so a report in doubt calms nobody and hides no danger.
        """
        out, whole = doubted(self.check_ins, self.procedures), self.values()
        if not out:
            return [whole]
        return [[value for row, value in zip(self.check_ins, whole, strict=True) if row.id not in out], whole]


class Judgement(NamedTuple):
    """An assessment, as a value and as JSON shows it."""

    urgency: Urgency
    as_json: dict[str, Any]
    has_failed: bool = False  # the rules themselves went wrong on this report

    @property
    def digest(self) -> str:
        """Return the digest of the protocol that it was made with; empty where nothing could be compared."""
        return str(self.as_json["protocol"]["digest"])

    def rules(self) -> list[str]:
        """Return the ids of the rules that fired, most urgent first."""
        return [str(finding["rule"]) for finding in self.as_json["findings"]]


def judge(known: Known, check_in: CheckIn, faults: Sequence[Fault]) -> Judgement:
    """Judge a check-in. Whatever goes wrong in the rules, the patient gets an answer and a human hears of it."""
    if known.tables is None:
        return _net("No protocol of the clinic can be read.", check_in, None)
    if not known.procedures:
        return _net("No procedure is recorded for this patient, so nothing can be compared.", check_in, known.tables)
    try:
        judgement = _judge(known.tables, known, check_in, list(faults))
    except Exception:
        LOG.exception("a judgement failed; a human is told instead")
        return _failed(known.tables, check_in)
    return judgement if known.lacking is None else _degrade(judgement, check_in, faults)


def judge_beside(known: Known, row: CheckInRow) -> Judgement | None:
    """Judge a stored check-in by a candidate that nobody relies on; None where it fails: the report must not."""
    try:
        assert known.tables is not None
        faults = [Fault(**problem) for problem in row.problems]
        return _judge(known.tables, known, value_of(row, known.tables), faults)
    except Exception:
        LOG.exception("a candidate failed on a report; the answer does not depend on it")
        return None


def compile_stored(files: str, digest: str) -> Tables | None:
    """Return the tables of stored files (JSON); None where they cannot be read or are not those of the digest.

    Whatever goes wrong: reports are then judged by an older version or not at all, but none is thrown away.
    """
    try:
        tables = compile_protocol(read_protocol(json.loads(files)))
    except ProtocolError as error:
        LOG.error("the protocol %s cannot be read: %s", digest[:12], error)
        return None
    except Exception:
        LOG.exception("the protocol %s cannot be read", digest[:12])
        return None
    if tables.protocol.digest != digest:
        LOG.error("the protocol %s cannot be read: its files are not those of its digest", digest[:12])
        return None
    return tables


def value_of(row: CheckInRow, tables: Tables | None) -> CheckIn:
    """Return a stored check-in as the rules know it, in the words of the protocol that judges it now."""
    vocabulary = tables.protocol.vocabulary if tables else COMMON
    check_in, _ = read_check_in({**row.content, "at": row.at}, vocabulary)
    return check_in


def history_of(tables: Tables | None) -> timedelta:
    """Return how far back reports matter for a judgement."""
    return WITHOUT_PROTOCOL if tables is None else timedelta(hours=tables.protocol.follow_up_hours)


def assessment_row(row: CheckInRow, judgement: Judgement, now: datetime) -> AssessmentRow:
    """Return the row that keeps a judgement of a check-in."""
    shown = judgement.as_json
    return AssessmentRow(
        clinic_id=row.clinic_id,
        check_in_id=row.id,
        episode_id=row.episode_id,
        protocol_digest=shown["protocol"]["digest"],
        urgency=int(judgement.urgency),
        findings=shown["findings"],
        advice=shown["advice"],
        review=shown["review"],
        judged_at=now,
    )


def ids(rows: Sequence[CheckInRow]) -> list[uuid.UUID]:
    """Return the ids of check-ins."""
    return [row.id for row in rows]


def advice_texts(known: Known, advice: Sequence[str], language: str, phone: str | None) -> dict[str, str]:
    """Return what the patient is told, by advice id, in their language where the protocol has it.

    `phone`: the clinic's, for the advice that names whom to call; None: it has noted none.
    """
    own = safety_advice(phone)
    if known.tables is None:
        return {name: own.get(name, own[NOT_JUDGED]) for name in advice}
    texts = known.tables.protocol.texts.get(language) or next(iter(known.tables.protocol.texts.values()))
    told = rules_advice_texts([name for name in advice if name in texts.advice], texts)
    return {name: told.get(name) or own.get(name, own[NOT_JUDGED]) for name in advice}


def safety_advice(phone: str | None) -> dict[str, str]:
    """Return the house's own advice by its id, for what no protocol could judge; `phone` None: none is noted."""
    call = f": {phone}" if phone else ""
    return {NOT_JUDGED: SAFETY_NET_ADVICE.replace("{phone}", call), DEGRADED: DEGRADED_ADVICE.replace("{phone}", call)}


def _judge(tables: Tables, known: Known, check_in: CheckIn, faults: list[Fault]) -> Judgement:
    procedures = [row.at for row in known.procedures]
    factors = [factor for factor in known.risk_factors if factor in tables.protocol.vocabulary.risk_factors]

    def after(history: list[CheckIn]) -> Assessment:
        situation = Situation(procedures, [v for v in history if v.at < check_in.at], factors, known.danger)
        return assess(tables, situation, check_in, problems=bool(faults), unreadable=is_unreadable(faults))

    assessment = max(map(after, known.histories()), key=lambda found: found.urgency)
    return Judgement(assessment.urgency, assessment_as_mapping(assessment, tables))


def _net(why: str, check_in: CheckIn, tables: Tables | None) -> Judgement:
    """Return the judgement of what cannot be compared: same_day, and as urgent as any danger sign in it."""
    urgency = Urgency.same_day
    if tables is not None:
        urgency = max([urgency, *(tables.signs[sign].rule.urgency for sign in named_signs(tables, check_in))])
    elif check_in.signs or check_in.note or (check_in.temperature_c or 0) >= FEVER:
        urgency = Urgency.urgent  # nothing can read the note, so it may name a danger
    shown = {
        "urgency": urgency.name,
        "findings": [{"rule": NOT_JUDGED, "urgency": urgency.name, "reason": NOT_JUDGED, "message": why}],
        "review": ["problem"],
        "advice": [NOT_JUDGED],
        "protocol": dict(UNKNOWN_PROTOCOL),
    }
    return Judgement(urgency, shown)


def _failed(tables: Tables, check_in: CheckIn) -> Judgement:
    """Return the judgement of a report that the rules failed on: nothing read the note, but ticked signs are known."""
    net = _net("The rules failed on this report.", check_in, None)
    ticked = [tables.signs[sign].rule.urgency for sign in check_in.signs if sign in tables.signs]
    urgency = max([net.urgency, *ticked])
    findings = [{**finding, "urgency": urgency.name} for finding in net.as_json["findings"]]
    return Judgement(urgency, {**net.as_json, "urgency": urgency.name, "findings": findings}, has_failed=True)


def _degrade(judgement: Judgement, check_in: CheckIn, faults: Sequence[Fault]) -> Judgement:
    """Return the judgement of an older version that stands in: whatever is not plainly calm goes to a human today."""
    says_nothing = not (any(check_in.symptoms.values()) or check_in.signs or check_in.note or faults)
    if says_nothing and check_in.temperature_c is None:
        return judgement
    shown = judgement.as_json
    urgency = max(judgement.urgency, Urgency.same_day)
    why = "An older protocol judged this report, since the current one cannot be read: a human must look."
    finding = {"rule": DEGRADED, "urgency": Urgency.same_day.name, "reason": DEGRADED, "message": why}
    findings = sorted([*shown["findings"], finding], key=lambda one: -Urgency[one["urgency"]])
    advice = [urgency.name, DEGRADED, *(name for name in shown["advice"] if name not in Urgency.__members__)]
    review = list(dict.fromkeys([*shown["review"], "problem"]))
    raised = {"urgency": urgency.name, "findings": findings, "advice": advice, "review": review}
    return Judgement(urgency, {**shown, **raised})
