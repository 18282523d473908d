"""A patient's record as pages: sections of plain lines for the typesetter, which a reader without our words follows."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from triage.actions.patient_record import Record
from triage.rules.vocabulary import SEVERITY_WORDS
from triage.typeset import set_pages
from triage.typeset.sources import document_source

Lines = list[str]
Entry = dict[str, Any]  # head, and lines
Rows = Mapping[str, Any]


def record_pdf(record: Record) -> bytes:
    """Return a record set as pages."""
    values, zone = record.values, ZoneInfo(record.values["clinic"]["time_zone"])
    patient = values["patient"]
    said = _Said(zone, {**values["staff"], patient["id"]: "the patient"})
    sections = [{"title": title, "entries": list(make(values, said))} for title, make in SECTIONS]
    pages = {
        "title": f"Record of {patient['name'] or patient['reference']}",
        "said": f"{values['clinic']['name']}. Taken {said.at(values['taken_at'])} ({zone.key}) by "
        f"{values['taken_by']}. Times are the clinic's. The same record as JSON holds every field.",
        "footer": f"{values['clinic']['name']}, record of {patient['reference']}",
        "sections": sections,
    }
    return set_pages(document_source("record"), pages, {}, record.at)


class _Said:
    """Says moments by the clinic's clocks, and people by their names."""

    def __init__(self, zone: ZoneInfo, staff: Mapping[str, str]) -> None:
        self.zone, self.staff = zone, staff

    def at(self, moment: str | None) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(self.zone):%Y-%m-%d %H:%M}" if moment else "never"

    def who(self, person: str | None) -> str:
        return self.staff.get(str(person), str(person)) if person else "the service"


def _patient(values: Rows, said: _Said) -> Iterator[Entry]:
    row = values["patient"]
    shown = "name reference birth_year email phone language country guardian risk_factors skin_tone".split()
    yield _entry("", [f"{_plain(name)}: {_text(row[name])}" for name in shown if row.get(name)])
    if row.get("erased_at"):
        yield _entry(f"Erased {said.at(row['erased_at'])}", [_text(row["kept_because"])])


def _consents(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["consents"]:
        until = f", withdrawn {said.at(row['withdrawn_at'])}" if row["withdrawn_at"] else ""
        head = f"{row['purpose']}, given {said.at(row['at'])} by {row['given_by']}{until}"
        yield _entry(head, [f"Words, version {row['version']}: {row['text']}"])


def _sessions(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["procedures"]:
        used = [one for one in values["exposures"] if one["procedure_id"] == row["id"]]
        lines = [
            f"{one['role']}: {' '.join(filter(None, [one['maker'], one['product'], one['shade']]))}, "
            f"lot {one['lot'] or 'not noted'}, expires {one['expiry'] or 'not noted'}"
            for one in used
        ]
        head = f"{said.at(row['at'])}, {row['practitioner'] or 'practitioner not noted'}"
        yield _entry(f"{head}, {', '.join(row['areas']) or 'area not noted'}", lines or ["No product was noted."])


def _reports(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["check_ins"]:
        by = f"written down by {said.who(row['recorded_by'])}" if row["recorded_by"] else f"by the {row['source']}"
        lines = list(_answers(row["content"]))
        lines += [f"Could not be read: {_text(problem)}" for problem in row["problems"]]
        lines += [f"As it was sent: {row['raw']}"] if row["raw"] else []
        for told in values["words_shown"]:
            if told["check_in_id"] == row["id"]:
                lines += _words(told, said)
        yield _entry(f"{said.at(row['at'])}, received {said.at(row['received_at'])}, {by}", lines)


def _answers(content: Rows) -> Iterator[str]:
    """Yield every answer of a report; a symptom that was none and a sign that was denied are answers too."""
    courses, places = content.get("course") or {}, content.get("where") or {}
    for name, severity in (content.get("symptoms") or {}).items():
        more = [courses.get(name), ", ".join(places.get(name) or ())]
        yield ", ".join([f"{_plain(name)}: {SEVERITY_WORDS[severity]}", *filter(None, more)])
    for name, words in (("signs", "Danger signs named"), ("denied", "Danger signs denied")):
        if content.get(name):
            yield f"{words}: {', '.join(_plain(sign) for sign in content[name])}"
    for name in ("result", "treatment", "exposed", "temperature", "wants_call", "note"):
        if content.get(name):
            yield f"{_plain(name).capitalize()}: {_text(content[name])}"


def _words(told: Rows, said: _Said) -> Lines:
    version = told["protocol"] or "the service's own words"
    later = f", replaced {said.at(told['replaced_at'])}" if told["replaced_at"] else ""
    shown = dict.fromkeys([told["headline"], told["do"], *told["advice"].values()])
    return [
        f"Judged {_plain(told['urgency'])} {said.at(told['judged_at'])}{later} by {version} "
        f"({str(told['protocol_digest'])[:12]})",
        f"Shown in {told['language']}:",
        *(f"– {words}" for words in shown if words),
    ]


def _asked(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["expectations"]:
        went = [f"{word} {said.at(row[name])}" for name, word in ASKED if row[name]]
        yield _entry(f"Due {said.at(row['due_at'])}: {_plain(row['state'])}", ["; ".join(went)] if went else [])


def _messages(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["messages"]:
        tries = [one for one in values["deliveries"] if one["notification_id"] == row["id"]]
        lines = [f"{said.at(one['finished_at'])}: {_plain(one['result'])}" for one in tries]
        yield _entry(f"{said.at(row['created_at'])}, {_plain(row['kind'])} by {row['channel']}: {row['state']}", lines)
    for row in values["replies"]:
        read = f"read {said.at(row['read_at'])}" if row["read_at"] else "not read"
        yield _entry(f"{said.at(row['at'])}, reply of {said.who(row['staff_id'])}, {read}", [row["text"]])


def _alerts(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["alerts"]:
        lines = [f"{_plain(name)} {said.at(row[at])}" for name, at in STAGES if row[at]]
        if row["outcome"]:
            came = ", ".join(_plain(one) for one in row["seriousness"] or ()) or "nothing noted"
            lines.append(f"Closed by {said.who(row['resolved_by'])}: {_plain(row['outcome'])}; came of it: {came}")
        lines += [f"Note: {row['note']}"] if row["note"] else []
        notes = [one for one in values["alert_notes"] if one["alert_id"] == row["id"]]
        lines += [f"{said.at(one['at'])} {said.who(one['staff_id'])}: {one['text']}" for one in notes]
        calls = [one for one in values["calls"] if one["alert_id"] == row["id"]]
        lines += [
            f"{said.at(one['at'])} {said.who(one['staff_id'])} called: {'reached' if one['reached'] else 'not reached'}"
            for one in calls
        ]
        yield _entry(f"{said.at(row['opened_at'])}, {row['kind']}, {_plain(row['urgency'])}: {row['state']}", lines)


def _photos(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["photos"]:
        gone = f", erased {said.at(row['erased_at'])}" if row["erased_at"] else ""
        yield _entry(f"{said.at(row['received_at'])}, {row['pose']}{gone}", [f"SHA-256 {row['digest']}"])


def _events(values: Rows, said: _Said) -> Iterator[Entry]:
    for row in values["serious_events"]:
        term = (row["content"].get("reaction") or {}).get("term", "")
        head = f"Serious event {row['number']}, version {row['version']}: {', '.join(row['seriousness'])}"
        sent = [one for one in values["event_reports"] if one["serious_event_id"] == row["id"]]
        yield _entry(head, [term, *(f"Sent {said.at(one['sent_at'])} to {one['sent_to']}" for one in sent)])
    for row in values["holds"]:
        lifted = f", lifted {said.at(row['lifted_at'])}" if row["lifted_at"] else ", stands"
        yield _entry(f"Legal hold, placed {said.at(row['placed_at'])}{lifted}", [row["why"]])


def _log(values: Rows, said: _Said) -> Iterator[Entry]:
    head = values["chain"]["head"]
    at = f"The clinic's chain ends with event {head['seq']}, {head['hash']}." if head else "Nothing is sealed yet."
    yield _entry("", [at, values["chain"]["how_to_check"]])
    whole = {True: "whole", False: "CHANGED AFTER IT WAS SEALED", None: "not sealed yet"}
    yield _entry(
        "",
        [
            f"{row['seq'] or '-'} · {said.at(row['at'])} · {said.who(row['actor_id'])} · {_plain(row['did'])} · "
            f"{row['thing_kind']} · {(row['hash'] or '')[:16]} · {whole[row['is_whole']]}"
            for row in values["log"]
        ],
    )


def _entry(head: str, lines: Lines) -> Entry:
    return {"head": head, "lines": [line for line in lines if line]}


def _plain(word: str) -> str:
    return str(word).replace("_", " ")


def _text(value: Any) -> str:
    """Return a value in words; what somebody typed stays as it is."""
    if isinstance(value, list):
        return ", ".join(_plain(one) if isinstance(one, str) else _text(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{_plain(name)} {_text(one)}" for name, one in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


ASKED = (
    ("asked_at", "asked"),
    ("sent_at", "sent"),
    ("delivered_at", "delivered"),
    ("opened_at", "opened"),
    ("reminded_at", "reminded"),
    ("answered_at", "answered"),
)
STAGES = (("taken", "acked_at"), ("closed", "resolved_at"), ("everybody was told by", "exhausted_at"))
SECTIONS = (
    ("Patient", _patient),
    ("What was agreed to", _consents),
    ("Sessions and what was used", _sessions),
    ("Reports, and the words that were shown", _reports),
    ("When reports were asked for", _asked),
    ("Messages and replies", _messages),
    ("Alerts and who acted", _alerts),
    ("Photos", _photos),
    ("Serious events and legal holds", _events),
    ("The log and its chain", _log),
)
