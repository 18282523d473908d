"""Check-ins as columns: one array a symptom instead of one object a report, so that a million are judged in a second.

All arrays of one `Columns` have the same length; row i of each is the same check-in.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.rules import COMMON, Course, Tables
from triage.rules.forms import NO_HISTORY

NOT_ASKED = 255  # stands for "not asked" where a severity could stand
BITS = 64  # of a mask: a protocol with more words of one kind cannot be judged in columns

Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint16]
Masks = NDArray[np.uint64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """What is said of each check-in, and its history as one code a symptom (`rules/forms.py`).

    Masks hold one bit a word, in the order of `Words`. A symptom that no row names may be left out of the mappings.
    """

    hour: Whole  # whole hours since the latest procedure, never negative
    severity: dict[str, Bytes]  # 0 to 4, or NOT_ASKED
    stated: dict[str, Bytes]  # the stated course by its number; `unknown` where none was stated
    code: dict[str, Codes]
    signs: Masks  # every sign that counts: ticked, measured, named in the note, implied
    risk_factors: Masks
    treatments: Masks
    exposures: Masks
    results: Masks
    placed: Masks  # the places that some combination asks for
    temperature: NDArray[np.float64]  # degrees Celsius; NaN: not measured
    wants_call: Flags
    is_unreadable: Flags  # a part of the report was lost that may have said how the patient is

    def __len__(self) -> int:
        return len(self.hour)

    def part(self, rows: slice) -> "Columns":
        """Return some of the rows, without copying them."""
        return Columns(*(_part(getattr(self, name), rows) for name in self.__slots__))


def _part(column: Any, rows: slice) -> Any:
    if isinstance(column, dict):
        return {name: values[rows] for name, values in column.items()}
    return column[rows]


@dataclass(frozen=True, slots=True)
class Words:
    """The bit of each word in the masks of `Columns`."""

    signs: dict[str, int]
    risk_factors: dict[str, int]
    treatments: dict[str, int]
    exposures: dict[str, int]
    results: dict[str, int]
    placed: dict[tuple[str, str], int]

    @classmethod
    def of(cls, tables: Tables) -> "Words":
        """Return the bits for a protocol. ValueError where it has more words of one kind than a mask has bits."""
        words = tables.protocol.vocabulary
        return cls(
            signs=_bits(words.signs),
            risk_factors=_bits(words.risk_factors),
            treatments=_bits(words.treatments),
            exposures=_bits(words.exposures),
            results=_bits(words.results),
            placed=_bits(tables.bits.placed),
        )


def _bits(words: Any) -> dict[Any, int]:
    if len(words) > BITS:
        raise ValueError(f"{len(words)} words of one kind, at most {BITS} can be judged in columns")
    return {word: 1 << number for number, word in enumerate(words)}


def empty_columns(rows: int, symptoms: tuple[str, ...] = COMMON.symptoms) -> Columns:
    """Return columns in which nothing is said, to be filled."""
    return Columns(
        hour=np.zeros(rows, np.int64),
        severity={symptom: np.full(rows, NOT_ASKED, np.uint8) for symptom in symptoms},
        stated={symptom: np.full(rows, Course.unknown, np.uint8) for symptom in symptoms},
        code={symptom: np.full(rows, NO_HISTORY, np.uint16) for symptom in symptoms},
        temperature=np.full(rows, np.nan, np.float64),
        wants_call=np.zeros(rows, np.bool_),
        is_unreadable=np.zeros(rows, np.bool_),
        **{name: np.zeros(rows, np.uint64) for name in Words.__slots__},
    )
