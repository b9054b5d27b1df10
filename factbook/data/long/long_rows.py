"""The rows of long and wide tables: labels, periods, figures and flags of their cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config.project_config import TableSource
from factbook.data.categories.code_lists import COLUMNS as CODED
from factbook.data.categories.code_lists import CodeLists
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.columns import numbers_of
from factbook.data.grids.grid import Grid, heading
from factbook.data.grids.key_cells import note_blanks, rows_to_read
from factbook.data.grids.unread import period_columns
from factbook.data.labels import categorical, constant, one_spelling, relabel, stack
from factbook.data.long.long_roles import worded
from factbook.data.lookalikes import note_lookalikes
from factbook.data.metadata import Metadata
from factbook.data.periods.period_columns import parse_periods
from factbook.data.periods.periods import LAST_YEAR, to_codes
from factbook.data.statuses.flag_texts import split_mark
from factbook.data.statuses.statuses import beside, canonical, split_cells
from factbook.data.units import is_percentage, one_unit_spelling
from factbook.measures.unit_labels import label_of_unit
from factbook.names import tidy

_NO_UNIT = "1"
"""SDMX's code of figures without a unit."""

_LABELS = {"COUNTRY": "name", "SECTOR": "subject", "PROPERTY": "metric", "UNIT": "unit"}


@dataclass(frozen=True, slots=True)
class LongGrid:
    """The cells of a long or wide table, and what each column is.

    Attributes:
        name: Name of the table, as written.
        own_name: The same if the user has given it; else empty.
        source: Its configuration.
        grid: Its cells.
        found: Column (``COUNTRY``) → heading; ``=COLUMN`` → the label that all rows have.
    """

    name: str
    own_name: str
    source: TableSource
    grid: Grid
    found: dict[str, str]


def labels_of(read: LongGrid, code_lists: CodeLists, notes: Notes) -> pd.DataFrame:
    """Row numbers and labels of a grid, with those of code lists; lookalikes are noted.

    Args:
        read: The grid.
        code_lists: Labels of the codes in its columns.
        notes: Collects findings and cleanings.
    """
    grid, found = read.grid, read.found
    keys = pd.DataFrame({"row": grid.rows})
    for column, label in _LABELS.items():
        if f"={column}" in found:
            keys[label] = constant(found[f"={column}"], len(keys))
        else:
            keys[label] = worded(grid, column, found[column])
            note_lookalikes(keys[label].cat.categories.tolist(), found[column], grid.file, notes)
    for column in CODED:
        keys[_LABELS[column]] = code_lists.applied(column, keys[_LABELS[column]].array)
    return keys


def rows_of(
    read: LongGrid,
    keys: pd.DataFrame,
    keep: NDArray[np.bool_],
    metadata: Metadata,
    notes: Notes,
) -> pd.DataFrame | None:
    """The rows of a grid in long form, with the names of places as in the source.

    Args:
        read: The grid.
        keys: Row number, labels and scenario of each of its rows.
        keep: The rows that are of the members that its dimensions ask for.
        metadata: What is known of its units and flags.
        notes: Collects findings and cleanings.

    Returns:
        A frame as in `factbook.data.rows`, with ``name`` instead of ``place``; None if an error was
        noted and there are none.
    """
    name, source, grid, found = read.name, read.source, read.grid, read.found
    in_file = {label: column for column, label in _LABELS.items() if column in found}
    measures = _value_columns(source, grid)
    years = period_columns(grid, found, notes) if source.years_in_columns else (
        dict.fromkeys(measures or (found["VALUE"],), 0)
    )  # fmt: skip
    values = {text: grid.columns[text] for text in years}
    is_blank = _blank_rows(keys, in_file, values, grid.columns.get(found.get("YEAR", "")))
    keep = keep & rows_to_read(name, grid, keys, in_file, is_blank, notes)
    if not keep.any():
        notes.add("error", "empty-file", "the table has no rows", file=source.file)
        return None
    keys = keys[keep]
    if source.unit and "UNIT" in found:
        keys["unit"] = _filled_units(keys, source.unit, grid.file, read.own_name, notes)
    note_blanks(keys, in_file, found, grid, read.own_name, notes)
    by_row = None if source.years_in_columns else _periods(grid, found, keep, notes)
    if not _are_years(measures, by_row, grid, notes):
        return None
    rows = _one_below_another(keys, values, years, by_row, measures)
    figures, status = _figures(read, values, keep, rows, metadata, notes)
    return _finished(rows.assign(value=figures, status=status))


def _figures(
    read: LongGrid,
    values: Mapping[str, pd.Series],
    keep: NDArray[np.bool_],
    rows: pd.DataFrame,
    metadata: Metadata,
    notes: Notes,
) -> tuple[NDArray[np.float64], pd.Categorical]:
    """The figures of all columns, one below the other, and their flags."""
    source, grid, flags = read.source, read.grid, metadata.flags
    cells, written = split_cells(
        pd.concat([cells[keep] for cells in values.values()], ignore_index=True).rename(
            read.found.get("VALUE")
        )
    )
    beside_them = beside(grid, read.found, keep, (*values,), flags)
    parts = [*([] if written is None else [written]), *beside_them]
    numbers = numbers_of(
        *(cells, rows["row"].to_numpy(), read.name, source.file, notes),
        bad_as_gaps=metadata.bad_as_gaps,
        points_prove_nothing=grid.has_semicolons,
        headings=tuple(values) if len(values) > 1 or source.years_in_columns else (),
    )
    if grid.percents:
        is_percent = np.concatenate([grid.percents[text][keep] for text in values])
        numbers = _as_shown(numbers, is_percent, rows["unit"], grid.file, notes)
    return numbers, canonical(parts, len(rows), flags)


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a period, each name in one spelling, with the columns that long tables lack."""
    rows = rows[rows["period"] > 0].reset_index(drop=True)
    for label in ("subject", "metric"):
        rows[label] = one_spelling(rows[label].array)
    return rows.assign(
        unit=relabel(one_unit_spelling(rows["unit"].array), _shown_unit),
        collection=constant("", len(rows)),
        node=constant("", len(rows)),
        file=np.zeros(len(rows), dtype=np.int16),
    )


def _one_below_another(
    keys: pd.DataFrame,
    values: Collection[str],
    periods: Mapping[str, int],
    by_row: NDArray[np.int32] | None,
    measures: Mapping[str, Mapping[str, str]],
) -> pd.DataFrame:
    """The labels of the cells of all columns of figures, column after column."""

    def period(text: str, month: str) -> np.int32 | NDArray[np.int32]:
        if by_row is None:
            return np.int32(periods[text])
        return _in_month(by_row, month) if month else by_row

    frames = []
    for text in values:
        said = dict(measures.get(text, {}))
        month = said.pop("month", "")
        labels = {name: constant(label, len(keys)) for name, label in said.items()}
        frames.append(keys.assign(period=period(text, month), **labels))
    return stack(frames)


def _are_years(
    measures: Mapping[str, Mapping[str, str]],
    by_row: NDArray[np.int32] | None,
    grid: Grid,
    notes: Notes,
) -> bool:
    """Whether all periods are years, where a column is of a month; else an error says so."""
    has_months = any("month" in said for said in measures.values())
    wrong = np.flatnonzero(by_row > LAST_YEAR) if by_row is not None and has_months else ()
    if len(wrong):
        notes.add(
            "error",
            "month-of-no-year",
            f"{plural(len(wrong), 'row')} whose YEAR is no year, and columns that are months of it",
            file=grid.file,
            allowed="years in YEAR, where values have a month",
            remedy="Correct YEAR, or leave month out of [data.tables.NAME.values]",
        )
    return not len(wrong)


def _in_month(years: NDArray[np.int32], month: str) -> NDArray[np.int32]:
    """Years as a month of them; none where an error was noted."""
    codes = to_codes("month", years.astype(np.int64) * 12 + int(month) - 1)
    return np.where(years > 0, codes, years).astype(np.int32)


def _shown_unit(unit: str) -> str:
    """A unit in words; none for 1."""
    return "" if unit == _NO_UNIT else label_of_unit(unit)


def _value_columns(source: TableSource, grid: Grid) -> dict[str, dict[str, str]]:
    """Heading → labels of the figures below it, of the columns that ``values`` names."""
    by_fold = {text.casefold(): text for text in grid.headings}
    found: dict[str, dict[str, str]] = {}
    for name, column in dict(source.values).items():
        text = heading(name)
        text = text if text in grid.headings else by_fold[text.casefold()]
        found[text] = {"metric": tidy(column.measure or name)}
        own = {"unit": column.unit, "name": column.place, "subject": column.category}
        found[text] |= {label: tidy(said) for label, said in own.items() if said}
        if column.month:
            found[text]["month"] = str(column.month)
    return found


def _blank_rows(
    keys: pd.DataFrame,
    labels: Collection[str],
    values: dict[str, pd.Series],
    years: pd.Series | None,
) -> NDArray[np.bool_]:
    """Rows without a value and with at most one label, which then have no year."""
    filled = np.zeros(len(keys), dtype=np.int8)
    for label in labels:
        filled += (keys[label] != "").to_numpy()
    blank = filled <= 1
    if years is not None and blank.any():
        labels_of_years = categorical(years)
        is_year = np.array([bool(text.strip()) for text in labels_of_years.categories] or [False])
        blank &= (filled == 0) | ~is_year[labels_of_years.codes]
    for cells in values.values():
        if not blank.any():
            break
        at = np.flatnonzero(blank)
        is_gap = [text is None or not str(text).strip() for text in cells.iloc[at].tolist()]
        blank[at] = np.array(is_gap) if cells.dtype == object else cells.iloc[at].isna()
    return blank


def _filled_units(
    keys: pd.DataFrame, unit: str, file: str, own_name: str, notes: Notes
) -> pd.Categorical:
    """The units of rows, `unit` if a row has none; one that contradicts the column is noted."""
    labels = keys["unit"].array
    is_blank = (keys["unit"] == "").to_numpy()
    others = [text for text in labels.categories if text and text.casefold() != unit.casefold()]
    differs = keys["unit"].isin(others).to_numpy()
    fills_gaps = unit == _NO_UNIT and is_blank.any()
    if differs.any() and not fills_gaps:
        there = dict.fromkeys(keys["unit"][differs].tolist())
        notes.add(
            "warning" if is_blank.any() else "error",
            "unit-twice",
            f"[data.tables.{own_name}] unit is '{unit}', but column UNIT has "
            f"{listing(map(repr, there), 8)}",
            file=file,
            cells=keys["row"].to_numpy()[differs].tolist(),
            allowed="a unit for blank cells of the column; it replaces no other",
            remedy="Delete unit from project.toml if the column is right, else correct the column",
        )
    return relabel(labels, lambda text: text or unit)


def _as_shown(
    numbers: NDArray[np.float64],
    is_percent: NDArray[np.bool_],
    units: pd.Series,
    file: str,
    notes: Notes,
) -> NDArray[np.float64]:
    """Numbers in percent as a worksheet shows them: 0.45 in a cell of format ``0%`` is 45 %."""
    labels = units.cat.categories.tolist()
    in_percent = np.array([is_percentage(unit) for unit in labels] or [False])
    shown_so = is_percent & in_percent[units.cat.codes.to_numpy()]
    if shown_so.any():
        notes.read_as(file, "cells in percent as Excel shows them")
    return np.where(shown_so, np.round(numbers * 100, 10), numbers)


def _periods(
    grid: Grid, found: dict[str, str], keep: NDArray[np.bool_], notes: Notes
) -> NDArray[np.int32]:
    """The code of the period of each row read; 0 where an error was noted."""
    same = found.get("=YEAR")
    labels = (
        categorical(grid.columns[found["YEAR"]]) if same is None else constant(same, len(grid.rows))
    )
    column = parse_periods([split_mark(text)[0] for text in labels.categories])
    for how in column.notes:
        notes.read_as(grid.file, how)
    by_row = np.take(np.append(column.codes, np.int32(0)), labels.codes)
    bad = np.flatnonzero((by_row == 0) & keep)
    if len(bad):
        texts = [labels.categories[labels.codes[index]] for index in bad.tolist()]
        first = dict(zip(reversed(texts), reversed(grid.rows[bad].tolist()), strict=True))
        examples = [f"'{text[:40]}' (row {first[text]})" for text in dict.fromkeys(texts)]
        in_doubt = {labels.categories[index] for index in column.doubtful}.intersection(texts)
        notes.add(
            "error",
            "bad-year",
            f"{plural(len(bad), 'row')} whose YEAR is no period"
            f"{', or may be several' if in_doubt else ''}: {listing(examples, 8)}",
            file=grid.file,
            cells=grid.rows[bad].tolist(),
            allowed="years from 1000 to 2999, and periods such as 2021-S1, 2021-Q1, 2021-03, "
            "2021-W05, 2021-03-15, 2008/2009",
            remedy="Write the periods in one of these ways" if in_doubt else "",
        )
    return by_row[keep]
