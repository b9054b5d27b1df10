"""Rows of a long table that are already the total of others."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.data.categories.aggregate_names import is_total
from factbook.data.dataset import DataSet
from tests.data.conftest import Load

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}


def _rows(*rows: tuple[str, str, float], metric: str = "Demand", unit: str = "TWh") -> str:
    return "".join(f"{country},{sector},2020,{v},{metric},{unit}\n" for country, sector, v in rows)


@pytest.mark.parametrize("name", ["Total", "TOTAL", " all ", "Sum", "overall", "All products", "-"])
def test_total_beside_its_parts_is_no_category(load: Load, name: str) -> None:
    """Coal 80, gas 40 and their total 120 are 120, not 240: the total has one name."""
    rows = _rows(("France", name, 120), ("France", "Coal", 80), ("France", "Gas", 40))
    dataset, warnings = load({"etm.csv": HEADER + rows}, **ETM)
    table = dataset.tables["ETM"]
    assert table.subjects("Demand") == ("Coal", "Gas")
    assert _value(dataset, "FR", "-") == 120
    composition = table.composition("Demand", "TWh")
    assert (composition.total, composition.summands) == ("-", ("Coal", "Gas"))
    assert composition.addends(["Coal", "Gas", "-"]) == ("-",)
    assert table.adds_up("Demand", "TWh")
    assert warnings == ()


def test_total_alone_stays(load: Load) -> None:
    """A property whose only category is the total keeps it; so does one in another unit."""
    rows = _rows(("France", "Total", 120)) + _rows(("France", "Gas", 4), metric="Use", unit="PJ")
    dataset, warnings = load({"etm.csv": HEADER + rows}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Demand", "Total", "TWh")
    assert series is not None
    assert series.points["2020"].value == 120
    assert dataset.cleanings == ()
    assert warnings == ()


def test_total_of_what_cannot_be_added_stays(load: Load) -> None:
    """The average price is no sum of prices, and nothing ever adds it to them."""
    rows = _rows(("France", "Total", 90), ("France", "Gas", 100), metric="Price", unit="EUR/MWh")
    dataset, _ = load({"etm.csv": HEADER + rows}, **ETM)
    assert dataset.tables["ETM"].subjects("Price") == ("Gas", "Total")


def test_total_that_differs_from_its_parts_is_a_conflict(load: Load) -> None:
    """Half a per cent is let pass; what differs is told with the figures, and has no total."""
    rows = _rows(
        ("France", "Total", 120.5), ("France", "Coal", 80), ("France", "Gas", 40),
        ("Spain", "Total", 150), ("Spain", "Coal", 80), ("Spain", "Gas", 40),
        ("Italy", "Total", 0), ("Italy", "Coal", 1),
    )  # fmt: skip
    dataset, _ = load({"etm.csv": HEADER + rows}, **ETM)
    table = dataset.tables["ETM"]
    [conflict] = table.composition("Demand", "TWh").conflicts
    assert (conflict.subject, set(conflict.parts), conflict.misfits) == (
        "Total",
        {"Coal", "Gas"},
        2,
    )
    assert [(one.place, one.period, one.value, one.total) for one in conflict.examples] == [
        ("ES", "2020", 150, 120), ("IT", "2020", 0, 1),
    ]  # fmt: skip
    assert not table.adds_up("Demand", "TWh")


def test_total_without_any_part_is_the_total_of_its_place(load: Load) -> None:
    """A country that has the total alone keeps it, as the total and not as a category."""
    rows = _rows(("France", "Total", 80), ("France", "Coal", 80), ("Malta", "Total", 5))
    dataset, warnings = load({"etm.csv": HEADER + rows}, **ETM)
    table = dataset.tables["ETM"]
    assert warnings == ()
    assert table.subjects("Demand") == ("Coal",)
    assert table.categories("Demand", "TWh") == ("Coal", "-")
    assert _value(dataset, "MT", "-") == 5
    assert _value(dataset, "FR", "-") == 80


def test_year_that_has_only_a_total_keeps_it(load: Load) -> None:
    """Totals of all years are one series, whatever stands beside them."""
    text = HEADER + "".join(
        f"Austria,{sector},{year},{value},Demand,TWh\n"
        for sector, year, value in (("Total", 2018, 19), ("Total", 2020, 20), ("Gas", 2020, 20))
    )
    dataset, _ = load({"etm.csv": text}, **ETM)
    series = dataset.tables["ETM"].series("AT", "Demand", "-", "TWh")
    assert series is not None
    assert {period: point.value for period, point in series.points.items()} == {
        "2018": 19,
        "2020": 20,
    }


def test_own_total_of_the_region_is_kept_beside_its_parts(load: Load) -> None:
    """It is held against what its members have: their categories, and totals where alone."""
    rows = _rows(
        ("EU27", "Total", 100), ("EU27", "Coal", 60), ("Austria", "Coal", 60),
        ("Austria", "Gas", 20), ("Malta", "Total", 15),
    )  # fmt: skip
    region = {"members": ["Austria", "Malta"], "row": "EU27"}
    dataset, (warning,) = load({"etm.csv": HEADER + rows}, **ETM, region=region)
    assert _value(dataset, "EU", "-") == 100
    assert _value(dataset, "EU", "Coal") == 60
    assert warning.code == "data.region-sum"
    assert "the most in Demand Total TWh 2020: 100 against 95" in warning.message
    rows += _rows(("EU27", "Gas", 20))
    _, (first, _) = load({"etm.csv": HEADER + rows}, **ETM, region=region)
    assert first.code == "data.total-sum"
    assert "EU27 Demand Total 2020 (row 2) is 100 and their sum 80" in first.message
    assert first.remedy.startswith("The region's own total is used")


def test_two_totals_of_one_figure_count_once(load: Load) -> None:
    """A total under two names counts once; if they differ, the first is used, with a warning."""
    rows = _rows(("France", "Coal", 80), ("Malta", "Total", 5), ("Malta", "Gesamt", 5))
    dataset, warnings = load({"etm.csv": HEADER + rows}, **ETM)
    assert (_value(dataset, "MT", "-"), warnings) == (5, ())
    dataset, (warning,) = load({"etm.csv": HEADER + rows.replace("Gesamt,2020,5", "Sum,2020,6")},
                               **ETM)  # fmt: skip
    assert _value(dataset, "MT", "-") == 5
    assert warning.code == "data.two-totals"
    assert "(row 3) is 5 and Malta Demand Sum 2020 (row 4) 6" in warning.message


@pytest.mark.parametrize(
    ("name", "metric", "expected"),
    [
        ("Gesamt", "", True), ("Insgesamt", "", True), ("Summe", "", True), ("Totaal", "", True),
        ("Totale", "", True), ("Ensemble", "", True), ("Totals", "", True),
        ("Total generation", "Generation", True),
        ("Generation, total", "Electricity generation", True),
        ("Total generation", "Generation (net)", True),
        ("Total gas", "Generation", False), ("Total oil", "Oil and gas production", False),
        ("Total generation", "", False), ("Fossil", "Fossil", False), ("", "Demand", False),
        ("All hospitals", "Hospitals", True), ("All gas", "Generation", False),
    ],
)  # fmt: skip
def test_names_of_totals(name: str, metric: str, expected: bool) -> None:
    """Totals have names in several languages, or that of their property."""
    assert is_total(name, metric) == expected


def test_dropped_categories_are_left_out(load: Load) -> None:
    """In every table, by any spelling; what the data have not is a warning with the nearest."""
    rows = _rows(("France", "Fossil", 120), ("France", "Coal", 80), ("France", "Gas", 40))
    config = {**ETM, "categories": {"drop": ["fossil", "Gass"]}}
    dataset, (warning,) = load({"etm.csv": HEADER + rows}, **config)
    assert dataset.tables["ETM"].subjects("Demand") == ("Coal", "Gas")
    [cleaning] = dataset.cleanings
    assert (cleaning.kind, cleaning.count) == ("dropped-categories", 1)
    assert cleaning.sentence.endswith("for categories that are dropped, left out: Fossil")
    assert (warning.code, warning.remedy) == ("data.unused-correction", "Did you mean 'Gas'?")


def test_categories_that_are_zero_where_absent_are_those_of_the_data(load: Load) -> None:
    """By any spelling; what the data have not is a warning with the nearest."""
    rows = _rows(("France", "Coal", 80), ("France", "Gas", 40))
    config = {**ETM, "categories": {"zero_if_absent": ["coal", "Gass"]}}
    dataset, (warning,) = load({"etm.csv": HEADER + rows}, **config)
    assert dataset.tables["ETM"].composition("Demand", "TWh").zeros == {"Coal"}
    assert (
        warning.message
        == "[categories] zero_if_absent has 'Gass', which does not occur in the data"
    )
    assert warning.remedy == "Did you mean 'Gas'?"


def test_group_of_the_project_says_what_a_category_holds(load: Load) -> None:
    """A group called as a category, or a code list, is its parts: whatever else it holds."""
    rows = _rows(("France", "Burnt", 125), ("France", "Coal", 80), ("France", "Gas", 40),
                 ("France", "Wind", 10))  # fmt: skip
    sectors = {
        "Burnt": "Burnt",
        "Coal": {"label": "Coal", "parent": "Burnt"},
        "Gas": {"label": "Gas", "parent": "Burnt"},
    }
    configs: list[dict[str, Any]] = [
        {"groups": {"burnt": ["Coal", "Gas"]}}, {"labels": {"SECTOR": sectors}},
    ]  # fmt: skip
    for config in configs:
        dataset, _ = load({"etm.csv": HEADER + rows}, **ETM, **config)
        found = dataset.tables["ETM"].composition("Demand", "TWh")
        assert set(found.parts("Burnt")) == {"Coal", "Gas"}
        assert set(found.addends(["Burnt", "Coal", "Gas", "Wind"])) == {"Burnt", "Wind"}
    dataset, _ = load({"etm.csv": HEADER + rows}, **ETM)
    assert dataset.tables["ETM"].composition("Demand", "TWh").parts("Burnt") == ()


@pytest.mark.parametrize("name", ["Total", "All demand", "total demand"])
def test_group_says_what_a_total_holds(load: Load, name: str) -> None:
    """The remedy for a total that is more than its parts: it is told, and nothing added to it."""
    rows = _rows(("France", name, 125), ("France", "Coal", 80), ("France", "Gas", 40))
    dataset, _ = load({"etm.csv": HEADER + rows}, **ETM)
    [conflict] = dataset.tables["ETM"].composition("Demand", "TWh").conflicts
    assert f'[groups] "{name}" = ["…"]' in conflict.finding("Demand").remedy
    dataset, _ = load({"etm.csv": HEADER + rows}, **ETM, groups={name: ["Coal", "Gas"]})
    assert _value(dataset, "FR", "-") == 125
    found = dataset.tables["ETM"].composition("Demand", "TWh")
    assert (found.conflicts, found.addends(["-", "Coal"])) == ((), ("-",))


def _mix(name: str, factor: float = 1) -> str:
    """Coal, gas, wind and what may be their total, in two countries and years."""
    return HEADER + "".join(
        f"{country},{sector},{year},{value},Generation,TWh\n"
        for number, (country, year) in enumerate(
            (country, year) for country in ("Austria", "France") for year in (2020, 2021)
        )
        for sector, value in (
            ("Coal", 5), ("Gas", 7 + number), ("Wind", 8), (name, (20 + number) * factor)
        )
    )  # fmt: skip


def test_total_is_recognised_by_its_values(load: Load) -> None:
    """The sum of the others in every place and year is their total, and that is reported."""
    dataset, warnings = load({"etm.csv": _mix("Everything", 1.004)}, **ETM)
    table = dataset.tables["ETM"]
    assert table.subjects("Generation") == ("Coal", "Gas", "Wind")
    assert table.totals == {"everything"}
    [cleaning] = dataset.cleanings
    assert cleaning.sentence == (
        "'Everything' of Generation (TWh) in ETM is the sum of Coal, Gas, Wind wherever it stands "
        "beside them: 4 rows read as their total"
    )
    assert (cleaning.kind, cleaning.count, warnings) == ("totals", 4, ())


def test_category_that_once_differs_is_no_total(load: Load) -> None:
    """One place and year in which it is another figure is enough."""
    text = _mix("Everything").replace("Everything,2021,23", "Everything,2021,22")
    dataset, _ = load({"etm.csv": text}, **ETM)
    assert "Everything" in dataset.tables["ETM"].subjects("Generation")


@pytest.mark.parametrize(("years", "is_told"), [((2020, 2021), False), ((2020, 2021, 2022), True)])
def test_total_of_two_parts_is_recognised_in_three_figures(
    load: Load, years: tuple[int, ...], is_told: bool
) -> None:
    """Twice 2 + 3 = 5 may be chance."""
    text = HEADER + "".join(
        f"Austria,{sector},{year},{value},Demand,TWh\n"
        for year in years
        for sector, value in (("Coal", 2), ("Gas", 3), ("Everything", 5))
    )
    dataset, _ = load({"etm.csv": text}, **ETM)
    assert ("Everything" not in dataset.tables["ETM"].subjects("Demand")) == is_told


def test_balance_is_no_total(load: Load) -> None:
    """Production is consumption and exports in every row, and none of it is left out."""
    text = _mix("Production").replace("Coal", "Exports")
    dataset, _ = load({"etm.csv": text}, **ETM)
    table = dataset.tables["ETM"]
    assert "Production" in table.subjects("Generation")
    [balance] = table.composition("Generation", "TWh").balances
    assert (balance.subject, set(balance.parts)) == ("Production", {"Exports", "Gas", "Wind"})
    assert not table.adds_up("Generation", "TWh")


def test_equal_categories_are_no_totals_of_each_other(load: Load) -> None:
    """A sum of one part alone is a coincidence, and zeros tell nothing."""
    text = HEADER + "".join(
        f"Austria,{sector},{year},{value},Demand,TWh\n"
        for year in range(2010, 2020)
        for sector, value in (("Coal", 5), ("Gas", 5), ("Oil", 0))
    )
    dataset, _ = load({"etm.csv": text}, **ETM)
    assert dataset.tables["ETM"].subjects("Demand") == ("Coal", "Gas", "Oil")


def _value(dataset: DataSet, place: str, subject: str) -> float | None:
    series = dataset.tables["ETM"].series(place, "Demand", subject, "TWh")
    return series.points["2020"].value if series else None


@pytest.mark.parametrize(
    ("own", "unit", "config", "is_told"),
    [
        (9.0, "TWh", {}, True), (17.0, "TWh", {}, False),
        (31.0, "index", {"over_places": "mean weighted by People"}, True),
        (11.0, "index", {"over_places": "mean weighted by People"}, False),
    ],
)  # fmt: skip
def test_own_row_outside_of_what_its_members_allow_is_told(
    load: Load, own: float, unit: str, config: dict[str, str], is_told: bool
) -> None:
    """A sum is no less than its largest member; a mean lies between members."""
    rows = _rows(("EU", "Gas", own), ("Austria", "Gas", 12), ("France", "Gas", 5), unit=unit)
    rows += _rows(("Austria", "-", 9), ("France", "-", 65), metric="People", unit="million persons")
    measures = {"measures": {"Demand": config}} if config else {}
    _, warnings = load(
        {"etm.csv": HEADER + rows}, **ETM, **measures, region={"members": ["Austria", "France"]}
    )
    told = [one.message for one in warnings if one.code == "data.region-range"]
    assert bool(told) == is_told
    if told:
        assert f"Demand Gas {unit} 2020 is {own:g}, and its members have 5 to 12" in told[0]
