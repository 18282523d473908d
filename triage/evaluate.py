"""`triage evaluate`: cases from JSON Lines, judged one by one; a broken line never stops the others."""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from triage.rules import (
    Case,
    Fault,
    Tables,
    assessment_as_mapping,
    explain,
    judge_case,
    read_case,
    read_report_json,
)


def judge_lines(tables: Tables, lines: Iterable[bytes], out: BinaryIO, *, explained: bool = False) -> bool:
    """Write one JSON line a case, or with `explained` a paragraph for people; return whether every line was a case.

    Empty lines are passed over.
    """
    good = True
    for number, line in enumerate(lines, 1):
        if line.strip():
            case, faults, case_id = read_line(tables, line)
            good = good and case is not None
            if case is None:
                answer = json.dumps(_error(case_id, number, faults))
            elif explained:
                answer = explain(judge_case(tables, case), tables, case.id)
            else:
                answer = json.dumps(assessment_as_mapping(judge_case(tables, case), tables, case.id))
            out.write(answer.encode() + b"\n")
    out.flush()
    return good


def read_line(tables: Tables, line: bytes) -> tuple[Case | None, list[Fault], str | None]:
    """Return the case of a line; or None, its faults, and its id as far as one can be told."""
    try:
        mapping = read_report_json(line)
    except (ValueError, RecursionError) as error:
        return None, [Fault("", f"not JSON ({error})", "give one JSON object a line")], None
    case, faults = read_case(mapping, tables.protocol.vocabulary)
    return case, faults, _id_of(mapping)


def _id_of(mapping: Any) -> str | None:
    """Return the id of a broken case where it can be told."""
    found = mapping.get("id") if isinstance(mapping, dict) else None
    return found if isinstance(found, str) else None


def _error(case_id: Any, number: int, faults: list[Fault]) -> dict[str, Any]:
    message = "; ".join(fault.sentence() for fault in faults)
    told = {"line": number, "message": message, "faults": [fault.as_mapping() for fault in faults]}
    return {"id": case_id, "error": told}
