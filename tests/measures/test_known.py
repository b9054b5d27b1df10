"""What is taken of real measures; a sum that must not be is the grave mistake."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factbook.measures.known import LONGEST_TEXT, known_measure
from factbook.measures.measure import Measure
from factbook.measures.names import Name
from factbook.measures.units import Unit, read_unit
from tests.growth import assert_grows_little

CORPUS = Path(__file__).with_name("known_measures.csv")
"""Names and units as their publishers write them, with what each allows, by someone's knowledge of
the source and not by what the code answers."""

TOO_CAREFUL = {("Working days lost", "thousand days")}
"""Of the corpus: could be added, and are not, as no word for it is known."""

PIECES = (
    "a ",
    "€",
    "per ",
    "(",
    "()",
    "a.",
    "x-",
    "million ",
    "10 ",
    "/",
    "_A",
    "m^",
    "2015 prices ",
)


class Row(NamedTuple):
    """A row of the corpus."""

    name: str
    unit: str
    aggregations: tuple[str, str, str]
    is_share: bool
    has_true_zero: bool
    better: str


def corpus() -> Iterator[Row]:
    """All rows."""
    with CORPUS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sums = row["over_places"], row["over_categories"], row["over_time"]
            share, zero = row["is_share"] == "true", row["true_zero"] == "true"
            yield Row(row["name"], row["unit"], sums, share, zero, row["better"])


def aggregations(measure: Measure) -> tuple[str, str, str]:
    """Over places, categories and time."""
    return measure.over_places, measure.over_categories, measure.over_time


def test_corpus_is_large() -> None:
    """Hundreds of measures, no pair of name and unit twice."""
    pairs = [(row.name, row.unit) for row in corpus()]
    assert len(pairs) == len(set(pairs)) >= 500


@pytest.mark.parametrize("row", list(corpus()), ids=lambda row: f"{row.name}, {row.unit}")
def test_real_measures_are_known(row: Row) -> None:
    """What adds, and what is a share, has a zero, and is better high or low."""
    measure = known_measure(row.name, row.unit)
    for taken, allowed in zip(aggregations(measure), row.aggregations, strict=True):
        assert taken in (allowed, "none"), measure.reasons
    is_careful = aggregations(measure) != row.aggregations
    assert is_careful == ((row.name, row.unit) in TOO_CAREFUL), measure.reasons
    assert measure.is_share == row.is_share
    assert measure.has_true_zero == row.has_true_zero
    assert measure.better == row.better
    assert measure.reasons


NEVER = [
    ("Nurses' pay", "USD"),
    ("Doctors' remuneration", "thousand USD"),
    ("Petrol", "EUR"),
    ("Milk", "euro cents per litre"),
    ("Household size", "people"),
    ("Average household", "persons"),
    ("Emission factor", "t"),
    ("Meat consumption", "kg"),
    ("Meat consumption", "kg/yr"),
    ("Car ownership", "vehicles"),
    ("Annual hours worked", "hours worked"),
    ("DAX", "points"),
    ("Tropical nights", "nights"),
    ("Reproduction number", "number"),
    ("Level of trust", "number"),
    ("Household electricity use", "kWh"),
    ("Unit consumption of dwellings", "toe"),
    ("Carbon footprint", "t"),
    ("House value", "thousand USD"),
    ("Living space", "m2"),
    ("Distance travelled", "km"),
    ("Wind", "m s-1"),
    ("Insolation", "kWh m-2"),
    ("Humidity", "kg kg⁻¹"),
    ("Population with access to electricity", ""),
    ("Number of years in school", ""),
    ("Number of hours worked", "1"),
    ("Import prices", "million EUR"),
    ("Peak demand", "GW"),
    ("Highest load", "MW"),
    ("gdpPercap", "USD"),
    ("Emissions perCapita", "Mt"),
    ("Average generation", "TWh"),
    ("Share of renewables", "TWh"),
    ("CO2", "t CO2 per unit"),
    ("Wage", "EUR/month"),
    ("Salary", "thousand EUR per year"),
    ("Water use", "l/day"),
    ("Minimum wage", "number"),
    ("Water level", "number"),
    ("Coverage", "persons"),
    ("Consumption", "kWh/yr"),
    ("Expenditure", "EUR/month"),
    ("Mixing", "kg kg-1"),
    ("GDP p.c.", "USD"),
    ("GDP / inhabitant", "EUR"),
    ("BIP pro Kopf", "EUR"),
    ("Turnover/employee", "thousand EUR"),
    ("Expenditure/pupil", "USD"),
    ("Spending pp", "USD"),
    ("Household expenditure", "£"),
    ("Expenditure of tourists", "EUR"),
    ("Bonus of board members", "thousand CHF"),
    ("Transaction value of a dwelling", "thousand EUR"),
    ("Kaufpreis", "Tsd. EUR"),
    ("Bruttojahresverdienst", "1 000 EUR"),
    ("Gemiddelde WOZ-waarde", "1 000 euro"),
    ("Gemiddeld besteedbaar inkomen", "1 000 euro"),
    ("Prix des logements", "k€"),
    ("Przeciętne wynagrodzenie", "thousand PLN"),
    ("Carcass weight", "kg"),
    ("Cheese consumption", "kg"),
    ("Vehicle occupancy", "persons"),
    ("Household members", "persons"),
    ("Children ever born", "number"),
    ("Ideal number of children", "children"),
    ("Trip length", "km"),
    ("Parcel size", "ha"),
    ("Floor space", "m2"),
    ("League position", "number"),
    ("HDI", "number"),
    ("Procedures to register property", "number"),
    ("Documents to export", "number"),
    ("Fuel used by the average car", "kg"),
    ("Duration", "MN"),
    ("Ranking", "place"),
    ("Broad money (M3)", ""),
    ("Household income", "thousands"),
]


@pytest.mark.parametrize(("name", "unit"), NEVER)
def test_what_must_not_be_added_is_not(name: str, unit: str) -> None:
    """Written to mislead: units of amounts below names of ratios, and the other way round."""
    assert aggregations(known_measure(name, unit)) == ("none", "none", "none")


ALWAYS = [
    "bn USD",
    "€m",
    "EUR m",
    "US$ bn",
    "$bn",
    "M€",
    "EURm",
    "Mio. EUR",
    "Mrd. €",
    "EUR million",
    "USD (millions)",
    "2017 PPP$ billion",
    "TW h",
    "TWh p.a.",
    "terawatt hours (TWh)",
    "million kWh",
    "Mt CO₂",
    "MtCO2e",
    "Mt CO2-eq.",
    "Gg CO2 equivalent",
    "'000 tonnes",
    "1 000 ha",
    "km²",
    "10^6 m³",
    "million m^3",
    "bn m3",
    "thousand bbl/day",
    "Gtkm",
    "million vehicle-km",
    "1000 head",
    "MW (el)",
    "CP_MEUR",
    "THS_PER",
    "MIO_TKM",
    "CP_MPPS_EU27_2020",
    "number of persons",
    "million No",
]


@pytest.mark.parametrize("unit", ALWAYS)
def test_spellings_of_amounts_are_read(unit: str) -> None:
    """Currencies, energies, masses and counts as people write them."""
    measure = known_measure("Something", unit)
    assert measure.adds_over_places, measure.reasons
    assert measure.adds_over_categories


BY_CLASS = [
    ("Unemployment by duration", "THS_PER"),
    ("Employed persons by weekly hours worked", "1 000 persons"),
    ("Households by income quintile", "thousand households"),
    ("Population by educational attainment level, sex and age", "persons"),
    ("Fixed broadband lines by speed", "lines"),
    ("Population by age", ""),
]


@pytest.mark.parametrize(("name", "unit"), BY_CLASS)
def test_a_classification_leaves_a_count_a_count(name: str, unit: str) -> None:
    """What stands after "by" says of what the parts are, not what is counted."""
    assert aggregations(known_measure(name, unit)) == ("sum", "sum", "none")


def test_money_below_millions_adds_where_it_is_an_economys() -> None:
    """Thousands of euros are a salary as often as a turnover."""
    adding = [("Exports", "k€"), ("Subsidies", "THS_EUR"), ("Public spending", "thousand USD")]
    assert all(known_measure(*one).adds_over_places for one in adding)
    assert known_measure("Household final consumption (current US$)", "").adds_over_places
    assert known_measure("Expenditure (current US$)", "").adds_over_places
    assert not known_measure("Expenditure", "USD").adds_over_places
    assert not known_measure("Something", "k€").adds_over_places


WITHOUT_PER_CENT = [
    ("Employment rate", ""),
    ("Share of women", ""),
    ("Money and quasi money (M2) as % of GDP", ""),
    ("Turnover", "Growth rate (t/t-12)"),
    ("Turnover", "Percentage change m/m-12"),
    ("Use of bed nets (% of under-5 population)", ""),
    ("Producer prices", "Index, t-1 = 100"),
    ("HICP", "Annual rate of change"),
    ("Trust in the police", "mean 0-10"),
    ("Rule of law", "-2.5 to 2.5"),
    ("Sea level", "mm"),
    ("HDI", ""),
    ("CPI", "number"),
    ("Consumer confidence index", "number"),
]


@pytest.mark.parametrize(("name", "unit"), WITHOUT_PER_CENT)
def test_what_has_no_true_zero_is_known(name: str, unit: str) -> None:
    """Rates of change, scales, and what may be in hundredths are never "20 % more"."""
    assert not known_measure(name, unit).has_true_zero


@pytest.mark.parametrize(
    ("name", "unit", "better"),
    [
        ("Unemployment", "% of the labour force", "low"),
        ("Unemployment", "PC_ACT", "low"),
        ("Proportion of population below the poverty line (%)", "", "low"),
        ("Measles vaccination coverage among 1-year-olds", "%", "high"),
        ("Long-term unemployment (% of total unemployment)", "", "neutral"),
        ("CO2 emissions from transport (% of total)", "", "neutral"),
        ("CO2 emissions from transport", "% of total emissions", "neutral"),
        ("Share of women among the unemployed", "%", "neutral"),
        ("Completeness of infant death reporting (% of infant deaths)", "", "neutral"),
        ("Youth literacy rate, gender parity index", "", "neutral"),
    ],
)
def test_a_share_of_another_whole_is_praised_by_nobody(name: str, unit: str, better: str) -> None:
    """Less transport in the emissions may be more of something else."""
    assert known_measure(name, unit).better == better


@pytest.mark.parametrize("unit", ["", "-", "1", "foo", "units?", "t foo", "mmm", "million " * 100])
def test_unknown_means_none(unit: str) -> None:
    """Nothing is added, nothing is "20 % more", and the unit is named as the reason."""
    measure = known_measure("Something", unit)
    assert aggregations(measure) == ("none", "none", "none")
    assert not measure.has_true_zero
    assert "nothing is added" in measure.reasons[0]


@pytest.mark.parametrize(
    ("name", "unit", "denominator"),
    [
        ("GDP per capita", "current US$", "Population"),
        ("GNI per head, PPP", "USD", "Population"),
        ("GDP", "CLV20_EUR_HAB", "Population"),
        ("Beds", "P_HTHAB", "Population"),
        ("Doctors", "per 100 000 inhabitants", "Population"),
        ("Debt", "% of GDP", "GDP"),
        ("Use", "kWh per capita per year", "Population"),
        ("Sugar", "g per person and day", "Population"),
        ("Unemployment", "PC_ACT", "Labour force"),
        ("Productivity", "EUR_HW", "Hours worked"),
        ("Users", "% of population aged 15", ""),
        ("Employment rate", "PC_POP", ""),
        ("Fertility", "births per woman", ""),
        ("Hours worked", "THS_HW", ""),
    ],
)
def test_denominators_are_named(name: str, unit: str, denominator: str) -> None:
    """As a word for the measure; not where it is a part of one, as people aged 15."""
    assert known_measure(name, unit).denominator == denominator


def test_unit_in_the_name_counts_where_there_is_no_other() -> None:
    """As in the World Bank's indicators; a unit of its own goes first."""
    assert known_measure("CO2 emissions (kt)", "").adds_over_time
    assert known_measure("Debt, total (DOD, current US$) (external debt)", "").over_time == "none"
    assert not known_measure("CO2 emissions (kt)", "kg/ha").adds_over_places


def test_money_of_an_economy_adds_in_whole_units_too() -> None:
    """As the World Bank gives it: national income, not one person's."""
    assert known_measure("Gross national income", "current international $").adds_over_time
    assert not known_measure("Gross income", "current international $").adds_over_time


def test_reasons_are_in_plain_words() -> None:
    """The unit, or the word of the name that decided."""
    assert known_measure("Generation", "TWh").reasons == ("unit 'TWh' is an amount of energy",)
    assert known_measure("Average load", "TWh").reasons == (
        "its name says 'average': an average or a ratio is not added",
    )
    assert known_measure("Something", "Mt foo").reasons == (
        "unit 'Mt foo' is not known (what is 'foo'?): nothing is added",
    )
    assert known_measure("GDP", "CLV10_MEUR").reasons == (
        "unit 'CLV10_MEUR' is an amount of money",
        "chain-linked volumes of places do not add up to the whole's",
        "chain-linked volumes of categories do not add up to the whole's",
    )


def test_signs_that_cannot_be_seen_change_nothing() -> None:
    """A zero-width blank in a unit or in a word of the name."""
    assert known_measure("Generation", "T\u200bWh").adds_over_time
    assert known_measure("Ave\u00adrage load", "TWh").over_places == "none"


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("GDP, chain linked volumes (2015)", "million EUR", ("none", "none", "sum")),
        ("GDP in national currency", "million", ("none", "sum", "none")),
        ("GDP", "national currency, billions", ("none", "sum", "sum")),
    ],
)
def test_money_that_adds_in_part_only(name: str, unit: str, expected: tuple[str, str, str]) -> None:
    """Whether the unit or the name says it."""
    assert aggregations(known_measure(name, unit)) == expected


def test_texts_beyond_measure_are_not_read() -> None:
    """A name of a million characters is no name; it is not kept either."""
    assert not known_measure("Generation", "TWh" + " " * LONGEST_TEXT).adds_over_places
    assert "longer than 1,000" in known_measure("a" * 10**6, "TWh").reasons[0]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_has_an_answer(name: str, unit: str) -> None:
    """And a reason for it."""
    assert known_measure(name, unit).reasons


def reading(text: str) -> tuple[Unit, bool]:
    """Both readers, past what they keep."""
    return read_unit.__wrapped__(text), Name(text).is_count


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_in_proportion(piece: str) -> None:
    """Four times the text takes about four times as long, not sixteen times."""
    texts = [(piece * length)[:length] for length in (4000, 16_000)]
    assert_grows_little([partial(reading, text) for text in texts])
