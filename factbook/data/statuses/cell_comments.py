"""Comments on the cells of a worksheet: flags of the figures there, or notes about them.

A comment that is a flag or its meaning (``p``, ``Provisional``, ``break in series``) is that flag.
Any other is a note: its figures get a flag of their own, ``[note1]`` and so on, whose meaning is
the comment. A comment on the heading of a column of figures is one on all of them; those on other
cells are listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.formats import Worksheet
from factbook.data.grids.grid import Grid
from factbook.data.statuses.flags import Flags, Status, note_code
from factbook.xlsx.cells import cell_name

MOST_NOTES = 999
"""Most different notes of all tables; further ones are counted."""

_SHOWN = 8
_LONGEST_SHOWN = 80
_PARTS = re.compile(r"(?<![.;,])[.;,]++(?:\s++|$)")
_ADDED = re.compile(r"(?<!\s)\s++(?:values?|figures?|data|only)$")

Cells = Mapping[tuple[int, int], str]


def comments_on_figures(
    sheet: Worksheet, columns: Mapping[int, str], body: int, notes: Notes, shown: str
) -> dict[str, dict[int, str]]:
    """Heading → index of a row below the header → the comments on that figure.

    Args:
        sheet: The worksheet.
        columns: 0-based index → heading of its columns of figures.
        body: Index of the first row below its header.
        notes: Counts the comments on other cells.
        shown: The file's name in messages.
    """
    found: dict[str, dict[int, str]] = {}
    others: dict[tuple[int, int], str] = {}
    last = len(sheet.rows)
    for (row, column), text in sheet.comments.items():
        name = columns.get(column)
        if name is None or not body <= row <= last:
            others[row, column] = text
            continue
        at = range(last - body) if row == body else (row - 1 - body,)
        of_column = found.setdefault(name, {})
        for index in at:
            of_column[index] = f"{of_column[index]}; {text}" if index in of_column else text
    _note_others(others, sheet.name, shown, notes)
    return found


def with_flags(grid: Grid, known: Flags, notes: Notes) -> tuple[Grid, Flags]:
    """A grid with the flags that its comments mean in their place, and the flags known then.

    Args:
        grid: The table.
        known: The flags that are known.
        notes: Numbers the notes of all tables, and collects a warning of those beyond the most.
    """
    distinct = dict.fromkeys(
        text for of_column in grid.comments.values() for text in of_column.values()
    )
    if not distinct:
        return grid, known
    flags: dict[str, str] = {}
    lost = []
    for text in distinct:
        codes, is_all = _meant(text, known)
        if not is_all and len(notes.comments) < MOST_NOTES:
            notes.comments.setdefault(text, note_code(len(notes.comments) + 1))
        if not is_all and text not in notes.comments:
            lost.append(text)
        flags[text] = " ".join(filter(None, (*codes, notes.comments.get(text))))
    if lost:
        notes.add(
            "warning",
            "too-many-notes",
            f"{plural(len(lost), 'comment')} beyond the first {MOST_NOTES} different ones "
            f"{'is' if len(lost) == 1 else 'are'} not shown: {_quoted(lost)}",
            file=grid.file,
            allowed=f"{MOST_NOTES} different comments in all tables",
        )
    comments = {
        name: {index: flags[text] for index, text in of_column.items()}
        for name, of_column in grid.comments.items()
    }
    return replace(grid, comments=comments), known.with_notes(notes.comments)


def _meant(text: str, known: Flags) -> tuple[tuple[str, ...], bool]:
    """The known flags that a comment means, and whether it says nothing else."""
    codes = known.codes_of(text)
    if codes and all(known.flag(code).status is not Status.UNKNOWN for code in codes):
        return codes, True
    parts = [part for part in _PARTS.split(text) if part]
    meant = [known.code_of_meaning(_ADDED.sub("", part)) for part in parts]
    return tuple(filter(None, dict.fromkeys(meant))), bool(parts) and all(meant)


def _note_others(cells: Cells, sheet: str, shown: str, notes: Notes) -> None:
    named = [f"{cell_name(row, column)} '{_short(text)}'" for (row, column), text in cells.items()]
    notes.cleaned(
        "comments",
        shown,
        f"{plural(len(cells), 'comment')} of {shown}, sheet '{sheet}', on cells that hold no "
        f"figure, not used: {listing(named, _SHOWN)}",
        len(cells),
    )


def _quoted(texts: list[str]) -> str:
    return listing((f"'{_short(text)}'" for text in texts), _SHOWN)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1].rstrip()}…"
