"""Rendering references: digits, signs, ranks, units, locales."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factbook.data.series import SourceRows
from factbook.evidence.derivation import VALUE
from factbook.evidence.facts import Fact
from factbook.evidence.references import (
    MINUS,
    NO_BREAK_SPACE,
    citations,
    format_fact,
    format_number,
    references,
    render,
    without_citations,
)

FACT = Fact(
    id="F1",
    place="Austria",
    subject="Wind",
    metric="Generation",
    period="2021",
    value=67.29,
    unit="TWh",
    kind="value",
    role="place",
    table="ETM",
    derivation=VALUE,
    sources=(SourceRows("etm.csv", (2,)),),
)
CHANGE = replace(FACT, id="F2", metric="Generation change", kind="change", value=-2.714)
RELATIVE = replace(
    FACT,
    id="F3",
    metric="Generation relative change",
    kind="relative change",
    value=-91.86,
    unit="%",
)
RANK = replace(
    FACT, id="F4", metric="Generation rank", kind="rank", value=3.0, unit="rank", among=27
)
FACTS = {fact.id: fact for fact in (FACT, CHANGE, RELATIVE, RANK)}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (67.29, "67.3"),
        (0.0, "0"),
        (-0.0, "0"),
        (39.96, "40"),
        (400.0, "400"),
        (2870.43, "2,870"),
        (999.6, "1,000"),
        (123456.0, "123,000"),
        (0.00051249, "0.000512"),
        (1e-7, "0.0000001"),
        (1e15, "1,000,000,000,000,000"),
        (-12.345, f"{MINUS}12.3"),
        (5, "5"),
    ],
)
def test_number_has_three_significant_digits(value: float, text: str) -> None:
    """Never more, never in scientific notation, and a negative zero is zero."""
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.245, "1.25"), (1.255, "1.26"), (12.25, "12.3"), (-12.25, f"{MINUS}12.3")]
)
def test_half_is_rounded_away_from_zero_as_it_is_written(value: float, text: str) -> None:
    """1.255 is a half, although the nearest binary fraction is a little less."""
    assert format_number(value) == text


def test_every_float_can_be_written() -> None:
    """The largest and the smallest floats are long, but numbers."""
    assert format_number(1.7976931348623157e308).startswith("180,000,000")
    assert format_number(5e-324).endswith("5")


@pytest.mark.parametrize(
    ("locale", "text"),
    [("en", "2,870"), ("de", "2.870"), ("fr", "2\N{NARROW NO-BREAK SPACE}870"), ("en-GB", "2,870")],
)
def test_number_follows_the_locale(locale: str, text: str) -> None:
    """Separators are those of the reader's language."""
    assert format_number(2870.43, locale) == text


def test_fact_stands_with_its_unit() -> None:
    """A blank that does not break before a unit, none before a percent sign."""
    assert format_fact(FACT) == f"67.3{NO_BREAK_SPACE}TWh"
    assert format_fact(replace(FACT, unit="%", value=12.44)) == "12.4%"
    assert format_fact(replace(FACT, unit="")) == "67.3"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th")]
    + [(21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th")],
)
def test_rank_is_an_ordinal_among_others(value: int, text: str) -> None:
    """A rank says how many it is among."""
    assert format_fact(replace(RANK, value=float(value), among=200)) == f"{text} of 200"


def test_references_are_found_in_order() -> None:
    """Repetitions count; what only looks like a reference does not."""
    assert references("{F4} and {F12}, {F4}; {F0}, {F}, {f1}, {F 1}") == ["F4", "F12", "F4"]


def test_render_leaves_all_other_text_as_it_is() -> None:
    """Braces, percent signs and line breaks of a text are its own."""
    text = "{} {x} {{F1}}\n\n100 % {F0}"
    assert render(text, FACTS) == text.replace("{F1}", f"67.3{NO_BREAK_SPACE}TWh")


def test_render_refuses_unknown_facts() -> None:
    """A reference to a fact that is not there is never left out in silence."""
    with pytest.raises(KeyError, match="F99"):
        render("It was {F1} and {F99}.", FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "It fell by {F2}.",
        "It declined in that time by about {F2}.",
        "That is a fall in output of {F2}.",
        "Gas lost {F2}.",
        "Gas dropped {F2} to its lowest.",
        "It fell by {F2}, or {F3}.",
        "It fell by {F2} ({F3}).",
        "It fell in the north of Austria's plain, between 2015 and 2021, by {F2}.",
        "Gas fell by {F2} and wind by {F3}.",
        "It slumped by {F2}.",
        "Generation dipped, after a good year, by around {F2}.",
        "It brought a decline in total electricity generation of {F2}.",
        "It is {F2} lower than before.",
        "It was {F3} below that of 2015.",
        "Wind rose by a third. Gas shrank by {F2}.",
    ],
)
def test_sign_is_left_out_where_the_words_say_the_direction(text: str) -> None:
    """Nothing falls by a negative number."""
    assert MINUS not in render(text, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "The change was {F2}.",
        "It rose by {F2}.",
        "It grew by {F2}, or {F3}.",
        "It fell. It changed by {F2}.",
        "It fell in 2020; the change to 2021 is {F2}.",
        "It changed by {F2} ({F3}).",
        "It grew by less than {F2}.",
        "Gas fell, while wind changed by {F2}.",
        "It fell from 10 to 5 TWh ({F3}).",
        "Output was lower, and the change was {F2}.",
        "{F2}",
    ],
)
def test_sign_stands_where_the_words_do_not_say_the_direction(text: str) -> None:
    """A wrong or a missing direction is not helped by hiding the sign."""
    assert render(text, FACTS).count(MINUS) == len(references(text))


def test_sign_of_a_value_is_never_left_out() -> None:
    """A removal is negative whatever the words before it; only changes have a direction."""
    facts = {"F1": replace(FACT, value=-5.0)}
    assert MINUS in render("It fell by {F1}.", facts)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("So {S1}.", "So [1]."),
        ("So {S2}{S1}.", "So [1, 2]."),
        ("So {S1} {S3}, {S12}; more.", "So [1, 3, 12]; more."),
        ("So {S1}{S1}.", "So [1]."),
        ("So {S1} and {S2}.", "So [1] and [2]."),
        ("So {S1}.\n\n{S2} too.", "So [1].\n\n[2] too."),
        ("So {S1}\n{S2}", "So [1]\n[2]"),
        ("{S0} {S} {s1} {S 1} {S01}", "{S0} {S} {s1} {S 1} {S01}"),
        ("It was {F1} {S1}{S2}.", f"It was 67.3{NO_BREAK_SPACE}TWh [1, 2]."),
    ],
)
def test_citations_are_numbers_in_brackets(text: str, shown: str) -> None:
    """Those beside each other become one; what only looks like one stays as it is."""
    assert render(text, FACTS) == render(text, FACTS, sources=12) == shown


def test_render_refuses_unknown_sources() -> None:
    """A citation of a source that is not there is never left out in silence."""
    assert render("So {S2}.", FACTS, sources=2) == "So [2]."
    with pytest.raises(KeyError, match="S3"):
        render("So {S1}{S3} and {F1}.", FACTS, sources=2)


def test_citations_are_no_references_to_facts() -> None:
    """Nor the other way round."""
    text = "{S3} {F1} {S1}{S3}"
    assert references(text) == ["F1"]
    assert citations(text) == [1, 3]


def test_text_without_its_citations_reads_on() -> None:
    """Their blank goes with them; facts and line breaks stay."""
    text = "So {F1} {S1}{S2}. And {S3}, too.\n\n{S1} Then."
    assert without_citations(text) == "So {F1}. And, too.\n\n Then."


@pytest.mark.parametrize(
    "text",
    ["It fell {S1} by {F2}.", "It fell by {F2} {S1}, or {F3}.", "It is {F2} {S1} lower."],
)
def test_citation_does_not_hide_the_direction(text: str) -> None:
    """The words count as if it were not there."""
    assert MINUS not in render(text, FACTS)
