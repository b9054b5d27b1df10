from typing import Any

import numpy as np
import pandas as pd
import pytest

from factbook.data.grids.values import header_year, parse_values, parse_year


def _numbers(texts: list[Any]) -> list[float]:
    return list(parse_values(pd.Series(texts, dtype=object)).numbers)


@pytest.mark.parametrize("text", ["", " ", ":", "..", "-", "n/a", "N/A", "NaN", "nan", "\xa0"])
def test_gaps_are_gaps_and_never_zero(text: str) -> None:
    """The marks for a missing value give NaN and are counted as gaps, not as bad cells."""
    values = parse_values(pd.Series([text, "1"], dtype=object))
    assert np.isnan(values.numbers[0])
    assert values.gaps.tolist() == [True, False]
    assert not values.bad.any()


@pytest.mark.parametrize(
    "text", ["12.3 b", "12.3p", "<0.1", "< 0.1", "(12)", "12 %", "1e3x", "inf", "-inf", "1e400",
             "1_000", "0x10", "NA", "True", "1 23", "0 123", "1 2345",
             "1,23,456", "12,345,6", "1.234.56", "1,234.567,8", "1'23"],
)  # fmt: skip
def test_other_texts_are_bad(text: str) -> None:
    """Whatever is neither a number nor a gap is bad and gives no number."""
    values = parse_values(pd.Series([text], dtype=object))
    assert values.bad.tolist() == [True]
    assert np.isnan(values.numbers[0])


def test_numbers_are_read_exactly() -> None:
    """Numbers are those of Python, to the last digit, with blanks around them or not."""
    texts = ["0.1", "1e-3", "+5", "-.5", "7.", "12.3\xa0", "\N{MINUS SIGN}4", "4.35"]
    assert _numbers(texts) == [0.1, 0.001, 5.0, -0.5, 7.0, 12.3, -4.0, 4.35]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["12,5", "3"], [12.5, 3.0]),
        (["0,123", "1,234"], [0.123, 1.234]),
        (["1234,567", "1,234"], [1234.567, 1.234]),
        (["1.234,5", "2.345"], [1234.5, 2345.0]),
        (["1.234.567", "1.234"], [1234567.0, 1234.0]),
        (["12,5 ", " 3 ", "\N{MINUS SIGN}1,5e3"], [12.5, 3.0, -1500.0]),
    ],
)
def test_decimal_commas_are_read_where_nothing_else_fits(
    texts: list[str], expected: list[float]
) -> None:
    """12,5 is twelve and a half, and decides what the doubtful cells of its column mean."""
    assert _numbers(texts) == expected
    assert parse_values(pd.Series(texts, dtype=object)).decimal_comma


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234.5"], [1234.5]),
        (["-1,234,567"], [-1234567.0]),
        (["1'234.5", "1\N{RIGHT SINGLE QUOTATION MARK}234"], [1234.5, 1234.0]),
        (["1 234"], [1234.0]),
        (["1 234,5", "0,5"], [1234.5, 0.5]),
        (["1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5"], [1234567.5]),
        (["1\N{NARROW NO-BREAK SPACE}234,5"], [1234.5]),
        (["1,234", "12.5"], [1234.0, 12.5]),
        (["1,234", " 12.5 "], [1234.0, 12.5]),
        (["1,234", "1,234,567", "1.234"], [1234.0, 1234567.0, 1.234]),
    ],
)
def test_thousands_separators_are_read_where_nothing_else_fits(
    texts: list[str], expected: list[float]
) -> None:
    """Commas, points, blanks and apostrophes between thousands are read when beyond doubt."""
    assert _numbers(texts) == expected
    values = parse_values(pd.Series(texts, dtype=object))
    assert values.grouped.any()
    assert not values.bad.any()


@pytest.mark.parametrize(
    ("texts", "doubtful"),
    [
        (["1,234"], [0]),
        (["1,234", "500", ":"], [0]),
        (["1,234", "1.234"], [0]),
        (["12,5", "12.5"], [0]),
        (["1,234,567", "2,5"], [0, 1]),
        (["1,234.5", "12,5"], [0, 1]),
        (["1 234,5", "1.234"], [1]),
        (["1'234.5", "1,234"], [1]),
    ],
)
def test_doubtful_marks_are_not_read(texts: list[str], doubtful: list[int]) -> None:
    """A mark that may mean two things, or that the column contradicts, is never guessed."""
    values = parse_values(pd.Series(texts, dtype=object))
    assert np.flatnonzero(values.bad).tolist() == doubtful
    assert np.flatnonzero(values.ambiguous).tolist() == doubtful
    assert np.isnan(values.numbers[doubtful]).all()


def test_typed_numbers_among_texts_decide_nothing() -> None:
    """A number of a worksheet has no decimal mark, so that 1,234 beside it stays doubtful."""
    values = parse_values(pd.Series([12.5, "1,234"], dtype=object))
    assert values.bad.tolist() == [False, True]
    assert _numbers([12.5, "1,5"]) == [12.5, 1.5]


def test_typed_numbers_keep_gaps() -> None:
    """A column of floats keeps its NaN as a gap; infinity is bad."""
    values = parse_values(pd.Series([1.5, np.nan, np.inf]))
    assert values.gaps.tolist() == [False, True, False]
    assert values.bad.tolist() == [False, False, True]


def test_years_are_whole_and_of_four_digits() -> None:
    """Years from 1000 to 2999 pass, also as 2015.0; nothing else does."""
    assert parse_year("2015") == parse_year(" 2015.0 ") == 2015
    for text in ("15", "3000", "0999", "2015.5", "2015/16", "", "FY2015"):
        assert parse_year(text) is None


@pytest.mark.parametrize(
    "heading",
    ["2015", "2015.0", "Y2015", "x2015", "YR2015", "2015 [YR2015]", "2015*", "2015 p", "2015 (e)",
     "2015 1)", "2015¹", "2015f", "2015-01-01", "2015-12-31"],
)  # fmt: skip
def test_headings_of_years_are_read_with_their_marks(heading: str) -> None:
    """Publishers mark provisional years, prefix them or date them: the year is meant."""
    assert header_year(heading) == 2015


@pytest.mark.parametrize(
    "heading",
    ["Share 2015", "F2015", "Y2015F", "2015 TWh", "2015 [YR2016]", "2015/16", "2015-2016",
     "2015Q1", "2015M01", "2015-01", "12015", "2015 flag", "2015 EU", "2015F", "2015 de"],
)  # fmt: skip
def test_headings_that_are_no_year_are_none(heading: str) -> None:
    """What may be a forecast, a flag, a unit or a part of a year is not read as one."""
    assert header_year(heading) is None


@pytest.mark.parametrize(
    ("texts", "doubtful"),
    [
        (["1.234", "2.345", "7"], [0, 1]),
        (["1.234", "0.123"], []),
        (["1.234", "12.5"], []),
        (["1.234", "5", "1,234.5"], []),
        (["12", "7"], []),
    ],
)
def test_points_among_semicolons_are_read_beyond_doubt_alone(
    texts: list[str], doubtful: list[int]
) -> None:
    """Where commas stand for decimals, 1.234 may be a thousand, unless another cell denies it."""
    values = parse_values(pd.Series(texts, dtype=object), points_prove_nothing=True)
    assert np.flatnonzero(values.bad).tolist() == doubtful
    assert np.flatnonzero(values.ambiguous).tolist() == doubtful
    assert np.isnan(values.numbers[doubtful]).all()


def test_a_number_that_contradicts_doubtful_cells_is_named() -> None:
    """Beside 12,5 the first number that has a decimal point says why it is not read."""
    assert parse_values(pd.Series(["1.234", "12,5", "2.5"], dtype=object)).contrary == 2
    assert parse_values(pd.Series(["1,234", "7"], dtype=object)).contrary == -1
