"""The size of a workbook, over all sheets: cells, the rectangles that they span, their texts.

The engine stores a sheet as one dense rectangle from its first to its last cell, and a copy of a
shared text for each cell that uses it. Both are counted here before the engine is started.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from factbook.files.sizes import megabytes
from factbook.xlsx.cells import cell_name, column_number
from factbook.xlsx.workbook_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TOTAL_BYTES,
    TRIM,
    refuse,
)

_WINDOW_BYTES = 4 << 20
_POSITION = re.compile(rb"<(?:[\w.-]+:)?(?:row|c)(?=[\s/>])")
# Attribute values of cells and rows are short and have no quotes, < and >; anything else is
# refused, so that this pattern and the engine cannot read a tag differently.
_TAG = re.compile(
    rb"<(?:[\w.-]+:)?(row|c)"
    rb"""((?:\s+[\w.:-]{1,60}\s*=\s*(?:"[^"'<>]{0,200}"|'[^'"<>]{0,200}'))*+)\s*+/?>"""
)
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,8})([0-9]{0,12})([^"']*)["']""")
# The form that most programs write: the reference first, one blank between attributes. Where all
# tags have this form, the extent of a sheet is read several times faster.
_OTHER_ATTRIBUTES = rb"""(?: (?!r=)[\w.:-]{1,60}="[^"'<>]{0,200}")*+ ?/?>"""
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"' + _OTHER_ATTRIBUTES)
_PLAIN_ROW = re.compile(rb'<row r="([0-9]{1,7})"' + _OTHER_ATTRIBUTES)
_DIMENSION = re.compile(
    rb"""<(?:[\w.-]+:)?dimension\s[^<>]{0,200}?ref\s*=\s*["'][^"':<>]{0,40}"""
    rb""":\$?([A-Za-z]{1,8})\$?([0-9]{1,12})["']"""
)
_STRING_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?=[\s/>])")
_SHARED_CELL = re.compile(rb"""t\s*=\s*["']s["']""")
_SHARED_INDEX = re.compile(
    rb"""t\s*=\s*["']s["'][^<>]{0,400}>\s*<(?:[\w.-]+:)?v(?:\s[^<>]{0,60})?>\s*([0-9]{1,9})\s*<"""
)


class Census:
    """Counts over the parts of one workbook; refuses it as soon as it is too large."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cells = 0
        self._area = 0
        self._text_lengths: list[int] = []
        self._text_uses: Counter[bytes] = Counter()
        self._unclear_uses = 0

    def count(self, name: str, content: bytes) -> None:
        """Count one part.

        Raises:
            SheetError: It has cells outside Excel's bounds, or with the earlier parts too many.
        """
        if b"<si" in content or b":si" in content:
            starts = [match.start() for match in _STRING_ITEM.finditer(content)]
            ends = [*starts[1:], len(content)]
            self._text_lengths += [end - start for start, end in zip(starts, ends, strict=False)]
        if b"sheetData" in content:
            self._count_sheet(name, content)

    def check_texts(self) -> None:
        """Check the size of the texts once all parts are counted.

        Raises:
            SheetError: Shared texts, repeated in each of their cells, would fill the memory.
        """
        lengths = self._text_lengths
        expanded = self._unclear_uses * max(lengths, default=0)
        for digits, uses in self._text_uses.items():
            index = int(digits)
            expanded += uses * lengths[index] if index < len(lengths) else 0
        if expanded > MAX_TOTAL_BYTES:
            refuse(
                self._path,
                "too-large",
                f"the texts of all cells together have {megabytes(expanded)}",
                allowed=f"at most {megabytes(MAX_TOTAL_BYTES)}",
            )

    def _count_sheet(self, name: str, content: bytes) -> None:
        likely = self._cells + content.count(b"<c ")
        if likely > MAX_CELLS:  # an exact count takes far longer
            self._refuse_cells(name, likely)
        head = content[: content.find(b"sheetData")]
        for letters, digits in _DIMENSION.findall(head):
            rows, columns = int(digits), column_number(letters.decode())
            self._check_position(name, rows, columns)
            self._check_area(name, rows, columns, rows * columns)
        rows, columns = self._plain_extent(name, content) or self._walk(name, content)
        self._area += rows * columns
        self._check_area(name, rows, columns, self._area)
        for start, end in _windows(content):
            uses = _SHARED_INDEX.findall(content, start, end)
            self._text_uses.update(uses)
            self._unclear_uses += len(_SHARED_CELL.findall(content, start, end)) - len(uses)

    def _plain_extent(self, name: str, content: bytes) -> tuple[int, int] | None:
        """Last row and column of a sheet whose tags are all plain; None when one is not."""
        rows: set[bytes] = set()
        columns: set[bytes] = set()
        count = 0
        for start, end in _windows(content):
            cells = _PLAIN_CELL.findall(content, start, end)
            own_rows = _PLAIN_ROW.findall(content, start, end)
            if len(_POSITION.findall(content, start, end)) > len(cells) + len(own_rows):
                return None
            count += len(cells)
            if self._cells + count > MAX_CELLS:
                self._refuse_cells(name, self._cells + count)
            columns.update(letters for letters, _ in cells)
            rows.update(digits for _, digits in cells)
            rows.update(own_rows)
        self._cells += count
        last_row = max(map(int, rows), default=0)
        last_column = max((column_number(letters.decode()) for letters in columns), default=0)
        self._check_position(name, last_row, last_column)
        return last_row, last_column

    def _walk(self, name: str, content: bytes) -> tuple[int, int]:
        """Last row and column of a sheet; cells without a reference count as in the engine."""
        row = column = last_row = last_column = 0
        for start in _POSITION.finditer(content):
            tag = _TAG.match(content, start.start())
            if tag is None:
                self._refuse_tag(name, content[start.start() : start.start() + 40])
            kind, attributes = tag.groups()
            letters, digits = self._reference(name, kind, attributes)
            if kind == b"row":
                row, column = int(digits) if digits else row + 1, 0
            else:
                self._cells += 1
                row = int(digits) if digits else max(row, 1)
                column = column_number(letters.decode()) if letters else column + 1
                last_column = max(last_column, column)
            last_row = max(last_row, row)
            self._check_position(name, row, column)
            if self._cells > MAX_CELLS:
                self._refuse_cells(name, self._cells)
        return last_row, last_column

    def _reference(self, name: str, kind: bytes, attributes: bytes) -> tuple[bytes, bytes]:
        found = _REFERENCE.findall(attributes)
        if not found:
            return b"", b""
        letters, digits, rest = found[0]
        is_complete = bool(digits) and bool(letters) == (kind == b"c") and not rest
        if len(found) > 1 or not is_complete:
            self._refuse_tag(name, attributes.strip()[:40])
        return letters, digits

    def _check_position(self, name: str, row: int, column: int) -> None:
        if row > MAX_ROWS or column > MAX_COLUMNS:
            refuse(
                self._path,
                "huge-reference",
                f"part {name!r} contains cell {cell_name(row, max(column, 1) - 1)}",
                allowed=f"{MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns, as in Excel",
                remedy=TRIM,
            )

    def _check_area(self, name: str, rows: int, columns: int, area: int) -> None:
        if area > MAX_CELLS:
            refuse(
                self._path,
                "huge-reference",
                f"part {name!r} extends to cell {cell_name(rows, max(columns, 1) - 1)}, "
                f"so that the sheets span {area:,} cells",
                allowed=f"at most {MAX_CELLS:,}",
                remedy=TRIM,
            )

    def _refuse_cells(self, name: str, cells: int) -> NoReturn:
        refuse(
            self._path,
            "too-many-cells",
            f"the sheets have at least {cells:,} cells (counted up to part {name!r})",
            allowed=f"at most {MAX_CELLS:,}",
            remedy=TRIM,
        )

    def _refuse_tag(self, name: str, tag: bytes) -> NoReturn:
        refuse(
            self._path,
            "damaged-file",
            f"part {name!r} contains a cell or row that can't be read: "
            f"{tag.decode('ascii', 'replace')!r}",
        )


def _windows(content: bytes) -> Iterator[tuple[int, int]]:
    """Slices of `content` that begin at a tag, so that lists of matches stay short."""
    start = 0
    while start < len(content):
        end = content.find(b"<c", start + _WINDOW_BYTES)
        end = len(content) if end < 0 else end
        yield start, end
        start = end
