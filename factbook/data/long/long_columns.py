"""Columns of a long or wide table: their configured names, and which of them exist."""

from __future__ import annotations

from collections.abc import Callable

from factbook.config.project_config import TableSource
from factbook.data.cleaning import Notes, listing
from factbook.data.grids.columns import match_columns, shown_headings
from factbook.data.grids.grid import Grid, Wanted, heading
from factbook.data.grids.unread import unread_labels
from factbook.data.periods.period_headings import is_period
from factbook.errors import nearest

COLUMNS = ("COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT")
OPTIONAL = {"STATUS": "OBS_STATUS", "CONFIDENTIALITY": "CONF_STATUS"}
"""Columns of flags → the heading under which each is found, where none is configured."""


def configured_columns(name: str, source: TableSource, notes: Notes) -> dict[str, str]:
    """Factbook's column name → the table's, by ``[data.tables.NAME] columns``."""
    columns = {column: column for column in COLUMNS} | OPTIONAL
    for key, value in source.columns.items():
        if key.upper() in columns:
            columns[key.upper()] = heading(value)
            continue
        like = nearest(key.upper(), columns)
        notes.add(
            "error",
            "unknown-column",
            f"[data.tables.{name}] columns has the key '{key}'",
            file="project.toml",
            allowed=", ".join(columns),
            remedy=f"Did you mean {like}?" if like else "",
        )
    if source.years_in_columns:
        del columns["YEAR"], columns["VALUE"]
    if source.values:
        del columns["VALUE"]
    return {column: text for column, text in columns.items() if column not in same_in_all(source)}


def same_in_all(source: TableSource) -> dict[str, str]:
    """Factbook's column name → what is read in all rows by the configuration.

    With ``values`` each column of figures has its own PROPERTY, and mostly its own UNIT; it may
    have its own COUNTRY and SECTOR.
    """
    found: dict[str, str] = {column: text for column, text in source.constants.items()}
    if source.values:
        found["PROPERTY"] = ""
        if source.unit or all(column.unit for column in source.values.values()):
            found["UNIT"] = source.unit or ""
        if all(column.place for column in source.values.values()):
            found["COUNTRY"] = ""
        if all(column.category for column in source.values.values()):
            found["SECTOR"] = ""
    return found


def wanted_headings(columns: dict[str, str], source: TableSource) -> Wanted:
    """The headings to look for in a file: those of `columns`, or of years."""
    keys = frozenset(text.casefold() for column, text in columns.items() if column != "VALUE")
    said = {column.upper() for column in source.columns}
    exact = frozenset((*(columns[c] for c in said if c in columns), *map(heading, source.values)))
    if source.years_in_columns:
        return Wanted(
            keys, is_period, True, source.format or "", source.header_rows, exact
        )  # fmt: skip
    values = {heading(text).casefold() for text in source.values or (columns["VALUE"],)}
    return Wanted(
        keys, lambda text: text.casefold() in values, True, source.format or "", source.header_rows,
        exact,
    )  # fmt: skip


def found_columns(
    name: str,
    source: TableSource,
    columns: dict[str, str],
    grid: Grid,
    notes: Notes,
    own_name: str,
    elsewhere: Callable[[], str],
) -> dict[str, str] | None:
    """Factbook's column name → the file's heading; None when one is missing.

    A name with the prefix ``=`` has no column: its value is read in all rows.

    Args:
        name: Name of the table.
        source: Its configuration.
        columns: Factbook's column name → the heading to look for.
        grid: The table.
        notes: Collects findings.
        own_name: Name of the table under ``[data.tables]``; empty if it has none, and then every
            column is required.
        elsewhere: Returns the remedy if the columns are in another sheet.
    """
    here = {text.casefold() for text in grid.headings}
    for column, text in OPTIONAL.items():
        if column not in source.columns and columns[column].casefold() not in here:
            columns = {one: text for one, text in columns.items() if one != column}
    stand_ins = {"SECTOR": "Total", "PROPERTY": name.replace("_", " ")} if own_name else {}
    if source.unit:
        stand_ins["UNIT"] = source.unit
    claimed = {text.casefold() for text in columns.values()}
    free = [text for text in grid.headings if text.casefold() not in claimed]
    if grid.roles is not None:  # all headings are known: none is another one misspelt
        free = []
    absent = [
        column
        for column in columns
        if column in stand_ins
        and columns[column].casefold() not in here
        and not (column in source.columns or nearest(column, free))
    ]
    required = [column for column in columns if column not in absent]
    if source.years_in_columns and not any(map(is_period, grid.headings)):
        known = not here.isdisjoint(claimed)
        _note_no_period(shown_headings(grid.headings, is_known=known), source, elsewhere, notes)
        return None
    if not source.years_in_columns and any(map(is_period, grid.headings)):
        elsewhere = _as_wide(own_name)
    found = match_columns(
        grid.headings, columns, required, source.file, notes, table=own_name, elsewhere=elsewhere
    )
    if found is None or not _has_values(source, grid, own_name, notes):
        return None
    if grid.roles is None:  # else what is left over has one member
        silent = {"UNIT", "SECTOR"} if source.dimensions else {"UNIT"}
        _note_absent({c: stand_ins[c] for c in absent if c not in silent}, grid, source, notes)
    stand_ins |= same_in_all(source)
    return found | {f"={c}": stand_ins[c] for c in (*absent, *same_in_all(source))}


def _note_no_period(
    headings: str, source: TableSource, elsewhere: Callable[[], str], notes: Notes
) -> None:
    notes.add(
        "error",
        "missing-column",
        f"no column has a year as heading; it has {headings}",
        file=source.file,
        remedy=elsewhere() or "Set years_in_columns = false if the years are in a column",
    )


def _has_values(source: TableSource, grid: Grid, own_name: str, notes: Notes) -> bool:
    """Whether the file has all columns of ``values``; an error names those that it lacks."""
    here = {text.casefold() for text in grid.headings}
    missing = [text for text in source.values if heading(text).casefold() not in here]
    if not missing:
        return True
    likes = [nearest(text, grid.headings) for text in missing]
    notes.add(
        "error",
        "missing-column",
        f"the table has no column {listing(map(repr, missing))}, which "
        f"[data.tables.{own_name}] values names; it has "
        + shown_headings(grid.headings, is_known=True),
        file=grid.file,
        remedy=f"Perhaps {listing(map(repr, filter(None, likes)))} is meant"
        if any(likes)
        else "Correct the names there",
    )
    return False


def _as_wide(own_name: str) -> Callable[[], str]:
    """The remedy for a table whose headings are years, and which lacks a column."""
    if own_name:
        return lambda: (
            f"Set years_in_columns = true under [data.tables.{own_name}], as some headings are "
            "years; map COUNTRY, SECTOR, PROPERTY and UNIT in its columns"
        )
    return lambda: "Define it under [data.tables], with years_in_columns = true"


def _note_absent(stand_ins: dict[str, str], grid: Grid, source: TableSource, notes: Notes) -> None:
    """Warnings for missing columns, each with the value that is read in all rows."""
    read = {heading(text).casefold() for text in source.dimensions}
    unread = [
        text for text in (unread_labels(grid) if stand_ins else []) if text.casefold() not in read
    ]
    for column, label in stand_ins.items():
        what = f"the table has no column {column}: all rows are read as '{label}'"
        remedy = ""
        if unread:
            what += f"; columns not read: {listing(map(repr, unread), 12)}"
            remedy = (
                f'If it is one of them, set columns = {{ {column} = "…" }} under the table\'s '
                "name in [data.tables]"
            )
        notes.add("warning", "no-column", what, file=grid.file, remedy=remedy)
