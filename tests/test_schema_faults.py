"""What is wrong in its shape is refused by the editor's schema and by the reader; what is right, by neither."""

from typing import Any

import pytest

from seeds.protocols import SHIPPED, read_folder
from tests.format_files import document, examples, schema_of, with_example
from tests.rules.small_protocol import FILES, edited, faults_of

jsonschema = pytest.importorskip("jsonschema")

ROW = '{ id = "severe", when = "beyond", severity = 3, urgency = "same_day", source = "S1" }'
WORSE = 'when = "worse", severity = 2, from_hour = 72'
PROTOCOL, TEXT, WORDS, CASES = "protocol.toml", "text.en.toml", "words.en.toml", "cases.toml"

FAULTS: dict[str, tuple[str, str, str]] = {
    "a symptom left out": (PROTOCOL, "[symptoms.pain]", "[symptoms.pian]"),
    "a sign left out": (PROTOCOL, "[signs.pus]", "[signs.puss]"),
    "a risk factor left out": (PROTOCOL, "[risk_factors.diabetes]", "[risk_factors.sugar]"),
    "a result left out": (PROTOCOL, "[results.hair_loss]", "[results.baldness]"),
    "a misspelt key": (PROTOCOL, "at_hour = 18", "at_our = 18"),
    "a misspelt table": (PROTOCOL, "[hold]", "[held]"),
    "no such urgency": (PROTOCOL, ROW, ROW.replace("same_day", "sameday")),
    "self-care as a finding": (PROTOCOL, ROW, ROW.replace("same_day", "self_care")),
    "no such form": (PROTOCOL, ROW, ROW.replace("beyond", "above")),
    "a severity of 5": (PROTOCOL, ROW, ROW.replace("severity = 3", "severity = 5")),
    "a severity of 0": (PROTOCOL, ROW, ROW.replace("severity = 3", "severity = 0")),
    "a severity of 2.5": (PROTOCOL, ROW, ROW.replace("severity = 3", "severity = 2.5")),
    "a severity of true": (PROTOCOL, ROW, ROW.replace("severity = 3", "severity = true")),
    "a rule without an id": (PROTOCOL, ROW, ROW.replace('id = "severe", ', "")),
    "no source": (PROTOCOL, ROW, ROW.replace(', source = "S1"', "")),
    "a source that names none": (PROTOCOL, ROW, ROW.replace("S1", "everybody knows")),
    "a judgement without a why": (PROTOCOL, ROW, ROW.replace("S1", "judgement: ")),
    "an unknown key in a rule": (PROTOCOL, ROW, ROW.replace("severity", "severiti")),
    "an end without a why": (PROTOCOL, ROW, ROW.replace("source", "until_hour = 90, source")),
    "a last day without a why": (PROTOCOL, ROW, ROW.replace("source", "through_day = 9, source")),
    "two starts": (PROTOCOL, ROW, ROW.replace("source", "from_hour = 10, after_day = 3, source")),
    "a start in a year": (PROTOCOL, ROW, ROW.replace("source", "from_hour = 8785, source")),
    "a step without beyond": (PROTOCOL, WORSE, WORSE + ", by = 2"),
    "a course without beyond": (PROTOCOL, WORSE, WORSE + ', course = "worse"'),
    "no such course": (PROTOCOL, ROW, ROW.replace("source", 'course = "better", source')),
    "a ceiling of 5": (PROTOCOL, "at_most = 3", "at_most = 5"),
    "a window without an end": (PROTOCOL, "low_days = 1, high_days = 4", "low_days = 1"),
    "a late rule without its hour": (PROTOCOL, "late_new_from_hour = 96\n", ""),
    "no group": (PROTOCOL, 'group = "infection"', 'group = ""'),
    "a negative condition": (PROTOCOL, "pain >= 3", "pain < 3"),
    "a combination of nothing": (
        PROTOCOL,
        'all = ["sign:fever", "pain >= 3"]\nany = ["sign:faint", "risk:diabetes"]',
        "all = []",
    ),
    "a result above routine": (PROTOCOL, 'after_day = 6\nurgency = "routine"', 'after_day = 6\nurgency = "urgent"'),
    "a sign that begins late": (PROTOCOL, "[signs.pus]\n", "[signs.pus]\nfrom_hour = 48\n"),
    "an early rule without an end": (
        PROTOCOL,
        "[signs.pus]\n",
        '[signs.pus]\nearly = { urgency = "urgent", source = "S1" }\n',
    ),
    "an early rule that begins later": (
        PROTOCOL,
        "[signs.pus]\n",
        '[signs.pus]\nearly = { after_day = 1, until_hour = 72, urgency = "urgent", source = "S1", '
        'calmer_later = "x" }\n',
    ),
    "no days": (PROTOCOL, "days = [0, 1, 3, 7]", "days = []"),
    "a day twice": (PROTOCOL, "days = [0, 1, 3, 7]", "days = [0, 1, 1, 7]"),
    "asked at night": (PROTOCOL, "at_hour = 18", "at_hour = 21"),
    "days for the well without a source": (PROTOCOL, "at_hour = 18", "at_hour = 18\nwhen_well_days = [7]"),
    "asked again too soon": (
        PROTOCOL,
        "at_hour = 18",
        'at_hour = 18\nwhen_beyond_hours = 5\nwhen_beyond_source = "S1"',
    ),
    "a hold of a month and more": (PROTOCOL, "hours = 72", "hours = 721"),
    "a rise by 5": (PROTOCOL, "rise_by = 2", "rise_by = 5"),
    "a temperature of 386": (PROTOCOL, "at_least = 38.0", "at_least = 386"),
    "no language": (PROTOCOL, 'languages = ["en"]', "languages = []"),
    "no author": (PROTOCOL, 'author = "The tests"', 'author = " "'),
    "a follow-up that ends without a why": (PROTOCOL, 'calmer_later = "what lasts is for an appointment"\n', ""),
    "a text where a table belongs": (
        PROTOCOL,
        '[aftercare.washing]\nfrom_days = [0, 4]\nsource = "S1"',
        '[aftercare]\nwashing = "daily"',
    ),
    "own words of no kind": (PROTOCOL, "[sources]", "[own_words]\nmoods = []\n\n[sources]"),
    "a missing label": (TEXT, '"pus" = "Pus"\n', ""),
    "a number as text": (TEXT, '"pus" = "Pus"', '"pus" = 5'),
    "an advice without when to call": (
        TEXT,
        'text = "About redness."\ncall_when = "Call."',
        'text = "About redness."',
    ),
    "a missing urgency": (TEXT, "[urgency.urgent]", "[urgency.soon]"),
    "a missing word of the page": (TEXT, '"send" = "Send"\n', ""),
    "an unknown table": (TEXT, "[aftercare]", "[extras]\nx = 1\n\n[aftercare]"),
    "patterns that are no list": (WORDS, 'fever = ["fever"]', 'fever = "fever"'),
    "an empty pattern": (WORDS, 'fever = ["fever"]', 'fever = [""]'),
    "no list of negations": (WORDS, 'negations = ["no"]\n', ""),
    "an unknown list": (WORDS, 'negations = ["no"]', 'negations = ["no"]\nendings = []'),
    "a case that expects nothing": (CASES, 'expect = "routine"\n', ""),
    "a case that expects what is none": (CASES, 'expect = "routine"', 'expect = "soon"'),
    "a case without procedures": (CASES, 'procedures = [{ at = "2026-03-02T10:00:00+00:00" }]\n', ""),
    "a moment without offset": (CASES, "2026-03-10T18:00:00+00:00", "2026-03-10T18:00:00"),
    "a severity of 7 in a case": (CASES, "redness = 1", "redness = 7"),
    "an unknown field in a case": (CASES, 'id = "red_on_day_8"', 'id = "red_on_day_8"\ncomment = "x"'),
    "a check-in that says nothing": (CASES, ", symptoms = { redness = 1 }", ""),
    "no cases": (CASES, FILES[CASES], "cases = []"),
}

VALID: dict[str, tuple[str, str, str]] = {
    "the first and the last hour": (PROTOCOL, "from_hour = 72", "from_hour = 0"),
    "hours at their limits": (
        PROTOCOL,
        "at_hour = 18\noverdue_after_hours = 24",
        "at_hour = 8\noverdue_after_hours = 336",
    ),
    "a judgement and a source": (PROTOCOL, ROW, ROW.replace('"S1"', '"judgement: more than S2 says"')),
    "a whole number of degrees": (PROTOCOL, "at_least = 38.0", "at_least = 38"),
    "no temperatures": (
        PROTOCOL,
        '[[temperatures]]\nat_least = 38.0\nsign = "fever"\nsource = "S1"\n',
        "",
    ),
    "no lists of words": (WORDS, 'harmless = ["hay fever"]', "harmless = []"),
    "a case with nothing but a note": (CASES, "symptoms = { redness = 1 }", 'symptoms = { redness = 1 }, note = "x"'),
}


def errors(files: dict[str, str], file: str) -> list[Any]:
    validator = jsonschema.Draft202012Validator(schema_of(file))
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document(files, file))]


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_one(file: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(file))


@pytest.mark.parametrize("file", FILES)
def test_the_shipped_and_the_small_protocol_are_right_in_shape(file: str) -> None:
    assert errors(read_folder(SHIPPED), file) == []
    assert errors(FILES, file) == []


@pytest.mark.parametrize(("file", "text"), examples(), ids=[text.splitlines()[0] for _, text in examples()])
def test_the_examples_of_the_document_are_right_in_shape(file: str, text: str) -> None:
    plain = text.replace("at = 2026-03-04T18:00:00+01:00", 'at = "2026-03-04T18:00:00+01:00"')
    assert errors(with_example(file, plain), file) == []


@pytest.mark.parametrize(("file", "old", "new"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_shape_is_refused_by_schema_and_reader(file: str, old: str, new: str) -> None:
    files = edited(old, new, file)
    assert errors(files, file) != []
    assert [fault.path for fault in faults_of(files) if fault.path.startswith(file)] != []


@pytest.mark.parametrize(("file", "old", "new"), VALID.values(), ids=VALID)
def test_what_is_right_is_accepted_by_both(file: str, old: str, new: str) -> None:
    files = edited(old, new, file)
    if file == PROTOCOL and "[[temperatures]]" in old:
        files[file] = "temperatures = []\n" + files[file]
    assert errors(files, file) == []
    assert [fault.sentence() for fault in faults_of(files)] == []
