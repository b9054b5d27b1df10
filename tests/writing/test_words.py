"""Names inside English sentences."""

from __future__ import annotations

import pytest

from factbook.data.series import Place
from factbook.writing.offline import words


@pytest.mark.parametrize(
    ("name", "region", "expected"),
    [
        ("Austria", False, ("Austria", "Austria's")),
        ("Cyprus", False, ("Cyprus", "Cyprus's")),
        ("Netherlands", False, ("the Netherlands", "the Netherlands'")),
        ("The Gambia", False, ("the Gambia", "the Gambia's")),
        ("United Kingdom", False, ("the United Kingdom", "the United Kingdom's")),
        ("Philippines", False, ("the Philippines", "the Philippines'")),
        ("Czech Republic", False, ("the Czech Republic", "the Czech Republic's")),
        ("Republic of Korea", False, ("the Republic of Korea", "the Republic of Korea's")),
        ("Isle of Man", False, ("the Isle of Man", "the Isle of Man's")),
        ("EU", True, ("the EU", "the EU's")),
        ("EU27", True, ("the EU27", "the EU27's")),
        ("Europe", True, ("Europe", "Europe's")),
    ],
)
def test_place_takes_its_article(name: str, region: bool, expected: tuple[str, str]) -> None:
    """Places get their article and possessive."""
    place = words.place_name(name, region=region)
    assert (place.name, place.possessive) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hard Coal", "hard coal"),
        ("Other Renewables", "other renewables"),
        ("NG/CC", "NG/CC"),
        ("PV", "PV"),
        ("Coal/Steam", "coal/steam"),
        ("Brent", "Brent"),
        ("Bovine animals", "bovine animals"),
        ("Publicly owned", "publicly owned"),
        ("Not-for-profit private", "not-for-profit private"),
        ("Agricultural labour input", "agricultural labour input"),
        ("Container throughput", "container throughput"),
        ("Freedom House score", "Freedom House score"),
        ("World Bank loans", "World Bank loans"),
        ("North Sea Gas", "North Sea Gas"),
        ("CO2 emissions", "CO2 emissions"),
        ("co2", "CO2"),
        ("non_energetic", "non-energetic"),
    ],
)
def test_name_is_written_small_only_when_sure(name: str, expected: str) -> None:
    """Common words are written small, acronyms and names stay as they are."""
    assert words.lowered(name) == expected


@pytest.mark.parametrize(
    ("metric", "unit", "subject", "expected"),
    [
        ("Electricity generation", "TWh", "Wind", "electricity generation from wind"),
        ("Electricity generation", "TWh", "Total", "total electricity generation"),
        ("CO2 emissions per head", "t/head", "", "CO2 emissions per head"),
        ("Generation", "GWh", "Total of Wind, Solar", "generation from wind and solar together"),
        ("Final Energy Consumption", "PJ", "Transport", "final energy consumption in transport"),
        ("Final Energy Consumption", "PJ", "Hard Coal", "final energy consumption of hard coal"),
        ("Wholesale price", "EUR/MWh", "Base load", "wholesale price for base load"),
        (
            "Non-specified | energetic | co2",
            "kton CO2-eq",
            "Transport",
            "emissions from transport (non-specified, energetic, CO2)",
        ),
        (
            "Electricity and heat production | energetic | other_ghg",
            "kton CO2-eq",
            "Energy",
            "emissions from energy (electricity and heat production, energetic, other GHG)",
        ),
    ],
)
def test_metric_and_subject_make_a_noun_phrase(
    metric: str, unit: str, subject: str, expected: str
) -> None:
    """A metric and a subject of any table are joined as a reader would say it."""
    name = subject if subject in ("", words.TOTAL) else words.subject_phrase(subject)
    assert words.noun_phrase(words.metric_name(metric, unit), name) == expected


def test_names_cannot_smuggle_references() -> None:
    """Braces and line breaks of the inputs do not reach a source text."""
    assert words.quoted('Sun {F1}\nand "wind".') == "“Sun (F1) and 'wind'”"


def test_months_are_written_out() -> None:
    """A month's period is written as a reader says it."""
    assert words.when("2021-03") == "March 2021"
    assert words.when("2021") == "2021"


def test_place_of_no_known_list_keeps_its_name() -> None:
    """A company is no place, and nobody knows what else stands in a list of one's own."""
    firm = Place("apple", "Apple Inc")
    assert words.nation(firm, "free").possessive == "Apple Inc's"
    assert words.nation(Place("AT", "Austria")).possessive == "the country's"
    assert words.nation(Place("group", "The group", "region"), "free").name == "the region"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("average personnel costs", "average personnel costs"),
        ("average inputs", "average inputs"),
        ("average income", "the average income"),
        ("rate per head", "the rate per head"),
    ],
)
def test_article_goes_by_the_head_of_a_phrase(phrase: str, expected: str) -> None:
    """The head stands before a preposition, which is a word of its own: no "per" of "personnel"."""
    assert words.definite(phrase) == expected


@pytest.mark.parametrize(
    ("metric", "subject", "said"),
    [
        ("Unemployment rate", "Construction", "unemployment rate in construction"),
        ("Unemployment rate", "Women", "unemployment rate among women"),
        ("Employees", "Manufacturing", "employees in manufacturing"),
        ("Deaths", "Septicemia", "deaths from Septicemia"),
        ("Deaths", "Men", "deaths among men"),
        ("Carbon intensity", "Electricity", "carbon intensity of electricity"),
        ("Electricity price", "Households", "electricity price for households"),
        ("Employment rate", "15-24 years", "employment rate for 15-24 years"),
    ],
)
def test_subject_is_joined_to_its_metric_as_in_english(
    metric: str, subject: str, said: str
) -> None:
    """In an industry, among people, from a cause, of a thing."""
    name = words.subject_phrase(subject)
    assert words.noun_phrase(words.metric_name(metric, "%"), name) == said


def test_selection_of_many_is_counted() -> None:
    """Readers see how many there are; the chart names them."""
    parts = ("Coal", "Gas", "Oil", "Peat", "Wind")
    assert words.subject_phrase("Total of " + ", ".join(parts)) == "five selected categories"
