"""The schemas for editors name exactly what the reader asks for, with the words that the house knows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.format_files import DOCS, FORMAT, schema_of
from tests.rules.small_protocol import FILES, PROTOCOL
from triage.rules import COMMON, ProtocolError, Urgency, Vocabulary, read_protocol
from triage.rules.cases import CASE_FIELDS
from triage.rules.check_in import FIELDS, SAYS_SOMETHING
from triage.rules.conditions import read_condition
from triage.rules.document import Walk
from triage.rules.proofs import CASE_EXTRAS
from triage.rules.read_texts import LABELS, PAGE_WORDS
from triage.rules.read_windows import FORMS
from triage.rules.read_words import LISTS
from triage.rules.vocabulary import STATED_COURSES

READ = ("protocol.toml", "text.en.toml", "words.en.toml")
HOURS = "from_hour = 1, after_day = 2, until_hour = 3, through_day = 4"
OVERFULL = (
    PROTOCOL.replace('{ id = "late", when', "{ " + HOURS + ', id = "late", when', 1)
    .replace("{ from_hour = 0, at_most = 3", "{ " + HOURS + ", at_most = 3", 1)
    .replace("[signs.pus]", "[signs.pus]\nearly = { " + HOURS + " }", 1)
    .replace("[[combinations]]", "[[combinations]]\n" + HOURS.replace(", ", "\n"), 1)
    .replace("[results.hair_loss]\nafter_day = 6", "[results.hair_loss]\n" + HOURS.replace(", ", "\n"), 1)
    .replace("[check_ins]", "[check_ins]\nwhen_well_days = [7]\nwhen_beyond_hours = 24", 1)
    + "\n[own_words]\n"
)  # every key that may stand anywhere: the reader has faults to tell, and asks for all of them

Node = dict[str, Any]


def inside(schema: Node, node: Node, step: str) -> Node:
    """Return the schema of an entry of a table, or ("[]") of a row of a list."""
    found: Any = node["items"] if step == "[]" else node.get("properties", {}).get(step)
    if found is None:
        found = node["additionalProperties"]
    return resolved(schema, found)


def resolved(schema: Node, node: Node) -> Node:
    if "$ref" in node:
        found: Node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
        return found
    return node


def closed_tables(schema: Node) -> Iterator[Node]:
    """Yield every table of a schema that allows only the keys it names."""
    open_nodes: list[Any] = [schema]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, dict):
            if node.get("additionalProperties") is False:
                yield node
            open_nodes += node.values()
        elif isinstance(node, list):
            open_nodes += node


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Walk]:
    """Return every table that the reader walks through while it reads a protocol with every key there is."""
    walks: list[Walk] = []
    begin = Walk.__init__

    def begin_and_note(walk: Walk, *given: Any) -> None:
        begin(walk, *given)
        walks.append(walk)

    monkeypatch.setattr(Walk, "__init__", begin_and_note)
    with pytest.raises(ProtocolError):
        read_protocol(FILES | {"protocol.toml": OVERFULL})
    return walks


@pytest.mark.parametrize("file", READ)
def test_the_schema_has_the_keys_that_the_reader_asks_for(file: str, asked: list[Walk]) -> None:
    schema = schema_of(file)
    keys: dict[int, set[str]] = {id(node): set() for node in closed_tables(schema)}
    for walk in asked:
        name, _, path = walk.path.partition(":")
        if name == file:
            node = schema
            for step in re.findall(r"\[\]|[^.\[\]]+", re.sub(r"\[\d+\]", "[]", path)):
                node = inside(schema, node, step)
            if id(node) in keys:
                keys[id(node)] |= walk.asked
    for node in closed_tables(schema):
        assert keys[id(node)] == set(node["properties"]), node["description"]


def test_the_document_names_every_key(asked: list[Walk]) -> None:
    open_tables = re.compile(
        r":(sources|symptoms|signs|results|risk_factors|aftercare|labels\.\w+|urgency|advice|page)$"
    )
    keys = {key for walk in asked if not open_tables.search(walk.path) for key in walk.asked}
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]+`", FORMAT))))
    assert sorted(keys - named) == []


def test_cases_have_the_fields_that_the_reader_knows() -> None:
    schema = schema_of("cases.toml")
    case = schema["properties"]["cases"]["items"]
    check_in = schema["$defs"]["check_in"]
    assert set(case["properties"]) == {*CASE_FIELDS, *CASE_EXTRAS}
    assert set(check_in["properties"]) == set(FIELDS)
    assert [entry["required"] for entry in check_in["anyOf"]] == [[name] for name in SAYS_SOMETHING]


def test_the_schemas_know_the_words_of_the_house() -> None:
    protocol, text, words, cases = (schema_of(file) for file in (*READ, "cases.toml"))
    entries = protocol["properties"]
    for kind in ("symptoms", "signs", "risk_factors", "results"):
        assert tuple(entries[kind]["required"]) == getattr(COMMON, kind)
    labels = text["properties"]["labels"]["properties"]
    assert tuple(labels) == LABELS
    for kind in Vocabulary._fields:
        assert tuple(labels[kind]["required"]) == getattr(COMMON, kind)
        assert kind in entries["own_words"]["properties"]
    assert tuple(labels["courses"]["required"]) == STATED_COURSES
    assert text["properties"]["page"]["required"] == PAGE_WORDS
    assert set(LISTS) < set(words["properties"])
    assert cases["$defs"]["check_in"]["properties"]["course"]["additionalProperties"]["enum"] == list(STATED_COURSES)


def test_the_schemas_know_the_urgencies_and_the_forms() -> None:
    protocol, text, cases = (schema_of(file) for file in ("protocol.toml", "text.en.toml", "cases.toml"))
    all_of_them = list(Urgency.__members__)
    assert protocol["$defs"]["urgency"]["enum"] == all_of_them[1:]
    assert protocol["properties"]["hold"]["properties"]["after"]["enum"] == all_of_them
    assert text["properties"]["urgency"]["required"] == text["properties"]["advice"]["required"] == all_of_them
    assert cases["properties"]["cases"]["items"]["properties"]["expect"]["enum"] == all_of_them
    assert protocol["$defs"]["rule"]["properties"]["when"]["enum"] == list(FORMS)


@pytest.mark.parametrize(
    "text",
    [
        "sign:fever", "risk:diabetes", "treatment:painkiller", "exposed:sun", "pain >= 1", "pain >= 4", "pain worse",
        "redness in outside", "temperature >= 38", "temperature >= 38.5",
        "", "fever", "sign: fever", "sign:fever ", "pain >= 0", "pain >= 5", "pain > 2", "pain>=2", "pain < 2",
        "not pain worse", "pain better", "temperature >= 100", "temperature >= 38.55", "result:dots_lost",
        "pain  worse",
    ],
)  # fmt: skip
def test_the_schema_and_the_reader_agree_on_what_a_condition_is(text: str) -> None:
    pattern = schema_of("protocol.toml")["$defs"]["condition"]["pattern"]
    assert bool(re.search(pattern, text)) == (read_condition(text) is not None)


def test_every_reference_leads_to_a_definition() -> None:
    for path in DOCS.glob("*.schema.json"):
        schema = schema_of(path.name)
        targets = re.findall(r'"\$ref": "#/\$defs/(\w+)"', path.read_text())
        assert set(targets) == set(schema.get("$defs", {})), path.name
