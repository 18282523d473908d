"""What the clinical evidence calls urgent (U3) or an emergency (U4), read off a report's own content.

A reading of the symptom table in the clinical evidence, section 1, made without looking at the shipped rules. Risk
factors are left out: the table raises by them, this does not, so a mark is never owed to a risk factor alone.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

FEVER_C, FEVER_F = 38.0, 100.4  # S60: grade 1 starts here
EMERGENCY_SIGNS = {  # U4 on their own in the table
    "breathing_trouble",
    "lip_tongue_throat_swelling",
    "faint",
    "blue_lips_or_nails",
    "seizure",
    "ringing_ears_or_metal_taste",
    "vision_change",
    "chest_pain",
}
EARLY_EMERGENCY_SIGNS = {"palpitations", "confusion"}  # of anaesthetic toxicity, minutes to about 8 h (S43-S46)
EARLY_DAYS = 1.0
URGENT_SIGNS = {  # U3 on their own in the table, on any day
    "fever",
    "rigor",
    "spreading_redness",
    "red_streaks",
    "pus",
    "hives_elsewhere",
    "open_sore",
    "skin_turning_black",
    "eyelid_red_or_painful",
    "pain_out_of_proportion",
}
# Urgent alone, an emergency with any of these.
RAISED_BY = {
    "fever": {"confusion", "palpitations", "pain_out_of_proportion", "breathing_trouble"},
    "hives_elsewhere": {"face_swelling", "eyelid_swelling", "vomiting", "breathing_trouble"},
    "spreading_redness": {"very_unwell"},
    "red_streaks": {"very_unwell"},
    "pain_out_of_proportion": {"very_unwell"},
    "skin_turning_black": {"very_unwell", "pain_out_of_proportion"},
}
NEW_FROM, LATE_FROM = 4.0, 8.0  # days: new bumps from day 4 on are late papules; needle points are gone by day 7


class Shown(NamedTuple):
    """What one report shows: its content, when it was made, and the report before it."""

    check_in: Mapping[str, Any]
    day: float  # since the latest sitting
    before: Mapping[str, Any] | None  # the check-in before this one; None: the first since the latest sitting
    had_late_papules: bool = False  # told in an earlier report

    def severity(self, symptom: str) -> int:
        """Return how strong a symptom was reported; 0 where it is not named."""
        return int(self.check_in["symptoms"].get(symptom, 0))

    def is_rising(self, symptom: str) -> bool:
        """Return whether a symptom that is there is more than last time, as tapped or as the two reports say."""
        if not self.severity(symptom) or self.before is None:
            return False
        if self.check_in.get("course", {}).get(symptom) in ("worse", "new"):
            return True
        return self.severity(symptom) > int(self.before["symptoms"].get(symptom, 0))

    def has_abnormal_heat(self) -> bool:
        """Return whether warmth is past day 3, or increasing (the table's column "beyond normal")."""
        return bool(self.severity("warmth")) and (self.day >= 4 or self.is_rising("warmth"))


def danger_of(shown: Shown) -> tuple[str, str] | None:
    """Return the urgency (`urgent` or `emergency`) and why; None: the table does not call it U3 or U4."""
    signs = signs_of(shown.check_in)
    alone = sorted(signs & EMERGENCY_SIGNS)
    if shown.day < EARLY_DAYS:
        alone += sorted(signs & EARLY_EMERGENCY_SIGNS)
    if alone:
        return "emergency", alone[0]
    for sign, raising in RAISED_BY.items():
        if sign in signs and signs & raising:
            return "emergency", f"{sign} with {min(signs & raising)}"
    if "skin_turning_black" in signs and shown.severity("pain") >= 2:
        return "emergency", "skin_turning_black with pain"
    urgent = sorted(signs & URGENT_SIGNS)
    if urgent:
        return "urgent", urgent[0]
    why = _danger_in_symptoms(shown, signs)
    return ("urgent", why) if why else None


def signs_of(check_in: Mapping[str, Any]) -> set[str]:
    """Return the signs that were ticked, and fever where it was measured."""
    signs = set(check_in.get("signs", ()))
    measured = check_in.get("temperature")
    if measured and measured["value"] >= (FEVER_C if measured["unit"] == "C" else FEVER_F):
        signs.add("fever")
    return signs


def _danger_in_symptoms(shown: Shown, signs: set[str]) -> str | None:
    """Return which combination of symptoms the table calls U3; None: none."""
    if shown.day >= 1 and shown.severity("pain") >= 3:
        return "severe pain after 24 h"
    if shown.day >= 2 and shown.is_rising("pain") and shown.has_abnormal_heat():
        return "rising pain with heat"
    grows_outside = "outside" in shown.check_in.get("where", {}).get("redness", ()) and shown.is_rising("redness")
    if shown.day >= 2 and grows_outside and shown.severity("warmth") and shown.severity("pain"):
        return "redness growing past the edge, heat and pain"
    if shown.day >= 2 and shown.is_rising("swelling") and shown.has_abnormal_heat():
        return "growing swelling with heat"
    if "blisters" in signs and (shown.severity("pain") >= 2 or shown.severity("weeping") >= 2):
        return "blisters, wet or painful"
    has_papules = has_late_papules(shown) or (shown.had_late_papules and shown.severity("bumps"))
    return "late papules with nodes" if has_papules and signs & {"swollen_nodes", "tender_nodes"} else None


def has_late_papules(shown: Shown) -> bool:
    """Return whether bumps are reported that cannot be needle points: new or rising from day 4, any from day 8."""
    is_new = shown.day >= NEW_FROM and shown.is_rising("bumps")
    return is_new or (bool(shown.severity("bumps")) and shown.day >= LATE_FROM)
