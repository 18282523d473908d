"""A serious event in the fields of the regulators' forms: MedWatch 3500 and 3500A, and ICH E2B(R3). A human sends it.

Element numbers of E2B(R3) are those of ICH's implementation guide; codes of MedDRA need a licence and are left to the
receiver.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from triage.outcomes.serious import SERIOUS

UNKNOWN = "not known"
SAID = {
    "death": "Death",
    "life_threat": "Life-threatening",
    "hospital": "Hospitalisation, first or prolonged",
    "disability": "Disability or permanent damage",
    "congenital": "Congenital anomaly",
    "infection": "Infection",
    "disfigurement": "Significant disfigurement",
    "intervention": "Intervention needed to prevent one of these",
}
OUTCOME_CODES = {"recovered": 1, "recovering": 2, "not_recovered": 3, "sequelae": 4, "fatal": 5, "unknown": 0}
ROUTES = {
    "pigment": "into the skin",
    "diluent": "into the skin",
    "needle": "through the skin",
    "anaesthetic": "on the skin",
    "ointment": "on the skin",
}
# ICH knows six words; infection and the like are "other medically important condition".
E2B_SERIOUS = (
    ("E.i.3.2a", "results in death", ("death",)),
    ("E.i.3.2b", "life threatening", ("life_threat",)),
    ("E.i.3.2c", "caused or prolonged hospitalisation", ("hospital",)),
    ("E.i.3.2d", "disabling or incapacitating", ("disability",)),
    ("E.i.3.2e", "congenital anomaly or birth defect", ("congenital",)),
    ("E.i.3.2f", "other medically important condition", ("infection", "disfigurement", "intervention")),
)


class Entry(NamedTuple):
    """One field of a form: its place there, what it asks, and the answer as text."""

    place: str
    name: str
    answer: str


def medwatch_fields(event: Mapping[str, Any]) -> list[Entry]:
    """Return the blocks A to D of MedWatch 3500 and 3500A, and the reporter (S124)."""
    reaction, reporter = _part(event, "reaction"), _part(event, "reporter")
    yes_no = {name: name in (event.get("seriousness") or ()) for name in SERIOUS}
    outcomes = "; ".join(SAID[name] for name, holds in yes_no.items() if holds)
    found = [
        Entry("A", "Patient identifier", _said(event.get("patient_ref"))),
        Entry("A", "Age or year of birth", _said(event.get("age_band"))),
        Entry("A", "Sex", _said(event.get("sex"))),
        Entry("A", "Weight", UNKNOWN),
        Entry("B", "Kind of report", "Adverse event"),
        Entry("B", "Outcomes attributed to the event", outcomes or "None of those named"),
        Entry("B", "Date of the event", _said(reaction.get("onset"))),
        Entry("B", "Date of this report", _said(event.get("report_date"))),
        Entry("B", "What happened", _said(event.get("narrative"))),
        Entry("B", "Tests and laboratory data", _said(event.get("tests"))),
        Entry("B", "Other history, conditions", _said(event.get("history"))),
        Entry("C", "Product available for evaluation", _said(event.get("product_available"))),
    ]
    for number, product in enumerate(event.get("products") or (), 1):
        found += [Entry("D", f"Product {number}: {name}", said) for name, said in _product(event, product)]
    return [
        *found,
        Entry("Reporter", "Name", _said(reporter.get("name"))),
        Entry("Reporter", "Occupation", _said(reporter.get("role"))),
        Entry("Reporter", "Clinic and telephone", _said(reporter.get("clinic"))),
        Entry("Reporter", "Also reported to", _said(event.get("reported_to"))),
    ]


def e2b_fields(event: Mapping[str, Any]) -> list[Entry]:
    """Return the elements of ICH E2B(R3) that are known of an event; what is not known is left out."""
    reaction, reporter = _part(event, "reaction"), _part(event, "reporter")
    held = set(event.get("seriousness") or ())
    outcome = str(reaction.get("outcome") or "unknown")
    found = [
        Entry("C.1.1", "Sender's safety report unique identifier", _said(event.get("case_id"))),
        Entry("C.1.2", "Date of creation", _said(event.get("report_date"))),
        Entry("C.1.3", "Type of report", "1 (spontaneous)"),
        Entry("C.1.4", "Date first received", _said(event.get("first_received"))),
        Entry("C.1.5", "Date of most recent information", _said(event.get("became_aware_at"))),
        Entry("C.2.r.2.1", "Reporter's organisation", _said(reporter.get("clinic"))),
        Entry("C.2.r.3", "Reporter's country", _said(event.get("country"))),
        Entry("D.1", "Patient", _said(event.get("patient_ref"))),
        Entry("D.2.3", "Age group", _said(event.get("age_band"))),
        Entry("D.5", "Sex", _said(event.get("sex"))),
        Entry("E.i.1.1a", "Reaction as reported", _said(reaction.get("term"))),
        *(Entry(place, name, "true" if held & set(words) else "false") for place, name, words in E2B_SERIOUS),
        Entry("E.i.4", "Start of reaction", _said(reaction.get("onset"))),
        Entry("E.i.5", "End of reaction", _said(reaction.get("end"))),
        Entry("E.i.7", "Outcome at last observation", f"{OUTCOME_CODES.get(outcome, 0)} ({outcome.replace('_', ' ')})"),
    ]
    for product in event.get("products") or ():
        found += _e2b_product(event, product)
    found += [Entry("H.1", "Case narrative", _said(event.get("narrative")))]
    return [entry for entry in found if entry.answer != UNKNOWN]


def _e2b_product(event: Mapping[str, Any], product: Mapping[str, Any]) -> list[Entry]:
    is_suspect = product.get("counted") == "suspect"
    return [
        Entry("G.k.1", "Characterisation of product role", "1 (suspect)" if is_suspect else "2 (concomitant)"),
        Entry("G.k.2.2", "Product name as reported", _said(product.get("name"))),
        Entry("G.k.4.r.4", "Used on", _said(event.get("session_date"))),
        Entry("G.k.4.r.7", "Batch or lot number", _said(product.get("lot"))),
        Entry("G.k.9.i.4", "Recurred on readministration", _said(event.get("rechallenge"))),
    ]


def _product(event: Mapping[str, Any], product: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    return (
        ("role", f"{_said(product.get('counted'))}, used as {_said(product.get('role'))}"),
        ("name", _said(product.get("name"))),
        ("maker", _said(product.get("maker"))),
        ("lot", _said(product.get("lot"))),
        ("expiry", _said(product.get("expiry"))),
        ("date of use", _said(event.get("session_date"))),
        ("route and site", f"{ROUTES.get(str(product.get('role')), UNKNOWN)}; {_said(event.get('site'))}"),
        ("event abated after use stopped", _said(event.get("dechallenge"))),
        ("event came again on use", _said(event.get("rechallenge"))),
    )


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = event.get(name) or {}
    return found


def _said(value: Any) -> str:
    return UNKNOWN if value is None or value == "" else str(value)
