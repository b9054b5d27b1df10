"""Series: what can be compared of a quantity in a place through time, and how noisy it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean, stdev

from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.data.statuses.flags import Status
from factbook.evidence.comparable import barrier
from factbook.evidence.panels import Panel
from factbook.evidence.sums import Value

NOT_FIRM = frozenset(
    (
        Status.PROVISIONAL, Status.FORECAST, Status.UNRELIABLE, Status.NOT_SIGNIFICANT,
        Status.EXPERIMENTAL,
    )
)  # fmt: skip
"""What may yet change, or means little: no finding rests on a comparison with it."""

FEWEST_STEPS = 4
"""Changes from which the noise of a series is known."""


@dataclass(frozen=True)
class Series:
    """The values of a place that can be compared with each other, without a gap between them.

    Attributes:
        panel: The quantity.
        place: The place.
        periods: Their periods, in order of time, all the same distance apart.
        values: The values.
    """

    panel: Panel
    place: Place
    periods: tuple[str, ...]
    values: tuple[float, ...]

    def __len__(self) -> int:
        """How many values it has."""
        return len(self.values)

    @property
    def last(self) -> float:
        """The value of the last period."""
        return self.values[-1]

    @cached_property
    def steps(self) -> tuple[float, ...]:
        """Changes from each period to the next."""
        return tuple(b - a for a, b in pairwise(self.values))

    @cached_property
    def noise(self) -> float:
        """Standard deviation of the steps; infinite where there are too few to know it.

        Of independent values it is 1.41 times theirs, so that a change within the noise is seldom
        more than twice it, whether values or changes are independent of each other.
        """
        if len(self.steps) < FEWEST_STEPS:
            return math.inf
        return max(stdev(self.steps), self.floor)

    @property
    def floor(self) -> float:
        """Below this a difference is one of rounding."""
        return 2.0 * self.panel.half_unit

    def above_noise(self, change: float) -> float:
        """A change in units of the noise; 0 where the noise is not known."""
        return abs(change) / self.noise if self.noise else 0.0

    @cached_property
    def largest(self) -> float:
        """The largest magnitude of its values."""
        return max(map(abs, self.values), default=0.0)

    @cached_property
    def mean(self) -> float:
        """The mean of its values."""
        return fmean(self.values)

    def at(self, period: str) -> float | None:
        """The value of a period; None where it has none that can be compared."""
        try:
            return self.values[self.periods.index(period)]
        except ValueError:
            return None


def series_of(panel: Panel, place: Place, until: str) -> Series:
    """The comparable values of a place up to a period; none where that period has no firm one.

    They end there and reach back to the first gap, break, other definition, provisional figure or
    figure that adds up other places. It is empty for a place without a value in that period.

    Args:
        panel: The quantity.
        place: The place.
        until: The last period.
    """
    values = panel.of(place)
    last = values.get(until)
    if last is None or not _is_firm(panel, last):
        return Series(panel, place, (), ())
    listed = [period for period in values if period <= until][::-1]
    kept = [until]
    codes = _codes(last)
    step = 0
    for period in listed[1:]:
        value = values[period]
        distance = period_of(kept[-1]).ordinal - period_of(period).ordinal
        step = step or distance
        if distance != step or not _is_firm(panel, value) or _codes(value) != codes:
            break
        if barrier(panel, place, period, until) is not None:
            break
        kept.append(period)
    kept.reverse()
    return Series(panel, place, tuple(kept), tuple(values[p].value for p in kept))


def are_comparable(panel: Panel, place: Place, first: str, last: str) -> bool:
    """Whether two periods of a place can be compared, whatever lies between them.

    Args:
        panel: The quantity.
        place: The place.
        first: The earlier period.
        last: The later period.
    """
    values = panel.of(place)
    then, now = values.get(first), values.get(last)
    if then is None or now is None or not (_is_firm(panel, then) and _is_firm(panel, now)):
        return False
    return _codes(then) == _codes(now) and barrier(panel, place, first, last) is None


def _is_firm(panel: Panel, value: Value) -> bool:
    """Whether no flag says that a value may yet change, or means little."""
    if not panel.table.is_flagged:
        return True
    status_of = panel.dataset.flags.status_of
    return all(NOT_FIRM.isdisjoint(status_of(text)) for text in value.statuses)


def _codes(value: Value) -> frozenset[str]:
    """Codes of the places whose figures a value adds up."""
    return frozenset(code for code, _, _ in value.parts)
