"""What the engine does not report about a sheet, read from its part of the guarded workbook.

The engine returns an empty cell for an error and for a formula whose value was never saved (as in
workbooks written by programs that do not calculate); here both are distinguished from empty cells.
"""

from __future__ import annotations

import itertools
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from factbook.xlsx.cells import CellError, column_number

MAX_MERGED = 1_000

_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONSHIP = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(\s[^<>]*)>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w{1,10})["']""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]+)<")
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]*ref\s*=\s*["']([A-Za-z0-9:]{1,30})["']""")


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet's part by the sheet's name, from a workbook that passed the guard.

    Raises:
        xml.etree.ElementTree.ParseError: The directory of the sheets is not XML.
    """
    by_fold = {name.casefold(): name for name in archive.namelist()}
    links = by_fold.get("xl/_rels/workbook.xml.rels")
    if links is None:
        return {}
    targets = {
        link.get("Id", ""): _part_name(link.get("Target", ""))
        for link in _elements(archive.read(links), "Relationship")
    }
    parts: dict[str, str] = {}
    for sheet in _elements(archive.read(by_fold["xl/workbook.xml"]), "sheet"):
        link_id = sheet.get(_RELATIONSHIP) or sheet.get(_STRICT_RELATIONSHIP) or ""
        member = by_fold.get(targets.get(link_id, ""))
        if member is not None:
            parts[sheet.get("name", "")] = member
    return parts


def cell_errors(part: bytes) -> dict[tuple[int, int], CellError]:
    """Errors and formulas without a value, by row number and 0-based column index."""
    if b't="e"' not in part and b"t='e'" not in part and not _FORMULA.search(part):
        return {}
    errors: dict[tuple[int, int], CellError] = {}
    cells: Iterator[re.Match[bytes] | None] = itertools.chain(_CELL.finditer(part), [None])
    for cell, following in itertools.pairwise(cells):
        if cell is None:
            break
        reference = _REFERENCE.search(cell.group(1))
        found = _error(cell.group(1), part[cell.end() : following.start() if following else None])
        if reference and found:
            letters, digits = reference.groups()
            errors[int(digits), column_number(letters.decode()) - 1] = CellError(found)
    return errors


def merged_ranges(part: bytes) -> tuple[str, ...]:
    """Merged cells as Excel names them (``A2:A4``), at most `MAX_MERGED`."""
    found = itertools.islice(_MERGED.finditer(part), MAX_MERGED)
    return tuple(match.group(1).decode().upper() for match in found)


def _error(attributes: bytes, content: bytes) -> str:
    kind = _TYPE.search(attributes)
    value = _VALUE.search(content)
    if kind and kind.group(1) == b"e":
        return value.group(1).decode("utf-8", "replace").strip() if value else "an error"
    if _FORMULA.search(content) and value is None and not (kind and kind.group(1) == b"str"):
        return "a formula without a value"
    return ""


def _elements(content: bytes, name: str) -> Iterator[ElementTree.Element]:
    root = ElementTree.fromstring(content)  # noqa: S314 - the guard refused all declarations
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _part_name(target: str) -> str:
    path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    return posixpath.normpath(path).casefold()
