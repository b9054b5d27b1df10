"""Long and wide tables: COUNTRY, SECTOR, YEAR, VALUE, PROPERTY, UNIT."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config import TableSource
from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural, source_rows
from factbook.data.columns import match_columns, numbers_of
from factbook.data.labels import categorical, constant, one_spelling, relabel, stack, tidy
from factbook.data.places import PlaceNames
from factbook.data.reading import Grid, Wanted, heading, read_grid
from factbook.data.repeats import note_joined_names, without_repeats
from factbook.data.rows import SERIES_KEYS, with_places, without_gaps
from factbook.data.table import Table
from factbook.data.totals import without_totals
from factbook.data.values import header_year, parse_year
from factbook.errors import nearest

COLUMNS = ("COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT")
MOST_CHARACTERS = 500
"""How long the name of a place, subject, metric or unit may be; longer ones are no names."""

_LABELS = {"COUNTRY": "name", "SECTOR": "subject", "PROPERTY": "metric", "UNIT": "unit"}


def read_long_table(
    name: str,
    source: TableSource,
    path: Path,
    names: PlaceNames,
    notes: Notes,
    *,
    bad_as_gaps: bool = False,
    is_named: bool = True,
) -> Table | None:
    """Read a table of the user's own, or the one under ``[data] etm``.

    Args:
        name: Name of the table, as written.
        source: Its configuration.
        path: Its file.
        names: The reader of places' names.
        notes: Where findings and cleanings go.
        bad_as_gaps: Whether cells that are no number are gaps instead of errors.
        is_named: Whether the table has a name of the user's own: then PROPERTY may be missing
            (the name stands in for it) and SECTOR too (there is one subject, ``Total``).

    Returns:
        The table, or None when an error was noted that leaves nothing to index.
    """
    columns = _configured_columns(name, source, notes)
    grid = read_grid(path, source.file, _wanted(columns, source), notes, source.sheet)
    if grid is None:
        return None
    found = _found_columns(name, source, columns, grid, notes, is_named=is_named)
    if found is None:
        return None
    rows = _rows(name, source, grid, found, notes, bad_as_gaps=bad_as_gaps)
    if rows is None:
        return None
    files = (source.file,)
    rows = with_places(rows, names, name, files, notes)
    rows = without_gaps(rows)
    note_joined_names(rows, SERIES_KEYS, names, name, files, notes)
    rows = without_repeats(rows, SERIES_KEYS, name, files, notes)
    rows = without_totals(rows, name, files, notes)
    return Table(name, source.origin or source.file, rows, files, names.region().code)


def _configured_columns(name: str, source: TableSource, notes: Notes) -> dict[str, str]:
    """Factbook's column name → the table's, by ``[data.tables.NAME] columns``."""
    columns = {column: column for column in COLUMNS}
    for key, value in source.columns.items():
        if key.upper() in columns:
            columns[key.upper()] = heading(value)
            continue
        like = nearest(key.upper(), COLUMNS)
        notes.add(
            "error",
            "unknown-column",
            f"[data.tables.{name}] columns has the key '{key}'",
            file="project.toml",
            allowed=", ".join(COLUMNS),
            remedy=f"Perhaps {like} is meant" if like else "",
        )
    if source.years_in_columns:
        del columns["YEAR"], columns["VALUE"]
    return columns


def _wanted(columns: dict[str, str], source: TableSource) -> Wanted:
    keys = frozenset(text.casefold() for column, text in columns.items() if column != "VALUE")
    if source.years_in_columns:
        return Wanted(keys, lambda text: header_year(text) is not None)
    value = columns["VALUE"].casefold()
    return Wanted(keys, lambda text: text.casefold() == value)


def _found_columns(
    name: str,
    source: TableSource,
    columns: dict[str, str],
    grid: Grid,
    notes: Notes,
    *,
    is_named: bool,
) -> dict[str, str] | None:
    """Factbook's column name → the file's heading; None when one is missing."""
    here = {text.casefold() for text in grid.headings}
    stand_ins = {"SECTOR": "Total", "PROPERTY": name.replace("_", " ")} if is_named else {}
    if source.unit:
        stand_ins["UNIT"] = source.unit
    claimed = {text.casefold() for text in columns.values()}
    free = [text for text in grid.headings if text.casefold() not in claimed]
    absent = [
        column
        for column in columns
        if column in stand_ins
        and columns[column].casefold() not in here
        and not (column in source.columns or nearest(column, free))
    ]
    required = [column for column in columns if column not in absent]
    if source.years_in_columns and not any(header_year(text) for text in grid.headings):
        notes.add(
            "error",
            "missing-column",
            f"no column is headed by a year; the table has {listing(map(repr, grid.headings), 30)}",
            file=source.file,
            remedy="Set years_in_columns = false if the years stand in a column",
        )
        return None
    found = match_columns(grid.headings, columns, required, source.file, notes)
    if found is None and any(header_year(text) for text in grid.headings):
        notes.add(
            "warning",
            "years-in-columns",
            "some columns are headed by years",
            file=source.file,
            remedy="Describe the table under [data.tables.NAME] with years_in_columns = true",
        )
    for column in absent:
        if found is not None and column != "UNIT":
            notes.add(
                "warning",
                "no-column",
                f"the table has no column {column}: all rows are read as '{stand_ins[column]}'",
                file=source.file,
            )
    return None if found is None else found | {f"={c}": stand_ins[c] for c in absent}


def _rows(
    name: str,
    source: TableSource,
    grid: Grid,
    found: dict[str, str],
    notes: Notes,
    *,
    bad_as_gaps: bool,
) -> pd.DataFrame | None:
    """The rows of a grid in long form, with the names of places as in the source."""
    if _note_long_names(grid, found, notes):
        return None
    keys = pd.DataFrame({"row": grid.rows})
    for column, label in _LABELS.items():
        if f"={column}" in found:
            keys[label] = constant(found[f"={column}"], len(keys))
        else:
            keys[label] = relabel(categorical(grid.columns[found[column]]), tidy)
    values = {
        text: cells.rename(text)
        for text, cells in grid.columns.items()
        if (header_year(text) if source.years_in_columns else text == found.get("VALUE"))
    }
    is_empty = _empty_rows(keys, found, values)
    _note_empty(name, source.file, keys, is_empty, notes)
    if is_empty.all():
        notes.add("error", "empty-file", "the table has no rows", file=source.file)
        return None
    if source.unit and "UNIT" in found:
        keys["unit"] = relabel(keys["unit"].array, lambda text: text or str(source.unit))
    _note_blanks(keys[~is_empty], found, source.file, notes)
    keys = keys[~is_empty]
    years = None if source.years_in_columns else _years(grid, found, is_empty, notes)
    rows = stack(
        [
            keys.assign(period=np.int32(header_year(text) or 0) if years is None else years)
            for text in values
        ]
    )
    cells = pd.concat([column[~is_empty] for column in values.values()], ignore_index=True)
    numbers = numbers_of(
        cells.rename(found.get("VALUE", "of a year")),
        rows["row"].to_numpy(),
        name,
        source.file,
        notes,
        bad_as_gaps=bad_as_gaps,
    )
    rows = rows.assign(value=numbers, period=rows["period"].to_numpy() * np.int32(100))
    rows = rows[rows["period"] > 0].reset_index(drop=True)
    for label in ("subject", "metric"):
        rows[label] = one_spelling(rows[label].array)
    return rows.assign(
        collection=constant("", len(rows)),
        node=constant("", len(rows)),
        file=np.zeros(len(rows), dtype=np.int16),
    )


def _note_long_names(grid: Grid, found: dict[str, str], notes: Notes) -> bool:
    """Errors for names that are too long to be any; whether there are some."""
    is_long = False
    for column in _LABELS:
        if f"={column}" in found:
            continue
        labels = categorical(grid.columns[found[column]])
        lengths = np.array([len(text) for text in labels.categories] or [0])
        bad = np.flatnonzero(np.take(lengths, labels.codes) > MOST_CHARACTERS)
        if not len(bad):
            continue
        is_long = True
        first = labels.categories[labels.codes[bad[0]]]
        notes.add(
            "error",
            "long-cell",
            f"{plural(len(bad), 'cell')} of column {column} with more than {MOST_CHARACTERS:,} "
            f"characters: '{first[:20]}…' has {len(first):,}",
            file=grid.file,
            cells=grid.rows[bad].tolist(),
            allowed=f"names of at most {MOST_CHARACTERS:,} characters",
            remedy="Look for a quote that is never closed, or shorten the name",
        )
    return is_long


def _empty_rows(
    keys: pd.DataFrame, found: dict[str, str], values: dict[str, pd.Series]
) -> NDArray[np.bool_]:
    """Rows in which nothing stands."""
    empty = np.ones(len(keys), dtype=bool)
    for column, label in _LABELS.items():
        if f"={column}" not in found:
            empty &= (keys[label] == "").to_numpy()
    for cells in values.values():
        if not empty.any():
            break
        at = np.flatnonzero(empty)
        blank = [text is None or not str(text).strip() for text in cells.iloc[at].tolist()]
        empty[at] = np.array(blank) if cells.dtype == object else cells.iloc[at].isna()
    return empty


def _note_empty(
    name: str, file: str, keys: pd.DataFrame, is_empty: NDArray[np.bool_], notes: Notes
) -> None:
    numbers = keys["row"].to_numpy()[is_empty]
    notes.cleaned(
        "empty-rows",
        name,
        f"{plural(len(numbers), 'empty row')} in {file}, left out",
        len(numbers),
        source_rows([file], np.zeros_like(numbers), numbers, ROWS_NAMED),
    )


def _note_blanks(keys: pd.DataFrame, found: dict[str, str], file: str, notes: Notes) -> None:
    """Errors for rows without a place, subject, metric or unit."""
    for column, label in _LABELS.items():
        blank = keys["row"].to_numpy()[(keys[label] == "").to_numpy()]
        if len(blank):
            notes.add(
                "error",
                "blank-cells",
                f"{plural(len(blank), 'row')} without {column}",
                file=file,
                cells=blank.tolist(),
                remedy="Fill the cells"
                + (", or set `unit` in [data.tables.NAME]" if column == "UNIT" else ""),
            )


def _years(
    grid: Grid, found: dict[str, str], is_empty: NDArray[np.bool_], notes: Notes
) -> NDArray[np.int32]:
    """The year of each row that is not empty; 0 where an error was noted."""
    labels = categorical(grid.columns[found["YEAR"]])
    years = np.array([parse_year(text) or 0 for text in labels.categories] or [0], dtype=np.int32)
    by_row = np.take(years, labels.codes)
    bad = np.flatnonzero((by_row == 0) & ~is_empty)
    if len(bad):
        texts = [labels.categories[labels.codes[index]] for index in bad.tolist()]
        first = dict(zip(reversed(texts), reversed(grid.rows[bad].tolist()), strict=True))
        examples = [f"'{text[:40]}' (row {first[text]})" for text in dict.fromkeys(texts)]
        notes.add(
            "error",
            "bad-year",
            f"{plural(len(bad), 'row')} whose YEAR is no year: {listing(examples, 8)}",
            file=grid.file,
            cells=grid.rows[bad].tolist(),
            allowed="whole numbers from 1000 to 2999",
        )
    return by_row[~is_empty]
