"""The cells of one sheet as texts, ids, lists and choices, with findings about them."""

from __future__ import annotations

import datetime
import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from factbook.errors import Finding, Severity, nearest
from factbook.names import name_key
from factbook.sheet.layout import Table
from factbook.xlsx.cells import ERROR_TEXTS, CellError, CellValue, cell_name, column_number
from factbook.xlsx.workbook import SheetRow
from factbook.xlsx.workbook_limits import MAX_NAME_LENGTH, MAX_TEXT_LENGTH

ALL = ("-", "\u2013", "\u2014")  # a dash, as typed and as word processors replace it

# Unicode's blanks, and zero-width characters from pasted text.
_STRIPPED = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\ufeff"
_STRIPPED += "".join(map(chr, range(0x2000, 0x200B)))
_DATE_TEXT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?")
_NOT_IN_IDS = re.compile(r"[@#/\\,{}\x00-\x1f\x7f]|^\.+$")
_MERGED = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


def trim(text: str) -> str:
    """`text` without blanks at its ends, including no-break and zero-width ones."""
    return text.strip(_STRIPPED)


def number_text(value: float) -> str:
    """A number as its shortest text, with the 15 digits that Excel keeps: 1.0 is ``1``."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return format(value, ".15g")


def is_date(value: CellValue) -> bool:
    """Whether a cell holds a date or time, or the text of one."""
    if isinstance(value, str):
        return bool(_DATE_TEXT.fullmatch(trim(value)))
    return isinstance(value, (datetime.date, datetime.time, datetime.timedelta))


@dataclass(frozen=True)
class _Kind:
    """A kind of problem; ``{column}`` and ``{found}`` are filled in."""

    severity: Severity
    message: str
    allowed: str = ""
    remedy: str = ""


_TEXT_FORMAT = "Format the column as text, then type the ids again"
_KINDS = {
    "number-id": _Kind(
        "warning",
        "ids in column '{column}' are typed as numbers, such as {found}",
        "text, as 1.10 and 1.1 are the same number",
        _TEXT_FORMAT,
    ),
    "date-id": _Kind(
        "error",
        "ids are dates in column '{column}', such as {found}",
        "text",
        _TEXT_FORMAT,
    ),
    "bad-id": _Kind(
        "error",
        "an id in column '{column}' is {found}",
        "text without @ # / \\ , { }",
        _TEXT_FORMAT,
    ),
    "bad-text": _Kind(
        "error",
        "column '{column}' holds {found} instead of text",
        "text",
        "Format the cell as text, then type it again",
    ),
    "cell-error": _Kind(
        "error",
        "column '{column}' holds {found}",
        "text",
        "Correct the formula and save in a spreadsheet program, or type the value",
    ),
    "long-name": _Kind(
        "error",
        "column '{column}' holds a text of {found} characters",
        f"at most {MAX_NAME_LENGTH:,}",
        "Shorten it",
    ),
    "long-text": _Kind(
        "error",
        "column '{column}' holds a text of {found} characters",
        f"at most {MAX_TEXT_LENGTH:,}, as in a cell of Excel",
        "Shorten it",
    ),
    "missing-value": _Kind("error", "column '{column}' is empty in a row with other values"),
    "blank-level": _Kind(
        "warning",
        "column '{column}' is empty, which is read as country",
        "country, or the region's name",
        "Fill it in",
    ),
}


@dataclass
class CellReader:
    """Reads the cells of a table; collects problems by kind and column, each reported once.

    Attributes:
        table: The table.
        file: The file as its user named it.
        numbers: Cells with ids that were typed as numbers.
        lost: Columns in which an id could not be read.
    """

    table: Table
    file: str
    numbers: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    _problems: dict[tuple[str, str], dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _choices: list[Finding] = field(default_factory=list)

    def cell(self, row: SheetRow, column: str) -> str:
        """Name of a cell (``D2``); the row when the column is missing."""
        return cell_name(row.number, self.table.columns.get(column))

    def id(self, row: SheetRow, column: str, *, required: bool = True) -> str:
        """An id as text; empty when there is none, or when it can't be read."""
        value = self._value(row, column)
        problem = self._id_problem(value)
        if problem:
            self.lost.add(column)
            self._note(problem, row, column, value)
            return ""
        text = self._within(trim(self._plain(value)), row, column, MAX_NAME_LENGTH)
        if not text or text in ALL:
            if required:
                self.lost.add(column)
                self._note("missing-value", row, column, value)
            return ""
        if _NOT_IN_IDS.search(text):
            self._note("bad-id", row, column, text)
        if isinstance(value, (int, float)):
            self.numbers.add(self.cell(row, column))
            self._note("number-id", row, column, value)
        return text

    def copy(self, row: SheetRow, column: str) -> str:
        """A text that may be an id; empty for a dash."""
        value = self._value(row, column)
        if is_date(value):
            self._note("date-id", row, column, value)
            return ""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self._note("number-id", row, column, value)
        text = self.text(row, column)
        return "" if text in ALL else text

    def level(self, row: SheetRow, column: str) -> str:
        """The geographic level of a row; a blank one is reported."""
        text = self.name(row, column)
        if not text:
            self._note("blank-level", row, column, None)
        return text

    def has_any(self, row: SheetRow, columns: Iterable[str]) -> bool:
        """Whether one of the columns holds anything but a dash."""
        values = (self._value(row, column) for column in columns)
        return any(
            trim(self._plain(v)) not in ("", *ALL) or isinstance(v, CellError) for v in values
        )

    def title(self, row: SheetRow, column: str, *, required: bool = True) -> str:
        """A title on one line."""
        value = self._value(row, column)
        if isinstance(value, bool) or (is_date(value) and not isinstance(value, str)):
            self._note("bad-text", row, column, value)
        text = " ".join(self.text(row, column, most=MAX_NAME_LENGTH).split())
        if not text and required and not isinstance(value, CellError):
            self._note("missing-value", row, column, value)
        return text

    def text(self, row: SheetRow, column: str, *, most: int = MAX_TEXT_LENGTH) -> str:
        """A text, trimmed. Numbers are their shortest text, dates are in ISO form.

        Args:
            row: The row.
            column: The column's name.
            most: Most characters; a longer text is reported and cut off.
        """
        value = self._value(row, column)
        if isinstance(value, CellError):
            self._note("cell-error", row, column, value)
            return ""
        return self._within(trim(self._plain(value)), row, column, most)

    def name(self, row: SheetRow, column: str, *, required: bool = False) -> str:
        """A name for which a dash means none."""
        text = self.text(row, column, most=MAX_NAME_LENGTH)
        text = "" if text in ALL else text
        if not text and required and not isinstance(self._value(row, column), CellError):
            self._note("missing-value", row, column, None)
        return text

    def items(self, row: SheetRow, column: str) -> tuple[str, ...]:
        """A comma-separated list, repetitions left out; empty means all."""
        text = self.text(row, column)
        text = "" if text in ALL else text
        return tuple(dict.fromkeys(item for part in text.split(",") if (item := trim(part))))

    def choice(self, row: SheetRow, column: str, allowed: Mapping[str, str], default: str) -> str:
        """One of the values of `allowed`, by its folded key; `default` when blank."""
        text = self.name(row, column)
        if not text:
            return default
        found = allowed.get(name_key(text))
        if found is None:
            alike = nearest(text, allowed.values())
            self._choices.append(
                Finding(
                    severity="error",
                    code="sheet.unknown-value",
                    message=f"{column} is '{text}'",
                    file=self.file,
                    sheet=self.table.name,
                    cells=(self.cell(row, column),),
                    allowed=", ".join(allowed.values()),
                    remedy=f"Write '{alike or default}' if that is meant"
                    + f", or leave it blank for {default}" * (alike != default),
                )
            )
        return found or default

    def findings(self) -> list[Finding]:
        """All findings, in the order of the sheet's columns."""
        return [
            *self._merged(),
            *(finding for key in self._problems for finding in self._findings_of(*key)),
            *self._choices,
        ]

    def _value(self, row: SheetRow, column: str) -> CellValue:
        index = self.table.columns.get(column)
        value = None if index is None or index >= len(row.cells) else row.cells[index]
        is_error = isinstance(value, str) and value[:1] == "#" and value in ERROR_TEXTS
        return CellError(str(value)) if is_error else value

    @staticmethod
    def _plain(value: CellValue) -> str:
        if value is None or isinstance(value, CellError):
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, (int, float)):
            return number_text(value) if math.isfinite(value) else ""
        return (
            value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)
        )

    @staticmethod
    def _id_problem(value: CellValue) -> str:
        if isinstance(value, CellError):
            return "cell-error"
        if isinstance(value, bool):
            return "bad-id"
        if is_date(value):
            return "date-id"
        return ""

    def _within(self, text: str, row: SheetRow, column: str, most: int) -> str:
        """`text`, cut off at `most` characters; a note marks one that is longer."""
        if len(text) > most:
            kind = "long-name" if most == MAX_NAME_LENGTH else "long-text"
            self._note(kind, row, column, f"{len(text):,}")
        return text[:most]

    def _note(self, kind: str, row: SheetRow, column: str, value: CellValue) -> None:
        if column not in self.table.columns:
            return  # reported once, as a missing column
        found = value.found if isinstance(value, CellError) else self._plain(value)
        self._problems[kind, column][self.cell(row, column)] = found

    def _findings_of(self, kind: str, column: str) -> Iterator[Finding]:
        """One finding for a kind of problem in a column; gaps in merged cells have their own."""
        cells = self._problems[kind, column]
        if kind != "missing-value":
            yield self._finding(kind, column, cells, _KINDS[kind].remedy)
            return
        for remedy, some in self._by_remedy(column):
            yield self._finding(kind, column, some, remedy)

    def _finding(self, kind: str, column: str, cells: Mapping[str, str], remedy: str) -> Finding:
        shown = next(iter(cells.values()))
        is_quoted = kind in ("bad-id", "bad-text", "date-id")
        return Finding(
            severity=_KINDS[kind].severity,
            code=f"sheet.{kind}",
            message=_KINDS[kind].message.format(
                column=column, found=f"'{shown}'" if is_quoted else shown
            ),
            file=self.file,
            sheet=self.table.name,
            cells=tuple(cells),
            allowed=_KINDS[kind].allowed,
            remedy=remedy,
        )

    def _by_remedy(self, column: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The empty cells of a column by remedy: those of each merged range, and the others."""
        ranges = sorted(self._merged_over(column))
        tops = [top for top, _, _ in ranges]
        found: dict[str, dict[str, str]] = {}
        for cell, shown in self._problems["missing-value", column].items():
            row = int(re.sub(r"\D", "", cell))
            position = bisect_right(tops, row) - 1
            remedy = f"Fill in '{column}', or delete the row"
            if position >= 0 and row <= ranges[position][1]:
                remedy = f"Unmerge {ranges[position][2]} and fill in each of its cells"
            found.setdefault(remedy, {})[cell] = shown
        yield from found.items()

    def _merged_over(self, column: str) -> Iterator[tuple[int, int, str]]:
        """First row, last row and name of each merged range that includes a column."""
        number = self.table.columns.get(column, -1) + 1
        for merged in self.table.merged:
            match = _MERGED.fullmatch(merged)
            if match:
                left, top, right, bottom = match.groups()
                if column_number(left) <= number <= column_number(right):
                    yield int(top), int(bottom), merged

    def _merged(self) -> list[Finding]:
        """The finding of merged cells below the header: all but the first are read as empty."""
        in_data = [
            merged
            for merged in self.table.merged
            if (match := _MERGED.fullmatch(merged)) and int(match.group(4)) > self.table.header_row
        ]
        if not in_data:
            return []
        return [
            Finding(
                severity="warning",
                code="sheet.merged-cells",
                message="cells are merged; only the first of them has a value, "
                "the others are read as empty",
                file=self.file,
                sheet=self.table.name,
                cells=tuple(in_data),
                remedy="Unmerge them and fill in every cell",
            )
        ]
