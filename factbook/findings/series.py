"""Series: what can be compared of a quantity in a place through time, and how noisy it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from statistics import fmean

from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.data.statuses.flags import Status
from factbook.evidence.comparable import barrier
from factbook.evidence.panels import Panel
from factbook.evidence.sums import Value
from factbook.findings import chance
from factbook.findings.scale import relative

NOT_FIRM = frozenset(
    (
        Status.PROVISIONAL, Status.FORECAST, Status.UNRELIABLE, Status.NOT_SIGNIFICANT,
        Status.EXPERIMENTAL,
    )
)  # fmt: skip
"""What may yet change, or means little: no finding rests on a comparison with it."""

LARGE_PART = 0.5
"""A zero beside a value of at least this part of the largest is a gap, not an end."""

COPIES = 3
"""Equal values at the end, after values that all differ, that are copies of the first of them."""

MANY_TIMES = 7.0
"""A step to so many times as much, and back, is a slip: a digit, or a row of another place."""

_NEARLY_THE_SAME = 0.25
"""Part by which a series may differ before and after a slip."""

_DIGITS = 50.0
"""Half units from which on equal values are no matter of rounding."""


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

    @property
    def floor(self) -> float:
        """Below this a difference is one of rounding."""
        return 2.0 * self.panel.half_unit

    @cached_property
    def largest(self) -> float:
        """The largest magnitude of its values."""
        return max(map(abs, self.values), default=0.0)

    @cached_property
    def mean(self) -> float:
        """The mean of its values."""
        return fmean(self.values)

    def drift(self, first: str = "", last: str = "") -> float:
        """Probability that a walk without an aim goes as far between two periods.

        It is 1 where one of them lies before a gap, so that nothing is known of the way.

        Args:
            first: The earlier period; the first one where it is empty.
            last: The later period; else the last one.
        """
        if not {first, last} - {""} <= {*self.periods}:
            return 1.0
        start = self.periods.index(first) if first else 0
        end = self.periods.index(last) if last else len(self.values) - 1
        return chance.of_drift(self.values, start, end, self.floor)

    @property
    def step(self) -> int:
        """How far apart its periods are, in the shortest of their length: 5 for each fifth year."""
        if len(self.periods) < 2:
            return 1
        return _ordinal(self.periods[1]) - _ordinal(self.periods[0])

    @property
    def is_from_the_start(self) -> bool:
        """Whether no earlier value was left out."""
        return self.periods[0] == next(iter(self.panel.of(self.place)))

    def at(self, period: str) -> float | None:
        """The value of a period; None where it has none that can be compared."""
        try:
            return self.values[self.periods.index(period)]
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def _ordinal(period: str) -> int:
    """Where a period stands among those of its length."""
    return period_of(period).ordinal


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
    if last is None or not is_firm(panel, last):
        return Series(panel, place, (), ())
    listed = [period for period in values if period <= until][::-1]
    kept = [until]
    codes = _codes(last)
    step = 0
    for period in listed[1:]:
        value = values[period]
        distance = _ordinal(kept[-1]) - _ordinal(period)
        step = step or distance
        if distance != step or not is_firm(panel, value) or _codes(value) != codes:
            break
        if barrier(panel, place, period, until) is not None:
            break
        kept.append(period)
    kept.reverse()
    return _sound(Series(panel, place, tuple(kept), tuple(values[p].value for p in kept)))


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
    if then is None or now is None or not (is_firm(panel, then) and is_firm(panel, now)):
        return False
    return _codes(then) == _codes(now) and barrier(panel, place, first, last) is None


def _sound(series: Series) -> Series:
    """A series without what is no figure: zeros that are gaps, and copies of an earlier value."""
    values = series.values
    if _is_copied(series):
        return Series(series.panel, series.place, (), ())
    start = _after_slip(values)
    if start and values[start] >= _DIGITS * series.panel.half_unit:
        return _sound(Series(series.panel, series.place, series.periods[start:], values[start:]))
    if 0.0 not in values or not series.panel.measure.has_true_zero:
        return series
    much = LARGE_PART * series.largest
    for at in range(len(values) - 1, -1, -1):
        if values[at]:
            continue
        before = values[at - 1] if at else 0.0
        after = values[at + 1] if at + 1 < len(values) else before
        if min(abs(before), abs(after)) >= much > 0:
            return Series(series.panel, series.place, series.periods[at + 1 :], values[at + 1 :])
    return series


def _after_slip(values: Sequence[float]) -> int:
    """Where a series is itself again, after figures many times as large or as small; 0 for nowhere.

    As where a decimal point slipped, or another place's figures stand in a few rows.
    """
    if min(values) <= 0:
        return 0
    for back in range(len(values) - 1, 1, -1):
        ratio = values[back - 1] / values[back]
        if 1 / MANY_TIMES < ratio < MANY_TIMES:
            continue
        for out in range(back - 1, 0, -1):
            left = values[out] / values[out - 1]
            is_same_way = left >= MANY_TIMES if ratio > 1 else left <= 1 / MANY_TIMES
            if is_same_way and relative(values[out - 1], values[back]) < _NEARLY_THE_SAME:
                return back
    return 0


def _is_copied(series: Series) -> bool:
    """Whether the last values repeat an earlier one, as where someone filled cells downwards."""
    values, last = series.values, series.values[-1]
    if len(values) <= COPIES + 1 or abs(last) < _DIGITS * series.panel.half_unit:
        return False
    same = next((at for at, v in enumerate(reversed(values)) if v != last), len(values))
    earlier = series.steps[: len(values) - same]
    return same >= COPIES and len(earlier) >= 2 and all(earlier)


def is_firm(panel: Panel, value: Value) -> bool:
    """Whether no flag says that a value may yet change, or means little."""
    if not panel.table.is_flagged:
        return True
    status_of = panel.dataset.flags.status_of
    return all(NOT_FIRM.isdisjoint(status_of(text)) for text in value.statuses)


def _codes(value: Value) -> frozenset[str]:
    """Codes of the places whose figures a value adds up."""
    return frozenset(code for code, _, _ in value.parts)
