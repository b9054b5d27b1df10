"""Long and wide tables: COUNTRY, SECTOR, YEAR, VALUE, PROPERTY, UNIT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from factbook.config.project_config import TableSource
from factbook.data.categories.dimensions import dimensions_of, with_dimensions
from factbook.data.categories.stated_gaps import Gaps, stated_gaps
from factbook.data.categories.totals import composed
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.bounded import may_index
from factbook.data.grids.grid import Grid
from factbook.data.grids.grid_files import read_grid, sheet_remedy
from factbook.data.grids.unread import telling_remedy
from factbook.data.long.long_columns import configured_columns, found_columns, wanted_headings
from factbook.data.long.long_roles import parts_with_rest, with_proposals
from factbook.data.long.long_rows import LongGrid, labels_of, rows_of
from factbook.data.long.repeats import note_joined_names, without_repeats
from factbook.data.metadata import Metadata
from factbook.data.periods.hours import without_hours
from factbook.data.rows import SERIES_KEYS, with_places, without_gaps
from factbook.data.statuses.cell_comments import with_flags
from factbook.data.statuses.statuses import confidential, without_hidden
from factbook.data.statuses.withheld import without_computable
from factbook.data.table import Table
from factbook.data.units import note_split_units
from factbook.data.units_shown import in_units_shown


def read_long_table(
    name: str,
    source: TableSource,
    path: Path,
    metadata: Metadata,
    notes: Notes,
    *,
    is_named: bool = True,
) -> Table | None:
    """Read a user's table, or the one under ``[data] etm``.

    Args:
        name: Name of the table, as written.
        source: Its configuration.
        path: Its file.
        metadata: What it is read with.
        notes: Collects findings and cleanings.
        is_named: Whether the user has named it: PROPERTY may be missing (the name replaces it),
            and SECTOR too (there is one subject, ``Total``).

    Returns:
        The table, or None when an error was noted and there is nothing to index.
    """
    columns = configured_columns(name, source, notes)
    wanted = wanted_headings(columns, source)
    findings_before, errors_before = len(notes.findings), notes.errors
    cleanings_before = len(notes.cleanings)
    grid = read_grid(path, source.file, wanted, notes, source.sheet)
    if grid is None:
        return None

    def elsewhere() -> str:
        is_chosen = source.sheet or not grid.sheet
        return "" if is_chosen else sheet_remedy(path, grid.sheet, wanted, notes)

    columns, source = with_proposals(columns, source, grid)
    own_name = name if is_named else ""
    found = found_columns(name, source, columns, grid, notes, own_name, elsewhere)
    table = None
    if found is not None:
        flagged, flags = with_flags(grid, metadata.flags, notes)
        read = LongGrid(name, own_name, source, flagged, found)
        metadata = replace(metadata, flags=flags)
        table = _table(read, metadata, notes, errors_before=errors_before)
    _name_sheet(notes, findings_before, grid)
    _name_table(notes, cleanings_before, name)
    return table


def _table(read: LongGrid, metadata: Metadata, notes: Notes, *, errors_before: int) -> Table | None:
    """The table in a grid; None when an error was noted and there is nothing to index."""
    name, source, grid = read.name, read.source, read.grid
    dimensions = dimensions_of(name, source, grid, read.found, read.own_name, notes)
    if dimensions is None:
        return None
    called = source.file if read.own_name else name
    keys = labels_of(read, metadata.code_lists, notes)
    told_apart = with_dimensions(dimensions, grid, keys["subject"].array, called, notes)
    keys = keys.assign(subject=told_apart.subject, scenario=told_apart.scenario)
    rows = rows_of(read, keys, told_apart.keep, metadata, notes)
    if rows is None:
        return None
    members = told_apart.members or parts_with_rest(grid, read.found, keys["subject"].array)
    metadata = replace(metadata, rules=replace(metadata.rules, members=members))

    def hint(groups: Sequence[Sequence[int]]) -> str:
        return telling_remedy(grid, read.found, read.own_name, groups)

    had_errors = notes.errors > errors_before
    found = _kept(called, source.file, rows, metadata, notes, hint, had_errors=had_errors)
    if found is None:
        return None
    kept, gaps = found
    files = (source.file,)
    whole = composed(kept, called, files, metadata.measures, metadata.rules, notes)
    table = Table(
        *(name, source.origin or source.file, whole.rows, files, metadata.names.region.code),
        *(metadata.measures, dimensions.reference),
        flags=metadata.flags,
        compositions=whole.compositions,
        totals=whole.totals,
    )
    table.called = called
    table.gaps = gaps
    return table


def _kept(
    name: str,
    file: str,
    rows: pd.DataFrame,
    metadata: Metadata,
    notes: Notes,
    hint: Callable[[Sequence[Sequence[int]]], str],
    *,
    had_errors: bool,
) -> tuple[pd.DataFrame, Gaps] | None:
    """The rows of places and regions with a value, each figure once; None if they are too many.

    With them the gaps that the table states. No row is of a dropped category, or gives a
    confidential figure away.
    """
    files, errors_before = (file,), notes.errors
    names, measures, flags = metadata.names, metadata.measures, metadata.flags
    rows = in_units_shown(rows, name, files, measures, notes)
    placed = with_places(rows, names, name, files, notes)
    placed = without_hidden(placed, name, files, flags, notes)
    kept = without_gaps(placed)
    if not len(kept) and not had_errors and notes.errors == errors_before:
        _note_nothing_left(name, file, rows, placed, notes)
    if not may_index(kept, file, notes):
        return None
    note_joined_names(kept, SERIES_KEYS, names, name, files, notes)
    kept = without_repeats(kept, SERIES_KEYS, name, files, notes, hint)
    kept = without_hours(kept, files, measures, notes, flags)
    note_split_units(kept, files, notes)
    shown, secret = kept, confidential(placed, flags)
    if len(secret):
        # Before any category is dropped: a sum gives away what nobody reads as well.
        members = names.member_codes(
            {code for code in kept["place"].unique() if names.is_place(code)}
        )
        kept = without_computable(
            kept, secret, name, files, members, measures, notes, metadata.rules
        )
    gaps = stated_gaps(placed[placed["value"].isna()], shown, kept, metadata.rules.zeros)
    return metadata.rules.without_dropped(kept, name, files, notes), gaps


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


def _name_table(notes: Notes, cleanings_before: int, name: str) -> None:
    """Give the name of the table to what was cleaned in it; sentences name the file."""
    notes.cleanings[cleanings_before:] = [
        replace(cleaning, table=name) for cleaning in notes.cleanings[cleanings_before:]
    ]
