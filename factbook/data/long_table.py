"""Long and wide tables: COUNTRY, SECTOR, YEAR, VALUE, PROPERTY, UNIT."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config.project_config import TableSource
from factbook.data.bounded import may_index
from factbook.data.categories import CategoryRules
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.code_lists import COLUMNS as CODED
from factbook.data.code_lists import NO_CODE_LISTS, CodeLists
from factbook.data.columns import numbers_of
from factbook.data.dimensions import Dimensions, dimensions_of, with_dimensions
from factbook.data.flag_texts import split_mark
from factbook.data.flags import Flags, known_flags
from factbook.data.grid import Grid, Wanted, heading
from factbook.data.grid_files import read_grid, sheet_remedy
from factbook.data.hours import without_hours
from factbook.data.key_cells import note_blanks, rows_to_read
from factbook.data.labels import categorical, constant, one_spelling, relabel, stack, tidy
from factbook.data.long_columns import configured_columns, found_columns, wanted_headings
from factbook.data.long_roles import with_proposals, worded
from factbook.data.lookalikes import note_lookalikes
from factbook.data.period_columns import parse_periods
from factbook.data.places import PlaceNames
from factbook.data.repeats import note_joined_names, without_repeats
from factbook.data.rows import SERIES_KEYS, with_places, without_gaps
from factbook.data.statuses import beside, canonical, confidential, split_cells, without_hidden
from factbook.data.table import Table
from factbook.data.totals import composed
from factbook.data.units import is_percentage, note_split_units, one_unit_spelling
from factbook.data.units_shown import in_units_shown
from factbook.data.unread import period_columns, telling_remedy
from factbook.data.withheld import without_computable
from factbook.measures.measures import Measures
from factbook.measures.unit_labels import label_of_unit

_LABELS = {"COUNTRY": "name", "SECTOR": "subject", "PROPERTY": "metric", "UNIT": "unit"}


def read_long_table(
    name: str,
    source: TableSource,
    path: Path,
    names: PlaceNames,
    measures: Measures,
    notes: Notes,
    *,
    bad_as_gaps: bool = False,
    is_named: bool = True,
    code_lists: CodeLists = NO_CODE_LISTS,
    rules: CategoryRules | None = None,
    flags: Flags | None = None,
) -> Table | None:
    """Read a user's table, or the one under ``[data] etm``.

    Args:
        name: Name of the table, as written.
        source: Its configuration.
        path: Its file.
        names: The reader of places' names.
        measures: What may be done to figures.
        notes: Collects findings and cleanings.
        bad_as_gaps: Whether cells that are not numbers are gaps instead of errors.
        is_named: Whether the user has named it: PROPERTY may be missing (the name replaces it),
            and SECTOR too (there is one subject, ``Total``).
        code_lists: Labels of the codes in its columns.
        rules: What the project says of its categories.
        flags: What flags beside figures mean; the published ones by default.

    Returns:
        The table, or None when an error was noted and there is nothing to index.
    """
    columns = configured_columns(name, source, notes)
    wanted = wanted_headings(columns, source)
    findings_before, errors_before = len(notes.findings), notes.errors
    grid = read_grid(path, source.file, wanted, notes, source.sheet)
    if grid is None:
        return None
    table = _table(
        name, with_proposals(columns, source, grid), path, wanted, grid, names, measures, notes,
        name if is_named else "", code_lists, rules or CategoryRules(), flags or known_flags(),
        errors_before=errors_before, bad_as_gaps=bad_as_gaps,
    )  # fmt: skip
    _name_sheet(notes, findings_before, grid)
    return table


def _table(
    name: str,
    proposed: tuple[dict[str, str], TableSource],
    path: Path,
    wanted: Wanted,
    grid: Grid,
    names: PlaceNames,
    measures: Measures,
    notes: Notes,
    own_name: str,
    code_lists: CodeLists,
    rules: CategoryRules,
    flags: Flags,
    *,
    errors_before: int,
    bad_as_gaps: bool,
) -> Table | None:
    """The table in a grid; None when an error was noted and there is nothing to index."""
    columns, source = proposed

    def elsewhere() -> str:
        return (
            "" if source.sheet or not grid.sheet else sheet_remedy(path, grid.sheet, wanted, notes)
        )

    found = found_columns(name, source, columns, grid, notes, own_name, elsewhere)
    if found is None:
        return None
    read = _read(
        name, source, grid, found, notes, own_name, code_lists, flags, bad_as_gaps=bad_as_gaps
    )
    if read is None:
        return None

    def hint(groups: Sequence[Sequence[int]]) -> str:
        return telling_remedy(grid, found, own_name, groups)

    kept = _kept(
        name, (source.file,), read[0], names, measures, flags, rules, notes, hint,
        had_errors=notes.errors > errors_before,
    )  # fmt: skip
    if kept is None:
        return None
    return _indexed(name, source, kept, names, measures, flags, rules, notes, read[1])


def _read(
    name: str,
    source: TableSource,
    grid: Grid,
    found: dict[str, str],
    notes: Notes,
    own_name: str,
    code_lists: CodeLists,
    flags: Flags,
    *,
    bad_as_gaps: bool,
) -> tuple[pd.DataFrame, str] | None:
    """The rows of a grid, and the scenario that others are compared with; None with an error."""
    dimensions = dimensions_of(name, source, grid, found, own_name, notes)
    if dimensions is None:
        return None
    rows = _rows(
        name, source, grid, found, dimensions, notes, own_name, code_lists, flags,
        bad_as_gaps=bad_as_gaps,
    )  # fmt: skip
    return None if rows is None else (rows, dimensions.reference)


def _indexed(
    name: str,
    source: TableSource,
    rows: pd.DataFrame,
    names: PlaceNames,
    measures: Measures,
    flags: Flags,
    rules: CategoryRules,
    notes: Notes,
    reference: str,
) -> Table:
    """The table of the rows that are kept; how its categories hold each other is found."""
    files = (source.file,)
    whole = composed(rows, name, files, measures, rules, notes)
    return Table(
        *(name, source.origin or source.file, whole.rows, files, names.region.code),
        *(measures, reference),
        flags=flags,
        compositions=whole.compositions,
        totals=whole.totals,
    )


def _kept(
    name: str,
    files: Sequence[str],
    rows: pd.DataFrame,
    names: PlaceNames,
    measures: Measures,
    flags: Flags,
    rules: CategoryRules,
    notes: Notes,
    hint: Callable[[Sequence[Sequence[int]]], str],
    *,
    had_errors: bool,
) -> pd.DataFrame | None:
    """The rows of places and regions with a value, each figure once; None if they are too many.

    None is of a dropped category, or gives a confidential figure away.
    """
    errors_before = notes.errors
    rows = in_units_shown(rows, name, files, measures, notes)
    placed = with_places(rows, names, name, files, notes)
    placed = without_hidden(placed, name, files, flags, notes)
    kept = without_gaps(placed)
    if not len(kept) and not had_errors and notes.errors == errors_before:
        _note_nothing_left(name, files[0], rows, placed, notes)
    if not may_index(kept, files[0], notes):
        return None
    note_joined_names(kept, SERIES_KEYS, names, name, files, notes)
    kept = without_repeats(kept, SERIES_KEYS, name, files, notes, hint)
    kept = without_hours(kept, files, measures, notes, flags)
    note_split_units(kept, files, notes)
    secret = confidential(placed, flags)
    if len(secret):
        # Before any category is dropped: a sum gives away what nobody reads as well.
        members = names.member_codes(
            {code for code in kept["place"].unique() if names.is_place(code)}
        )
        parents = rules.parents_among({*kept["subject"].unique(), *secret["subject"].unique()})
        kept = without_computable(kept, secret, name, files, members, measures, notes, parents)
    return rules.without_dropped(kept, name, files, notes)


def _name_sheet(notes: Notes, findings_before: int, grid: Grid) -> None:
    """Add the worksheet's name to the findings about it."""
    notes.findings[findings_before:] = [
        finding.model_copy(update={"sheet": grid.sheet}) if finding.file == grid.file else finding
        for finding in notes.findings[findings_before:]
    ]


def _note_nothing_left(
    name: str, file: str, rows: pd.DataFrame, placed: pd.DataFrame, notes: Notes
) -> None:
    """An error for a table without any figure left, with the reason."""
    if not rows["value"].notna().any():
        why = f"none of its {plural(len(rows), 'cell')} has a value"
        remedy = "Fill in the cells, or delete the table from project.toml"
    else:
        labels = listing(sorted(set(rows["name"].tolist()) - set(placed["name"].tolist())), 12)
        why = f"its values belong to places that are left out: {labels}"
        remedy = "Correct [places] and [region] in project.toml, or the column COUNTRY"
    notes.add("error", "no-figures", f"{name} has no figures left: {why}", file=file, remedy=remedy)


def _rows(
    name: str,
    source: TableSource,
    grid: Grid,
    found: dict[str, str],
    dimensions: Dimensions,
    notes: Notes,
    own_name: str,
    code_lists: CodeLists,
    flags: Flags,
    *,
    bad_as_gaps: bool,
) -> pd.DataFrame | None:
    """The rows of a grid in long form, with the names of places as in the source."""
    keys = _labels(grid, found, code_lists, notes)
    read = with_dimensions(dimensions, grid, keys["subject"].array, name, notes)
    keys = keys.assign(subject=read.subject, scenario=read.scenario)
    in_file = {label: column for column, label in _LABELS.items() if column in found}
    measures = _value_columns(source, grid)
    years = period_columns(grid, found, notes) if source.years_in_columns else (
        dict.fromkeys(measures or (found["VALUE"],), 0)
    )  # fmt: skip
    values = {text: grid.columns[text] for text in years}
    is_blank = _blank_rows(keys, in_file, values, grid.columns.get(found.get("YEAR", "")))
    keep = read.keep & rows_to_read(name, grid, keys, in_file, is_blank, notes)
    if not keep.any():
        notes.add("error", "empty-file", "the table has no rows", file=source.file)
        return None
    keys = keys[keep]
    if source.unit and "UNIT" in found:
        keys["unit"] = _filled_units(keys, source.unit, grid.file, own_name, notes)
    note_blanks(keys, in_file, found, grid, own_name, notes)
    by_row = None if source.years_in_columns else _periods(grid, found, keep, notes)
    rows = _one_below_another(keys, values, years, by_row, measures)
    cells, written = split_cells(
        pd.concat([cells[keep] for cells in values.values()], ignore_index=True).rename(
            found.get("VALUE")
        )
    )
    parts = [*([] if written is None else [written]), *beside(grid, found, keep, (*values,), flags)]
    numbers = numbers_of(
        cells,
        rows["row"].to_numpy(),
        name,
        source.file,
        notes,
        bad_as_gaps=bad_as_gaps,
        points_prove_nothing=grid.has_semicolons,
        headings=tuple(values) if len(values) > 1 or source.years_in_columns else (),
    )
    if grid.percents:
        is_percent = np.concatenate([grid.percents[text][keep] for text in values])
        numbers = _as_shown(numbers, is_percent, rows["unit"], grid.file, notes)
    return _finished(rows.assign(value=numbers, status=canonical(parts, len(rows), flags)))


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
    return stack(
        [
            keys.assign(
                period=np.int32(periods[text]) if by_row is None else by_row,
                **{name: constant(label, len(keys))
                   for name, label in measures.get(text, {}).items()},
            )
            for text in values
        ]
    )  # fmt: skip


def _shown_unit(unit: str) -> str:
    """A unit in words; none for 1, SDMX's code of figures without a unit."""
    return "" if unit == "1" else label_of_unit(unit)


def _value_columns(source: TableSource, grid: Grid) -> dict[str, dict[str, str]]:
    """Heading → labels of the figures below it, of the columns that ``values`` names."""
    by_fold = {text.casefold(): text for text in grid.headings}
    found: dict[str, dict[str, str]] = {}
    for name, column in dict(source.values).items():
        text = heading(name)
        text = text if text in grid.headings else by_fold[text.casefold()]
        found[text] = {"metric": tidy(column.measure or name)}
        if column.unit:
            found[text]["unit"] = tidy(column.unit)
    return found


def _labels(grid: Grid, found: dict[str, str], code_lists: CodeLists, notes: Notes) -> pd.DataFrame:
    """Row numbers and labels, with those of code lists; lookalikes of the file are noted."""
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
    """The units of rows, `unit` if a row has none; a unit that contradicts the column is noted."""
    labels = keys["unit"].array
    is_blank = (keys["unit"] == "").to_numpy()
    others = [text for text in labels.categories if text and text.casefold() != unit.casefold()]
    differs = keys["unit"].isin(others).to_numpy()
    if differs.any():
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
