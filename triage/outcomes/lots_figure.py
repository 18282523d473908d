"""The figure `lots`: every lot and practitioner beside the others of its kind, and what stands out."""

from triage.outcomes.facts import Facts
from triage.outcomes.figure import SMALLEST, Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.lots import FALSE_SIGNALS, FEWEST_CASES, Exposed, exposures, is_case, seen_from
from triage.outcomes.saying import say_count, say_share
from triage.outcomes.sections import PEOPLE, count_people, hide_small, say_hidden
from triage.outcomes.spells import chosen_sittings

MOST_SHOWN = 30  # points of the picture
COLUMNS = (
    Column("role", "Used as", about="pigment, diluent, anaesthetic, needle, ointment; or the practitioner"),
    Column("product", "Product"),
    Column("lot", "Lot or name"),
    PEOPLE,
    Column("n", "Sessions", "count", "in which it was used, or that they did"),
    Column("cases", "Abnormal courses", "count", "sessions followed by an alert about a report, same day or above"),
    Column("expected", "Expected", "number", "cases, were it like the others of its product in the same months"),
    Column("ratio", "Ratio, shrunk", "number", "cases to expected ones, drawn towards that of all"),
    Column("ratio_low", "Lower end", "number", "one in twenty: the true ratio is likely above it"),
    Column("p", "p, this look", "number", "how likely chance brings so many cases or more"),
    Column("p_looks", "p, all looks", "number", "the same, with every look so far and to come reckoned in"),
    Column("p_adjusted", "p, all lots", "number", "the larger of both, adjusted for the number of lots"),
    Column("is_signal", "Stands out", about="a signal and not a cause"),
)
METHOD = (
    "A case is a session after which an alert about a report was opened for the same day or above. Each lot is "
    "compared with the other lots of its product, each practitioner with the others, in the same months of 30 days.",
    "Exact conditional test over the months (Mantel & Haenszel 1959), weekly looks by MaxSPRT (Kulldorff et al. 2011), "
    "many lots by Benjamini & Hochberg 1995, ratios shrunk by gamma-Poisson (DuMouchel 1999).",
    f"It stands out with {FEWEST_CASES} cases or more, a shrunk ratio whose lower end is above 1, and an adjusted p of "
    f"at most {FALSE_SIGNALS:g}. That says that chance is unlikely, not what the cause is: the lot, or who used it, or "
    "on whom, or how.",
    "What was not written down at the session is not seen. A lot that everybody had at the same time has nothing to be "
    "compared with.",
)


def lots(facts: Facts, question: Question) -> Figure:
    """Return every lot of each product and every practitioner, the surest to stand out first."""
    found = sorted(exposures(facts, question), key=lambda one: (one.p_adjusted, -one.ratio_low))
    rows = [_row(facts, one) for one in found]
    chosen = chosen_sittings(facts, question)
    return Figure(
        id="lots",
        title="Does one lot, or one practitioner, stand out?",
        answer=_answer(found, int((is_case(facts) & chosen).sum()), int(chosen.sum())) + say_hidden(rows, COLUMNS),
        n=int(chosen.sum()),
        of="sessions",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_picture(facts, found),
    )


def _row(facts: Facts, one: Exposed) -> tuple[Value, ...]:
    people = count_people(facts.sittings.patient[one.sittings])
    counted = (one.role, one.product, one.lot, people, len(one.sittings), one.cases, round(one.expected, 3))
    return *counted, one.ratio, one.ratio_low, one.p, one.p_looks, one.p_adjusted, one.is_signal


def _answer(found: list[Exposed], cases: int, sessions: int) -> str:
    if not found:
        return "Cannot tell: there are no two lots of one product, and no two practitioners, to be compared."
    signals = [one for one in found if one.is_signal]
    if not signals:
        return (
            f"Nothing stands out among {say_count(len(found), 'lot and practitioner', 'lots and practitioners')}: "
            f"{cases} abnormal courses in {sessions} sessions. {_power(cases, sessions, len(found))}"
        )
    first = signals[0]
    more = f", and {len(signals) - 1} more" if len(signals) > 1 else ""
    return (
        f"{first.role.capitalize()} {first.product} {first.lot}".replace("  ", " ")
        + f" stands out{more}: {first.cases} abnormal courses where {first.expected:.1f} were expected. "
        "A signal, not a cause."
    )


def _power(cases: int, sessions: int, compared: int) -> str:
    """Say how large a lot must be to be seen, so that nothing found is not taken for nothing there."""
    if not cases:
        return "Without a single abnormal course nothing can stand out."
    expected, rate = seen_from(compared), cases / sessions
    if rate > 0.5:
        return "That is so many that no lot could have twice as many."
    return (
        f"A lot at twice the rate of others ({say_share(rate)}) is likely seen from {expected / rate:.0f} sessions on."
    )


def _picture(facts: Facts, found: list[Exposed]) -> tuple[Whiskers, ...]:
    shown = [one for one in found if count_people(facts.sittings.patient[one.sittings]) >= SMALLEST][:MOST_SHOWN]
    points = tuple(Whisker(f"{one.role} {one.lot}", one.ratio, one.ratio_low, one.ratio_high) for one in shown)
    return (Whiskers("Cases to expected ones, shrunk", "ratio", points, 1.0),) if points else ()
