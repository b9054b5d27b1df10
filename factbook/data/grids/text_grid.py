"""From texts to grids: CSV, TSV and similar files, in any encoding and with any separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd

from factbook.data.cleaning import Notes, plural
from factbook.data.grids.bounded import content_of, may_keep, may_parse, note_unread
from factbook.data.grids.grid import HEADER_WITHIN, Grid, Wanted, heading, note_header, positions
from factbook.data.grids.text_columns import TextColumns
from factbook.data.sources.compression import unpacked

SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}
MOST_COLUMNS = 16_384
_CELLS_AT_ONCE = 1_000_000
# ``freq,siec,unit,geo\TIME_PERIOD`` before a tab: dimensions, and the name of the other headings.
_COMPOSITE = re.compile(rb"(?<![\w,])(\w++(?:,\w++)*+)\\\w++ *(?=\t)")
_FIRST_CELLS = re.compile(rb"^[^\t\r\n]+", re.MULTILINE)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def text_grid(
    path: Path, shown: str, wanted: Wanted, _sheet: str | None, notes: Notes
) -> Grid | None:
    """The grid of a text file; None when an error was noted. A text has no sheets."""
    content = _utf8(unpacked(content_of(path, shown, notes), shown, notes), shown, notes)
    if content is None:
        return None
    content = _without_composite(content, shown, notes)
    head = _first_lines(content)
    separator, top, records = _layout(head, wanted)
    if not records and head.strip():
        notes.add(
            "error",
            "long-cell",
            f"its first row has a cell of more than {csv.field_size_limit():,} characters",
            file=shown,
            remedy="Look for an unclosed quote, or for another separator",
        )
        return None
    if not records or not any(cell.strip() for cell in records[top]):
        notes.add("error", "empty-file", "the file is empty", file=shown)
        return None
    headings = [heading(cell) for cell in records[top]]
    if len(headings) > MOST_COLUMNS:
        notes.add(
            "error",
            "too-many-columns",
            f"its header has {len(headings):,} cells",
            file=shown,
            allowed=f"{MOST_COLUMNS:,} columns, as in Excel",
            remedy="Keep only the columns that the table needs",
        )
        return None
    while headings and not headings[-1]:
        headings.pop()
    if not (top == 1 and records[0][:1] and records[0][0].startswith("sep=")):
        note_header(top, shown, notes)
    wanted, table_format = wanted.for_headings(headings)
    wanted_at = positions(headings, wanted, shown, notes)
    if wanted_at is None:
        return None
    others = {i: False for i, name in enumerate(headings) if name and wanted.has_others}
    kept = TextColumns(others | wanted_at, others.keys() - wanted_at.keys())
    columns = _parse(content, separator, top, headings, kept, shown, notes)
    if columns is None:
        return None
    note_unread([headings[index] for index in kept.given_up], shown, notes)
    if separator != ",":
        notes.read_as(shown, f"{_SEPARATOR_NAMES[separator]} between cells")
    return Grid(
        shown,
        tuple(headings),
        {headings[index]: columns[index] for index in wanted_at},
        top + 2,
        {headings[index]: cells for index, cells in columns.items() if index not in wanted_at},
        has_semicolons=separator == ";",
        format=table_format,
    )


def _without_composite(content: bytes, shown: str, notes: Notes) -> bytes:
    r"""The text with the first column of Eurostat's files split; rows keep their numbers.

    Its heading combines those of several columns and of the years beside it:
    ``freq,siec,unit,geo\TIME_PERIOD``.
    """
    found = _COMPOSITE.match(content)
    if not found:
        return content
    if b"," in found[1]:
        notes.read_as(shown, "its first column split at the commas")
    content = _COMPOSITE.sub(rb"\1", content, count=1)
    return _FIRST_CELLS.sub(lambda cell: cell[0].replace(b",", b"\t"), content)


def _utf8(content: bytes | None, shown: str, notes: Notes) -> bytes | None:
    """The file's text as UTF-8 bytes without a byte order mark; None when it is not text."""
    if not content:
        return content
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8")
    if encoding == "utf-8":
        encoding = _utf16_without_mark(content) or encoding
    is_utf8 = encoding == "utf-8"
    if is_utf8 and b"\x00" in content:
        _note_zeros(shown, notes)
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = _windows(content, encoding, error, shown, notes)
        encoding = "windows-1252"
        is_utf8 = False
    if "\x00" in text:
        _note_zeros(shown, notes)
        return None
    if not encoding.startswith("utf-8"):
        name = encoding.replace("windows", "Windows").replace("utf", "UTF")
        notes.read_as(shown, f"encoding {name.removesuffix('-le').removesuffix('-be')}")
    return content if is_utf8 else text.encode()


def _note_zeros(shown: str, notes: Notes) -> None:
    notes.add(
        "error",
        "not-text",
        "the file is not text: it contains zero bytes",
        file=shown,
        remedy="Save the table as CSV (UTF-8)",
    )


def _utf16_without_mark(content: bytes) -> str:
    """The byte order of UTF-16 in which every other byte of a Latin text is zero, or empty."""
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) * 0.3 or min(even, odd) > len(head) * 0.02:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _windows(
    content: bytes, encoding: str, error: UnicodeDecodeError, shown: str, notes: Notes
) -> str:
    """The text of a file that is not UTF-8; a warning, because accents may be wrong."""
    row = content[: error.start].count(b"\n") + 1
    notes.add(
        "warning" if encoding == "utf-8" else "error",
        "encoding",
        f"the file is not {encoding.upper().removesuffix('-SIG')} (row {row}); "
        "it was read as Windows-1252",
        file=shown,
        remedy="Save it as 'CSV UTF-8', and check that names with accents are right",
    )
    return content.decode("cp1252", errors="replace")


def _first_lines(content: bytes) -> str:
    """The top of a file, up to the end of a line: enough to find separator and header."""
    head = content[:200_000]
    if len(head) < len(content):
        head = head[: head.rfind(b"\n") + 1] or head
    return head.decode("utf-8", errors="ignore")


def _layout(head: str, wanted: Wanted) -> tuple[str, int, list[list[str]]]:
    """Separator, index of the header among the records, and the top records.

    The separator is the one that gives most of the wanted headings in one row; the header is that
    row. Excel's own hint (``sep=;`` in the first line) counts as an ordinary row.
    """
    best: tuple[tuple[int, int, int], str, int, list[list[str]]] | None = None
    for order, separator in enumerate(SEPARATORS):
        records = list(islice(_records(head, separator), HEADER_WITHIN))
        for index, record in enumerate(records):
            found = wanted.matches([heading(cell) for cell in record])
            score = (found, -index, (len(record) if index == 0 else 0) - order)
            if best is None or score > best[0]:
                best = (score, separator, index, records)
    return (best[1], best[2], best[3]) if best else (",", 0, [])


def _records(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        return


def _parse(
    content: bytes,
    separator: str,
    top: int,
    headings: list[str],
    columns: TextColumns,
    shown: str,
    notes: Notes,
) -> dict[int, pd.Series] | None:
    """The columns below the header by index; None when an error was noted.

    They are parsed some rows at a time, so that what a cell takes while it is parsed counts for
    few of them, and a file with too many labels is left before they take the memory.

    Args:
        content: The file.
        separator: The separator of its cells.
        top: Index of its header.
        headings: The header.
        columns: The columns that are kept.
        shown: File as it is shown.
        notes: Collects the errors.
    """
    width = len(headings)
    rows = max(content.count(b"\n"), content.count(b"\r")) + 1
    cells = max(content.count(separator.encode()) + rows, rows * (width + 1))
    if not may_parse(rows, -(-cells // rows), shown, notes):
        return None
    try:
        with pd.read_csv(
            io.BytesIO(content),
            sep=separator,
            header=None,
            skiprows=top + 1,
            names=range(width + 1),
            dtype={i: object if columns.holds_figures(i) else "category" for i in range(width + 1)},
            na_filter=False,
            keep_default_na=False,
            skip_blank_lines=False,
            low_memory=False,
            encoding="utf-8",
            chunksize=_CELLS_AT_ONCE // (width + 1) + 1,
        ) as parts:
            for part in parts:
                too_wide = not isinstance(part.index, pd.RangeIndex)
                if too_wide or any(text.strip() for text in part[width].cat.categories):
                    _note_ragged(content, separator, top, width, "", shown, notes)
                    return None
                columns.add(part)
                if not may_keep(columns.different, columns.figures, shown, notes):
                    return None
    except pd.errors.EmptyDataError:
        return columns.empty()
    except pd.errors.ParserError as error:
        _note_ragged(content, separator, top, width, str(error), shown, notes)
        return None
    return columns.joined()


def _note_ragged(
    content: bytes, separator: str, top: int, width: int, error: str, shown: str, notes: Notes
) -> None:
    """Name the rows that have more cells than the header."""
    text = content.decode("utf-8", errors="replace")
    wide: list[int] = []
    for number, record in enumerate(_records(text, separator), start=1):
        if number > top + 1 and any(cell.strip() for cell in record[width:]):
            wide.append(number)
    if wide:
        comma = " a decimal comma or" if separator == "," else ""
        notes.add(
            "error",
            "row-width",
            f"{plural(len(wide), 'row')} with more cells than the header's {width}",
            file=shown,
            cells=wide,
            remedy=f"Look for{comma} a separator inside a cell, and quote that cell",
        )
        return
    notes.add(
        "error",
        "damaged-file",
        f"the file can't be read as a table: {heading(error) or 'rows of different lengths'}",
        file=shown,
        remedy="Look for an unclosed quote, or save the file again",
    )
