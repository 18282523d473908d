"""Infections: cellulitis in every order, pustules, Pseudomonas, Vibrio, deep and general infections."""

import random

from bench.courses.stages import DAY, Plan, Stage, fever, spread_out

GAP = (6.0, 30.0)  # hours between one thing and the next; judgement


def _parts(rng: random.Random) -> list[Stage]:
    """Heat, pain, growing redness and swelling: each comes first in some people (S7, S9, S10, S12)."""
    parts = [
        Stage(0, levels={"warmth": rng.choice((1.2, 2.0))}),
        Stage(0, levels={"pain": rng.choice((1.2, 2.0, 3.0))}),
        Stage(0, levels={"redness": rng.choice((2.0, 3.0))}, outside=rng.random() < 0.5),
    ]
    return parts + ([Stage(0, levels={"swelling": 2.0})] if rng.random() < 0.5 else [])


def cellulitis_with_fever(rng: random.Random) -> Plan:
    """Cellulitis on day 2 to 14 (S24), everything in any order."""
    parts = [*_parts(rng), Stage(0, levels={"redness": 2.0}, signs=("spreading_redness",)), fever(rng)]
    rng.shuffle(parts)
    return Plan(spread_out(rng, rng.uniform(2, 14) * DAY, parts, GAP))


def cellulitis_without_fever(rng: random.Random) -> Plan:
    """Cellulitis that spreads or shows red streaks, and no fever at all."""
    sign = rng.choice(("spreading_redness", "spreading_redness", "red_streaks"))
    parts = [*_parts(rng), Stage(0, levels={"redness": 2.0}, signs=(sign,))]
    rng.shuffle(parts)
    return Plan(spread_out(rng, rng.uniform(2, 14) * DAY, parts, GAP))


def cellulitis_without_ticks(rng: random.Random) -> Plan:
    """The patient sees the symptoms grow and ticks no sign until the fever comes at last."""
    parts = _parts(rng)
    rng.shuffle(parts)
    return Plan(spread_out(rng, rng.uniform(3, 14) * DAY, [*parts, fever(rng)], GAP))


def cellulitis_masked(rng: random.Random) -> Plan:
    """A painkiller holds pain and fever down; redness and heat grow, the spread is seen last."""
    taking = ("painkiller",)
    parts = [
        Stage(0, levels={"warmth": 2.0}, celsius=round(rng.uniform(37.2, 37.9), 1), treatment=taking),
        Stage(0, levels={"pain": 1.2}, treatment=taking),
        Stage(0, levels={"redness": rng.choice((2.0, 3.0))}, treatment=taking),
    ]
    rng.shuffle(parts)
    last = Stage(0, signs=(rng.choice(("spreading_redness", "red_streaks", "pus")),), treatment=taking)
    return Plan(spread_out(rng, rng.uniform(2, 14) * DAY, [*parts, last], GAP))


def pustules(rng: random.Random) -> Plan:
    """Pyogenic pustules 4 to 22 days after (S22): bumps first, or pus at once."""
    parts = [Stage(0, levels={"bumps": rng.choice((1.0, 2.0))}), Stage(0, levels={"bumps": 2.0}, signs=("pus",))]
    if rng.random() < 0.3:
        parts = parts[1:]
    if rng.random() < 0.3:
        parts.append(fever(rng))
    return Plan(spread_out(rng, rng.uniform(4, 22) * DAY, parts, (12, 48)))


def pseudomonas(rng: random.Random) -> Plan:
    """Redness and pustules on day 2 (S23)."""
    parts = [Stage(0, levels={"redness": 3.0, "bumps": 2.0}), Stage(0, signs=("pus",))]
    return Plan(spread_out(rng, rng.uniform(30, 54), parts, (4, 14)))


def vibrio(rng: random.Random) -> Plan:
    """Swam on day 3 to 6; days later fever, great pain, and within hours dark skin and blisters (S37)."""
    swam = rng.uniform(3, 6) * DAY
    ill = swam + rng.uniform(1, 4) * DAY
    fevered = fever(rng)
    first = fevered._replace(levels={"redness": 3.0, "pain": 4.0}, signs=(*fevered.signs, "rigor"))
    if rng.random() < 0.3:
        first = Stage(0, levels={"redness": 2.0, "pain": 4.0}, signs=("pain_out_of_proportion",))
    dark = Stage(0, signs=("skin_turning_black", "blisters", "very_unwell"))
    stages = (Stage(swam, exposed=("water",)), *spread_out(rng, ill, [first, dark], (2, 10)))
    return Plan(stages, liver=rng.random() < 0.5)


def necrotising(rng: random.Random) -> Plan:
    """Pain out of proportion within two weeks, then unwell and dark skin (S24, S126, S127)."""
    parts = [
        Stage(0, levels={"pain": rng.choice((3.0, 4.0))}),
        Stage(0, levels={"pain": 4.0}, signs=("pain_out_of_proportion",)),
        fever(rng)._replace(levels={"redness": 2.0}),
        Stage(0, signs=("very_unwell", rng.choice(("confusion", "skin_turning_black", "palpitations")))),
    ]
    return Plan(spread_out(rng, rng.uniform(2, 14) * DAY, parts, (2, 12)))


def fever_without_local_sign(rng: random.Random) -> Plan:
    """Fever or rigor and a clean scalp: counts regardless of local symptoms (S24)."""
    ill = fever(rng)
    first = Stage(0, signs=("rigor",)) if rng.random() < 0.3 else ill
    return Plan(spread_out(rng, rng.uniform(1, 14) * DAY, [first, ill], (6, 24)))


def preseptal(rng: random.Random) -> Plan:
    """Pin-head pustules told as bumps, then a swollen lid, then a red and painful one (S40)."""
    parts = [
        Stage(0, levels={"bumps": 2.0}),
        Stage(0, signs=("eyelid_swelling",)),
        Stage(0, signs=(rng.choice(("eyelid_red_or_painful", "pus", "vision_change")),)),
    ]
    return Plan(spread_out(rng, rng.uniform(2, 8) * DAY, parts, (12, 48)))


def abscess(rng: random.Random) -> Plan:
    """Several abscesses about day 7 (S23)."""
    parts = [
        Stage(0, levels={"swelling": 2.0, "pain": 2.0}),
        Stage(0, levels={"swelling": 3.0, "pain": 3.0, "warmth": 2.0}),
        Stage(0, signs=(rng.choice(("pus", "spreading_redness", "open_sore")),)),
    ]
    return Plan(spread_out(rng, rng.uniform(4, 9) * DAY, parts, GAP))
