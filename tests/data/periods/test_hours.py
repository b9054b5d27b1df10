"""Hourly figures, made into figures of days, months and years while a table is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from factbook.config.hourly import Statistic, parse_statistic
from factbook.config.load import make_config
from factbook.data.dataset import load_dataset
from factbook.data.table import Table
from factbook.errors import ConfigError, DataError, Finding

HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
Hours = Callable[[datetime], float | None]


def _hours(
    value: Hours,
    *,
    metric: str = "Load",
    unit: str = "MW",
    first: str = "2023-01-01",
    after: str = "2024-01-01",
    place: str = "Austria",
) -> Iterable[str]:
    """A row for each hour; None leaves it out."""
    at, end = datetime.fromisoformat(first), datetime.fromisoformat(after)
    while at < end:
        number = value(at)
        if number is not None:
            yield f"{place},Total,{at:%Y-%m-%dT%H:%M},{number},{metric},{unit}"
        at += timedelta(hours=1)


def _read(folder: Path, rows: Iterable[str], **measures: Any) -> tuple[Table, tuple[Finding, ...]]:
    (folder / "hours.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    config = make_config(
        {"data": {"tables": {"hours": {"file": "hours.csv"}}}, "measures": measures}
    )
    dataset, findings = load_dataset(folder, config)
    return dataset.tables["hours"], findings


def _points(table: Table, metric: str, unit: str, frequency: Any = "year") -> dict[str, float]:
    series = table.series("AT", metric, "Total", unit, "", frequency)
    if series is None:
        series = table.series("AT", metric, "-", unit, "", frequency)
    return {} if series is None else {at: point.value for at, point in series.points.items()}


def _load(at: datetime) -> float:
    """MW: more by day, and a peak at one hour of the year."""
    return 90_000 if at == datetime(2023, 2, 3, 18) else 5_000 + 100 * at.hour + at.month


def test_energy_of_hours_is_added(tmp_path: Path) -> None:
    """What is known to add over time is added, by day and by every longer period."""
    rows = _hours(lambda at: at.month, metric="Generation", unit="GWh")
    table, findings = _read(tmp_path, rows)
    days = _points(table, "Generation", "GWh", "day")
    assert (len(days), days["2023-03-15"]) == (365, 72)
    assert _points(table, "Generation", "GWh", "month")["2023-02"] == 2 * 28 * 24
    assert _points(table, "Generation", "GWh", "quarter")["2023-Q1"] == (31 + 56 + 93) * 24
    year = sum(at.month for at in (datetime(2023, 1, 1) + timedelta(days=n) for n in range(365)))
    assert _points(table, "Generation", "GWh") == {"2023": year * 24}
    assert not [finding for finding in findings if "hour" in finding.code]


def test_levels_have_a_mean_and_a_maximum(tmp_path: Path) -> None:
    """Of power nobody needs to say so; no hour is kept."""
    table, _ = _read(tmp_path, _hours(_load))
    assert table.metrics() == ("Load, maximum", "Load, mean")
    assert "hour" not in table.frequencies
    hours = [_load(datetime(2023, 1, 1) + timedelta(hours=n)) for n in range(8760)]
    assert _points(table, "Load, mean", "MW")["2023"] == pytest.approx(fmean(hours))
    assert _points(table, "Load, maximum", "MW") == {"2023": 90_000}
    assert _points(table, "Load, maximum", "MW", "month")["2023-03"] == 7_303


def test_several_statistics_make_several_measures(tmp_path: Path) -> None:
    """As project.toml asks for them, a bound in another unit of the same quantity too."""
    asked = ["min", "hours above 60 GW", "hours above 7000", "quantile 0.99"]
    table, _ = _read(tmp_path, _hours(_load), Load={"hourly": asked})
    assert set(table.metrics()) == {
        "Load, minimum",
        "Load, hours above 60 GW",
        "Load, hours above 7,000 MW",
        "Load, quantile 0.99",
    }
    hours = [_load(datetime(2023, 1, 1) + timedelta(hours=n)) for n in range(8760)]
    assert _points(table, "Load, minimum", "MW") == {"2023": 5_001}
    assert _points(table, "Load, hours above 60 GW", "hours") == {"2023": 1}
    assert _points(table, "Load, hours above 7,000 MW", "hours") == {
        "2023": sum(hour > 7000 for hour in hours)
    }
    quantile = _points(table, "Load, quantile 0.99", "MW")["2023"]
    assert quantile == pytest.approx(float(np.quantile(hours, 0.99)))


def test_what_is_made_adds_no_more_than_it_may(tmp_path: Path) -> None:
    """Two places have their maxima at different hours; means of sums are sums of means."""
    asked = ["mean", "max", "hours above 7000"]
    table, _ = _read(tmp_path, _hours(_load), Load={"hourly": asked})
    mean, maximum = table.measure("Load, mean", "MW"), table.measure("Load, maximum", "MW")
    hours = table.measure("Load, hours above 7,000 MW", "hours")
    assert (mean.over_places, mean.over_time) == ("sum", "none")
    assert (maximum.over_places, maximum.over_categories, maximum.over_time) == ("none",) * 3
    assert (hours.over_places, hours.over_time) == ("none", "sum")


def test_sums_need_every_hour(tmp_path: Path) -> None:
    """A year with a missing hour has no sum, nor its month; the other months have theirs."""
    hole = datetime(2023, 3, 26, 2)
    rows = _hours(lambda at: None if at == hole else 1.0, metric="Generation", unit="GWh")
    table, findings = _read(tmp_path, rows)
    assert _points(table, "Generation", "GWh") == {}
    months = _points(table, "Generation", "GWh", "month")
    assert (len(months), "2023-03" in months) == (11, False)
    [warning] = [finding for finding in findings if finding.code == "data.incomplete-hours"]
    assert "2023 has 8,759 of 8,760 hours" in warning.message


@pytest.mark.parametrize(("missing", "is_told"), [(74, True), (75, False)])
def test_means_need_nine_tenths_of_the_hours(tmp_path: Path, missing: int, is_told: bool) -> None:
    """670 of January's 744 hours are enough; a day of which none is left has no mean."""
    hole = datetime(2023, 1, 5)
    rows = _hours(
        lambda at: None if timedelta() <= at - hole < timedelta(hours=missing) else 1.0,
        after="2023-02-01",
    )
    table, _ = _read(tmp_path, rows, Load={"hourly": "mean"})
    assert ("2023-01" in _points(table, "Load, mean", "MW", "month")) is is_told
    days = _points(table, "Load, mean", "MW", "day")
    assert ("2023-01-04" in days, "2023-01-05" in days) == (True, False)
    assert not _points(table, "Load, mean", "MW")


def test_unknown_measures_are_errors_that_name_the_setting(tmp_path: Path) -> None:
    """All of them at once; the setting makes the table readable."""
    rows = [
        *_hours(lambda at: 1.0, metric="Foo", unit="blah", after="2023-01-03"),
        *_hours(lambda at: 1.0, metric="Baz", unit="foos", after="2023-01-03"),
    ]
    with pytest.raises(DataError) as caught:
        _read(tmp_path, rows)
    [error] = [f for f in caught.value.findings if f.code == "data.hourly-unknown"]
    assert "Foo (blah)" in error.message
    assert "Baz (foos)" in error.message
    assert re.search(r'hourly under \[measures\."(Foo|Baz)"\]', error.remedy)
    said = {"Foo": {"hourly": "mean"}, "Baz": {"hourly": ["max"]}}
    table, findings = _read(tmp_path, rows, **said)
    assert table.metrics() == ("Baz, maximum", "Foo, mean")
    assert not [f for f in findings if f.code == "data.unused-measure"]


def test_a_bound_in_a_unit_of_something_else_is_an_error(tmp_path: Path) -> None:
    """Load is no energy."""
    rows = _hours(_load, after="2023-01-03")
    with pytest.raises(DataError, match="bound in 'GWh', and the figures are in 'MW'"):
        _read(tmp_path, rows, Load={"hourly": "hours above 60 GWh"})


@pytest.mark.parametrize(
    ("text", "statistic"),
    [
        ("sum", Statistic("sum")),
        (" hours  above 1e3 ", Statistic("hours above", 1000)),
        ("hours above -5 °C", Statistic("hours above", -5, "°C")),
        ("quantile 0.5", Statistic("quantile", 0.5)),
    ],
)
def test_statistics_are_read(text: str, statistic: Statistic) -> None:
    """As project.toml writes them."""
    assert parse_statistic(text) == statistic


@pytest.mark.parametrize(
    "text", ["", "average", "hours above", "hours above inf", "quantile 1", "quantile x", "sum max"]
)
def test_other_statistics_are_refused(text: str) -> None:
    """With what is allowed."""
    with pytest.raises(ConfigError, match="allowed are 'sum', 'mean'"):
        make_config({"measures": {"Load": {"hourly": text}}})


def test_a_bound_is_not_above_itself_and_quantiles_lie_between_hours(tmp_path: Path) -> None:
    """Of 0 to 23, eleven are above 12, and half do not exceed 11.5."""
    rows = _hours(lambda at: at.hour, after="2023-01-02")
    asked = ["hours above 12", "quantile 0.5"]
    table, _ = _read(tmp_path, rows, Load={"hourly": asked})
    assert _points(table, "Load, hours above 12 MW", "hours", "day") == {"2023-01-01": 11}
    assert _points(table, "Load, quantile 0.5", "MW", "day") == {"2023-01-01": 11.5}


def test_flags_of_hours_are_those_of_what_is_made_of_them(tmp_path: Path) -> None:
    """Each once, the worst first, and only in the periods in which they stand."""
    marks = {"2023-03-01T05:00": "7 p", "2023-03-02T05:00": "7 e"}
    rows = [
        row.replace(",7,", f",{marks.get(row.split(',')[2], '7')},")
        for row in _hours(lambda at: 7, metric="Generation", unit="GWh")
    ]
    table, _ = _read(tmp_path, rows)
    found: dict[str, str] = {}
    for frequency in ("year", "month", "day"):
        series = table.series("AT", "Generation", "Total", "GWh", "", frequency)
        series = series or table.series("AT", "Generation", "-", "GWh", "", frequency)
        assert series is not None
        found |= {at: point.status for at, point in series.points.items() if point.status}
    assert found == {"2023": "e p", "2023-03": "e p", "2023-03-01": "p", "2023-03-02": "e"}
