"""The table of forms: what a symptom's history and its severity now say, as one small number.

A history is packed into one whole number, its code; severity x stated course x code -> form set. A form set is the
columns of the symptom's own table that are asked: one or two courses, and what the history adds.
"""

from functools import lru_cache
from itertools import combinations

from triage.rules.vocabulary import MOST_SEVERE, Course

RELAPSE, NOT_IMPROVING, RAPID_RISE, LATE = range(len(Course), len(Course) + 4)
HISTORY_FORMS = {"relapse": RELAPSE, "not_improving": NOT_IMPROVING, "rapid_rise": RAPID_RISE, "late": LATE}
FORMS = len(Course) + len(HISTORY_FORMS)

NEVER = MOST_SEVERE + 1  # stands for "no such reading" where a severity could stand
LASTS, BEFORES, LOWESTS = 6, 5, 6
COURSES = len(Course)
CODES = LASTS * BEFORES * LOWESTS * 4

_known = [course for course in Course if course != Course.unknown]
COURSE_SETS: tuple[tuple[Course, ...], ...] = (
    *((course,) for course in Course),
    *combinations(_known, 2),
)
FORM_SETS = len(COURSE_SETS) << len(HISTORY_FORMS)


def pack(last: int, before: int, lowest: int, has_gone: bool, is_late: bool) -> int:
    """Return a history's code.

    `last`: severity at the last reading since the latest procedure; `lowest`: the lowest one in the hours that count
    for a rapid rise; NEVER: there is none. `before`: the latest severity that is old enough to show no improvement; 0:
    there is none, or it was gone since. `has_gone`: it was there, then 0, since the latest procedure. `is_late`: it
    has been there since a reading that was late by its own clock.
    """
    return ((last * BEFORES + before) * LOWESTS + lowest) * 4 + has_gone * 2 + is_late


NO_HISTORY = pack(NEVER, 0, NEVER, False, False)


def last_in(code: int) -> int | None:
    """Return the severity at the last reading; None: there is none since the latest procedure."""
    last = code // (BEFORES * LOWESTS * 4)
    return None if last == NEVER else last


def derive_course(severity: int, last: int | None) -> Course:
    """Return the course that two readings show; unknown where there is no earlier one since the procedure."""
    if last is None:
        return Course.unknown
    if severity == last:
        return Course.same
    if severity < last:
        return Course.better
    return Course.worse if last else Course.new


@lru_cache(maxsize=MOST_SEVERE + 1)
def form_table(rise_by: int) -> bytes:
    """Return the form set for every severity, stated course and code. `rise_by`: steps that are a rapid rise."""
    shifts = [bytes((number << 4 | bits) for bits in range(16)).ljust(256, b"\0") for number in range(len(COURSE_SETS))]
    table = bytearray()
    for severity in range(MOST_SEVERE + 1):
        said = _history_bits(severity, rise_by)
        for stated in Course:
            for last in range(LASTS):
                table += said.translate(shifts[_course_set(severity, stated, None if last == NEVER else last)])
    return bytes(table)


def _history_bits(severity: int, rise_by: int) -> bytes:
    """Return what history adds for each code of one `last`: a bit for each of HISTORY_FORMS."""
    return bytes(
        gone | (0 < before <= severity) << 1 | (lowest != NEVER and severity - lowest >= rise_by) << 2 | late << 3
        for before in range(BEFORES)
        for lowest in range(LOWESTS)
        for gone in (0, 1)
        for late in (0, 1)
    )


def _course_set(severity: int, stated: Course, last: int | None) -> int:
    """Return the number of the courses that count: the stated and the derived one, unless one of them is unknown."""
    courses = {stated, derive_course(severity, last)}
    if len(courses) == 2:
        courses.discard(Course.unknown)
    return COURSE_SETS.index(tuple(sorted(courses)))


def courses_in(form_set: int) -> tuple[Course, ...]:
    """Return the courses of a form set, the calmest first."""
    return COURSE_SETS[form_set >> 4]


def _forms(form_set: int) -> tuple[int, ...]:
    added = (form for bit, form in enumerate(HISTORY_FORMS.values()) if form_set >> bit & 1)
    return (*COURSE_SETS[form_set >> 4], *added)


FORMS_IN = tuple(_forms(form_set) for form_set in range(FORM_SETS))
FORM_NAMES = tuple(
    tuple(Course(form).name if form < COURSES else tuple(HISTORY_FORMS)[form - COURSES] for form in forms)
    for forms in FORMS_IN
)
FORM_SET_NAMED = {names: form_set for form_set, names in enumerate(FORM_NAMES)}
# The sets with one history form at most. A set is as urgent as the most urgent of its forms, so they speak for all.
PLAIN_SETS = tuple(
    number << len(HISTORY_FORMS) | bit
    for number in range(len(COURSE_SETS))
    for bit in (0, *(1 << place for place in range(len(HISTORY_FORMS))))
)
WORST_COURSE = tuple(courses_in(form_set)[-1].name for form_set in range(FORM_SETS))
# The form sets that meet a condition about a symptom's course.
MEETING = {
    "worse": frozenset(n for n, forms in enumerate(FORMS_IN) if Course.worse in forms),
    "growing": frozenset(n for n, forms in enumerate(FORMS_IN) if {Course.worse, Course.new} & set(forms)),
    **{name: frozenset(n for n, forms in enumerate(FORMS_IN) if form in forms) for name, form in HISTORY_FORMS.items()},
}
