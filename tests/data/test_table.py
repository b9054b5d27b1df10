import pandas as pd

from factbook.data.dataset import DataSet
from factbook.data.places.own_rows import own_and_sum
from factbook.data.table import Table, spelled

from .conftest import Load

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"


def test_labels_come_by_name_whatever_the_order_of_rows(load: Load) -> None:
    """Rows that are sorted otherwise must not change what a report says first."""
    text = HEADER + "".join(
        f"France,{sector},2015,1,{metric},{unit}\n"
        for metric in ("Zinc", "ash")
        for unit in ("t", "kt")
        for sector in ("Wood", "Gas", "Coal")
    )
    dataset, _ = load({"etm.csv": text}, data={"etm": "etm.csv"})
    table = dataset.tables["ETM"]
    assert table.metrics() == ("ash", "Zinc")
    assert table.subjects("ash") == ("Coal", "Gas", "Wood")
    assert table.units("ash") == ("kt", "t")
    assert table.collections("ash") == ("",)
    assert table.collections("Iron") == ()


def test_labels_are_found_ignoring_case(europe: DataSet) -> None:
    """A sheet's text is matched after trimming, ignoring case; nothing is guessed."""
    table = europe.tables["PLEXOS"]
    assert spelled(" generation ", table.metrics()) == "Generation"
    assert spelled("hard  coal", table.subjects("Generation")) == "Hard Coal"
    assert spelled("node", table.all_collections) == "Node"
    assert spelled("Generations", table.metrics()) is None
    assert spelled("-", table.subjects("Generation")) is None


def test_totals_in_a_long_table_are_no_category(load: Load) -> None:
    """A SECTOR of - is a total: never a subject, whatever stands beside it."""
    text = HEADER + (
        "France,-,2015,5,Generation,TWh\nFrance,Gas,2015,2,Generation,TWh\n"
        "France,-,2015,70,Population,million\n"
    )
    dataset, _ = load({"etm.csv": text}, data={"etm": "etm.csv"})
    table = dataset.tables["ETM"]
    assert table.subjects("Generation") == ("Gas",)
    total = table.series("FR", "Generation", "-", "TWh")
    assert total is not None
    assert total.points["2015"].value == 5
    alone = table.series("FR", "Population", "-", "million")
    assert alone is not None
    assert alone.points["2015"].value == 70.0


def test_points_stand_in_order_of_time_with_their_rows(load: Load) -> None:
    """Points are sorted by year whatever the file's order; a gap has no entry."""
    text = HEADER + "".join(
        f"France,Gas,{year},{value},Generation,TWh\n"
        for year, value in ((2017, 3), (2015, 1), (2016, ":"), (2014, 0))
    )
    dataset, _ = load({"etm.csv": text}, data={"etm": "etm.csv"})
    series = dataset.tables["ETM"].series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    assert {year: (p.value, p.sources[0].rows) for year, p in series.points.items()} == {
        "2014": (0.0, (5,)),
        "2015": (1.0, (3,)),
        "2017": (3.0, (2,)),
    }
    assert list(series.points) == ["2014", "2015", "2017"]


def test_unknown_labels_have_no_series(europe: DataSet) -> None:
    """What the table does not hold is None, not an error."""
    table = europe.tables["ETM"]
    assert table.series("AT", "Electricity generation", "Peat", "TWh") is None
    assert table.series("AT", "Electricity generation", "Gas", "GWh") is None
    assert table.series("NA", "Electricity generation", "Gas", "TWh") is None
    assert table.node_series("AT", "Electricity generation", "Gas", "TWh") == {}
    assert table.places("Electricity generation", "Peat", "TWh") == ()


def test_two_own_rows_of_a_region_are_held_against_nothing(load: Load) -> None:
    """They are an error of their own; their sum is no figure to compare."""
    rows = pd.DataFrame({
        "place": pd.Categorical(["EU", "EU", "AT"]), "value": [20.0, 21.0, 5.0],
        "period": [2020] * 3, "file": [0] * 3, "row": [2, 3, 4],
        **{label: pd.Categorical([text] * 3) for label, text in (
            ("node", ""), ("collection", ""), ("metric", "Use"), ("subject", "Coal"),
            ("unit", "TWh"),
        )},
    })  # fmt: skip
    assert own_and_sum(Table("T", "", rows, ("t.csv",), "EU"), "EU", ["AT"]) is None
    single = own_and_sum(Table("T", "", rows[1:], ("t.csv",), "EU"), "EU", ["AT"])
    assert single is not None
    assert (single[0].tolist(), single[1].tolist()) == ([21.0], [5.0])


def test_months_that_do_not_add_up_are_as_distinct(load: Load) -> None:
    """A capacity by month has months alone; generation by month makes a year."""
    head = "collection_name,category_name,child_name,property_name,value,unit_name,_date\n"
    text = head + "".join(
        f"Generator,Gas,101,{metric},1,{unit},2024-{month:02d}-01\n"
        for month in range(1, 13)
        for metric, unit in (("Capacity", "MW"), ("Generation", "GWh"), ("Price", "EUR/MWh"))
    )
    nodes = "Node,Country,Region\n101,AT,Wien\n"
    config = {"data": {"plexos": "p", "nodes": "n.csv"}}
    dataset, _ = load({"p/month/a.csv": text, "n.csv": nodes}, **config)
    table = dataset.tables["PLEXOS"]
    assert table.lengths("Capacity", "MW", "Generator") == ("month",)
    assert table.lengths("Price", "EUR/MWh") == ("month",)
    summed = ("year", "half-year", "quarter", "month")
    assert table.lengths("Generation", "GWh", "Generator") == summed
    assert table.lengths("Capacity", "GW", "Generator") == ()
    year = head + "Generator,Gas,101,Capacity,1,MW,2024-01-01\n"
    dataset, _ = load({"p/year/a.csv": year, "n.csv": nodes}, **config)
    assert dataset.tables["PLEXOS"].lengths("Capacity", "MW", "Generator") == ("year", "month")
