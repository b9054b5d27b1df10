"""Model calls: from the store, else admitted, paid for, tried until they count, and kept.

All calls of a process run in one event loop in a thread of its own. Threads that write sections
hand a call over and wait; a stop cancels everything in the loop at once, waits included.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

import stamina

from factbook.errors import (
    CallError,
    CancelledError,
    CutOffError,
    ModelUnavailableError,
    RefusedError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.attempts import Call, End, Spent
from factbook.llm.chat import Answered, ChatAnswer, ChatModel, ChatRequest, Pass
from factbook.llm.journal import Cached, Journal, Sent
from factbook.llm.limits.rules import AttemptResult
from factbook.llm.limits.shared import SharedLimits
from factbook.llm.prices import Prices
from factbook.llm.store import CallStore
from factbook.llm.tokens import most_tokens_of, tokens_of

log = logging.getLogger("factbook")

MORE_ROOM = 2
"""How many times the bound on its tokens a completion gets that was cut off."""


class CallWatch(Protocol):
    """Shows what model calls are doing; called in their loop, so that it must not block."""

    def begin_call(self) -> None:
        """An attempt goes out."""
        ...

    def end_call(self) -> None:
        """An attempt has come back, whatever it gave."""
        ...

    def add_cost(self, usd: float) -> None:
        """Something was paid for.

        Args:
            usd: What it has cost.
        """
        ...


@dataclass
class Desk:
    """What model calls work with.

    Attributes:
        model: Who answers.
        store: Answers that were paid for.
        journal: What was sent and how it ended.
        limits: Rates, calls in flight, and the budget; made in the loop of the calls.
        prices: What tokens cost.
        deadline_seconds: One call's attempts and the waits between them.
        attempts: (section, pass) → attempts that earlier runs have made, so that ids stay unique.
        pause_seconds: How long the last answer's headers ask to wait before the next request;
            None when they do not.
        watch: Told of each attempt that goes out and comes back, and of what it has cost.
    """

    model: ChatModel
    store: CallStore
    journal: Journal
    limits: Callable[[], SharedLimits]
    prices: Prices
    deadline_seconds: float
    watch: CallWatch
    attempts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    pause_seconds: Callable[[], float | None] = lambda: None


class ModelCalls:
    """Makes model calls for sections; implements `Calls`.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attempts = Counter(desk.attempts)
        self._flights: dict[str, asyncio.Task[Answered]] = {}
        self._limits: SharedLimits | None = None
        self._fatal: StoppedError | None = None
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The answer to a request; see `Calls`.

        Raises:
            ModelUnavailableError: Deadline, outage, budget, a completion that stays cut off.
            ContextTooLongError: The model takes fewer tokens than the request has.
            RefusedError: A content filter refused.
            StoppedError: The run cannot go on.
            CancelledError: The run was interrupted.
        """
        waiting = self._submit(self._answered(section_id, pass_, request))
        try:
            return waiting.result()
        except concurrent.futures.CancelledError:
            raise CancelledError("the run was interrupted") from None

    def stop(self) -> None:
        """Cancel all calls, those that wait and those in flight; later ones raise at once."""
        self._stopped.set()
        with self._lock:
            loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_cancel_all, loop)

    def close(self) -> None:
        """Stop, and let go of connections, files and the loop."""
        self._stopped.set()
        with self._lock:
            loop, thread, self._loop = self._loop, self._thread, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._shut(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _submit(self, work: Coroutine[Any, Any, Answered]) -> concurrent.futures.Future[Answered]:
        with self._lock:
            if self._stopped.is_set():
                work.close()
                raise CancelledError("the run was interrupted")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="model-calls", daemon=True
                )
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _shut(self) -> None:
        this = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not this]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._limits is not None:
            await self._limits.close()
        await self._desk.model.close()
        # An answer that was paid for is on its way into the store, stop or not.
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _answered(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """One flight for each key: whoever comes while it is under way shares its answer."""
        key = request.key(self._desk.model.provider)
        flight = self._flights.get(key)
        if flight is not None:
            shared = await asyncio.shield(flight)
            await self._note_cached(section_id, pass_, request, key)
            return Answered(answer=shared.answer, was_cached=True)
        flight = asyncio.create_task(self._kept(Call(section_id, pass_, request, key)))
        self._flights[key] = flight
        flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return await asyncio.shield(flight)

    async def _kept(self, call: Call) -> Answered:
        """The answer in the store, else a new one, which is in the store when this returns."""
        found = await self._found(call)
        if found is not None:
            return found
        store = self._desk.store
        async with store.lock(call.key):  # another process may be asking for the same
            found = await self._found(call)
            if found is not None:
                return found
            answer, cost_usd = await self._with_more_room(call)
            saving = asyncio.to_thread(
                store.put, call.key, call.request, answer, provider=self._desk.model.provider
            )
            await asyncio.shield(saving)
            return Answered(answer=answer, cost_usd=float(cost_usd))

    async def _found(self, call: Call) -> Answered | None:
        answer = await asyncio.to_thread(self._desk.store.get, call.key)
        if answer is None:
            return None
        await self._note_cached(call.section_id, call.pass_, call.request, call.key)
        return Answered(answer=answer, was_cached=True)

    async def _note_cached(
        self, section_id: str, pass_: Pass, request: ChatRequest, key: str
    ) -> None:
        event = Cached(section=section_id, pass_=pass_, model=request.model, key=key)
        await asyncio.to_thread(self._desk.journal.append, event)

    async def _with_more_room(self, call: Call) -> tuple[ChatAnswer, Decimal]:
        """A completion that was cut off gets one more try with more room."""
        spent = Spent(self._desk.deadline_seconds)
        try:
            return await self._retried(call, spent), spent.cost_usd
        except CutOffError:
            more = call.request.model_copy(
                update={"max_tokens": call.request.max_tokens * MORE_ROOM}
            )
        try:
            return await self._retried(call.asking(more), spent), spent.cost_usd
        except CutOffError:
            raise ModelUnavailableError(
                f"{call.request.model} did not come to an end within {more.max_tokens} tokens"
            ) from None

    async def _retried(self, call: Call, spent: Spent) -> ChatAnswer:
        """Try until an answer counts, the deadline is reached, or no try would do better."""
        try:
            async for attempt in stamina.retry_context(
                on=spent.wait_before_next, attempts=None, timeout=None
            ):
                with attempt:
                    return await self._once(call, spent)
        except TransientCallError as error:
            raise ModelUnavailableError(
                f"{call.request.model} gave no answer within {spent.deadline_seconds:g} s: {error}"
            ) from None
        raise AssertionError("retrying ends with an answer or an error")

    async def _once(self, call: Call, spent: Spent) -> ChatAnswer:
        """One attempt: reserved, admitted, noted, sent, settled."""
        limits = self._shared_limits()
        attempt_id = self._next_id(call)
        bound_usd = self._bound_usd(call.request)
        await limits.budget.reserve(attempt_id, bound_usd or 0)
        cost_usd: Decimal | None = Decimal(0)  # until something is sent
        try:
            permit = await limits.limiter.acquire(
                attempt_id, tokens_of(call.request) + call.request.max_tokens
            )
            result = AttemptResult(kind="other", tokens=0)
            try:
                if self._fatal is not None:
                    raise self._fatal
                sent = Sent(
                    attempt=attempt_id,
                    section=call.section_id,
                    pass_=call.pass_,
                    model=call.request.model,
                    key=call.key,
                    bound_usd=bound_usd,
                )
                await asyncio.to_thread(self._desk.journal.append, sent)
                cost_usd = bound_usd  # until it is known for less
                end = await self._sent(call.request, attempt_id, spent)
                cost_usd, result = self._cost_usd(call.request, end, bound_usd), end.result
                await asyncio.to_thread(self._desk.journal.append, end.event(attempt_id, cost_usd))
            finally:
                await asyncio.shield(limits.limiter.release(permit, result))
        finally:
            paid_usd = cost_usd or Decimal(0)
            await asyncio.shield(limits.budget.settle(attempt_id, paid_usd))
            self._desk.watch.add_cost(float(paid_usd))
            spent.cost_usd += paid_usd
        if isinstance(end.outcome, ChatAnswer):
            return end.outcome
        raise end.outcome

    async def _sent(self, request: ChatRequest, attempt_id: str, spent: Spent) -> End:
        started = time.monotonic()
        self._desk.watch.begin_call()
        outcome: ChatAnswer | CallError | RefusedError | StoppedError
        try:
            outcome = await self._desk.model.attempt(
                request, call_id=attempt_id, timeout_seconds=spent.left_seconds
            )
        except (CallError, RefusedError, StoppedError) as error:
            outcome = error
            if isinstance(error, StoppedError):
                self._fatal = error  # before another attempt is let in
        finally:
            self._desk.watch.end_call()
        seconds = time.monotonic() - started
        spent.seconds += seconds
        return End(outcome, seconds, self._desk.pause_seconds())

    def _shared_limits(self) -> SharedLimits:
        if self._limits is None:
            self._limits = self._desk.limits()
        return self._limits

    def _next_id(self, call: Call) -> str:
        name = (call.section_id, call.pass_)
        self._attempts[name] += 1
        return f"{call.section_id}/{call.pass_}/{self._attempts[name]}"

    def _bound_usd(self, request: ChatRequest) -> Decimal | None:
        return self._desk.prices.bound_usd(
            request.model,
            most_tokens_of(request),
            request.max_tokens,
            is_search=request.is_search,
        )

    def _cost_usd(
        self, request: ChatRequest, end: End, bound_usd: Decimal | None
    ) -> Decimal | None:
        """What an attempt has cost; its upper bound where the provider does not say.

        None when the model has no known price.
        """
        if end.usage is None:
            return bound_usd if end.may_be_charged else Decimal(0)
        searches = end.outcome.searches if isinstance(end.outcome, ChatAnswer) else 0
        return self._desk.prices.cost_usd(request.model, end.usage, searches=searches)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
