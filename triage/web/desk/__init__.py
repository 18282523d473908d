"""The desk: the worklist, what is answered there, and the case."""

from triage.web.desk import answers, queue, worklist
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    ("/desk", "GET", worklist.show_worklist),
    ("/desk/rows", "GET", worklist.show_rows),
    ("/desk/mark-<int:count>.svg", "GET", worklist.show_mark),
    *queue.ADDRESSES,
    ("/desk/alerts/<uuid:alert_id>/undo", "POST", answers.take_undo),
    ("/desk/alerts/<uuid:alert_id>/<verb>", "GET", answers.show_form),
    ("/desk/alerts/<uuid:alert_id>/<verb>", "POST", answers.take_answer),
]
