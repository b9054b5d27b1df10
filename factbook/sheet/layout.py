"""The sheets and columns of a prompt sheet, and the matching of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from factbook.errors import Finding
from factbook.names import name_key
from factbook.xlsx.cells import CellValue, cell_name
from factbook.xlsx.workbook import RawSheet, SheetRow

HEADER_SEARCHED_ROWS = 20
_COMPARED_NAMES = 200
_CELLS_NAMED = 200  # of cells that are not read; the message has their full count
_MISSPELT_FROM = 0.8  # similarity of two names, 0 to 1, above which one is taken for the other
_GAPS = re.compile(r"[\s_\u00a0]+")


@dataclass(frozen=True)
class SheetLayout:
    """A sheet: its possible columns, its required ones, and whether the sheet is required."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...] = ()
    required: bool = False


_SELECTION = (
    "collection_name",
    "property_list",
    "category_list",
    "scenario_list",
    "Period_type",
)

LAYOUTS = (
    SheetLayout("Read me", ("Project Name", "Context")),
    SheetLayout("Aims", ("ID", "Title", "Description"), ("ID",)),
    SheetLayout(
        "Objectives", ("ID", "Aim ID", "Title", "Description"), ("ID", "Title"), required=True
    ),
    SheetLayout(
        "Tasks",
        ("ID", "Objective ID", "Title", "Description"),
        ("ID", "Objective ID", "Title"),
        required=True,
    ),
    SheetLayout(
        "Sub Tasks",
        (
            "ID",
            "Task_section_id",
            "Task Header",
            "Title",
            "Description",
            "Input",
            "Geographic Level",
        ),
        ("ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"),
        required=True,
    ),
    SheetLayout(
        "Text Guidelines",
        ("ID", "Description", "Standard", "Advanced", "Research Topics", "Research Notes"),
        ("ID",),
    ),
    SheetLayout(
        "Default Charts",
        ("sub_task_id", "Description", "Image", *_SELECTION, "sub_task_header"),
        ("sub_task_id", "Image"),
    ),
    SheetLayout(
        "External Search",
        (
            "ID",
            "Unique_ID",
            "Title",
            "Description",
            "Prompt",
            "Data Source",
            "Level",
            "additional information",
            *_SELECTION,
        ),
        ("ID", "Data Source"),
    ),
    SheetLayout("Cross Reference", ("ID", "Copy"), ("ID", "Copy")),
    SheetLayout("All Categories", ("category_name", "group", "Description"), ("category_name",)),
)


@dataclass(frozen=True)
class Table:
    """A sheet whose header has been found.

    Attributes:
        layout: The expected layout.
        name: The name on its tab.
        columns: Position of each existing column, by its name in the layout.
        rows: The rows below the header with a value in one of these columns.
        merged: Merged ranges of the sheet.
        header_row: Number of the header's row.
    """

    layout: SheetLayout
    name: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    rows: tuple[SheetRow, ...] = ()
    merged: tuple[str, ...] = ()
    header_row: int = 1


def fold(name: object) -> str:
    """A name for matching: trimmed, without regard to case and kinds of gaps."""
    return name_key(_GAPS.sub(" ", str(name)))


def most_alike(name: str, known: tuple[str, ...]) -> str:
    """The known name that `name` is probably a misspelling of, or an empty string."""
    folded = fold(name)
    likely = [
        other for other in known[:_COMPARED_NAMES] if abs(len(other) - len(name)) <= len(name) // 2
    ]
    scored = [(SequenceMatcher(None, folded, fold(other)).ratio(), other) for other in likely]
    ratio, best = max(scored, default=(0.0, ""))
    return best if ratio >= _MISSPELT_FROM else ""


def locate(raw: RawSheet, layout: SheetLayout, file: str) -> tuple[Table, list[Finding]]:
    """Find the header of a sheet and its columns.

    Returns:
        The table, and findings about its header: columns that are missing, misspelt, duplicate,
        or not read at all.
    """
    header = _header(raw, layout)
    known = {fold(name): name for name in layout.columns}
    columns: dict[str, int] = {}
    unknown: dict[str, int] = {}
    twice: dict[str, list[int]] = {}
    for index, label in enumerate(header.cells):
        text = fold(label) if label is not None else ""
        if text in known and known[text] in columns:
            twice.setdefault(known[text], [columns[known[text]]]).append(index)
        elif text in known:
            columns[known[text]] = index
        elif text:
            unknown[str(label).strip()] = index
    rows = tuple(
        row
        for row in raw.rows
        if row.number > header.number and any(_cell(row, i) is not None for i in columns.values())
    )
    table = Table(layout, raw.name, columns, rows, raw.merged, header.number)
    report = _HeaderReport(table, file, raw)
    return table, [
        *report.late_header(),
        *report.twice(twice),
        *report.missing(unknown),
        *report.unread(unknown),
        *report.unheaded(),
    ]


def _cell(row: SheetRow, index: int) -> CellValue:
    value = row.cells[index] if index < len(row.cells) else None
    return None if isinstance(value, str) and not value.strip() else value


def _header(raw: RawSheet, layout: SheetLayout) -> SheetRow:
    """The row among the first ones with most of the column names."""
    known = {fold(name) for name in layout.columns}
    rows = raw.rows[:HEADER_SEARCHED_ROWS] or (SheetRow(1, ()),)
    scores = [len({fold(c) for c in row.cells if c is not None} & known) for row in rows]
    best = max(scores)
    # A single cell may equal a column's name by chance, as a title `Description` would.
    return rows[scores.index(best)] if best > 1 or len(layout.columns) < 2 else rows[0]


@dataclass(frozen=True)
class _HeaderReport:
    """Findings about the header of one sheet."""

    table: Table
    file: str
    raw: RawSheet

    def late_header(self) -> list[Finding]:
        first = self.raw.rows[0].number if self.raw.rows else 1
        row = self.table.header_row
        if row == first:
            return []
        return [
            Finding(
                severity="warning",
                code="sheet.late-header",
                message=f"the column names are in row {row}; the rows above are not read",
                file=self.file,
                sheet=self.table.name,
                cells=(f"row {row}",),
                allowed="the first row",
                remedy="Delete the rows above the column names",
            )
        ]

    def twice(self, twice: dict[str, list[int]]) -> list[Finding]:
        row = self.table.header_row
        return [
            Finding(
                severity="error",
                code="sheet.duplicate-column",
                message=f"column '{name}' occurs {len(indices)} times",
                file=self.file,
                sheet=self.table.name,
                cells=tuple(cell_name(row, index) for index in indices),
                allowed="once",
                remedy="Delete or rename all but one",
            )
            for name, indices in twice.items()
        ]

    def missing(self, unknown: dict[str, int]) -> list[Finding]:
        """Missing columns: an error if a column is required or misspelt."""
        findings = []
        for name in self.table.layout.columns:
            if name in self.table.columns:
                continue
            alike = most_alike(name, tuple(unknown))
            if name not in self.table.layout.needed and not alike:
                continue
            row = self.table.header_row
            remedy = f"Add the column '{name}'"
            if alike:
                remedy = f"Rename '{alike}' to '{name}' if that is meant"
            findings.append(
                Finding(
                    severity="error",
                    code="sheet.missing-column",
                    message=f"column '{name}' is missing",
                    file=self.file,
                    sheet=self.table.name,
                    cells=(cell_name(row, unknown[alike]),) if alike else (),
                    allowed=", ".join(self.table.layout.columns),
                    remedy=remedy,
                )
            )
        return findings

    def unheaded(self) -> list[Finding]:
        """A warning for cells in columns that have no name in the header."""
        row = self.table.header_row
        header = next((r.cells for r in self.raw.rows if r.number == row), ())
        named = {index for index, label in enumerate(header) if label is not None and fold(label)}
        width = max((len(r.cells) for r in self.raw.rows), default=0)
        others = [index for index in range(width) if index not in named]
        cells = [
            cell_name(r.number, index)
            for r in self.raw.rows
            if others and r.number > row
            for index in others
            if _cell(r, index) is not None
        ]
        if not cells:
            return []
        return [
            Finding(
                severity="warning",
                code="sheet.unheaded-cells",
                message=f"{len(cells):,} cell{'s are' if len(cells) > 1 else ' is'} in a "
                "column without a name, and "
                f"{'are' if len(cells) > 1 else 'is'} not read",
                file=self.file,
                sheet=self.table.name,
                cells=tuple(cells[:_CELLS_NAMED]),
                allowed=", ".join(self.table.layout.columns),
                remedy=f"Write the column's name into row {row}, or move the cells to a sheet "
                "whose name contains '_'",
            )
        ]

    def unread(self, unknown: dict[str, int]) -> list[Finding]:
        missing = [n for n in self.table.layout.columns if n not in self.table.columns]
        suspects = {most_alike(name, tuple(unknown)) for name in missing}
        others = {label: index for label, index in unknown.items() if label not in suspects}
        if not others:
            return []
        names = ", ".join(f"'{label}'" for label in list(others)[:6])
        more = f" and {len(others) - 6} more" if len(others) > 6 else ""
        return [
            Finding(
                severity="warning",
                code="sheet.unknown-column",
                message=f"column{'s that are' if len(others) > 1 else ' that is'} not read: "
                f"{names}{more}",
                file=self.file,
                sheet=self.table.name,
                cells=tuple(cell_name(self.table.header_row, index) for index in others.values()),
                allowed=", ".join(self.table.layout.columns),
                remedy="Move notes to a sheet whose name contains '_', or leave them",
            )
        ]
