"""The sheets of a workbook by their names: which are read, missing, duplicate, or notes."""

from __future__ import annotations

from collections import defaultdict

from factbook.errors import Finding, nearest
from factbook.sheet.layout import LAYOUTS, SheetLayout, fold
from factbook.xlsx.workbook import RawSheet, Workbook

BY_FOLD = {fold(layout.name): layout for layout in LAYOUTS}


_SHEETS_NAMED = 8


def is_wanted(name: str) -> bool:
    """Whether a sheet of this name is read."""
    return "_" not in name and fold(name) in BY_FOLD


def sheets_by_layout(book: Workbook) -> tuple[dict[str, RawSheet], list[Finding]]:
    """The sheets by their names in the layout; findings about missing, duplicate, unknown ones."""
    found: dict[str, list[RawSheet]] = defaultdict(list)
    for raw in book.sheets:
        found[BY_FOLD[fold(raw.name)].name].append(raw)
    findings = [
        Finding(
            severity="error",
            code="sheet.duplicate-sheet",
            message=f"sheet '{name}' occurs {len(sheets)} times: "
            + ", ".join(repr(raw.name) for raw in sheets),
            file=book.file,
            allowed="once",
            remedy="Delete or rename all but one",
        )
        for name, sheets in found.items()
        if len(sheets) > 1
    ]
    findings += [_missing_sheet(book, item) for item in LAYOUTS if _is_missing(item, found)]
    findings += _unknown_sheets(book)
    return {name: sheets[0] for name, sheets in found.items()}, findings


def _is_missing(layout: SheetLayout, found: dict[str, list[RawSheet]]) -> bool:
    return layout.required and layout.name not in found


def _missing_sheet(book: Workbook, layout: SheetLayout) -> Finding:
    remedy = f"Add the sheet '{layout.name}' with the columns {', '.join(layout.columns)}"
    alike = nearest(layout.name, (name for name in book.names if not is_wanted(name)))
    if alike and "_" in alike:
        remedy = f"Rename '{alike}' to '{layout.name}': a sheet with '_' in its name is a note"
    elif alike:
        remedy = f"Rename '{alike}' to '{layout.name}' if that is meant"
    return Finding(
        severity="error",
        code="sheet.missing-sheet",
        message=f"sheet '{layout.name}' is missing",
        file=book.file,
        sheet=layout.name,
        remedy=remedy,
    )


def _unknown_sheets(book: Workbook) -> list[Finding]:
    """A warning for each sheet that is called almost as one that is read; one for all others."""
    findings: list[Finding] = []
    others: list[str] = []
    for name in book.names:
        if "_" in name or fold(name) in BY_FOLD:
            findings += _note_sheets(book, name)
        elif alike := nearest(name, (layout.name for layout in LAYOUTS)):
            remedy = f"Rename it to '{alike}' if that is meant"
            findings.append(_unknown_sheet(book, f"sheet '{name}' is not read", name, remedy))
        else:
            others.append(name)
    if len(others) == 1:
        message, remedy = f"sheet '{others[0]}' is not read", "Put '_' in its name if it is a note"
        findings.append(_unknown_sheet(book, message, others[0], remedy))
    elif others:
        named = ", ".join(f"'{name}'" for name in others[:_SHEETS_NAMED])
        more = f" and {len(others) - _SHEETS_NAMED:,} more" if len(others) > _SHEETS_NAMED else ""
        message = f"{len(others):,} sheets are not read: {named}{more}"
        remedy = "Put '_' in the names of those that are notes"
        findings.append(_unknown_sheet(book, message, "", remedy))
    return findings


def _unknown_sheet(book: Workbook, message: str, sheet: str, remedy: str) -> Finding:
    return Finding(
        severity="warning",
        code="sheet.unknown-sheet",
        message=message,
        file=book.file,
        sheet=sheet,
        allowed=", ".join(layout.name for layout in LAYOUTS),
        remedy=remedy,
    )


def _note_sheets(book: Workbook, name: str) -> list[Finding]:
    """A warning for a sheet with the name of an absent sheet, except for a ``_`` in it."""
    layout = BY_FOLD.get(fold(name))
    is_there = any(is_wanted(other) and fold(other) == fold(name) for other in book.names)
    if layout is None or layout.required or is_there:
        return []
    return [
        Finding(
            severity="warning",
            code="sheet.note-sheet",
            message=f"sheet '{name}' is not read: a sheet with '_' in its name is a note",
            file=book.file,
            sheet=name,
            remedy=f"Rename it to '{layout.name}' if that is meant",
        )
    ]
