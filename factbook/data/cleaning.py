"""Corrections made to the data, and the notes that readers of data collect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from factbook.data.grids.input_file import InputFile
from factbook.data.grids.room import Room
from factbook.data.series import SourceRows
from factbook.errors import Finding, Severity

ROWS_NAMED = 20
"""Most row numbers that a cleaning names."""

DECIMAL_COMMA = "decimal commas"
"""Name of this notation in `Notes.read_as`."""

CELLS_NAMED = 200
"""Most row numbers that a finding names; its message has the full count."""

_FILES_NAMED = 6
"""Of several with the same warning."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One kind of correction that was made to a table.

    Attributes:
        kind: Stable machine name: ``duplicates``, ``gaps``, ``bad-cells``, ``empty-rows``,
            ``totals``, ``aggregates``, ``dropped-places``, ``unmatched-nodes``,
            ``incomplete-years``, ``thousands-separators``, ``format``, ``single-system``,
            ``comments``.
        table: Name of the table (``ETM``, ``nodes``).
        count: Number of rows or cells that it changed.
        rows: The first of them, at most twenty in all.
        sentence: What was done, for the report's annex.
    """

    kind: str
    table: str
    count: int
    rows: tuple[SourceRows, ...]
    sentence: str


@dataclass(slots=True)
class Notes:
    """Findings and cleanings, collected by one reader after the other while data are loaded.

    Attributes:
        findings: Problems.
        cleanings: Corrections.
        formats: File → how it was read, if not as UTF-8 with commas between cells and decimal
            points.
        room: How much may still be read.
        inputs: File → what was read of it.
        comments: Comment on figures that is a note → its flag, of all tables.
    """

    findings: list[Finding] = field(default_factory=list)
    cleanings: list[Cleaning] = field(default_factory=list)
    formats: dict[str, dict[str, None]] = field(default_factory=dict)
    room: Room = field(default_factory=Room)
    inputs: dict[str, InputFile] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """Number of findings that are errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        *,
        file: str = "",
        sheet: str = "",
        cells: Iterable[int] = (),
        allowed: str = "",
        remedy: str = "",
    ) -> None:
        """Append a finding; `code` gets the prefix ``data.``, and only the first rows are named."""
        named = tuple(f"row {cell}" for cell in islice(dict.fromkeys(cells), CELLS_NAMED))
        self.findings.append(
            Finding(
                severity=severity,
                code=f"data.{code}",
                message=message,
                file=file,
                sheet=sheet,
                cells=named,
                allowed=allowed,
                remedy=remedy,
            )
        )

    def cleaned(
        self, kind: str, table: str, sentence: str, count: int, rows: tuple[SourceRows, ...] = ()
    ) -> None:
        """Append a cleaning, unless it changed nothing."""
        if count:
            self.cleanings.append(Cleaning(kind, table, count, rows, sentence))

    def read_from(self, read: InputFile) -> None:
        """Record a file that was read; the rows of several sheets of a workbook count together."""
        before = self.inputs.get(read.file)
        rows = read.rows + (before.rows if before else 0)
        self.inputs[read.file] = replace(read, rows=rows)

    def read_as(self, file: str, how: str) -> None:
        """Record an unusual format of a file; each is reported once per file."""
        self.formats.setdefault(file, {}).setdefault(how)

    def report_formats(self) -> None:
        """Append one cleaning for each combination of formats."""
        alike: dict[str, list[str]] = {}
        for file, ways in self.formats.items():
            alike.setdefault(", ".join(ways), []).append(file)
        for how, files in alike.items():
            self.cleaned(
                "format", files[0], f"{plural(len(files), 'file')} read with {how}: "
                f"{listing(files)}", len(files),
            )  # fmt: skip
        self.formats.clear()


def alike_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings, of which warnings that differ in where they were found alone are one.

    It names the first files, counts the others, and has no cells, which would be of one of them.

    Args:
        findings: The findings, in order.
    """
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        same = (finding.code, finding.message, finding.sheet, finding.remedy)
        key = same if finding.severity == "warning" else id(finding)
        groups.setdefault(key, []).append(finding)
    return tuple(_joined(alike) for alike in groups.values())


def _joined(alike: Sequence[Finding]) -> Finding:
    files = list(dict.fromkeys(finding.file for finding in alike))
    if len(files) == 1:
        cells = tuple(cell for finding in alike for cell in finding.cells)
        return alike[0].model_copy(update={"cells": tuple(dict.fromkeys(cells))})
    named = ", ".join(files[:_FILES_NAMED])
    more = f" and {len(files) - _FILES_NAMED:,} more" if len(files) > _FILES_NAMED else ""
    return alike[0].model_copy(
        update={"file": f"{len(files):,} files ({named}{more})", "cells": ()}
    )


def source_rows(
    files: Sequence[str],
    file: NDArray[np.integer],
    row: NDArray[np.integer],
    limit: int | None = None,
) -> tuple[SourceRows, ...]:
    """Row numbers grouped by file, in order of files and rows, each once.

    Args:
        files: Names of files; `file` holds indices into it.
        file: Index of the file of each row.
        row: Number of each row, counted from 1.
        limit: Name at most this many rows.
    """
    found: dict[int, list[int]] = {}
    for index, number in sorted(set(zip(file.tolist(), row.tolist(), strict=True)))[:limit]:
        found.setdefault(index, []).append(number)
    return tuple(SourceRows(files[index], tuple(rows)) for index, rows in found.items())


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count and its noun: ``1 row``, ``1,200 rows``."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def listing(items: Iterable[str], limit: int = 20) -> str:
    """Items as one phrase; those beyond the limit are counted."""
    every = list(items)
    more = len(every) - limit
    return ", ".join(every[:limit]) + (f" and {more} more" if more > 0 else "")
