"""Giving orders to workers, and looking at what a killed one has left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factbook.llm.journal import Ended, FileJournal, Sent
from factbook.llm.store import CallStore
from factbook.llm.stored_call import BadRecordError, load
from tests.crash.worker import Order, request_of
from tests.servers.running import ROOT, RunningServer

KILLED = -9


class Workers:
    """Processes that carry out orders, one after another.

    Args:
        process: ``python -m tests.crash.worker``.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def end_of(self, order: Order) -> int:
        """Carry out an order; the exit code of its process, negative for a signal's number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order.model_dump_json() + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def workers() -> Iterator[Workers]:
    """A process that has imported everything and forks workers, ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready"
        yield Workers(process)
    finally:
        process.communicate()


def answers(folder: Path) -> dict[str, str]:
    """Section id → the answer that the store holds for it."""
    store = CallStore(folder / "store")
    found = {}
    for number in range(64):
        answer = store.get(request_of(number).key("openai"))
        if answer is not None:
            found[f"1.1.{number}@AT"] = answer.model_dump_json()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The report's files, but for what tells of the run itself."""
    return {
        path.name: path.read_bytes()
        for path in sorted((folder / "report").glob("[!.]*"))
        if path.is_file()
    }


def check_account(folder: Path, server: RunningServer, *, kills: int, in_flight: int) -> None:
    """I3: the provider's hits are the journal's attempts.

    But for those that the journal had and that were killed before they were sent.
    """
    events = FileJournal(folder / "j.jsonl").read().events
    sent = [event.attempt for event in events if isinstance(event, Sent)]
    hits = [hit.call_id for hit in server.ledger()]
    unsent = set(sent) - set(hits)
    assert len(set(sent)) == len(sent)
    assert len(set(hits)) == len(hits)
    assert set(hits) <= set(sent)
    assert not unsent & {event.attempt for event in events if isinstance(event, Ended)}
    assert len(unsent) <= kills * in_flight


def check_whole(folder: Path) -> None:
    """I4: no partial file stands at a final name."""
    for path in CallStore(folder / "store").record_paths():
        try:
            load(path)
        except BadRecordError as error:
            raise AssertionError(f"a partial file stands at a final name: {error}") from None
