import pandas as pd
import pytest

from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.period_columns import parse_periods
from factbook.data.periods.periods import Period


def _read(texts: list[str], frequency: Frequency | None = None) -> list[str]:
    codes = parse_periods(texts, frequency=frequency).codes.tolist()
    return [Period.from_code(code).text if code else "" for code in codes]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2008-09", "2008-10"], ["2008-09", "2008-10"]),
        (["2008-09", "2009-10"], ["2008/2009", "2009/2010"]),
        (["2008-09", "2012-13"], ["2008/2009", "2012/2013"]),
        (["2008/09", "2008/10"], ["2008-09", "2008-10"]),
        (["2008/09"], ["2008/2009"]),
        (["03/04/2021", "13/04/2021"], ["2021-04-03", "2021-04-13"]),
        (["03/04/2021", "04/13/2021"], ["2021-03-04", "2021-04-13"]),
        (["3/4/2021 12:00:00 AM", "3/5/2021 12:00:00 AM"], ["2021-03-04", "2021-03-05"]),
        (["1/2021", "7/2021"], ["2021-01", "2021-07"]),
        (["2020-01-01", "2021-01-01"], ["2020", "2021"]),
        (["2020-12-31", "2021-12-31"], ["2020", "2021"]),
        (["2021-01-01", "2021-07-01"], ["2021-S1", "2021-S2"]),
        (["2021-03-31", "2021-06-30", "2021-09-30"], ["2021-Q1", "2021-Q2", "2021-Q3"]),
        (["2021-01-01 00:00:00", "2021-02-01 00:00:00"], ["2021-01", "2021-02"]),
        (["2020-01-31", "2020-02-29"], ["2020-01", "2020-02"]),
        (["01/02/2021", "01/03/2021", "15/03/2021"], ["2021-02-01", "2021-03-01", "2021-03-15"]),
        (["2021-01-04", "2021-01-11", "2021-01-18"], ["2021-W01", "2021-W02", "2021-W03"]),
        (["2021-01-01T00:00", "2021-01-01T01:00"], ["2021-01-01T00", "2021-01-01T01"]),
        (["2021", "2021-Q1", "2021-03"], ["2021", "2021-Q1", "2021-03"]),
    ],
)
def test_column_decides_what_its_texts_mean(texts: list[str], expected: list[str]) -> None:
    """One text that can be read in one way only shows how the others are meant."""
    assert _read(texts) == expected
    assert _read(texts[::-1]) == expected[::-1]


@pytest.mark.parametrize(
    ("texts", "doubtful"),
    [
        (["2008-09"], (0,)),
        (["2008-09", "2008-09"], (0, 1)),
        (["2008-09", "2012-13", "2012-01"], (0,)),
        (["03/04/2021", "05/06/2021"], (0, 1)),
        (["03/04/2021", "13/04/2021", "04/13/2021"], (0,)),
        (["1/2021", "2/2021", "3/2021", "4/2021"], (0, 1, 2, 3)),
    ],
)
def test_what_the_column_leaves_open_is_refused(
    texts: list[str], doubtful: tuple[int, ...]
) -> None:
    """Nothing shows it, or two texts contradict each other."""
    read = parse_periods(texts)
    assert read.doubtful == read.unreadable == doubtful
    assert [not code for code in read.codes.tolist()] == [i in doubtful for i in range(len(texts))]


@pytest.mark.parametrize(
    "texts",
    [
        ["2021-01-01"],
        ["2020-07-01", "2021-07-01"],
        ["2020-03-31", "2021-03-31"],
        ["2021-01-04", "2021-01-11"],
        ["2021-01-01", "2021-01-02"],
        ["2021-01-05", "2021-01-12", "2021-01-19"],
        ["2021-02-01", "2021-03-01", "2021-03-15"],
    ],
)
def test_dates_stay_days_unless_they_mark_periods(texts: list[str]) -> None:
    """A population on 1 July of each year is not one of the second half-year."""
    assert _read(texts) == texts


def test_stated_frequency_decides() -> None:
    """Nothing is guessed where the user says what the texts are."""
    assert _read(["2008-09"], "month") == ["2008-09"]
    assert _read(["2008-09"], "season") == ["2008/2009"]
    assert _read(["1/2021"], "quarter") == ["2021-Q1"]
    assert _read(["2021-01-01", "2021-02-01"], "day") == ["2021-01-01", "2021-02-01"]
    assert _read(["2021-03-15"], "month") == ["2021-03"]
    assert _read(["2021-03-15"], "hour") == ["2021-03-15T00"]
    assert parse_periods(["2008-09"], frequency="quarter").doubtful == (0,)
    assert parse_periods(["2021-03-15"], frequency="season").unreadable == (0,)


def test_decisions_are_told() -> None:
    """Each stands in a sentence; a column without doubts has none."""
    assert parse_periods(["2008-09", "2008-10"]).notes == ("'2008-09' was read as: month",)
    assert parse_periods(["2020-01-01", "2021-01-01"]).notes == (
        "2 dates, each the first day of a year, were read as years",
    )
    assert parse_periods(["Mar-21", "4Q98"]).notes == (
        "years of two digits were read as 1969 to 2068: 'Mar-21', '4Q98'",
    )
    assert parse_periods(["2020", "2021-Q1", "March 2021", "15/03/2021"]).notes == ()


def test_unreadable_texts_are_listed() -> None:
    """Also empty ones, and each place where they stand."""
    read = parse_periods(["2021", "x", "", "x", "2021-13"])
    assert read.codes.tolist() == [2021, 0, 0, 0, 0]
    assert read.unreadable == (1, 2, 3, 4)
    assert read.doubtful == ()
    assert parse_periods([None, "2021"]).unreadable == (0,)
    assert parse_periods([]).codes.tolist() == []


def test_timestamps_of_typed_files_are_read() -> None:
    """As text, those of Excel and Parquet have a midnight."""
    months = pd.date_range("2021-01-01", periods=12, freq="MS")
    assert _read([str(month) for month in months]) == [f"2021-{n:02}" for n in range(1, 13)]
