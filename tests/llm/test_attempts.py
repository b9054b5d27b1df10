"""What a call has spent: a wait that the provider asks for is neither lengthened nor counted."""

from __future__ import annotations

import time
from itertools import repeat

import pytest

from factbook.errors import RateLimitedError, TransientCallError
from factbook.llm.attempts import (
    FIRST_WAIT_SECONDS,
    LONGEST_WAIT_SECONDS,
    End,
    Spent,
    asked_wait_seconds,
)

FAILED = TransientCallError("failed", "500")


def limited(retry_after_seconds: float | None) -> TransientCallError:
    """A 429."""
    return RateLimitedError("limited", "429", retry_after_seconds=retry_after_seconds)


def waits(spent: Spent, *errors: TransientCallError) -> list[bool | float]:
    """The wait after each of these errors, one after another; others are answered meanwhile."""
    return [spent.wait_before_next(error, None) for error in errors]


def test_a_wait_that_is_asked_for_never_grows() -> None:
    """However often it is asked for."""
    assert waits(Spent(300, 300), *repeat(limited(2), 50)) == [2] * 50


def test_a_wait_that_is_not_asked_for_doubles() -> None:
    """From half a second to the longest."""
    found = waits(Spent(300, 300), *repeat(limited(None), 7))
    assert found == [0.5, 1, 2, 4, 8, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]


def test_waits_that_are_asked_for_do_not_lengthen_the_others() -> None:
    """The first wait of the program's own is the shortest, whatever was asked before."""
    errors = [*repeat(limited(2), 9), FAILED, limited(3), FAILED]
    assert waits(Spent(300, 300), *errors)[9:] == [0.5, 3, 1]


@pytest.mark.parametrize(
    ("retry_after_seconds", "seconds"),
    [(None, None), (0.0, None), (0.001, FIRST_WAIT_SECONDS), (2.0, 2.0)],
)
def test_a_wait_of_nothing_is_not_asked_for(
    retry_after_seconds: float | None, seconds: float | None
) -> None:
    """A provider that says 0 s, or a millisecond, for ever is not asked thousands of times."""
    assert asked_wait_seconds(limited(retry_after_seconds)) == seconds


@pytest.mark.parametrize("status", ["429", "503", "409"])
def test_an_announced_limit_does_not_count_against_the_deadline(status: str) -> None:
    """Neither the waits nor the attempts that met it."""
    spent = Spent(deadline_seconds=10, patience_seconds=300)
    error = TransientCallError("later", status, retry_after_seconds=2)
    for _ in range(20):
        spent.add(End(error, 1.0, None))
        assert spent.wait_before_next(error, None) == 2
    spent.add(End(FAILED, 4.0, None))
    assert spent.left_seconds == 6


def test_a_limit_that_outlasts_the_patience_counts_whole() -> None:
    """A call gives up when patience and deadline are both over, and never waits in vain."""
    spent = Spent(deadline_seconds=10, patience_seconds=30)
    assert waits(spent, *repeat(limited(5), 7)) == [5.0] * 6 + [False]
    assert "35 s in all by now (limits.outage_patience_seconds is 30)" in spent.how_long()

    spent = Spent(deadline_seconds=45, patience_seconds=30)
    assert waits(spent, *repeat(limited(5), 9)) == [5.0] * 8 + [False]


def test_a_wait_beyond_patience_and_deadline_is_not_begun() -> None:
    """Fault 7, for the call that is asked itself."""
    assert waits(Spent(300, 300), limited(600)) == [False]


def test_a_limit_on_all_is_one_for_a_call_that_was_seldom_asked_itself() -> None:
    """In a queue of many the own waits are few: the limit lasts from where it began for all."""
    now = time.monotonic()
    spent = Spent(deadline_seconds=10, patience_seconds=30, started=now - 1000)
    assert spent.wait_before_next(limited(5), limited_since=now - 20) == 5
    assert spent.wait_before_next(limited(5), limited_since=now - 60) is False


def test_a_call_has_the_whole_patience_to_itself() -> None:
    """A limit that began long before it does not end it at once."""
    spent = Spent(deadline_seconds=10, patience_seconds=30)
    assert spent.wait_before_next(limited(5), limited_since=time.monotonic() - 1000) == 5
