"""The chair: enrolling a client, bottles, slips, lists, and reports taken down for a client."""

from triage.web.chair import bottles, day_list, done, enrol, go, patients, told
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    ("/chair", "GET", enrol.show_enrolment),
    ("/chair", "POST", enrol.take_enrolment),
    ("/chair/done/<uuid:patient_id>", "GET", done.show_done),
    ("/chair/done/<uuid:patient_id>", "POST", done.take_shown),
    ("/chair/done/<uuid:patient_id>/opened", "GET", done.show_opened),
    ("/chair/slip/<uuid:patient_id>", "GET", done.show_slip),
    ("/chair/slip/<uuid:patient_id>", "POST", done.take_slip),
    ("/chair/bottles", "GET", bottles.show_bottles),
    ("/chair/bottles", "POST", bottles.take_bottle),
    ("/chair/bottles/<uuid:bottle_id>/empty", "POST", bottles.take_empty),
    ("/chair/import", "GET", day_list.show_import),
    ("/chair/import", "POST", day_list.take_import),
    ("/chair/import/template.csv", "GET", day_list.show_template),
    ("/desk/patients", "GET", patients.show_patients),
    ("/desk/patients/<uuid:patient_id>/report", "GET", told.show_told),
    ("/desk/patients/<uuid:patient_id>/report", "POST", told.take_told),
    ("/desk/patients/<uuid:patient_id>/report/<uuid:check_in_id>", "GET", told.show_answer),
    ("/go", "GET", go.show_go),
    ("/go", "POST", go.take_go),
]
