"""The guard, against one kind of hostile file after another."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.errors import SheetError
from factbook.xlsx.cells import column_letters
from factbook.xlsx.guard import guard_workbook, guarded_workbook
from factbook.xlsx.workbook_limits import MAX_MEMBERS
from tests.growth import Work, assert_in_proportion

from .conftest import FIRST_SHEET, INPUTS, NAMESPACE

XML = b'<?xml version="1.0" encoding="UTF-8"?>'


def refusal(path: Path) -> str:
    """The code with which the guard refuses a file."""
    with pytest.raises(SheetError) as caught:
        guard_workbook(path)
    (finding,) = caught.value.findings
    assert finding.file == str(path)
    assert finding.severity == "error"
    assert finding.remedy
    return finding.code.removeprefix("sheet.")


@pytest.mark.parametrize("name", ["small.xlsx", "trap_ids_text.xlsx"])
def test_guard_lets_a_workbook_pass(name: str) -> None:
    """An ordinary workbook passes, and what is packed anew holds its parts."""
    packed = guarded_workbook(INPUTS / "sheets" / name)
    assert packed.startswith(b"PK\x03\x04")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("text.xlsx", b"ID,Title\n1,Oil\n", "no-workbook"),
        ("empty.xlsx", b"", "no-workbook"),
        ("password.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "no-workbook"),
        ("magic.xlsx", b"PK\x03\x04", "damaged-file"),
        ("noise.xlsx", b"PK\x03\x04" + bytes(range(256)) * 9, "damaged-file"),
    ],
)
def test_guard_refuses_what_is_no_workbook(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    """A file of another format is refused by its first bytes."""
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_guard_says_that_a_workbook_has_a_password(tmp_path: Path) -> None:
    """A workbook with a password is an OLE file, and the finding says so."""
    path = tmp_path / "locked.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(SheetError, match="password"):
        guard_workbook(path)


def test_guard_refuses_a_path_without_a_file(tmp_path: Path) -> None:
    """A missing file, a folder and a path below a file are findings, not tracebacks."""
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "none.xlsx") == "no-file"
    assert refusal(tmp_path / "file" / "below.xlsx") == "no-file"
    assert refusal(tmp_path) == "unreadable-file"


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95, 0.999])
def test_guard_refuses_a_truncated_workbook(tmp_path: Path, share: float) -> None:
    """A file that was cut off anywhere is called damaged."""
    content = (INPUTS / "sheets" / "small.xlsx").read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path) == "damaged-file"


def test_guard_refuses_broken_compression(tmp_path: Path) -> None:
    """Bytes changed inside a compressed part are called damage."""
    content = bytearray((INPUTS / "sheets" / "small.xlsx").read_bytes())
    content[400:460] = bytes(60)
    path = tmp_path / "broken.xlsx"
    path.write_bytes(bytes(content))
    assert refusal(path) == "damaged-file"


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"xl/workbook.bin": b"x"}, "binary"),
        ({"content.xml": b"<a/>"}, "OpenDocument"),
        ({"word/document.xml": b"<a/>"}, "Word"),
        ({}, "no part"),
    ],
)
def test_guard_names_another_kind_of_zip(
    packed: Callable[..., Path], parts: dict[str, bytes], found: str
) -> None:
    """Other formats that are zips too are named, and none reaches another engine."""
    path = packed({"xl/workbook.xml": None, **parts})
    assert refusal(path) == "no-workbook"
    with pytest.raises(SheetError, match=found):
        guard_workbook(path)


def test_guard_refuses_a_bomb_by_its_ratio(packed: Callable[..., Path]) -> None:
    """A part of 3 MB that is packed into a few kilobytes is a bomb, whatever it is called."""
    assert refusal(packed({"xl/media/image1.png": bytes(3_000_000)})) == "zip-bomb"


def test_guard_lets_small_repetitive_parts_pass(packed: Callable[..., Path]) -> None:
    """Below 1 MB any ratio is allowed: empty formatted sheets compress very well."""
    guard_workbook(packed({"xl/media/image1.png": bytes(900_000)}))


def test_guard_refuses_a_large_part(packed: Callable[..., Path]) -> None:
    """A part above 100 MB is refused even when it is not compressed."""
    path = packed({"xl/media/a.bin": bytes(100_000_001)}, zipfile.ZIP_STORED)
    assert refusal(path) == "too-large"


def test_guard_does_not_trust_the_directory(packed: Callable[..., Path]) -> None:
    """A part that claims to be small is not unpacked beyond that, and is called damaged."""
    path = packed({"xl/media/image1.png": bytes(3_000_000)})
    content = bytearray(path.read_bytes())
    size = struct.pack("<I", 3_000_000)
    assert content.count(size) == 2
    path.write_bytes(bytes(content.replace(size, struct.pack("<I", 2_000))))
    assert refusal(path) == "damaged-file"


def test_guard_refuses_two_parts_of_one_name(packed: Callable[..., Path]) -> None:
    """Two parts whose names differ in case alone could be read as each other."""
    assert refusal(packed({FIRST_SHEET.upper(): b"<a/>"})) == "damaged-file"


def test_guard_refuses_too_many_parts(packed: Callable[..., Path]) -> None:
    """A zip of more parts than any workbook has is refused before one is unpacked."""
    parts = {f"xl/p{number}.bin": b"" for number in range(MAX_MEMBERS)}
    assert refusal(packed(parts)) == "too-many-parts"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("word", ["DOCTYPE", "doctype"])
def test_guard_refuses_a_doctype_in_any_encoding(
    packed: Callable[..., Path], encoding: str, word: str
) -> None:
    """A document type is found in every part and encoding."""
    text = f'<!{word} a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
    assert refusal(packed({"xl/sharedStrings.xml": text.encode(encoding)})) == "doctype"


def test_guard_finds_a_doctype_behind_a_long_comment(packed: Callable[..., Path]) -> None:
    """The whole part is searched, not its beginning alone."""
    part = b"<!-- " + bytes(range(65, 91)) * 9_000 + b" --><!DOCTYPE a><a/>"
    assert refusal(packed({"docProps/app.xml": part})) == "doctype"


@pytest.mark.parametrize("text", ["<a/>", f'<worksheet xmlns="{NAMESPACE}"/>'])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_guard_refuses_other_encodings(
    packed: Callable[..., Path], text: str, encoding: str
) -> None:
    """The engine reads UTF-16 as nothing at all, so that it must not be given any."""
    assert refusal(packed({FIRST_SHEET: text.encode(encoding)})) == "encoding"


def test_guard_refuses_a_declared_encoding(packed: Callable[..., Path]) -> None:
    """A declared encoding other than UTF-8 would be misread."""
    part = b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>'
    assert refusal(packed({"xl/sharedStrings.xml": part})) == "encoding"
    guard_workbook(packed({"docProps/app.xml": XML + b"<a/>"}))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "huge-reference"),
        (b'<row r="1"><c r="XFE1"><v>1</v></c></row>', "huge-reference"),
        (b'<row r="1"><c r="AAAA1"><v>1</v></c></row>', "huge-reference"),
        (b'<row r="2000000"><c r="A2000000"><v>1</v></c></row>', "huge-reference"),
        (b'<row r="99999999999"><c><v>1</v></c></row>', "huge-reference"),
        (b'<row r="1000000"><c r="A1"/><c r="F1000000"><v>1</v></c></row>', "huge-reference"),
        (b'<row><c r="XFD1"/><c><v>1</v></c></row>', "huge-reference"),
        (b'<x:row r="1"><x:c r="XFD1048576"><v>1</v></x:c></x:row>', "huge-reference"),
        (b"<row\nr='1'>\n<c\n\tr = 'XFD1048576'><v>1</v></c></row>", "huge-reference"),
        (b'<row r="1"><c s="1" r="XFD1048576"><v>1</v></c></row>', "huge-reference"),
        (b'<row r="1"><c r="A1" r="XFD1048576"><v>1</v></c></row>', "damaged-file"),
        (b'<row r="1"><c x=">" r="XFD1048576"><v>1</v></c></row>', "damaged-file"),
        (b'<row r="1"><c x=" r=\'A1\'" r="XFD1"><v>1</v></c></row>', "damaged-file"),
        (b'<row r="1"><c r="&#65;1"><v>1</v></c></row>', "damaged-file"),
        (b'<row r="1"><c r="AAAAAAAAA1"><v>1</v></c></row>', "damaged-file"),
        (b'<row r="1"><c r="A"><v>1</v></c></row>', "damaged-file"),
        (b'<row r="1"><c "', "damaged-file"),
    ],
)
def test_guard_refuses_references_that_fill_the_memory(
    first_sheet: Callable[..., Path], rows: bytes, code: str
) -> None:
    """A reference far away, however it is written, would make the engine allocate it all."""
    assert refusal(first_sheet(rows)) == code


@pytest.mark.parametrize("corner", [b"XFD1048576", b"G1048576", b"AAAAA5", b"$G$9999999"])
def test_guard_refuses_a_huge_dimension(first_sheet: Callable[..., Path], corner: bytes) -> None:
    """A dimension is believed as little as a cell."""
    path = first_sheet(b'<row r="1"><c r="A1"/></row>', b'<dimension ref="A1:' + corner + b'"/>')
    assert refusal(path) == "huge-reference"


def test_guard_finds_a_sheet_under_any_name(packed: Callable[..., Path]) -> None:
    """A sheet is known by what it holds, as the directory may point to any part."""
    part = b'<worksheet><sheetData><c r="XFD1048576"/></sheetData></worksheet>'
    assert refusal(packed({"customXml/item1.xml": part})) == "huge-reference"


def test_guard_adds_up_all_sheets(packed: Callable[..., Path]) -> None:
    """Several sheets, each within the limit, are refused when they are not together."""
    corner = b'<worksheet><sheetData><row r="9"><c r="D900000"/></row></sheetData></worksheet>'
    guard_workbook(packed({FIRST_SHEET: corner}))
    assert refusal(packed({FIRST_SHEET: corner, "xl/two.xml": corner})) == "huge-reference"


@pytest.mark.slow
def test_guard_counts_cells(first_sheet: Callable[..., Path]) -> None:
    """More than five million cells are refused."""
    noise = b"".join(b'<c r="A%d"/>' % (number * number % 9973) for number in range(1, 50_001))
    assert refusal(first_sheet(noise * 101)) == "too-many-cells"


def test_guard_lets_sheets_without_references_pass(first_sheet: Callable[..., Path]) -> None:
    """Some programs leave references out; cells are then counted as they come."""
    guard_workbook(first_sheet(b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 1000))


def test_guard_refuses_shared_texts_that_fill_the_memory(packed: Callable[..., Path]) -> None:
    """A long text that thousands of cells share would be copied for each of them."""
    shared = b"<sst><si><t>short</t></si><si><t>" + b"long text " * 3_000 + b"</t></si></sst>"
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>1</v></c></row>' % (n, n) for n in range(1, 9_000)
    )
    sheet = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    assert refusal(packed({"xl/sharedStrings.xml": shared, FIRST_SHEET: sheet})) == "too-large"
    few = sheet.replace(b"<v>1</v>", b"<v>0</v>")
    guard_workbook(packed({"xl/sharedStrings.xml": shared, FIRST_SHEET: few}))


def test_guard_ignores_what_only_looks_like_a_cell(packed: Callable[..., Path]) -> None:
    """Elements such as cols, and charts in their own parts, are no cells."""
    sheet = (
        b'<worksheet><cols><col min="1" max="16384"/></cols><sheetData><row r="1">'
        b'<c r="B1"/></row></sheetData><colBreaks count="1"/><rowBreaks/></worksheet>'
    )
    chart = b'<c:chartSpace xmlns:c="c"><c:chart><c:row r="x"/></c:chart></c:chartSpace>'
    guard_workbook(packed({FIRST_SHEET: sheet, "xl/charts/chart1.xml": chart}))


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", [b"<c ", b'<c r="A1" ', b"<row r='1' x='", b'<c r="A1" t="s"><v', b"<!"]
)
def test_guard_takes_linear_time(packed: Callable[..., Path], unit: bytes) -> None:
    """Tags that never end do not make the search start over for each of them.

    The part is not compressed: else how much it unpacks to is what is refused.
    """

    def guarding(count: int) -> Work:
        sheet = b"<worksheet><sheetData>" + unit * count + b'<c r="</sheetData></worksheet>'
        path = packed({FIRST_SHEET: sheet}, zipfile.ZIP_STORED)

        def guard() -> None:
            with pytest.raises(SheetError, match="a cell or row that can't be read"):
                guard_workbook(path)

        return guard

    assert_in_proportion(guarding, 100_000)


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")]
)
def test_column_letters_are_those_of_excel(index: int, letters: str) -> None:
    """Columns are named as Excel names them."""
    assert column_letters(index) == letters
