"""Deadlines count the time for which the process runs: a real process, stopped and continued."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from factbook.llm.journal import Ended, FileJournal
from factbook.llm.running_time import RunningTime
from tests.llm.calling_process import CALLS
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.running import RunningServer

model_server = fixtures.model_server
ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 4.0
STOPPED_SECONDS = 8.0
"""Longer than the deadline, by more than a busy machine adds to it."""


@contextmanager
def stopped_in_flight(
    folder: Path, server: RunningServer
) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """A process that is stopped while its calls are in flight, and when it was."""
    arguments = [str(folder), server.base_url, str(DEADLINE_SECONDS)]
    command = [sys.executable, "-m", "tests.llm.calling_process", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        until(lambda: len(server.ledger()) == CALLS)
        process.send_signal(signal.SIGSTOP)
        yield process, time.monotonic()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.communicate(timeout=300)


def until(is_so: Callable[[], bool]) -> None:
    """Look again and again, for a minute at most."""
    for _ in range(1200):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


@pytest.mark.slow
def test_answers_that_arrive_while_the_process_is_stopped_count(
    tmp_path: Path, model_server: Serve
) -> None:
    """Stopped for longer than the deadline: the answers are read, kept, and asked for once."""
    server = model_server({"latency_seconds": 2.0})
    with stopped_in_flight(tmp_path, server) as (process, stopped_at):
        until(lambda: time.monotonic() > stopped_at + STOPPED_SECONDS)
        process.send_signal(signal.SIGCONT)
        said = json.loads(process.communicate(timeout=300)[0])
    assert said["outcomes"] == ["Answered"] * CALLS
    assert len(server.ledger()) == CALLS
    assert {hit.status for hit in server.ledger()} == {200}
    assert not any(hit.has_client_left for hit in server.ledger())


@pytest.mark.slow
def test_hanging_call_of_a_stopped_process_ends_at_its_deadline(
    tmp_path: Path, model_server: Serve
) -> None:
    """It has its whole running time, before and after the stop together, and no more."""
    server = model_server({"faults": [{"kind": "hang"}]})
    with stopped_in_flight(tmp_path, server) as (process, stopped_at):
        until(lambda: time.monotonic() > stopped_at + STOPPED_SECONDS)
        process.send_signal(signal.SIGCONT)
        said = json.loads(process.communicate(timeout=300)[0])
    assert said["outcomes"] == ["ModelUnavailableError"] * CALLS
    assert len(server.ledger()) == CALLS
    ends = [e for e in FileJournal(tmp_path / "j.jsonl").read().events if isinstance(e, Ended)]
    assert [end.outcome for end in ends] == ["timeout"] * CALLS
    for end in ends:
        # With the stop it would be more than twice as much.
        assert DEADLINE_SECONDS - 1.1 < end.seconds < STOPPED_SECONDS
    for hit in server.ledger():
        assert hit.ended_seconds is None or hit.ended_seconds > stopped_at + STOPPED_SECONDS


def test_running_time_ends_what_takes_longer() -> None:
    """Without any stop it is an ordinary timeout; without a limit there is none."""

    async def run() -> RunningTime:
        with pytest.raises(TimeoutError):
            async with RunningTime(0.1) as running:
                await asyncio.Event().wait()
        async with RunningTime():
            pass
        return running

    assert asyncio.run(asyncio.wait_for(run(), 120)).seconds >= 0.1


def test_running_time_leaves_out_what_a_stop_has_taken() -> None:
    """A loop that cannot run for a while is a stop as it sees it."""

    async def run() -> float:
        async with RunningTime(30) as running:
            time.sleep(4.0)  # the stop
            await asyncio.sleep(0.1)
        return running.seconds

    assert asyncio.run(run()) < 2.0
