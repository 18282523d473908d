"""The floor of the shipped protocol, second part: danger signs, the result, the wish for a call, risk factors."""

from collections.abc import Collection, Mapping

from triage.rules import CheckIn, Finding, Urgency

ROUTINE, SAME_DAY, URGENT, EMERGENCY = Urgency.routine, Urgency.same_day, Urgency.urgent, Urgency.emergency

SIGNS = {
    "breathing_trouble": EMERGENCY,
    "lip_tongue_throat_swelling": EMERGENCY,
    "face_swelling": URGENT,
    "faint": EMERGENCY,
    "blue_lips_or_nails": EMERGENCY,
    "seizure": EMERGENCY,
    "ringing_ears_or_metal_taste": URGENT,
    "palpitations": URGENT,
    "confusion": EMERGENCY,
    "chest_pain": EMERGENCY,
    "vomiting": URGENT,
    "very_unwell": URGENT,
    "fever": URGENT,
    "rigor": URGENT,
    "spreading_redness": URGENT,
    "red_streaks": URGENT,
    "pus": URGENT,
    "hives_elsewhere": URGENT,
    "blisters": SAME_DAY,
    "open_sore": URGENT,
    "skin_turning_black": URGENT,
    "eyelid_swelling": SAME_DAY,
    "eyelid_red_or_painful": URGENT,
    "vision_change": EMERGENCY,
    "pain_out_of_proportion": URGENT,
    "swollen_nodes": ROUTINE,
    "tender_nodes": SAME_DAY,
}
EARLY = {  # more urgent before this hour
    "face_swelling": (6, EMERGENCY),
    "ringing_ears_or_metal_taste": (24, EMERGENCY),
    "palpitations": (24, EMERGENCY),
    "eyelid_swelling": (6, URGENT),
}
RESULTS = {"dots_blurred": 168, "dots_lost": 696, "colour_changed": 360, "hair_loss": 0}  # from which hour on

# Symptoms and rules whose findings are raised together.
INFECTION = (
    *("redness", "swelling", "pain", "warmth", "scabbing", "weeping"),
    *("combination.redness_at_the_edge", "combination.redness_outside", "combination.wet_crusts"),
    *("combination.worse_after_water", "combination.worse_after_picking"),
)
BUMPS = ("bumps", "combination.itchy_raised_skin")
ALLERGY = (
    *("itching", "combination.itch_through_antihistamine", "combination.growing_through_antihistamine"),
    "combination.reaction_to_product",
)
SWELLING = ("sign.eyelid_swelling", "sign.eyelid_swelling.early", "combination.swelling_outside")
WEAKENED = frozenset(
    (
        *(*INFECTION, *BUMPS, *SWELLING, "sign.blisters", "sign.swollen_nodes", "sign.tender_nodes"),
        *(
            "combination.nodes_late",
            "combination.nodes_and_early_bumps",
            "combination.fever_perhaps_masked",
            "combination.pain_through_painkiller",
        ),
        *("combination.in_spite_of_antibiotic", "combination.in_spite_of_steroid"),
    )
)
RAISES = {
    "diabetes": WEAKENED,
    "weak_immune_system": WEAKENED,
    "pregnancy": WEAKENED,
    "blood_thinner": frozenset(("bleeding",)),
    "heart_valve_disease": WEAKENED,
    "bleeding_disorder": frozenset(("bleeding",)),
    "liver_disease": WEAKENED,
    "scalp_skin_disease": frozenset((*INFECTION, *BUMPS, *ALLERGY, "sign.blisters")),
    "keloid_history": frozenset(BUMPS),
    "isotretinoin": frozenset((*INFECTION, *BUMPS, "sign.blisters")),
    "ink_allergy": frozenset((*ALLERGY, *BUMPS, *SWELLING)),
    "anaesthetic_allergy": frozenset((*ALLERGY, *SWELLING, "sign.blisters")),
}


def add_signs(check_in: CheckIn, hours: float, findings: list[Finding]) -> Mapping[str, str]:
    """Add the danger signs; return how each was told."""
    degrees = check_in.temperature_c
    if not check_in.signs and (degrees is None or degrees < 38.0):
        return {}
    signs = dict.fromkeys(check_in.signs, "ticked")
    if degrees is not None and degrees >= 38.0:
        signs.setdefault("fever", f"measured {degrees:.1f} C")
    if "tender_nodes" in signs:
        signs.setdefault("swollen_nodes", "because of tender_nodes")
    for sign, told in signs.items():
        rule, urgency = "sign." + sign, SIGNS[sign]
        if sign in EARLY:
            until, early = EARLY[sign]
            if hours < until:
                rule, urgency = rule + ".early", early
        observed = {"told": told, "hour": int(hours)}
        findings.append(Finding(rule, urgency, "danger_sign", ("sign", sign), observed, {}, "", ""))
    return signs


def add_others(check_in: CheckIn, hours: float, findings: list[Finding]) -> None:
    """Add the look of the result and the wish for a call."""
    for result in check_in.result:
        start = RESULTS[result]
        if hours >= start:
            observed, expected = {"hour": int(hours)}, {"until_hour": start}
            what = ("result", result)
            findings.append(Finding("result." + result, ROUTINE, "result", what, observed, expected, "", "result"))
    if check_in.wants_call:
        findings.append(Finding("wants_call", SAME_DAY, "wants_call", ("patient", "wants_call"), {}, {}, "", ""))


def add_risks(risk_factors: Collection[str], findings: list[Finding]) -> None:
    """Add one finding a risk factor that raises something by one step, at most to urgent."""
    raised = []
    for factor in risk_factors:
        names = RAISES[factor]
        most = None
        for finding in findings:
            if finding.urgency < URGENT and (most is None or finding.urgency > most.urgency):
                kind, what = finding.what
                if (what if kind == "symptom" and finding.rule != "afterwards" else finding.rule) in names:
                    most = finding
        if most is not None:
            observed = {"raises": most.rule, "from": most.urgency.name}
            urgency = Urgency(most.urgency + 1)
            what = ("risk_factor", factor)
            raised.append(Finding(f"risk.{factor}", urgency, "risk_factor", what, observed, {}, "", ""))
    findings += raised
