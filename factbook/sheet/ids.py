"""Ids within one sheet: each occurs once, and a sub-task's begins with its task's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from factbook.errors import Finding
from factbook.sheet.cell_reader import CellReader
from factbook.sheet.models import SubTask
from factbook.xlsx.workbook import SheetRow

_SHOWN = 6


def duplicate_ids(reader: CellReader, ids: Iterable[tuple[str, int]]) -> list[Finding]:
    """An error for each id that more than one row has.

    Args:
        reader: Reader of the sheet; it knows which ids were typed as numbers.
        ids: Id and row number of each row.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for row_id, number in ids:
        if row_id:
            rows[row_id].append(number)
    findings = []
    for row_id, numbers in rows.items():
        if len(numbers) < 2:
            continue
        cells = tuple(reader.cell(SheetRow(number, ()), "ID") for number in numbers)
        remedy = "Give each row its own id, and correct the references to it"
        if any(cell in reader.numbers for cell in cells):
            remedy = (
                "Format the column as text, then type the ids again"
                f": as a number, {_longer(row_id)} is stored as {row_id}"
            )
        findings.append(
            Finding(
                severity="error",
                code="sheet.duplicate-id",
                message=f"id '{row_id}' occurs in rows {_and(map(str, numbers))}",
                file=reader.file,
                sheet=reader.table.name,
                cells=cells,
                allowed="each id once",
                remedy=remedy,
            )
        )
    return findings


def ids_alike(reader: CellReader, ids: Iterable[tuple[str, int]]) -> list[Finding]:
    """A warning for ids that differ only in the case of letters.

    Files are named after ids. Non-ASCII letters are percent-encoded in file names, so that their
    case makes a difference.

    Args:
        reader: Reader of the sheet.
        ids: Id and row number of each row.
    """
    alike: dict[bytes, dict[str, int]] = defaultdict(dict)
    for row_id, number in ids:
        folded = row_id.encode("utf-8", "surrogatepass").lower()  # of bytes: ASCII only
        alike[folded].setdefault(row_id, number)
    return [
        Finding(
            severity="warning",
            code="sheet.ids-alike",
            message=f"ids {_and(_listed([repr(row_id) for row_id in rows]))} differ only in the "
            "case of letters: on systems that ignore the case of file names, as Windows and macOS "
            "do, the files of one replace those of the other",
            file=reader.file,
            sheet=reader.table.name,
            cells=tuple(reader.cell(SheetRow(number, ()), "ID") for number in rows.values()),
            remedy="Give one of them another id, and correct the references to it",
        )
        for rows in alike.values()
        if len(rows) > 1
    ]


def wrong_prefixes(reader: CellReader, sub_tasks: Sequence[SubTask]) -> list[Finding]:
    """One error for all sub-tasks whose id does not begin with their task's id and a dot."""
    wrong = [s for s in sub_tasks if s.id and s.task_id and not s.id.startswith(f"{s.task_id}.")]
    if not wrong:
        return []
    shown = _listed([f"'{item.id}' under task '{item.task_id}'" for item in wrong])
    parents = {reader.cell(SheetRow(item.row, ()), "Task_section_id") for item in wrong}
    remedy = "Correct the id, or the id of its task"
    if parents & reader.numbers:
        remedy += "; format both columns as text: as a number, 1.10 is stored as 1.1"
    return [
        Finding(
            severity="error",
            code="sheet.id-prefix",
            message="sub-task ids do not begin with their task's id and a dot: " + _and(shown),
            file=reader.file,
            sheet=reader.table.name,
            cells=tuple(reader.cell(SheetRow(item.row, ()), "ID") for item in wrong),
            allowed="an id such as 1.1.2 under task 1.1",
            remedy=remedy,
        )
    ]


def _longer(row_id: str) -> str:
    """The id that `row_id` may have been before: 1.10 for 1.1, 1.0 for 1."""
    return f"{row_id}0" if "." in row_id else f"{row_id}.0"


def _listed(parts: Sequence[str]) -> list[str]:
    """The first few parts; the rest is counted."""
    more = len(parts) - _SHOWN
    return [*parts[:_SHOWN], *([f"{more} more"] if more > 0 else [])]


def _and(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
