"""Pictures of every kind, as figures make them."""

from triage.outcomes.figure import Bars, Curves, Funnel, Line, Picture, Whisker, Whiskers

DAYS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 28.0)
SIZES = tuple(float(size) for size in range(10, 400, 10))


def line(name: str, half: float, *, has_bands: bool = True) -> Line:
    """Return the share healed by each day, half of it by day `half`."""
    x = (0.0, *DAYS)
    y = (0.0, *(1 - 0.5 ** (day / half) for day in DAYS))
    if not has_bands:
        return Line(name, x, y)
    boxes = tuple(zip(x[:-1], x[1:], y[:-1], y[1:], strict=True))
    return Line(name, x, y, tuple(max(0.0, one - 0.07) for one in y), tuple(min(1.0, one + 0.06) for one in y), boxes)


def limits(far: float) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Return the limits of chance around 5 %."""
    spread = [far * (0.05 * 0.95 / size) ** 0.5 for size in SIZES]
    return SIZES, tuple(max(0.0, 0.05 - one) for one in spread), tuple(0.05 + one for one in spread)


CURVES = Curves(
    "Redness: share healed",
    "days since the session",
    "share healed",
    (line("First session", 4.8), line("Second session & more", 3)),
    ((7.0, "expected by day 7"), (27.0, "own 90 % point")),
)
PANELS = CURVES._replace(lines=tuple(line(name, 3) for name in ("Redness", "Swelling", "Itching", "Pain <hard>")))
WHISKERS = Whiskers(
    "Healed within the window",
    "share healed by the expected day",
    (Whisker("Redness", 0.82, 0.77, 0.86, 0.9), Whisker("Swelling", None, None, None), Whisker("Pain", 0.7, 0.6, 0.8)),
    reference=0.9,
    is_share=True,
)
FUNNEL = Funnel(
    "Abnormal courses by practitioner",
    "sessions",
    "abnormal courses",
    (("Ada Berg", 200.0, 0.05), ("Pat", 120.0, 0.16), ("Leo", 310.0, 0.055)),
    0.05,
    (("95 % limits", *limits(1.96)), ("99.8 % limits", *limits(3.09))),
)
BARS = Bars(
    "Alerts by month",
    "alerts",
    tuple(f"2026-{month:02}" for month in range(1, 13)),
    (("urgent", (2.0, 3, 1, 4, 2, 2, 5, 2, 1, 2, 1, 2)), ("same day", (6.0, 5, 7, 9, 6, 5, 9, 8, 4, 6, 7, 8))),
)
PICTURES: dict[str, Picture] = {
    "curves": CURVES,
    "panels": PANELS,
    "whiskers": WHISKERS,
    "funnel": FUNNEL,
    "bars": BARS,
}
