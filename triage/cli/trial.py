"""`triage outcomes trial`: the statistics tried on made clinics whose truth is known; estimates beside truth."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

import seeds
from seeds.protocols import read_folder
from seeds.simulated import CONTAMINATED, SLOW, TRUTH, simulated_clinic
from triage.outcomes.answered import answered
from triage.outcomes.facts import Facts
from triage.outcomes.figure import Question
from triage.outcomes.healing_estimates import SHARES, Healed, Span, healed
from triage.outcomes.lots import lot_signals
from triage.rules import Protocol, read_protocol

FOLDER = Path(seeds.__file__).parent / "protocols" / "smp"
RESAMPLES = 100


class Tried(NamedTuple):
    """What one made clinic showed."""

    healed: list[Healed]
    lots: frozenset[str]  # that stood out
    is_slow_seen: bool


@click.command()
@click.option("--repetitions", type=click.IntRange(1), default=100, show_default=True, help="Clinics to make.")
@click.option("--episodes", type=click.IntRange(60), default=20_000, show_default=True, help="Patients of each.")
@click.option("--clean", is_flag=True, help="Without a contaminated lot: every signal is a false one.")
def trial(repetitions: int, episodes: int, *, clean: bool) -> None:
    """Make clinics by lot and print what the statistics find in them beside what is true."""
    protocol = read_protocol(read_folder(FOLDER))
    with click.progressbar(range(1, repetitions + 1), file=sys.stderr, hidden=not sys.stderr.isatty()) as seeds_of:
        tried = [try_one(simulated_clinic(episodes, seed, is_clean=clean), protocol) for seed in seeds_of]
    for line in [*healing_lines(tried), *signal_lines(tried, is_clean=clean)]:
        click.echo(line)


def try_one(facts: Facts, protocol: Protocol) -> Tried:
    """Return what the statistics find in one clinic."""
    question = Question(protocol, facts.as_of_us, resamples=RESAMPLES)
    lots = frozenset(signal.lot for signal in lot_signals(facts, question))
    return Tried(healed(facts, question), lots, is_slow_seen(facts, question))


def is_slow_seen(facts: Facts, question: Question) -> bool:
    """Tell whether half of one practitioner's alerts waited longer than half of all, beyond both intervals."""
    figure = answered(facts, question._replace(by="practitioner"))
    ids = [column.id for column in figure.columns]
    rows = [dict(zip(ids, row, strict=True)) for row in figure.rows]
    wanted = {"urgency": "all", "step": "taken", "clock": "wall"}
    spans = {row["group"]: row for row in rows if wanted.items() <= row.items()}
    low, high = spans.get(SLOW, {}).get("half_low"), spans["all"]["half_high"] if "all" in spans else None
    return isinstance(low, float) and isinstance(high, float) and low > high


def healing_lines(tried: list[Tried]) -> Iterator[str]:
    """Yield for each symptom what is true, the mean estimate and width of its 95 % interval, and how many hold it."""
    yield f"{'symptom':<10}{'what':<20}{'true':>8}{'mean':>8}{'width':>8}  truth in interval"
    found: defaultdict[tuple[str, str], list[tuple[Span, float]]] = defaultdict(list)
    for each in (each for one in tried for each in one.healed):
        truth = TRUTH[each.symptom]
        for share, span in zip(SHARES, each.times or (), strict=each.times is not None):
            found[each.symptom, f"day {share:.0%} are over"].append((span, truth.quantile(share)))
        if each.within:
            day = each.window.high_days
            found[each.symptom, f"share over by day {day:g}"].append((each.within, truth.by(day)))
    for (symptom, what), spans in found.items():
        mean, width = (
            sum(part) / len(spans) for part in zip(*((s.value, s.high - s.low) for s, _ in spans), strict=True)
        )
        held = sum(span.low <= true <= span.high for span, true in spans)
        yield f"{symptom:<10}{what:<20}{spans[0][1]:>8.2f}{mean:>8.2f}{width:>8.2f}  {held} of {len(spans)}"


def signal_lines(tried: list[Tried], *, is_clean: bool) -> Iterator[str]:
    """Yield how often the contaminated lot was found, others were, and the slow practitioner was seen."""
    if not is_clean:
        yield f"contaminated lot {CONTAMINATED} found: {sum(CONTAMINATED in one.lots for one in tried)} of {len(tried)}"
    wrong = sum(bool(one.lots - (frozenset() if is_clean else {CONTAMINATED})) for one in tried)
    yield f"clinics with a false lot signal: {wrong} of {len(tried)}"
    yield f"slow practitioner ({SLOW}) seen: {sum(one.is_slow_seen for one in tried)} of {len(tried)}"
