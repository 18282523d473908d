"""The desk: the worklist, what is answered there, and the case."""

from triage.web.desk import case
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    ("/desk/patients/<uuid:patient_id>", "GET", case.show_case),
    ("/desk/patients/<uuid:patient_id>/course.svg", "GET", case.show_course),
    ("/desk/alerts/<uuid:alert_id>", "GET", case.show_alert),
    ("/desk/alerts/<uuid:alert_id>/note", "POST", case.take_note),
    ("/desk/photos/<uuid:photo_id>.jpg", "GET", case.show_photo),
    ("/desk/lots/<uuid:exposure_id>", "GET", case.show_lot),
]
