"""A provider that a run asks: its calls, its journal, its server if it has one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

from factbook.config.project_config import Limits
from factbook.llm.attempt_numbers import Numbers
from factbook.llm.calls import CallWatch, Dependencies, ModelCalls
from factbook.llm.journal import Event, Journal, RunEnded
from factbook.llm.ledger import report_events, spent_usd
from factbook.llm.limits.shared import SharedLimits, open_limits
from factbook.llm.local_server import LocalServer
from factbook.llm.openai_headers import RateLimitHeaders
from factbook.llm.openai_model import OpenAIModel
from factbook.llm.store import CallStore
from factbook.writing.model.provider import LOCAL_PARALLEL, Provider


class OpenProvider:
    """A provider that a run asks: its calls, its journal, its server if it has one.

    Args:
        provider: The provider.
        store: Answers that were paid for.
        journal: What was sent and how it ended.
        limits: ``[limits]``; `shared` with its password.
        events: What the journal holds so far.
        report: Names the report, to whom the budget belongs.
        watch: Told of each attempt and of what it has cost.
        numbers: Numbers attempts.

    Attributes:
        calls: Makes the model calls.
    """

    def __init__(
        self,
        provider: Provider,
        store: CallStore,
        journal: Journal,
        *,
        limits: Limits,
        events: Sequence[Event],
        report: str,
        watch: CallWatch,
        numbers: Numbers,
    ) -> None:
        self._provider = provider
        self._bounds = limits
        if provider.name == "local":
            in_flight = min(limits.max_in_flight, LOCAL_PARALLEL)
            self._bounds = limits.model_copy(update={"max_in_flight": in_flight})
        self._report = report
        self._server: LocalServer | None = None
        # Each attempt runs in a task of its own, whose headers nobody else sees.
        self._headers: ContextVar[RateLimitHeaders | None] = ContextVar("headers", default=None)
        self._spent_usd = spent_usd(report_events(events))
        self._period = sum(isinstance(e, RunEnded) and e.exit_code == 0 for e in events)
        self.calls = ModelCalls(
            Dependencies(
                model=self._model(),
                store=store,
                journal=journal,
                limits=self._limits,
                prices=provider.prices,
                deadline_seconds=provider.config.limits.deadline_seconds,
                patience_seconds=provider.config.limits.outage_patience_seconds,
                numbers=numbers,
                pause_seconds=self._pause_seconds,
                watch=watch,
            )
        )

    def close(self) -> None:
        """Let go of calls, connections and the local server."""
        self.calls.close()
        if self._server is not None:
            self._server.stop()

    def _model(self) -> OpenAIModel:
        settings = self._provider.settings
        base_url, key = settings.openai_base_url or None, settings.openai_api_key
        if self._provider.name == "local":
            self._server = LocalServer(
                self._provider.gguf,
                parallel=LOCAL_PARALLEL,
                context_tokens=self._provider.local_context_tokens,
            )
            self._server.start()
            self._server.wait()
            base_url, key = self._server.base_url, self._server.api_key
        return self._provider.model(base_url, key, on_headers=self._note_headers)

    def _limits(self) -> SharedLimits:
        settings = self._provider.settings
        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
        scope = f"{self._provider.name} {settings.openai_base_url or ''} {key}"
        return open_limits(
            self._bounds,
            scope=hashlib.sha256(scope.encode()).hexdigest()[:32],
            report=f"{self._report}:{self._period}",
            spent_usd=self._spent_usd,
        )

    def _note_headers(self, headers: Mapping[str, str]) -> None:
        self._headers.set(RateLimitHeaders.read(headers))

    def _pause_seconds(self) -> float | None:
        """How long the provider's limits are used up, as the answer to this attempt said."""
        said = self._headers.get()
        if said is None:
            return None
        self._headers.set(None)
        waits = [
            seconds
            for left, seconds in (
                (said.remaining_requests, said.reset_requests_seconds),
                (said.remaining_tokens, said.reset_tokens_seconds),
            )
            if left == 0 and seconds is not None
        ]
        return max(waits, default=None)
