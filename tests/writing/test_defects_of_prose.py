"""Sentences that were right and read wrong."""

from __future__ import annotations

import re

import pytest

from factbook.evidence.gaps import Gap
from factbook.evidence.references import MINUS, format_fact
from factbook.writing.job import Shape
from factbook.writing.offline import words
from factbook.writing.offline.frame_phrasings import FRAMES

from .evidence_factory import Facts, evidence, sum_of
from .test_offline import phrasings, write

LONG = Shape(min_words=90, max_words=160)
YEARS = {"2015": 10.0, "2018": 14.0, "2021": 12.0}


def test_only_category_named_like_its_measure_is_not_said_twice() -> None:
    """Neither "population for population" nor a total of one category."""
    facts = Facts(metric="Population", unit="persons")
    facts.series("population", {"2015": 8.6e6, "2021": 8.9e6})
    for text in phrasings(facts, shape=LONG):
        assert not re.search(r"(?i)population (?:for|of) population|total population", text)
        assert re.search(r"(?i)\bpopulation\b", text)


def test_total_alone_is_called_by_its_measure() -> None:
    """A total is one of several categories."""
    facts = Facts(metric="GDP per head", unit="EUR per head", table="gdp")
    facts.series("Total", {"2015": 39890.0, "2021": 42540.0})
    for text in phrasings(facts, shape=LONG):
        assert "total" not in text
        assert "(gdp)" not in text


@pytest.mark.parametrize(
    ("before", "after", "is_slight"), [(4.0, 4.6, True), (80.0, 80.6, True), (80.0, 84.93, False)]
)
def test_size_of_points_is_that_of_points(before: float, after: float, *, is_slight: bool) -> None:
    """4.93 points are not slight, whatever they are in per cent of 80."""
    facts = Facts(metric="Employment rate", unit="%")
    facts.series("Women", {"2015": before, "2021": after})
    texts = " ".join(phrasings(facts, shape=LONG))
    assert ("slightly" in texts) is is_slight


def test_zero_degrees_are_something() -> None:
    """A temperature of zero is recorded, and nothing rises from nothing."""
    facts = Facts(metric="Mean temperature", unit="°C")
    facts.series("Total", {"2015": 0.0, "2021": 1.5})
    for text in phrasings(facts, shape=LONG):
        assert not re.search(r"\bno mean temperature|from zero|%", text)
        assert "0\N{NO-BREAK SPACE}°C" in text


def test_years_after_the_target_are_not_denied() -> None:
    """A conclusion that compares up to 2021 does not say that figures end there."""
    facts = Facts()
    facts.series("Wind", {**YEARS, "2024": 13.0})
    for text in phrasings(facts, kind="conclusion", shape=Shape(min_words=60, max_words=160)):
        assert not re.search(r"end in 2021|beyond 2021 is|data go beyond|the last figure", text)


def test_categories_that_exceed_their_total_are_not_ranked_against_all() -> None:
    """Where they overlap, none is said to be the largest of all, nor to have gained most."""
    facts = Facts()
    total = {"2015": 100.0, "2021": 120.0}
    facts.series("Total", total)
    for name, factor in (("Thermal", 0.6), ("Coal", 0.4), ("Gas", 0.2), ("Wind", 0.3)):
        series = {year: value * factor for year, value in total.items()}
        facts.series(name, series)
        facts.shares(name, series, total)
    text = " ".join(phrasings(facts, shape=Shape(min_words=150, max_words=260)))
    assert not re.search(r"[Nn]o category of|largest increase|gained most|added more", text)


def test_name_with_a_comma_stands_between_marks() -> None:
    """In a row of names readers see where it begins and ends."""
    facts = Facts(metric="Gross output", unit="million EUR")
    facts.series("Food, beverages and tobacco", YEARS)
    facts.series("Textiles", {year: value / 3 for year, value in YEARS.items()})
    for text in phrasings(facts, shape=LONG):
        assert "Food, beverages" not in text
        assert "“food, beverages and tobacco”" in text
    name = words.metric_name("GDP, current prices", "million EUR")
    assert name.full == "GDP (current prices)"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Fertility rate", "fertility rate"),
        ("Average speed of trains", "average speed of trains"),
        ("Hard Coal", "hard coal"),
        ("Gini coefficient", "Gini coefficient"),
        ("Henry Hub price", "Henry Hub price"),
        ("Medicare spending", "Medicare spending"),
        ("GDP per capita", "GDP per capita"),
        ("Unemployment", "unemployment"),
    ],
)
def test_ordinary_words_of_any_field_are_small(label: str, shown: str) -> None:
    """What may be a name keeps its capital, and so do the words beside it."""
    assert words.lowered(label) == shown


def test_falls_stand_without_a_sign_after_words_that_say_them() -> None:
    """In every construction of the writer."""
    facts = Facts()
    for name, last in (("Coal", 7.3), ("Gas", 5.1), ("Oil", 2.2), ("Wind", 1.1)):
        facts.series(name, {"2015": 11.0, "2021": last})
    for text in phrasings(facts, shape=Shape(min_words=120, max_words=220), count=60):
        assert MINUS not in text


def test_measures_that_do_not_add_over_places_are_not_called_ratios() -> None:
    """A wage is none."""
    gap = Gap("not summed", "Europe", "Minimum wage", ("Total",))
    text = write(evidence(Facts(), gaps=[gap]))
    assert "ratio" not in text
    assert "add up" in text


def test_metrics_with_an_article_have_it_in_shares() -> None:
    """Neither "50.9% of number of deaths" nor "by the number of deaths" for a rank."""
    facts = Facts(metric="Deaths", unit="deaths")
    women, men = {"2015": 1950.0, "2021": 2260.0}, {"2015": 1400.0, "2021": 2180.0}
    total = {year: women[year] + men[year] for year in women}
    facts.series("Total", total, sum_of("Women", "Men"))
    for name, values in (("Women", women), ("Men", men)):
        facts.series(name, values)
        facts.shares(name, values, total)
        facts.rank(name, 2)
    texts = " ".join(phrasings(facts, shape=LONG))
    assert re.search(r"% of the number of deaths in Austria", texts)
    assert not re.search(r"(?:of|in) number of deaths|By the number", texts)


def test_sentences_about_plural_metrics_agree() -> None:
    """Nobody writes: emissions, which is taken to 2021."""
    kept = [phrase for key in ("watch", "watch_level") for phrase in FRAMES[key]]
    agreeing = r"\{TN\} in \{P\},? (?:which )?(?:is|deserves)\b|(?:is|stands|deserves) \{TN\} in"
    singular = r"A series|The series|a series|the series"
    wrong = [t for t in kept if re.search(agreeing, t) and not re.search(singular, t)]
    assert kept
    assert not wrong


def test_a_series_does_not_turn_where_it_begins() -> None:
    """The first of many quarters is the lowest of a rising series: that is no low."""
    facts = Facts(metric="Price", unit="EUR/MWh", base="2016")
    rising = {str(year): 10.0 + year - 2014 for year in range(2014, 2022)}
    facts.series("Total", rising)
    for text in phrasings(facts, shape=LONG):
        assert not re.search(r"2014[^.]*lowest|lowest[^.]*2014|low[^.]* 2014|2014, at", text)


def test_quoted_name_begins_a_sentence_with_a_capital() -> None:
    """The letter behind the mark is the sentence's first."""
    assert words.capitalised("“trade, transport” led") == "“Trade, transport” led"
    assert words.capitalised("national-US stood") == "National-US stood"
    assert words.capitalised("kWh were sold") == "kWh were sold"


def test_rise_from_zero_is_not_told_by_its_own_figure() -> None:
    """From 0 to 10 is no rise by 10; of amounts it is one from zero, of levels two values."""
    for unit in ("kt", ""):
        facts = Facts(metric="Bunker fuels", unit=unit)
        facts.series("Total", {"2015": 0.0, "2018": 4.0, "2021": 10.0})
        for text in phrasings(facts, shape=LONG):
            first = text.split(". ")[0]
            assert len(re.findall(r"\b10\b", first)) == 1, first


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("% of population", "51.1% of population"),
        ("1982-84 = 100", "51.1\N{NO-BREAK SPACE}(1982-84 = 100)"),
        ("billion chained 2005 USD, annual rate",
         "51.1\N{NO-BREAK SPACE}(billion chained 2005 USD, annual rate)"),
    ],
)  # fmt: skip
def test_units_of_several_words_stand_behind_their_number(unit: str, shown: str) -> None:
    """A comma in a unit would end the sentence's part; a base would be read as a number."""
    facts = Facts(metric="Access", unit=unit)
    facts.add(0, "Total", "2021", 51.1)
    [fact] = evidence(facts).facts
    assert format_fact(fact) == shown
