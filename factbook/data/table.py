"""The index of a table: finds one figure through time without searching the rows."""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import source_rows
from factbook.data.labels import group_ids, tidy
from factbook.data.rows import MONTHS_OF_A_YEAR, period_text
from factbook.data.series import Point, Series, SourceRows
from factbook.data.units import adds_over_months, is_additive

TOTAL = "-"
"""The subject that denotes a total in the data."""

_CELL = ("collection", "metric", "subject", "unit")


@dataclass(frozen=True, slots=True)
class _Names:
    """What a metric has in a collection, by name; see `Table`."""

    subjects: tuple[str, ...]
    units: tuple[str, ...]
    summands: tuple[str, ...]


class Table:
    """All figures of one table, sorted and indexed once.

    Safe to read from many threads. Series are built when first asked for, and kept.

    Attributes:
        name: Name of the table: ``ETM``, ``PLEXOS``, or the user's.
        origin: Origin of its figures.
        files: Files that it was read from.
        totals: Casefolded names of categories recognised as totals of the others.
    """

    def __init__(
        self,
        name: str,
        origin: str,
        rows: pd.DataFrame,
        files: Sequence[str],
        region: str = "",
    ) -> None:
        """Index `rows`, a frame described in `factbook.data.rows`, without gaps.

        Args:
            name: Name of the table.
            origin: Origin of its figures.
            rows: All rows with a value, each of a country or of the region itself; its ``attrs``
                may contain the names of ``totals``.
            files: Names of the files that the column ``file`` points into.
            region: Code of the region, which is not one of `places`.
        """
        self.name = name
        self.origin = origin
        self.files = tuple(files)
        self.region = region
        self.totals: frozenset[str] = rows.attrs.get("totals", frozenset())
        places = sorted(rows["place"].cat.categories)
        self._place_index = {place: index for index, place in enumerate(places)}
        self._places = places
        cell_ids, self._cells = _cells_by_name(rows)
        recode = np.array([self._place_index[p] for p in rows["place"].cat.categories] or [0])
        keys = cell_ids * max(len(places), 1) + recode[rows["place"].cat.codes.to_numpy()]
        periods = rows["period"].to_numpy(dtype=np.int32)
        order = np.lexsort((periods, keys))
        self._keys = keys[order]
        self._periods = periods[order]
        self._values = rows["value"].to_numpy(dtype=np.float64)[order]
        self._files = rows["file"].to_numpy(dtype=np.int16)[order]
        self._rows = rows["row"].to_numpy(dtype=np.int32)[order]
        self._nodes = rows["node"].cat.codes.to_numpy()[order]
        self._node_names: list[str] = rows["node"].cat.categories.tolist()
        self._cell_index = {cell: index for index, cell in enumerate(self._cells)}
        self._lock = threading.Lock()
        self._kept_series: dict[tuple[object, ...], Series | None] = {}
        self._kept_nodes: dict[tuple[object, ...], Mapping[str, Series]] = {}
        self._kept_names: dict[tuple[str, str], _Names] = {}

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

    @cached_property
    def all_collections(self) -> tuple[str, ...]:
        """All collections by name; one empty text for a long table."""
        return tuple(dict.fromkeys(cell[0] for cell in self._cells))

    def collections(self, metric: str) -> tuple[str, ...]:
        """Collections with a metric, by name; one empty text for a long table."""
        return self._collections_of.get(metric, ())

    def metrics(self, collection: str = "") -> tuple[str, ...]:
        """Metrics of a collection by name; of the whole table when none is named."""
        return self._metrics.get(collection, ())

    def subjects(self, metric: str, collection: str = "") -> tuple[str, ...]:
        """Subjects of a metric by name, without totals (``-``)."""
        return self._names(metric, collection).subjects

    def units(self, metric: str, collection: str = "") -> tuple[str, ...]:
        """Units of a metric by name."""
        return self._names(metric, collection).units

    def summands(self, metric: str, collection: str = "") -> tuple[str, ...]:
        """The summands of a metric's total: its subjects, and the totals of places without parts.

        Only the region may have both for one period.
        """
        return self._names(metric, collection).summands

    def has_data(self, place_code: str) -> bool:
        """Whether any row belongs to the place."""
        return place_code in self._codes_with_data

    @property
    def codes(self) -> frozenset[str]:
        """Codes of all places with a value, including the region's if it has its own rows."""
        return self._codes_with_data

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years with a value, months included, in order."""
        return tuple(np.unique(self._periods // 100).tolist())

    @cached_property
    def has_months(self) -> bool:
        """Whether any value is monthly."""
        return bool((self._periods % 100 > 0).any())

    def has_only_months(self, metric: str, unit: str, collection: str = "") -> bool:
        """Whether all values are monthly and do not add up to a year's, as with MW."""
        if not self.has_months or adds_over_months(unit, metric):
            return False
        kinds = [(held, metric, unit) for held in self.collections(metric)]
        wanted = [kind for kind in kinds if collection in ("", kind[0])]
        by_month, by_year = self._kinds_by_length
        return not by_year.intersection(wanted) and bool(by_month.intersection(wanted))

    def places(self, metric: str, subject: str, unit: str, collection: str = "") -> tuple[str, ...]:
        """Codes of the countries with a value in any period, sorted."""
        cell = self._cell(metric, subject, unit, collection)
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
        monthly: bool = False,
    ) -> Series | None:
        """One figure of one place through time, or None where there is no value.

        Several rows of one period (the nodes of a country) are added if the unit is additive; else
        the period is a gap. A year without a yearly row is the sum of its twelve months if months
        add up to a year; else a gap.

        Args:
            place_code: A country's code, or the region's name for the data's own row.
            metric: As the table spells it.
            subject: As the table spells it; ``-`` for the data's own totals.
            unit: As the table spells it.
            collection: Required if several collections have the metric.
            monthly: Return months instead of years.

        Raises:
            ValueError: Several collections have the metric and none is named.
        """
        key = (place_code, metric, subject, unit, collection, monthly)
        if key not in self._kept_series:
            bounds = self._bounds(place_code, metric, subject, unit, collection)
            if bounds is None:  # not kept: places times categories may be many more than rows
                return None
            found = self._built(np.arange(*bounds), (place_code, subject, metric, unit), monthly)
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

    def own_and_sum(
        self, place_code: str, members: Collection[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]] | None:
        """A place's own yearly figures, beside the sums of other places for the same.

        An own total of a long table is compared with all categories of the others, and with their
        totals if they have no categories.

        Returns:
            Own figures, sums, and a label of each; only for additive figures of which some member
            has a value. None if there are none.
        """
        size = max(len(self._places), 1)
        cells, places = np.divmod(self._keys, size)
        additive = np.array([is_additive(unit, metric) for _, metric, _, unit in self._cells])
        counts = (self._periods % 100 == 0) & additive[cells] if len(cells) else cells > 0
        indices = [self._place_index[code] for code in members if code in self._place_index]
        frame = pd.DataFrame({"cell": cells, "period": self._periods, "value": self._values})
        own = frame[counts & (places == self._place_index.get(place_code, -1))]
        if own.empty:
            return None
        others = frame[counts & np.isin(places, indices)]
        if not self._has_collections:
            # Two own rows of one figure are already an error, and not a figure.
            own = own[~own.duplicated(["cell", "period"], keep=False)]
            wholes = self._wholes
            of_total = others.assign(cell=wholes[others["cell"].to_numpy()])
            totals = np.array([cell[2] == TOTAL for cell in self._cells] or [False])
            others = others[~totals[others["cell"].to_numpy()]]
            others = pd.concat([others, of_total[of_total["cell"] >= 0]], ignore_index=True)
        own_figures, sums = (
            part.groupby(["cell", "period"], sort=True, observed=True, dropna=False)["value"].sum()
            for part in (own, others)
        )
        both = own_figures.index.intersection(sums.index)
        labels = [f"{self._label(cell)} {period_text(period)}" for cell, period in both]
        if not labels:
            return None
        return own_figures[both].to_numpy(), sums[both].to_numpy(), labels

    def _label(self, cell: int) -> str:
        """A cell's name in findings."""
        collection, metric, subject, unit = self._cells[cell]
        parts = (collection, metric, "Total" if subject == TOTAL else subject, unit)
        return " ".join(part for part in parts if part)

    @cached_property
    def _wholes(self) -> NDArray[np.int64]:
        """For each cell the index of the one with totals of its property and unit, or -1."""
        by_kind = {
            (metric, unit): index
            for index, (_, metric, subject, unit) in enumerate(self._cells)
            if subject == TOTAL
        }
        return np.array(
            [by_kind.get((metric, unit), -1) for _, metric, _, unit in self._cells] or [-1],
            dtype=np.int64,
        )

    @cached_property
    def _codes_with_data(self) -> frozenset[str]:
        size = max(len(self._places), 1)
        return frozenset(self._places[index] for index in np.unique(self._keys % size).tolist())

    @cached_property
    def _kinds_by_length(self) -> tuple[frozenset[tuple[str, str, str]], ...]:
        """Collection, metric and unit of what has monthly values, and of what has yearly ones."""
        size = max(len(self._places), 1)
        is_month = self._periods % 100 > 0
        return tuple(
            frozenset(
                (collection, metric, unit)
                for index in np.unique(self._keys[chosen] // size).tolist()
                for collection, metric, _, unit in (self._cells[index],)
            )
            for chosen in (is_month, ~is_month)
        )

    @cached_property
    def _collections_of(self) -> dict[str, tuple[str, ...]]:
        """Metric → its collections by name."""
        return {
            metric: tuple(dict.fromkeys(cell[0] for cell in cells))
            for metric, cells in self._of_metric.items()
        }

    @cached_property
    def _has_collections(self) -> bool:
        return any(self.all_collections)

    @cached_property
    def _metrics(self) -> dict[str, tuple[str, ...]]:
        """Collection → its metrics by name; under an empty text those of the whole table."""
        found: dict[str, dict[str, None]] = {"": {}}
        for held, metric, _, _ in self._cells:
            for collection in {held, ""}:
                found.setdefault(collection, {})[metric] = None
        return {collection: tuple(metrics) for collection, metrics in found.items()}

    def _names(self, metric: str, collection: str) -> _Names:
        """Subjects and units of a metric: found once, as every block and quantity asks for them."""
        key = (metric, collection)
        if key not in self._kept_names:
            found = self._find_names(metric, collection)
            with self._lock:
                self._kept_names.setdefault(key, found)
        return self._kept_names[key]

    def _find_names(self, metric: str, collection: str) -> _Names:
        every = self._of_metric.get(metric, ())
        cells = [cell for cell in every if collection in ("", cell[0])]
        subjects = tuple(dict.fromkeys(cell[2] for cell in cells if cell[2] != TOTAL))
        alone = not self._has_collections and any(cell[2] == TOTAL for cell in every)
        return _Names(
            subjects=subjects,
            units=tuple(dict.fromkeys(cell[3] for cell in cells)),
            summands=(*subjects, TOTAL) if alone or not subjects else subjects,
        )

    @cached_property
    def _of_metric(self) -> dict[str, list[tuple[str, str, str, str]]]:
        """Metric → its cells by name."""
        found: dict[str, list[tuple[str, str, str, str]]] = {}
        for cell in self._cells:
            found.setdefault(cell[1], []).append(cell)
        return found

    @cached_property
    def _collections_with_parts(self) -> frozenset[str]:
        return frozenset(cell[0] for cell in self._cells if cell[0] and cell[2] != TOTAL)

    def _cell(self, metric: str, subject: str, unit: str, collection: str) -> int | None:
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
        return self._cell_index.get((collection, metric, subject, unit))

    def _bounds(
        self, place_code: str, metric: str, subject: str, unit: str, collection: str
    ) -> tuple[int, int] | None:
        cell = self._cell(metric, subject, unit, collection)
        place = self._place_index.get(place_code)
        if cell is None or place is None:
            return None
        key = cell * max(len(self._places), 1) + place
        low, high = np.searchsorted(self._keys, (key, key + 1))
        return (int(low), int(high)) if low < high else None

    def _built(
        self, at: NDArray[np.intp], label: tuple[str, str, str, str], monthly: bool
    ) -> Series | None:
        """The series of the rows at given positions, which are in order of time."""
        place, subject, metric, unit = label
        periods = self._periods[at]
        is_month = periods % 100 > 0
        points = self._points(at[is_month if monthly else ~is_month], metric, unit)
        if not monthly and is_month.any() and adds_over_months(unit, metric):
            for year, point in self._years_of_months(at[is_month], metric, unit).items():
                points.setdefault(year, point)
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
            if len(part) == 1 or (len(part) and is_additive(unit, metric)):
                points[period_text(int(self._periods[part[0]]))] = self._sum(part)
        return points

    def _single_points(self, at: NDArray[np.intp]) -> dict[str, Point]:
        """Points of rows that are alone in their periods, as most are."""
        columns = (self._periods, self._values, self._files, self._rows)
        return {
            period_text(period): Point(value, (SourceRows(self.files[file], (row,)),))
            for period, value, file, row in zip(*(c[at].tolist() for c in columns), strict=True)
        }

    def _sum(self, at: NDArray[np.intp]) -> Point:
        return Point(
            math.fsum(self._values[at].tolist()),
            source_rows(self.files, self._files[at], self._rows[at]),
        )

    def _years_of_months(self, at: NDArray[np.intp], metric: str, unit: str) -> dict[str, Point]:
        """Year → sum of its months, for years that have all twelve."""
        years: dict[str, Point] = {}
        by_year = self._periods[at] // 100
        for part in np.split(at, np.flatnonzero(np.diff(by_year)) + 1):
            if len(np.unique(self._periods[part])) == MONTHS_OF_A_YEAR:
                years[str(self._periods[part[0]] // 100)] = self._sum(part)
        return years

    def _nodes_built(
        self, bounds: tuple[int, int], label: tuple[str, str, str]
    ) -> Mapping[str, Series]:
        at = np.arange(*bounds)
        nodes = self._nodes[at]
        found: dict[str, Series] = {}
        for code in np.unique(nodes).tolist():
            name = self._node_names[code]
            series = self._built(at[nodes == code], (name, *label), monthly=False) if name else None
            if series:
                found[name] = series
        return dict(sorted(found.items()))


def _cells_by_name(
    rows: pd.DataFrame,
) -> tuple[NDArray[np.int64], list[tuple[str, str, str, str]]]:
    """For each row the index of its cell, and the cells (collection, metric, subject, unit).

    Cells are in order of their names, so that nothing depends on the order of rows in a file.
    """
    ids = group_ids(rows, _CELL)
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    heads = rows.iloc[first]
    found = list(zip(*(heads[column].tolist() for column in _CELL), strict=True))
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
