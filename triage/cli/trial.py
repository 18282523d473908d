"""`triage outcomes trial`: the statistics tried on made clinics whose truth is known; estimates beside truth."""

import sys
from collections import Counter, defaultdict
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
from triage.outcomes.healing_estimates import SHARES, Healed, healed
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
    """Yield for each symptom and quantile: truth, mean estimate, how many 95 % intervals hold the truth."""
    yield f"{'symptom':<12}{'share over':>11}{'true day':>10}{'mean day':>10}  truth in interval"
    held: Counter[tuple[str, float]] = Counter()
    total: defaultdict[tuple[str, float], float] = defaultdict(float)
    for each in (each for one in tried for each in one.healed):
        for share, span in zip(SHARES, each.times or (), strict=each.times is not None):
            held[each.symptom, share] += span.low <= TRUTH[each.symptom].quantile(share) <= span.high
            total[each.symptom, share] += span.value
    for symptom, share in total:
        true, mean = TRUTH[symptom].quantile(share), total[symptom, share] / len(tried)
        yield f"{symptom:<12}{share:>11.0%}{true:>10.2f}{mean:>10.2f}  {held[symptom, share]} of {len(tried)}"


def signal_lines(tried: list[Tried], *, is_clean: bool) -> Iterator[str]:
    """Yield how often the contaminated lot was found, others were, and the slow practitioner was seen."""
    if not is_clean:
        yield f"contaminated lot {CONTAMINATED} found: {sum(CONTAMINATED in one.lots for one in tried)} of {len(tried)}"
    wrong = sum(bool(one.lots - (frozenset() if is_clean else {CONTAMINATED})) for one in tried)
    yield f"clinics with a false lot signal: {wrong} of {len(tried)}"
    yield f"slow practitioner ({SLOW}) seen: {sum(one.is_slow_seen for one in tried)} of {len(tried)}"
