"""Model calls: paid for once, whoever asks, and let go at once when the run stops."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from factbook.errors import (
    CancelledError,
    CutOffError,
    ModelUnavailableError,
    RateLimitedError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.chat import MOST_SEARCHES, Answered, ChatAnswer, ChatRequest, Usage
from factbook.llm.journal import Ended, Event, FileJournal, Sent
from factbook.llm.ledger import spent_usd
from factbook.llm.prices import Prices
from factbook.llm.store import CallStore
from tests.llm.dependencies import MODEL, a_request, bench
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120.0
"""Far less than what is not to be waited for."""


@dataclass
class FakeModel:
    """Answers after a while; counts what it was asked.

    Attributes:
        seconds: How long an answer takes.
        error: Raised instead of an answer.
        usage: What each answer has used.
        asked: Call ids in the order in which they came.
        answered: Call ids in the order in which they were answered.
    """

    seconds: float = 0.0
    error: Exception | None = None
    usage: Usage = Usage(input_tokens=100, output_tokens=200)
    asked: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    provider: str = "openai"

    async def attempt(
        self, request: ChatRequest, *, call_id: str, timeout_seconds: float
    ) -> ChatAnswer:
        """Answer, or raise."""
        self.asked.append(call_id)
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        self.answered.append(call_id)
        return ChatAnswer(text=f"{request.messages[-1].content[-20:]}", usage=self.usage)

    async def close(self) -> None:
        """Nothing is open."""


def test_many_threads_wanting_few_keys_make_few_calls(tmp_path: Path, model_server: Serve) -> None:
    """64 threads wanting 10 keys make 10 calls, by the server's count; all get their answer."""
    server = model_server({"latency_seconds": 0.3})

    with bench(tmp_path, server) as one:
        wanted = [a_request(f"Write section {number % 10}.") for number in range(64)]
        outcomes = one.outcomes(wanted)

    assert len(server.ledger()) == 10
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    texts = {outcome.answer.text for outcome in outcomes if isinstance(outcome, Answered)}
    assert len(texts) <= 10
    assert sum(not o.was_cached for o in outcomes if isinstance(o, Answered)) == 10
    assert sum(row.cached for row in one.rows()) == 54


def test_an_answer_in_the_store_is_not_asked_for_again(tmp_path: Path) -> None:
    """A second run makes no call, and costs nothing."""
    model = FakeModel()
    with bench(tmp_path, model) as one:
        first = one.calls.call("1.1.1@AT", "draft", a_request())
    with bench(tmp_path, model) as two:
        second = two.calls.call("1.1.1@AT", "draft", a_request())

    assert model.asked == ["1.1.1@AT/draft/1"]
    assert second.answer == first.answer
    assert (first.was_cached, second.was_cached) == (False, True)
    assert first.cost_usd == pytest.approx((100 * 1.0 + 200 * 10.0) / 1e6)
    assert second.cost_usd == 0


@pytest.mark.slow
def test_two_processes_wanting_one_key_make_one_call(tmp_path: Path, model_server: Serve) -> None:
    """They share the store; the one that comes second waits for the first."""
    server = model_server({"latency_seconds": 1.0})
    code = (
        "import sys, pathlib\n"
        "from pydantic import SecretStr\n"
        "from factbook.llm.openai_model import OpenAIModel\n"
        "from tests.llm.dependencies import a_request, bench\n"
        "model = OpenAIModel(provider='openai', api_key=SecretStr('k'), base_url=sys.argv[2],\n"
        "    token_parameter='max_completion_tokens', max_connections=4)\n"
        "with bench(pathlib.Path(sys.argv[1]), model) as one:\n"
        "    print(one.calls.call('1.1.1@AT', 'draft', a_request()).was_cached)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), server.base_url]

    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=PATIENCE_SECONDS)[0].strip() for process in started)

    assert said == ["False", "True"]
    assert len(server.ledger()) == 1


def test_a_stop_lets_go_of_calls_in_flight_and_of_those_that_wait(tmp_path: Path) -> None:
    """However long their answers would have taken."""
    model = FakeModel(seconds=3600)
    with bench(tmp_path, model, max_in_flight=2) as one, ThreadPoolExecutor(6) as pool:
        waiting = [
            pool.submit(one.calls.call, f"1.1.{n}@AT", "draft", a_request(f"Write {n}."))
            for n in range(6)
        ]
        while len(model.asked) < 2:
            time.sleep(0.01)
        one.calls.stop()
        for future in waiting:
            with pytest.raises(CancelledError):
                future.result(timeout=PATIENCE_SECONDS)
        with pytest.raises(CancelledError):
            one.calls.call("1.1.9@AT", "draft", a_request("Later."))
    assert len(model.asked) == 2


class SlowStore(CallStore):
    """A store on a slow disk."""

    def put(self, key: str, request: ChatRequest, answer: ChatAnswer, *, provider: str) -> None:
        """Keep an answer, in its time."""
        time.sleep(0.05)
        super().put(key, request, answer, provider=provider)


@pytest.mark.parametrize("later_seconds", [0.0, 0.03, 0.2])
def test_a_stop_loses_no_answer_that_has_arrived(tmp_path: Path, later_seconds: float) -> None:
    """It is paid for: it stands in the store and in the journal once the calls are closed."""
    model = FakeModel(seconds=0.3)
    store = SlowStore(tmp_path / "slow")
    with (
        bench(tmp_path, model, store=store) as one,
        ThreadPoolExecutor(48) as pool,
    ):
        for number in range(48):
            pool.submit(one.calls.call, f"1.{number}", "draft", a_request(f"Write {number:02}."))
        while len(model.answered) < 48:
            time.sleep(0.005)
        time.sleep(later_seconds)
        one.calls.stop()

    assert len(list(store.record_paths())) == 48
    assert [row.outcome for row in one.rows()] == ["answered"] * 48


def test_a_stop_wakes_the_wait_before_the_next_attempt(tmp_path: Path) -> None:
    """A Retry-After of minutes holds nobody up."""
    error = TransientCallError("busy", "500", retry_after_seconds=3600.0)
    model = FakeModel(error=error)
    with bench(tmp_path, model, deadline_seconds=7200) as one, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(one.calls.call, "1.1.1@AT", "draft", a_request())
        while not model.asked:
            time.sleep(0.01)
        one.calls.stop()
        with pytest.raises(CancelledError):
            waiting.result(timeout=PATIENCE_SECONDS)


class LimitedModel(FakeModel):
    """Refuses each other attempt, and says when to come back."""

    async def attempt(
        self, request: ChatRequest, *, call_id: str, timeout_seconds: float
    ) -> ChatAnswer:
        """Answer, or raise."""
        is_refused = len(self.asked) % 2 == 0
        error = RateLimitedError("slow down", "429", retry_after_seconds=0.5)
        self.error = error if is_refused else None
        return await super().attempt(request, call_id=call_id, timeout_seconds=timeout_seconds)


def test_a_limit_under_which_others_are_answered_is_waited_out(tmp_path: Path) -> None:
    """It lasts longer than the patience, but never for all: no call was asked to wait so long."""
    model = LimitedModel()
    limits = {"max_in_flight": 1, "deadline_seconds": 0.6, "outage_patience_seconds": 2.2}
    with bench(tmp_path, model, **limits) as one:
        outcomes = one.outcomes([a_request(f"Write {number}.") for number in range(6)])

    assert [type(outcome) for outcome in outcomes] == [Answered] * 6
    assert len(model.asked) == 12


def test_an_attempt_is_in_the_journal_before_it_is_sent(tmp_path: Path) -> None:
    """One that never came back counts at its upper bound."""
    seen: list[int] = []
    model = FakeModel(seconds=3600)
    with bench(tmp_path, model) as one, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(one.calls.call, "1.1.1@AT", "draft", a_request())
        while not model.asked:
            time.sleep(0.01)
        seen = [type(event) for event in one.journal.read().events]
        one.calls.stop()
        with pytest.raises(CancelledError):
            waiting.result(timeout=PATIENCE_SECONDS)

    assert seen == [Sent]
    events = one.journal.read().events
    bound = next(event.bound_usd for event in events if isinstance(event, Sent))
    assert bound is not None
    assert bound > Decimal("0.004")  # 400 tokens of completion at 10 USD a million, and the prompt
    assert spent_usd(events) == bound


class SlowJournal(FileJournal):
    """A journal on a slow disk.

    Args:
        path: Its file.
        model: The model whose calls it tells.

    Attributes:
        early: What the model was asked before the disk had the line that tells of it.
    """

    def __init__(self, path: Path, model: FakeModel) -> None:
        super().__init__(path)
        self._model = model
        self.early: list[str] = []

    def append(self, *events: Event) -> None:
        """Add events, in its time."""
        time.sleep(0.1)
        attempts = [event.attempt for event in events if isinstance(event, Sent)]
        self.early += [attempt for attempt in attempts if attempt in self._model.asked]
        super().append(*events)


def test_sending_waits_for_the_line_in_the_journal(tmp_path: Path) -> None:
    """However long the disk takes: else a kill could leave a request that nobody knows of."""
    model = FakeModel()
    journal = SlowJournal(tmp_path / "slow.jsonl", model)
    with bench(tmp_path, model, journal=journal) as one:
        one.outcomes([a_request(f"Write {number}.") for number in range(3)])
    assert journal.early == []
    assert len(model.asked) == 3


class FullJournal(FileJournal):
    """A journal on a disk that is full as soon as an attempt ends."""

    def append(self, *events: Event) -> None:
        """Add events, but for the end of an attempt."""
        if any(isinstance(event, Ended) for event in events):
            raise StoppedError("the disk is full")
        super().append(*events)


def test_an_end_that_is_not_noted_keeps_nobody_waiting_for_the_budget(tmp_path: Path) -> None:
    """Its part of the budget is let go: the call that waits for it learns of the full disk."""
    journal = FullJournal(tmp_path / "full.jsonl")
    with bench(tmp_path, FakeModel(seconds=0.2), journal=journal, budget_usd=0.0065) as one:
        in_the_end = threading.Timer(PATIENCE_SECONDS / 4, one.calls.stop)
        in_the_end.start()
        outcomes = one.outcomes([a_request(f"Write {number}.") for number in range(2)])
        in_the_end.cancel()
    assert [str(outcome) for outcome in outcomes] == ["the disk is full"] * 2


def test_a_budget_degrades_what_does_not_fit(tmp_path: Path) -> None:
    """Calls go on until the next could pass the cap; the cap is kept; the message says so."""
    model = FakeModel(seconds=0.01)
    bound_usd = 0.0047
    with bench(tmp_path, model, budget_usd=0.02, max_in_flight=64) as one:
        outcomes = one.outcomes([a_request(f"Write {number:02}.") for number in range(30)])

    answered = [o for o in outcomes if isinstance(o, Answered)]
    others = [o for o in outcomes if not isinstance(o, Answered)]
    cost = sum(o.cost_usd for o in answered)
    assert cost <= 0.02
    assert cost > 0.02 - bound_usd
    assert others
    assert all(isinstance(o, ModelUnavailableError) for o in others)
    assert all("budget" in str(o) for o in others)
    assert one.watch.cost_usd == pytest.approx(cost)


def test_spending_of_earlier_runs_counts(tmp_path: Path) -> None:
    """A resumed run has what is left."""
    model = FakeModel()
    with bench(tmp_path, model, budget_usd=0.02, spent_usd=0.018) as one:
        outcome = one.outcomes([a_request()])[0]

    assert isinstance(outcome, ModelUnavailableError)
    assert model.asked == []


def test_costs_and_tokens_stand_in_the_journal(tmp_path: Path) -> None:
    """As the provider counts them."""
    with bench(tmp_path, FakeModel()) as one:
        one.calls.call("1.1.1@AT", "draft", a_request())

    ended = next(e for e in one.journal.read().events if isinstance(e, Ended))
    assert (ended.input_tokens, ended.output_tokens) == (100, 200)
    assert ended.cost_usd == Decimal("0.0021")
    assert one.watch.begun == one.watch.ended == 1


def test_a_failed_call_can_be_made_again(tmp_path: Path) -> None:
    """Its flight is over: the next one asks anew, with another number."""
    model = FakeModel(error=TransientCallError("away", "500", was_charged=False))
    with bench(tmp_path, model, deadline_seconds=0.3) as one:
        with pytest.raises(ModelUnavailableError, match="gave no answer within 0.3 s"):
            one.calls.call("1.1.1@AT", "draft", a_request())
        model.error = None
        one.calls.call("1.1.1@AT", "draft", a_request())

    assert model.asked == ["1.1.1@AT/draft/1", "1.1.1@AT/draft/2"]
    assert MODEL in {row.model for row in one.rows()}


def test_searches_of_a_completion_that_was_cut_off_count_at_their_bound(tmp_path: Path) -> None:
    """Only an answer tells how often the model searched; nothing that is not known becomes 0."""
    error = CutOffError("cut off", "cut_off", input_tokens=100, output_tokens=200)
    model = FakeModel(error=error)
    with bench(tmp_path, model) as one:
        request = a_request(model="gpt-5", is_search=True)
        with pytest.raises(ModelUnavailableError):
            one.calls.call("1.1.1@AT", "search", request)

    used = Usage(input_tokens=100, output_tokens=200)
    each = Prices({}).cost_usd("gpt-5", used, searches=MOST_SEARCHES)
    without = Prices({}).cost_usd("gpt-5", used)
    ends = [event for event in one.journal.read().events if isinstance(event, Ended)]
    assert [end.cost_usd for end in ends] == [each, each]
    assert each != without
