"""Figures of a source text, to tell whether an edit has changed any."""

from __future__ import annotations

import pytest

from factbook.writing.model.kept_figures import changed_figures, figures_in

BEFORE = "In 2021 wind gave {F1}, 12 % more than −3.5 in 2015.{S1} CO2 fell."


def test_figures_are_references_and_free_numbers() -> None:
    """With sign and percent sign; not digits inside words."""
    found = figures_in(BEFORE)
    assert dict(found) == {"F1": 1, "S1": 1, "2021": 1, "2015": 1, "12%": 1, "−3.5": 1}


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        "Wind gave {F1} in 2021.{S1} That is 12% more than −3.5 in 2015, and CO2 fell.",
        BEFORE.replace("12 %", "12 percent"),
        BEFORE.replace("−3.5", "-3.5"),
    ],
)
def test_other_words_and_order_change_no_figure(after: str) -> None:
    """An edit may do that."""
    assert changed_figures(BEFORE, after) == ""


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (BEFORE.replace("{F1}", "{F2}"), "F1 taken away, F2 added"),
        (BEFORE.replace("{F1}", "6.48 TWh"), "F1 taken away, 6.48 added"),
        (BEFORE.replace("12 %", "12"), "12% taken away, 12 added"),
        (BEFORE.replace("−3.5", "3.5"), "−3.5 taken away, 3.5 added"),
        (BEFORE.replace("2015", "2016"), "2015 taken away, 2016 added"),
        (BEFORE.replace("{S1}", ""), "S1 taken away"),
        (BEFORE + " Again {F1}.", "F1 added"),
    ],
)
def test_changed_figures_are_named(after: str, changed: str) -> None:
    """Without braces, as readers see it."""
    assert changed_figures(BEFORE, after) == changed


def test_gap_of_a_missing_figure_counts() -> None:
    """An edit does not hide it."""
    assert changed_figures("It was [figure missing].", "It was.") == "[figure missing] taken away"


def test_long_lists_are_counted() -> None:
    """Six are enough to see what happened."""
    before = " ".join(f"{{F{n}}}" for n in range(1, 10))
    assert changed_figures(before, "").endswith("F6 and 3 more taken away")
