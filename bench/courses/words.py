"""A danger told in the note only: the form carries nothing but a mild symptom (a trap of the evidence, section 6)."""

import random

from bench.courses.stages import DAY, Plan, Stage

EARLY = {  # told within the first hours or days
    "lip_tongue_throat_swelling": (
        "my lips feel thick",
        "My tongue is getting swollen",
        "throat feels tight and I can hardly swallow",
        "lips are puffy since an hour",
    ),
    "breathing_trouble": (
        "I can't breathe properly",
        "finding it hard to breathe",
        "short of breath since this afternoon",
        "my chest is wheezing",
    ),
    "faint": ("I passed out in the kitchen", "nearly fainted twice today", "I fainted on the way home"),
    "blue_lips_or_nails": ("my lips look blue", "fingernails have gone greyish blue", "Lips are turning grey"),
    "seizure": ("he had a seizure an hour ago", "I had a fit and bit my tongue"),
    "hives_elsewhere": (
        "I have hives all over my chest",
        "itchy welts on my arms and belly",
        "came out in a rash all over my body",
    ),
}
LATER = {  # told on day 2 to 14
    "fever": ("I have a fever of 38.6", "Running a temperature, 39 this morning", "feverish since last night"),
    "rigor": ("shivering and cannot stop", "I'm shaking with chills"),
    "pus": ("there is pus coming out", "yellow-green stuff oozing and it smells bad", "some of the dots leak pus"),
    "spreading_redness": (
        "the redness is spreading down my neck",
        "redness is getting bigger every day and now reaches my ear",
    ),
    "red_streaks": ("red lines running down my neck", "there is a red streak going to my ear"),
    "skin_turning_black": ("the skin is turning black in one spot", "a patch has gone black and hurts"),
    "open_sore": ("there is an open sore on the crown", "the skin has broken open, like an ulcer"),
}
EMERGENCIES = {"lip_tongue_throat_swelling", "breathing_trouble", "faint", "blue_lips_or_nails", "seizure"}


def told_in_words(rng: random.Random) -> Plan:
    """Draw a danger, its hour, and the words for it."""
    is_early = rng.random() < 0.5
    sign, notes = rng.choice(list((EARLY if is_early else LATER).items()))
    hour = rng.uniform(0.3, 10) if is_early else rng.uniform(2, 14) * DAY
    symptom = rng.choice(("itching", "redness"))
    return Plan((Stage(hour, levels={symptom: 1.0}, note=rng.choice(notes), says=sign),))
