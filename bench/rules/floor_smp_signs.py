"""The floor of the shipped protocol, second part: danger signs, combinations, the result, risk factors."""
# ruff: noqa: C901 - a chain of ifs is what is measured here

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

INFECTION = ("redness", "swelling", "pain", "warmth", "scabbing", "weeping")
LYMPH_AND_LIDS = ("sign.tender_nodes", "sign.swollen_nodes", "sign.eyelid_swelling", "sign.eyelid_swelling.early")
WEAKENED = frozenset((*INFECTION, "bumps", *LYMPH_AND_LIDS))
RAISES = {  # symptoms and rules whose findings a risk factor raises
    "diabetes": WEAKENED,
    "weak_immune_system": WEAKENED,
    "pregnancy": frozenset((*INFECTION, "bumps")),
    "blood_thinner": frozenset(("bleeding",)),
    "heart_valve_disease": WEAKENED,
    "bleeding_disorder": frozenset(("bleeding",)),
    "liver_disease": WEAKENED,
    "scalp_skin_disease": frozenset((*INFECTION, "bumps", "itching")),
    "keloid_history": frozenset(("bumps",)),
    "isotretinoin": frozenset((*INFECTION, "bumps")),
    "ink_allergy": frozenset(("itching", "bumps")),
    "anaesthetic_allergy": frozenset(("itching", "sign.blisters")),
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


def add_combinations(
    check_in: CheckIn, signs: Mapping[str, str], worse: Collection[str], hours: float, findings: list[Finding]
) -> None:
    """Add what several facts mean together."""
    if signs:
        add_sign_combinations(check_in.symptoms, signs, hours, findings)
    if check_in.symptoms:
        add_symptom_combinations(check_in, worse, hours, findings)
    if check_in.treatment:
        add_treatment_combinations(check_in, hours, findings)


def add_sign_combinations(
    symptoms: Mapping[str, int], signs: Mapping[str, str], hours: float, findings: list[Finding]
) -> None:
    """Add what begins with a danger sign."""
    pain = symptoms.get("pain", 0)
    if "hives_elsewhere" in signs:
        first = "sign:hives_elsewhere"
        with_it = held(signs, "face_swelling", "vomiting", "palpitations", "eyelid_swelling", "very_unwell")
        if with_it:
            add(findings, "allergy_whole_body", EMERGENCY, [first, *with_it], hours)
        if symptoms.get("redness", 0) >= 4 and hours < 24:
            add(findings, "hives_at_once", EMERGENCY, [first, "redness >= 4"], hours)
    if "face_swelling" in signs:
        with_it = held(signs, "vomiting", "palpitations", "very_unwell")
        if with_it:
            add(findings, "face_swelling_and_unwell", EMERGENCY, ["sign:face_swelling", *with_it], hours)
    for sign, name in (("fever", "blood_poisoning"), ("rigor", "shaking_and_unwell")):
        if sign in signs:
            with_it = held(signs, "palpitations", "very_unwell", "pain_out_of_proportion", "skin_turning_black")
            if pain >= 4:
                with_it.append("pain >= 4")
            if with_it:
                add(findings, name, EMERGENCY, [f"sign:{sign}", *with_it], hours)
    if "skin_turning_black" in signs:
        with_it = ["pain >= 3"] if pain >= 3 else []
        with_it += held(signs, "very_unwell", "rigor", "pain_out_of_proportion", "blisters", "palpitations", "vomiting")
        if with_it:
            add(findings, "dying_skin", EMERGENCY, ["sign:skin_turning_black", *with_it], hours)
    if "pain_out_of_proportion" in signs and "very_unwell" in signs:
        both = ["sign:pain_out_of_proportion", "sign:very_unwell"]
        add(findings, "pain_and_unwell", EMERGENCY, both, hours)
    for sign, name in (("spreading_redness", "spreading_and_unwell"), ("red_streaks", "streaks_and_unwell")):
        if sign in signs:
            with_it = held(signs, "very_unwell", "pain_out_of_proportion", "palpitations")
            if pain >= 4:
                with_it.append("pain >= 4")
            if with_it:
                add(findings, name, EMERGENCY, [f"sign:{sign}", *with_it], hours)
    if "blisters" in signs:
        with_it = ["pain >= 3"] if pain >= 3 else []
        if symptoms.get("weeping", 0) >= 3:
            with_it.append("weeping >= 3")
        with_it += held(signs, "fever")
        if with_it:
            add(findings, "blisters_and_pain", URGENT, ["sign:blisters", *with_it], hours)
    if "swollen_nodes" in signs and symptoms.get("bumps", 0) >= 1 and 192 <= hours < 2160:
        add(findings, "nodes_and_bumps", URGENT, ["sign:swollen_nodes", "bumps >= 1"], hours)


def add_symptom_combinations(check_in: CheckIn, worse: Collection[str], hours: float, findings: list[Finding]) -> None:
    """Add what two symptoms mean together, and a symptom outside the treated area."""
    symptoms, where = check_in.symptoms, check_in.where
    if where and hours >= 24:
        if symptoms.get("redness", 0) >= 2 and "outside" in where.get("redness", ()):
            add(findings, "redness_outside", SAME_DAY, ["redness >= 2", "redness in outside"], hours)
        if symptoms.get("swelling", 0) >= 2 and "outside" in where.get("swelling", ()):
            add(findings, "swelling_outside", SAME_DAY, ["swelling >= 2", "swelling in outside"], hours)
    if worse and hours >= 48 and symptoms.get("warmth", 0) >= 2 and symptoms.get("pain", 0) >= 2:
        with_it = [f"{symptom} worse" for symptom in ("redness", "swelling", "pain", "warmth") if symptom in worse]
        if with_it:
            add(findings, "hot_and_painful", URGENT, ["warmth >= 2", "pain >= 2", *with_it], hours)
    if hours >= 96 and symptoms.get("scabbing", 0) >= 2 and symptoms.get("weeping", 0) >= 1:
        add(findings, "wet_crusts", SAME_DAY, ["scabbing >= 2", "weeping >= 1"], hours)
    if 504 <= hours < 2160 and symptoms.get("itching", 0) >= 1 and symptoms.get("bumps", 0) >= 1:
        add(findings, "itchy_raised_skin", SAME_DAY, ["itching >= 1", "bumps >= 1"], hours)


def add_treatment_combinations(check_in: CheckIn, hours: float, findings: list[Finding]) -> None:
    """Add what a treatment means, alone or because it hides something."""
    treatment, degrees = check_in.treatment, check_in.temperature_c
    if "painkiller" in treatment and degrees is not None and degrees >= 37.5:
        both = ["temperature >= 37.5", "treatment:painkiller"]
        add(findings, "fever_perhaps_masked", SAME_DAY, both, hours)
    if "antihistamine" in treatment and check_in.symptoms.get("itching", 0) >= 2 and hours >= 72:
        both = ["itching >= 2", "treatment:antihistamine"]
        add(findings, "itch_through_antihistamine", ROUTINE, both, hours)
    if "hospital" in treatment:
        add(findings, "in_hospital", SAME_DAY, ["treatment:hospital"], hours)
    if "saw_doctor" in treatment or "antibiotic" in treatment:
        named = [f"treatment:{word}" for word in ("saw_doctor", "antibiotic") if word in treatment]
        add(findings, "saw_a_doctor", ROUTINE, named, hours)


def held(signs: Mapping[str, str], *names: str) -> list[str]:
    """Return those of the signs that were told, as a protocol spells them."""
    return [f"sign:{name}" for name in names if name in signs]


def add(findings: list[Finding], name: str, urgency: Urgency, together: list[str], hours: float) -> None:
    """Add one combination that holds."""
    rule = "combination." + name
    observed = {"together": together, "hour": int(hours)}
    findings.append(Finding(rule, urgency, "combination", ("combination", rule), observed, {}, "", ""))


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
