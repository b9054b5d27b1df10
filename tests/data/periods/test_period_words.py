import pytest

from factbook.data.periods.period_texts import period_of
from factbook.data.periods.period_words import (
    period_head,
    period_words,
    span_head,
    span_words,
    when_words,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021", "in 2021"), ("2008/2009", "in the 2008/2009 season"),
        ("2021-S2", "in the second half of 2021"), ("2021-Q1", "in the first quarter of 2021"),
        ("2021-Q4", "in the fourth quarter of 2021"), ("2021-03", "in March 2021"),
        ("2021-W05", "in week 5 of 2021"), ("2021-03-15", "on 15 March 2021"),
        ("2021-03-15T04", "at 04:00 on 15 March 2021"),
    ],
)  # fmt: skip
def test_periods_are_worded(text: str, words: str) -> None:
    """As a noun, and with its preposition."""
    assert when_words(period_of(text)) == words
    assert period_words(period_of(text)) == words.partition(" ")[2]


def test_locale_orders_the_date() -> None:
    """Americans put the month first; other languages are refused, not half translated."""
    assert period_words(period_of("2021-03-15"), "en-US") == "March 15, 2021"
    with pytest.raises(ValueError, match="in English so far, not in German"):
        period_words(period_of("2021"), "de_DE")


def test_spans_are_worded() -> None:
    """From one to the other; a span of one is that one."""
    first, last = period_of("2020-03"), period_of("2021-03")
    assert span_words(first, last) == "from March 2020 to March 2021"
    assert span_words(last, last) == "in March 2021"
    for one, other in ((last, first), (first, period_of("2021"))):
        with pytest.raises(ValueError, match="no span from"):
            span_words(one, other)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("2021", "2021"),
        ("2008/2009", "2008/2009"),
        ("2021-S1", "H1 2021"),
        ("2021-Q3", "Q3 2021"),
        ("2008-09", "Sept 2008"),
        ("2021-W05", "Week 5, 2021"),
        ("2021-03-15", "15 Mar 2021"),
        ("2021-03-15T14", "15 Mar 2021, 14:00"),
    ],
)
def test_heads_are_short(text: str, head: str) -> None:
    """As they stand above a column or before a row."""
    assert period_head(period_of(text)) == head


@pytest.mark.parametrize(
    ("first", "last", "head"),
    [
        ("2024-01", "2024-09", "Jan–Sept 2024"),
        ("2024-Q1", "2024-Q3", "Q1–Q3 2024"),
        ("2024-W01", "2024-W09", "Weeks 1–9, 2024"),
        ("2023-12", "2024-01", "Dec 2023–Jan 2024"),
        ("2024-01", "2024-01", "Jan 2024"),
    ],
)
def test_heads_of_spans_name_a_year_once(first: str, last: str, head: str) -> None:
    """Where both ends lie in it and end with it."""
    assert span_head(period_of(first), period_of(last)) == head.replace("–", "\N{EN DASH}")
