"""Calendar months of moments, by UTC."""

import numpy as np

from triage.outcomes.columns import Whole


def month_of(moments_us: Whole) -> Whole:
    """Return the month of each moment, counted from 1970."""
    return moments_us.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)


def name_month(month: int) -> str:
    """Return a month as 2026-11."""
    return str(np.datetime64(month, "M"))
