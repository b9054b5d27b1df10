"""Columns of a file: which is which, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import (
    DECIMAL_COMMA,
    ROWS_NAMED,
    Notes,
    listing,
    plural,
    source_rows,
)
from factbook.data.values import parse_values, shown
from factbook.errors import nearest

SHOWN_LETTERS = 100
"""Letters of a bad cell that a finding shows."""


def match_columns(
    headings: Sequence[str],
    wanted: Mapping[str, str],
    required: Sequence[str],
    file: str,
    notes: Notes,
) -> dict[str, str] | None:
    """Factbook's column name → the file's heading; None when a required one is missing.

    Args:
        headings: Headings of the file.
        wanted: Factbook's column name → the heading to look for, matched ignoring case.
        required: Names that must be there.
        file: The file, for messages.
        notes: Where missing columns go, all at once, each with the nearest heading.
    """
    by_fold = {heading.casefold(): heading for heading in headings}
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
    for name in missing:
        phrases.append(f"'{wanted[name]}'")
        like = nearest(wanted[name], free)
        if like:
            hints.append(f"'{like}' is meant to be '{wanted[name]}'")
    notes.add(
        "error",
        "missing-column",
        f"the table has no column {listing(phrases)}; it has "
        f"{listing((repr(heading) for heading in headings if heading), 30)}",
        file=file,
        remedy=f"Perhaps {' and '.join(hints)}"
        if hints
        else "Rename the column, or name it in [data.tables.NAME] columns",
    )
    return None


def numbers_of(
    cells: pd.Series,
    rows: NDArray[np.int32],
    table: str,
    file: str,
    notes: Notes,
    *,
    bad_as_gaps: bool,
) -> NDArray[np.float64]:
    """The cells as numbers; NaN for gaps. Gaps are counted, bad cells are an error or gaps."""
    values = parse_values(cells)
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
        f"{plural(len(gaps), 'cell')} without a value in {file}: taken as gaps, never as zero",
        len(gaps),
        source_rows([file], np.zeros_like(gaps), rows[gaps], ROWS_NAMED),
    )
    bad = np.flatnonzero(values.bad)
    if not len(bad):
        return values.numbers
    texts = [str(text) for text in cells.iloc[bad].tolist()]
    what = (
        f"{plural(len(bad), 'cell')} of column {cells.name} that "
        f"{'is' if len(bad) == 1 else 'are'} no number: {_examples(texts, rows[bad])}"
    )
    if bad_as_gaps:
        where = source_rows([file], np.zeros_like(bad), rows[bad], ROWS_NAMED)
        what = what.replace(":", ", taken as gaps:", 1)
        sentence = what.replace(f"column {cells.name}", f"column {cells.name} in {file}", 1)
        notes.cleaned("bad-cells", table, sentence, len(bad), where)
        notes.add("warning", "bad-cells", what, file=file, cells=rows[bad].tolist())
        return values.numbers
    doubt = (
        "; '1,234' and '1.234,5' only in a column whose other cells leave no doubt whether commas "
        "stand for decimals or between thousands"
    )
    notes.add(
        "error",
        "bad-cells",
        what,
        file=file,
        cells=rows[bad].tolist(),
        allowed="numbers such as 1234.5, and blank, ':', '..', '-', 'n/a', 'NaN' for a gap"
        + doubt * bool(values.ambiguous.any()),
        remedy='Correct the cells, or set bad_cells = "gap" under [data] in project.toml',
    )
    return values.numbers


def _examples(texts: Sequence[str], rows: NDArray[np.int32]) -> str:
    seen: dict[str, int] = {}
    for text, row in zip(texts, rows.tolist(), strict=True):
        seen.setdefault(text, row)
    return listing((f"'{_shortened(text)}' (row {row})" for text, row in seen.items()), 8)


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…"
