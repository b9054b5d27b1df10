"""The index of a table: finds one figure through time without searching the rows."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.categories.aggregate_names import TOTAL as TOTAL
from factbook.data.categories.composition import Composition, Kind
from factbook.data.categories.stated_gaps import Gaps
from factbook.data.cleaning import source_rows
from factbook.data.labels import constant, group_ids
from factbook.data.periods.period_calendar import FREQUENCIES, Frequency
from factbook.data.periods.periods import (
    frequencies_in,
    part_counts_of,
    ranks_of,
    within_of,
    years_of,
)
from factbook.data.rows import period_text
from factbook.data.series import Point, Series, SourceRows
from factbook.data.statuses.flags import Flags, known_flags
from factbook.data.table_names import Cell, TableNames
from factbook.measures.measures import Measures
from factbook.names import tidy

SUMMED_TO: Mapping[Frequency, tuple[Frequency, ...]] = {
    "day": ("month", "quarter", "half-year", "year"),
    "month": ("quarter", "half-year", "year"),
    "quarter": ("half-year", "year"),
    "half-year": ("year",),
}
"""Length of periods → the longer ones that sums of them give. Weeks cross months and years, and
nobody knows when a season begins."""


class Observations(NamedTuple):
    """All figures of a table in columns, sorted by cell, place and period.

    Attributes:
        cells: What figures have in common; `cell` holds indices into it.
        places: Codes; `place` holds indices into it.
        cell, place, node, period, value, file, row: A number for each figure: of its cell, place
            and node region, the code of its period, itself, of its file, and of its row.
    """

    cells: tuple[Cell, ...]
    places: tuple[str, ...]
    cell: NDArray[np.int64]
    place: NDArray[np.int64]
    node: NDArray[np.integer]
    period: NDArray[np.int32]
    value: NDArray[np.float64]
    file: NDArray[np.integer]
    row: NDArray[np.int32]


class Table(TableNames):
    """All figures of one table, sorted and indexed once.

    Safe to read from many threads. Series are built when first asked for, and kept.

    Attributes:
        name: Name of the table: ``ETM``, ``PLEXOS``, or the user's.
        called: What readers know it by: the file of a user's table, else its name.
        origin: Origin of its figures.
        files: Files that it was read from.
        totals: Casefolded names of categories recognised as totals of the others.
        reference: The scenario that others are compared with; empty if there is none.
        gaps: Gaps that the table states, of categories that are zero where they have no row.
        is_flagged: Whether any of its figures has a flag.
    """

    def __init__(
        self,
        name: str,
        origin: str,
        rows: pd.DataFrame,
        files: Sequence[str],
        region: str = "",
        measures: Measures | None = None,
        reference: str = "",
        *,
        flags: Flags | None = None,
        compositions: Mapping[Kind, Composition] | None = None,
        totals: frozenset[str] = frozenset(),
    ) -> None:
        """Index `rows`, a frame described in `factbook.data.rows`, without gaps.

        Args:
            name: Name of the table.
            origin: Origin of its figures.
            rows: All rows with a value, each of a country or of the region itself.
            files: Names of the files that the column ``file`` points into.
            region: Code of the region, which is not one of `places`.
            measures: What may be done to its figures; what is known of all measures by default.
            reference: The scenario that others are compared with.
            flags: What its flags mean; the published ones by default.
            compositions: Kind → how its categories hold each other; none of the others overlap.
            totals: Casefolded names of the categories that are totals of the others.
        """
        self.name = name
        self.called = name
        self.gaps: Gaps = {}
        self.origin = origin
        self.files = tuple(files)
        self.region = region
        self.totals = totals
        self._places = places = sorted(rows["place"].cat.categories)
        self._place_index = {place: index for index, place in enumerate(places)}
        if "scenario" not in rows:
            rows = rows.assign(scenario=constant("", len(rows)))
        cell_ids, cells = _cells_by_name(rows)
        super().__init__(cells, measures, reference, compositions)
        recode = np.array([self._place_index[p] for p in rows["place"].cat.categories] or [0])
        keys = cell_ids * max(len(places), 1) + recode[rows["place"].cat.codes.to_numpy()]
        periods = rows["period"].to_numpy(dtype=np.int32)
        order = np.lexsort((periods, keys))
        self._keys = keys[order]
        self._periods = periods[order]
        self._values = rows["value"].to_numpy(dtype=np.float64)[order]
        self._files = rows["file"].to_numpy(dtype=np.int16)[order]
        self._rows = rows["row"].to_numpy(dtype=np.int32)[order]
        self._flags = flags or known_flags()
        self._status, self._statuses = _statuses_of(rows, order)
        self.is_flagged = self._status is not None
        self._nodes = rows["node"].cat.codes.to_numpy()[order]
        self._node_names: list[str] = rows["node"].cat.categories.tolist()
        self._cell_index = {cell: index for index, cell in enumerate(self._cells)}
        self._kept_series: dict[tuple[object, ...], Series | None] = {}
        self._kept_lengths: dict[tuple[str, str, str], tuple[Frequency, ...]] = {}
        self._kept_nodes: dict[tuple[object, ...], Mapping[str, Series]] = {}

    def __getstate__(self) -> dict[str, object]:
        """The index without lock and cached series, to be sent to another process."""
        return {**self.__dict__, "_lock": None, "_kept_series": {}, "_kept_nodes": {}}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Restore an index from another process."""
        self.__dict__.update(state)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Number of rows with a value."""
        return len(self._values)

    def observations(self) -> Observations:
        """All figures in columns, for what looks at many at once; they must not be changed."""
        cell, place = np.divmod(self._keys, max(len(self._places), 1))
        return Observations(
            *(tuple(self._cells), tuple(self._places), cell, place, self._nodes, self._periods),
            *(self._values, self._files, self._rows),
        )

    def has_data(self, place_code: str) -> bool:
        """Whether any row belongs to the place."""
        return place_code in self._codes_with_data

    @property
    def codes(self) -> frozenset[str]:
        """Codes of all places with a value, including the region's if it has its own rows."""
        return self._codes_with_data

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years in which a period with a value lies, in order."""
        return tuple(np.unique(years_of(self._periods)).tolist())

    @cached_property
    def frequencies(self) -> tuple[Frequency, ...]:
        """Lengths of the periods that have a value, the longest first."""
        return frequencies_in(self._periods)

    def lengths(self, metric: str, unit: str, collection: str = "") -> tuple[Frequency, ...]:
        """Lengths of the periods in which a metric has values, the longest first.

        Of those that the data have, and those that their sums give: months of GWh make years.
        """
        key = (metric, unit, collection)
        if key not in self._kept_lengths:
            self._kept_lengths[key] = self._find_lengths(*key)
        return self._kept_lengths[key]

    def _find_lengths(self, metric: str, unit: str, collection: str) -> tuple[Frequency, ...]:
        held = tuple(
            frequency
            for frequency in self.frequencies
            if any(
                (one, metric, unit) in self._kinds_of[frequency]
                for one in self.collections(metric)
                if collection in ("", one)
            )
        )
        if not self.measure(metric, unit).adds_over_time:
            return held
        summed = {longer for one in held for longer in SUMMED_TO.get(one, ())}
        return tuple(one for one in FREQUENCIES if one in summed or one in held)

    def places(
        self, metric: str, subject: str, unit: str, collection: str = "", scenario: str = ""
    ) -> tuple[str, ...]:
        """Codes of the countries with a value in any period, sorted."""
        cell = self._cell(metric, subject, unit, collection, scenario)
        if cell is None:
            return ()
        size = max(len(self._places), 1)
        low, high = np.searchsorted(self._keys, (cell * size, (cell + 1) * size))
        codes = [self._places[key % size] for key in np.unique(self._keys[low:high]).tolist()]
        return tuple(code for code in codes if code != self.region)

    def series(
        self,
        place_code: str,
        metric: str,
        subject: str,
        unit: str,
        collection: str = "",
        frequency: Frequency = "year",
        scenario: str = "",
    ) -> Series | None:
        """One figure of one place through time, or None where there is no value.

        Several rows of one period (the nodes of a country) are added if the unit is additive; else
        the period is a gap. A period without a row of its own is the sum of the shorter ones that
        make it up, if their figures add up and all of them are there; else a gap.

        Args:
            place_code: A country's code, or the region's name for the data's own row.
            metric: As the table spells it.
            subject: As the table spells it; ``-`` for the data's own totals.
            unit: As the table spells it.
            collection: Required if several collections have the metric.
            frequency: Length of the periods.
            scenario: As the table spells it; empty for a table without scenarios.

        Raises:
            ValueError: Several collections have the metric and none is named.
        """
        key = (place_code, metric, subject, unit, collection, frequency, scenario)
        if key not in self._kept_series:
            bounds = self._bounds(place_code, metric, subject, unit, collection, scenario)
            if bounds is None:  # not kept: places times categories may be many more than rows
                return None
            label = (place_code, subject, metric, unit)
            found = self._built(np.arange(*bounds), label, frequency)
            with self._lock:
                self._kept_series.setdefault(key, found)
        return self._kept_series[key]

    def node_series(
        self, place_code: str, metric: str, subject: str, unit: str, collection: str = ""
    ) -> Mapping[str, Series]:
        """Yearly figures of a country's node regions by name; empty if there are none."""
        key = (place_code, metric, subject, unit, collection)
        if key not in self._kept_nodes:
            bounds = self._bounds(place_code, metric, subject, unit, collection)
            found = self._nodes_built(bounds, (subject, metric, unit)) if bounds else {}
            with self._lock:
                self._kept_nodes.setdefault(key, found)
        return self._kept_nodes[key]

    @cached_property
    def _codes_with_data(self) -> frozenset[str]:
        size = max(len(self._places), 1)
        return frozenset(self._places[index] for index in np.unique(self._keys % size).tolist())

    @cached_property
    def _kinds_of(self) -> dict[Frequency, frozenset[tuple[str, str, str]]]:
        """Length of periods → collection, metric and unit of what has values in such periods."""
        size = max(len(self._places), 1)
        ranks = ranks_of(self._periods)
        return {
            frequency: frozenset(
                (cell.collection, cell.metric, cell.unit)
                for index in np.unique(self._keys[ranks == FREQUENCIES.index(frequency)] // size)
                for cell in (self._cells[index],)
            )
            for frequency in self.frequencies
        }

    def _cell(
        self, metric: str, subject: str, unit: str, collection: str, scenario: str = ""
    ) -> int | None:
        """Index of the cell with these labels; None for a total beside its parts.

        In a long table totals with parts are left out already, each in its own key.
        """
        if not collection and self._has_collections:
            held = self.collections(metric)
            if len(held) > 1:
                raise ValueError(f"{metric} is in several collections: {', '.join(held)}")
            collection = held[0] if held else ""
        if subject == TOTAL and collection in self._collections_with_parts:
            return None
        return self._cell_index.get(Cell(collection, metric, subject, unit, scenario))

    def _bounds(
        self,
        place_code: str,
        metric: str,
        subject: str,
        unit: str,
        collection: str,
        scenario: str = "",
    ) -> tuple[int, int] | None:
        cell = self._cell(metric, subject, unit, collection, scenario)
        place = self._place_index.get(place_code)
        if cell is None or place is None:
            return None
        key = cell * max(len(self._places), 1) + place
        low, high = np.searchsorted(self._keys, (key, key + 1))
        return (int(low), int(high)) if low < high else None

    def _built(
        self, at: NDArray[np.intp], label: tuple[str, str, str, str], frequency: Frequency
    ) -> Series | None:
        """The series of the rows at given positions, which are in order of time."""
        place, subject, metric, unit = label
        ranks = ranks_of(self._periods[at])
        points = self._points(at[ranks == FREQUENCIES.index(frequency)], metric, unit)
        if self.measure(metric, unit).adds_over_time:
            for shorter in self.frequencies:
                if frequency in SUMMED_TO.get(shorter, ()):
                    rows = at[ranks == FREQUENCIES.index(shorter)]
                    for period, point in self._sums_of_parts(rows, shorter, frequency).items():
                        points.setdefault(period, point)
            points = dict(sorted(points.items()))
        return Series(self.name, place, subject, metric, unit, points) if points else None

    def _points(self, at: NDArray[np.intp], metric: str, unit: str) -> dict[str, Point]:
        """Period → sum of its rows; a period with several rows of a ratio is a gap."""
        periods = self._periods[at]
        starts = np.flatnonzero(np.diff(periods)) + 1
        if len(at) and len(starts) == len(at) - 1:
            return self._single_points(at)
        points: dict[str, Point] = {}
        for part in np.split(at, starts):
            if len(part) == 1 or (len(part) and self.measure(metric, unit).adds_over_places):
                points[period_text(int(self._periods[part[0]]))] = self._sum(part)
        return points

    def _status_of(self, at: NDArray[np.intp]) -> str:
        """The flags of the figure of several rows."""
        if self._status is None:
            return ""
        return self._flags.merged(self._statuses[code] for code in self._status[at].tolist())

    def _single_points(self, at: NDArray[np.intp]) -> dict[str, Point]:
        """Points of rows that are alone in their periods, as most are."""
        columns = (self._periods, self._values, self._files, self._rows)
        points = {
            period_text(period): Point(value, (SourceRows(self.files[file], (row,)),))
            for period, value, file, row in zip(*(c[at].tolist() for c in columns), strict=True)
        }
        if self._status is None or not self._status[at].any():
            return points
        statuses = (self._statuses[code] for code in self._status[at].tolist())
        return {
            period: replace(point, status=status)
            for (period, point), status in zip(points.items(), statuses, strict=True)
        }

    def _sum(self, at: NDArray[np.intp]) -> Point:
        return Point(
            math.fsum(self._values[at].tolist()),
            source_rows(self.files, self._files[at], self._rows[at]),
            self._status_of(at),
        )

    def _sums_of_parts(
        self, at: NDArray[np.intp], shorter: Frequency, longer: Frequency
    ) -> dict[str, Point]:
        """Longer period → sum of the shorter ones that make it up, where all of them are there."""
        if not len(at):
            return {}
        wholes = within_of(self._periods[at], longer)
        starts = np.flatnonzero(np.diff(wholes)) + 1
        firsts = wholes[np.concatenate(([0], starts))]
        counts = part_counts_of(firsts, shorter).tolist()
        return {
            period_text(whole): self._sum(part)
            for whole, count, part in zip(
                firsts.tolist(), counts, np.split(at, starts), strict=True
            )
            if len(np.unique(self._periods[part])) == count
        }

    def _nodes_built(
        self, bounds: tuple[int, int], label: tuple[str, str, str]
    ) -> Mapping[str, Series]:
        at = np.arange(*bounds)
        nodes = self._nodes[at]
        found: dict[str, Series] = {}
        for code in np.unique(nodes).tolist():
            name = self._node_names[code]
            series = self._built(at[nodes == code], (name, *label), "year") if name else None
            if series:
                found[name] = series
        return dict(sorted(found.items()))


def _statuses_of(
    rows: pd.DataFrame, order: NDArray[np.intp]
) -> tuple[NDArray[np.int16] | None, list[str]]:
    """Codes of the flags of rows in an order, and the flags, no flag first; None without any."""
    if "status" not in rows or not (rows["status"] != "").any():
        return None, [""]
    labels = rows["status"].cat.categories.tolist()
    statuses = ["", *(label for label in labels if label)]
    recode = np.array([statuses.index(label) for label in labels], dtype=np.int16)
    return recode[rows["status"].cat.codes.to_numpy()[order]], statuses


def _cells_by_name(
    rows: pd.DataFrame,
) -> tuple[NDArray[np.int64], list[Cell]]:
    """For each row the index of its cell, and the cells.

    Cells are in order of their names, so that nothing depends on the order of rows in a file.
    """
    ids = group_ids(rows, Cell._fields)
    inverse, _ = pd.factorize(ids)
    heads = rows.iloc[np.flatnonzero(~pd.Series(inverse).duplicated())]
    columns = (heads[name].tolist() for name in Cell._fields)
    found = [Cell(*labels) for labels in zip(*columns, strict=True)]
    order = sorted(range(len(found)), key=lambda at: _natural(found[at]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], [found[at] for at in order]


def _natural(cell: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort key of cells: their names without regard to case, then with it."""
    return tuple(name.casefold() for name in cell), cell


def spelled(text: str, spellings: Sequence[str]) -> str | None:
    """How a table spells a name, whatever its case and blanks; None if it has no such name.

    Args:
        text: The name as a sheet writes it.
        spellings: The names of the table.
    """
    wanted = tidy(text)
    if wanted in spellings:
        return wanted
    by_fold = {spelling.casefold(): spelling for spelling in reversed(spellings)}
    return by_fold.get(wanted.casefold())
