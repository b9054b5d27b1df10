"""Columns of a file: matching their headings, and reading their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.config.projects_root import projects_root
from factbook.data.cleaning import DECIMAL_COMMA, ROWS_NAMED, Notes, listing, plural, source_rows
from factbook.data.grids.values import Values, parse_values, shown
from factbook.data.periods.period_headings import is_period
from factbook.errors import nearest

NO_VALUE = "a formula without a value"
"""The reader of workbooks returns this for a formula whose value was never saved."""

_IS_DOUBTFUL_POINT = re.compile(r"[+-]?\d{1,3}\.\d{3}").fullmatch
SHOWN_LETTERS = 100
"""Most characters of a bad cell that a finding shows."""


def match_columns(
    headings: Sequence[str],
    wanted: Mapping[str, str],
    required: Sequence[str],
    file: str,
    notes: Notes,
    *,
    table: str = "",
    elsewhere: Callable[[], str] = str,
) -> dict[str, str] | None:
    """Factbook's column name → the file's heading; None when a required one is missing.

    Args:
        headings: Headings of the file.
        wanted: Factbook's column name → the heading to look for, matched ignoring case.
        required: Names of required columns.
        file: The file, for messages.
        notes: Collects the missing columns, all at once, each with the nearest heading.
        table: Name of the table under ``[data.tables]``; empty if it has no ``columns``.
        elsewhere: Returns the remedy if the columns are elsewhere; called only if one is missing.
    """
    by_fold = {heading.casefold(): heading for heading in headings}
    by_fold |= {text.casefold(): text for text in wanted.values() if text in headings}
    found = {
        name: by_fold[heading.strip().casefold()]
        for name, heading in wanted.items()
        if heading.strip().casefold() in by_fold
    }
    missing = [name for name in required if name not in found]
    if not missing:
        return found
    free = [heading for heading in headings if heading not in found.values()]
    phrases, hints = [], []
    likes: dict[str, str] = {}
    for name in missing:
        is_renamed = wanted[name].casefold() != name.casefold()
        phrases.append(f"'{wanted[name]}'" + f" (set for {name})" * is_renamed)
        likes[name] = nearest(wanted[name], free)
        if likes[name] and not (is_renamed and table):
            hints.append(f"'{likes[name]}' should be '{wanted[name]}'")
    remedy = f"Perhaps {' and '.join(hints)}" if hints else "Rename the columns in the file"
    if table:
        columns = ", ".join(f'{name} = "{likes[name] or "…"}"' for name in missing)
        remedy += f"; or set columns = {{ {columns} }} under [data.tables.{table}]"
    notes.add(
        "error",
        "missing-column",
        f"the table has no column {listing(phrases)}; it has "
        f"{shown_headings(headings, is_known=bool(found))}",
        file=file,
        remedy=elsewhere() or remedy,
    )
    return None


def shown_headings(headings: Sequence[str], *, is_known: bool) -> str:
    """The headings of a table, for messages.

    Where others may start runs on this machine (``FACTBOOK_PROJECTS_ROOT``), a file in which
    nothing is found that was looked for is not quoted: it may be no table, and not theirs.

    Args:
        headings: The headings.
        is_known: Whether some of the columns that were looked for are among them.
    """
    given = [repr(heading) for heading in headings if heading]
    if is_known or projects_root() is None:
        return listing(given, 30)
    return f"{len(given)} others"


def numbers_of(
    cells: pd.Series,
    rows: NDArray[np.int32],
    table: str,
    file: str,
    notes: Notes,
    *,
    bad_as_gaps: bool,
    points_prove_nothing: bool = False,
    headings: Sequence[str] = (),
) -> NDArray[np.float64]:
    """The cells as numbers; NaN for gaps. Gaps are counted, bad cells are an error or gaps.

    Args:
        cells: The cells; their name is the column's heading.
        rows: Number of the row of each.
        table: Name of the table.
        file: The file, for messages.
        notes: Collects findings and cleanings.
        bad_as_gaps: Whether cells that are not numbers are gaps instead of errors.
        points_prove_nothing: As for `parse_values`.
        headings: Headings of the columns, if the cells are those of several, one after another.
    """
    values = parse_values(cells, points_prove_nothing=points_prove_nothing)
    if values.decimal_comma:
        notes.read_as(file, DECIMAL_COMMA)
    grouped = np.flatnonzero(values.grouped)
    if len(grouped):
        first = cells.iloc[grouped[0]], shown(float(values.numbers[grouped[0]]))
        notes.cleaned(
            "thousands-separators",
            table,
            f"{plural(len(grouped), 'number')} with thousands separators in {file}, read without "
            f"them: '{first[0]}' as {first[1]}",
            len(grouped),
            source_rows([file], np.zeros_like(grouped), rows[grouped], ROWS_NAMED),
        )
    gaps = np.flatnonzero(values.gaps)
    notes.cleaned(
        "gaps",
        table,
        f"{plural(len(gaps), 'cell')} without a value in {file}: "
        f"{'a gap' if len(gaps) == 1 else 'gaps'}, never zero",
        len(gaps),
        source_rows([file], np.zeros_like(gaps), rows[gaps], ROWS_NAMED),
    )
    if values.bad.any():
        bad = _Bad(cells, rows, values, tuple(headings))
        _note_bad(bad, table, file, notes, bad_as_gaps=bad_as_gaps)
    return values.numbers


@dataclass(frozen=True, slots=True)
class _Bad:
    """A column, or several with `headings`, with cells that are not numbers."""

    cells: pd.Series
    rows: NDArray[np.int32]
    read: Values
    headings: tuple[str, ...]

    @property
    def at(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.read.bad)

    @property
    def texts(self) -> list[str]:
        return [str(text) for text in self.cells.iloc[self.at].tolist()]

    @property
    def column(self) -> str:
        kind = "years" if all(map(is_period, self.headings)) else "figures"
        return f"the columns of {kind}" if self.headings else f"column {self.cells.name}"

    @property
    def examples(self) -> str:
        """Each text once, with its first position; and a number that contradicts them."""
        seen: dict[str, str] = {}
        for index, text in zip(self.at.tolist(), self.texts, strict=True):
            seen.setdefault(text, self._place(index))
        examples = listing((f"'{_shortened(text)}' ({place})" for text, place in seen.items()), 8)
        contrary = self.read.contrary
        if contrary < 0:
            return examples
        return (
            f"{examples}; '{self.cells.iloc[contrary]}' ({self._place(contrary)}) has a decimal "
            "point, which contradicts a decimal comma"
        )

    def _place(self, index: int) -> str:
        place = f"row {self.rows[index]}"
        if self.headings:
            size = len(self.cells) // len(self.headings)
            place += f", column {self.headings[index // size]}"
        return place


def _note_bad(bad: _Bad, table: str, file: str, notes: Notes, *, bad_as_gaps: bool) -> None:
    """An error for cells that are not numbers; a cleaning and a warning if they become gaps."""
    rows = bad.rows[bad.at]
    several = len(rows) > 1
    what = f"{plural(len(rows), 'cell')} of {bad.column}"
    are = f"that {'are not numbers' if several else 'is not a number'}"
    if bad_as_gaps:
        where = source_rows([file], np.zeros_like(rows), rows, ROWS_NAMED)
        taken = f"{are}, read as {'gaps' if several else 'a gap'}: {bad.examples}"
        notes.cleaned("bad-cells", table, f"{what} in {file} {taken}", len(rows), where)
        notes.add("warning", "bad-cells", f"{what} {taken}", file=file, cells=rows.tolist())
        return
    notes.add(
        "error",
        "bad-cells",
        f"{what} {are}: {bad.examples}",
        file=file,
        cells=rows.tolist(),
        allowed="numbers such as 1234.5; blank, ':', '..', '-', 'n/a' or 'NaN' for a gap"
        + _doubt(bad.read.ambiguous, bad.texts),
        remedy=_remedy(bad.texts),
    )


def _doubt(ambiguous: NDArray[np.bool_], bad: Sequence[str]) -> str:
    """When cells with ambiguous marks count as numbers."""
    if not ambiguous.any():
        return ""
    if any("," in text for text in bad):
        return (
            "; '1,234' and '1.234,5' only in a column whose other cells show whether commas are "
            "decimal marks or thousands separators"
        )
    return (
        "; '1.234' in a table with semicolons only if other cells show whether points are decimal "
        "marks or thousands separators"
    )


def _remedy(bad: Sequence[str]) -> str:
    """The remedy for cells that are not numbers."""
    if NO_VALUE in bad:
        others = "; correct the other cells" * (len(set(bad)) > 1)
        return f"Save the workbook in Excel, which stores the values of its formulas{others}"
    if all(_IS_DOUBTFUL_POINT(text) for text in bad):
        return (
            "Write the numbers without thousands separators; if the points are decimal marks, save "
            "the table with commas or tabs between cells"
        )
    return 'Correct the cells, or set bad_cells = "gap" under [data] in project.toml'


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…"
