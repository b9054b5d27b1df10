"""Workbooks that several folders of tests share: plain ones, and broken zips."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

INPUTS = Path(__file__).parents[1] / "inputs"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FIRST_SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[dict[str, list[list[Any]]]], Path]:
    """Writes a workbook of plain cells, by sheet."""

    def write(sheets: dict[str, list[list[Any]]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, cells in sheets.items():
            sheet = book.create_sheet(name)
            for row in cells:
                sheet.append(row)
        path = tmp_path / "sheet.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook with some of its parts replaced, added, or (None) left out."""

    def write(parts: dict[str, bytes | None], method: int = zipfile.ZIP_DEFLATED) -> Path:
        content = io.BytesIO()
        openpyxl.Workbook().save(content)
        with zipfile.ZipFile(content) as archive:
            own = {name: archive.read(name) for name in archive.namelist()}
        path = tmp_path / "packed.xlsx"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, part in {**own, **parts}.items():
                if part is not None:
                    archive.writestr(name, part)
        return path

    return write


@pytest.fixture
def first_sheet(packed: Callable[..., Path]) -> Callable[..., Path]:
    """Writes a workbook whose first sheet has the given rows, as XML."""

    def write(rows: bytes, before: bytes = b"") -> Path:
        part = f'<worksheet xmlns="{NAMESPACE}">'.encode() + before
        return packed({FIRST_SHEET: part + b"<sheetData>" + rows + b"</sheetData></worksheet>"})

    return write
