"""Sex × age, each member read: whatever totals are published, nobody is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

import numpy as np
import pytest

from factbook.sheet.models import PromptSheet
from tests.evidence.conftest import Ask, Asked, chart, one, pick

PLACES = {"AT": "Austria", "FR": "France", "IT": "Italy"}
YEARS = range(2016, 2022)
SEXES, AGES = ("F", "M"), ("0-14", "15-64", "65+")
Key = tuple[str, str]
Table = dict[tuple[str, int], dict[Key, float]]

SHAPES: Mapping[str, Callable[[bool, bool], bool]] = {
    "all": lambda sex, age: True,
    "cells alone": lambda sex, age: sex and age,
    "a total of sex": lambda sex, age: age,
    "a total of age": lambda sex, age: sex,
    "margins and the total": lambda sex, age: not (sex and age),
    "margins alone": lambda sex, age: sex != age,
    "all but the total": lambda sex, age: sex or age,
    "cells and the total": lambda sex, age: sex == age,
}
"""Which combinations are published: of members (True) and totals of sex and age."""

ROUNDINGS: Mapping[str, Callable[[float], float]] = {
    "exact": lambda value: round(value, 4),
    "to tens": lambda value: round(value, -1),
    "two digits": lambda value: float(f"{value:.2g}"),
}


def _table(shape: str, rounding: str) -> Table:
    """Place and year → sex and age → figure, each rounded by itself."""
    random = np.random.default_rng(11)
    found: Table = {}
    for place, size in zip(PLACES.values(), (180, 1400, 950), strict=True):
        for year in YEARS:
            cells = {
                (sex, age): size * part * random.uniform(0.9, 1.1)
                for sex in SEXES
                for age, part in zip(AGES, (0.08, 0.31, 0.11), strict=True)
            }
            found[place, year] = {
                (sex, age): ROUNDINGS[rounding](
                    sum(v for (s, a), v in cells.items() if sex in (s, "T") and age in (a, "TOTAL"))
                )
                for sex, age in product((*SEXES, "T"), (*AGES, "TOTAL"))
                if SHAPES[shape](sex != "T", age != "TOTAL")
            }
    return found


def _asked(ask: Ask, table: Table, sex: str = "dimension") -> Asked:
    """A project over the table, whose sexes are a dimension, the categories, or these alone."""
    rows = [
        f"{place},{s},{a},{year},{value}"
        for (place, year), cells in table.items()
        for (s, a), value in cells.items()
    ]
    columns = {"COUNTRY": "geo", "YEAR": "year", "VALUE": "value"}
    dimensions = {"sex": {"each": True}, "age": {"each": True}}
    if sex in ("category", "alone"):
        columns["SECTOR"] = "sex"
        del dimensions["sex"]
    if sex == "alone":
        del dimensions["age"]
    source = {"file": "people.csv", "unit": "thousand persons", "columns": columns}
    return ask(
        chart(source="people"),
        files={"people.csv": "\n".join(["geo,sex,age,year,value", *rows, ""])},
        source="people",
        data={"tables": {"people": {**source, "dimensions": dimensions}}},
        region={"members": list(PLACES.values())},
    )


def _findings(asked: Asked) -> list[str]:
    sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(asked.sub_task,))
    return [found.code for found in asked.builder.coverage_findings(sheet)]


def _totals(cells: Mapping[Key, float]) -> Iterator[float]:
    """What may be told as the total: the table's own, else sums over one of the breakdowns."""
    if ("T", "TOTAL") in cells:
        yield cells["T", "TOTAL"]
        return
    for members, at in ((SEXES, 0), (AGES, 1)):
        under = [
            [k for k in cells if k[at] == m and k[1 - at] not in ("T", "TOTAL")] for m in members
        ]
        margins = [(m, "TOTAL") if at == 0 else ("T", m) for m in members]
        choices = [
            [
                *([cells[margin]] if margin in cells else []),
                *([sum(cells[key] for key in keys)] if keys else []),
            ]
            for margin, keys in zip(margins, under, strict=True)
        ]
        yield from map(sum, product(*choices))


@pytest.mark.parametrize("sex", ["dimension", "category"])
@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_nobody_is_counted_twice(ask: Ask, shape: str, rounding: str, sex: str) -> None:
    """Each place's total is the published one or a sum over one breakdown; so is the region's."""
    table = _table(shape, rounding)
    asked = _asked(ask, table, sex)
    assert _findings(asked) == []
    told = {}
    for code, place in PLACES.items():
        evidence = asked.of(code)
        fact = one(evidence, subject="Total", kind="value", period="2021", place=place)
        allowed = list(_totals(table[place, 2021]))
        assert any(fact.value == pytest.approx(value) for value in allowed), (fact.value, allowed)
        told[place] = fact.value
        for share in pick(evidence, kind="share of category", period="2021", place=place):
            assert 0 < share.value < 100
    region = one(asked.of("EU"), subject="Total", kind="value", period="2021", place="EU")
    assert region.value == pytest.approx(sum(told.values()))


@pytest.mark.parametrize("whole", ["T", "Both sexes"])
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_sexes_alone_have_their_whole(ask: Ask, whole: str, rounding: str) -> None:
    """As the categories of a table, with their total by a name that only breakdowns have."""
    table = _table("all", rounding)
    people = {
        place_year: {
            (whole if s == "T" else s, a): v for (s, a), v in cells.items() if a == "TOTAL"
        }
        for place_year, cells in table.items()
    }
    asked = _asked(ask, people, "alone")
    assert _findings(asked) == []
    for code, place in PLACES.items():
        fact = one(asked.of(code), subject="Total", kind="value", period="2021", place=place)
        assert fact.value == table[place, 2021]["T", "TOTAL"]
    sectors = {"T": "Transport", "F": "Farms", "M": "Mines", "A": "Arts"}
    rows = [
        f"{place},{name},2021,{value}"
        for place in PLACES.values()
        for name, value in zip(sectors, (5, 6, 7, 8), strict=True)
    ]
    source = {"file": "s.csv", "unit": "TWh", "columns": {"COUNTRY": "geo", "YEAR": "year",
              "VALUE": "value", "SECTOR": "kind"}}  # fmt: skip
    asked = ask(chart(source="s"), files={"s.csv": "\n".join(["geo,kind,year,value", *rows, ""])},
                source="s", data={"tables": {"s": source}})  # fmt: skip
    assert one(asked.of("AT"), subject="Total", kind="value", place="Austria").value == 26


def test_members_are_parts_of_margins_and_the_total(ask: Ask) -> None:
    """Girls are a part of F and of 0-14, and "F, 0-14" not the sum of both as its name says."""
    asked = _asked(ask, _table("all", "to tens"))
    found = asked.dataset.tables["people"].composition("people", "thousand persons")
    cells = {f"{sex}, {age}" for sex, age in product(SEXES, AGES)}
    assert set(found.summands) == cells
    assert found.total == "-"
    assert set(found.parts("F")) == {"F, 0-14", "F, 15-64", "F, 65+"}
    assert found.parts("F, 0-14") == ()
    assert found.addends(["F", "M", "0-14", "15-64", "65+"]) == ("F", "M")
    assert found.addends(["F", "0-14", "15-64", "65+"]) == ("0-14", "15-64", "65+")
    assert found.addends(["F, 0-14", "F, 15-64", "F, 65+", "M"]) == (
        "F, 0-14", "F, 15-64", "F, 65+", "M",
    )  # fmt: skip


def test_breakdowns_of_different_totals_are_an_error(ask: Ask) -> None:
    """Without the total nobody knows which is right; the error has keys, rows and the setting."""
    table = _table("margins alone", "exact")
    for cells in table.values():
        del cells["T", "65+"]
    asked = _asked(ask, table)
    sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(asked.sub_task,))
    [finding] = asked.builder.coverage_findings(sheet)
    assert (finding.severity, finding.code) == ("error", "data.overlap")
    assert "'F + M' of people (thousand persons)" in finding.message
    assert "differs in 18 of 18 places and periods" in finding.message
    assert finding.remedy.startswith("Read one member of a dimension instead of each: default")
    assert not pick(asked.of("AT"), subject="Total")


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_members_that_overlap_are_an_error(ask: Ask, rounding: str) -> None:
    """15-24 beside 15-64, of which it is a part: their sum is more than the total."""
    table = _table("margins and the total", rounding)
    for cells in table.values():
        cells["T", "15-24"] = cells["T", "15-64"] // 5
    asked = _asked(ask, table)
    assert _findings(asked) == ["data.overlap"]
    assert not pick(asked.of("AT"), subject="Total")


def test_member_that_holds_others_of_its_dimension_is_found_by_value(ask: Ask) -> None:
    """15+ is 15-64 and 65+, of both sexes and of each."""
    table = _table("all", "exact")
    for cells in table.values():
        for sex in (*SEXES, "T"):
            cells[sex, "15+"] = round(cells[sex, "15-64"] + cells[sex, "65+"], 4)
    asked = _asked(ask, table)
    assert _findings(asked) == []
    found = asked.dataset.tables["people"].composition("people", "thousand persons")
    assert len(found.summands) == 6
    assert found.leaves("F, 15+") == {"F, 15-64", "F, 65+"}


def test_cell_that_a_place_lacks_leaves_it_without_a_total(ask: Ask) -> None:
    """Whoever sums up cells says no total without girls; margins do without them."""
    table = _table("cells alone", "exact")
    for year in YEARS:
        del table["France", year]["F", "0-14"]
    asked = _asked(ask, table)
    evidence = asked.of("FR")
    assert not pick(evidence, subject="Total", kind="value", place="France")
    assert "F, 0-14" in {name for gap in evidence.gaps for name in gap.members}
    assert pick(asked.of("AT"), subject="Total", kind="value", place="Austria")
    table = _table("all but the total", "exact")
    for year in YEARS:
        del table["France", year]["F", "0-14"]
    fact = one(_asked(ask, table).of("FR"), subject="Total", kind="value", period="2021",
               place="France")  # fmt: skip
    assert fact.value == pytest.approx(table["France", 2021]["F", "TOTAL"]
                                       + table["France", 2021]["M", "TOTAL"])  # fmt: skip


def test_figures_made_inexact_keep_their_own_totals(ask: Ask) -> None:
    """Offices add small chances to census figures: parts are now more than the whole, now less."""
    random = np.random.default_rng(2)
    table = _table("all", "exact")
    for cells in table.values():
        for key in cells:
            cells[key] = round(cells[key] * random.uniform(0.985, 1.015), 1)
    asked = _asked(ask, table)
    assert _findings(asked) == []
    fact = one(asked.of("IT"), subject="Total", kind="value", period="2021", place="Italy")
    assert fact.value == table["Italy", 2021]["T", "TOTAL"]
