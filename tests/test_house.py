"""The house's own rules, checked by reading its source: sizes, knots, words, and where an error may be swallowed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.rules import COMMON, Urgency
from triage.rules.alerts import OUTCOMES, USEFUL

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for room in ("triage", "seeds") for path in (ROOT / room).rglob("*.py"))
SWALLOWING = {"triage/clock.py", "triage/actions/judge.py"}  # and the HTTP 500, which is a registered handler
LONGEST_FUNCTION, LONGEST_IN_RULES, LONGEST_FILE = 40, 25, 250
BANNED_NAMES = re.compile(r"(util|helper|manager|service|common)s?\.py$")
# The words of design section 3: what a thing is called here, and what it must not be called in code.
BANNED_WORDS = re.compile(r"\b(class|def) \w*(RedFlag|red_flag|Ticket|Incident|Handler|Manager|Helper)\w*")


def trees() -> Iterator[tuple[str, str, ast.Module]]:
    for path in SOURCES:
        text = path.read_text()
        yield path.relative_to(ROOT).as_posix(), text, ast.parse(text)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_functions_and_files_are_small() -> None:
    too_long = []
    for name, text, tree in trees():
        if "/versions/" in name:
            continue
        limit = LONGEST_IN_RULES if name.startswith("triage/rules/") else LONGEST_FUNCTION
        for function in functions(tree):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > limit:
                too_long.append(f"{name}:{function.lineno} {function.name} has {lines} lines")
        if sum(1 for line in text.splitlines() if line.strip()) > LONGEST_FILE:
            too_long.append(f"{name} is longer than {LONGEST_FILE} lines")
    assert too_long == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, _, tree in trees() if not ast.get_docstring(tree)] == []


def test_no_function_imports_the_houses_own_code() -> None:
    late = [
        f"{name}:{node.lineno}"
        for name, _, tree in trees()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert late == []
    assert [name for name, text, _ in trees() if "TYPE_CHECKING" in text] == []


def test_errors_are_swallowed_in_the_named_places_only() -> None:
    broad = {
        name
        for name, _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    }
    assert broad == SWALLOWING


def test_names_are_the_trades_words() -> None:
    assert [name for name, _, _ in trees() if BANNED_NAMES.search(name)] == []
    assert [f"{name}: {found[0]}" for name, text, _ in trees() if (found := BANNED_WORDS.search(text))] == []


def test_the_rules_know_nothing_of_one_procedure() -> None:
    """Everything about SMP is in seeds/protocols: the engine names no procedure."""
    for name, text, _ in trees():
        if name.startswith("triage/rules/"):
            assert "micropigment" not in text.lower(), name
            assert not re.search(r"\bsmp\b", text.lower()), name


def test_ids_are_those_that_others_rely_on() -> None:
    """evaluate-format.md fixes them; a renamed one would break whoever calls us."""
    assert len(COMMON.symptoms) == 10
    assert len(COMMON.signs) == 27
    assert len(COMMON.risk_factors) == 12
    assert list(Urgency.__members__) == ["self_care", "routine", "same_day", "urgent", "emergency"]
    assert OUTCOMES == [
        "expected_healing", "irritation", "suspected_infection", "allergy", "technique", "pigment", "other", "lost",
    ]  # fmt: skip
    assert USEFUL == ("useful", "could_have_waited", "not_needed")


def test_glossary_names_what_the_code_has() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    words = re.findall(r"^\| \*\*(\w+)\*\*", glossary, flags=re.MULTILINE)
    code = " ".join(text for _, text, _ in trees())
    assert len(words) >= 25
    missing = [word for word in words if not re.search(rf"\b{word}(Row)?\b", code) and word.lower() not in code]
    assert missing == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "CHANGELOG.md", "docs/house.md", "docs/operating.md", "docs/glossary.md", "docs/protocol-format.md"],
)
def test_links_in_the_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text()
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"


def test_no_file_names_a_registry_or_this_machine() -> None:
    found = re.compile(r"pythonh" + r"osted|py" + r"pi\.org|npm" + r"js\.com|/ro" + r"ot/|/wo" + r"rk/")
    for path in [*SOURCES, ROOT / "requirements.lock", ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "README.md"]:
        assert not found.search(path.read_text()), path
