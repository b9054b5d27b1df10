"""Worksheets with several header rows: groups of columns over columns, made long.

``2020 | 2021`` over ``Male | Female | Male | Female`` is a header of two levels. The grid has one
row a cell then: the columns left of the groups, a column a level, and ``VALUE``. The level whose
labels are all years is called ``YEAR``, any other ``header 1``, ``header 2`` … from the top. A
group's label counts for the columns of its merged range, else up to the next label to its right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing
from factbook.data.grids.bounded import may_parse
from factbook.data.grids.formats import Worksheet
from factbook.data.grids.grid import HEADER_WITHIN, Grid, heading
from factbook.data.grids.typed_cells import as_text
from factbook.data.labels import from_texts
from factbook.data.periods.period_headings import is_period
from factbook.data.sources import names
from factbook.data.sources.merged import Merged
from factbook.data.sources.roles import Roles
from factbook.data.sources.sdmx import with_sdmx_roles
from factbook.data.statuses.cell_comments import comments_on_figures
from factbook.xlsx.cells import column_letters

MOST_HEADER_ROWS = 4
_VALUE, _YEAR = "VALUE", "YEAR"

Texts = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Header:
    """A header of several rows.

    Attributes:
        top: Index of its first row.
        stubs: Headings of the columns left of the groups.
        levels: The labels of each row of the header, one for each column of values.
    """

    top: int
    stubs: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]

    @property
    def body(self) -> int:
        """Index of the first row below."""
        return self.top + len(self.levels)


class _UnclearError(Exception):
    """The rows are no header that can be read in one way only; the message says why."""


def header_of(sheet: Worksheet, header_rows: int | None) -> Header | None:
    """The header of a worksheet that needs several rows; None if one row suffices.

    It does if the labels of the lowest row are all different: rows above it are titles then.

    Args:
        sheet: The worksheet.
        header_rows: How many rows it has, if that is known: then labels need not be repeated.

    Raises:
        ValueError: The header cannot be read in one way only; the message says why.
    """
    if header_rows == 1:
        return None
    texts = _texts(sheet.rows)
    merged = Merged(sheet.merged)
    depths = (header_rows,) if header_rows else range(2, MOST_HEADER_ROWS + 1)
    unclear = ""
    for top, depth in product(range(min(HEADER_WITHIN, len(texts))), depths):
        rows = texts[top : top + depth]
        if len(rows) < depth or (header_rows is None and not _has_groups(rows)):
            continue
        try:
            return _header(rows, top, merged)
        except _UnclearError as error:
            unclear = unclear or str(error)
    if unclear or header_rows:
        raise ValueError(unclear or f"no {header_rows} rows below one another can be its header")
    return None


def long_grid(sheet: Worksheet, header: Header, shown: str, notes: Notes) -> Grid | None:
    """The grid of a worksheet with several header rows; None when an error was noted.

    Args:
        sheet: The worksheet.
        header: Its header.
        shown: The file's name in messages.
        notes: Collects findings and how the file was read.
    """
    body = sheet.rows[header.body :]
    width, stubs = len(header.levels[0]), len(header.stubs)
    level_names = _names(header)
    if not may_parse(len(body), width * (stubs + len(level_names) + 1), shown, notes):
        return None
    cells = [list(row) + [""] * (stubs + width - len(row)) for row in body]
    is_note = np.array([_is_note(row, stubs) for row in cells] or [False])[: len(cells)]
    times = np.where(is_note, 1, width)
    rows = np.repeat(np.arange(len(cells)), times)
    columns: dict[str, pd.Series] = {}
    for index, name in enumerate(header.stubs):
        if name:
            column = from_texts([as_text(row[index]) for row in cells])
            columns[name] = pd.Series(column.take(rows))
    at = np.concatenate([np.arange(count) for count in times.tolist()] or [np.array([], dtype=int)])
    for name, labels in zip(level_names, header.levels, strict=True):
        spread = np.array(labels, dtype=object)[at]
        spread[is_note[rows]] = ""
        columns[name] = pd.Series(from_texts(spread.tolist()))
    values = [_value(cells[row][stubs + column]) for row, column in zip(rows, at, strict=True)]
    columns[_VALUE] = pd.Series(values, dtype=object)
    percents = np.array([(header.body + 1 + row, stubs + column) in sheet.percents
                         for row, column in zip(rows.tolist(), at.tolist(), strict=True)],
                        dtype=bool)  # fmt: skip
    notes.read_as(
        shown, f"{len(header.levels)} header rows as columns {listing(map(repr, level_names))}"
    )
    grid = Grid(
        shown,
        (*header.stubs, *level_names, _VALUE),
        columns,
        header.body + 1,
        sheet=sheet.name,
        merged=sheet.merged,
        percents={_VALUE: percents},
        comments={_VALUE: _comments(sheet, header, rows, at, shown, notes)},
        format="header-rows",
        numbers=(rows + header.body + 1).astype(np.int32),
    )
    return with_sdmx_roles(grid, notes, given=_roles(header, level_names))


def _comments(
    sheet: Worksheet,
    header: Header,
    rows: NDArray[np.intp],
    at: NDArray[np.intp],
    shown: str,
    notes: Notes,
) -> dict[int, str]:
    """Index of a row of the grid → the comments on its figure."""
    stubs = len(header.stubs)
    columns = {stubs + number: str(number) for number in range(len(header.levels[0]))}
    found = comments_on_figures(sheet, columns, header.body, notes, shown)
    pairs = enumerate(zip(rows.tolist(), at.tolist(), strict=True)) if found else ()
    texts = {index: found.get(str(column), {}).get(row, "") for index, (row, column) in pairs}
    return {index: text for index, text in texts.items() if text}


def note_unclear(why: str, shown: str, sheet: str, notes: Notes) -> None:
    """The error for a header that cannot be read in one way only."""
    notes.add(
        "error",
        "header-rows",
        f"the sheet has several header rows that can't be read: {why}",
        file=shown,
        sheet=sheet,
        allowed=f"2 to {MOST_HEADER_ROWS} rows, in which each column of figures has a label of its "
        "own below those of its groups",
        remedy="Write each group's label over its first column, and each label in the lowest row; "
        "or set header_rows in project.toml, or save the table in long form",
    )


def _texts(records: Sequence[Sequence[object]]) -> list[list[str]]:
    """The cells of the first rows as headings, all rows of the same length."""
    rows = [
        [heading(as_text(cell)) for cell in row]
        for row in records[: HEADER_WITHIN + MOST_HEADER_ROWS]
    ]
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _first_value(rows: Texts) -> int:
    """Index of the first column with texts in two rows or more: the first below a group."""
    by_column = enumerate(zip(*rows, strict=True))
    return next((at for at, column in by_column if sum(map(bool, column)) > 1), 0)


def _has_groups(rows: Texts) -> bool:
    """Whether labels of the lowest row are repeated below groups of more than one column."""
    first = _first_value(rows)
    lowest = _until_blank(rows[-1][first:])
    groups = rows[0][first : first + len(lowest)]
    is_wide = any(left and not right for left, right in pairwise(groups))
    return first > 0 and len(set(lowest)) < len(lowest) and is_wide and sum(map(bool, groups)) > 1


def _until_blank(labels: Sequence[str]) -> Sequence[str]:
    return labels[: next((at for at, label in enumerate(labels) if not label), len(labels))]


def _header(rows: Texts, top: int, merged: Merged) -> Header:
    first = _first_value(rows)
    lowest = _until_blank(rows[-1][first:])
    end = first + len(lowest)
    if not first or not lowest:
        raise _UnclearError(f"row {top + 1} has no column of labels left of the groups")
    beyond = [at for row in rows for at in range(end, len(row)) if row[at]]
    if beyond:
        letters = column_letters(end)
        raise _UnclearError(f"column {letters} has no label in row {top + len(rows)}")
    levels = [
        _filled(row[first:end], top + depth, first, merged) for depth, row in enumerate(rows[:-1])
    ]
    levels.append(tuple(lowest))
    seen: dict[tuple[str, ...], int] = {}
    for at, labels in enumerate(zip(*levels, strict=True)):
        if labels in seen:
            here = f"{column_letters(first + seen[labels])} and {column_letters(first + at)}"
            raise _UnclearError(f"columns {here} have the same labels {' / '.join(labels)[:200]}")
        seen[labels] = at
    stubs = tuple(next((row[at] for row in reversed(rows) if row[at]), "") for at in range(first))
    return Header(top, stubs, tuple(levels))


def _filled(labels: Sequence[str], row: int, first: int, merged: Merged) -> tuple[str, ...]:
    """The labels of a row of groups, each repeated over its columns."""
    found: list[str] = []
    for at, label in enumerate(labels):
        over = merged.first_column(row, first + at)
        if label:
            found.append(label)
        elif not found:
            raise _UnclearError(f"column {column_letters(first)} has no group in row {row + 1}")
        elif over is None and merged.has_row(row):
            raise _UnclearError(
                f"column {column_letters(first + at)} is right of the merged cells of row {row + 1}"
            )
        else:
            found.append(found[-1])
    return tuple(found)


def _names(header: Header) -> list[str]:
    """The names of the levels."""
    found: list[str] = []
    taken = {stub.casefold() for stub in header.stubs}
    for number, labels in enumerate(header.levels, start=1):
        is_year = all(is_period(label) for label in labels)
        is_free = _YEAR not in found and _YEAR.casefold() not in taken
        found.append(_YEAR if is_year and is_free else f"header {number}")
    return found


def _roles(header: Header, level_names: Sequence[str]) -> Roles:
    """The roles that a header shows: one column left of the groups is that of the places."""
    named = [stub for stub in header.stubs if stub]
    by_id = {names.id_of(stub).casefold(): stub for stub in named}
    place = names.first_of(names.PLACES, by_id) or (named[0] if len(named) == 1 else "")
    return Roles(place=place, period=_YEAR if _YEAR in level_names else "", value=_VALUE)


def _is_note(row: Sequence[object], stubs: int) -> bool:
    """Whether a row has no values and at most one label, as notes below a table have."""
    filled = sum(bool(as_text(cell).strip()) for cell in row[:stubs])
    return filled <= 1 and not any(as_text(cell).strip() for cell in row[stubs:])


def _value(cell: object) -> float | str:
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float(cell) if is_number else as_text(cell)  # type: ignore[arg-type]
