"""The desk: the worklist, what is answered there, and the case."""

from triage.web.desk import answers, queue
from triage.web.rooms import Address

ADDRESSES: list[Address] = [
    *queue.ADDRESSES,
    ("/desk/alerts/<uuid:alert_id>/undo", "POST", answers.take_undo),
    ("/desk/alerts/<uuid:alert_id>/<verb>", "GET", answers.show_form),
    ("/desk/alerts/<uuid:alert_id>/<verb>", "POST", answers.take_answer),
]
