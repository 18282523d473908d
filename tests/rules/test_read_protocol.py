"""A protocol with one fault is not a protocol: each planted fault is reported with its place, all of them at once."""

import pytest

from triage.rules import ProtocolError, digest_of, read_protocol

from .small_protocol import CASES, FILES, PROTOCOL, TEXT, edited, faults_of

REDNESS = "protocol.toml:symptoms.redness"
ROW = '{ id = "severe", when = "beyond", severity = 3, urgency = "same_day", source = "S1" }'

# what is changed into what -> the path of the fault
PLANTED: dict[str, tuple[str, str, str]] = {
    "an unknown symptom": ("[symptoms.pain]", "[symptoms.pian]", "protocol.toml:symptoms.pian"),
    "a symptom without rules": ("[symptoms.pain]", "[symptoms.pian]", "protocol.toml:symptoms.pain"),
    "an unknown sign": ("[signs.pus]", "[signs.puss]", "protocol.toml:signs.puss"),
    "a sign without a rule": ("[signs.pus]", "[signs.puss]", "protocol.toml:signs.pus"),
    "a risk factor without a rule": (
        "[risk_factors.diabetes]",
        "[risk_factors.sugar]",
        "protocol.toml:risk_factors.diabetes",
    ),
    "a result without a rule": ("[results.hair_loss]", "[results.baldness]", "protocol.toml:results.hair_loss"),
    "a misspelt key": ("at_hour = 18", "at_our = 18", "protocol.toml:check_ins.at_our"),
    "a key left out": ("at_hour = 18", "at_our = 18", "protocol.toml:check_ins.at_hour"),
    "a misspelt table": ("[hold]", "[held]", "protocol.toml:held"),
    "a table left out": ("[hold]", "[held]", "protocol.toml:hold"),
    "a misspelt urgency": (ROW, ROW.replace("same_day", "sameday"), f"{REDNESS}.rules[1].urgency"),
    "self-care as a finding": (ROW, ROW.replace("same_day", "self_care"), f"{REDNESS}.rules[1].urgency"),
    "an unknown form": (ROW, ROW.replace("beyond", "above"), f"{REDNESS}.rules[1].when"),
    "a severity of 5": (ROW, ROW.replace("severity = 3", "severity = 5"), f"{REDNESS}.rules[1].severity"),
    "a severity of 2.5": (ROW, ROW.replace("severity = 3", "severity = 2.5"), f"{REDNESS}.rules[1].severity"),
    "a severity of true": (ROW, ROW.replace("severity = 3", "severity = true"), f"{REDNESS}.rules[1].severity"),
    "no source": (ROW, ROW.replace(', source = "S1"', ""), f"{REDNESS}.rules[1].source"),
    "an unknown source": (ROW, ROW.replace("S1", "S77"), f"{REDNESS}.rules[1].source"),
    "a source that names none": (ROW, ROW.replace("S1", "everybody knows"), f"{REDNESS}.rules[1].source"),
    "a judgement without a why": (ROW, ROW.replace("S1", "judgement: "), f"{REDNESS}.rules[1].source"),
    "the same id twice": (ROW, ROW.replace("severe", "late"), f"{REDNESS}.rules[1]"),
    "an unknown key in a rule": (ROW, ROW.replace("severity", "severiti"), f"{REDNESS}.rules[1].severiti"),
    "a rule that ends and does not say why": (
        ROW,
        ROW.replace("source", "until_hour = 90, source"),
        f"{REDNESS}.rules[1].calmer_later",
    ),
    "a rule that ends before it starts": (
        ROW,
        ROW.replace("source", 'from_hour = 90, until_hour = 80, calmer_later = "x", source'),
        f"{REDNESS}.rules[1].until_hour",
    ),
    "a step without 'beyond'": (
        'when = "worse", severity = 2,',
        'when = "worse", severity = 2, by = 2,',
        f"{REDNESS}.rules[2].by",
    ),
    "a gap at the start": ("{ from_hour = 0, at_most = 3", "{ from_hour = 1, at_most = 3", f"{REDNESS}.expected"),
    "nothing expected at all": (
        PROTOCOL[PROTOCOL.index("expected = [") : PROTOCOL.index("rules = [")],
        "expected = []\n",
        f"{REDNESS}.expected",
    ),
    "hours that do not rise": (
        "{ from_hour = 48, at_most = 1",
        "{ from_hour = 130, at_most = 1",
        f"{REDNESS}.expected",
    ),
    "an hour twice": ("{ from_hour = 48, at_most = 1", "{ from_hour = 0, at_most = 1", f"{REDNESS}.expected"),
    "low after high": ("low_days = 1, high_days = 4", "low_days = 5, high_days = 4", f"{REDNESS}.window.high_days"),
    "late without its hour": ("late_new_from_hour = 96\n", "", "protocol.toml:symptoms.bumps.late_new_from_hour"),
    "an unknown sign in a combination": ("sign:fever", "sign:fevre", "protocol.toml:combinations[0].all[0]"),
    "an unknown symptom in a combination": ("pain >= 3", "pains >= 3", "protocol.toml:combinations[0].all[1]"),
    "an unknown risk in a combination": ("risk:diabetes", "risk:sugar", "protocol.toml:combinations[0].any[1]"),
    "a negative condition": ("pain >= 3", "pain < 3", "protocol.toml:combinations[0].all[1]"),
    "a severity of 9 in a combination": ("pain >= 3", "pain >= 9", "protocol.toml:combinations[0].all[1]"),
    "a combination of nothing": (
        'all = ["sign:fever", "pain >= 3"]\nany = ["sign:faint", "risk:diabetes"]',
        "",
        "protocol.toml:combinations[0].all",
    ),
    "a result above routine": (
        'after_day = 6\nurgency = "routine"',
        'after_day = 6\nurgency = "urgent"',
        "protocol.toml:results.dots_blurred.urgency",
    ),
    "a risk factor that raises nothing known": (
        'raises = ["infection"]',
        'raises = ["infecton"]',
        "protocol.toml:risk_factors.diabetes.raises",
    ),
    "days that do not rise": ("days = [0, 1, 3, 7]", "days = [0, 3, 1, 7]", "protocol.toml:check_ins.days"),
    "no days": ("days = [0, 1, 3, 7]", "days = []", "protocol.toml:check_ins.days"),
    "a temperature of 386": ("at_least = 38.0", "at_least = 386", "protocol.toml:temperatures[0].at_least"),
    "a temperature that is no number": ("at_least = 38.0", "at_least = nan", "protocol.toml:temperatures[0].at_least"),
    "a temperature for no sign": ('sign = "fever"', 'sign = "heat"', "protocol.toml:temperatures[0].sign"),
    "a text where a table belongs": (
        '[aftercare.washing]\nfrom_days = [0, 4]\nsource = "S1"',
        '[aftercare]\nwashing = "daily"',
        "protocol.toml:aftercare.washing",
    ),
    "a language without texts": ('languages = ["en"]', 'languages = ["en", "de"]', "text.de.toml"),
    "no language": ('languages = ["en"]', "languages = []", "protocol.toml:protocol.languages"),
    "no author": ('author = "The tests"', 'author = " "', "protocol.toml:protocol.author"),
    "an implied sign that is none": (
        '[signs.fever]\nurgency = "urgent"',
        '[signs.fever]\nimplies = ["heat"]\nurgency = "urgent"',
        "protocol.toml:signs.fever.implies[0]",
    ),
    "an early sign without an end": (
        '[signs.pus]\nurgency = "same_day"',
        '[signs.pus]\nearly = { urgency = "urgent", source = "S1" }\nurgency = "same_day"',
        "protocol.toml:signs.pus.early.until_hour",
    ),
    "a sign that begins late, which no sign does": (
        '[signs.pus]\nurgency = "same_day"',
        '[signs.pus]\nfrom_hour = 48\nurgency = "same_day"',
        "protocol.toml:signs.pus.from_hour",
    ),
    "two starts": (
        ROW,
        ROW.replace("source", "from_hour = 10, after_day = 3, source"),
        f"{REDNESS}.rules[1].from_hour",
    ),
    "a number of 5000 digits": (
        ROW,
        ROW.replace("severity = 3", "severity = 0x1" + "0" * 5000),
        f"{REDNESS}.rules[1].severity",
    ),
}


@pytest.mark.parametrize(("old", "new", "path"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_reported_with_its_place(old: str, new: str, path: str) -> None:
    faults = faults_of(edited(old, new))
    assert path in [fault.path for fault in faults], [fault.sentence() for fault in faults]


TEXT_FAULTS: dict[str, tuple[str, str, str]] = {
    "a missing label": ('"pus" = "Pus"\n', "", "text.en.toml:labels.signs.pus"),
    "an empty label": ('"pus" = "Pus"', '"pus" = ""', "text.en.toml:labels.signs.pus"),
    "a missing advice": ("[advice.redness]", "[advice.rednes]", "text.en.toml:advice.redness"),
    "an advice without when to call": (
        'text = "About redness."\ncall_when = "Call."',
        'text = "About redness."',
        "text.en.toml:advice.redness.call_when",
    ),
    "a missing urgency": ("[urgency.urgent]", "[urgency.soon]", "text.en.toml:urgency.urgent"),
    "a missing aftercare": ('"washing.4" = "Gently."\n', "", "text.en.toml:aftercare.washing.4"),
    "a missing word of the page": ('"send" = "Send"\n', "", "text.en.toml:page.send"),
    "no words for an urgent sign": ('fever = ["fever"]\n', "", "words.en.toml:signs.fever"),
    "words for an unknown sign": (
        'fever = ["fever"]',
        'fever = ["fever"]\nheat = ["hot"]',
        "words.en.toml:signs.heat",
    ),
    "another language": ('language = "en"', 'language = "de"', "text.en.toml:language"),
    "a number as text": ('"pus" = "Pus"', '"pus" = 5', "text.en.toml:labels.signs.pus"),
    "an unknown table": ("[aftercare]", "[extras]\nx = 1\n\n[aftercare]", "text.en.toml:extras"),
}


@pytest.mark.parametrize(("old", "new", "path"), TEXT_FAULTS.values(), ids=TEXT_FAULTS)
def test_a_missing_text_is_reported_with_its_place(old: str, new: str, path: str) -> None:
    faults = faults_of(edited(old, new, path.split(":")[0]))
    assert path in [fault.path for fault in faults], [fault.sentence() for fault in faults]


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_toml_is_reported_with_the_line(name: str) -> None:
    files = FILES | {name: FILES[name] + "\nthis is no toml"}
    faults = faults_of(files)
    assert faults[0].path == name
    assert "line" in faults[0].said


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_reported(name: str) -> None:
    files = {other: text for other, text in FILES.items() if other != name}
    assert name in [fault.path for fault in faults_of(files)]


def test_a_file_that_does_not_belong_is_reported() -> None:
    assert [fault.path for fault in faults_of(FILES | {"notes.toml": ""})] == ["notes.toml"]


def test_all_faults_are_reported_together() -> None:
    files = edited("at_hour = 18", "at_our = 18") | {"text.en.toml": TEXT.replace('"pus" = "Pus"\n', "")}
    paths = {fault.path for fault in faults_of(files)}
    assert paths >= {"protocol.toml:check_ins.at_our", "text.en.toml:labels.signs.pus"}


def test_the_error_says_every_fault_on_a_line_of_its_own() -> None:
    with pytest.raises(ProtocolError) as caught:
        read_protocol(edited("at_hour = 18", "at_our = 18"))
    assert len(str(caught.value).splitlines()) == len(caught.value.faults) == 2


def test_a_misspelt_word_comes_with_the_nearest_right_one() -> None:
    (fault,) = faults_of(edited("sign:faint", "sign:fain"))
    assert fault.expected == "did you mean 'faint'?"


def test_own_words_need_a_rule_and_a_text_each() -> None:
    files = FILES | {"protocol.toml": PROTOCOL + '\n[own_words]\nsigns = ["glowing"]\n'}
    paths = {fault.path for fault in faults_of(files)}
    assert {"protocol.toml:signs.glowing", "text.en.toml:labels.signs.glowing"} & paths


def test_every_change_of_any_file_changes_the_digest() -> None:
    digests = {digest_of(FILES | {name: text + "\n"}) for name, text in FILES.items()}
    assert len(digests | {digest_of(FILES), digest_of(FILES | {"text.de.toml": ""})}) == 6


def test_the_digest_does_not_depend_on_the_order_of_the_files() -> None:
    assert digest_of(FILES) == digest_of(dict(reversed(FILES.items())))


def test_moving_text_from_one_file_to_the_next_changes_the_digest() -> None:
    assert digest_of({"a": "1", "b": "23"}) != digest_of({"a": "12", "b": "3"})


def test_the_reader_keeps_the_cases() -> None:
    assert read_protocol(FILES).unread == {"cases.toml": CASES}
