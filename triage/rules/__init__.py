"""KNOW: what healing should look like. Standard library only; no clock, no I/O, no randomness."""

from triage.rules.assessment import Situation, assess, judge, named_signs
from triage.rules.boundaries import boundary_cases
from triage.rules.cases import Case, judge_case, read_case
from triage.rules.check_in import CheckIn, read_moment
from triage.rules.compile import compile_protocol
from triage.rules.faults import Fault
from triage.rules.findings import Assessment, Finding
from triage.rules.history import Past, latest_procedure
from triage.rules.proofs import calmer_later_rules, prove
from triage.rules.protocol import Protocol
from triage.rules.read_check_in import read_check_in
from triage.rules.read_protocol import ProtocolError, digest_of, read_protocol
from triage.rules.report_json import read_report_json
from triage.rules.stray import NO_PROCEDURE, find_stray_signs, is_unreadable
from triage.rules.tables import Tables
from triage.rules.vocabulary import COMMON, Course, Urgency, Vocabulary
from triage.rules.wording import advice_texts, assessment_as_mapping, explain, finding_sentence

__all__ = [
    "COMMON",
    "NO_PROCEDURE",
    "Assessment",
    "Case",
    "CheckIn",
    "Course",
    "Fault",
    "Finding",
    "Past",
    "Protocol",
    "ProtocolError",
    "Situation",
    "Tables",
    "Urgency",
    "Vocabulary",
    "advice_texts",
    "assess",
    "assessment_as_mapping",
    "boundary_cases",
    "calmer_later_rules",
    "compile_protocol",
    "digest_of",
    "explain",
    "find_stray_signs",
    "finding_sentence",
    "is_unreadable",
    "judge",
    "judge_case",
    "latest_procedure",
    "named_signs",
    "prove",
    "read_case",
    "read_check_in",
    "read_moment",
    "read_protocol",
    "read_report_json",
]
