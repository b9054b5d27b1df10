"""The columns of PLEXOS exports: their headings in each way of exporting, and flat files.

A query written to CSV (``QueryToCSV`` of its interface) has ``child_name``, ``unit_name``,
``_date``; the list of the solution viewer the same columns in words (*Child Name*, *Units*,
*Datetime*). Flat files are told by their first columns: *DATETIME* or *YEAR, MONTH, DAY*, as the
page *Report Flat File Format* of the manual gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

REQUIRED = (
    "collection_name",
    "category_name",
    "child_name",
    "property_name",
    "value",
    "unit_name",
)
VARIANTS = ("band_id", "timeslice_name", "sample_name", "phase_name")
"""Columns that distinguish rows of one key, which must not be added or mixed."""

_IN_WORDS = {
    "collection_name": ("collection", "collection name"),
    "category_name": ("category", "category name"),
    "child_name": ("child", "child name", "object", "object name"),
    "property_name": ("property", "property name"),
    "value": ("value",),
    "unit_name": ("unit", "units", "unit name"),
    "interval_id": ("interval", "interval id"),
    "_date": ("_date", "datetime", "date time"),
    "model_name": ("model", "model name"),
    "band_id": ("band", "band id"),
    "timeslice_name": ("timeslice", "timeslice name"),
    "sample_name": ("sample", "sample name"),
    "phase_name": ("phase", "phase name"),
}
_NAMES = {
    words.replace(" ", between): name
    for name, several in _IN_WORDS.items()
    for words in several
    for between in (" ", "_", "")
}
COLUMNS = tuple(_IN_WORDS)
LABELS = frozenset(text for text, name in _NAMES.items() if name != "value")
"""Headings of columns of labels, casefolded."""


def column_of(heading: str) -> str:
    """The column that a heading names, of `COLUMNS`; empty for any other."""
    return _NAMES.get(heading.casefold(), "")


def headings_of(headings: Iterable[str]) -> dict[str, str]:
    """Column → the heading to look for: the file's own, else the column's name."""
    found = {name: name for name in COLUMNS}
    for heading in reversed(tuple(headings)):  # the first of several counts
        if name := column_of(heading):
            found[name] = heading
    return found


def is_flat_file(headings: Sequence[str]) -> bool:
    """Whether a file is one of those that PLEXOS writes beside its solution."""
    first = [heading.casefold() for heading in headings[:3]]
    return first[:1] == ["datetime"] or first == ["year", "month", "day"]
