"""Comments on the cells of a sheet, from the parts of a guarded workbook.

Excel writes comments into a part of their own, and those that can be answered ("threaded") into
another, with a copy among the first for older programs. Both are read where a sheet's list of
relationships names them; of a thread all texts, one below the other.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from factbook.xlsx.cells import column_number

MOST_COMMENTS = 10_000
"""Most comments on a sheet."""

LONGEST_COMMENT = 300
"""Characters of a comment that are kept."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})").fullmatch
_THREAD = re.compile(r"\[Threaded comment\].{0,2000}?Comment:\s*", re.DOTALL).match


class Comment(NamedTuple):
    """A comment on a cell: row number, 0-based column index, and its text on one line."""

    row: int
    column: int
    text: str


class TooManyCommentsError(Exception):
    """A sheet has more comments than are read."""


def sheet_comments(archive: zipfile.ZipFile, sheet_part: str) -> list[Comment]:
    """The comments on a sheet's cells, in order.

    Args:
        archive: The workbook, which passed the guard.
        sheet_part: Name of the sheet's part.

    Raises:
        xml.etree.ElementTree.ParseError: A part is not XML.
        TooManyCommentsError: There are more than `MOST_COMMENTS`.
    """
    parts = _parts(archive, sheet_part)
    texts: dict[tuple[int, int], str] = {}
    for kind, read in (("comments", _notes), ("threadedComment", _threads)):
        for part in parts.get(kind, ()):
            texts |= _joined(read(archive, part))
    return [Comment(*cell, text) for cell, text in sorted(texts.items()) if text]


def _parts(archive: zipfile.ZipFile, sheet_part: str) -> dict[str, list[str]]:
    """Kind of part → the names of those that belong to a sheet."""
    by_fold = {name.casefold(): name for name in archive.namelist()}
    folder, _, name = sheet_part.rpartition("/")
    links = by_fold.get(f"{folder}/_rels/{name}.rels".casefold())
    found: dict[str, list[str]] = {}
    for link in _elements(archive, links, "Relationship") if links else ():
        target = link.get("Target", "")
        path = target if target.startswith("/") else posixpath.join(f"/{folder}", target)
        part = by_fold.get(posixpath.normpath(path).lstrip("/").casefold())
        if part is not None:
            found.setdefault(link.get("Type", "").rpartition("/")[2], []).append(part)
    return found


def _notes(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """Cell and text of each comment, without the name of its author before it."""
    authors: list[str] = []
    for element in _elements(archive, part, "author", "comment"):
        if _local(element) == "author":
            authors.append(_one_line(element.text or ""))
            continue
        runs = [each.text or "" for each in element.iter() if _local(each) == "t"]
        text = "".join(runs)
        if thread := _THREAD(text):
            text = text[thread.end() :]
        number = element.get("authorId", "")
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        text = _one_line(text)
        if author:
            text = text.removeprefix(f"{author}:").lstrip()
        yield element.get("ref", ""), text


def _threads(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """Cell and text of each comment and answer of the threads."""
    for element in _elements(archive, part, "threadedComment"):
        texts = [each.text or "" for each in element if _local(each) == "text"]
        yield element.get("ref", ""), _one_line(" ".join(texts))


def _joined(comments: Iterator[tuple[str, str]]) -> dict[tuple[int, int], str]:
    """Row number and column index → the texts there; longer ones are cut."""
    found: dict[tuple[int, int], str] = {}
    for count, (reference, text) in enumerate(comments, start=1):
        if count > MOST_COMMENTS:
            raise TooManyCommentsError
        cell = _REFERENCE(reference)
        if cell and text:
            at = int(cell[2]), column_number(cell[1]) - 1
            found[at] = _cut(f"{found[at]} {text}" if at in found else text)
    return found


def _cut(text: str) -> str:
    is_long = len(text) > LONGEST_COMMENT
    return f"{text[: LONGEST_COMMENT - 1].rstrip()}…" if is_long else text


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _elements(archive: zipfile.ZipFile, part: str, *names: str) -> Iterator[ElementTree.Element]:
    """The elements with these names, each when it is complete; what was given is forgotten."""
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):  # noqa: S314 - guarded: no declarations
            if _local(element) in names:
                yield element
                element.clear()


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
