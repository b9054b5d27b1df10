"""Prose about months and quarters, and about measures made of hourly ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from factbook.writing.offline.part_phrasings import PARTS

from factbook.data.series import Place
from factbook.evidence.facts import Extent, Fact
from factbook.evidence.references import render
from factbook.writing.job import SectionJob, Shape
from factbook.writing.offline import OfflineWriter
from factbook.writing.offline.statistic_words import spoken
from tests.sections import make_evidence, make_fact

DASH = "\N{EN DASH}"
AUSTRIA = Place("AT", "Austria")


def _change(number: int, base: str, value: float, target: str, **others: Any) -> Fact:
    kind = others.get("kind", "relative change")
    fields = {"metric": f"Generation {kind}", "kind": kind, "unit": "%"} | others
    return make_fact(number, period=f"{base}{DASH}{target}", value=value, **fields)


def _text(
    *facts: Fact,
    section: str = "1.1.1@AT",
    extent: Extent = "all",
    words: tuple[int, int] | None = None,
) -> str:
    evidence = make_evidence(*facts, section_id=section, extent=extent)
    least, most = words or (None, None)
    job = SectionJob(
        section_id=section,
        kind="sub_task",
        place=AUSTRIA,
        title="Power",
        evidence=evidence,
        shape=Shape(min_words=least, max_words=most),
    )
    return render(OfflineWriter().write(job).source_text, evidence.by_id)


def _quarters(before: float = 4.0, earlier: float = -7.0) -> tuple[Fact, ...]:
    return (
        make_fact(1, period="2024-Q3", value=6.0),
        make_fact(2, period="2023-Q3", value=5.5),
        _change(3, "2023-Q3", earlier, "2024-Q3"),
        make_fact(4, period="2024-Q2", value=5.8),
        _change(5, "2024-Q2", before, "2024-Q3"),
    )


@pytest.mark.parametrize("number", range(1, 7))
def test_a_quarter_is_told_on_two_bases(number: int) -> None:
    """With the quarter before and a year earlier, each with its direction and without signs."""
    text = _text(*_quarters(), section=f"1.1.{number}@AT")
    assert "the third quarter of 2024" in text
    assert any(said in text for said in ("up 4% on the quarter", "4% higher than in the quarter"))
    assert any(said in text for said in ("down 7% on a year", "7% lower than a year earlier"))
    assert "\N{MINUS SIGN}" not in text


def test_a_change_too_small_to_tell_is_none() -> None:
    """Nobody tells a change of 0.04 %."""
    text = _text(*_quarters(before=0.04, earlier=0.0))
    assert "practically unchanged from the quarter before" in text
    assert "and unchanged from a year earlier" in text
    assert "0.04" not in text


def test_a_change_beyond_all_measure_is_not_told() -> None:
    """A value a hundred times as large is told by the values themselves."""
    text = _text(*_quarters(before=10_000.0))
    assert "10,000%" not in text


def test_a_year_to_date_is_told_with_its_change() -> None:
    """The first three quarters, beside those of the year before."""
    span = f"2024-Q1{DASH}2024-Q3"
    kind = "year to date relative change"
    text = _text(
        *_quarters(),
        make_fact(
            6, period=span, value=17.0, metric="Generation year to date", kind="year to date"
        ),
        make_fact(7, period=span, value=-2.5, metric=f"Generation {kind}", kind=kind, unit="%"),
    )
    assert "the first three quarters of 2024" in text
    assert "17\N{NO-BREAK SPACE}TWh" in text
    assert any(s in text for s in ("down 2.5% on the same", "2.5% lower than in the same"))


def test_september_2008_is_a_month() -> None:
    """In our own notation 2008-09 is no season."""
    assert "September 2008" in _text(make_fact(1, period="2008-09"))


def test_every_phrasing_of_parts_names_period_and_figure() -> None:
    """No sentence leaves out what it is about."""
    figures: Mapping[str, str] = {"part_now": "{v}", "part_to_date": "{y}"}
    for kind, phrasings in PARTS.items():
        for phrasing in phrasings:
            assert any(slot in phrasing for slot in ("{N}", "{TN}")), phrasing
            assert figures.get(kind, "") in phrasing


def test_a_record_is_told_only_where_all_values_are_at_hand() -> None:
    """Of evidence that leaves out older months nobody knows the highest value."""
    facts = [
        make_fact(n, period=f"2024-{n:02}", value=30.0 if n == 4 else float(n)) for n in range(1, 9)
    ]
    facts = [facts[-1], *facts[:-1]]
    texts = {extent: _text(*facts, extent=extent, words=(150, 200)) for extent in ("all", "part")}
    assert re.search(r"highest|peak", texts["all"])
    assert not re.search(r"highest|peak", texts["part"])


def test_years_and_months_are_told_apart() -> None:
    """A year is not compared with a month of the same measure."""
    facts = [
        make_fact(1, period="2023", value=70.0),
        make_fact(2, period="2022", value=65.0),
        make_fact(3, period="2024-09", value=6.0),
        make_fact(4, period="2023-09", value=5.5),
    ]
    text = _text(*facts)
    sentences = re.split(r"(?<=\.) ", text)
    assert [s for s in sentences if "70" in s and "65" in s]
    assert [s for s in sentences if "September 2024" in s and "September 2023" in s]
    assert not [s for s in sentences if "70" in s and "September" in s]


@pytest.mark.parametrize("number", range(1, 9))
def test_days_are_told_on_and_not_in(number: int) -> None:
    """Whatever the phrasing: on 15 March 2024, the day before, a year earlier."""
    text = _text(
        make_fact(1, period="2024-03-15", value=6.0),
        make_fact(2, period="2023-03-15", value=5.5),
        _change(3, "2023-03-15", 9.1, "2024-03-15"),
        make_fact(4, period="2024-03-14", value=5.8),
        _change(5, "2024-03-14", 3.4, "2024-03-15"),
        section=f"1.1.{number}@AT",
    )
    assert "15 March 2024" in text
    assert not re.search(r"\b[Ii]n (?:\d+ March|the day before)", text)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("Load, maximum", "maximum Load"),
        ("Load, mean", "mean Load"),
        ("Load, hours above 1,000 MW", "hours of Load above 1,000 MW"),
        ("Load, quantile 0.99", "0.99 quantile of Load"),
        ("Coal, oil and gas", "Coal, oil and gas"),
        ("Load", "Load"),
    ],
)
def test_statistics_are_spoken(metric: str, said: str) -> None:
    """As an adjective before the measure, where there is one."""
    assert spoken(metric) == said
