import os
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from factbook.data.dataset import DataSet
from factbook.data.periods.period_calendar import Frequency
from factbook.data.series import Series
from tests.data.conftest import Load, Refuse

SHORT = "collection_name,category_name,child_name,property_name,value,unit_name,interval_id\n"
FULL = (
    "model_name,parent_class_id,parent_id,parent_name,collection_id,collection_name,category_id,"
    "category_name,category_rank,child_id,child_name,property_id,property_name,band_id,"
    "timeslice_name,sample_name,_date,period_id,value,unit_id,unit_name,interval_id,phase_id,"
    "phase_name\n"
)
NODES = "Node,Country,Region\n101,AT,Wien\n102,AT,Linz\n201,DE,Berlin\n"
CONFIG = {"data": {"plexos": "p", "nodes": "n.csv"}}


def _full(
    child: str = "101_3", value: float = 1, category: str = "Gas", collection: str = "Generator",
    prop: str = "Generation", unit: str = "GWh", date: str = "12/31/2024 12:00:00 AM",
    interval: int = 1, model: str = "Base", parent: str = "System", collection_id: int = 1,
    band: int = 1, phase: str = "ST Schedule",
) -> str:  # fmt: skip
    return (
        f"{model},1,1,{parent},{collection_id},{collection},4,{category},1,2,{child},1,{prop},"
        f"{band},All Periods,Mean,{date},1,{value},2,{unit},{interval},4,{phase}\n"
    )


def _short(child: str = "101", value: float = 1, interval: int = 1, category: str = "Gas") -> str:
    return f"Generator,{category},{child},Generation,{value},GWh,{interval}\n"


def _gas(dataset: DataSet, place: str = "AT", frequency: Frequency = "year") -> Series | None:
    return dataset.tables["PLEXOS"].series(
        place, "Generation", "Gas", "GWh", "Generator", frequency
    )


def _values(series: Series | None) -> dict[str, float]:
    return {} if series is None else {period: p.value for period, p in series.points.items()}


def test_yearly_totals_equal_the_long_table(europe: DataSet) -> None:
    """Summed over nodes, GWh of PLEXOS are the TWh of the ETM table for every country and year."""
    etm, plexos = europe.tables["ETM"], europe.tables["PLEXOS"]
    compared = 0
    for country in europe.countries:
        for subject in etm.subjects("Electricity generation"):
            national = etm.series(country.code, "Electricity generation", subject, "TWh")
            summed = plexos.series(country.code, "Generation", subject, "GWh", "Generator")
            for year, value in _values(summed).items():
                assert national is not None
                assert value == pytest.approx(national.points[year].value * 1000, abs=1e-3)
                compared += 1
    assert compared == 136  # distinct country, category, year in the files


def test_country_is_the_sum_of_its_nodes(europe: DataSet) -> None:
    """Austria's hydro is the sum over three nodes; its sources are their rows."""
    plexos = europe.tables["PLEXOS"]
    key = ("AT", "Generation", "Hydro", "GWh", "Generator")
    total = plexos.series(*key)
    nodes = plexos.node_series(*key)
    assert total is not None
    assert list(nodes) == ["Linz-Wels", "Salzburg und Umgebung", "Wien"]
    assert total.points["2021"].value == 39690.0
    parts = [series.points["2021"] for series in nodes.values()]
    assert sum(part.value for part in parts) == pytest.approx(39690.0)
    assert {s.file for s in total.points["2021"].sources} == {"plexos_like/year_2021.csv"}
    rows = [row for source in total.points["2021"].sources for row in source.rows]
    assert sorted(row for part in parts for row in part.sources[0].rows) == rows
    assert len(rows) == 3


def test_collections_are_never_mixed(europe: DataSet) -> None:
    """Node repeats the sum of Generator: it is another collection, and its totals stay apart."""
    plexos = europe.tables["PLEXOS"]
    assert plexos.collections("Generation") == ("Generator", "Node")
    total = plexos.series("AT", "Generation", "-", "GWh", "Node")
    parts = [
        plexos.series("AT", "Generation", subject, "GWh", "Generator")
        for subject in plexos.subjects("Generation", "Generator")
    ]
    assert total is not None
    assert sum(_values(part).get("2021", 0) for part in parts) == pytest.approx(
        total.points["2021"].value
    )
    assert plexos.subjects("Generation", "Node") == ()
    assert plexos.series("AT", "Generation", "-", "GWh", "Generator") is None
    with pytest.raises(ValueError, match="several collections"):
        plexos.series("AT", "Generation", "Hydro", "GWh")


def test_country_of_a_node_is_that_of_the_split(europe: DataSet) -> None:
    """Node 96_IE lies in the United Kingdom, whatever its name suggests."""
    nodes = europe.tables["PLEXOS"].node_series("GB", "Generation", "Wind", "GWh", "Generator")
    assert "Dublin" in nodes
    assert "IE" not in europe.tables["PLEXOS"].places("Generation", "Wind", "GWh", "Generator")


def test_export_that_counts_three_times_gives_true_totals(load: Load) -> None:
    """Exact repeats, a category's total, the category as a child, and a second collection id."""
    plants = _full("101_3", 3) + _full("101_4", 4) + _full("102_1", 5)
    again = _full("101_3", 3, parent="A", collection_id=7) + _full("101_4", 4, collection_id=7)
    totals = _full("", 12, parent="") + _full("Gas", 12) + _full("GAS", 12)
    dataset, warnings = load(
        {"p/annual.csv": FULL + totals + plants + plants + again, "n.csv": NODES}, **CONFIG
    )
    series = _gas(dataset)
    assert _values(series) == {"2024": 12.0}
    assert series is not None
    assert series.points["2024"].sources[0].rows == (5, 6, 7)
    assert {c.kind: c.count for c in dataset.cleanings} == {"duplicates": 5, "totals": 3}
    assert not warnings


def test_category_total_counts_where_there_are_no_parts(load: Load) -> None:
    """Without children for a property and period, the category's total is the figure, once."""
    text = FULL + _full("", 12, parent="") + _full("Gas", 12) + _full("101_1", 3, "Wind")
    dataset, warnings = load({"p/annual.csv": text}, data={"plexos": "p"}, region={"name": "RTS"})
    assert _values(_gas(dataset, "RTS")) == {"2024": 12.0}
    assert dataset.countries == ()
    assert warnings == ()


@pytest.mark.parametrize("total", ["", "Gas"])
def test_category_total_that_differs_from_its_children_is_reported(load: Load, total: str) -> None:
    """An export that lacks a child has a total larger than the rest; the children are used."""
    text = FULL + _full("101_3", 3) + _full(total, 10) + _full("201_1", 4, "Wind")
    text += _full("", 4, "Wind") + _full("101_3", 3, prop="Price", unit="EUR/MWh")
    text += _full("", 9, prop="Price", unit="EUR/MWh")
    dataset, (warning,) = load({"p/annual.csv": text, "n.csv": NODES}, **CONFIG)
    assert _values(_gas(dataset)) == {"2024": 3.0}
    assert (warning.severity, warning.code, warning.cells) == (
        "warning", "data.total-sum", ("row 3",),
    )  # fmt: skip
    assert "Generator Gas Generation 2024 (row 3) is 10 and their sum 3" in warning.message


def test_totals_that_contradict_each_other_are_refused(refuse: Refuse) -> None:
    """Two totals of a category that differ are an error, as nothing tells which is right."""
    text = FULL + _full("", 12) + _full("Gas", 13)
    findings = refuse({"p/annual.csv": text}, data={"plexos": "p"})
    assert "data.two-values" in [finding.code for finding in findings]


@pytest.mark.parametrize(
    "other", [{"band": 2}, {"phase": "LT Plan"}, {"band": 2, "value": 7}, {"value": 2}]
)
def test_rows_that_may_not_be_added_are_refused(refuse: Refuse, other: dict[str, Any]) -> None:
    """Bands, phases and contradictions of one figure are neither added nor dropped."""
    findings = refuse({"p/annual.csv": FULL + _full() + _full(**other), "n.csv": NODES}, **CONFIG)
    (finding,) = findings
    assert finding.code == "data.two-values"
    assert finding.cells == ("row 2", "row 3")


def test_models_are_filtered_or_named(load: Load, refuse: Refuse) -> None:
    """Several models need plexos_model; one that is not there is refused with the nearest."""
    files = {"p/a.csv": FULL + _full() + _full(model="High", value=5), "n.csv": NODES}
    (finding,) = refuse(files, **CONFIG)
    assert "'Base', 'High'" in finding.message
    (finding,) = refuse(files, data={**CONFIG["data"], "plexos_model": "Hihg"})
    assert "'High'" in finding.remedy
    dataset, _ = load(files, data={**CONFIG["data"], "plexos_model": "high"})
    assert _values(_gas(dataset)) == {"2024": 5.0}


def test_models_by_folder(load: Load, refuse: Refuse) -> None:
    """Files without model_name belong to the model that their folder names."""
    files = {
        "p/year/Base/2030.csv": SHORT + _short(),
        "p/year/High/2030.csv": SHORT + _short(value=5),
        "n.csv": NODES,
    }
    assert [f.code for f in refuse(files, **CONFIG)] == ["data.several-models"]
    dataset, _ = load(files, data={**CONFIG["data"], "plexos_model": "High"})
    assert _values(_gas(dataset)) == {"2030": 5.0}


def _months(numbers: Iterable[int], prop: str = "Generation", unit: str = "GWh") -> str:
    return "".join(
        _full(child, n, prop=prop, unit=unit, date=f"{n}/1/2024 12:00:00 AM", interval=n)
        for n in numbers
        for child in ("101_3", "102_1")
    )


def test_twelve_months_make_a_year(load: Load) -> None:
    """Months of a flow add up to the year; levels and ratios do not, and eleven months do not."""
    text = (
        FULL
        + _months(range(1, 13))
        + _months(range(1, 13), "Installed Capacity", "MW")
        + _months(range(1, 13), "Price", "$/MWh")
        + _months(range(1, 12), "Fuel Offtake", "TJ")
    )
    dataset, warnings = load({"p/monthly.csv": text, "n.csv": NODES}, **CONFIG)
    table = dataset.tables["PLEXOS"]
    assert _values(_gas(dataset)) == {"2024": 156.0}
    monthly = _values(_gas(dataset, frequency="month"))
    assert list(monthly)[:2] == ["2024-01", "2024-02"]
    assert monthly["2024-12"] == 24.0
    assert table.series("AT", "Installed Capacity", "Gas", "MW") is None
    assert table.series("AT", "Fuel Offtake", "Gas", "TJ") is None
    assert table.series("AT", "Price", "Gas", "$/MWh", frequency="month") is None
    assert [finding.code for finding in warnings] == ["data.ratios", "data.incomplete-years"]
    assert "2024 (11 of 12 months, 1 place)" in warnings[1].message
    counts = {cleaning.kind: cleaning.count for cleaning in dataset.cleanings}
    assert counts["incomplete-years"] == 1
    assert "Price ($/MWh)" in warnings[0].message


def test_ratio_of_one_row_is_kept(load: Load) -> None:
    """A price of a country with one node is its price; two nodes make a gap, not a sum."""
    text = FULL + "".join(
        _full(child, value, prop="Price", unit="$/MWh")
        for child, value in (("201_1", 40), ("101_1", 50), ("102_1", 60))
    )
    dataset, _ = load({"p/annual.csv": text, "n.csv": NODES}, **CONFIG)
    table = dataset.tables["PLEXOS"]
    assert _values(table.series("DE", "Price", "Gas", "$/MWh")) == {"2024": 40.0}
    assert table.series("AT", "Price", "Gas", "$/MWh") is None
    nodes = table.node_series("AT", "Price", "Gas", "$/MWh")
    assert {name: _values(series) for name, series in nodes.items()} == {
        "Linz": {"2024": 60.0},
        "Wien": {"2024": 50.0},
    }


@pytest.mark.parametrize(
    ("path", "interval_ids", "year", "expected"),
    [
        ("p/year_2015.csv", [1], None, ["2015"]),
        ("p/run 2040/x.csv", [1], 2030, ["2040"]),
        ("p/x.csv", [1], 2030, ["2030"]),
        ("p/year/M/x.csv", [1, 2], 2030, ["2030", "2031"]),
        ("p/month/M/2030.csv", [1, 2], None, ["2030-01", "2030-02"]),
        ("p/month/M/2030.csv", [13, 24], None, ["2030-01", "2030-12"]),
        ("p/month/M/x.csv", [1, 13], 2030, ["2030-01", "2031-01"]),
        ("p/year_2015.csv", [2, 3], None, ["2015-02", "2015-03"]),
    ],
)
def test_periods_without_dates(
    load: Load, path: str, interval_ids: list[int], year: int | None, expected: list[str]
) -> None:
    """The year comes from the nearest name or plexos_year, the place in it from interval_id."""
    text = SHORT + "".join(_short(interval=number) for number in interval_ids)
    dataset, _ = load({path: text, "n.csv": NODES}, data={**CONFIG["data"], "plexos_year": year})
    assert (
        list(_values(_gas(dataset, frequency="month" if "-" in expected[0] else "year")))
        == expected
    )


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["12/31/2024 12:00:00 AM"], ["2024"]),
        (["2030-01-01", "2031-01-01"], ["2030", "2031"]),
        (["2024-02-01 00:00:00", "2024-03-01 00:00:00"], ["2024-02", "2024-03"]),
        (["01/02/2024", "01/03/2024", "01/04/2024"], ["2024-02", "2024-03", "2024-04"]),
        (["31.01.2024", "29.02.2024"], ["2024-01", "2024-02"]),
        (["31/12/2024 6:30:00 PM"], ["2024"]),
        (["2024-01-01", "2024-12-01"], ["2024-01", "2024-12"]),
    ],
)
def test_periods_by_date(load: Load, dates: list[str], expected: list[str]) -> None:
    """_date gives year and month in American, local and ISO order."""
    text = FULL + "".join(_full(date=date) for date in dates)
    dataset, _ = load({"p/1999.csv": text, "n.csv": NODES}, **CONFIG)
    assert (
        list(_values(_gas(dataset, frequency="month" if "-" in expected[0] else "year")))
        == expected
    )


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("p/x.csv", SHORT + _short(), "no-year"),
        ("p/2020 to 2030.csv", SHORT + _short(), "two-years"),
        ("p/2030.csv", SHORT + "".join(_short(interval=n) for n in range(1, 25)), "interval"),
        ("p/hour/M/2030.csv", SHORT + _short(), "interval"),
        ("p/2030.csv", SHORT + _short(interval=0), "bad-interval"),
        ("p/x.csv", FULL + _full(date="soon"), "bad-date"),
        ("p/x.csv", FULL + _full(date="03/04/2024") + _full(date="05/06/2024"), "bad-date"),
        (
            "p/x.csv",
            FULL
            + _full(date="1/1/2024 1:00", unit="xyz")
            + _full(date="1/1/2024 2:00", unit="xyz"),
            "hourly-unknown",
        ),
        ("p/x.csv", FULL + _full(date="1/1/2024 1:00") + _full(date="1/1/2024 1:30"), "interval"),
        ("p/x.csv", FULL + _full(date="2024-01-01") + _full(date="2024-01-08"), "interval"),
        ("p/x.csv", FULL + _full(date="2024-02-30"), "bad-date"),
        ("p/x.csv", FULL + _full(date="1/1/2024 13:00 PM"), "bad-date"),
        ("p/2030.csv", SHORT.replace("child_name", "machine") + _short(), "missing-column"),
        ("p/2030.csv", SHORT + _short(value="x"), "bad-cells"),  # type: ignore[arg-type]
    ],
)
def test_doubtful_results_are_refused(refuse: Refuse, path: str, text: str, code: str) -> None:
    """Years, dates, intervals, columns and values that can't be told are errors."""
    findings = refuse({path: text, "n.csv": NODES}, **CONFIG)
    assert f"data.{code}" in [finding.code for finding in findings]
    assert all(finding.file == path for finding in findings if finding.severity == "error")


def test_list_of_the_solution_viewer_is_read(load: Load) -> None:
    """Its headings are words; a folder of the fiscal year holds years."""
    head = "Parent Name,Collection,Category,Child Name,Property,Band,Datetime,Value,Units,Sample\n"
    text = f"{head}System,Generator,Gas,101_3,Generation,1,1/01/2030,7.5,GWh,Mean\n"
    dataset, findings = load({"p/FiscalYear/g.csv": text, "n.csv": NODES}, **CONFIG)
    assert _values(_gas(dataset)) == {"2030": 7.5}
    assert not findings


def test_days_by_date(load: Load) -> None:
    """A daily export keeps its days; a single one is a day where its folder says so."""
    dates = ("28/02/2024 12:00:00 AM", "29/02/2024 12:00:00 AM")
    text = FULL + "".join(_full(date=date, value=number) for number, date in enumerate(dates, 1))
    dataset, _ = load({"p/x.csv": text, "n.csv": NODES}, **CONFIG)
    assert _values(_gas(dataset, frequency="day")) == {"2024-02-28": 1.0, "2024-02-29": 2.0}
    assert not _values(_gas(dataset))
    text = FULL + _full(date="2024-01-01")
    dataset, _ = load({"p/x.csv": "a,b\n", "p/day/x.csv": text, "n.csv": NODES}, **CONFIG)
    assert list(_values(_gas(dataset, frequency="day"))) == ["2024-01-01"]


def test_nodes_are_added_hour_by_hour(load: Load) -> None:
    """The highest hour of a country is the highest sum of its nodes, not the sum of the highest."""
    loads = {"101": (5, 1), "102": (1, 4)}
    text = FULL + "".join(
        _full(child, value, prop="Load", unit="MW", date=f"2024-03-01 {hour % 24:02}:00:00")
        for child, values in loads.items()
        for hour, value in enumerate(values * 12)
    )
    config = {**CONFIG, "measures": {"Load": {"hourly": ["max", "mean"]}}}
    dataset, _ = load({"p/hour/x.csv": text, "n.csv": NODES}, **config)
    table = dataset.tables["PLEXOS"]
    found = {
        metric: _values(table.series("AT", metric, "Gas", "MW", "Generator", "day"))
        for metric in table.metrics()
    }
    assert found == {
        "Load, maximum": {"2024-03-01": 6.0},
        "Load, mean": {"2024-03-01": pytest.approx(5.5)},
    }


def test_hourly_prices_of_several_nodes_are_left_out(load: Load) -> None:
    """They do not add, and nobody says which node's is the country's."""
    text = FULL + "".join(
        _full(child, prop="Price", unit="EUR/MWh", date=f"2024-03-01 {hour:02}:00")
        for child in ("101", "102", "201")
        for hour in range(24)
    )
    config = {**CONFIG, "measures": {"Price": {"hourly": "max"}}}
    dataset, findings = load({"p/hour/x.csv": text, "n.csv": NODES}, **config)
    (table,) = dataset.tables.values()
    assert table.codes == {"DE"}
    (warning,) = (f for f in findings if f.code == "data.hourly-nodes")
    assert "Price (EUR/MWh)" in warning.message


@pytest.mark.parametrize("head", ["DATETIME,101_3,102_4\n", "YEAR,MONTH,DAY,1,2\n"])
def test_flat_file_is_told_with_the_remedy(load: Load, head: str) -> None:
    """What PLEXOS writes beside its solution has no categories and no units."""
    files = {"p/2030.csv": SHORT + _short(), "p/Generation.csv": head, "n.csv": NODES}
    _, (warning,) = load(files, **CONFIG)
    assert (warning.code, warning.file) == ("data.no-results", "p/Generation.csv")
    assert "QueryToCSV" in warning.remedy


def test_other_files_in_the_folder_are_left_out(load: Load) -> None:
    """The node split may lie in the folder; a file that holds no results is named."""
    files = {
        "p/2030.csv": SHORT + _short(),
        "p/xref.csv": "a,b\n1,2\n",
        "p/.hidden.csv": "x",
        "p/n.csv": NODES,
    }
    dataset, warnings = load(files, data={"plexos": "p", "nodes": "p/n.csv"})
    assert _values(_gas(dataset)) == {"2030": 1.0}
    assert [(f.code, f.file) for f in warnings] == [("data.no-results", "p/xref.csv")]


def test_folder_without_results_is_refused(refuse: Refuse) -> None:
    """An empty folder, or one with other tables only, leaves nothing to report."""
    files = {"p/readme.txt": "x", "n.csv": NODES}
    assert [f.code for f in refuse(files, **CONFIG)] == ["data.empty-folder"]
    files["p/x.csv"] = "a,b\n1,2\n"
    assert "data.no-results" in [f.code for f in refuse(files, **CONFIG) if f.severity == "error"]


def test_single_system_study_of_several_models_is_counted_once(load: Load) -> None:
    """A full export without nodes: two models, two collection ids, each value three times.

    Years and months stand beside each other; the region is the system.
    """

    def rows(model: str, factor: float, date: str, interval: int) -> str:
        same: dict[str, Any] = {"model": model, "date": date, "interval": interval}
        plants = "".join(
            _full(child, value * factor, **same, collection_id=number)
            for number in (1, 7)
            for child, value in (("Alpha 1", 3.0), ("Alpha 2", 4.5))
        )
        totals = _full("", 7.5 * factor, **same) + _full("Gas", 7.5 * factor, **same)
        return plants + totals + plants

    months = [f"{month}/1/2024 12:00:00 AM" for month in range(1, 13)]
    files = {
        "p/year/annual.csv": FULL
        + rows("Base", 12, "1/1/2024 12:00:00 AM", 1)
        + rows("High", 99, "1/1/2024 12:00:00 AM", 1),
        "p/month/monthly.csv": FULL
        + "".join(rows("Base", 1, month, i) for i, month in enumerate(months, start=1)),
    }
    dataset, warnings = load(
        files, data={"plexos": "p", "plexos_model": "base"}, region={"name": "RTS"}
    )
    assert _values(_gas(dataset, "RTS")) == {"2024": 90.0}
    monthly = _values(_gas(dataset, "RTS", frequency="month"))
    assert monthly == {f"2024-{month:02d}": 7.5 for month in range(1, 13)}
    assert dataset.countries == ()
    assert warnings == ()
    counts = {c.kind: c.count for c in dataset.cleanings}
    assert counts == {"duplicates": 13 * 6, "totals": 13 * 2, "single-system": 13 * 2}


@pytest.mark.parametrize(
    ("children", "named"),
    [
        (("Plant A", "Unit 3", "118_CC_1", "101_CT_1"), ""),
        (("118_CC_1", "121_ST_2"), ""),
        (("Plant A", "Plant B", "Plant C", "IE block"), ""),
        (("AT Gas", "FR01_Wind", "49_DE Bio"), "'AT Gas', 'FR01_Wind', '49_DE Bio'"),
        (("UK Gas", "Plant A"), "'UK Gas'"),
        (("Plant A", "Plant B", "United Kingdom 1"), "'United Kingdom 1'"),
    ],
)
def test_single_system_is_a_note_and_lost_countries_a_warning(
    load: Load, children: tuple[str, ...], named: str
) -> None:
    """Without a node split all is the region's; that is doubtful where rows name countries."""
    text = FULL + "".join(_full(child, 1) for child in children)
    dataset, warnings = load({"p/annual.csv": text}, data={"plexos": "p"}, region={"name": "RTS"})
    assert _values(_gas(dataset, "RTS")) == {"2024": float(len(children))}
    noted = [c.sentence for c in dataset.cleanings if c.kind == "single-system"]
    assert len(noted) == (not named)
    assert [f.code for f in warnings] == (["data.no-nodes"] if named else [])
    assert all(f.message.endswith(named) for f in warnings)


@pytest.mark.parametrize(("value", "is_reported"), [(78, False), (90, True)])
def test_year_that_differs_from_its_months_is_reported(
    load: Load, value: float, is_reported: bool
) -> None:
    """The yearly row is used, and the warning names both; levels have no sum of months."""
    months = "".join(
        _full("101_3", month, date=f"{month}/1/2024 12:00:00 AM", interval=month)
        + _full("101_3", 5, prop="Installed Capacity", unit="MW",
                date=f"{month}/1/2024 12:00:00 AM", interval=month)
        for month in range(1, 13)
    )  # fmt: skip
    year = _full("101_3", value, date="1/1/2024 12:00:00 AM")
    year += _full("101_3", 5, prop="Installed Capacity", unit="MW", date="1/1/2024 12:00:00 AM")
    files = {"p/year/a.csv": FULL + year, "p/month/a.csv": FULL + months, "n.csv": NODES}
    dataset, warnings = load(files, **CONFIG)
    assert _values(_gas(dataset)) == {"2024": value}
    assert [f.code for f in warnings] == (["data.year-parts"] if is_reported else [])
    if is_reported:
        assert "AT Generator Generation Gas 2024 (row 2) is 90 and the months add up to 78" in (
            warnings[0].message
        )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_name_that_is_no_utf8_is_written_out(load: Load) -> None:
    """A file's name in another encoding stands in sources so that any file can hold it."""
    name = os.fsdecode(b"p/\xe9t\xe9_2020.csv")
    dataset, _ = load({name: SHORT + _short(), "n.csv": NODES}, **CONFIG)
    series = _gas(dataset)
    assert series is not None
    assert [source.file for source in series.points["2020"].sources] == [r"p/\xe9t\xe9_2020.csv"]
