"""Progress: sections, calls and money, counted from many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from factbook.runs.progress import Progress


def test_progress_begins_with_nothing() -> None:
    """No outcome, no estimate, no cost."""
    at = Progress(3).snapshot()
    assert (at.total, at.done, at.in_flight, at.calls_in_flight) == (3, 0, 0, 0)
    assert (at.cost_usd, at.elapsed_seconds, at.left_seconds) == (0.0, 0.0, None)


def test_progress_counts_sections_by_status() -> None:
    """Those at work, and those with an outcome."""
    progress = Progress(4)
    for _ in range(3):
        progress.begin()
    progress.end()
    progress.finish("1.1.1@AT", "written")
    progress.finish("1.1.1@FR", "degraded")
    at = progress.snapshot()
    assert (at.done, at.in_flight) == (2, 2)
    assert at.by_status == {"written": 1, "degraded": 1}
    assert at.left_seconds == pytest.approx(at.elapsed_seconds)


def test_progress_counts_a_section_once() -> None:
    """A chapter whose server was away is gone through a second time."""
    progress = Progress(2)
    for status in ("degraded", "written"):
        progress.finish("1.1.1@AT", status)
    assert progress.percent() == 50
    assert progress.snapshot().by_status == {"written": 1}


def test_progress_counts_calls_and_money_of_many_threads() -> None:
    """Nothing is lost between them."""
    progress = Progress(1)

    def call(_: int) -> None:
        progress.begin_call()
        progress.add_cost(0.25)
        progress.end_call()

    progress.begin_call()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(call, range(2000)))
    at = progress.snapshot()
    assert at.cost_usd == 500.0
    assert at.calls_in_flight == 1
