"""Giving orders to workers, and looking at what a killed one has left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factbook.llm.store import CallStore
from tests.crash.account import Account
from tests.crash.worker import Order, request_of
from tests.servers.running import RunningServer
from tests.workers import Worker, started

KILLED = -9


@contextmanager
def workers() -> Iterator[Worker]:
    """A process that has imported everything and forks workers, ended with the block."""
    with started("tests.crash.worker") as found:
        yield found


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


def account_of(order: Order, server: RunningServer) -> Account:
    """The account of a report that begins now: the provider forgets all others."""
    server.clear_ledger()
    journal, store = order.folder / "j.jsonl", order.folder / "store"
    return Account(server, journal=journal, store=store, in_flight=order.in_flight)
