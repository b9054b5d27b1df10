"""Categories that end: coal after its last year, of which nobody writes zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from factbook.errors import Finding
from factbook.sheet.models import PromptSheet
from tests.evidence.conftest import Ask, Asked, chart, one, pick

PLACES = ("Austria", "France")
FIGURES: Mapping[int, Mapping[str, float]] = {
    2015: {"Coal": 4.1, "Gas": 7.2, "Wind": 3.3},
    2016: {"Coal": 1.2, "Gas": 7.9, "Wind": 4.4},
    2017: {"Gas": 8.1, "Wind": 5.9},
    2018: {"Gas": 7.7, "Wind": 6.8},
}
FOSSIL = {"groups": {"Fossil": ["Coal", "Gas"]}}


def _asked(ask: Ask, totals: Mapping[int, float] | None = None, **config: Any) -> Asked:
    """Two places with the same figures, the second ten times as much, and their own totals."""
    rows = [
        f"{place},{name},{year},{value * size:.1f},Generation,TWh"
        for place, size in zip(PLACES, (1, 10), strict=True)
        for year, own in FIGURES.items()
        for name, value in (*own.items(), *([("Total", totals[year])] if totals else []))
    ]
    return ask(chart("Generation"), rows=rows, region={"members": list(PLACES)}, **config)


def _told(asked: Asked) -> list[Finding]:
    sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(asked.sub_task,))
    return list(asked.builder.coverage_findings(sheet))


def _values(asked: Asked, code: str, place: str, subject: str) -> dict[str, float]:
    found = pick(asked.of(code), subject=subject, kind="value", place=place)
    return {fact.period: fact.value for fact in found}


def _sums(names: Sequence[str]) -> dict[str, float]:
    return {
        str(year): pytest.approx(sum(own.get(name, 0) for name in names))
        for year, own in FIGURES.items()
    }


def test_total_without_an_ended_category_is_withheld_and_told(ask: Ask) -> None:
    """Nobody knows whether a row is missing; the warning has places, years and the setting."""
    asked = _asked(ask)
    assert _values(asked, "AT", "Austria", "Total") == dict(list(_sums(FIGURES[2015]).items())[:2])
    [gap] = [gap for gap in asked.of("AT").gaps if gap.kind == "incomplete"]
    assert (gap.members, gap.target) == (("Coal",), "2018")
    [finding] = _told(asked)
    assert (finding.severity, finding.code) == ("warning", "data.no-total")
    assert finding.message.startswith("4 totals of Generation in ETM are not told: Coal has no")
    assert "Austria 2017, Austria 2018, France 2017" in finding.message
    assert '[categories] zero_if_absent = ["Coal"]' in finding.remedy


def test_category_that_is_zero_where_absent_withholds_nothing(ask: Ask) -> None:
    """Of a place, the region and a group: the sums of what there is."""
    asked = _asked(ask, settings={"categories": {"zero_if_absent": ["coal"]}}, **FOSSIL)
    assert _told(asked) == []
    assert _values(asked, "AT", "Austria", "Total") == _sums(("Coal", "Gas", "Wind"))
    assert _values(asked, "AT", "Austria", "Fossil") == _sums(("Coal", "Gas"))
    region = _values(asked, "EU", "EU", "Total")
    assert region["2018"] == pytest.approx(11 * (7.7 + 6.8))
    assert not [gap for gap in asked.of("AT").gaps if gap.kind == "incomplete"]


@pytest.mark.parametrize("gap", [":", ": c", "9.9 @C", ""])
def test_row_without_a_figure_is_not_zero(ask: Ask, gap: str) -> None:
    """Neither what is not available nor what is confidential is what no row means.

    The total of 2018, where there is no row, is told; that of 2017 is not, and the region's names
    who is not in it.
    """
    rows = [
        *(
            f"{place},{name},{year},{value},Generation,TWh"
            for place in PLACES
            for year, own in FIGURES.items()
            for name, value in own.items()
        ),
        f"Austria,Coal,2017,{gap},Generation,TWh",
    ]
    zeros = {"categories": {"zero_if_absent": ["Coal"]}}
    asked = ask(chart("Generation"), rows=rows, region={"members": list(PLACES)}, settings=zeros)
    assert _values(asked, "AT", "Austria", "Total").keys() == {"2015", "2016", "2018"}
    assert _values(asked, "FR", "France", "Total").keys() == {"2015", "2016", "2017", "2018"}
    fact = one(asked.of("EU"), subject="Total", kind="value", place="EU", period="2017")
    assert fact.derivation.members is not None
    assert (fact.value, fact.derivation.members.missing) == (14, ("Austria",))
    [finding] = [one for one in _told(asked) if one.code == "data.no-total"]
    assert "Austria 2017" in finding.message


def test_period_without_its_total_lacks_what_stands_beside_other_totals(ask: Ask) -> None:
    """A confidential part takes its year's total with it: what is left is not the total.

    Nor is it where both rows have simply not come yet.
    """
    own = {"Coal": 5.5, "Gas": 7.3, "Wind": 11.7}
    every = [
        f"{place},{name},{year},{value},Generation,TWh"
        for place in PLACES
        for year in (2019, 2020, 2021)
        for name, value in (*own.items(), ("Total", 24.5))
    ]
    late = [row for row in every if not row.startswith(("Austria,Gas,2021", "Austria,Total,2021"))]
    secret = [row for row in every if not row.startswith("Austria,Gas,2021")]
    secret.append("Austria,Gas,2021,: c,Generation,TWh")
    for rows in (late, secret):
        asked = ask(chart("Generation"), rows=rows, region={"members": list(PLACES)})
        assert _values(asked, "AT", "Austria", "Total").keys() == {"2019", "2020"}
        assert len(_values(asked, "FR", "France", "Total")) == 3
        assert "Austria 2021" in _told(asked)[0].message


def test_own_total_shows_that_a_category_has_ended(ask: Ask) -> None:
    """It is the sum of the others: then a group without coal lacks nothing, here and in all."""
    totals = {year: round(sum(own.values()), 1) for year, own in FIGURES.items()}
    rows = [
        f"{place},{name},{year},{value:.1f},Generation,TWh"
        for place in PLACES
        for year, own in FIGURES.items()
        for name, value in (*own.items(), ("Total", totals[year]))
    ]
    config = {"region": {"members": list(PLACES)}, **FOSSIL}
    asked = ask(chart("Generation"), rows=rows, **config)
    assert _told(asked) == []
    assert _values(asked, "AT", "Austria", "Fossil") == _sums(("Coal", "Gas"))
    assert _values(asked, "EU", "EU", "Fossil")["2018"] == pytest.approx(2 * 7.7)


def test_own_total_shows_that_a_row_is_missing(ask: Ask) -> None:
    """It is more than the others: coal is not zero in Austria's last years, and not known."""
    rows = [
        f"{place},{name},{year},{value:.1f},Generation,TWh"
        for place in PLACES
        for year, own in FIGURES.items()
        for name, value in (
            *own.items(),
            (
                "Total",
                sum(own.values()) + (0.9 if (place, year > 2016) == ("Austria", True) else 0),
            ),
        )
    ]
    asked = ask(chart("Generation"), rows=rows, region={"members": list(PLACES)}, **FOSSIL)
    assert set(_values(asked, "AT", "Austria", "Fossil")) == {"2015", "2016"}
    assert set(_values(asked, "FR", "France", "Fossil")) == set(map(str, FIGURES))
    total = one(asked.of("AT"), subject="Total", kind="value", period="2018", place="Austria")
    assert total.value == pytest.approx(15.4)


def test_own_total_is_told_where_sums_are_in_doubt(ask: Ask) -> None:
    """Hydro may be wind and solar, by two figures: what the data call their total is theirs."""
    figures = {"Wind": (31.27, 45.1), "Solar": (12.92, 11.03), "Hydro": (44.19, 56.13)}
    rows = [
        f"Austria,{name},{year},{value},Generation,TWh"
        for name, values in figures.items()
        for year, value in zip((2020, 2021), values, strict=True)
    ]
    config = {"region": {"members": ["Austria"]}}
    own = ["Austria,Total,2020,88.38,Generation,TWh", "Austria,Total,2021,112.26,Generation,TWh"]
    asked = ask(chart("Generation"), rows=[*rows, *own], **config)
    [finding] = _told(asked)
    assert finding.code == "data.double-count"
    assert finding.message.endswith("no sum of them is stated, but the data's own total is")
    assert _values(asked, "AT", "Austria", "Total") == {"2020": 88.38, "2021": 112.26}
    assert not pick(asked.of("AT"), kind="share of category")
    asked = ask(chart("Generation"), rows=rows, **config)
    assert not pick(asked.of("AT"), subject="Total")
