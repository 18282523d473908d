"""The floor of the shipped protocol: all of its rules by hand, if by if. Notes and the hold are left out.

One function a symptom; the numbers are those of protocol.toml in the same order (ceilings, rules), so that a change
there has one place here. Signs, results and risk factors are in floor_smp_signs,
combinations in floor_smp_together. A finding's source is left out: it
would be one constant more.
"""
# ruff: noqa: C901 - a chain of ifs is what is measured here

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from bench.rules.floor_smp_signs import ROUTINE, SAME_DAY, URGENT, add_others, add_risks, add_signs
from bench.rules.floor_smp_together import LATE_BUMPS, add_combinations
from triage.rules import CheckIn, Finding, Urgency

FOLLOW_UP_HOURS = 90 * 24
COURSES = ("better", "same", "worse", "new")
Fired = tuple[str, Urgency, str]  # rule, urgency, reason
Answer = tuple[int, int, list[Fired]]  # highest expected severity, since which hour, what fired


class Story(NamedTuple):
    """What history and patient say of the course of one symptom."""

    last: int | None = None
    lowest: int | None = None  # of the last 24 hours
    has_gone: bool = False
    before: int | None = None  # three days ago or longer, unless it was gone since
    is_worse: bool = False
    is_new: bool = False
    course: str = "unknown"


def judge(check_in: CheckIn, hours: float, past: Sequence[Any], risk_factors: Collection[str]) -> list[Finding]:
    """Return the findings on one report."""
    findings: list[Finding] = []
    worse: set[str] = set()  # symptoms that got worse or are new, and LATE_BUMPS
    hour = int(hours)
    for symptom, severity in check_in.symptoms.items():
        if severity:
            story = look_back(symptom, severity, check_in.course.get(symptom), past)
            if story.is_worse or story.is_new:
                worse.add(symptom)
            is_late = symptom == "bumps" and bool(past) and began_late(past)
            if is_late:
                worse.add(LATE_BUMPS)
            add_symptom(symptom, severity, hour, story, is_late, findings)
    signs = add_signs(check_in, hours, findings)
    add_combinations(check_in, signs, worse, hours, findings)
    add_others(check_in, hours, findings)
    if risk_factors:
        add_risks(risk_factors, findings)
    return findings


def add_symptom(symptom: str, severity: int, hour: int, story: Story, is_late: bool, findings: list[Finding]) -> None:
    """Add what is not expected of one symptom."""
    if hour >= FOLLOW_UP_HOURS:
        at_most, since, fired = 0, FOLLOW_UP_HOURS, [("afterwards", ROUTINE, "persisting")]
    else:
        at_most, since, fired = SYMPTOMS[symptom](severity, hour, story)
        if is_late:
            fired.append(("bumps.began_late", SAME_DAY, "late_onset"))
    if fired:
        observed = {"severity": severity, "hour": hour, "last": story.last, "course": story.course}
        expected = {"at_most": at_most, "from_hour": since}
        for rule, urgency, reason in fired:
            findings.append(Finding(rule, urgency, reason, ("symptom", symptom), observed, expected, "", symptom))


def look_back(symptom: str, severity: int, stated: str | None, past: Sequence[Any]) -> Story:
    """Return one symptom's story since the latest procedure."""
    last = lowest = before = None
    was_there = has_gone = False
    for report in past:
        value = report.symptoms.get(symptom)
        if value is None or not report.is_current:
            continue
        last = value
        if report.age <= 24 and (lowest is None or value < lowest):
            lowest = value
        if value:
            was_there = True
            if report.age >= 72:
                before = value
        else:
            before = None
            if was_there:
                has_gone = True
    if last is None:
        if stated is None:
            return UNKNOWN
        return Story(None, None, False, None, stated == "worse", stated == "new", stated)
    grown = "worse" if last else "new"
    shown = grown if severity > last else "same" if severity == last else "better"
    if stated is None or stated == shown:
        return Story(last, lowest, has_gone, before, shown == "worse", shown == "new", shown)
    is_worse, is_new = shown == "worse" or stated == "worse", shown == "new" or stated == "new"
    return Story(last, lowest, has_gone, before, is_worse, is_new, max(shown, stated, key=COURSES.index))


UNKNOWN = Story()


def began_late(past: Sequence[Any]) -> bool:
    """Tell whether bumps that are still there began late, counted from the procedure before them."""
    late, previous = False, None
    for report in past:
        value = report.symptoms.get("bumps")
        if value is None:
            continue
        if value == 0:
            late = late and report.hour < 24  # on the day of a procedure it is hidden, not gone
        elif not late:
            is_new = report.course.get("bumps") == "new" or previous == 0
            late = report.hour >= 360 or (is_new and report.hour >= 96)
        previous = value
    return late


def redness(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 48:
        at_most, since = 3, 0
    elif hour < 120:
        at_most, since = 2, 48
    elif hour < 192:
        at_most, since = 1, 120
    else:
        at_most, since = 0, 192
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 4 and hour >= 48:
            fired.append(("redness.very_severe", URGENT, reason))
        elif severity >= 3:
            fired.append(("redness.severe", SAME_DAY, reason))
        else:
            fired.append(("redness.late", ROUTINE, reason))
    if story.is_worse and hour >= 72:
        if severity >= 3:
            fired.append(("redness.severe_and_worse", URGENT, "worsening"))
        elif severity >= 2:
            fired.append(("redness.worse", SAME_DAY, "worsening"))
        else:
            fired.append(("redness.worse_mild", ROUTINE, "worsening"))
    if severity >= 2:
        if story.is_new and hour >= 96:
            fired.append(("redness.new", SAME_DAY, "new_late"))
        if story.has_gone and hour >= 48:
            fired.append(("redness.back", SAME_DAY, "relapse"))
        if story.before is not None and severity >= story.before and hour >= 120:
            fired.append(("redness.not_improving", SAME_DAY, "not_improving"))
        if story.lowest is not None and severity - story.lowest >= 2 and hour >= 48:
            fired.append(("redness.rising_fast", SAME_DAY, "rapid_rise"))
    elif story.has_gone and hour >= 72:
        fired.append(("redness.back_mild", ROUTINE, "relapse"))
    return at_most, since, fired


def swelling(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 48:
        at_most, since = 3, 0
    elif hour < 120:
        at_most, since = 2, 48
    elif hour < 144:
        at_most, since = 1, 120
    else:
        at_most, since = 0, 144
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 4 and hour >= 48:
            fired.append(("swelling.very_severe", URGENT, reason))
        elif severity >= 3:
            fired.append(("swelling.severe", SAME_DAY, reason))
        else:
            fired.append(("swelling.late", ROUTINE, reason))
    if story.is_worse:
        if severity >= 3 and hour >= 72:
            fired.append(("swelling.severe_and_worse", URGENT, "worsening"))
        elif severity >= 3:
            fired.append(("swelling.growing_early", SAME_DAY, "worsening"))
        elif hour >= 72:
            fired.append(("swelling.worse", SAME_DAY, "worsening"))
    if severity >= 2:
        if story.is_new and hour >= 96:
            fired.append(("swelling.new", SAME_DAY, "new_late"))
        if story.has_gone and hour >= 48:
            fired.append(("swelling.back", SAME_DAY, "relapse"))
        if story.before is not None and severity >= story.before and hour >= 96:
            fired.append(("swelling.not_improving", SAME_DAY, "not_improving"))
        if story.lowest is not None and severity - story.lowest >= 2 and hour >= 48:
            fired.append(("swelling.rising_fast", SAME_DAY, "rapid_rise"))
    elif story.has_gone and hour >= 72:
        fired.append(("swelling.back_mild", ROUTINE, "relapse"))
    return at_most, since, fired


def bumps(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 72:
        at_most, since = 3, 0
    elif hour < 120:
        at_most, since = 2, 72
    elif hour < 192:
        at_most, since = 1, 120
    else:
        at_most, since = 0, 192
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 2 and severity >= at_most + 2 and hour < 1032:
            fired.append(("bumps.severe", SAME_DAY, reason))
        elif severity >= 3 and hour >= 1032:
            fired.append(("bumps.severe_late", SAME_DAY, reason))
        elif severity >= 4:
            fired.append(("bumps.very_severe", SAME_DAY, reason))
        elif 360 <= hour < 1032:
            fired.append(("bumps.lasting", SAME_DAY, reason))
        else:
            fired.append(("bumps.late", ROUTINE, reason))
    if hour >= 96:
        if story.is_worse:
            fired.append(("bumps.worse", SAME_DAY, "worsening"))
        if story.is_new:
            fired.append(("bumps.new", SAME_DAY, "new_late"))
        if story.has_gone:
            fired.append(("bumps.back", SAME_DAY, "relapse"))
        if severity >= 2 and story.before is not None and severity >= story.before and hour >= 120:
            fired.append(("bumps.not_improving", SAME_DAY, "not_improving"))
    return at_most, since, fired


def itching(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 192:
        at_most, since = 2, 0
    elif hour < 360:
        at_most, since = 1, 192
    else:
        at_most, since = 0, 360
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 3:
            fired.append(("itching.severe", SAME_DAY, reason))
        else:
            fired.append(("itching.late", ROUTINE, reason))
    if severity >= 2 and hour >= 192:
        if story.is_worse:
            fired.append(("itching.worse", SAME_DAY, "worsening"))
        if story.has_gone:
            fired.append(("itching.back", SAME_DAY, "relapse"))
    return at_most, since, fired


def pain(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 24:
        at_most, since = 3, 0
    elif hour < 72:
        at_most, since = 2, 24
    elif hour < 96:
        at_most, since = 1, 72
    else:
        at_most, since = 0, 96
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 3 and hour >= 24:
            fired.append(("pain.severe", URGENT, reason))
        elif severity >= 2 and hour >= 72:
            fired.append(("pain.moderate_late", SAME_DAY, reason))
        elif severity >= 4:
            fired.append(("pain.very_severe", SAME_DAY, reason))
        else:
            fired.append(("pain.late", ROUTINE, reason))
    if hour >= 48:
        if story.is_worse:
            fired.append(("pain.worse", SAME_DAY, "worsening"))
        if story.has_gone and hour >= 72:
            fired.append(("pain.back_mild", ROUTINE, "relapse"))
        if severity >= 2 and story.lowest is not None and severity - story.lowest >= 2:
            fired.append(("pain.rising_fast", SAME_DAY, "rapid_rise"))
    return at_most, since, fired


def warmth(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 24:
        at_most, since = 3, 0
    elif hour < 72:
        at_most, since = 2, 24
    elif hour < 96:
        at_most, since = 1, 72
    else:
        at_most, since = 0, 96
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 3 and hour >= 96:
            fired.append(("warmth.severe_late", URGENT, reason))
        elif hour >= 96:
            fired.append(("warmth.hot_after_day_3", SAME_DAY, reason))
        elif severity >= 3:
            fired.append(("warmth.severe", SAME_DAY, reason))
        else:
            fired.append(("warmth.late", ROUTINE, reason))
    if story.is_worse and hour >= 48:
        fired.append(("warmth.worse", SAME_DAY, "worsening"))
    if story.has_gone and hour >= 72:
        fired.append(("warmth.back", SAME_DAY, "relapse"))
    if severity >= 2 and story.lowest is not None and severity - story.lowest >= 2 and hour >= 48:
        fired.append(("warmth.rising_fast", SAME_DAY, "rapid_rise"))
    return at_most, since, fired


def tightness(severity: int, hour: int, story: Story) -> Answer:
    if hour < 192:
        at_most, since = 3, 0
    elif hour < 264:
        at_most, since = 2, 192
    else:
        at_most, since = 0, 264
    if severity <= at_most:
        return at_most, since, []
    reason = "above_expected" if at_most else "persisting"
    if severity >= 4:
        return at_most, since, [("tightness.very_severe", SAME_DAY, reason)]
    if severity >= 3 and hour >= 264:
        return at_most, since, [("tightness.severe_late", SAME_DAY, reason)]
    return at_most, since, [("tightness.late", ROUTINE, reason)]


def scabbing(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 264:
        at_most, since = 2, 0
    elif hour < 360:
        at_most, since = 1, 264
    else:
        at_most, since = 0, 360
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 3:
            fired.append(("scabbing.thick", SAME_DAY, reason))
        else:
            fired.append(("scabbing.late", ROUTINE, reason))
    if story.is_worse and severity >= 2 and hour >= 264:
        fired.append(("scabbing.worse", SAME_DAY, "worsening"))
    return at_most, since, fired


def bleeding(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 24:
        at_most, since = 2, 0
    else:
        at_most, since = 0, 24
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 3:
            fired.append(("bleeding.does_not_stop", URGENT, reason))
        elif severity >= 2:
            fired.append(("bleeding.moderate_late", SAME_DAY, reason))
        else:
            fired.append(("bleeding.late", ROUTINE, reason))
    return at_most, since, fired


def weeping(severity: int, hour: int, story: Story) -> Answer:
    fired: list[Fired] = []
    if hour < 48:
        at_most, since = 2, 0
    elif hour < 72:
        at_most, since = 1, 48
    else:
        at_most, since = 0, 72
    if severity > at_most:
        reason = "above_expected" if at_most else "persisting"
        if severity >= 4 and hour >= 48:
            fired.append(("weeping.severe_late", URGENT, reason))
        elif severity >= 2 and hour >= 48:
            fired.append(("weeping.moderate_late", SAME_DAY, reason))
        elif severity >= 3:
            fired.append(("weeping.severe", SAME_DAY, reason))
        else:
            fired.append(("weeping.late", ROUTINE, reason))
    if hour >= 72:
        if story.is_worse:
            fired.append(("weeping.worse", SAME_DAY, "worsening"))
        if story.has_gone:
            fired.append(("weeping.back", SAME_DAY, "relapse"))
    return at_most, since, fired


SYMPTOMS = {
    "redness": redness,
    "swelling": swelling,
    "bumps": bumps,
    "itching": itching,
    "pain": pain,
    "warmth": warmth,
    "tightness": tightness,
    "scabbing": scabbing,
    "bleeding": bleeding,
    "weeping": weeping,
}
