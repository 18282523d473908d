"""Judges a stored or incoming check-in with all that is known of the patient at its own time."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.records import AssessmentRow, CheckInRow, ProcedureRow
from triage.rules import (
    COMMON,
    CheckIn,
    Situation,
    Tables,
    Urgency,
    assess,
    assessment_as_mapping,
    read_check_in,
)
from triage.rules import advice_texts as rules_advice_texts

LOG = logging.getLogger(__name__)
HISTORY = timedelta(days=90)
NOT_JUDGED = "not_judged"
UNKNOWN_PROTOCOL = {"name": "none", "version": "0", "digest": ""}
SAFETY_NET_ADVICE = (
    "We could not judge this report by ourselves. Your clinic has been told and will look at it. If anything worries "
    "you, call the clinic now; if you have trouble breathing, feel faint or get worse fast, call the emergency number."
)


class Known(NamedTuple):
    """What a judgement looks at, besides the check-in itself."""

    tables: Tables | None  # None: the clinic has published no protocol
    procedures: Sequence[ProcedureRow]
    check_ins: Sequence[CheckInRow]  # the patient's, oldest first
    risk_factors: Sequence[str]
    danger_at: datetime | None


class Judgement(NamedTuple):
    """An assessment, as a value and as JSON shows it."""

    urgency: Urgency
    as_json: dict[str, Any]


def judge(known: Known, check_in: CheckIn, problems: bool) -> Judgement:
    """Judge a check-in. Whatever goes wrong in the rules, the patient gets an answer and a human hears of it."""
    if known.tables is None:
        return _net("The clinic has published no protocol.")
    if not known.procedures:
        return _net("No procedure is recorded for this patient, so nothing can be compared.")
    try:
        return _judge(known.tables, known, check_in, problems)
    except Exception:
        LOG.exception("a judgement failed; a human is told instead")
        return _net("The rules failed on this report.")


def value_of(row: CheckInRow, tables: Tables | None) -> CheckIn:
    """Return a stored check-in as the rules know it, in the words of the protocol that judges it now."""
    vocabulary = tables.protocol.vocabulary if tables else COMMON
    check_in, _ = read_check_in({**row.content, "at": row.at}, vocabulary)
    return check_in


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


def advice_texts(known: Known, advice: Sequence[str], language: str) -> dict[str, str]:
    """Return what the patient is told, by advice id, in their language where the protocol has it."""
    if known.tables is None:
        return dict.fromkeys(advice, SAFETY_NET_ADVICE)
    texts = known.tables.protocol.texts.get(language) or next(iter(known.tables.protocol.texts.values()))
    told = rules_advice_texts([name for name in advice if name in texts.advice], texts)
    return {name: told.get(name, SAFETY_NET_ADVICE) for name in advice}


def _judge(tables: Tables, known: Known, check_in: CheckIn, problems: bool) -> Judgement:
    earlier = [value_of(row, tables) for row in known.check_ins if check_in.at - HISTORY <= row.at < check_in.at]
    procedures = [row.at for row in known.procedures]
    factors = [factor for factor in known.risk_factors if factor in tables.protocol.vocabulary.risk_factors]
    assessment = assess(tables, Situation(procedures, earlier, factors, known.danger_at), check_in, problems)
    return Judgement(assessment.urgency, assessment_as_mapping(assessment, tables.protocol))


def _net(why: str) -> Judgement:
    shown = {
        "urgency": Urgency.same_day.name,
        "findings": [{"rule": NOT_JUDGED, "urgency": Urgency.same_day.name, "reason": NOT_JUDGED, "message": why}],
        "review": ["problem"],
        "advice": [NOT_JUDGED],
        "protocol": dict(UNKNOWN_PROTOCOL),
    }
    return Judgement(Urgency.same_day, shown)
