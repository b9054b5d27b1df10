"""Model calls against a real model server, with a store and a journal of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from factbook.config.project_config import (
    Limits,
    Price,
)
from factbook.errors import FactbookError
from factbook.llm.attempt_numbers import OwnNumbers
from factbook.llm.calls import Dependencies, ModelCalls
from factbook.llm.chat import Answered, ChatModel, ChatRequest, Message
from factbook.llm.journal import FileJournal
from factbook.llm.ledger import attempt_numbers, call_rows
from factbook.llm.limits.rules import Timing
from factbook.llm.limits.shared import open_limits
from factbook.llm.openai_model import OpenAIModel
from factbook.llm.prices import Prices
from factbook.llm.store import CallStore
from tests.servers.running import RunningServer

KEY = "sk-canary-4f1d"
MODEL = "test-model"
EVIDENCE = """<evidence>
fact,place,subject,metric,period,value,unit
F1,Austria,Wind,Generation,2021,6.48,TWh
F2,Austria,Solar,Generation,2021,1.25,TWh
</evidence>"""

FAST = {"requests_per_minute": 600_000, "tokens_per_minute": 10**9}


def a_request(text: str = "Write.", **others: Any) -> ChatRequest:
    """A request for a section on Austria."""
    messages = (
        Message(role="system", content="You write."),
        Message(role="user", content=f"{EVIDENCE}\n{text}"),
    )
    return ChatRequest(**{"model": MODEL, "messages": messages, "max_tokens": 400, **others})


def model_on(base_url: str, max_connections: int = 64) -> OpenAIModel:
    """The real client of a server."""
    return OpenAIModel(
        provider="openai",
        api_key=SecretStr(KEY),
        base_url=base_url,
        token_parameter="max_completion_tokens",  # noqa: S106 - a parameter's name
        max_connections=max_connections,
    )


@dataclass
class Watch:
    """Counts the calls of its methods."""

    begun: int = 0
    ended: int = 0
    cost_usd: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin_call(self) -> None:
        """An attempt goes out."""
        self.begun += 1

    def end_call(self) -> None:
        """It is back."""
        self.ended += 1

    def add_cost(self, usd: float) -> None:
        """It has cost this."""
        self.cost_usd += usd


@dataclass
class Bench:
    """Model calls with all that they work with.

    Attributes:
        calls: The calls.
        store: Their store.
        journal: Their journal.
        watch: What they told.
    """

    calls: ModelCalls
    store: CallStore
    journal: FileJournal
    watch: Watch

    def rows(self) -> list[Any]:
        """Rows of ``calls.csv``."""
        return call_rows(self.journal.read().events)

    def outcomes(self, requests: Sequence[ChatRequest]) -> list[Answered | FactbookError]:
        """Make all calls side by side, one a section; give answers and errors in their order."""
        with ThreadPoolExecutor(max(len(requests), 1)) as pool:
            return list(pool.map(self._outcome, enumerate(requests)))

    def outcomes_in_turn(self, requests: Sequence[ChatRequest]) -> list[Answered | FactbookError]:
        """The same, one call after another, as a sequential run makes them."""
        return [self._outcome(numbered) for numbered in enumerate(requests)]

    def _outcome(self, numbered: tuple[int, ChatRequest]) -> Answered | FactbookError:
        number, request = numbered
        try:
            return self.calls.call(f"1.1.{number}@AT", "draft", request)
        except FactbookError as error:
            return error


@contextmanager
def bench(
    folder: Path,
    model: ChatModel | RunningServer,
    *,
    timing: Timing = Timing(),  # noqa: B008 - it is frozen
    spent_usd: float = 0.0,
    store: CallStore | None = None,
    journal: FileJournal | None = None,
    **limits: Any,
) -> Iterator[Bench]:
    """Model calls on a folder, with limits that do not matter unless they are given.

    Args:
        folder: For store and journal.
        model: A model, or a server that the real client asks.
        timing: The limiter's constants of time.
        spent_usd: What the report has spent before.
        store: Where answers are kept; None for an ordinary store in the folder.
        journal: Records attempts; None for an ordinary journal in the folder.
        limits: Keys of ``[limits]``.
    """
    chosen = Limits(**{**FAST, **limits})
    store = store or CallStore(folder / "store")
    journal, watch = journal or FileJournal(folder / "j.jsonl"), Watch()
    store.create()
    if isinstance(model, RunningServer):
        model = model_on(model.base_url, max_connections=chosen.max_in_flight)
    calls = ModelCalls(
        Dependencies(
            model=model,
            store=store,
            journal=journal,
            limits=lambda: open_limits(
                chosen, scope="s", report="r", spent_usd=spent_usd, timing=timing
            ),
            prices=Prices({MODEL: Price(input=1.0, output=10.0)}),
            deadline_seconds=chosen.deadline_seconds,
            patience_seconds=chosen.outage_patience_seconds,
            watch=watch,
            numbers=OwnNumbers(attempt_numbers(journal.read().events)),
        )
    )
    try:
        yield Bench(calls, store, journal, watch)
    finally:
        calls.close()


MakeBench = Callable[..., Any]
