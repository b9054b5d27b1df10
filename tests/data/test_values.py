import numpy as np
import pandas as pd
import pytest

from factbook.data.values import header_year, parse_values, parse_year, uses_decimal_comma


def _numbers(texts: list[str], commas: bool = False) -> list[float]:
    return list(parse_values(pd.Series(texts, dtype=object), commas).numbers)


@pytest.mark.parametrize("text", ["", " ", ":", "..", "-", "n/a", "N/A", "NaN", "nan", "\xa0"])
def test_gaps_are_gaps_and_never_zero(text: str) -> None:
    """The marks for a missing value give NaN and are counted as gaps, not as bad cells."""
    values = parse_values(pd.Series([text, "1"], dtype=object), commas=False)
    assert np.isnan(values.numbers[0])
    assert values.gaps.tolist() == [True, False]
    assert not values.bad.any()


@pytest.mark.parametrize(
    "text", ["12.3 b", "1,234.5", "< 0.1", "1e3x", "inf", "-inf", "1e400", "1_000", "0x10", "12,5",
             "NA", "True", "1 234"],
)  # fmt: skip
def test_other_texts_are_bad(text: str) -> None:
    """Whatever is neither a number nor a gap is bad and gives no number."""
    values = parse_values(pd.Series([text], dtype=object), commas=False)
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
        (["1.234,5", "2.345"], [1234.5, 2345.0]),
    ],
)
def test_decimal_commas_are_read_where_nothing_else_fits(
    texts: list[str], expected: list[float]
) -> None:
    """12,5 is twelve and a half, in files whose separator is not a comma."""
    assert _numbers(texts, commas=True) == expected


@pytest.mark.parametrize("texts", [["1,234"], ["12,5", "12.5"], ["1,234,567", "2,5"]])
def test_doubtful_commas_are_not_read(texts: list[str]) -> None:
    """A comma that may mean thousands, or that the column contradicts, is never guessed."""
    assert not uses_decimal_comma(texts)
    values = parse_values(pd.Series(texts, dtype=object), commas=True)
    assert values.bad[[index for index, text in enumerate(texts) if "," in text]].all()


def test_typed_numbers_keep_gaps() -> None:
    """A column of floats keeps its NaN as a gap; infinity is bad."""
    values = parse_values(pd.Series([1.5, np.nan, np.inf]), commas=False)
    assert values.gaps.tolist() == [False, True, False]
    assert values.bad.tolist() == [False, False, True]


def test_years_are_whole_and_of_four_digits() -> None:
    """Years from 1000 to 2999 pass, also as 2015.0; nothing else does."""
    assert parse_year("2015") == parse_year(" 2015.0 ") == 2015
    for text in ("15", "3000", "0999", "2015.5", "2015/16", "", "FY2015"):
        assert parse_year(text) is None
    assert header_year("2015 [YR2015]") == header_year("Y2015") == 2015
    assert header_year("Share 2015") is None
