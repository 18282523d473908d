"""The desk: the worklist, what is answered there, and the case."""

from triage.web.desk import answers, case, queue, results, worklist
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    ("/desk", "GET", worklist.show_worklist),
    ("/desk/rows", "GET", worklist.show_rows),
    ("/desk/mark-<int:count>.svg", "GET", worklist.show_mark),
    *queue.ADDRESSES,
    *results.ADDRESSES,
    ("/desk/alerts/<uuid:alert_id>", "GET", case.show_alert),
    ("/desk/alerts/<uuid:alert_id>/note", "POST", case.take_note),
    ("/desk/alerts/<uuid:alert_id>/undo", "POST", answers.take_undo),
    ("/desk/alerts/<uuid:alert_id>/<verb>", "GET", answers.show_form),
    ("/desk/alerts/<uuid:alert_id>/<verb>", "POST", answers.take_answer),
    ("/desk/patients/<uuid:patient_id>", "GET", case.show_case),
    ("/desk/patients/<uuid:patient_id>/course.svg", "GET", case.show_course),
    ("/desk/photos/<uuid:photo_id>.jpg", "GET", case.show_photo),
    ("/desk/lots/<uuid:exposure_id>", "GET", case.show_lot),
]
