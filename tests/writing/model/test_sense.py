"""The sense check: what a model says of a text stands in the report's table."""

from __future__ import annotations

import pytest

from factbook.writing.model.prompts import template_text
from factbook.writing.model.sense import SenseCheck


@pytest.mark.parametrize(
    ("issue", "said"),
    [
        ("{F1} is  wrong.", "F1 is wrong"),
        ("See https://evil.example/x?y, now", "See [address removed], now"),
        ("See ht{tps://evil.example/x} now", "See [address removed] now"),
        ("mail a@evil.example", "mail [address removed]"),
        ("A\u202eB\u2800\ufe0f\U000e0041C\u3164", "ABC"),
    ],
)
def test_feedback_is_cleaned_like_a_text(issue: str, said: str) -> None:
    """No references, addresses or characters that nobody sees."""
    check = SenseCheck(verdict="revise", issues=(issue,))
    assert check.feedback() == f"Sense check: revise: {said}."


def test_issue_that_repeats_the_instructions_is_left_out() -> None:
    """In the table and in what a revision is asked for; other issues stay."""
    echo = " ".join(template_text("sense_check").rpartition("Answer in JSON:")[2].split())
    check = SenseCheck(verdict="revise", issues=(echo, "The year is wrong."))
    assert check.problems == ("The year is wrong.",)
    assert check.feedback() == "Sense check: revise: The year is wrong."
