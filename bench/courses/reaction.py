"""Reactions: allergy at once, after hours and in two waves, contact allergy, and what the numbing cream does."""

import random

from bench.courses.stages import DAY, Plan, Stage, spread_out

SEVERE = ("lip_tongue_throat_swelling", "breathing_trouble", "faint")


def allergy_at_once(rng: random.Random) -> Plan:
    """Minutes after: hives, then lips, breath or faint (S28, S29); a third begins with the worst."""
    parts = [
        Stage(0, levels={"itching": rng.choice((2.0, 3.0))}, signs=("hives_elsewhere",)),
        Stage(0, signs=(rng.choice((*SEVERE, "vomiting")),)),
    ]
    if rng.random() < 1 / 3:
        parts = [Stage(0, signs=(rng.choice(SEVERE),))]
    return Plan(spread_out(rng, rng.uniform(0.1, 2), parts, (0.25, 1)))


def allergy_after_hours(rng: random.Random) -> Plan:
    """At 5 hours redness and swelling grow, at 6 the face, then lips and tongue (S28)."""
    parts = [
        Stage(0, levels={"swelling": 2.0, "redness": 3.0}),
        Stage(0, levels={"swelling": 3.0}, signs=("face_swelling",) if rng.random() < 0.5 else ()),
        Stage(0, signs=(rng.choice(("lip_tongue_throat_swelling", "lip_tongue_throat_swelling", "hives_elsewhere")),)),
    ]
    return Plan(spread_out(rng, rng.uniform(4.5, 6.5), parts, (0.5, 1.5)))


def allergy_in_two_waves(rng: random.Random) -> Plan:
    """A first wave, told or treated on the spot; it settles; a second one 1 to 72 hours later (S29)."""
    first = Stage(rng.uniform(0.1, 1), signs=("hives_elsewhere", rng.choice(SEVERE)))
    calm = Stage(first.hour + rng.uniform(1, 3), treatment=("antihistamine", "hospital"), settles=True)
    second = Stage(calm.hour + rng.uniform(1, 70), signs=(rng.choice((*SEVERE, "hives_elsewhere")),))
    return Plan((first, calm, second) if rng.random() < 0.5 else (calm, second))


def contact_allergy(rng: random.Random) -> Plan:
    """To cream, ointment or ink, day 1 to 8: itch and redness, blisters, then wet, painful, or over the body."""
    last = rng.choice(
        (
            Stage(0, levels={"pain": 3.0, "weeping": 3.0}),
            Stage(0, signs=("hives_elsewhere",)),
            Stage(0, signs=("eyelid_swelling", "eyelid_red_or_painful")),
        )
    )
    parts = [Stage(0, levels={"itching": 3.0, "redness": 2.0}), Stage(0, signs=("blisters",)), last]
    return Plan(spread_out(rng, rng.uniform(1, 8) * DAY, parts, (8, 30)))


def nerve_toxicity(rng: random.Random) -> Plan:
    """Ringing ears or metal taste first, then drowsy or talkative, then seizures (S43, S47); minutes to hours."""
    parts = [
        Stage(0, signs=(rng.choice(("ringing_ears_or_metal_taste",) * 3 + ("palpitations", "confusion", "faint")),)),
        Stage(0, signs=(rng.choice(("confusion", "seizure", "palpitations")),)),
    ]
    if rng.random() < 0.2:  # while the cream is on, before the needles
        return Plan(spread_out(rng, rng.uniform(-0.6, -0.05), parts, (0.3, 1)), sitting=0)
    return Plan(spread_out(rng, rng.uniform(0.05, 3), parts, (0.3, 1)))


def blue_lips(rng: random.Random) -> Plan:
    """Methaemoglobinaemia minutes to 8 hours after the cream: unwell and dizzy, blue, breathless (S44-S46)."""
    blue = Stage(0, signs=("blue_lips_or_nails",))
    unwell = Stage(0, signs=("very_unwell",), note=rng.choice(("headache and dizzy", "Bad headache, light-headed")))
    others = Stage(0, signs=(rng.choice(("breathing_trouble", "faint")),))
    parts = rng.choice(([blue], [unwell, blue], [blue, others], [others, blue]))
    return Plan(spread_out(rng, rng.uniform(0.1, 7), parts, (0.3, 1)))


def cream_burn(rng: random.Random) -> Plan:
    """Chemical burn under strong cream, told on day 1 to 5: blisters, raw and wet, then spreading (S49)."""
    parts = [
        Stage(0, levels={"redness": 3.0}, signs=("blisters",)),
        Stage(0, levels={"weeping": 3.0, "pain": rng.choice((2.0, 3.0))}),
        Stage(0, signs=(rng.choice(("open_sore", "pus", "spreading_redness")),)),
    ]
    return Plan(spread_out(rng, rng.uniform(1, 4) * DAY, parts, (8, 30)))
