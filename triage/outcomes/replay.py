"""What another protocol would have done: the same reports judged before and after, counted, and what changed named."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import Bytes, Whole
from triage.outcomes.paired import mcnemar_exact
from triage.rules import Urgency

LEVELS = len(Urgency)
DAY_US = 86_400_000_000
FIRST_MONDAY = 4  # days from Thursday, the first of January 1970
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
USEFUL, NOT_USEFUL = ("useful",), ("could_have_waited", "not_needed")


class Change(NamedTuple):
    """A report that is judged otherwise after than before."""

    check_in: str
    patient: str
    at: datetime
    day: int | None  # since the procedure that was the latest then; None: there is none
    before: Urgency
    after: Urgency
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]

    @property
    def is_danger_lost(self) -> bool:
        """Tell whether a danger would have been answered below urgent."""
        return self.before >= Urgency.urgent > self.after

    def as_mapping(self) -> dict[str, Any]:
        """Return the change as JSON shows it."""
        urgencies = {"before": self.before.name, "after": self.after.name}
        rules = {"rules_before": list(self.rules_before), "rules_after": list(self.rules_after)}
        return {**self._asdict(), "at": self.at.isoformat(), **urgencies, **rules}


class Labelled(NamedTuple):
    """A closed alert, what a human said of its use, and how urgent the most urgent of its reports is."""

    alert: str
    patient: str
    opened_at: datetime
    useful: str
    before: Urgency
    after: Urgency

    @property
    def is_gone(self) -> bool:
        """Tell whether there was an alert before and would be none after."""
        return self.before > Urgency.self_care == self.after

    def as_mapping(self) -> dict[str, Any]:
        """Return the alert as JSON shows it."""
        urgencies = {"before": self.before.name, "after": self.after.name}
        return {**self._asdict(), "opened_at": self.opened_at.isoformat(), **urgencies}


class Week(NamedTuple):
    """Alerting reports of one week from Monday, 0:00 UTC."""

    monday: str
    reports: int
    before: int
    after: int


class Replay(NamedTuple):
    """The comparison of two judgements of the same reports. An alerting report is one at routine or above."""

    reports: int
    patients: int
    first_at: datetime | None  # None: there are no reports
    last_at: datetime | None
    matrix: tuple[tuple[int, ...], ...]  # urgency before x urgency after
    weeks: tuple[Week, ...]  # every week from the first report to the last
    judged_with: Mapping[str, int]  # before: how many reports by each protocol's digest; empty: by none, see `judge.py`
    rules: Mapping[str, int]  # in how many reports each rule fires after, most often first
    changes: tuple[Change, ...]  # the most dangerous first
    labelled: tuple[Labelled, ...]

    def before(self) -> dict[str, int]:
        """Return how many reports have each urgency before."""
        return {urgency.name: sum(self.matrix[urgency]) for urgency in Urgency}

    def after(self) -> dict[str, int]:
        """Return how many reports have each urgency after."""
        return {urgency.name: sum(row[urgency] for row in self.matrix) for urgency in Urgency}

    def danger_lost(self) -> list[Change]:
        """Return every report that was urgent or above before and is below after."""
        return [change for change in self.changes if change.is_danger_lost]

    def alerting(self) -> dict[str, Any]:
        """Return how many reports alert before and after, per week of seven days, and whether that is chance."""
        calm = self.matrix[0][0]
        only_after, only_before = sum(self.matrix[0]) - calm, sum(row[0] for row in self.matrix) - calm
        both = self.reports - calm - only_after - only_before
        return {
            "before": both + only_before,
            "after": both + only_after,
            "before_per_week": (both + only_before) / self.span_weeks() if self.reports else 0.0,
            "after_per_week": (both + only_after) / self.span_weeks() if self.reports else 0.0,
            "only_before": only_before,
            "only_after": only_after,
            "mcnemar_p": mcnemar_exact(only_before, only_after),
        }

    def span_weeks(self) -> float:
        """Return the weeks from the first report to the last, at least one."""
        if self.first_at is None or self.last_at is None:
            return 1.0
        return max(1.0, (self.last_at - self.first_at) / timedelta(weeks=1))

    def gone(self, labels: Iterable[str]) -> list[Labelled]:
        """Return the alerts with one of these labels that would not have been raised."""
        return [alert for alert in self.labelled if alert.useful in labels and alert.is_gone]

    def as_mapping(self) -> dict[str, Any]:
        """Return the whole comparison as JSON shows it."""
        moments = (at.isoformat() if at else None for at in (self.first_at, self.last_at))
        labels = Counter(alert.useful for alert in self.labelled)
        return {
            "reports": self.reports,
            "patients": self.patients,
            **dict(zip(("first_at", "last_at"), moments, strict=True)),
            "urgency": {"before": self.before(), "after": self.after()},
            "matrix": [list(row) for row in self.matrix],
            "alerting": self.alerting(),
            "weeks": [week._asdict() for week in self.weeks],
            "labelled_alerts": dict(sorted(labels.items())),
            "useful_alerts_lost": [alert.as_mapping() for alert in self.gone(USEFUL)],
            "needless_alerts_saved": [alert.as_mapping() for alert in self.gone(NOT_USEFUL)],
            "rules_after": dict(self.rules),
            "danger_lost": [change.as_mapping() for change in self.danger_lost()],
            "changes": [change.as_mapping() for change in self.changes],
        }


class Compared(NamedTuple):
    """Some reports, in columns, judged before and after."""

    at_us: Whole  # microseconds since 1970
    before: Bytes
    after: Bytes


@dataclass(slots=True)
class Tally:
    """Takes in reports part by part and keeps counts and changes only."""

    matrix: NDArray[np.int64] = field(default_factory=lambda: np.zeros((LEVELS, LEVELS), np.int64))
    weeks: Counter[tuple[int, str]] = field(default_factory=Counter)
    judged_with: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    labelled: list[Labelled] = field(default_factory=list)
    patients: int = 0
    moments: list[int] = field(default_factory=list)  # the first and the last, in microseconds since 1970

    def add(self, compared: Compared, patients: int) -> None:
        """Count reports, none of which was counted before, of so many patients who were not."""
        if not len(compared.at_us):
            return
        pairs = compared.before.astype(np.intp) * LEVELS + compared.after
        self.matrix += np.bincount(pairs, minlength=LEVELS * LEVELS).reshape(LEVELS, LEVELS)
        self.patients += patients
        ends = [*self.moments, int(compared.at_us.min()), int(compared.at_us.max())]
        self.moments = [min(ends), max(ends)]
        week = week_of(compared.at_us)
        for kind, rows in (
            ("reports", week),
            ("before", week[compared.before > 0]),
            ("after", week[compared.after > 0]),
        ):
            for number, count in zip(*np.unique(rows, return_counts=True), strict=True):
                self.weeks[int(number), kind] += int(count)

    def result(self) -> Replay:
        """Return what has been counted."""
        first, last = self.moments or (None, None)
        numbers = range(week_of(first), week_of(last) + 1) if first is not None and last is not None else ()
        weeks = (Week(_monday(n), *(self.weeks[n, kind] for kind in ("reports", "before", "after"))) for n in numbers)
        return Replay(
            reports=int(self.matrix.sum()),
            patients=self.patients,
            first_at=moment_of(first) if first is not None else None,
            last_at=moment_of(last) if last is not None else None,
            matrix=tuple(tuple(row) for row in self.matrix.tolist()),
            weeks=tuple(weeks),
            judged_with=_often_first(self.judged_with),
            rules=_often_first(self.fired),
            changes=tuple(sorted(self.changes, key=_danger)),
            labelled=tuple(sorted(self.labelled, key=lambda alert: (alert.opened_at, alert.alert))),
        )


def week_of(at_us: Any) -> Any:
    """Return the number of the week from Monday of a moment, or of a column of them."""
    return (at_us // DAY_US - FIRST_MONDAY) // 7


def moment_of(at_us: int) -> datetime:
    """Return a moment from its microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at_us)


def _often_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _monday(week: int) -> str:
    return (EPOCH + timedelta(days=week * 7 + FIRST_MONDAY)).date().isoformat()


def _danger(change: Change) -> tuple[Any, ...]:
    """Return what orders changes: lost dangers, then the deepest falls, then the highest rises."""
    fall = change.before - change.after
    return not change.is_danger_lost, -max(fall, 0), -max(change.before, change.after), fall, change.at, change.check_in
