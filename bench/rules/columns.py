"""The generated columns on disk, so that every batch peer gets the same million without drawing it again."""

from array import array
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.rules.reports import MOST_READINGS, Columns
from bench.rules.rule_set import COMBINATIONS, SIGNS, SYMPTOMS, TRENDS

# The bit of each rule in a row's mask. The steps above a window share one: the urgency tells them apart.
BITS = {
    name: number
    for number, name in enumerate(
        (
            *(f"{symptom}.excess" for symptom in SYMPTOMS),
            *(f"sign.{sign}" for sign in SIGNS),
            *(f"combination.{name}" for name in COMBINATIONS),
            *(f"{symptom}.{trend}" for trend in TRENDS for symptom in SYMPTOMS),
        )
    )
}


class Arrays(NamedTuple):
    """Many reports as NumPy arrays, a row a report."""

    hours: Any  # float64
    now: Any  # int8, a column a symptom
    signs: Any  # bool, a column a sign
    readings: Any  # int8
    past_hours: Any  # float64, a column an earlier reading, oldest first; not a number where there is none
    past: Any  # int8, row x reading x symptom; -1 where there is none


def read(folder: Path, count: int) -> tuple[Columns, Arrays]:
    """Return the first `count` rows, flat as they were generated and as NumPy arrays over the same memory."""
    widths = (1, len(SYMPTOMS), len(SIGNS), 1, MOST_READINGS, MOST_READINGS * len(SYMPTOMS))
    found = []
    for name, kind, width in zip(Columns._fields, "dbbbdb", widths, strict=True):
        column = array(kind)
        with (folder / name).open("rb") as file:
            column.fromfile(file, count * width)
        found.append(column)
    flat = Columns(*found)
    signs = np.frombuffer(flat.signs, np.int8).reshape(count, -1).astype(bool)
    arrays = Arrays(
        hours=np.frombuffer(flat.hours),
        now=np.frombuffer(flat.now, np.int8).reshape(count, -1),
        signs=signs,
        readings=np.frombuffer(flat.readings, np.int8),
        past_hours=np.frombuffer(flat.past_hours).reshape(count, -1),
        past=np.frombuffer(flat.past, np.int8).reshape(count, MOST_READINGS, -1),
    )
    return flat, arrays
