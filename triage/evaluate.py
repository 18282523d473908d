"""`triage evaluate`: cases from JSON Lines, judged one by one; a broken line never stops the others."""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from triage.rules import Fault, Tables, assessment_as_mapping, judge_case, read_case, read_report_json


def judge_lines(tables: Tables, lines: Iterable[bytes], out: BinaryIO) -> bool:
    """Write one JSON line a case; return whether every line was a valid case. Empty lines are passed over."""
    good = True
    for number, line in enumerate(lines, 1):
        if line.strip():
            answer = judge_line(tables, line, number)
            good = good and "error" not in answer
            out.write(json.dumps(answer).encode() + b"\n")
    out.flush()
    return good


def judge_line(tables: Tables, line: bytes, number: int) -> dict[str, Any]:
    """Return the assessment of one line, or its error with where and why."""
    try:
        mapping = read_report_json(line)
    except (ValueError, RecursionError) as error:
        return _error(None, number, [Fault("", f"not JSON ({error})", "give one JSON object a line")])
    case, faults = read_case(mapping, tables.protocol.vocabulary)
    if case is None:
        return _error(_id_of(mapping), number, faults)
    return assessment_as_mapping(judge_case(tables, case), tables.protocol, case.id)


def _id_of(mapping: Any) -> str | None:
    """Return the id of a broken case where it can be told."""
    found = mapping.get("id") if isinstance(mapping, dict) else None
    return found if isinstance(found, str) else None


def _error(case_id: Any, number: int, faults: list[Fault]) -> dict[str, Any]:
    message = "; ".join(fault.sentence() for fault in faults)
    told = {"line": number, "message": message, "faults": [fault.as_mapping() for fault in faults]}
    return {"id": case_id, "error": told}
