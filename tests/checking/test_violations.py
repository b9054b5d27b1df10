"""Violations: what is wrong with a source text by its form, and the text without it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factbook.checking.violations import Violation, violations, without_violations
from factbook.evidence.references import references, render
from tests.sections import make_fact

FACTS = {"F1": make_fact(1), "F2": make_fact(2)}
SOURCES = {"S1"}


def kinds(text: str) -> list[tuple[str, str]]:
    """Kind and finding of each violation of a text."""
    return [(v.kind, v.found) for v in violations(text, FACTS, SOURCES)]


def test_text_that_keeps_the_form_has_no_violations() -> None:
    """Known facts and sources, and free digits, are as they should be."""
    text = "Wind gave {F1}, gas {F2} in 2021.{S1} That is 12 %."
    assert violations(text, FACTS, SOURCES) == ()
    assert without_violations(text, FACTS, SOURCES) == text


@pytest.mark.parametrize(
    ("text", "found", "without"),
    [
        ("It was {F999}.", [("unknown fact", "F999")], "It was [figure missing]."),
        ("It was {F0}.", [("unknown fact", "F0")], "It was [figure missing]."),
        ("It was {F01}.", [("unknown fact", "F01")], "It was [figure missing]."),
        ("So they say.{S9}", [("unknown source", "S9")], "So they say.[source missing]"),
        ("It {was} {F1}.", [("stray braces", "…It {was} {F1}.…")], "It was {F1}."),
        ("It was {F1.", [("stray braces", "…It was {F1.…")], "It was F1."),
        ("It was F1}.", [("stray braces", "…It was F1}.…")], "It was F1."),
        ("It was {}.", [("stray braces", "…It was {}.…")], "It was ."),
    ],
)
def test_violations_are_found_and_taken_out(
    text: str, found: list[tuple[str, str]], without: str
) -> None:
    """Unknown references leave a visible gap; stray braces go."""
    assert kinds(text) == found
    assert without_violations(text, FACTS, SOURCES) == without


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("See https://a.example/b?c.", "See [address removed]."),
        ("See (www.a.example/b).", "See ([address removed])."),
        ("See <https://a.example>.", "See <[address removed]>."),
        ("See [x](https://a.example).", "See [x]([address removed])."),
        ("Ask a.b@c.example, or not.", "Ask [address removed], or not."),
        ("Ask mailto:a@c.example!", "Ask [address removed]!"),
        ("See //a.example/x.", "See [address removed]."),
        ("See https://a.example/{F1}", "See [address removed]"),
        ("See www{.a.example.", "See [address removed]."),
        ("See JavaScript:alert(1)", "See [address removed])"),
    ],
)
def test_addresses_are_taken_out(text: str, without: str) -> None:
    """What programs make links of; sources are cited."""
    assert "address" in [kind for kind, _ in kinds(text)]
    assert without_violations(text, FACTS, SOURCES) == without
    assert violations(without, FACTS, SOURCES) == ()


@pytest.mark.parametrize("text", ["3:1, and/or 2 // 3", "the www", "a @ b", "U.S.A. e.g. 5.2"])
def test_words_are_no_addresses(text: str) -> None:
    """Slashes, points and signs of ordinary prose."""
    assert violations(text, FACTS, SOURCES) == ()


def test_each_violation_is_named_once_in_order_of_the_text() -> None:
    """A list of things to correct, not a log."""
    text = "{F9} and {S7} and {F9} and {x} and {y} and {F8}"
    assert [kind for kind, _ in kinds(text)] == [
        "unknown fact",
        "unknown source",
        "stray braces",
        "unknown fact",
    ]


def test_violation_says_what_is_wrong() -> None:
    """To the model with braces, to readers without."""
    assert "{F9}" in Violation("unknown fact", "F9").problem
    assert "{S9}" in Violation("unknown source", "S9").problem
    for violation in violations("{F9} {S9} { 9{F1} http://a.b", FACTS, SOURCES):
        assert violation.problem
        assert not set("{}") & set(violation.mark)


@pytest.mark.parametrize("text", ["{F{}9}", "{{F9}}", "{F{F9}}", "{F{F1}9}", "{{F1}", "{F1}}"])
def test_braces_inside_braces_leave_no_other_reference(text: str) -> None:
    """Taking some out brings no others together."""
    assert violations(without_violations(text, FACTS, SOURCES), FACTS, SOURCES) == ()


@given(st.text(alphabet="{}FS129 a,.-–w:/@"))
@settings(deadline=None)
def test_text_without_violations_can_be_rendered(text: str) -> None:
    """Whatever a model wrote: what is left refers to known facts only, and is left alone."""
    without = without_violations(text, FACTS, SOURCES)
    assert violations(without, FACTS, SOURCES) == ()
    assert set(references(without)) <= set(FACTS)
    assert without_violations(without, FACTS, SOURCES) == without
    assert "{F" not in render(without, FACTS)
