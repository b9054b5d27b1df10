"""A table opened without knowing its headings: the header is the row that looks most like one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from factbook.data.cleaning import Notes
from factbook.data.grids.formats import other_sheets, read_workbook
from factbook.data.grids.grid import HEADER_WITHIN, Grid, Wanted, heading
from factbook.data.grids.grid_files import read_grid
from factbook.data.grids.typed_cells import as_text
from factbook.data.periods.period_headings import is_period
from factbook.data.sources.compression import first_bytes
from factbook.data.sources.formats import HEAD_BYTES, suffix_of
from factbook.files.inputs import open_input
from factbook.init.units import name_and_unit

_LONGEST_HEADING = 200
_MOST_CANDIDATES = 2000
"""Cells of a row that are looked at."""

_BETWEEN_CELLS = re.compile(r'"\s*+[,;\t]\s*+"?')
_IS_ABOUT_FILE = re.compile(
    r"(?:data )?source|quelle|last updated|updated|stand\b|note|remark|downloaded", re.IGNORECASE
).match
_HAS_LETTER = re.compile(r"[^\W\d_]").search
_TITLE_NUMBER = re.compile(
    r"^(?:table|tabelle|tableau|tab|figure|tabla|tavola|tabel)\b[.\s]*+\w{0,6}+(?:[.-]\w{1,6})*+\s*+[:.–—-]\s*+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A table as it is in its file.

    Attributes:
        path: The file.
        grid: Its headings and cells.
        titles: Texts of the rows above the header, without blank ones.
        sheet: Name of the worksheet, where it is not the first one.
    """

    path: Path
    grid: Grid
    titles: tuple[str, ...] = ()
    sheet: str = ""

    @property
    def title(self) -> str:
        """The first text above the header that is a title, without the table's number.

        Else what the file's format calls it.
        """
        rows = [text for text in self.titles if not _IS_ABOUT_FILE(text)]
        titles = [(text, _TITLE_NUMBER.sub("", text).strip()) for text in rows]
        numbered = [title for text, title in titles if title != text]
        with_unit = [title for _, title in titles if name_and_unit(title)[1]]
        others = [title for _, title in titles if len(title.split()) > 1 and len(titles) < 3]
        return next(iter([*numbered, *with_unit, *others]), self.grid.title)


@dataclass(frozen=True, slots=True)
class AnyHeading(Wanted):
    """What is wanted of a file whose headings are not known: every column."""

    def matches(self, headings: Collection[str]) -> int:
        """How much a row looks like a header: its different texts, and its periods."""
        texts = {text.casefold() for text in list(headings)[:_MOST_CANDIDATES] if _is_heading(text)}
        return len(texts)


def _is_heading(text: str) -> bool:
    is_short = bool(text) and len(text) <= _LONGEST_HEADING
    return is_short and (_HAS_LETTER(text) is not None or is_period(text))


def open_table(path: Path, shown: str, notes: Notes, sheet: str = "") -> Opened | None:
    """A file's table with all its columns; None when an error was noted.

    Args:
        path: The file.
        shown: Its name in messages.
        notes: Collects findings, and knows how much may be read.
        sheet: Worksheet to read; the first one when empty.
    """
    wanted = AnyHeading(frozenset(), lambda _: False, True, "")
    grid = read_grid(path, shown, wanted, notes, sheet or None)
    if grid is None:
        return None
    titles = tuple(_titles(path, shown, grid, notes)) if grid.first_row > 2 else ()
    return Opened(path, grid, titles, sheet)


def sheets_beside(opened: Opened, notes: Notes) -> tuple[str, ...]:
    """Names of the other worksheets of a workbook."""
    if not opened.grid.sheet:
        return ()
    return tuple(sheet.name for sheet in other_sheets(opened.path, opened.grid.sheet, notes))


def _text(head: bytes) -> str:
    """The beginning of a text file, in the encodings that `text_grid` reads."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_cut = error.start > len(head) - 4
        return head.decode("utf-8-sig" if is_cut else "cp1252", errors="replace")


def _titles(path: Path, shown: str, grid: Grid, notes: Notes) -> Iterator[str]:
    """The texts of the rows above the header, each row as one."""
    count = min(grid.first_row - 2, HEADER_WITHIN)
    rows: list[list[str]] = []
    if grid.sheet:
        sheet = read_workbook(path, shown, grid.sheet, notes)
        rows = [[as_text(cell) for cell in row] for row in (sheet.rows if sheet else [])[:count]]
    elif suffix_of(path) not in (".parquet", ".xml", ".json"):
        with open_input(path) as file:
            head = first_bytes(file.read(HEAD_BYTES), HEAD_BYTES)
        lines = _text(head).splitlines()[:count]
        rows = [[_BETWEEN_CELLS.sub(" ", line).strip(' \t;,|"')] for line in lines]
    for row in rows:
        text = heading(" ".join(cell for cell in row if cell.strip()))
        if text and not text.startswith("sep="):
            yield text[:_LONGEST_HEADING]
