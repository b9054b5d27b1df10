"""Code lists: the labels of codes that stand in a table's columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from factbook.config.place_tables import CodedLabel, Labels
from factbook.data.cleaning import Notes, listing
from factbook.data.grids.columns import match_columns
from factbook.data.grids.grid_files import Wanted, read_grid
from factbook.data.labels import categorical, relabel
from factbook.names import LONGEST_NAME, name_key, tidy

Column = Literal["SECTOR", "PROPERTY", "UNIT"]
COLUMNS: tuple[Column, ...] = ("SECTOR", "PROPERTY", "UNIT")
"""The columns that may hold codes."""

_OF_FILE = {"column": "column", "code": "code", "label": "label", "parent": "parent"}


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a list.

    Attributes:
        code: As the table writes it; case makes no difference.
        label: What readers see instead.
        parent: The code that it is a part of; may be empty.
        where: Where it stands, for findings.
        row: Its row in the file; 0 in project.toml.
    """

    code: str
    label: str
    parent: str
    where: str
    row: int = 0


@dataclass(frozen=True)
class CodeLists:
    """The code lists of a project.

    Attributes:
        labels: Column → `name_key` of a code → its label.
        parents: Column → label → label of what it is a part of.
    """

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def applied(self, column: Column, cells: pd.Categorical) -> pd.Categorical:
        """Cells with the labels of codes; a cell is a code as a whole or not at all."""
        labels = self.labels.get(column)
        if not labels:
            return cells
        return relabel(cells, lambda text: labels.get(name_key(text), text))


def read_code_lists(folder: Path, config: Labels, notes: Notes) -> CodeLists:
    """The code lists of ``[labels]`` and of its file.

    Errors are noted, all at once: blank codes and labels, two labels of a code, two codes with
    one label, parents that are no code of the column or that go round in a circle.

    Args:
        folder: The project folder.
        config: The table of project.toml.
        notes: Collects the errors.
    """
    codes: dict[Column, list[Code]] = {column: list(_inline(config, column)) for column in COLUMNS}
    if config.file is not None:
        _read_file(config.file, folder / config.file, codes, notes)
    for column, listed in codes.items():
        _check(column, listed, notes)
    if notes.errors:
        return CodeLists()
    return CodeLists(
        {column: {name_key(c.code): c.label for c in listed} for column, listed in codes.items()},
        {column: _parents(listed) for column, listed in codes.items()},
    )


def _inline(config: Labels, column: Column) -> Iterable[Code]:
    entries: Mapping[str, str | CodedLabel] = getattr(config, column)
    for code, entry in entries.items():
        label = entry if isinstance(entry, str) else entry.label
        parent = "" if isinstance(entry, str) else entry.parent or ""
        yield Code(tidy(code), tidy(label), tidy(parent), "project.toml")


def _read_file(file: str, path: Path, codes: Mapping[Column, list[Code]], notes: Notes) -> None:
    """Add the codes of a file: column (SECTOR when absent), code, label, parent."""
    grid = read_grid(path, file, Wanted(frozenset(_OF_FILE), lambda _: False), notes)
    found = grid and match_columns(grid.headings, _OF_FILE, ("code", "label"), file, notes)
    if not grid or not found:
        return
    cells = {
        name: [tidy(str(cell)) for cell in categorical(grid.columns[heading])]
        for name, heading in found.items()
    }
    nothing = [""] * len(grid.rows)
    columns = cells.get("column", nothing)
    rows = zip(columns, cells["code"], cells["label"], cells.get("parent", nothing), strict=True)
    by_key = {name_key(column): column for column in COLUMNS} | {"": COLUMNS[0]}
    wrong: dict[str, int] = {}
    for row, (text, code, label, parent) in zip(grid.rows.tolist(), rows, strict=True):
        column = by_key.get(name_key(text))
        if column is None:
            wrong.setdefault(text, row)
        elif code or label or parent:
            codes[column].append(Code(code, label, parent, file, row))
    if wrong:
        notes.add(
            "error",
            "code-column",
            f"column is {listing(_at_rows(wrong), 8)}",
            file=file,
            cells=wrong.values(),
            allowed=", ".join(COLUMNS),
            remedy="Write the column of Factbook that the code stands in",
        )


def _at_rows(texts: Mapping[str, int]) -> list[str]:
    return [f"'{text}' (row {row})" for text, row in texts.items()]


def _check(column: Column, listed: list[Code], notes: Notes) -> None:
    too_long = [c for c in listed if max(len(c.code), len(c.label)) > LONGEST_NAME]
    blank = [c for c in listed if not (c.code and c.label)]
    _note(column, [*blank, *too_long], "code-blank", "without a code or a label, or too long",
          f"a code and a label of at most {LONGEST_NAME} characters", notes)  # fmt: skip
    by_code = _grouped((name_key(c.code), c) for c in listed if c.code)
    twice = [c for same in by_code.values() if len({c.label for c in same}) > 1 for c in same]
    _note(column, twice, "code-twice", "with two labels", "one label a code", notes)
    by_label = _grouped((name_key(c.label), c) for c in listed if c.label)
    shared = [
        c for same in by_label.values() if len({name_key(c.code) for c in same}) > 1 for c in same
    ]
    _note(column, shared, "label-twice", "with a label that another code has too: their figures "
          "would be one", "each label for one code", notes)  # fmt: skip
    lost = [c for c in listed if c.parent and name_key(c.parent) not in by_code]
    _note(column, lost, "code-parent", "whose parent is not in the list", "a code of the list",
          notes)  # fmt: skip
    above = {name_key(c.code): name_key(c.parent) for c in listed if c.parent}
    circle = [c for c in listed if _is_below_itself(name_key(c.code), above)]
    _note(column, circle, "code-circle", "that are among their own parents", "a parent above",
          notes)  # fmt: skip


def _grouped(pairs: Iterable[tuple[str, Code]]) -> dict[str, list[Code]]:
    found: dict[str, list[Code]] = {}
    for key, code in pairs:
        found.setdefault(key, []).append(code)
    return found


def _is_below_itself(code: str, above: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    at = above.get(code)
    while at is not None and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def _note(
    column: Column, wrong: list[Code], code: str, what: str, allowed: str, notes: Notes
) -> None:
    for where in dict.fromkeys(c.where for c in wrong):
        here = [c for c in wrong if c.where == where]
        rows = [c.row for c in here if c.row]
        names = listing(
            (f"{c.code} = '{c.label}'" + f" (row {c.row})" * bool(c.row) for c in here), 8
        )
        notes.add(
            "error",
            code,
            f"[labels] {column} has codes {what}: {names}",
            file=where,
            cells=rows,
            allowed=allowed,
            remedy="Correct the code list",
        )


def _parents(listed: Iterable[Code]) -> dict[str, str]:
    labels = {name_key(c.code): c.label for c in listed}
    return {c.label: labels[name_key(c.parent)] for c in listed if c.parent}
