"""The floor of the shipped protocol, third part: its combinations, in the order of protocol.toml where it can be."""
# ruff: noqa: C901 - a chain of ifs is what is measured here

from collections.abc import Collection, Mapping

from bench.rules.floor_smp_signs import EMERGENCY, ROUTINE, SAME_DAY, URGENT
from triage.rules import CheckIn, Finding, Urgency

LATE_BUMPS = "late bumps"  # stands among the symptoms that got worse where bumps began late
FOLLOW_UP = 2160


def add_combinations(
    check_in: CheckIn, signs: Mapping[str, str], worse: Collection[str], hours: float, findings: list[Finding]
) -> None:
    """Add what several facts mean together."""
    symptoms = check_in.symptoms
    if check_in.temperature_c is not None and check_in.temperature_c >= 40.0:
        add(findings, "very_high_fever", EMERGENCY, ["temperature >= 40.0"], hours)
    if signs:
        add_allergies(symptoms, signs, hours, findings)
        add_poisonings(symptoms, signs, hours, findings)
        add_blisters(symptoms, signs, worse, hours, findings)
        if "swollen_nodes" in signs:
            add_nodes(symptoms, signs, worse, hours, findings)
    if check_in.where and hours < FOLLOW_UP:
        add_places(check_in, worse, hours, findings)
    if 48 <= hours < FOLLOW_UP:
        add_symptom_pairs(symptoms, worse, hours, findings)
    if check_in.treatment:
        add_treatments(check_in, worse, hours, findings)
    if check_in.exposed:
        add_exposures(check_in, signs, worse, hours, findings)


def add_allergies(symptoms: Mapping[str, int], signs: Mapping[str, str], hours: float, findings: list[Finding]) -> None:
    """Add an allergy of the whole body."""
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


def add_poisonings(
    symptoms: Mapping[str, int], signs: Mapping[str, str], hours: float, findings: list[Finding]
) -> None:
    """Add an infection of the whole body."""
    pain = symptoms.get("pain", 0)
    if "fever" in signs:
        with_it = held(signs, "palpitations", "very_unwell", "pain_out_of_proportion", "skin_turning_black")
        with_it += ["pain >= 4"] if pain >= 4 else []
        if with_it:
            add(findings, "blood_poisoning", EMERGENCY, ["sign:fever", *with_it], hours)
    if "rigor" in signs:
        with_it = held(signs, "palpitations", "very_unwell", "pain_out_of_proportion")
        with_it += ["pain >= 4"] if pain >= 4 else []
        if with_it:
            add(findings, "shaking_and_unwell", EMERGENCY, ["sign:rigor", *with_it], hours)
    if "skin_turning_black" in signs:
        with_it = ["pain >= 2"] if pain >= 2 else []
        with_it += held(signs, "very_unwell", "rigor", "pain_out_of_proportion", "blisters", "palpitations", "vomiting")
        if with_it:
            add(findings, "dying_skin", EMERGENCY, ["sign:skin_turning_black", *with_it], hours)
    if "pain_out_of_proportion" in signs and "very_unwell" in signs:
        both = ["sign:pain_out_of_proportion", "sign:very_unwell"]
        add(findings, "pain_and_unwell", EMERGENCY, both, hours)
    for sign, name in (("spreading_redness", "spreading_and_unwell"), ("red_streaks", "streaks_and_unwell")):
        if sign in signs:
            with_it = held(signs, "very_unwell", "rigor", "vomiting", "pain_out_of_proportion", "palpitations")
            with_it += ["pain >= 4"] if pain >= 4 else []
            if with_it:
                add(findings, name, EMERGENCY, [f"sign:{sign}", *with_it], hours)


def add_blisters(
    symptoms: Mapping[str, int],
    signs: Mapping[str, str],
    worse: Collection[str],
    hours: float,
    findings: list[Finding],
) -> None:
    """Add what blisters mean with something else."""
    if "blisters" not in signs:
        return
    if "fever" in signs:
        with_it = held(signs, "spreading_redness", "red_streaks", "open_sore")
        with_it += at_least(symptoms, ("swelling", 3), ("weeping", 3))
        if with_it:
            add(findings, "burn_and_fever", EMERGENCY, ["sign:blisters", "sign:fever", *with_it], hours)
    with_it = at_least(symptoms, ("pain", 2))
    with_it += ["pain new or worse"] if "pain" in worse else []
    with_it += at_least(symptoms, ("weeping", 2))
    if with_it:
        add(findings, "blisters_and_pain", URGENT, ["sign:blisters", *with_it], hours)


def add_nodes(
    symptoms: Mapping[str, int],
    signs: Mapping[str, str],
    worse: Collection[str],
    hours: float,
    findings: list[Finding],
) -> None:
    """Add what swollen nodes mean with bumps, and late."""
    has_bumps = symptoms.get("bumps", 0) >= 1
    if has_bumps:
        add(findings, "nodes_and_early_bumps", SAME_DAY, ["sign:swollen_nodes", "bumps >= 1"], hours)
    if has_bumps and hours >= 192:
        add(findings, "nodes_and_bumps", URGENT, ["sign:swollen_nodes", "bumps >= 1"], hours)
    if "bumps" in worse and hours >= 96:
        add(findings, "nodes_and_new_bumps", URGENT, ["sign:swollen_nodes", "bumps new or worse"], hours)
    if LATE_BUMPS in worse:
        add(findings, "nodes_and_late_bumps", URGENT, ["sign:swollen_nodes", "bumps late"], hours)
    if has_bumps and "tender_nodes" in signs:
        add(findings, "tender_nodes_and_bumps", URGENT, ["sign:tender_nodes", "bumps >= 1"], hours)
    if 360 <= hours < FOLLOW_UP:
        add(findings, "nodes_late", SAME_DAY, ["sign:swollen_nodes"], hours)


def add_places(check_in: CheckIn, worse: Collection[str], hours: float, findings: list[Finding]) -> None:
    """Add what lies outside the treated area."""
    symptoms, where = check_in.symptoms, check_in.where
    if "outside" in where.get("redness", ()) and hours >= 24:
        redness = symptoms.get("redness", 0)
        if redness >= 1:
            add(findings, "redness_at_the_edge", ROUTINE, ["redness >= 1", "redness in outside"], hours)
        if redness >= 2:
            add(findings, "redness_outside", SAME_DAY, ["redness >= 2", "redness in outside"], hours)
        if "redness" in worse and hours >= 48 and symptoms.get("warmth", 0) >= 1 and symptoms.get("pain", 0) >= 1:
            all_of = ["redness in outside", "redness new or worse", "warmth >= 1", "pain >= 1"]
            add(findings, "edge_grows_hot_and_painful", URGENT, all_of, hours)
    if "outside" in where.get("swelling", ()):
        swelling = symptoms.get("swelling", 0)
        if swelling >= 1:
            add(findings, "swelling_outside", SAME_DAY, ["swelling >= 1", "swelling in outside"], hours)
        if swelling >= 2 and hours < 6:
            add(findings, "swelling_outside_at_once", URGENT, ["swelling >= 2", "swelling in outside"], hours)


def add_symptom_pairs(
    symptoms: Mapping[str, int], worse: Collection[str], hours: float, findings: list[Finding]
) -> None:
    """Add what two symptoms mean together from the third day on."""
    warmth, pain = symptoms.get("warmth", 0), symptoms.get("pain", 0)
    if warmth >= 2 and pain >= 2:
        with_it = got_worse(worse, "redness", "swelling", "pain", "warmth")
        if with_it:
            add(findings, "hot_and_painful", URGENT, ["warmth >= 2", "pain >= 2", *with_it], hours)
        if hours >= 72:
            add(findings, "hot_and_sore", URGENT, ["warmth >= 2", "pain >= 2"], hours)
    if warmth >= 2 and pain >= 1 and hours >= 72 and symptoms.get("redness", 0) >= 3:
        add(findings, "red_hot_and_sore", URGENT, ["redness >= 3", "warmth >= 2", "pain >= 1"], hours)
    if warmth >= 1 and hours >= 96:
        if pain >= 1:
            add(findings, "hot_and_sore_late", URGENT, ["warmth >= 1", "pain >= 1"], hours)
        if symptoms.get("swelling", 0) >= 1:
            add(findings, "hot_and_swollen", URGENT, ["warmth >= 1", "swelling >= 1"], hours)
    if warmth >= 1 and worse:
        if "pain" in worse:
            add(findings, "pain_grows_with_heat", URGENT, ["pain new or worse", "warmth >= 1"], hours)
        if "swelling" in worse:
            add(findings, "swelling_grows_with_heat", URGENT, ["swelling new or worse", "warmth >= 1"], hours)
    if hours >= 72 and symptoms.get("scabbing", 0) >= 2 and symptoms.get("weeping", 0) >= 1:
        add(findings, "wet_crusts", SAME_DAY, ["scabbing >= 2", "weeping >= 1"], hours)
    if hours >= 504 and symptoms.get("itching", 0) >= 1 and symptoms.get("bumps", 0) >= 1:
        add(findings, "itchy_raised_skin", SAME_DAY, ["itching >= 1", "bumps >= 1"], hours)


def add_treatments(check_in: CheckIn, worse: Collection[str], hours: float, findings: list[Finding]) -> None:
    """Add what a treatment means, alone or because it hides something."""
    treatment, degrees, symptoms = check_in.treatment, check_in.temperature_c, check_in.symptoms
    if "painkiller" in treatment:
        if degrees is not None and degrees >= 37.5:
            both = ["temperature >= 37.5", "treatment:painkiller"]
            add(findings, "fever_perhaps_masked", SAME_DAY, both, hours)
        if symptoms.get("pain", 0) >= 2 and hours >= 48:
            add(findings, "pain_through_painkiller", SAME_DAY, ["pain >= 2", "treatment:painkiller"], hours)
    if "antihistamine" in treatment:
        if symptoms.get("itching", 0) >= 2 and hours >= 72:
            both = ["itching >= 2", "treatment:antihistamine"]
            add(findings, "itch_through_antihistamine", ROUTINE, both, hours)
        with_it = got_worse(worse, "redness", "swelling")
        if with_it:
            all_of = ["treatment:antihistamine", *with_it]
            add(findings, "growing_through_antihistamine", SAME_DAY, all_of, hours)
    if hours >= 72:
        usual = (("redness", 2), ("swelling", 2), ("pain", 2), ("warmth", 1), ("bumps", 1))
        if "antibiotic" in treatment:
            with_it = at_least(symptoms, *usual, ("weeping", 1))
            if with_it:
                add(findings, "in_spite_of_antibiotic", SAME_DAY, ["treatment:antibiotic", *with_it], hours)
        if "steroid" in treatment:
            with_it = at_least(symptoms, *usual, ("itching", 2), ("weeping", 1))
            if with_it:
                add(findings, "in_spite_of_steroid", SAME_DAY, ["treatment:steroid", *with_it], hours)
    if "hospital" in treatment:
        add(findings, "in_hospital", SAME_DAY, ["treatment:hospital"], hours)
    if "saw_doctor" in treatment or "antibiotic" in treatment:
        named = [f"treatment:{word}" for word in ("saw_doctor", "antibiotic") if word in treatment]
        add(findings, "saw_a_doctor", ROUTINE, named, hours)


def add_exposures(
    check_in: CheckIn, signs: Mapping[str, str], worse: Collection[str], hours: float, findings: list[Finding]
) -> None:
    """Add what follows on water, scratching or a new product."""
    exposed, symptoms = check_in.exposed, check_in.symptoms
    if "water" in exposed:
        with_it = got_worse(worse, "redness", "swelling", "pain", "warmth") + at_least(symptoms, ("pain", 3))
        if with_it:
            add(findings, "worse_after_water", SAME_DAY, ["exposed:water", *with_it], hours)
        if "blisters" in signs:
            add(findings, "blisters_after_water", URGENT, ["exposed:water", "sign:blisters"], hours)
        if "fever" in signs:
            with_it = at_least(symptoms, ("pain", 3), ("redness", 3), ("swelling", 3))
            with_it += held(signs, "blisters", "open_sore", "spreading_redness", "red_streaks")
            if with_it:
                add(findings, "fever_after_water", EMERGENCY, ["exposed:water", "sign:fever", *with_it], hours)
    if "picked" in exposed and hours >= 24:
        with_it = got_worse(worse, "redness", "swelling", "pain", "warmth")
        if with_it:
            add(findings, "worse_after_picking", ROUTINE, ["exposed:picked", *with_it], hours)
    if "new_product" in exposed:
        with_it = at_least(symptoms, ("itching", 2)) + got_worse(worse, "redness", "swelling", "bumps", "weeping")
        if with_it:
            add(findings, "reaction_to_product", SAME_DAY, ["exposed:new_product", *with_it], hours)


def held(signs: Mapping[str, str], *names: str) -> list[str]:
    """Return those of the signs that were told, as a protocol spells them."""
    return [f"sign:{name}" for name in names if name in signs]


def got_worse(worse: Collection[str], *names: str) -> list[str]:
    """Return those of the symptoms that got worse, as a protocol spells them."""
    return [f"{name} new or worse" for name in names if name in worse] if worse else []


def at_least(symptoms: Mapping[str, int], *pairs: tuple[str, int]) -> list[str]:
    """Return those of the severities that are reached, as a protocol spells them."""
    return [f"{name} >= {least}" for name, least in pairs if symptoms.get(name, 0) >= least]


def add(findings: list[Finding], name: str, urgency: Urgency, together: list[str], hours: float) -> None:
    """Add one combination that holds."""
    rule = "combination." + name
    observed = {"together": together, "hour": int(hours)}
    findings.append(Finding(rule, urgency, "combination", ("combination", rule), observed, {}, "", ""))
