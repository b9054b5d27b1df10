"""The engine of threads, on items of any kind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import pytest

from factbook.errors import CancelledError
from factbook.runs.engine import Ended, Item, Work
from factbook.runs.thread_engine import ThreadEngine

PATIENCE_SECONDS = 10.0


def items(**upstream: str) -> list[Item]:
    """Items by id, each with the letters of those that it waits for."""
    return [Item(name, name, tuple(before)) for name, before in upstream.items()]


def run(
    todo: Iterable[Item], work: Work, at_once: int = 4, stop: threading.Event | None = None
) -> dict[str, Ended]:
    """Run items to their end."""
    ends = ThreadEngine().run_items("section", list(todo), work, at_once=at_once, stop=stop)
    return {ended.id: ended for ended in ends}


def test_results_and_errors_are_told_by_id() -> None:
    """What the work returned, or what it raised; one that fails stops no other."""
    wrong = ValueError("no")

    def work(name: str) -> str:
        if name == "b":
            raise wrong
        return name.upper()

    found = run(items(a="", b="", c="b"), work)
    assert found == {"a": Ended("a", "A"), "b": Ended("b", error=wrong), "c": Ended("c", "C")}


def test_items_wait_for_those_before_them_however_they_end() -> None:
    """Along a diamond; a failed one is an end too."""
    done: list[str] = []

    def work(name: str) -> None:
        if name in "ab":
            time.sleep(0.02)
        done.append(name)
        if name == "b":
            raise ValueError("no")

    run(items(a="", b="a", c="a", d="bc", e=""), work)
    assert sorted(done) == list("abcde")
    for before, after in ("ab", "ac", "bd", "cd"):
        assert done.index(before) < done.index(after)


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_so_many_work_at_once(at_once: int) -> None:
    """And that many do, when there are enough."""
    lock = threading.Lock()
    all_at_work = threading.Barrier(at_once)
    at_work = most = 0

    def work(name: str) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.02)  # any further one would begin
        all_at_work.wait(PATIENCE_SECONDS)
        with lock:
            at_work -= 1

    found = run([Item(str(number), "") for number in range(6)], work, at_once)
    assert not [ended for ended in found.values() if ended.error]
    assert most == at_once


def test_one_at_a_time_runs_in_the_order_of_the_items() -> None:
    """The mode for debugging."""
    done: list[str] = []
    run(items(c="", a="", b=""), done.append, at_once=1)
    assert done == ["c", "a", "b"]


def test_items_run_inside_items() -> None:
    """A chapter waits for its sections in a thread of its own pool."""

    def chapter(name: str) -> list[str]:
        inner = run(items(x="", y="x"), lambda section: f"{name}{section}", at_once=1)
        return sorted(ended.result for ended in inner.values())

    found = run(items(a="", b="a"), chapter, at_once=1)
    assert {name: ended.result for name, ended in found.items()} == {
        "a": ["ax", "ay"],
        "b": ["bx", "by"],
    }


def test_after_a_stop_no_item_begins_and_those_at_work_end() -> None:
    """Nothing is told of them any more; the iterator ends once they have."""
    stop = threading.Event()
    begun, done = [], []
    both = threading.Barrier(2)

    def work(name: str) -> None:
        begun.append(name)
        both.wait(PATIENCE_SECONDS)
        stop.set()
        done.append(name)

    assert run(items(a="", b="", c="", d="a"), work, at_once=2, stop=stop) == {}
    assert sorted(begun) == sorted(done) == ["a", "b"]


def test_stop_while_an_end_is_looked_at() -> None:
    """Whoever reads the ends stops the run: an item that was next does not begin."""
    stop = threading.Event()
    begun: list[str] = []
    ends = ThreadEngine().run_items(
        "section", items(a="", b="a"), begun.append, at_once=2, stop=stop
    )
    for _ in ends:
        stop.set()
    assert begun == ["a"]


def test_item_that_waits_for_a_thread_does_not_begin_after_a_stop() -> None:
    """Although whoever reads the ends is busy, and the engine sees nothing."""
    stop, go_on, done = threading.Event(), threading.Event(), threading.Event()
    at_work = threading.Event()
    begun: list[str] = []

    def work(name: str) -> None:
        begun.append(name)
        if name == "b":
            at_work.set()
            assert go_on.wait(PATIENCE_SECONDS)
            done.set()

    for ended in ThreadEngine().run_items(
        "section", items(a="", b="", c=""), work, at_once=1, stop=stop
    ):
        assert ended.id == "a"
        assert at_work.wait(PATIENCE_SECONDS)
        stop.set()
        go_on.set()
        assert done.wait(PATIENCE_SECONDS)
        time.sleep(0.05)  # the thread is free for the next one
    assert begun == ["a", "b"]


def test_stop_is_seen_while_no_item_ends() -> None:
    """One that works on for long is waited for, and nothing else."""
    stop = threading.Event()

    def work(name: str) -> None:
        threading.Timer(0.01, stop.set).start()
        assert stop.wait(PATIENCE_SECONDS)
        time.sleep(0.6)  # longer than it looks away

    assert run(items(a="", b="a"), work, stop=stop) == {}


def test_stop_that_was_set_before_lets_nothing_begin() -> None:
    """As for a chapter that comes after the stop."""
    stop = threading.Event()
    stop.set()
    begun: list[str] = []
    assert run(items(a="", b=""), begun.append, stop=stop) == {}
    assert begun == []


def test_item_that_cancels_itself_is_told_as_cancelled() -> None:
    """The semaphore of sections raises it."""

    def work(name: str) -> None:
        raise CancelledError("the run was interrupted")

    assert isinstance(run(items(a=""), work)["a"].error, CancelledError)
