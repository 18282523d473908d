"""The oracle beside the engine: the same protocol and case, told by both in the same words."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.rules import small_protocol
from tests.rules.oracle.answer import Answer, Table, answer, answers
from triage.rules import Assessment, Case, Tables, Urgency, compile_protocol, judge_case, read_case, read_protocol
from triage.rules.notes import find_signs


class Both(NamedTuple):
    """A protocol as the engine compiles it and as its document states it."""

    tables: Tables
    document: Mapping[str, Any]

    def hear(self, note: str) -> list[str]:
        """The words in notes have tests of their own."""
        return list(find_signs(note, self.tables.protocol.words))


def both(files: Mapping[str, str]) -> Both:
    return Both(compile_protocol(read_protocol(files)), tomllib.loads(files["protocol.toml"]))


def shipped() -> Both:
    folder = Path(__file__).parents[3] / "seeds" / "protocols" / "smp"
    return both({file.name: file.read_text() for file in folder.glob("*.toml")})


def small() -> Both:
    return both(small_protocol.FILES)


def read(protocol: Both, case: Table) -> Case:
    """Return the case as the engine reads it; a drawn case is always valid."""
    found, faults = read_case(case, protocol.tables.protocol.vocabulary)
    assert found is not None, (faults, case)
    return found


def told_by_engine(protocol: Both, case: Table) -> dict[str, Any]:
    return words_of_engine(judge_case(protocol.tables, read(protocol, case)))


def told_by_oracle(protocol: Both, case: Table) -> dict[str, Any]:
    return words_of_oracle(answer(protocol.document, case, protocol.hear))


def all_told_by_oracle(protocol: Both, case: Table) -> list[Answer]:
    return answers(protocol.document, case, protocol.hear)


def words_of_engine(assessment: Assessment) -> dict[str, Any]:
    return {
        "urgency": assessment.urgency.name,
        "findings": [
            (one.rule, one.urgency.name, one.reason, one.what[1])
            if one.what[0] in ("symptom", "sign")
            else (one.rule, one.urgency.name, one.reason, "")
            for one in assessment.findings
        ],
        "seen": [
            ({**one.observed, "forms": list(one.observed["forms"])}, dict(one.expected))
            for one in assessment.findings
            if one.what[0] == "symptom"
        ],
        "advice": list(assessment.advice),
        "review": list(assessment.review),
    }


def words_of_oracle(told: Answer) -> dict[str, Any]:
    return {
        "urgency": told.urgency,
        "findings": [(one.rule, Urgency(one.urgency).name, one.reason, one.what) for one in told.findings],
        "seen": [(one.observed, one.expected) for one in told.findings if one.observed],
        "advice": told.advice,
        "review": told.review,
    }
