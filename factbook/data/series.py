"""Places, points and series: the content of tables, from which evidence is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the project's kind, or a region.

    Attributes:
        code: ISO 3166 alpha-2 (``GB``, ``GR``) of a country, the code of its kind of another place
            (``TX``, ``AT13``, ``sao-paulo``); the name of a region.
        name: The name that readers see.
        kind: ``region``, or ``country`` for any place that is none.
    """

    code: str
    name: str
    kind: Literal["country", "region"] = "country"


@dataclass(frozen=True)  # with slots, writing it as JSON takes twice as long
class SourceRows:
    """Rows of one file from which a figure was computed.

    Attributes:
        file: Path of the file inside the project folder.
        rows: Row numbers in the file, counted from 1 (the header is row 1).
    """

    file: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a series in one period, and its source rows.

    Attributes:
        value: The value.
        sources: Its rows.
        status: Its flags, those of all its rows: the worst first, with blanks between them.
    """

    value: float
    sources: tuple[SourceRows, ...]
    status: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure of one place through time.

    Attributes:
        table: Name of the table.
        place: Code of the place, or the name of a node region.
        subject: SECTOR or category.
        metric: PROPERTY.
        unit: Unit of all values.
        points: Period (``2021`` or ``2021-03``) → point, in order of time. A gap has no entry.
    """

    table: str
    place: str
    subject: str
    metric: str
    unit: str
    points: Mapping[str, Point]
