"""The words that a report, a case and a protocol may use, spelled once for the whole house."""

from enum import IntEnum
from typing import NamedTuple

SEVERITY_WORDS = ("none", "mild", "moderate", "severe", "very severe")
MOST_SEVERE = 4


class Urgency(IntEnum):
    """How soon a human must act, low to high; the name is the word used in JSON."""

    self_care = 0
    routine = 1
    same_day = 2
    urgent = 3
    emergency = 4


RAISED_BELOW = Urgency.urgent  # what is calmer than this a risk factor raises, by one step


class Course(IntEnum):
    """What changed since the last report; the value is the column of the decision table."""

    better = 0
    same = 1
    unknown = 2
    worse = 3
    new = 4


STATED_COURSES = ("better", "same", "worse", "new")


class Vocabulary(NamedTuple):
    """Closed lists of ids. A protocol may add words of its own, and must have a rule for every one."""

    symptoms: tuple[str, ...]
    signs: tuple[str, ...]
    risk_factors: tuple[str, ...]
    zones: tuple[str, ...]
    results: tuple[str, ...]
    treatments: tuple[str, ...]
    exposures: tuple[str, ...]


COMMON = Vocabulary(
    symptoms=tuple("redness swelling bumps itching pain warmth tightness scabbing bleeding weeping".split()),
    signs=tuple(
        """breathing_trouble lip_tongue_throat_swelling face_swelling faint blue_lips_or_nails seizure
        ringing_ears_or_metal_taste palpitations confusion chest_pain vomiting very_unwell fever rigor spreading_redness
        red_streaks pus hives_elsewhere blisters open_sore skin_turning_black eyelid_swelling eyelid_red_or_painful
        vision_change pain_out_of_proportion swollen_nodes tender_nodes""".split()
    ),
    risk_factors=tuple(
        """diabetes weak_immune_system pregnancy blood_thinner heart_valve_disease bleeding_disorder liver_disease
        scalp_skin_disease keloid_history isotretinoin ink_allergy anaesthetic_allergy""".split()
    ),
    zones=tuple("hairline top crown left right back outside".split()),
    results=tuple("dots_blurred dots_lost colour_changed hair_loss".split()),
    treatments=tuple("painkiller antihistamine antibiotic steroid saw_doctor hospital".split()),
    exposures=tuple("water heat sun picked new_product".split()),
)
