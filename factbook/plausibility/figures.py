"""The figures of a table as the rules look at them: in columns, one series after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from factbook.data.grids.values import shown
from factbook.data.periods.period_calendar import FREQUENCIES
from factbook.data.periods.periods import ordinals_of, ranks_of
from factbook.data.rows import period_text
from factbook.data.series import Place
from factbook.data.table import TOTAL, Observations, Table
from factbook.data.table_names import Cell
from factbook.measures.measure import Measure

Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

_IN_YEAR = {"half-year": 2, "quarter": 4, "month": 12}
_LONGEST_NAME = 60
_DIGITS = 6


@dataclass(frozen=True)
class Figures:
    """The figures of a table.

    Attributes:
        table: The table.
        known: Code → place.
        observations: Its figures in columns.
    """

    table: Table
    known: Mapping[str, Place]
    observations: Observations

    @classmethod
    def of(cls, table: Table, known: Mapping[str, Place]) -> Figures:
        """The figures of a table, with the names of its places."""
        return cls(table, known, table.observations())

    def __len__(self) -> int:
        """Number of figures."""
        return len(self.observations.value)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measure of each cell."""
        cells = self.observations.cells
        return tuple(self.table.measure(cell.metric, cell.unit) for cell in cells)

    @cached_property
    def series(self) -> Series:
        """The figures one series after the other: of one cell, place and node region.

        Months, quarters and half-years are compared with those of other years: each of them has a
        series of its own.
        """
        seen = self.observations
        ranks = ranks_of(seen.period)
        group = (seen.cell * len(seen.places) + seen.place) * (int(seen.node.max(initial=0)) + 1)
        group = (group + seen.node) * len(FREQUENCIES) + ranks
        if ranks.any():
            counts = np.array([_IN_YEAR.get(one, 1) for one in FREQUENCIES])[ranks]
            group = group * max(_IN_YEAR.values()) + ordinals_of(seen.period) % counts
        is_sorted = bool(np.all(group[1:] >= group[:-1]))
        order = np.arange(len(group)) if is_sorted else np.argsort(group, kind="stable")
        group = group[order]
        starts = np.concatenate(([True], group[1:] != group[:-1]))[: len(group)]
        return Series(order, seen.value[order], np.cumsum(starts) - 1, np.flatnonzero(starts))

    def with_cells(self, chosen: Sequence[bool]) -> Flags:
        """The figures of some cells."""
        return np.array([*chosen, False])[self.observations.cell]

    def name(self, at: int, *, with_period: bool = True) -> str:
        """What a figure is of: ``Austria, Gas, Electricity generation, 2020``."""
        seen = self.observations
        cell: Cell = seen.cells[int(seen.cell[at])]
        code = seen.places[int(seen.place[at])]
        place = self.known[code].name if code in self.known else code
        labels = [place, "" if cell.subject == TOTAL else cell.subject, cell.metric]
        labels += [cell.collection, cell.scenario, self.period(at) if with_period else ""]
        return ", ".join(dict.fromkeys(one[:_LONGEST_NAME] for one in labels if one))

    def period(self, at: int) -> str:
        """The period of a figure: ``2020-03``."""
        return period_text(int(self.observations.period[at]))

    def value(self, at: int, *, with_unit: bool = True) -> str:
        """A figure as it is told: ``12300 TWh``."""
        seen = self.observations
        unit = seen.cells[int(seen.cell[at])].unit if with_unit else ""
        return f"{number(float(seen.value[at]))} {unit[:_LONGEST_NAME]}".rstrip()


@dataclass(frozen=True)
class Series:
    """Figures one series after the other, each in order of time.

    Attributes:
        order: Position of each among the table's figures.
        values: The figures.
        of: Number of the series that each is of.
        starts: Where each series begins.
    """

    order: Positions
    values: NDArray[np.float64]
    of: NDArray[np.intp]
    starts: Positions

    @cached_property
    def lengths(self) -> Positions:
        """Number of figures of each series."""
        return np.diff(np.append(self.starts, len(self.values)))

    @cached_property
    def follows(self) -> Flags:
        """Whether a figure has one before it in its series."""
        found = np.ones(len(self.values), dtype=np.bool_)
        found[self.starts] = False
        return found


def number(value: float) -> str:
    """A number with at most six digits, without an exponent if possible."""
    return shown(float(f"{value:.{_DIGITS}g}"))
