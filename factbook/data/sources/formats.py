"""Names of the formats of tables, and how they are told apart."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import get_args

from factbook.config.project_config import Format
from factbook.data.sources.names import id_of

FORMATS: tuple[str, ...] = get_args(Format)
"""Formats that ``format`` of a table can name; the default is what `format_of` finds."""

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".xml", ".json")
"""Suffixes of table files. All but workbooks and Parquet may have ``.gz`` after it."""

GZIP_MAGIC = b"\x1f\x8b"
HEAD_BYTES = 65_536
"""How much of a file's beginning `format_of` needs."""

_BY_SUFFIX = {".xlsx": "xlsx", ".parquet": "parquet", ".xml": "sdmx-ml", ".json": "json-stat"}
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = re.compile(r"[,;\t|]")
# A year, or a part of one: 2020, 2020-01, 2020M01, 2020-Q1, 2020-S1, 2020-W05, 2020-01-15.
_IS_PERIOD = re.compile(r"[12]\d{3}(?:-?[A-Z]?\d{1,3})?(?:-\d\d)?").fullmatch
_IAMC = frozenset(("model", "scenario", "region", "variable", "unit"))


def suffix_of(path: Path) -> str:
    """A file's suffix in small letters, without that of its compression."""
    suffixes = [suffix.casefold() for suffix in path.suffixes[-2:]]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def format_of(path: Path, head: bytes) -> str:
    r"""The format of a table file.

    A suffix decides where it names a container; of texts, the beginning: an XML declaration or the
    heading of Eurostat's first column (``freq,unit,geo\TIME_PERIOD``), of SDMX-CSV, of IAMC.

    Args:
        path: The file.
        head: Its first `HEAD_BYTES`, unpacked.

    Returns:
        One of `FORMATS`; ``text`` for any other delimited text.
    """
    known = _BY_SUFFIX.get(suffix_of(path))
    if known:
        return known
    text = head.removeprefix(_BOM).lstrip()
    if text.startswith((b"<?xml", b"<message:", b"<mes:")):
        return "sdmx-ml"
    first = text.split(b"\n", 1)[0]
    if b"\\" in first.split(b"\t", 1)[0] and b"\t" in first:
        return "eurostat-tsv"
    cells = _SEPARATORS.split(first.decode("utf-8", errors="replace"))
    return format_of_headings([cell.strip().strip('"') for cell in cells]) or "text"


def format_of_headings(headings: Collection[str]) -> str:
    """The format whose headings these are, ``sdmx-csv`` or ``iamc``; else empty.

    An SDMX table has a value and a period by their concepts' ids, `SDMX-CSV field guide
    <https://github.com/sdmx-twg/sdmx-csv>`_; a table of the Integrated Assessment Modeling
    Consortium has its five index columns, `pyam's data model
    <https://pyam-iamc.readthedocs.io/en/stable/data.html>`_.
    """
    ids = {id_of(text).casefold() for text in headings}
    if {"obs_value", "time_period"} <= ids:
        return "sdmx-csv"
    return "iamc" if ids >= _IAMC else ""


def is_value_heading(heading: str, table_format: str, headings: Collection[str]) -> bool:
    """Whether the cells below a heading are figures, in a table of a format.

    Args:
        heading: The heading.
        table_format: Name of the format; empty for a plain table.
        headings: All headings of the table.
    """
    if table_format in ("sdmx-csv", "sdmx-ml"):
        return id_of(heading).casefold() == "obs_value"
    if table_format == "iamc" and "year" in {text.casefold() for text in headings}:
        return heading.casefold() == "value"
    return table_format in ("iamc", "eurostat-tsv") and _IS_PERIOD(heading.strip()) is not None
