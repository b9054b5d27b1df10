"""The semaphore: order, bounds, failures, stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from factbook.errors import CancelledError
from factbook.runs.semaphore import FairSemaphore

PATIENCE_SECONDS = 120.0


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened in another thread."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)


def waiting(semaphore: FairSemaphore) -> int:
    """How many threads wait."""
    return len(semaphore._waiting)


def start(work: Callable[[], None]) -> threading.Thread:
    """Start a thread."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def join(threads: list[threading.Thread]) -> None:
    """Wait for threads to end."""
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def test_semaphore_is_first_come_first_served() -> None:
    """Whoever came first gets the next permit, so that no chapter starves another."""
    semaphore = FairSemaphore(1, threading.Event())
    order: list[int] = []

    def work(number: int) -> Callable[[], None]:
        def run() -> None:
            with semaphore.permit():
                order.append(number)

        return run

    threads = []
    with semaphore.permit():
        for number in range(20):
            threads.append(start(work(number)))
            wait_until(lambda count=number: waiting(semaphore) == count + 1)  # type: ignore[misc]
    join(threads)
    assert order == list(range(20))


def test_semaphore_bounds_how_many_work() -> None:
    """Never more than its permits, and all of them when there is work."""
    semaphore = FairSemaphore(3, threading.Event())
    lock = threading.Lock()
    together = threading.Barrier(3, timeout=PATIENCE_SECONDS)
    at_work = most = 0

    def run() -> None:
        nonlocal at_work, most
        with semaphore.permit():
            with lock:
                at_work += 1
                most = max(most, at_work)
            together.wait()  # where fewer are let in, they wait in vain
            with lock:
                at_work -= 1

    join([start(run) for _ in range(30)])
    assert most == 3
    assert (semaphore._free, waiting(semaphore)) == (3, 0)


def test_permit_is_given_back_when_the_work_fails() -> None:
    """A failing section does not narrow the semaphore."""
    semaphore = FairSemaphore(1, threading.Event())
    for _ in range(3):
        with pytest.raises(ValueError, match="no"), semaphore.permit():
            raise ValueError("no")
    with semaphore.permit():
        assert semaphore._free == 0
    assert semaphore._free == 1


def test_waiting_thread_goes_on_when_the_one_at_work_fails() -> None:
    """Its permit is passed on."""
    semaphore = FairSemaphore(1, threading.Event())
    done = threading.Event()

    def run() -> None:
        with semaphore.permit():
            done.set()

    def fail() -> None:
        with semaphore.permit():
            threads.append(start(run))
            wait_until(lambda: waiting(semaphore) == 1)
            raise ValueError("no")

    threads: list[threading.Thread] = []
    with pytest.raises(ValueError, match="no"):
        fail()
    join(threads)
    assert done.is_set()


def test_permit_that_is_released_for_a_while_is_anothers() -> None:
    """Who gave it up lines up for it again, behind those who have come in the meantime."""
    semaphore = FairSemaphore(1, threading.Event())
    order: list[str] = []
    answered = threading.Event()

    def ask() -> None:
        with semaphore.permit():
            order.append("asks")
            with semaphore.released():
                assert answered.wait(10)
            order.append("goes on")

    asking = start(ask)
    wait_until(lambda: order == ["asks"] and semaphore._free == 1)
    with semaphore.permit():
        answered.set()
        wait_until(lambda: waiting(semaphore) == 1)
        order.append("computes")
    join([asking])
    assert order == ["asks", "computes", "goes on"]
    assert (semaphore._free, waiting(semaphore)) == (1, 0)


def test_stop_while_a_permit_is_released_ends_the_work() -> None:
    """Nobody computes after it."""
    stop = threading.Event()
    semaphore = FairSemaphore(1, stop)
    went_on: list[bool] = []

    def work() -> None:
        with semaphore.permit():
            with semaphore.released():
                stop.set()
            went_on.append(True)

    with pytest.raises(CancelledError):
        work()
    assert went_on == []


def test_permit_that_nobody_holds_is_not_released() -> None:
    """It would be one more from then on."""
    semaphore = FairSemaphore(1, threading.Event())
    with pytest.raises(RuntimeError, match="nobody holds"), semaphore.released():
        pytest.fail("there was none")
    assert semaphore._free == 1


def test_stop_wakes_those_that_wait_and_lets_the_others_end() -> None:
    """No section begins any more; the one at work ends."""
    stop = threading.Event()
    semaphore = FairSemaphore(1, stop)
    cancelled: list[int] = []
    lock = threading.Lock()

    def run() -> None:
        try:
            with semaphore.permit():
                pytest.fail("began after the stop")
        except CancelledError:
            with lock:
                cancelled.append(1)

    with semaphore.permit():
        threads = [start(run) for _ in range(10)]
        wait_until(lambda: waiting(semaphore) == 10)
        stop.set()
        semaphore.wake_all()
        join(threads)
    assert len(cancelled) == 10
    assert (semaphore._free, waiting(semaphore)) == (1, 0)


def test_permit_given_after_the_stop_is_given_back() -> None:
    """A thread that was next in the row does not begin either."""
    stop = threading.Event()
    semaphore = FairSemaphore(1, stop)
    outcome: list[str] = []

    def run() -> None:
        try:
            with semaphore.permit():
                outcome.append("began")
        except CancelledError:
            outcome.append("cancelled")

    with semaphore.permit():
        thread = start(run)
        wait_until(lambda: waiting(semaphore) == 1)
        stop.set()
    join([thread])
    assert outcome == ["cancelled"]
    assert semaphore._free == 1


def test_stopped_semaphore_lets_nobody_in() -> None:
    """Also when it is free."""
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError), FairSemaphore(5, stop).permit():
        pytest.fail("began after the stop")
