"""Long and wide tables as text, in any dialect and with any dirt; and bytes that were damaged."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.values import misspelt, texts

HEADER = ("COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT")
PLACES = ("Austria", "France", "Germany")
ODD_PLACES = (
    "AT",
    "austria",
    "Österreich",
    "FRA",
    "UK",
    "Great Britain",
    "United Kingdom",
    "EL",
    "NA",
    "Türkiye",
    "Turkey",
    "EU",
    "EU27",
    "European Union",
    "World",
    "OECD",
    "Austra",
    "Atlantis",
    "Kosovo",
    "Côte d'Ivoire",
    "",
)
SUBJECTS = ("Wind", "Solar", "Coal", "wind", "-", "Total", "", "Hard, Coal")
METRICS = (("Generation", "TWh"), ("Emissions", "Mt"), ("Share of wind", "%"), ("Price", "€/MWh"))
GAPS = ("", ":", "..", "-", "n/a", "NaN", " ")
BAD_VALUES = (
    "12 p",
    "p",
    "1 234,5",
    "1,234",
    "1.234.567,8",
    "1e400",
    "inf",
    "--",
    "0x1F",
    "½",
    "٣",
)
YEARS = ("2015", "2019", "2020", "2021", "2021.0", "2020-01", "20211", "next", "")

Row = list[str]


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1e15 else f"{value:.0f}"


values = st.one_of(
    st.floats(0, 1000).map(_number),
    st.floats(-1e12, 1e12).map(_number),
    st.sampled_from(("0", "-0", "0.0000001", "1e308", "-1e308", "1e-320", "9007199254740993")),
)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """A long table without its header: series of a few places, with up to five faults."""
    made = [
        [place, subject, year, draw(values), metric, unit]
        for metric, unit in draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=2))
        for place in draw(st.sets(st.sampled_from(PLACES), min_size=1).map(sorted))
        for subject in ("Wind", "Solar")
        for year in draw(st.sampled_from((("2015", "2021"), ("2019", "2020", "2021"), ("2020",))))
    ]
    for _ in range(draw(st.sampled_from((0, 1, 1, 2, 5)))):
        if made:
            row = draw(st.sampled_from(made))
            draw(st.sampled_from(_FAULTS))(draw, made, row)
    return made


def _set(column: int, allowed: st.SearchStrategy[str]) -> Callable[..., None]:
    def change(draw: st.DrawFn, made: list[Row], row: Row) -> None:
        if column < len(row):
            row[column] = draw(allowed)

    return change


def _repeat(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    made.insert(draw(st.integers(0, len(made))), list(row))


def _conflict(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    made.append([*row[:3], draw(values), *row[4:]])


def _add_place(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    place = draw(st.sampled_from(ODD_PLACES))
    made += [[place, *other[1:]] for other in made if other[:1] == row[:1]]


def _cut(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    del row[draw(st.integers(0, len(row))) :]


def _lengthen(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    row.append(draw(texts))


def _blank(draw: st.DrawFn, made: list[Row], row: Row) -> None:
    made.insert(draw(st.integers(0, len(made))), [""] * draw(st.integers(0, 6)))


_FAULTS = (
    _set(0, st.one_of(st.sampled_from(ODD_PLACES), texts)),
    _set(1, st.one_of(st.sampled_from(SUBJECTS), texts)),
    _set(2, st.one_of(st.sampled_from(YEARS), texts)),
    _set(3, st.sampled_from(GAPS)),
    _set(3, st.one_of(st.sampled_from(BAD_VALUES), texts)),
    _set(4, texts),
    _set(5, st.one_of(st.sampled_from(("TWh", "GWh", "%", "")), texts)),
    _repeat,
    _conflict,
    _add_place,
    _cut,
    _lengthen,
    _blank,
)


def wide(made: list[Row]) -> list[Row]:
    """The table with its years as columns, the header first."""
    full = [row for row in made if len(row) >= len(HEADER)]
    years = list(dict.fromkeys(row[2] for row in full))
    by_key: dict[tuple[str, ...], dict[str, str]] = {}
    for row in full:
        by_key.setdefault((row[0], row[1], row[4], row[5]), {})[row[2]] = row[3]
    header = ["COUNTRY", "SECTOR", "PROPERTY", "UNIT", *years]
    return [header, *([*key, *(of.get(y, "") for y in years)] for key, of in by_key.items())]


@st.composite
def files(draw: st.DrawFn, made: list[Row]) -> bytes:
    """The table, header included, as the bytes of a file in some dialect and encoding."""
    mark = draw(st.sampled_from((".", ".", ",")))
    separator = draw(st.sampled_from(",;\t|" if mark == "." else ";\t|"))
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=separator,
        quoting=csv.QUOTE_ALL if draw(st.booleans()) else csv.QUOTE_MINIMAL,
        lineterminator=draw(st.sampled_from(("\n", "\r\n", "\r"))),
    )
    for row in made:
        writer.writerow([_marked(cell, mark) for cell in row])
    encoding = draw(
        st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"))
    )
    return text.getvalue().encode(encoding, errors="replace")


def _marked(cell: str, mark: str) -> str:
    is_number = cell.replace(".", "", 1).replace("-", "", 1).isdigit()
    return cell.replace(".", mark) if is_number else cell


@st.composite
def tables(draw: st.DrawFn, *, years_in_columns: bool = False) -> bytes:
    """A table in a file, at times under a header with a word misspelt."""
    body = draw(rows())
    made = wide(body) if years_in_columns else [list(HEADER), *body]
    if draw(st.integers(0, 7)) == 0:
        at = draw(st.integers(0, len(made[0]) - 1))
        made[0][at] = draw(misspelt(made[0][at]))
    return draw(files(made))


@st.composite
def damaged(draw: st.DrawFn, content: bytes, most: int = 6) -> bytes:
    """Bytes of a file after a few of them were overwritten, lost, repeated or cut off."""
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, most)))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        end = min(len(content), at + draw(st.sampled_from((1, 1, 2, 8, 64))))
        new = draw(st.one_of(st.binary(max_size=4), st.sampled_from(_SPLICES)))
        content = draw(
            st.sampled_from(
                (
                    content[:at] + new + content[end:],
                    content[:at] + new + content[at:],
                    content[:at] + content[end:],
                    content[:at] + content[at:end] * 3 + content[end:],
                    content[:at],
                )
            )
        )
    return content


_SPLICES = (
    b'"',
    b'""',
    b"\x00",
    b"\n",
    b"\r",
    b",,",
    b";",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"=",
    b"1e999",
    b"\x1a",
    b"\xed\xa0\x80",
)


@st.composite
def configurations(draw: st.DrawFn, *, years_in_columns: bool = False) -> dict[str, Any]:
    """A configuration that reads ``table.csv``."""
    data: dict[str, Any] = {"bad_cells": draw(st.sampled_from(("error", "gap")))}
    if years_in_columns or draw(st.booleans()):
        data["tables"] = {"prices": {"file": "table.csv", "years_in_columns": years_in_columns}}
    else:
        data["etm"] = "table.csv"
    if draw(st.booleans()):
        data |= {"base_year": 2015, "target_year": 2021}
    config: dict[str, Any] = {
        "data": data,
        "region": {
            "name": "EU",
            "members": draw(st.sampled_from(("EU27", "all", ["Austria", "France"], "OECD"))),
        },
    }
    if draw(st.booleans()):
        config["countries"] = draw(
            st.sampled_from(({"AT": "Austria", "FR": "France"}, {"AT": "Our country"}, {"XX": "X"}))
        )
    if draw(st.integers(0, 3)) == 0:
        config["places"] = {"drop": ["Great Britain", "World"], "rename": {"Turkey": "Türkiye"}}
    return config
