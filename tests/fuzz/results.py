"""PLEXOS-like results: folders of exports of up to 24 columns, and what goes wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from tests.fuzz.tables import BAD_VALUES, GAPS, damaged, files, values
from tests.fuzz.values import misspelt, rarely, seldom, texts

FOLDER = "plexos"
HEADER = (
    "model_name", "parent_class_id", "parent_id", "parent_name", "collection_id",
    "collection_name", "category_id", "category_name", "category_rank", "child_id", "child_name",
    "property_id", "property_name", "band_id", "timeslice_name", "sample_name", "_date",
    "period_id", "value", "unit_id", "unit_name", "interval_id", "phase_id", "phase_name",
)  # fmt: skip
"""The columns of a real export."""

NODES = ("01_AT", "02_AT", "11_FR")
MODELS = ("Base", "High gas")

_NEEDED = ("collection_name", "category_name", "child_name", "property_name", "value", "unit_name")
_COLLECTIONS = ("Generator", "generator", "GENERATOR ", "Node", "Fuel", "")
_CATEGORIES = ("Wind", "wind", "Solar", "-", "", "Total")
_CHILDREN = ("", "Wind", "01_AT", "01_AT Wind", "01_at_Wind", "01", "1_AT", "99_XX Wind", "AT new")
_METRICS = (("Generation", "GWh"), ("Installed Capacity", "MW"), ("Price", "€/MWh"), ("Cost", ""))
_YEARS = ("2019", "2020", "2021")
_DATES = (
    "2020-12-31", "12/31/2020 12:00:00 AM", "31/12/2020", "1/1/2020", "2/3/2020", "2020-13-01",
    "2020-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "2020", "2020-06-15 12:00", "next",
    "٢٠٢٠-01-01",
)  # fmt: skip
_NUMBERS = ("1", "2", "1.0", "12", "13", "8760", "0", "-1", "999999", "1000000", "x", "", "١")
_NO_UTF8 = ("\udce9",) if sys.platform == "linux" else ()
"""A byte that other systems don't allow in a name."""

_FOLDERS = (
    "year", "Year", "month", "Monthly", "hour", "interval", "Base", "2019", "results 2021",
    "2019_2020", "v2", ".hidden", "~tmp", "Süd (1)", "a,b", "a\nb", "[x] $y$", "con", "nan",
    "x" * 200, *_NO_UTF8,
)  # fmt: skip
_NAMES = (
    "year_2015.csv", "year_2021.csv", "Generator.csv", "Generator.CSV", "2020-2021.csv",
    "20210101.csv", "month.csv", "Y2020_2020.csv", "notes.csv", ".2020.csv", "a;b 2020.csv",
    "2020.csv.csv", "read me.txt", "é2020.csv", *(f"{name}2020.csv" for name in _NO_UTF8),
)  # fmt: skip

Result = dict[str, str]
"""A row of results by column name."""


@st.composite
def folders(draw: st.DrawFn) -> dict[str, bytes]:
    """Files of results by path: as a model exports them, or with faults and under odd names."""
    made: dict[str, bytes] = {}
    is_right = draw(st.booleans())
    is_odd = draw(seldom)
    for year in draw(st.sampled_from((("2020",), ("2015", "2021"), _YEARS))):
        path = draw(_odd_paths if is_odd else _paths(year))
        made[f"{FOLDER}/{path}"] = draw(_exports(year, is_right=is_right))
    if draw(rarely):
        name = draw(st.sampled_from(sorted(made)))
        made[name] = draw(damaged(made[name]))
    return made


def _paths(year: str) -> st.SearchStrategy[str]:
    """A file's path under the folder, as exports have it."""
    deep = st.sampled_from(("year", "month", "Year", "interval")).map(
        lambda interval: f"{interval}/{MODELS[0]}/Generator {year}.csv"
    )
    return st.one_of(st.just(f"year_{year}.csv"), st.just(f"{year}/Generator.csv"), deep)


_odd_paths = st.tuples(
    st.lists(st.sampled_from(_FOLDERS), max_size=3), st.sampled_from(_NAMES)
).map(lambda parts: "/".join((*parts[0], parts[1])))


@st.composite
def _exports(draw: st.DrawFn, year: str, *, is_right: bool) -> bytes:
    """A file with all columns of an export, or with fewer."""
    made = draw(_rows(year, MODELS[: 1 + (not is_right and draw(rarely))]))
    faults = (0,) if is_right else (1, 1, 2, 4)
    for _ in range(draw(st.sampled_from(faults))):
        draw(st.sampled_from(_FAULTS))(draw, made)
    others = [name for name in HEADER if name not in _NEEDED]
    columns = list(HEADER)
    if draw(st.booleans()):
        further = draw(st.sets(st.sampled_from(others)))
        columns = [name for name in HEADER if name in _NEEDED or name in further]
    header = list(columns)
    if not is_right and draw(rarely):
        at = draw(st.integers(0, len(header) - 1))
        header[at] = draw(st.one_of(misspelt(header[at]), st.sampled_from(HEADER)))
    if not is_right and draw(rarely):
        columns.remove(draw(st.sampled_from(columns)))
    return draw(files([header, *([row[name] for name in columns] for row in made)]))


@st.composite
def _rows(draw: st.DrawFn, year: str, models: Sequence[str]) -> list[Result]:
    """The rows of a year or of its months, with a category's total beside its parts at times."""
    periods = draw(_periods(year))
    categories = draw(st.sampled_from((("Wind",), ("Wind", "Solar"))))
    children = [f"{node} {category}" for category in categories for node in NODES]
    kinds = [
        *(("Generator", child.split()[1], child) for child in children),
        *(("Generator", category, "") for category in categories if draw(st.booleans())),
        *(("Node", "-", node) for node in NODES if draw(seldom)),
    ]
    if len(periods) > 3:
        kinds = kinds[: draw(st.integers(1, 3))]
    return [
        _row(model, kind, draw(values), (metric, unit), period)
        for model in models
        for metric, unit in draw(st.lists(st.sampled_from(_METRICS), min_size=1, max_size=1))
        for kind in kinds
        for period in periods
    ]


@st.composite
def _periods(draw: st.DrawFn, year: str) -> list[tuple[str, str]]:
    """Pairs of ``_date`` and ``interval_id``: a year, some months, or all twelve."""
    way = draw(st.integers(0, 5))
    if way < 3:
        return [(draw(st.sampled_from((f"{year}-12-31", f"12/31/{year} 12:00:00 AM", ""))), "1")]
    months = range(1, draw(st.sampled_from((2, 12, 12))) + 1)
    dated = draw(st.sampled_from(("{}-{:02}-01", "{1}/1/{0} 12:00:00 AM", "")))
    return [(dated.format(year, month), str(month)) for month in months]


def _row(
    model: str,
    kind: tuple[str, str, str],
    value: str,
    property_of_unit: tuple[str, str],
    period: tuple[str, str],
) -> Result:
    collection, category, child = kind
    metric, unit = property_of_unit
    known = {
        "model_name": model,
        "parent_name": "System",
        "collection_name": collection,
        "category_name": category,
        "child_name": child,
        "property_name": metric,
        "timeslice_name": "All Periods",
        "sample_name": "Mean",
        "_date": period[0],
        "value": value,
        "unit_name": unit,
        "interval_id": period[1],
        "phase_name": "ST Schedule",
    }
    return {name: known.get(name, "1") for name in HEADER}


def _set(column: str, allowed: st.SearchStrategy[str]) -> Callable[..., None]:
    def change(draw: st.DrawFn, made: list[Result]) -> None:
        if made:
            draw(st.sampled_from(made))[column] = draw(allowed)

    return change


def _set_all(column: str, allowed: st.SearchStrategy[str]) -> Callable[..., None]:
    def change(draw: st.DrawFn, made: list[Result]) -> None:
        new = draw(allowed)
        for row in made:
            row[column] = new

    return change


def _repeat(draw: st.DrawFn, made: list[Result]) -> None:
    if made:
        made.insert(draw(st.integers(0, len(made))), dict(draw(st.sampled_from(made))))


def _repeat_all(draw: st.DrawFn, made: list[Result]) -> None:
    changed = draw(st.sampled_from(("collection_name", "category_name", "band_id", "parent_name")))
    new = draw(st.sampled_from(("generator", "wind", "2", "")))
    made += [{**row, changed: new} for row in made]


def _delete_all(draw: st.DrawFn, made: list[Result]) -> None:
    del made[draw(st.integers(0, 1)) :]


_FAULTS: tuple[Callable[..., None], ...] = (
    _set("collection_name", st.one_of(st.sampled_from(_COLLECTIONS), texts)),
    _set("category_name", st.one_of(st.sampled_from(_CATEGORIES), texts)),
    _set("child_name", st.one_of(st.sampled_from(_CHILDREN), texts)),
    _set_all("child_name", st.sampled_from(_CHILDREN)),
    _set("property_name", texts),
    _set("unit_name", st.one_of(st.sampled_from(("MWh", "%", "")), texts)),
    _set("value", st.sampled_from(GAPS)),
    _set("value", st.one_of(st.sampled_from(BAD_VALUES), texts)),
    _set_all("value", st.sampled_from(("", "0", "1e308"))),
    _set("model_name", st.one_of(st.sampled_from(("base", "", "Base ")), texts)),
    _set("_date", st.one_of(st.sampled_from(_DATES), texts)),
    _set_all("_date", st.sampled_from(_DATES)),
    _set("interval_id", st.one_of(st.sampled_from(_NUMBERS), texts)),
    _set_all("interval_id", st.sampled_from(_NUMBERS)),
    _set("band_id", st.sampled_from(("2", ""))),
    _repeat,
    _repeat_all,
    _delete_all,
)
