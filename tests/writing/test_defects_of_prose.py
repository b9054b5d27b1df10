"""Sentences that were right and read wrong."""

from __future__ import annotations

import re

import pytest

from factbook.evidence.gaps import Gap
from factbook.evidence.references import MINUS, format_fact
from factbook.writing.job import Shape
from factbook.writing.offline import words
from tests.sections import make_fact

from .worlds import job_of, report_of, rows_of, written

LONG = Shape(min_words=90, max_words=200)
COURSE = (10.0, 11.0, 14.0, 13.0, 12.5, 12.0)


def test_only_category_named_like_its_measure_is_not_said_twice() -> None:
    """Neither "population for population" nor a total of one category."""
    rows = rows_of({"population": (8.6e6, 8.7e6, 8.9e6)}, metric="Population", unit="persons")
    for text in report_of(rows).texts(shape=LONG):
        assert not re.search(r"(?i)population (?:for|of) population|total population", text)
        assert re.search(r"(?i)\bpopulation\b", text)


def test_total_alone_is_called_by_its_measure() -> None:
    """A total is one of several categories."""
    rows = rows_of({"Total": (39890, 41000, 42540)}, metric="GDP per head", unit="EUR per head")
    for text in report_of(rows).texts(shape=LONG):
        assert "total" not in text.casefold()
        assert "(etm)" not in text.casefold()


@pytest.mark.parametrize(
    ("before", "after", "is_slight"), [(4.0, 4.6, False), (80.0, 80.6, False), (80.0, 81.5, False)]
)
def test_size_of_points_is_not_that_of_per_cent(
    before: float, after: float, *, is_slight: bool
) -> None:
    """Words of size are those of a change in per cent."""
    rows = rows_of({"Women": (before, after)}, metric="Employment rate", unit="%")
    texts = " ".join(report_of(rows).texts(shape=LONG))
    assert ("slightly" in texts) is is_slight


@pytest.mark.parametrize(
    ("after", "word"), [(102.0, "slightly "), (110.0, ""), (130.0, "sharply ")]
)
def test_words_of_size_are_of_one_scale(after: float, word: str) -> None:
    """Below 3 % slight, from 25 % on sharp."""
    rows = rows_of({"Wind": (100, after)}, metric="Generation")
    told = [
        match
        for text in report_of(rows).texts(count=30)
        for match in re.findall(r"(?:rose|grew) (slightly |sharply |)by [\d.]+%", text)
    ]
    assert told
    assert set(told) == {word}


def test_zero_degrees_are_something() -> None:
    """A temperature of zero is recorded, and nothing rises from nothing."""
    rows = rows_of({"Total": (0, 0.4, 1.1, 1.5)}, metric="Mean temperature", unit="°C")
    for text in report_of(rows).texts(shape=LONG):
        assert not re.search(r"\bno mean temperature|from zero|nothing|%", text)
        assert re.search(r"\d °C", text)


def test_negative_values_are_told_without_per_cent() -> None:
    """A balance that went from −12 to −4 rose by no percentage."""
    rows = rows_of({"Total": (-12, -10, -7, -4)}, metric="Trade balance", unit="billion EUR")
    for text in report_of(rows).texts(shape=LONG):
        assert "%" not in text
        assert not re.search(rf"by {MINUS}", text)


def test_years_after_the_target_are_not_denied() -> None:
    """A conclusion that compares up to 2019 does not say that figures end there."""
    report = report_of(rows_of({"Wind": COURSE}), data={"target_year": 2019})
    for text in report.texts(kind="conclusion", shape=Shape(min_words=60, max_words=160)):
        assert not re.search(r"end in 2019|beyond 2019 is|data go beyond|the last figure", text)
        assert "2021" not in text


def test_own_first_and_last_year_of_a_series_are_named() -> None:
    """A series that ends early is told with its own years."""
    rows = [
        *rows_of({"Wind": COURSE}, places={"France": 2, "Italy": 3, "Germany": 5}),
        *(
            f"Austria,Wind,{year},{year - 2010},Electricity generation,TWh"
            for year in range(2016, 2020)
        ),
    ]
    for text in report_of(rows).texts(shape=LONG):
        assert "2016" in text
        assert "2019" in text
        assert not re.search(r"\d TWh in 2021", text)


def test_course_is_told_of_earlier_years() -> None:
    """Not as "in between" of a level that has no beginning."""
    rows = rows_of({"Wind": COURSE}, places={"Austria": 1})
    for text in report_of(rows).texts(shape=Shape(min_words=150, max_words=200)):
        assert not re.search(r"[Ii]n between", text)


def test_a_series_does_not_turn_where_it_begins() -> None:
    """The first of many years is the lowest of a rising series: that is no low."""
    rising = tuple(10.0 + 2 * at for at in range(9))
    rows = rows_of({"Total": rising}, metric="Price", unit="EUR/MWh")
    for text in report_of(rows).texts(shape=LONG):
        assert not re.search(r"bottomed out|a low of|lowest point|peak", text), text


def test_change_across_a_break_is_not_told() -> None:
    """What is counted otherwise since 2019 has a level only, and the text says why."""
    rows = [
        row.replace(",14,", ",14 b,") if row.startswith("Austria") else row
        for row in rows_of({"Wind": (10, 11, 12, 14, 15, 16)})
    ]
    assert any("14 b" in row for row in rows)
    for text in report_of(rows).texts(shape=LONG):
        assert not re.search(r"between 201[678] and|since 201[678]|on 201[678]", text), text
        assert "break" in text


def test_provisional_figures_are_marked_and_not_compared() -> None:
    """A reader must know that a value may yet change."""
    rows = [
        row.replace(",16,", ",16 p,") if row.startswith("Austria") else row
        for row in rows_of({"Wind": (10, 11, 12, 14, 15, 16)})
    ]
    for text in report_of(rows).texts(shape=LONG):
        assert "16 TWh (provisional)" in text
        assert not re.search(r"(?:rose|grew|up) [^.]*\b2021\b", text), text


def test_region_without_all_members_has_no_change_of_its_own() -> None:
    """The region's figure does not rise because more members have a value."""
    full = rows_of({"Wind": (10, 11, 12, 13)})
    rows = [
        row for row in full if not row.startswith(('Germany,"Wind",2018', 'Germany,"Wind",2019'))
    ]
    assert len(rows) == len(full) - 2
    for text in report_of(rows).texts("EU", shape=LONG):
        assert not re.search(
            r"doubled|tripled|(?:rose|grew|up) (?:sharply )?by (?:[5-9]\d|\d{3})", text
        ), text


def test_largest_category_is_a_leaf_and_the_largest() -> None:
    """No sum is said to be larger than its parts, and none leads that does not."""
    mix = {"Hydro": (40, 41, 42, 41), "Coal": (30, 28, 27, 25), "Gas": (20, 24, 26, 29)}
    for text in report_of(rows_of(mix)).texts(shape=LONG):
        for sentence in re.split(r"(?<=\.) ", text):
            if re.search(r"largest (?:share|part|category)", sentence):
                assert "hydro" in sentence.casefold(), sentence


def test_name_with_a_comma_stands_between_marks() -> None:
    """In a row of names readers see where it begins and ends."""
    series = {
        "Food, beverages and tobacco": COURSE,
        "Textiles": tuple(value / 3 for value in COURSE),
    }
    rows = rows_of(series, metric="Gross output", unit="million EUR")
    told = 0
    for text in report_of(rows).texts(shape=LONG):
        assert "Food, beverages" not in text.replace("“Food, beverages", "")
        told += "food, beverages and tobacco”" in text.casefold()
    assert told
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
    falling = {
        name: (11.0, 10.5, 9.8, 9.0, (11 + last) / 2, last)
        for name, last in (("Coal", 7.3), ("Gas", 5.1), ("Oil", 2.2), ("Wind", 1.1))
    }
    report = report_of(rows_of(falling))
    for code in ("AT", "EU"):
        for text in report.texts(code, shape=Shape(min_words=120, max_words=220), count=30):
            assert MINUS not in text, text
        assert MINUS not in " ".join(report.headlines(code))


def test_measures_that_do_not_add_over_places_are_not_called_ratios() -> None:
    """A wage is none."""
    gap = Gap("not summed", "Europe", "Minimum wage", ("Total",))
    nothing = report_of(rows_of({"Wind": COURSE})).evidence()
    given = nothing.model_copy(update={"facts": (), "findings": (), "gaps": (gap,)})
    text = written(job_of(given))
    assert "ratio" not in text
    assert "add up" in text


def test_metrics_with_an_article_have_it() -> None:
    """Neither "50.9% of number of deaths" nor "number of deaths in Austria rose"."""
    deaths = {"Women": (1950, 2000, 2100, 2260), "Men": (1400, 1700, 1900, 2180)}
    report = report_of(rows_of(deaths, metric="Deaths", unit="deaths"))
    for code in ("AT", "EU"):
        texts = " ".join(report.texts(code, shape=LONG))
        assert re.search(r"the total number of deaths|[a-z]'s total number", texts.casefold())
        assert not re.search(
            r"(?:of|in|to|by) (?:total )?number of deaths|(?:^|\. )Number of", texts
        )
    carbon = rows_of({"Total": (300, 280, 250)}, metric="Carbon intensity", unit="g CO2/kWh")
    for text in report_of(carbon).texts():
        assert not re.search(r"(?:^|[,.] )[Cc]arbon intensity", text), text


def test_quoted_name_begins_a_sentence_with_a_capital() -> None:
    """The letter behind the mark is the sentence's first."""
    assert words.capitalised("“trade, transport” led") == "“Trade, transport” led"
    assert words.capitalised("national-US stood") == "National-US stood"
    assert words.capitalised("kWh were sold") == "kWh were sold"


def test_rise_from_zero_is_not_told_by_its_own_figure() -> None:
    """From 0 to 10 is no rise by 10."""
    rows = rows_of({"Total": (0, 1, 4, 10)}, metric="Bunker fuels", unit="kt")
    for text in report_of(rows).texts(shape=LONG):
        first = text.split(". ")[0]
        assert len(re.findall(r"\b10\b", first)) == 1, first
        assert "by 10 kt" not in text


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
    fact = make_fact(metric="Access", unit=unit, subject="Total", value=51.1)
    assert format_fact(fact) == shown


def test_members_of_another_year_are_not_told_behind_the_level() -> None:
    """A region's own figure that ends before its members' is not of their year."""
    names = ("Austria", "France", "Italy", "Germany", "Spain", "Poland", "Sweden")
    places = {name: 1 + 0.1 * at for at, name in enumerate(names)}
    years = {str(year): 5.0 + 0.01 * (year - 2010) for year in range(2010, 2022)}
    of_region = {year: value for year, value in years.items() if year < "2021"}
    rate = {"metric": "Unemployment rate", "unit": "%"}
    rows = rows_of({"Total": years}, places=places, **rate)
    own = rows_of({"Total": of_region}, places={"EU": 1.3}, **rate)
    texts = list(report_of(rows, own).texts("EU", shape=LONG))
    assert any("8.18% in Sweden in 2021" in text for text in texts)
    assert not any(re.search(r"2020[^.]*; among", text) for text in texts)
    assert not any(
        "in Sweden" in one and "2021" not in one for text in texts for one in text.split(". ")
    )


def test_region_of_rates_says_of_its_members_what_it_has_not_itself() -> None:
    """Who is highest and lowest, no word about sums; of members alike, that there is nothing."""
    places = {"Austria": 1, "France": 3, "Italy": 2, "Germany": 5}
    rate = {"metric": "Unemployment rate", "unit": "%"}
    rows = rows_of({"Total": (2.0, 2.2, 2.4)}, places=places, **rate)
    for text in report_of(rows).texts("EU", shape=LONG):
        assert "Austria" in text
        assert "Germany" in text
        assert "add up" not in text
    alike = rows_of({"Total": (2.0, 2.2, 2.4)}, places=dict.fromkeys(places, 1), **rate)
    for text in report_of(alike).texts("EU", shape=LONG):
        assert "add up" in text
        assert "table below" not in text
