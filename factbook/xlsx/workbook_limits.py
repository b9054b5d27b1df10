"""The limits of a workbook, and the error for one that exceeds them."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from factbook.errors import Finding, SheetError

MAX_TOTAL_BYTES = 200_000_000
MAX_MEMBER_BYTES = 100_000_000
MAX_MEMBERS = 10_000
MAX_RATIO = 200
RATIO_FROM_BYTES = 1_000_000
MAX_CELLS = 5_000_000
MAX_SHEET_CELLS = 1_000_000  # of one sheet of a prompt sheet: 80,000 rows of twelve columns
MAX_ROWS = 1_048_576  # of a sheet, by Excel's specification
MAX_COLUMNS = 16_384
MAX_NAME_LENGTH = 500  # characters of an id, a title or a name; a heading of a report has far fewer
MAX_TEXT_LENGTH = 32_767  # characters of any other cell, by Excel's specification
MAX_DIRECTORY_BYTES = 5_000_000  # of the lists of sheets, of their parts, and of formats
MAX_PARSER_BYTES = 1_000_000_000  # of address space of the child process that parses
MAX_PARSER_SECONDS = 20  # of computing in it

SAVE_AGAIN = "Open the file in a spreadsheet program and save it as a new .xlsx workbook"
TRIM = (
    "Delete the rows below and the columns to the right of the table, "
    "or copy the table to a new sheet, and save"
)


def refuse(
    path: Path, code: str, message: str, *, allowed: str = "", remedy: str = SAVE_AGAIN
) -> NoReturn:
    """Refuse the workbook at `path`.

    Raises:
        SheetError: Always, with one finding.
    """
    raise SheetError(
        [
            Finding(
                severity="error",
                code=f"sheet.{code}",
                message=message,
                file=str(path),
                allowed=allowed,
                remedy=remedy,
            )
        ]
    ) from None
