"""Model calls: answered from the store, else admitted, sent, retried, paid for and stored.

All calls of a process run in one event loop in a separate thread. Threads that write sections
submit a call and wait; a stop cancels everything in the loop at once, waits included.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from copy import copy
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
    RunError,
    StoppedError,
    TransientCallError,
    WriterError,
)
from factbook.llm.attempt_numbers import Numbers, OwnNumbers
from factbook.llm.attempts import Attempt, Call, End, Spent
from factbook.llm.chat import (
    MOST_SEARCHES,
    Answered,
    ChatAnswer,
    ChatModel,
    ChatRequest,
    Pass,
    Usage,
)
from factbook.llm.journal import Cached, Journal
from factbook.llm.limits.rules import AttemptResult
from factbook.llm.limits.shared import SharedLimits
from factbook.llm.prices import Prices
from factbook.llm.running_time import RunningTime
from factbook.llm.store import CallStore
from factbook.llm.tokens import most_tokens_of, tokens_of

log = logging.getLogger("factbook")

MORE_ROOM = 2
"""The factor by which the token bound grows after a completion was cut off."""


class CallWatch(Protocol):
    """Observes model calls; called in their event loop, so it must not block."""

    def begin_call(self) -> None:
        """An attempt is sent."""
        ...

    def end_call(self) -> None:
        """An attempt has ended, whatever its outcome."""
        ...

    def add_cost(self, usd: float) -> None:
        """An attempt has cost money.

        Args:
            usd: Its cost.
        """
        ...


@dataclass
class Dependencies:
    """What model calls depend on.

    Attributes:
        model: The chat model.
        store: The store of paid answers.
        journal: The record of attempts and their ends.
        limits: Opens the limiter and the budget; called in the event loop of the calls.
        prices: Prices of tokens.
        deadline_seconds: Bound on one call's attempts and the waits between them.
        patience_seconds: How long a limit that the provider announces does not count as such a
            wait.
        numbers: Numbers attempts, so that their ids stay unique over runs and processes.
        pause_seconds: How long the last answer's headers ask to wait before the next request;
            None when they do not.
        watch: Observes the start, end and cost of each attempt.
    """

    model: ChatModel
    store: CallStore
    journal: Journal
    limits: Callable[[], SharedLimits]
    prices: Prices
    deadline_seconds: float
    patience_seconds: float
    watch: CallWatch
    numbers: Numbers = field(default_factory=lambda: OwnNumbers({}))
    pause_seconds: Callable[[], float | None] = lambda: None


class ModelCalls:
    """Makes model calls for sections; implements `Calls`.

    Args:
        dependencies: What the calls depend on.
    """

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._flights: dict[str, asyncio.Task[Answered]] = {}
        self._bookings: set[asyncio.Task[None]] = set()
        self._limits: SharedLimits | None = None
        self._limited_since: float | None = None  # all attempts since met an announced limit
        self._fatal: StoppedError | None = None
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The answer to a request; see `Calls`.

        Raises:
            ModelUnavailableError: Deadline, outage, budget, or a completion that is cut off twice.
            ContextTooLongError: The request has more tokens than the model takes.
            NoSchemaError: The server takes no JSON schema.
            RefusedError: A content filter refused.
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        started = time.monotonic()
        waiting = self._submit(self._answered(section_id, pass_, request))
        try:
            answered = waiting.result()
        except concurrent.futures.CancelledError:
            raise CancelledError("the run was interrupted") from None
        waited_seconds = max(time.monotonic() - started - answered.seconds, 0.0)
        return answered.model_copy(update={"waited_seconds": waited_seconds})

    def stop(self) -> None:
        """Cancel all waiting calls and those in flight; later ones raise at once.

        An answer that has arrived is paid for, so it still goes into the store.
        """
        self._stopped.set()
        with self._lock:
            loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._cancel_all)

    def close(self) -> None:
        """Stop, and close connections, files and the event loop."""
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

    def _cancel_all(self, *, but: asyncio.Task[Any] | None = None) -> list[asyncio.Task[Any]]:
        """Cancel every task of the loop except one, and except the bookings of ended attempts."""
        kept = {but, *self._bookings}
        tasks = [task for task in asyncio.all_tasks(self._loop) if task not in kept]
        for task in tasks:
            task.cancel()
        return tasks

    async def _shut(self) -> None:
        await asyncio.gather(*self._cancel_all(but=asyncio.current_task()), return_exceptions=True)
        await asyncio.gather(*self._bookings, return_exceptions=True)
        if self._limits is not None:
            await self._limits.close()
        await self._dependencies.model.close()
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _answered(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The answer; concurrent calls with the same key share one flight."""
        key = request.key(self._dependencies.model.provider)
        flight = self._flights.get(key)
        if flight is not None:
            try:
                shared = await asyncio.shield(flight)
            except (WriterError, CallError) as error:
                alike = copy(error)
                alike.calls = None  # they count for the section that started the flight
                raise alike from None
            await self._note_cached(section_id, pass_, request, key)
            return Answered(answer=shared.answer, was_cached=True)
        flight = asyncio.create_task(self._kept(Call(section_id, pass_, request, key)))
        self._flights[key] = flight
        flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return await asyncio.shield(flight)

    async def _kept(self, call: Call) -> Answered:
        """The stored answer, else a new one, which is stored when this returns."""
        found = await self._found(call)
        if found is not None:
            return found
        store = self._dependencies.store
        async with store.lock(call.key):  # another process may be asking for the same
            found = await self._found(call)
            if found is not None:
                return found
            return await self._with_more_room(call)

    async def _found(self, call: Call) -> Answered | None:
        answer = await asyncio.to_thread(self._dependencies.store.get, call.key)
        if answer is None:
            return None
        await self._note_cached(call.section_id, call.pass_, call.request, call.key)
        return Answered(answer=answer, was_cached=True)

    async def _note_cached(
        self, section_id: str, pass_: Pass, request: ChatRequest, key: str
    ) -> None:
        event = Cached(section=section_id, pass_=pass_, model=request.model, key=key)
        await asyncio.to_thread(self._dependencies.journal.append, event)

    async def _with_more_room(self, call: Call) -> Answered:
        """A new answer; a completion that was cut off is tried once more with a larger bound."""
        spent = Spent(self._dependencies.deadline_seconds, self._dependencies.patience_seconds)
        try:
            answer = await self._not_cut_off(call, spent)
        except RunError as error:
            error.calls = spent.count
            raise
        return Answered(answer=answer, cost_usd=float(spent.cost_usd), seconds=spent.seconds)

    async def _not_cut_off(self, call: Call, spent: Spent) -> ChatAnswer:
        try:
            return await self._retried(call, spent)
        except CutOffError:
            more = call.request.model_copy(
                update={"max_tokens": call.request.max_tokens * MORE_ROOM}
            )
        try:
            return await self._retried(call.asking(more), spent)
        except CutOffError:
            raise ModelUnavailableError(
                f"{call.request.model} did not finish within {more.max_tokens} tokens"
            ) from None

    async def _retried(self, call: Call, spent: Spent) -> ChatAnswer:
        """Try until there is a valid answer, the deadline is reached, or a retry is pointless."""

        def wait_before_next(error: Exception) -> bool | float:
            return spent.wait_before_next(error, self._limited_since)

        try:
            async for attempt in stamina.retry_context(
                on=wait_before_next, attempts=None, timeout=None
            ):
                with attempt:
                    return await self._once(call, spent)
        except TransientCallError as error:
            raise ModelUnavailableError(
                f"{call.request.model} gave no answer {spent.how_long()}: {error}"
            ) from None
        raise AssertionError("retrying ends with an answer or an error")

    async def _once(self, call: Call, spent: Spent) -> ChatAnswer:
        """One attempt: reserved, admitted, recorded, sent, booked."""
        limits = self._shared_limits()
        attempt = Attempt(call, await self._next_id(call), self._bound_usd(call.request))
        await limits.budget.reserve(attempt.id, attempt.bound_usd or 0)
        try:
            attempt.permit = await limits.limiter.acquire(
                attempt.id, tokens_of(call.request) + call.request.max_tokens
            )
            if self._fatal is not None:
                raise self._fatal
            attempt.is_noted = spent.is_sent = True  # it counts from here on
            await asyncio.to_thread(self._dependencies.journal.append, attempt.sent())
            end = await self._sent(call.request, attempt.id, spent)
        except BaseException:  # a stop: book what it may have cost, and release what it holds
            await self._complete(self._abandon(limits, attempt))
            raise
        cost_usd = self._cost_usd(call.request, end, attempt.bound_usd)
        spent.cost_usd += cost_usd or Decimal(0)
        spent.usage += end.usage or Usage()
        await self._complete(self._booked(limits, attempt, end, cost_usd))
        if isinstance(end.outcome, ChatAnswer):
            return end.outcome
        log.info("%s: %s", attempt.id, end.outcome)
        raise end.outcome

    async def _complete(self, booking: Coroutine[Any, Any, None]) -> None:
        """Run a booking to its end, even when the caller is cancelled."""
        task = asyncio.create_task(booking)
        self._bookings.add(task)
        task.add_done_callback(self._end_booking)
        await asyncio.shield(task)

    def _end_booking(self, task: asyncio.Task[None]) -> None:
        """Let a booking go; one that stopped the run does so also where nobody waits for it."""
        self._bookings.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StoppedError):
            self._fatal = self._fatal or error

    async def _booked(
        self, limits: SharedLimits, attempt: Attempt, end: End, cost_usd: Decimal | None
    ) -> None:
        """Book an attempt that has ended: release its permit, store its answer, settle its cost."""
        if attempt.permit is not None:
            await limits.limiter.release(attempt.permit, end.result)
        try:
            if isinstance(end.outcome, ChatAnswer):
                await asyncio.to_thread(
                    self._dependencies.store.put,
                    attempt.call.key,
                    attempt.call.request,
                    end.outcome,
                    provider=self._dependencies.model.provider,
                )
        except StoppedError as error:
            self._fatal = error
            raise
        finally:
            try:
                await asyncio.to_thread(
                    self._dependencies.journal.append, end.event(attempt.id, cost_usd)
                )
            finally:  # whoever waits for this part of the budget would wait for ever
                await limits.budget.settle(attempt.id, cost_usd or 0)
                self._dependencies.watch.add_cost(float(cost_usd or 0))

    async def _abandon(self, limits: SharedLimits, attempt: Attempt) -> None:
        """Book an attempt that was never sent, or whose end is not known."""
        if attempt.permit is not None:
            result = AttemptResult(kind="other", tokens=None if attempt.is_noted else 0)
            await limits.limiter.release(attempt.permit, result)
        cost_usd = (attempt.bound_usd or 0) if attempt.is_noted else 0
        await limits.budget.settle(attempt.id, cost_usd)
        self._dependencies.watch.add_cost(float(cost_usd))

    async def _sent(self, request: ChatRequest, attempt_id: str, spent: Spent) -> End:
        self._dependencies.watch.begin_call()
        outcome: ChatAnswer | CallError | RefusedError | StoppedError
        running = RunningTime()
        try:
            async with running:
                outcome = await self._dependencies.model.attempt(
                    request, call_id=attempt_id, timeout_seconds=spent.left_seconds
                )
        except (CallError, RefusedError, StoppedError) as error:
            outcome = error
            if isinstance(error, StoppedError):
                self._fatal = error  # before another attempt is let in
        finally:
            self._dependencies.watch.end_call()
        end = End(outcome, running.seconds, self._dependencies.pause_seconds())
        spent.add(end)
        if end.asked_seconds is None:
            self._limited_since = None
        elif self._limited_since is None:
            self._limited_since = time.monotonic() - end.seconds
        return end

    def _shared_limits(self) -> SharedLimits:
        if self._limits is None:
            self._limits = self._dependencies.limits()
        return self._limits

    async def _next_id(self, call: Call) -> str:
        number = await self._dependencies.numbers.next(call.section_id, call.pass_)
        return f"{call.section_id}/{call.pass_}/{number}"

    def _bound_usd(self, request: ChatRequest) -> Decimal | None:
        return self._dependencies.prices.bound_usd(
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
        # Only an answer gives the number of searches: without one they count at their bound.
        most = MOST_SEARCHES if request.is_search else 0
        searches = end.outcome.searches if isinstance(end.outcome, ChatAnswer) else most
        return self._dependencies.prices.cost_usd(request.model, end.usage, searches=searches)
