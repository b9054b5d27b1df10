"""A region's own figures in a table, beside those of its members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.periods.periods import ranks_of
from factbook.data.rows import period_text
from factbook.data.table import TOTAL, Table
from factbook.data.table_names import Cell
from factbook.measures.measure import Measure


class Range(NamedTuple):
    """A region's own figure, and those of its members.

    Attributes:
        measure: What may be done to it.
        label: Its name in findings.
        own: The figure.
        low, high: The smallest and the largest of the members.
        members: Number of members with a figure.
    """

    measure: Measure
    label: str
    own: float
    low: float
    high: float
    members: int


def own_and_sum(
    table: Table, place_code: str, members: Collection[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]] | None:
    """A place's own yearly figures, beside the sums of other places for the same.

    An own total of a long table is compared with all categories of the others, and with their
    totals if they have no categories.

    Args:
        table: The table.
        place_code: Code of the region.
        members: Codes of its members.

    Returns:
        Own figures, sums, and a label of each; only for additive figures of which some member
        has a value. None if there are none.
    """
    cells = table.observations().cells
    adds = [table.measure(cell.metric, cell.unit).adds_over_places for cell in cells]
    own, others = _yearly(table, place_code, members, np.array(adds or [False]))
    if own.empty:
        return None
    if not any(table.all_collections):
        # Two own rows of one figure are already an error, and not a figure.
        own = own[~own.duplicated(["cell", "period"], keep=False)]
        totals = np.array([cell.subject == TOTAL for cell in cells] or [False])
        is_total = totals[others["cell"].to_numpy()]
        of_total = _in_wholes(table, cells, others, is_total)
        others = pd.concat([others[~is_total], of_total], ignore_index=True)
    own_figures, sums = (
        part.groupby(["cell", "period"], sort=True, observed=True, dropna=False)["value"].sum()
        for part in (own, others)
    )
    both = own_figures.index.intersection(sums.index)
    labels = [f"{_label(cells[cell])} {period_text(period)}" for cell, period in both]
    if not labels:
        return None
    return own_figures[both].to_numpy(), sums[both].to_numpy(), labels


def own_and_range(table: Table, place_code: str, members: Collection[str]) -> list[Range]:
    """A place's own yearly figures, beside the smallest and largest of its members.

    Args:
        table: The table.
        place_code: Code of the region.
        members: Codes of its members.
    """
    cells = table.observations().cells
    own, others = _yearly(table, place_code, members, np.ones(max(len(cells), 1), dtype=bool))
    if own.empty or others.empty:
        return []
    grouped = others.groupby(["cell", "period"], sort=True, observed=True, dropna=False)["value"]
    both = own[["cell", "period", "value"]].merge(
        grouped.agg(["min", "max", "size"]).reset_index(),
        on=["cell", "period"],
        validate="many_to_one",
    )
    return [
        Range(
            table.measure(cells[cell].metric, cells[cell].unit),
            f"{_label(cells[cell])} {period_text(period)}",
            *figures,
        )
        for cell, period, *figures in both.itertuples(index=False, name=None)
    ]


def _yearly(
    table: Table, place_code: str, members: Collection[str], counts: NDArray[np.bool_]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of years of the place itself and of its members, of the cells that count."""
    held = table.observations()
    frame = pd.DataFrame(
        {"cell": held.cell, "place": held.place, "period": held.period, "value": held.value}
    )
    index = {code: at for at, code in enumerate(held.places)}
    frame = frame[(ranks_of(held.period) == 0) & counts[held.cell]]
    indices = [index[code] for code in members if code in index]
    return frame[frame["place"] == index.get(place_code, -1)], frame[frame["place"].isin(indices)]


def _in_wholes(
    table: Table, held: Sequence[Cell], rows: pd.DataFrame, is_total: NDArray[np.bool_]
) -> pd.DataFrame:
    """Rows of places as parts of totals: the total of a key that has one, else its summands."""
    cells = rows["cell"].to_numpy()
    wholes = _wholes(held)[cells]
    keys = pd.DataFrame({"whole": wholes, "place": rows["place"], "period": rows["period"]})
    number = keys.groupby(list(keys), sort=False, observed=True, dropna=False).ngroup()
    has_total = np.bincount(number, is_total, minlength=1)[number] > 0
    summand = np.array(
        [one.subject in table.summands(one.metric, one.unit) for one in held] or [False]
    )
    counts = np.where(has_total, is_total, summand[cells]) & (wholes >= 0)
    parts: pd.DataFrame = rows.assign(cell=wholes)[counts]
    return parts


def _wholes(cells: Sequence[Cell]) -> NDArray[np.int64]:
    """For each cell the index of the one with totals of its property and unit, or -1."""
    by_kind = {
        (cell.metric, cell.unit, cell.scenario): index
        for index, cell in enumerate(cells)
        if cell.subject == TOTAL
    }
    found = [by_kind.get((one.metric, one.unit, one.scenario), -1) for one in cells]
    return np.array(found or [-1], dtype=np.int64)


def _label(cell: Cell) -> str:
    """A cell's name in findings."""
    collection, metric, subject, unit, scenario = cell
    parts = (collection, metric, "Total" if subject == TOTAL else subject, unit, scenario)
    return " ".join(part for part in parts if part)
