import pytest

from factbook.data.periods.period_texts import LONGEST_TEXT, parse_period

READ = {
    "2021": ["2021", " 2021 ", "2021.0", "2021.00", "Y2021", "YR2021", "X2021", "2021 [YR2021]",
             "2021-A1", "2021-01-01/P1Y", "2021-01-01T00:00:00/P12M"],
    "2008/2009": ["2008/2009", "2008-2009", "2008\N{EN DASH}2009", "FY2008/09", "FY 2008-2009",
                  "2008-07-01/P1Y"],
    "1999/2000": ["1999/2000", "1999/00", "1999-00"],
    "2012/2013": ["2012-13"],
    "2021-S1": ["2021-S1", "2021S1", "2021-H1", "H1 2021", "1H21", "2021 S1", "2021-01-01/P6M"],
    "2021-Q1": ["2021-Q1", "2021Q1", "Q1 2021", "2021 Q1", "2021:Q1", "Q1/2021", "1Q21", "1Q2021",
                "2021q1", "2021Q1 [2021Q1]", "2021-01-01/P3M"],
    "1998-Q4": ["4Q98"],
    "2021-03": ["2021-03", "2021/03", "2021M03", "2021-M03", "2021M3", "03/2021", "03.2021",
                "202103", "Mar 2021", "March 2021", "MAR-2021", "2021 MAR", "Mar. 2021", "Mar-21",
                "Mar'21", "2021M03 [2021M03]", "2021-03-01/P1M"],
    "2021-09": ["Sep 2021", "Sept 2021", "September 2021"],
    "2021-05": ["5/2021", "May 2021"],
    "2021-W05": ["2021-W05", "2021W05", "2021W5", "W05 2021", "2021-02-01/P7D", "2021-02-01/P1W"],
    "2020-W53": ["2020-W53"],
    "2021-03-15": ["2021-03-15", "2021/3/15", "2021-03-15T00:00", "2021-03-15 00:00:00",
                   "2021-03-15 00:00:00.000000000", "2021-03-15T00:00:00Z", "20210315",
                   "15/03/2021", "15.3.2021", "03/15/2021", "15 March 2021", "15-Mar-2021",
                   "March 15, 2021", "15-Mar-21", "2021-D074", "2021-03-15/P1D",
                   "3/15/2021 12:00:00 AM"],
    "2021-03-03": ["03/03/2021"],
    "2020-12-31": ["2020-D366"],
    "2021-03-15T14": ["2021-03-15T14:00", "2021-03-15 14:30:00", "2021-03-15T14:00+01:00",
                      "2021-03-15T14", "3/15/2021 2:00:00 PM"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [(text, period) for period, texts in READ.items() for text in texts]
)
def test_notations_of_publishers_are_read(text: str, expected: str) -> None:
    """ISO 8601, SDMX, Eurostat, the World Bank, Excel, and how people write."""
    period = parse_period(text)
    assert period is not None
    assert period.text == expected


@pytest.mark.parametrize(
    "text",
    ["2008-09", "2008/09", "2011-12", "03/04/2021", "3/1/2021", "1/2021", "4/2021"],
)
def test_texts_with_several_readings_are_refused(text: str) -> None:
    """September 2008 or a season; 3 April or 4 March; January or the first quarter."""
    assert parse_period(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "21", "999", "3021", "20211", "2021-13", "2021-00", "2021M13", "202113", "2021Q5",
     "2021-S3", "2021-T1", "2021-W53", "2021-W00", "2021-D366", "2021-02-29", "2021-04-31",
     "2021-03-15T25:00", "2021-03-15T12:61", "13:00", "2021p", "2021 p", "2021*", "FY2021",
     "2010-2020", "2010\N{EN DASH}2020", "2009/2008", "2021-01-15/P1M",
     "2021-02-01/P3M", "2021-01-01/P2Y", "2021-01-01/P5M", "32/03/2021", "31/02/2021", "13/13/2021",
     "13/2021", "00/2021", "Foo 2021", "Mar 21", "Marc 2021", "32 March 2021", "2021 [YR2020]",
     "2021.5", "2021.03", "2.021", "1e3", "44197", "-2021", "0x7e5", "2021-03-15-W1", "Q1", "5Q21",
     "13/15/2021 2:00:00 PM", "3/15/2021 14:00:00 PM"],
)  # fmt: skip
def test_other_texts_are_no_periods(text: str) -> None:
    """What means none is None, never the nearest one."""
    assert parse_period(text) is None


def test_month_names_of_another_language_are_read() -> None:
    """English names are read in any case."""
    texts = ("März 2021", "15. März 2021", "Mär. 2021", "March 2021", "Mai 2021")
    found = [parse_period(text, "de") for text in texts]
    assert [period and period.text for period in found] == [
        "2021-03", "2021-03-15", "2021-03", "2021-03", "2021-05",
    ]  # fmt: skip
    assert parse_period("März 2021") is None


def test_long_texts_are_not_looked_at() -> None:
    """No publisher writes a period in more than forty characters."""
    assert parse_period("2021" + " " * LONGEST_TEXT) is not None
    assert parse_period("2021." + "0" * LONGEST_TEXT) is None
    assert parse_period("1" * 1_000_000) is None
