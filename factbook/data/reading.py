"""Files to grids: texts of a table with their headings and the row each stands in."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.formats import SUFFIXES, read_parquet, read_workbook
from factbook.errors import nearest

SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}
MOST_COLUMNS = 16_384
_HEADER_WITHIN = 30
"""Rows at the top of a file among which the header is looked for."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands in a file.

    Attributes:
        file: The file, as messages and sources name it.
        headings: All headings of the file, trimmed.
        columns: Heading → cells, for those asked for: categories for keys, texts (or numbers,
            where the file is typed) for values.
        first_row: Number of the first row below the header, as a person counts.
    """

    file: str
    headings: tuple[str, ...]
    columns: dict[str, pd.Series]
    first_row: int

    @property
    def rows(self) -> NDArray[np.int32]:
        """Numbers of the rows below the header."""
        count = len(next(iter(self.columns.values()))) if self.columns else 0
        return np.arange(self.first_row, self.first_row + count, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The headings that a reader looks for.

    Attributes:
        keys: Headings whose cells are texts of few kinds, casefolded.
        is_value: Whether a heading's cells are numbers.
    """

    keys: frozenset[str]
    is_value: Callable[[str], bool]

    def matches(self, headings: Collection[str]) -> int:
        """How many of the headings are wanted."""
        return sum(h.casefold() in self.keys or self.is_value(h) for h in headings)


def read_grid(
    path: Path, shown: str, wanted: Wanted, notes: Notes, sheet: str | None = None
) -> Grid | None:
    """Read the wanted columns of a CSV, TSV, Parquet or xlsx file.

    Returns:
        The grid, or None when an error was noted.
    """
    suffix = path.suffix.casefold()
    if not path.is_file():
        _note_missing(path, shown, notes)
        return None
    if suffix not in SUFFIXES:
        notes.add(
            "error",
            "file-type",
            f"a table can't be read from a {suffix or 'nameless'} file",
            file=shown,
            allowed=", ".join(SUFFIXES),
            remedy="Save the table as CSV or as an xlsx workbook",
        )
        return None
    try:
        return _READERS.get(suffix, _text_grid)(path, shown, wanted, sheet, notes)
    except OSError as error:
        notes.add(
            "error",
            "unreadable-file",
            f"the file can't be read: {error.strerror or error}",
            file=shown,
            remedy="Give a file that you may read",
        )
        return None


def heading(text: object) -> str:
    """A heading without blanks around it or doubled inside it."""
    return " ".join(str(text).replace("\ufeff", "").split())


def _note_missing(path: Path, shown: str, notes: Notes) -> None:
    folder = path.parent
    beside = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    by_fold = {name.casefold(): name for name in beside}
    stems = {Path(name).stem: name for name in beside}
    like = by_fold.get(path.name.casefold()) or stems.get(nearest(path.stem, stems))
    message = "it is a folder, not a file" if path.is_dir() else "the file does not exist"
    remedy = f"Perhaps '{like}' is meant" if like else "Correct its name in project.toml"
    notes.add("error", "missing-file", message, file=shown, remedy=remedy)


# Text files


def _text_grid(
    path: Path, shown: str, wanted: Wanted, _sheet: str | None, notes: Notes
) -> Grid | None:
    content = _utf8(path.read_bytes(), shown, notes)
    if content is None:
        return None
    head = _first_lines(content)
    separator, top, records = _layout(head, wanted)
    if not records and head.strip():
        notes.add(
            "error",
            "long-cell",
            f"its first row has a cell of more than {csv.field_size_limit():,} characters",
            file=shown,
            remedy="Look for a quote that is never closed, or for another separator",
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
            remedy="Keep the columns that the table needs",
        )
        return None
    while headings and not headings[-1]:
        headings.pop()
    if not (top == 1 and records[0][:1] and records[0][0].startswith("sep=")):
        _note_header(top, shown, notes)
    wanted_at = _positions(headings, wanted, shown, notes)
    if wanted_at is None:
        return None
    frame = _parse(content, separator, top, headings, wanted_at, wanted, shown, notes)
    if frame is None:
        return None
    if separator != ",":
        notes.read_as(shown, f"{_SEPARATOR_NAMES[separator]} between cells")
    columns = {headings[index]: frame[index] for index in wanted_at}
    return Grid(shown, tuple(headings), columns, top + 2)


def _utf8(content: bytes, shown: str, notes: Notes) -> bytes | None:
    """The file's text as UTF-8 bytes without a byte order mark; None when it is no text."""
    if not content:
        return content
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8")
    if encoding == "utf-8":
        encoding = _utf16_without_mark(content) or encoding
    is_utf8 = encoding == "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = _windows(content, encoding, error, shown, notes)
        encoding = "windows-1252"
        is_utf8 = False
    if "\x00" in text:
        notes.add(
            "error",
            "not-text",
            "the file is no text: it holds zero bytes",
            file=shown,
            remedy="Save the table as CSV (UTF-8)",
        )
        return None
    if not encoding.startswith("utf-8"):
        name = encoding.replace("windows", "Windows").replace("utf", "UTF")
        notes.read_as(shown, f"encoding {name.removesuffix('-le').removesuffix('-be')}")
    return content if is_utf8 else text.encode()


def _utf16_without_mark(content: bytes) -> str:
    """The kind of UTF-16 in which every other byte of a Latin text is zero, or nothing."""
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) * 0.3 or min(even, odd) > len(head) * 0.02:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _windows(
    content: bytes, encoding: str, error: UnicodeDecodeError, shown: str, notes: Notes
) -> str:
    """The text of a file of the time before UTF-8; said, because accents may be wrong."""
    row = content[: error.start].count(b"\n") + 1
    notes.add(
        "warning" if encoding == "utf-8" else "error",
        "encoding",
        f"the file is not {encoding.upper().removesuffix('-SIG')} (row {row}); "
        "it was read as Windows-1252",
        file=shown,
        remedy="Save it as 'CSV UTF-8', and see that names with accents are right",
    )
    return content.decode("cp1252", errors="replace")


def _first_lines(content: bytes) -> str:
    """The top of a file, cut at a line's end: enough to find separator and header."""
    head = content[:200_000]
    if len(head) < len(content):
        head = head[: head.rfind(b"\n") + 1] or head
    return head.decode("utf-8", errors="ignore")


def _layout(head: str, wanted: Wanted) -> tuple[str, int, list[list[str]]]:
    """Separator, index of the header among the records, and the top records.

    The separator is the one under which most of the wanted headings are found in one row; the
    header is that row. Excel's own hint (``sep=;`` in the first line) is a row like any.
    """
    best: tuple[tuple[int, int, int], str, int, list[list[str]]] | None = None
    for order, separator in enumerate(SEPARATORS):
        records = list(islice(_records(head, separator), _HEADER_WITHIN))
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


def _note_header(top: int, shown: str, notes: Notes) -> None:
    if top:
        notes.add(
            "warning",
            "header-row",
            f"the header stands in row {top + 1}; {plural(top, 'row')} above it left out",
            file=shown,
        )


def _positions(
    headings: list[str], wanted: Wanted, shown: str, notes: Notes
) -> dict[int, bool] | None:
    """Index of each wanted column → whether it holds values.

    None when a heading stands twice, or is wanted for labels and for values at once.
    """
    found = {
        index: wanted.is_value(name)
        for index, name in enumerate(headings)
        if name.casefold() in wanted.keys or wanted.is_value(name)
    }
    counts = Counter(headings[index].casefold() for index in found)
    twice = [headings[index] for index in found if counts[headings[index].casefold()] > 1]
    if twice:
        notes.add(
            "error",
            "column-twice",
            f"more than one column is called {listing(repr(n) for n in dict.fromkeys(twice))}",
            file=shown,
            remedy="Rename or delete the one that is not meant",
        )
        return None
    both = [
        headings[at]
        for at, is_value in found.items()
        if is_value and headings[at].casefold() in wanted.keys
    ]
    if both:
        notes.add(
            "error",
            "column-for-two",
            f"column {listing(map(repr, both))} can't hold labels and values at once",
            file=shown,
            remedy="Name another one in [data.tables.NAME] columns",
        )
        return None
    return found


def _parse(
    content: bytes,
    separator: str,
    top: int,
    headings: list[str],
    wanted_at: dict[int, bool],
    wanted: Wanted,
    shown: str,
    notes: Notes,
) -> pd.DataFrame | None:
    """The rows below the header, by column index; None when some row has too many cells."""
    width = len(headings)
    try:
        frame = pd.read_csv(
            io.BytesIO(content),
            sep=separator,
            header=None,
            skiprows=top + 1,
            names=range(width + 1),
            dtype={i: object if wanted_at.get(i) else "category" for i in range(width + 1)},
            na_filter=False,
            keep_default_na=False,
            skip_blank_lines=False,
            low_memory=False,
            encoding="utf-8",
        )
    except pd.errors.EmptyDataError:
        return pd.DataFrame({i: pd.Series([], dtype=object) for i in range(width + 1)})
    except pd.errors.ParserError as error:
        _note_ragged(content, separator, top, width, str(error), shown, notes)
        return None
    too_wide = not isinstance(frame.index, pd.RangeIndex)
    if too_wide or any(str(text).strip() for text in frame[width].cat.categories):
        _note_ragged(content, separator, top, width, "", shown, notes)
        return None
    return frame


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
            remedy=f"Look for{comma} a separator inside a cell, and put that cell in quotes",
        )
        return
    notes.add(
        "error",
        "damaged-file",
        f"the file can't be read as a table: {heading(error) or 'rows of different lengths'}",
        file=shown,
        remedy="Look for a quote that is not closed, or save the file anew",
    )


# Typed files


def _parquet_grid(
    path: Path, shown: str, wanted: Wanted, _sheet: str | None, notes: Notes
) -> Grid | None:
    frame = read_parquet(path, shown, notes)
    if frame is None:
        return None
    headings = [heading(name) for name in frame.columns]
    if _positions(headings, wanted, shown, notes) is None:
        return None
    return typed_grid(frame, shown, wanted)


def typed_grid(frame: pd.DataFrame, shown: str, wanted: Wanted) -> Grid:
    """The grid of a typed frame: numbers stay numbers, keys become categories of texts."""
    columns: dict[str, pd.Series] = {}
    headings = tuple(heading(name) for name in frame.columns)
    for index, name in enumerate(headings):
        cells = frame.iloc[:, index]
        if wanted.is_value(name):
            is_number = pd.api.types.is_numeric_dtype(cells.dtype)
            is_bool = pd.api.types.is_bool_dtype(cells.dtype)
            columns[name] = cells if is_number and not is_bool else _as_texts(cells)
        elif name.casefold() in wanted.keys:
            columns[name] = _as_texts(cells).astype("category")
    return Grid(shown, headings, columns, 2)


def _as_texts(cells: pd.Series) -> pd.Series:
    texts = [
        "" if is_missing else _text(cell)
        for cell, is_missing in zip(cells.tolist(), cells.isna(), strict=True)
    ]
    return pd.Series(texts, dtype=object)


def _text(cell: object) -> str:
    """A typed cell as the text a person would have typed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _number_or_text(cell: object) -> float | str:
    """A cell that holds a value: numbers stay numbers, as they have no decimal mark to go by."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    return _text(cell)


def _workbook_grid(
    path: Path, shown: str, wanted: Wanted, sheet: str | None, notes: Notes
) -> Grid | None:
    """The grid of a worksheet, whose header is the row with most of the wanted headings."""
    records = read_workbook(path, shown, sheet, notes)
    if records is None:
        return None
    tops = [[heading(_text(cell)) for cell in record] for record in records[:_HEADER_WITHIN]]
    if not any(any(record) for record in tops):
        notes.add("error", "empty-file", "the sheet is empty", file=shown)
        return None
    top = max(range(len(tops)), key=lambda index: (wanted.matches(tops[index]), -index))
    headings = tops[top]
    _note_header(top, shown, notes)
    wanted_at = _positions(headings, wanted, shown, notes)
    if wanted_at is None:
        return None
    body = records[top + 1 :]
    columns: dict[str, pd.Series] = {}
    for index, is_value in wanted_at.items():
        cells = [record[index] if index < len(record) else "" for record in body]
        if is_value:
            numbers = [_number_or_text(cell) for cell in cells]
            columns[headings[index]] = pd.Series(numbers, dtype=object)
        else:
            texts = [_text(cell) for cell in cells]
            columns[headings[index]] = pd.Series(texts, dtype=object).astype("category")
    return Grid(shown, tuple(headings), columns, top + 2)


_READERS = {".parquet": _parquet_grid, ".xlsx": _workbook_grid}
"""Suffix → reader; all other files are text."""
