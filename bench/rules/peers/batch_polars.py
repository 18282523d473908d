"""Polars over a wide frame: up to six earlier readings as columns (a long table costs an explode and a group_by)."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from bench.rules import rule_set as s
from bench.rules.columns import BITS, Arrays
from bench.rules.peers import Given
from bench.rules.reports import MOST_READINGS, Report
from bench.rules.rule_set import RuleSet
from triage.rules import Urgency

NAME, LIBRARY, PACKAGE = "Polars", "polars", "polars"
Rule = tuple[int, pl.Expr, Any]  # bit, where it fires, urgency (a number, or an expression where it varies)


class Engine:
    """One lazy query over the frame."""

    steps = ("judge",)

    def __init__(self, given: Given, with_rules: bool) -> None:
        rules = [*_windows(given.rules), *_signs(given.rules), *_trends()]
        self.fired = [hit.alias(f"b{bit}") for bit, hit, _ in rules]
        self.fired += [urgency.alias(f"u{bit}") for bit, _, urgency in rules if isinstance(urgency, pl.Expr)]
        by_urgency: dict[int, list[pl.Expr]] = {}
        for bit, _, urgency in rules:
            if not isinstance(urgency, pl.Expr):
                by_urgency.setdefault(int(urgency), []).append(pl.col(f"b{bit}"))
        levels = [_choose(pl.any_horizontal(*hits), urgency, 0) for urgency, hits in by_urgency.items()]
        levels += [pl.col(f"u{bit}") for bit, _, urgency in rules if isinstance(urgency, pl.Expr)]
        self.outcome = [pl.max_horizontal(*levels).cast(pl.UInt8).alias("urgency")]
        if with_rules:
            bits = [pl.col(f"b{bit}").cast(pl.UInt64) * (1 << bit) for bit, _, _ in rules]
            self.outcome.append(pl.sum_horizontal(*bits).cast(pl.UInt64).alias("mask"))

    def load(self, arrays: Arrays, sample: list[Report]) -> pl.DataFrame:
        wide = {"hours": arrays.hours, "readings": arrays.readings}
        for i, symptom in enumerate(s.SYMPTOMS):
            wide[symptom] = np.ascontiguousarray(arrays.now[:, i])
            wide |= {f"{symptom}_{k}": np.ascontiguousarray(arrays.past[:, k, i]) for k in range(MOST_READINGS)}
        wide |= {sign: np.ascontiguousarray(arrays.signs[:, i]) for i, sign in enumerate(s.SIGNS)}
        for k in range(MOST_READINGS):
            wide[f"hours_{k}"] = np.ascontiguousarray(np.nan_to_num(arrays.past_hours[:, k], nan=-1e6))
        return pl.DataFrame(wide)

    def judge(self, frame: pl.DataFrame) -> tuple[Any, Any]:
        found = frame.lazy().select(self.fired).select(self.outcome).collect()
        return found["urgency"].to_numpy(), found["mask"].to_numpy() if "mask" in found.columns else None


def _choose(where: pl.Expr, urgency: int, otherwise: Any) -> pl.Expr:
    other = otherwise if isinstance(otherwise, pl.Expr) else pl.lit(otherwise, pl.UInt8)
    return pl.when(where).then(pl.lit(int(urgency), pl.UInt8)).otherwise(other)


def _windows(rules: RuleSet) -> Iterator[Rule]:
    for symptom, window in rules.windows.items():
        limit = pl.lit(window[0][1], pl.Int8)
        for start, most in window[1:]:
            limit = pl.when(pl.col("hours") >= start).then(pl.lit(most, pl.Int8)).otherwise(limit)
        over = pl.col(symptom) - limit
        urgency: Any = 0
        for by, name in s.EXCESS.items():
            urgency = _choose(over >= by, Urgency[name], urgency)
        yield BITS[f"{symptom}.excess"], over > 0, urgency


def _signs(rules: RuleSet) -> Iterator[Rule]:
    for sign, urgency in rules.signs.items():
        yield BITS[f"sign.{sign}"], pl.col(sign), Urgency[urgency]
    infection = pl.col("fever") & (pl.col("pus") | pl.col("spreading_redness"))
    yield BITS["combination.systemic_infection"], infection, Urgency.emergency
    blisters = (pl.col("blistering") >= s.BLISTERING) & (pl.col("pain") >= s.PAIN)
    yield BITS["combination.painful_blisters"], blisters, Urgency.urgent


def _trends() -> Iterator[Rule]:
    hours, readings = pl.col("hours"), pl.col("readings")
    ages = [hours - pl.col(f"hours_{k}") for k in range(MOST_READINGS)]  # huge where there is no reading
    for symptom in s.SYMPTOMS:
        now = pl.col(symptom)
        past = [pl.col(f"{symptom}_{k}") for k in range(MOST_READINGS)]
        last = past[0]
        was_there, has_gone = past[0] > 0, pl.lit(False)
        before = pl.when((past[0] > 0) & (ages[0] >= s.STUCK_FOR_HOURS)).then(past[0]).otherwise(pl.lit(9, pl.Int8))
        rises = (ages[0] <= s.RISE_WITHIN_HOURS) & (now - past[0] >= s.RISE_BY)
        for k in range(1, MOST_READINGS):
            last = pl.when(readings > k).then(past[k]).otherwise(last)
            has_gone = has_gone | (was_there & (past[k] == 0))
            was_there = was_there | (past[k] > 0)
            old = (past[k] > 0) & (ages[k] >= s.STUCK_FOR_HOURS)
            before = pl.when(past[k] == 0).then(pl.lit(9, pl.Int8)).when(old).then(past[k]).otherwise(before)
            rises = rises | ((ages[k] <= s.RISE_WITHIN_HOURS) & (now - past[k] >= s.RISE_BY))
        grown = (readings > 0) & (hours >= s.WORSE_FROM_HOUR) & (now >= s.WORSE_SEVERITY) & (now > last)
        yield BITS[f"{symptom}.worse"], grown & (last > 0), Urgency.same_day
        yield BITS[f"{symptom}.new"], grown & (last == 0), Urgency.same_day
        yield BITS[f"{symptom}.back"], has_gone & (now > 0), Urgency.routine
        stuck = (hours >= s.STUCK_FROM_HOUR) & (now >= s.STUCK_SEVERITY) & (now >= before)
        yield BITS[f"{symptom}.not_improving"], stuck, Urgency.routine
        yield BITS[f"{symptom}.rising_fast"], rises, Urgency.same_day


def build(given: Given, with_rules: bool) -> Engine:
    """Return the engine with its query."""
    return Engine(given, with_rules)
