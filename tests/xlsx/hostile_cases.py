"""Hostile and odd inputs, made when a test runs: none of them lies about as a file.

A case is made in a folder that holds a small project without a fault, of which it spoils one
file. What is expected is nothing (the project is accepted), or the code of a finding and a word
of its line.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from factbook.xlsx.cells import cell_name

PROJECT = """
[countries]
AT = "Austria"
FR = "France"
[data]
etm = "etm.csv"
"""
DROP = '[places]\ndrop = ["Great Britain"]\n'
TABLE = """COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT
Austria,Hydro,2015,40.5,Generation,TWh
Austria,Hydro,2021,42.5,Generation,TWh
France,Hydro,2015,55.5,Generation,TWh
France,Hydro,2021,58.5,Generation,TWh
"""
INPUTS = Path(__file__).parents[1] / "inputs"
SHEET, CSV = "prompt_sheet.xlsx", "etm.csv"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SUB_TASKS = "xl/worksheets/sheet3.xml"
WORKBOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
BOOK_LINKS = "xl/_rels/workbook.xml.rels"
HEADER = [
    "ID",
    "Task_section_id",
    "Task Header",
    "Title",
    "Description",
    "Input",
    "Geographic Level",
]

Make = Callable[[Path], None]


class Raw(str):
    """XML of a cell, in which ``@`` stands for its reference."""


Row = list[str]
Sheets = dict[str, list[Row]]


@dataclass(frozen=True)
class Case:
    """A spoilt project.

    Attributes:
        name: What is wrong with it.
        make: Spoils the project in a folder.
        code: Code of the finding; empty when the project is accepted.
        word: What the finding's line must hold.
    """

    name: str
    make: Make
    code: str = ""
    word: str = ""


def sub_task(
    row_id: str = "1.1.1", task: str = "1.1", title: str = "By fuel", text: str = "Describe it."
) -> Row:
    """A row of ``Sub Tasks``."""
    return [row_id, task, "", title, text, "ETM", "country"]


def sheets(*sub_tasks: Row, header: list[Row] | None = None) -> Sheets:
    """The three required sheets."""
    return {
        "Objectives": [["ID", "Aim ID", "Title", "Description"], ["1", "", "Power", "On power"]],
        "Tasks": [["ID", "Objective ID", "Title", "Description"], ["1.1", "1", "Supply", ""]],
        "Sub Tasks": [*(header or [HEADER]), *(sub_tasks or (sub_task(),))],
    }


def sheet_xml(rows: list[Row], after: str = "") -> bytes:
    """A worksheet of inline texts."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            _cell(cell_name(number, index), cell) for index, cell in enumerate(row) if cell != ""
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    data = "".join(lines)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{after}</worksheet>'.encode()


def _cell(reference: str, cell: str) -> str:
    if isinstance(cell, Raw):
        return cell.replace("@", reference)
    return f'<c r="{reference}" t="inlineStr"><is><t>{cell}</t></is></c>'


def book(names: list[str], attributes: str = "", extra: str = "") -> dict[str, bytes]:
    """The list of sheets, and the list of their parts."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}" {attributes}/>'
        for n, name in enumerate(names, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    return {
        WORKBOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets>'
        f"{extra}</workbook>".encode(),
        BOOK_LINKS: f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'.encode(),
    }


def parts(own: Sheets | None = None) -> dict[str, bytes]:
    """The parts of a workbook without a fault."""
    own = own or sheets()
    root = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>'.encode(),
        **book(list(own)),
        **{
            f"xl/worksheets/sheet{n}.xml": sheet_xml(rows)
            for n, rows in enumerate(own.values(), start=1)
        },
    }


def packed(members: dict[str, bytes], more: list[tuple[str, bytes]] | None = None) -> bytes:
    """A zip of members, and of more of them whose names may be there already."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, part in [*members.items(), *(more or [])]:
            archive.writestr(name, part)
    return content.getvalue()


def project(folder: Path) -> None:
    """Write the project without a fault."""
    folder.mkdir()
    (folder / "project.toml").write_text(PROJECT, encoding="utf-8")
    (folder / CSV).write_text(TABLE, encoding="utf-8")
    (folder / SHEET).write_bytes(packed(parts()))


def with_bytes(content: bytes, file: str = SHEET) -> Make:
    """Writes a file of these bytes."""
    return lambda folder: _write(folder / file, content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def with_parts(changed: dict[str, bytes], more: list[tuple[str, bytes]] | None = None) -> Make:
    """Writes the workbook with parts changed or added, made only when it is wanted."""
    return lambda folder: _write(folder / SHEET, packed(parts() | changed, more))


def with_rows(*rows: Row, header: list[Row] | None = None, after: str = "") -> Make:
    """Writes the workbook with other rows of ``Sub Tasks``."""
    own = sheets(*rows, header=header)["Sub Tasks"]
    return with_parts({SUB_TASKS: sheet_xml(own, after)})


def with_first_cell(xml: str) -> Make:
    """Writes the workbook with another id of the sub-task."""
    return with_rows(sub_task(Raw(xml)))


def with_table(text: str | bytes) -> Make:
    """Writes the table."""
    return with_bytes(text if isinstance(text, bytes) else text.encode(), CSV)


def with_row(line: str) -> Make:
    """Writes the table with one more line."""
    return with_table(TABLE + line + "\n")


def patched(old: bytes, new: bytes, count: int = -1) -> Make:
    """Writes the workbook with bytes of its zip replaced."""

    def make(folder: Path) -> None:
        content = packed(parts())
        assert old in content
        _write(folder / SHEET, content.replace(old, new, count))

    return make


def _directory_entry(name: str, offset: int, value: bytes) -> Make:
    """Writes the workbook with a field of a part's entry in the zip's directory replaced."""

    def make(folder: Path) -> None:
        content = bytearray(packed(parts()))
        start = content.rindex(name.encode()) - 46
        assert content[start : start + 4] == b"PK\x01\x02"
        content[start + offset : start + offset + len(value)] = value
        _write(folder / SHEET, bytes(content))

    return make


def _overlapping(folder: Path) -> None:
    """Two entries of the directory point at one and the same part."""
    content = bytearray(packed(parts()))
    first, second = (content.rindex(f"xl/worksheets/sheet{n}.xml".encode()) - 46 for n in (1, 3))
    content[second + 16 : second + 28] = content[first + 16 : first + 28]
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    _write(folder / SHEET, bytes(content))


def _folder(folder: Path) -> None:
    (folder / SHEET).unlink()
    (folder / SHEET).mkdir()


def _loop(folder: Path) -> None:
    (folder / SHEET).unlink()
    (folder / SHEET).symlink_to(folder / SHEET)


def _pipe(folder: Path) -> None:
    """A pipe that nobody writes to: opening it would wait for ever."""
    (folder / SHEET).unlink()
    os.mkfifo(folder / SHEET)


def _long_name(folder: Path) -> None:
    """A name that no file system takes: opening it fails for everyone, root too."""
    text = f'prompt_sheet = "{"n" * 300}.xlsx"' + PROJECT
    (folder / "project.toml").write_text(text, encoding="utf-8")


def _table_folder(folder: Path) -> None:
    (folder / CSV).unlink()
    (folder / CSV).mkdir()


def _table_pipe(folder: Path) -> None:
    (folder / CSV).unlink()
    os.mkfifo(folder / CSV)


def _workbook_table(content: bytes) -> Make:
    """Writes the table as a workbook."""

    def make(folder: Path) -> None:
        (folder / "etm.xlsx").write_bytes(content)
        text = PROJECT.replace("etm.csv", "etm.xlsx")
        (folder / "project.toml").write_text(text, encoding="utf-8")

    return make


def _table_parts() -> dict[str, bytes]:
    return parts({"Table": [line.split(",") for line in TABLE.splitlines()]})


def _bomb() -> bytes:
    """A billion laughs: entities of entities."""
    names = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    return f'<!DOCTYPE a [<!ENTITY a0 "ha">{names}]><worksheet>&a9;</worksheet>'.encode()


_NUMBER = '<c r="@"><v>{}</v></c>'
_LONG = "long text " * 20_000
_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)
_ODS = packed(
    {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}
)
_MERGED = '<mergeCells><mergeCell ref="A1:G1"/></mergeCells>'
_IMAGE = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{LINKS}/image" '
    'Target="http://127.0.0.1:9/a.png" TargetMode="External"/></Relationships>'
).encode()
_MANY = [f"Sheet{n * 2_654_435_761 % 2**32}" for n in range(40_000)]
_DEEP = b"<a>" * 120_000 + b"</a>" * 120_000
_DEEP_SHEET = sheet_xml(sheets()["Sub Tasks"], (b"<a>" * 100_000 + b"</a>" * 100_000).decode())
_NO_UTF8 = sheet_xml(sheets()["Sub Tasks"]).replace(b"By fuel", b"By \xff\xfefuel")
_SHARED = Raw('<c r="@" t="s"><v>7</v></c>')
_HUGE_SIZE = struct.pack("<I", 0xFFFFFFF0)

_FORMATS = b"<a>" + b"".join(b'<b c="%d"/>' % number for number in range(400_000)) + b"</a>"

ZIPS = (
    Case("nothing wrong", lambda folder: None),
    Case("wrong CRC", _directory_entry(SUB_TASKS, 16, b"\1\2\3\4"), "damaged-file"),
    Case("entries that overlap", _overlapping, "damaged-file"),
    Case("encrypted flag", _directory_entry(SUB_TASKS, 8, b"\x01\x00"), "encrypted"),
    Case("deflate64", _directory_entry(SUB_TASKS, 10, b"\x09\x00"), "damaged-file"),
    Case("huge declared size", _directory_entry(SUB_TASKS, 24, _HUGE_SIZE), "zip-bomb"),
    Case("declared size of nothing", _directory_entry(SUB_TASKS, 24, bytes(4)), "damaged-file"),
    Case("offset outside", _directory_entry(SUB_TASKS, 42, b"\xff\xff\xff\x7f"), "damaged-file"),
    Case("a part twice", with_parts({}, [(SUB_TASKS, sheet_xml([]))]), "damaged-file"),
    Case("a workbook in a workbook", with_parts({"xl/embeddings/a.xlsx": packed(parts())})),
    Case("a workbook alone in a zip", with_bytes(packed({SHEET: packed(parts())})), "no-workbook"),
    Case("names that climb", with_parts({"../../../tmp/climbed.xml": b"<a/>", "/etc/x": b"x"})),
    Case("no member", with_bytes(packed({})), "no-workbook"),
    Case("no bytes", with_bytes(b""), "no-workbook", "empty"),
    Case("text before the zip", with_bytes(b"#!/bin/sh\n" + packed(parts())), "no-workbook"),
    Case("bytes behind the zip", with_bytes(packed(parts()) + bytes(100_000)), "damaged-file"),
    Case("zip of zeros", with_parts({"xl/media/a.png": bytes(50_000_000)}), "zip-bomb"),
    Case("formats without end", with_parts({STYLES: _FORMATS}), "too-large", "list of formats"),
    Case("old Excel file", with_bytes(_XLS), "no-workbook", ".xls"),
    Case("OpenDocument", with_bytes(_ODS), "no-workbook", "OpenDocument"),
    Case("CSV of that name", with_bytes(TABLE.encode()), "no-workbook"),
    Case("web page of that name", with_bytes(b"<html><table></table></html>"), "no-workbook"),
    Case("a folder", _folder, "unreadable-file"),
    Case("a link to itself", _loop, "config.outside-project"),
    Case("a pipe", _pipe, "unreadable-file"),
    Case("a file that can't be opened", _long_name, "unreadable-file"),
)

MARKUP = (
    Case(
        "DOCTYPE in UTF-16",
        with_parts({SUB_TASKS: "<!DOCTYPE a><worksheet/>".encode("utf-16")}),
        "doctype",
    ),
    Case("billion laughs", with_parts({SUB_TASKS: _bomb()}), "doctype"),
    Case("deep nesting in a sheet", with_parts({SUB_TASKS: _DEEP_SHEET})),
    Case("deep nesting in the list", with_parts({WORKBOOK: _DEEP}), "sheet."),
    Case(
        "huge attribute",
        with_rows(sub_task(), after=f'<x y="{"z" * 900_000}"/>'),
    ),
    Case(
        "huge attribute of a cell", with_first_cell(f'<c r="@" s="{"9" * 9_000}"/>'), "damaged-file"
    ),
    Case("remote image", with_parts({"xl/drawings/_rels/drawing1.xml.rels": _IMAGE})),
    Case("remote workbook", with_parts({"xl/externalLinks/_rels/a.xml.rels": _IMAGE})),
    Case("no shared texts", with_first_cell(_SHARED), "damaged-file"),
    Case(
        "shared text out of range",
        with_parts(
            {
                SUB_TASKS: sheet_xml(sheets(sub_task(_SHARED))["Sub Tasks"]),
                "xl/sharedStrings.xml": b"<sst><si><t>one</t></si></sst>",
            }
        ),
        "damaged-file",
    ),
    Case("negative shared text", with_first_cell('<c r="@" t="s"><v>-1</v></c>'), "damaged-file"),
    Case("far reference", with_first_cell('<c r="XFD1048576"><v>1</v></c>'), "huge-reference"),
    Case("row 0", with_first_cell('<c r="A0"><v>1</v></c>'), "damaged-file"),
    Case("negative row", with_first_cell('<c r="A-5"><v>1</v></c>'), "damaged-file"),
    Case("row over 64 bits", with_first_cell(f'<c r="A{2**70}"><v>1</v></c>'), "damaged-file"),
    Case("40,000 sheets in the list", with_parts(book(_MANY)), "too-large"),
    Case("25,000 sheets in the list", with_parts(book(_MANY[:25_000])), "missing-sheet"),
    Case("one sheet 2,000 times", with_parts(book(["Sub Tasks"] * 2_000)), "damaged-file"),
    Case("invalid UTF-8", with_parts({SUB_TASKS: _NO_UTF8}), "damaged-file"),
    Case("control characters", with_first_cell('<c r="@" t="str"><v>1.1.1\x01</v></c>'), "bad-id"),
    Case("lone surrogate", with_first_cell('<c r="@" t="str"><v>&#xD800;</v></c>'), "damaged-file"),
    Case("unknown entity", with_first_cell('<c r="@" t="str"><v>&secret;</v></c>'), "damaged-file"),
    Case("unknown cell type", with_first_cell('<c r="@" t="zzz"><v>1.1.1</v></c>'), "damaged-file"),
    Case("sheet that is no XML", with_parts({SUB_TASKS: b"\x89PNG"}), "damaged-file"),
    Case("tag not closed", with_parts({SUB_TASKS: b"<worksheet><sheetData><row"}), "damaged-file"),
)

CELLS = (
    Case("very long title", with_rows(sub_task(title=_LONG)), "long-name", "199,999"),
    Case("very long id", with_rows(sub_task("1.1." + "1" * 100_000)), "long-name", "100,004"),
    Case("very long text", with_rows(sub_task(text=_LONG)), "long-text", "199,999"),
    Case("the longest text of a cell", with_rows(sub_task(text="e" * 32_767))),
    Case("100,000 line ends in a title", with_rows(sub_task(title="a\n" * 100_000)), "long-name"),
    Case("16,000 line ends in a text", with_rows(sub_task(text="a\n" * 16_000))),
    Case(
        "error for an id", with_first_cell('<c r="@" t="e"><v>#REF!</v></c>'), "cell-error", "#REF!"
    ),
    Case(
        "formula without a value",
        with_first_cell('<c r="@"><f>A1</f></c>'),
        "cell-error",
        "formula",
    ),
    Case("number for an id", with_first_cell(_NUMBER.format("1.1")), "number-id"),
    Case("infinite id", with_first_cell(_NUMBER.format("1e999")), "cell-error", "#NUM!"),
    Case("id that is no number", with_first_cell(_NUMBER.format("nan")), "cell-error", "#NUM!"),
    Case("Boolean id", with_first_cell('<c r="@" t="b"><v>1</v></c>'), "bad-id", "TRUE"),
    Case("date id", with_first_cell('<c r="@" t="d"><v>2001-01-01</v></c>'), "date-id"),
    Case(
        "date of year 99999", with_first_cell('<c r="@" t="d"><v>99999-01-01</v></c>'), "id-prefix"
    ),
    Case("merged header", with_rows(sub_task(), header=[["ID"]], after=_MERGED), "missing-column"),
    Case(
        "header in row 5",
        with_rows(sub_task(), header=[["Draft"], [], [], [], HEADER]),
        "late-header",
    ),
    Case("no header", with_parts({SUB_TASKS: sheet_xml([sub_task()])}), "missing-column"),
    Case("empty sheet", with_parts({SUB_TASKS: sheet_xml([])}), "missing-column"),
    Case(
        "10,000 columns",
        with_rows(sub_task(), header=[HEADER + [f"c{n}" for n in range(10_000)]]),
        "sheet.unknown-column",
    ),
    Case(
        "hidden sheets",
        with_parts(book(["Objectives", "Tasks", "Sub Tasks"], 'state="veryHidden"')),
    ),
    Case("bidirectional marks", with_rows(sub_task(title="\u202efuel\u202c by\u200f"))),
    Case("quotes and braces", with_rows(sub_task(title="{{ 7*7 }} ${x} `id` %s"))),
    Case(
        "2,000 sub-tasks of one id", with_rows(*[sub_task()] * 2_000), "duplicate-id", "1994 more"
    ),
)

TABLES = (
    Case("NUL bytes", with_table(TABLE.replace("40.5", "40\x00.5")), "not-text"),
    Case("only NUL bytes", with_table(bytes(5_000)), "not-text"),
    Case("1e999", with_row("Austria,Gas,2015,1e999,Generation,TWh"), "bad-cells"),
    Case("inf", with_row("Austria,Gas,2015,inf,Generation,TWh"), "bad-cells"),
    Case("NaN", with_row("Austria,Gas,2015,nan,Generation,TWh")),
    Case("one line of 50 MB", with_table("data." * 10_000_000), "data."),
    Case("one line of 10 MB", with_table("x" * 10_000_000), "data.long-cell"),
    Case("one row of 10 MB", with_row("x" * 10_000_000), "data.long-cell"),
    Case("100,000 columns", with_table("x," * 100_000), "data.too-many-columns", "100,00"),
    Case(
        "100,000 more columns",
        with_table("\n".join(line + ",x" * 100_000 for line in TABLE.split())),
        "data.too-many-columns",
    ),
    Case("1e308", with_row("Austria,Gas,2015,1e308,Generation,TWh"), "bad-cells", "1e308"),
    Case(
        "two names of one country",
        with_row(
            "Great Britain,Hydro,2015,5,Generation,TWh\nUnited Kingdom,Hydro,2015,6,Generation,TWh"
        ),
        "data.",
        "'Great Britain' and 'United Kingdom'",
    ),
    Case(
        "quote not closed", with_row('"Austria,Gas,2015,1,Generation,TWh'), "damaged-file", "quote"
    ),
    Case("quotes inside a cell", with_row('Aus"tr"ia,Gas,2015,1,Generation,TWh'), "unknown-place"),
    Case("5,000 columns", with_table("\n".join(line + ",1" * 5_000 for line in TABLE.split()))),
    Case("mixed separators", with_row("Austria;Gas;2015;1;Generation;TWh"), "data."),
    Case("UTF-16 without a mark", with_table(TABLE.encode("utf-16-le"))),
    Case("UTF-32", with_table(TABLE.encode("utf-32"))),
    Case("mark in the middle", with_row("\ufeffAustria,Gas,2015,1,Generation,TWh")),
    Case("CR line ends", with_table(TABLE.replace("\n", "\r"))),
    Case("headers twice", with_table(TABLE.replace("SECTOR", "COUNTRY")), "column-twice"),
    Case("empty table", with_table(""), "empty-file"),
    Case("blank table", with_table("\n\n \n"), "empty-file"),
    Case("header alone", with_table(TABLE.splitlines()[0]), "empty-file"),
    Case("formulas", with_row('=cmd|"/C calc"!A0,Gas,2015,1,Generation,TWh'), "unknown-place"),
    Case(
        "formula for a value", with_row("Austria,Gas,2015,=1+1,Generation,TWh"), "bad-cells", "=1+1"
    ),
    Case("right-to-left marks", with_row("\u200fAustria\u200e,Gas,2015,1,Generation,TWh")),
    Case("year 0", with_row("Austria,Gas,0,1,Generation,TWh"), "bad-year"),
    Case("year 99999", with_row("Austria,Gas,99999,1,Generation,TWh"), "bad-year"),
    Case("year of 400 digits", with_row(f"Austria,Gas,{'9' * 400},1,Generation,TWh"), "bad-year"),
    Case(
        "value of 5,000 digits",
        with_row(f"Austria,Gas,2015,{'9' * 5_000},Generation,TWh"),
        "bad-cells",
    ),
    Case("thousands separators", with_row('Austria,Gas,2015,"1,234.5",Generation,TWh')),
    Case("no unit", with_row("Austria,Gas,2015,1,Generation,"), "blank-cells", "UNIT"),
    Case("a row too short", with_row("Austria,Gas"), "data."),
    Case("a row too long", with_row("Austria,Gas,2015,1,Generation,TWh,x,y"), "row-width"),
    Case("Windows-1252", with_table(TABLE.replace("Hydro", "Wärme").encode("cp1252")), "encoding"),
    Case("invalid UTF-8 in a table", with_table(TABLE.encode() + b"\xc3\x28\xff,1"), "encoding"),
    Case("a table that is a folder", _table_folder, "missing-file", "folder"),
    Case("a table that is a pipe", _table_pipe, "missing-file"),
    Case("PNG of that name", with_table(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), "not-text"),
    Case("table in a workbook", _workbook_table(packed(_table_parts()))),
    Case("table in a bomb", _workbook_table(packed({"xl/a.bin": bytes(9_000_000)})), "no-workbook"),
    Case(
        "table in a broken workbook",
        _workbook_table(packed(_table_parts() | {"xl/worksheets/sheet1.xml": b"<worksheet><x"})),
        "damaged-file",
    ),
)


def given(name: str, code: str = "", word: str = "") -> Case:
    """A case of a file that is kept, as the sheet or the table of the project."""

    def make(folder: Path) -> None:
        kept = INPUTS / ("data" if name.endswith(".csv") else "hostile") / name
        shutil.copyfile(INPUTS / "data" / "etm_long.csv", folder / CSV)
        shutil.copyfile(kept, folder / (CSV if name.endswith(".csv") else SHEET))
        if name.endswith(".xlsx"):
            shutil.copytree(INPUTS / "data" / "plexos_like", folder / "plexos")
            shutil.copyfile(INPUTS / "data" / "nodal_split.csv", folder / "nodes.csv")
            text = PROJECT + 'plexos = "plexos"\nnodes = "nodes.csv"\n' + DROP
            (folder / "project.toml").write_text(text, encoding="utf-8")

    return Case(name, make, code, word)


GIVEN = (
    given("01_missing_sheet.xlsx", "missing-sheet", "Tasks"),
    given("02_missing_column.xlsx", "missing-column", "Geographic Level"),
    given("03_duplicate_subtask_id.xlsx", "duplicate-id", "1.1.1"),
    given("04_orphan_task.xlsx", "orphan", "99"),
    given("07_ids_as_floats_1_10_is_1_1.xlsx", "duplicate-id", "1.1"),
    given("08_trailing_spaces.xlsx"),
    given("11_formula_injection.xlsx"),
    given("12_path_traversal_project.xlsx"),
    given("15_truncated.xlsx", "damaged-file"),
    given("16_zip_bomb.xlsx", "zip-bomb"),
    given("18_semicolon_decimal_comma.csv"),
    given("19_utf16.csv"),
    given("21_text_in_numeric.csv", "bad-cells"),
    given("25_prompt_injection.xlsx"),
    given("26_ids_became_dates.xlsx", "date-id"),
    given("30_xml_external_entity.xlsx", "doctype"),
)

CASES = (*ZIPS, *MARKUP, *CELLS, *TABLES, *GIVEN)
