"""The Prefect task of a chapter: what it tries again, and what not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from prefect import State, flow
from prefect.states import Completed

from factbook.runs.ref import RunRef
from tasks.chapter import SECONDS_BETWEEN_TRIES, chapter_task

pytestmark = pytest.mark.usefixtures("server")


def outcome(errors: list[Exception]) -> tuple[State[Any], list[Exception]]:
    """How a chapter ends that fails with these errors before it succeeds, and those left."""

    def chapter(run: RunRef, item_id: str, name: str, return_state: bool) -> State[Any]:
        if errors:
            raise errors.pop(0)
        return Completed(data="written")

    write_chapter: Callable[..., Any] = chapter_task(chapter)

    @flow
    def report() -> State[Any]:
        run = RunRef(project="project")
        state: State[Any] = write_chapter(run, "1", "1", [], return_state=True)
        return state

    return report(return_state=True), errors


@pytest.mark.slow
def test_chapter_is_tried_again_when_the_server_is_away() -> None:
    """A new client of Prefect gives up at once where nothing answers."""
    state, left = outcome([httpx.ConnectError("All connection attempts failed")])
    assert state.is_completed()
    assert left == []


def test_other_errors_are_not_tried_again() -> None:
    """An error of our own fails the chapter the first time."""
    state, left = outcome([ValueError("own"), ValueError("own")])
    assert state.is_failed()
    assert len(left) == 1


def test_tries_outlast_a_server_that_is_away_for_a_minute() -> None:
    """With half a minute for its start."""
    assert sum(SECONDS_BETWEEN_TRIES) > 60 + 30
