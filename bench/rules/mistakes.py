"""What an engine says to an author's mistake, and when: one rule, redness above 2, with one mistake at a time.

`python -m bench.rules.mistakes PEER` prints one row as JSON. Silent is the worst: the rule just never fires, which in
triage means self-care.
"""

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bench.rules.rule_set import load, read_files
from triage.rules import ProtocolError, Situation, assess
from triage.rules.read_check_in import read_check_in

CASES = {
    "right": "the right rule",
    "malformed": "malformed condition",
    "misspelt": "misspelt symptom",
    "text": "number against text",
    "lacking": "report lacks the symptom",
}
CONDITIONS = {"malformed": "redness >= (3", "misspelt": "rednes >= 3", "text": "redness >= 'two'"}
REPORT = {"at": "2026-03-04T12:00:00+00:00", "symptoms": {"redness": 4}}
LACKING = {"at": "2026-03-04T12:00:00+00:00", "symptoms": {"itching": 0}}
MISTAKE = '\n[[combinations]]\nid = "mistake"\nall = ["{condition}"]\nurgency = "urgent"\nsource = "S1"\n'
MISSPELT = {"at": "2026-03-04T12:00:00+00:00", "symptoms": {"rednes": 4}}
POLICY = (
    "quiet, by policy: what was not asked is not 0, the rest is judged; a misspelt one is a fault of the report ({})"
)


def ours() -> dict[str, str]:
    """Return what our engine says: at load every fault with its path; of a report the stated policy."""
    return {case: _ask(case) for case in CASES}


def _ask(case: str) -> str:
    files = read_files()
    files["protocol.toml"] += MISTAKE.format(condition=CONDITIONS.get(case, "redness >= 3"))
    try:
        tables = load(files)
    except ProtocolError as error:
        return "load: " + " / ".join(fault.sentence() for fault in error.faults)
    check_in, faults = read_check_in(LACKING if case == "lacking" else REPORT, tables.protocol.vocabulary)
    found = assess(tables, Situation([check_in.at]), check_in).findings
    fires = any(finding.rule == "combination.mistake" for finding in found)
    if case == "lacking" and not fires and not faults:
        faults = read_check_in(MISSPELT, tables.protocol.vocabulary)[1]
        return POLICY.format("; ".join(fault.sentence() for fault in faults))
    return "fires" if fires else "**silent**"


def peer(name: str) -> dict[str, str]:
    """Return when another engine says something."""
    one_rule: Callable[[str], Callable[[Mapping[str, Any]], Any]] = importlib.import_module(
        f"bench.rules.peers.{name}"
    ).one_rule
    return {case: _verdict(one_rule, case) for case in CASES}


def _verdict(one_rule: Callable[[str], Callable[[Mapping[str, Any]], Any]], case: str) -> str:
    report = {"hours": 50.0} if case == "lacking" else {"hours": 50.0, "redness": 4}
    try:
        judge = one_rule(case)
    except Exception:  # noqa: BLE001 - each engine has its own
        return "load"
    try:
        fires = judge(report)
    except Exception:  # noqa: BLE001
        return "at run"
    return "fires" if fires is True else "**silent**"


if __name__ == "__main__":
    name = sys.argv[1]
    print(json.dumps({"rules": "mistakes", "peer": name, "says": ours() if name == "ours" else peer(name)}))
