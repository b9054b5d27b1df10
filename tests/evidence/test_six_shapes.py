"""Aggregate rows beside parts in six shapes, long and wide, with a gap, rounded: never added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from factbook.sheet.models import PromptSheet
from tests.evidence.conftest import Ask, Asked, chart, pick

PLACES = {"AT": "Austria", "FR": "France", "DE": "Germany"}
YEARS = range(2014, 2022)
FUELS = ("Coal", "Gas", "Nuclear", "Wind", "Solar")
Cells = dict[tuple[str, str, int], float]
"""Place, category and year → figure."""


@dataclass(frozen=True)
class Shape:
    """Rows that are sums of others.

    Attributes:
        sums: Category → its parts.
        names: Leaf → what the table calls it.
        unnamed: What each sum has beyond its parts, to the parts: values alone tell nothing then.
        places: Places that are sums of all others.
        config: What the project says of it.
    """

    sums: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    unnamed: float = 0.0
    places: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)


CODES = {"B10": "Coal", "B20": "Gas", "B30": "Nuclear", "W10": "Wind", "W20": "Solar"}
SHAPES: Mapping[str, Shape] = {
    "total by name": Shape({"Total": FUELS}),
    "thermal plants by value": Shape({"Thermal plants": ("Coal", "Gas", "Nuclear")}),
    "hierarchy of names": Shape(
        {"Power": FUELS, "Power|Boilers": ("Coal", "Gas"), "Power|Weather": ("Wind", "Solar")},
        {"Coal": "Power|Boilers|Coal", "Gas": "Power|Boilers|Gas", "Nuclear": "Power|Nuclear",
         "Wind": "Power|Weather|Wind", "Solar": "Power|Weather|Solar"},
        unnamed=0.07,
    ),
    "code list with parents": Shape(
        {"B00": ("Coal", "Gas", "Nuclear"), "W00": ("Wind", "Solar"), "X": FUELS},
        {fuel: code for code, fuel in CODES.items()},
        unnamed=0.07,
        config={"labels": {"SECTOR": {
            "X": "All plants",
            "B00": {"label": "Boilers", "parent": "X"},
            "W00": {"label": "Weather", "parent": "X"},
            **{code: {"label": fuel, "parent": f"{code[0]}00"} for code, fuel in CODES.items()},
        }}},
    ),
    "two breakdowns of one total": Shape({"Total": FUELS, "North": FUELS, "South": FUELS}),
    "aggregates among places": Shape(places=("World", "OECD Europe")),
}  # fmt: skip


def _leaves() -> Cells:
    random = np.random.default_rng(23)
    size = {place: factor for place, factor in zip(PLACES.values(), (40, 300, 500), strict=True)}
    return {
        (place, fuel, year): size[place] * random.uniform(0.4, 1.6)
        for place in PLACES.values()
        for fuel in FUELS
        for year in YEARS
    }


def _table(shape: Shape) -> Cells:
    """The leaves and their sums; of two breakdowns the second has shares of its own."""
    leaves = _leaves()
    everyone = {
        (above, fuel, year): sum(leaves[place, fuel, year] for place in PLACES.values())
        for above in shape.places
        for fuel in FUELS
        for year in YEARS
    }
    random = np.random.default_rng(5)
    north = {(p, y): random.uniform(0.3, 0.6) for p in PLACES.values() for y in YEARS}
    share = {"North": lambda key: north[key], "South": lambda key: 1 - north[key]}
    sums = {
        (place, name, year): share.get(name, lambda _: 1.0)((place, year))
        * (1 + shape.unnamed)
        * sum(leaves[place, part, year] for part in parts)
        for name, parts in shape.sums.items()
        for place in PLACES.values()
        for year in YEARS
    }
    return {**leaves, **everyone, **sums}


def _asked(ask: Ask, cells: Cells, shape: Shape, form: str) -> Asked:
    """A project over the table, a row a figure or a column a year."""
    names, data = shape.names, {"file": "plants.csv", "unit": "TWh"}
    head = {"COUNTRY": "place", "SECTOR": "kind"}
    if form == "long":
        lines = ["place,kind,year,value"]
        lines += [f"{p},{names.get(k, k)},{y},{v:.10g}" for (p, k, y), v in cells.items()]
        source = {**data, "columns": {**head, "YEAR": "year", "VALUE": "value"}}
    else:
        lines = [",".join(["place,kind", *map(str, YEARS)])]
        for place, kind in dict.fromkeys((p, k) for p, k, _ in cells):
            row = [cells.get((place, kind, year)) for year in YEARS]
            shown = ("" if value is None else f"{value:.10g}" for value in row)
            lines.append(",".join([place, names.get(kind, kind), *shown]))
        source = {**data, "columns": head, "years_in_columns": True}
    return ask(
        chart(source="plants"),
        files={"plants.csv": "\n".join([*lines, ""])},
        source="plants",
        data={"tables": {"plants": source}},
        region={"members": list(PLACES.values())},
        **shape.config,
    )


def _told(asked: Asked) -> Iterable[str]:
    sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(asked.sub_task,))
    return [one.code for one in asked.builder.coverage_findings(sheet) if one.severity == "error"]


@pytest.mark.parametrize("dirt", ["clean", "a gap", "rounded", "a gap and rounded"])
@pytest.mark.parametrize("form", ["long", "wide"])
@pytest.mark.parametrize("name", SHAPES)
def test_no_figure_is_counted_twice(ask: Ask, name: str, form: str, dirt: str) -> None:
    """Each place's total is that of its leaves, in each year, and the region's that of its members.

    With a gap in France in one year there is this total, or none in that year.
    """
    shape = SHAPES[name]
    cells = _table(shape)
    if "rounded" in dirt:
        cells = {key: float(round(value)) for key, value in cells.items()}
    gap = ("France", 2018) if "gap" in dirt else None
    if gap:
        del cells["France", "Coal", 2018]
    asked = _asked(ask, cells, shape, form)
    assert not _told(asked)
    assert {place.name for place in asked.dataset.countries} == set(PLACES.values())
    leaves, room = _leaves(), 0.5 * (len(FUELS) + 1) if "rounded" in dirt else 1e-6
    of_all: dict[str, float] = {}
    for code, place in PLACES.items():
        totals = {
            fact.period: fact.value
            for fact in pick(asked.of(code), subject="Total", kind="value", place=place)
        }
        assert set(map(str, YEARS)) - set(totals) <= (
            {"2018"} if place == "France" and gap else set()
        )
        for year, value in totals.items():
            whole = sum(leaves[place, fuel, int(year)] for fuel in FUELS) * (1 + shape.unnamed)
            assert value == pytest.approx(whole, abs=room)
            of_all[year] = of_all.get(year, 0) + value
        for share in pick(asked.of(code), kind="share of category", place=place):
            assert 0 < share.value < 100
    region = pick(asked.of("EU"), subject="Total", kind="value", place="EU")
    assert {fact.period for fact in region} >= {"2014", "2021"}
    for fact in region:
        assert fact.value == pytest.approx(of_all[fact.period])
