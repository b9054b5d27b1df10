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
from factbook.llm.attempt_numbers import (
    Numbers,
    OwnNumbers,
)
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
        numbers: Numbers attempts, so that their ids stay unique over runs and processes.
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
    numbers: Numbers = field(default_factory=lambda: OwnNumbers({}))
    pause_seconds: Callable[[], float | None] = lambda: None


class ModelCalls:
    """Makes model calls for sections; implements `Calls`.

    Args:
        desk: What it works with.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._flights: dict[str, asyncio.Task[Answered]] = {}
        self._bookings: set[asyncio.Task[None]] = set()
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
        started = time.monotonic()
        waiting = self._submit(self._answered(section_id, pass_, request))
        try:
            answered = waiting.result()
        except concurrent.futures.CancelledError:
            raise CancelledError("the run was interrupted") from None
        waited_seconds = max(time.monotonic() - started - answered.seconds, 0.0)
        return answered.model_copy(update={"waited_seconds": waited_seconds})

    def stop(self) -> None:
        """Cancel all calls, those that wait and those in flight; later ones raise at once.

        An answer that has arrived is paid for: it goes into the store all the same.
        """
        self._stopped.set()
        with self._lock:
            loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._cancel_all)

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

    def _cancel_all(self, *, but: asyncio.Task[Any] | None = None) -> list[asyncio.Task[Any]]:
        """Cancel every task of the loop but one, and but what books attempts that have ended."""
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
        await self._desk.model.close()
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _answered(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """One flight for each key: whoever comes while it is under way shares its answer."""
        key = request.key(self._desk.model.provider)
        flight = self._flights.get(key)
        if flight is not None:
            try:
                shared = await asyncio.shield(flight)
            except (WriterError, CallError) as error:
                alike = copy(error)
                alike.calls = None  # they are those of the section that has asked
                raise alike from None
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
            return await self._with_more_room(call)

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

    async def _with_more_room(self, call: Call) -> Answered:
        """A new answer; a completion that was cut off gets one more try with more room."""
        spent = Spent(self._desk.deadline_seconds)
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
        """One attempt: reserved, admitted, noted, sent, booked."""
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
            await asyncio.to_thread(self._desk.journal.append, attempt.sent())
            end = await self._sent(call.request, attempt.id, spent)
        except BaseException:  # a stop: what it may have cost is booked, and nothing stays held
            await self._surely(self._let_go(limits, attempt))
            raise
        cost_usd = self._cost_usd(call.request, end, attempt.bound_usd)
        spent.cost_usd += cost_usd or Decimal(0)
        spent.usage += end.usage or Usage()
        await self._surely(self._booked(limits, attempt, end, cost_usd))
        if isinstance(end.outcome, ChatAnswer):
            return end.outcome
        log.info("%s: %s", attempt.id, end.outcome)
        raise end.outcome

    async def _surely(self, booking: Coroutine[Any, Any, None]) -> None:
        """Do something to its end, stop or not."""
        task = asyncio.create_task(booking)
        self._bookings.add(task)
        task.add_done_callback(self._bookings.discard)
        await asyncio.shield(task)

    async def _booked(
        self, limits: SharedLimits, attempt: Attempt, end: End, cost_usd: Decimal | None
    ) -> None:
        """An attempt that has ended: its place goes to the next, its answer into the store."""
        if attempt.permit is not None:
            await limits.limiter.release(attempt.permit, end.result)
        try:
            if isinstance(end.outcome, ChatAnswer):
                await asyncio.to_thread(
                    self._desk.store.put,
                    attempt.call.key,
                    attempt.call.request,
                    end.outcome,
                    provider=self._desk.model.provider,
                )
        except StoppedError as error:
            self._fatal = error
            raise
        finally:
            await asyncio.to_thread(self._desk.journal.append, end.event(attempt.id, cost_usd))
            await limits.budget.settle(attempt.id, cost_usd or 0)
            self._desk.watch.add_cost(float(cost_usd or 0))

    async def _let_go(self, limits: SharedLimits, attempt: Attempt) -> None:
        """An attempt whose end nobody knows, or that was never sent."""
        if attempt.permit is not None:
            result = AttemptResult(kind="other", tokens=None if attempt.is_noted else 0)
            await limits.limiter.release(attempt.permit, result)
        cost_usd = (attempt.bound_usd or 0) if attempt.is_noted else 0
        await limits.budget.settle(attempt.id, cost_usd)
        self._desk.watch.add_cost(float(cost_usd))

    async def _sent(self, request: ChatRequest, attempt_id: str, spent: Spent) -> End:
        self._desk.watch.begin_call()
        outcome: ChatAnswer | CallError | RefusedError | StoppedError
        running = RunningTime()
        try:
            async with running:
                outcome = await self._desk.model.attempt(
                    request, call_id=attempt_id, timeout_seconds=spent.left_seconds
                )
        except (CallError, RefusedError, StoppedError) as error:
            outcome = error
            if isinstance(error, StoppedError):
                self._fatal = error  # before another attempt is let in
        finally:
            self._desk.watch.end_call()
        spent.seconds += running.seconds
        return End(outcome, running.seconds, self._desk.pause_seconds())

    def _shared_limits(self) -> SharedLimits:
        if self._limits is None:
            self._limits = self._desk.limits()
        return self._limits

    async def _next_id(self, call: Call) -> str:
        number = await self._desk.numbers.next(call.section_id, call.pass_)
        return f"{call.section_id}/{call.pass_}/{number}"

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
        # How often it searched is told by an answer alone: without one it counts at its bound.
        most = MOST_SEARCHES if request.is_search else 0
        searches = end.outcome.searches if isinstance(end.outcome, ChatAnswer) else most
        return self._desk.prices.cost_usd(request.model, end.usage, searches=searches)
