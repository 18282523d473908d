"""Lists from spreadsheets: whatever a program writes comes back cell by cell, and nothing makes the reader stumble."""

import contextlib
import csv
import io

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from triage.actions.errors import Invalid
from triage.actions.short_codes import LENGTH, READ_AS, SIGNS, in_groups, read_code
from triage.actions.table_reader import read_table

COLUMNS = ("name", "ended", "note")
# What a cell may hold: no control characters but line ends, and no space at its ends, which are taken off.
CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters='\n,;\t"'), max_size=12).map(str.strip)
LINES = st.lists(st.tuples(CELL.filter(bool), CELL, CELL), min_size=1, max_size=6)


def written(lines: list[tuple[str, ...]], separator: str) -> str:
    kept = io.StringIO()
    csv.writer(kept, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *lines])
    return kept.getvalue()


@given(LINES, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@example([("a\nb", 'say "x"', ",; \t.")], ";", "utf-8")
def test_every_cell_comes_back(lines: list[tuple[str, ...]], separator: str, encoding: str) -> None:
    table = read_table(written(lines, separator).encode(encoding), COLUMNS)
    assert [tuple(line.cells.values()) for line in table.lines] == lines


@given(
    st.lists(st.text(st.sampled_from("abc äöüß€ñ¿"), min_size=1).map(str.strip).filter(bool), min_size=1, max_size=5)
)
def test_windows_letters_come_back(names: list[str]) -> None:
    sent = "\r\n".join(["name", *names]).encode("cp1252")
    assume(sent.isascii() or not is_utf8(sent))  # few letters side by side mean something in both
    assert [line.cells["name"] for line in read_table(sent, COLUMNS).lines] == names


def is_utf8(sent: bytes) -> bool:
    try:
        sent.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: "name;ended\n" + text))
@example(b"\xff\xfe\x00")
@example("name\n\x00")
def test_nothing_makes_the_reader_stumble(sent: bytes | str) -> None:
    with contextlib.suppress(Invalid):
        table = read_table(sent, COLUMNS)
        assert all(set(line.cells) == set(table.columns) for line in table.lines)


def test_lines_keep_the_number_that_an_editor_shows() -> None:
    table = read_table('name,ended\n\n"a\nb",1\n\nc,2\n', COLUMNS)
    assert [(line.number, line.cells["name"]) for line in table.lines] == [(3, "a\nb"), (6, "c")]


def test_columns_are_known_in_any_order_and_case_and_others_are_left_out() -> None:
    table = read_table("Ended ;COLOUR;NAME\n1;red;a\n", COLUMNS)
    assert table.unknown == ["colour"]
    assert table.lines[0].cells == {"ended": "1", "name": "a"}


def test_a_cell_that_is_not_quoted_is_noticed() -> None:
    assert read_table("name,ended\nLuz, Bo,14:30\n", COLUMNS).lines[0].too_many == 1


@given(st.text(SIGNS, min_size=LENGTH, max_size=LENGTH), st.sampled_from(["{}", " {} ", "{}."]), st.booleans())
def test_a_code_is_read_however_it_is_typed(code: str, around: str, is_small: bool) -> None:
    typed = around.format(in_groups(code))
    assert read_code(typed.lower() if is_small else typed) == code


@given(st.text(max_size=80))
def test_what_is_read_as_a_code_is_one(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(SIGNS))


def test_no_sign_of_a_code_is_taken_for_another() -> None:
    assert not set(SIGNS) & set("01OIQLUBSZ")
    assert set("BSZ".translate(READ_AS)) <= set(SIGNS)


@pytest.mark.parametrize("typed", ["", "ACDE 234", "ACDE 23456", "OOOO 2345"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
