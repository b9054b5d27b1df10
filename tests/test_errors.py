"""The error tree, and findings as a person reads them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from factbook import errors
from factbook.errors import (
    LONGEST_WORD,
    MOST_COMPARED,
    Finding,
    UserError,
    bounded_suggestions,
    nearest,
)

FINDING = Finding(
    severity="error",
    code="sheet.missing-column",
    message="column 'Title' is missing",
    file="prompt_sheet.xlsx",
    sheet="Tasks",
    cells=("D1",),
    allowed="ID, Title",
    remedy="Add it",
)


def test_finding_says_where_what_allowed_and_remedy() -> None:
    """One line holds all that its reader needs."""
    assert str(FINDING) == (
        "prompt_sheet.xlsx, sheet 'Tasks', D1: column 'Title' is missing. Allowed: ID, Title. "
        "Add it."
    )


def test_finding_without_place_is_its_message() -> None:
    """Nothing stands for what is not known."""
    assert str(Finding(severity="warning", code="data.x", message="it is odd")) == "it is odd."


def test_finding_names_at_most_six_cells() -> None:
    """A thousand bad cells are a line as well."""
    cells = tuple(f"A{number}" for number in range(2, 12))
    finding = FINDING.model_copy(update={"cells": cells})
    assert finding.where.endswith("A2, A3, A4, A5, A6, A7 and 4 more")


def test_remedy_that_asks_keeps_its_mark() -> None:
    """A question does not end with a full stop."""
    finding = FINDING.model_copy(update={"remedy": "Did you mean 'ID'?", "allowed": ""})
    assert str(finding).endswith("Did you mean 'ID'?")


def test_finding_is_frozen_and_strict() -> None:
    """A finding is a value."""
    with pytest.raises(ValidationError):
        FINDING.message = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Finding(severity="fatal", code="x", message="y")  # type: ignore[arg-type]


def test_user_error_carries_every_finding() -> None:
    """All problems of an input come at once."""
    other = FINDING.model_copy(update={"message": "another"})
    error = UserError(iter([FINDING, other]))
    assert error.findings == (FINDING, other)
    assert str(error) == f"{FINDING}\n{other}"


@pytest.mark.parametrize(
    ("word", "found"),
    [("prvider", "provider"), (" PROVIDER ", "provider"), ("zzz", ""), ("", "")],
)
def test_nearest_finds_what_is_meant_or_nothing(word: str, found: str) -> None:
    """Case and blanks do not count; what is not alike is not offered."""
    assert nearest(word, ["provider", "outputs"]) == found


def test_nearest_keeps_the_spelling_of_the_known_word() -> None:
    """What is offered can be copied as it is."""
    assert nearest("etm", ["ETM"]) == "ETM"
    assert nearest("etm", []) == ""


@pytest.mark.slow
def test_suggestions_of_a_reading_are_bounded() -> None:
    """Any number of words takes as long as some; what counts is letters, so the same are told."""
    known = [f"name {number}" for number in range(1000)]
    words = [f"names {number}" for number in range(1000)]

    def suggested() -> list[str]:
        with bounded_suggestions():
            return [nearest(word, known) for word in words]

    found = [bool(like) for like in suggested()]
    count = found.count(True)
    assert found == [True] * count + [False] * (1000 - count)
    assert 100 < count < MOST_COMPARED / (6 * 6 * 1000)
    assert suggested() == suggested()
    assert nearest(words[-1], known)


def test_parts_of_a_reading_have_its_bound() -> None:
    """Each part for itself would have as much as the whole."""
    known = ["n" * 50] * 1000
    with bounded_suggestions():
        for _ in range(10):
            with bounded_suggestions():
                nearest("n" * 50, known)
        assert not nearest("etm", ["ETM"])
    assert nearest("etm", ["ETM"]) == "ETM"


def test_text_that_is_no_word_is_not_compared() -> None:
    """It would take the square of its length."""
    assert nearest("n" * LONGEST_WORD, ["n" * LONGEST_WORD])
    assert not nearest("n" * (LONGEST_WORD + 1), ["n" * LONGEST_WORD])
    assert not nearest("n" * LONGEST_WORD, ["n" * 100_000])


def test_tree_tells_the_users_mistakes_from_the_runs() -> None:
    """Exit codes follow from the branch that an error hangs on."""
    for name in ("ConfigError", "SheetError", "DataError"):
        assert issubclass(getattr(errors, name), errors.UserError)
    for name in ("StoppedError", "CancelledError", "ProjectBusyError", "WriterError"):
        assert issubclass(getattr(errors, name), errors.RunError)
    for name in ("ModelUnavailableError", "RefusedError"):
        assert issubclass(getattr(errors, name), errors.WriterError)
    assert not issubclass(errors.UserError, errors.RunError)


def test_control_characters_do_not_reach_a_terminal() -> None:
    """What a sheet or a table holds cannot colour or clear the screen of its reader."""
    shown = str(FINDING.model_copy(update={"message": "id '\x1b[31mRED\x07' is odd"}))
    assert shown.isprintable()
    assert "\\x1b[31mRED\\x07" in shown
