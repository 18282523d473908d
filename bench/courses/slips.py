"""The errors of people who fill in a form. No source gives their shares: each is a judgement, made before measuring.

`noise` multiplies all of them, so that it can be seen how much of a figure hangs on them.
"""

import random

WOBBLE = 0.25  # steps, standard deviation: the same skin is felt a little differently from day to day
STEP = 0.06  # of the readings of a symptom that is there: one step too high or too low, alike often
MISSED = 0.05  # of mild symptoms: not named
INVENTED = (
    0.02  # of reports: a mild symptom that has nothing to do with the procedure (dandruff, a razor bump, the sun)
)
FALSE_WORSE = 0.02  # of symptoms that did not change: "worse" is tapped
MISTICKED = 0.001  # of reports: a danger sign ticked by mistake, and sent
# "Call me": in people with cancer 34 % of surveys alert and a tenth of those are urgent to the patient (S80), 3.4 % of
# surveys. These people are well and know when somebody calls anyway: a tenth of that, more with something moderate.
WANTS_CALL, WANTS_CALL_MODERATE = 0.002, 0.01

INVENTED_WEIGHTS = {"itching": 0.4, "scabbing": 0.2, "redness": 0.15, "tightness": 0.1, "bumps": 0.1, "pain": 0.05}
EASILY_TICKED = (  # what a slip of the thumb or a misread line may hit
    "faint",
    "face_swelling",
    "fever",
    "spreading_redness",
    "pus",
    "hives_elsewhere",
    "blisters",
    "open_sore",
    "swollen_nodes",
    "very_unwell",
)


class Slips:
    """Draws the errors of one patient; a noise of 0 makes a perfect witness."""

    def __init__(self, rng: random.Random, noise: float) -> None:
        self._rng, self._noise = rng, noise

    def happens(self, share: float) -> bool:
        """Return whether an error of this share happens now."""
        return self._rng.random() < share * self._noise

    def wobble(self) -> float:
        """Return by how much a symptom is felt stronger or weaker today, in steps."""
        return self._rng.gauss(0, WOBBLE * min(self._noise, 2.0))

    def reading(self, severity: int) -> tuple[int, str | None]:
        """Return the severity that is reported for one that is there, and the slip."""
        if severity == 1 and self.happens(MISSED):
            return 0, None
        if not self.happens(STEP):
            return severity, None
        if self._rng.random() < 0.5:
            return min(severity + 1, 4), "one_step_up"
        return severity - 1, None

    def invented(self) -> str | None:
        """Return a symptom that is named though the procedure did not cause it; None: none today."""
        if not self.happens(INVENTED):
            return None
        return self._rng.choices(tuple(INVENTED_WEIGHTS), tuple(INVENTED_WEIGHTS.values()))[0]

    def misticked(self) -> str | None:
        """Return a danger sign that is ticked by mistake; None: none today."""
        return self._rng.choice(EASILY_TICKED) if self.happens(MISTICKED) else None

    def wants_call(self, is_moderate: bool) -> bool:
        """Return whether this patient asks to be called although all is well."""
        return self.happens(WANTS_CALL_MODERATE if is_moderate else WANTS_CALL)
