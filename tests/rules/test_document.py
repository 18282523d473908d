"""Walking a document: each entry is asked for with a type, and what nobody asked for is reported."""

from typing import Any

import pytest

from triage.rules.document import Walk
from triage.rules.faults import Fault, place, show, unknown_word


def walk(**table: Any) -> Walk:
    return Walk(table, "file:", [])


ASKED: dict[str, tuple[Any, Any, Any]] = {
    # what is asked, what it gives for a good value, what is bad
    "text": (lambda w: w.text("x"), ("a", "a"), ["", "  ", 5, None, ["a"]]),
    "whole": (lambda w: w.whole("x", 0, 9), (9, 9), [-1, 10, 1.0, True, "1", None]),
    "number": (lambda w: w.number("x", 0, 9), (8.5, 8.5), [-0.1, 9.1, True, "1", None, float("nan")]),
    "word": (lambda w: w.word("x", ("a", "b")), ("b", "b"), ["c", 5, ["a"], None]),
    "words": (lambda w: w.words("x", ("a", "b")), (["b"], ("b",)), [["c"], "a", [5], [""], {"a": 1}]),
    "wholes": (lambda w: w.wholes("x", 0, 9), ([1, 2], (1, 2)), [[2, 1], [1, 1], [], [10], [True], 5]),
    "inner": (lambda w: w.inner("x").table, ({"a": 1}, {"a": 1}), [5, [], "a"]),
    "rows": (lambda w: [row.table for row in w.rows("x")], ([{"a": 1}], [{"a": 1}]), [5, [5], {"a": 1}]),
}


@pytest.mark.parametrize(("ask", "good", "bad"), ASKED.values(), ids=ASKED)
def test_a_good_value_is_returned_and_a_bad_one_is_a_fault(ask: Any, good: Any, bad: list[Any]) -> None:
    sound = walk(x=good[0])
    assert ask(sound) == good[1]
    assert sound.faults == []
    for value in bad:
        broken = walk(x=value)
        ask(broken)
        assert broken.faults, value
        assert all(fault.path.startswith("file:x") for fault in broken.faults)


@pytest.mark.parametrize("ask", [entry[0] for entry in ASKED.values()], ids=ASKED)
def test_what_is_missing_is_a_fault(ask: Any) -> None:
    empty = walk()
    ask(empty)
    assert [(fault.path, fault.said) for fault in empty.faults] == [("file:x", "missing")]


def test_a_default_is_no_fault() -> None:
    empty = walk()
    found = empty.text("a", ""), empty.whole("b", 0, 9, 3), empty.word("c", ("x",), ""), empty.words("d", default=())
    assert (found, empty.faults) == (("", 3, "", ()), [])


def test_what_nobody_asked_for_is_reported_with_the_nearest_word() -> None:
    document = walk(title="a", autor="b")
    document.text("title")
    document.text("author", "")
    document.finish()
    assert document.faults == [Fault("file:autor", "'autor' is not known", "did you mean 'author'?")]


def test_paths_name_every_level() -> None:
    document = walk(outer={"rows": [{"x": 1}, {"x": "bad"}]})
    for row in document.inner("outer").rows("rows"):
        row.whole("x", 0, 9)
    assert [fault.path for fault in document.faults] == ["file:outer.rows[1].x"]


def test_a_fault_quotes_a_value_in_short() -> None:
    assert len(show("a" * 1000)) == 40
    assert len(place("a" * 1000)) == 40


def test_a_path_never_carries_what_cannot_be_shown() -> None:
    assert place("a\x1b[2J\ud800\n") == "a?[2J??"


def test_an_unknown_word_that_resembles_none_comes_with_the_list() -> None:
    assert unknown_word("x", "zzz", ("apple", "pear")).expected == "use one of: apple, pear"


def test_a_sentence_names_the_place_first() -> None:
    assert Fault("a.b", "is wrong", "mend it").sentence() == "a.b: is wrong; mend it"
    assert Fault("", "is wrong", "mend it").sentence() == "is wrong; mend it"
