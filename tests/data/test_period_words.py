import pytest

from factbook.data.period_texts import period_of
from factbook.data.period_words import period_words, span_words, when_words


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
