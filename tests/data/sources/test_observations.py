from __future__ import annotations

import pytest

from factbook.data.sources.observations import Observations, TooManyCellsError


def _add_all(rows: Observations, every: list[dict[str, str]]) -> None:
    for texts in every:
        rows.add(texts)


def test_own_text_goes_before_that_of_the_series() -> None:
    """An observation says more than its series, a series more than its group."""
    rows = Observations(100)
    rows.begin({"geo": "AT", "unit": "TJ"})
    rows.add({"value": "1"})
    rows.add({"value": "2", "unit": "GWh"})
    rows.begin({"geo": "BE"})
    rows.add({"value": "3"})
    rows.describe([({"geo": "AT"}, {"unit": "x", "note": "a"}), ({"geo": "BE"}, {"unit": "kg"})])
    found = {name: cells.tolist() for name, cells in rows.columns().items()}
    assert found == {
        "geo": ["AT", "AT", "BE"], "unit": ["TJ", "GWh", "kg"], "value": ["1", "2", "3"],
        "note": ["a", "a", ""],
    }  # fmt: skip


def test_rows_are_bounded_while_they_are_added() -> None:
    """The memory of a long file is not used up before it is counted."""
    rows = Observations(25_000)
    rows.begin({})
    with pytest.raises(TooManyCellsError, match="20,000 observations"):
        _add_all(rows, [{"a": "1", "b": "2"}] * 100_000)


def test_columns_are_bounded_while_they_are_added() -> None:
    """Nor are the columns, each of which may have one cell."""
    rows = Observations(1_000)
    rows.begin({})
    with pytest.raises(TooManyCellsError):
        _add_all(rows, [{f"a{number}": ""} for number in range(1_000)])
    assert rows.count < 40


def test_kinds_of_groups_are_bounded() -> None:
    """Each kind of key costs a walk over all series."""
    rows = Observations(1_000)
    rows.begin({"geo": "AT"})
    with pytest.raises(ValueError, match="17 kinds of keys"):
        rows.describe([({f"a{number}": ""}, {}) for number in range(17)])
