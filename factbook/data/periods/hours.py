"""Hourly figures, made into figures of days and longer periods while a table is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config.hourly import ALLOWED, Statistic
from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural
from factbook.data.labels import constant, group_ids, stack
from factbook.data.periods.period_calendar import FREQUENCIES, Frequency
from factbook.data.periods.periods import part_counts_of, ranks_of, within_of
from factbook.data.rows import SERIES_KEYS, period_text, rows_named
from factbook.data.statuses.flags import Flags, known_flags
from factbook.data.statuses.statuses import merged_within
from factbook.measures.measures import Measures
from factbook.measures.units import read_unit

LONGER: tuple[Frequency, ...] = ("year", "half-year", "quarter", "month", "week", "day")
"""The periods that figures of hours are made for."""

LEAST_PART = 0.9
"""Part of a period's hours that must be there for its mean, maximum, minimum or quantile: the
minimum data capture for hourly values of Directive 2008/50/EC, annex I. A sum, and a count of
hours, need all of them."""

_PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
"""SI prefixes of the units in which figures of places are given."""

_NEED_ALL = ("sum", "hours above")
_FIGURE = tuple(key for key in SERIES_KEYS if key != "period")


def without_hours(
    rows: pd.DataFrame,
    files: Sequence[str],
    measures: Measures,
    notes: Notes,
    flags: Flags | None = None,
) -> pd.DataFrame:
    """The rows with those of hours replaced by rows of days, weeks, months, quarters and years.

    Of each measure as its `Measures.statistics` say; what there is to be said about them is said
    at once. The number of such a row is that of its first hour; its flags are those of all hours.

    Args:
        rows: Rows of a long table, each figure once, in any order.
        files: Names of the files that the column ``file`` points into.
        measures: What may be done to figures; learns the measures that are made.
        notes: Collects findings and cleanings.
        flags: What flags beside figures mean; the published ones by default.
    """
    is_hour = ranks_of(rows["period"].to_numpy()) == FREQUENCIES.index("hour")
    if not is_hour.any():
        return rows
    flags = flags or known_flags()
    hours = rows[is_hour].reset_index(drop=True)
    kinds = group_ids(hours, ("metric", "unit"))
    made = [rows[~is_hour]]
    unknown: list[str] = []
    for kind in pd.unique(kinds):
        of_kind = hours[kinds == kind]
        metric, unit = str(of_kind["metric"].iloc[0]), str(of_kind["unit"].iloc[0])
        statistics = measures.statistics(metric, unit)
        if not statistics:
            unknown.append(f"{metric} ({unit or 'no unit'})")
        made += _made(of_kind, metric, unit, statistics, files, measures, notes, flags)
    if unknown:
        _note_unknown(unknown, files, notes)
    notes.cleaned(
        "hours",
        listing(files, 3),
        f"{plural(len(hours), 'hourly figure')} of {listing(files, 3)} made into figures of days, "
        "weeks, months, quarters and years; the row named for each is that of its first hour",
        len(hours),
        rows_named(hours.head(ROWS_NAMED), files),
    )
    kept = stack([frame for frame in made if len(frame)] or made[:1])
    kept.attrs = rows.attrs
    return kept


def _made(
    hours: pd.DataFrame,
    metric: str,
    unit: str,
    statistics: Iterable[Statistic],
    files: Sequence[str],
    measures: Measures,
    notes: Notes,
    flags: Flags,
) -> list[pd.DataFrame]:
    """The rows that are made of the hours of one measure."""
    found = []
    lacking: dict[str, tuple[int, int]] = {}
    figures = group_ids(hours, _FIGURE)
    order = np.lexsort((hours["period"].to_numpy(), figures))
    hours, figures = hours.iloc[order], figures[order]
    by_value = np.argsort(hours["value"].to_numpy(), kind="stable")
    for longer in LONGER:
        groups = _Groups(hours, figures, longer, by_value, flags)
        for statistic in statistics:
            bound = _bound(statistic, unit, metric, notes)
            if bound is None:
                return []
            values, is_told = groups.values(statistic, bound)
            if longer == "year" and statistic.kind in _NEED_ALL:
                lacking |= groups.lacking()
            measure = measures.make(metric, unit, statistic)
            heads = groups.heads[is_told]
            found.append(
                heads.assign(
                    value=values[is_told],
                    metric=constant(measure.name, len(heads)),
                    unit=constant(measure.unit, len(heads)),
                )
            )
    if lacking:
        _note_lacking(f"{metric} ({unit})", lacking, files, notes)
    return found


class _Groups:
    """The hours of each figure in each longer period, one after the other.

    Attributes:
        heads: The first row of each group, with the longer period.
    """

    def __init__(
        self,
        hours: pd.DataFrame,
        figures: NDArray[np.int64],
        longer: Frequency,
        by_value: NDArray[np.intp],
        flags: Flags,
    ) -> None:
        """Find where each figure's periods begin.

        Args:
            hours: The hours of each figure in order of time.
            figures: Number of the figure of each.
            longer: Length of the periods.
            by_value: The order of the hours by value.
            flags: What flags beside figures mean.
        """
        self._by_value = by_value
        wholes = within_of(hours["period"].to_numpy(), longer)
        is_first = np.ones(len(hours), dtype=bool)
        is_first[1:] = (figures[1:] != figures[:-1]) | (wholes[1:] != wholes[:-1])
        self._starts = np.flatnonzero(is_first)
        self._values = hours["value"].to_numpy()
        self._present = np.diff(np.append(self._starts, len(hours)))
        self._wholes = wholes[self._starts]
        self._expected = part_counts_of(self._wholes, "hour")
        self.heads = hours.iloc[self._starts].assign(period=self._wholes)
        if "status" in hours:
            self.heads["status"] = merged_within(hours["status"], self._starts, flags)

    def values(
        self, statistic: Statistic, bound: float
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The statistic of each group, and whether enough of its hours are there to be told."""
        least = self._expected * (1 if statistic.kind in _NEED_ALL else LEAST_PART)
        return self._computed(statistic, bound), self._present >= least

    def lacking(self) -> dict[str, tuple[int, int]]:
        """Incomplete period → hours there and expected, of the figure that has fewest."""
        found: dict[str, tuple[int, int]] = {}
        for at in np.flatnonzero(self._present < self._expected).tolist():
            text = period_text(int(self._wholes[at]))
            counts = int(self._present[at]), int(self._expected[at])
            found[text] = min(counts, found.get(text, counts))
        return found

    def _computed(self, statistic: Statistic, bound: float) -> NDArray[np.float64]:
        values, starts = self._values, self._starts
        match statistic.kind:
            case "sum":
                return np.add.reduceat(values, starts)
            case "mean":
                return np.add.reduceat(values, starts) / self._present
            case "max":
                return np.maximum.reduceat(values, starts)
            case "min":
                return np.minimum.reduceat(values, starts)
            case "hours above":
                return np.add.reduceat((values > bound).astype(np.float64), starts)
            case "quantile":
                return self._quantiles(statistic.number)

    def _quantiles(self, part: float) -> NDArray[np.float64]:
        """Linear between the two nearest hours (Hyndman and Fan 1996, definition 7)."""
        groups = np.repeat(np.arange(len(self._starts), dtype=np.int32), self._present)
        by_group = np.argsort(groups[self._by_value], kind="stable")
        ordered = self._values[self._by_value[by_group]]
        at = self._starts + part * (self._present - 1)
        low = np.floor(at).astype(np.intp)
        high = np.minimum(low + 1, self._starts + self._present - 1)
        found: NDArray[np.float64] = ordered[low] + (ordered[high] - ordered[low]) * (at - low)
        return found


def _bound(statistic: Statistic, unit: str, metric: str, notes: Notes) -> float | None:
    """The bound in the unit of the data; None where an error was noted."""
    if not statistic.unit or statistic.unit == unit:
        return statistic.number
    factor = _factor(statistic.unit, unit)
    if factor is not None:
        return statistic.number * factor
    notes.add(
        "error",
        "hourly-unit",
        f"[measures.\"{metric}\"] hourly has a bound in '{statistic.unit}', and the figures are in "
        f"'{unit}'",
        file="project.toml",
        allowed=f"'{unit}', or another unit of the same quantity",
        remedy="Write the bound in the unit of the data",
    )
    return None


def _factor(asked: str, given: str) -> float | None:
    """How many of a unit another one is, where they differ in an SI prefix alone; else None."""
    quantity = read_unit(given).quantity
    if quantity is None or read_unit(asked).quantity != quantity:
        return None
    for prefix, scale in _PREFIXES.items():
        base = asked.removeprefix(prefix)
        for other, other_scale in _PREFIXES.items():
            if base and asked == prefix + base and given == other + base:
                return scale / other_scale
    return None


def _note_unknown(unknown: Sequence[str], files: Sequence[str], notes: Notes) -> None:
    notes.add(
        "error",
        "hourly-unknown",
        f"hourly figures of {listing(unknown, 8)}: it is not known what becomes of them",
        file=listing(files, 3),
        allowed=f"{ALLOWED}, or a list of them",
        remedy=f'Set hourly under [measures."{unknown[0].rpartition(" (")[0]}"] in project.toml',
    )


def _note_lacking(
    what: str, lacking: dict[str, tuple[int, int]], files: Sequence[str], notes: Notes
) -> None:
    years = [f"{year} has {there:,} of {all_:,} hours" for year, (there, all_) in lacking.items()]
    notes.add(
        "warning",
        "incomplete-hours",
        f"{what}: {listing(years, 8)}; a sum and a count of hours need all of them, and are left "
        "out there",
        file=listing(files, 3),
        remedy="Add the missing hours, in UTC, which has no hour twice and none that is skipped",
    )
