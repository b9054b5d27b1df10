"""Fault 29: two runs of one key keep its limits together, by the provider's own count."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from factbook.llm.limits.rules import SECOND_US, Timing
from model_server.ledger import Hit
from tests.conftest import EXAMPLE
from tests.on_server.dask import KEY, Run, end_of, wait_until
from tests.on_server.services import clean_environment
from tests.servers import running
from tests.servers.redis_server import redis_server
from tests.servers.running import RunningServer

MINUTE = 60.0
WATCHED_SECONDS = 70.0
MODELS = ("gpt-5", "gpt-5-mini")
"""What each of the two runs asks for: it tells their requests apart."""

LIMITS = {
    "requests": {"requests_per_minute": 60, "tokens_per_minute": 1_000_000_000},
    "tokens": {"requests_per_minute": 600, "tokens_per_minute": 200_000},
}
"""What holds the runs up → ``[limits]`` of both."""


@dataclass(frozen=True)
class Seen:
    """What a provider saw of two runs.

    Attributes:
        hits: All requests, in the order of their arrival.
        lag_seconds: Longest time from a permit, by Redis' clock, to a request's arrival.
    """

    hits: list[Hit]
    lag_seconds: float


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """What holds them up → what a provider saw of two runs, ended when it is enough."""
    with ExitStack() as stack:
        pairs = {
            name: Pair(stack, tmp_path_factory.mktemp(name), limits)
            for name, limits in LIMITS.items()
        }
        wait_until(lambda: all([pair.is_watched() for pair in pairs.values()]), "all had a minute")
        return {name: pair.seen() for name, pair in pairs.items()}


class Pair:
    """Two projects, each with a run of its own, one provider, one key and one Redis.

    Args:
        stack: Ends all of them.
        folder: Holds projects and results.
        limits: ``[limits]`` of both.
    """

    def __init__(self, stack: ExitStack, folder: Path, limits: dict[str, int]) -> None:
        self.provider: RunningServer = stack.enter_context(
            running.model_server({"key": KEY, "latency_seconds": 0.3})
        )
        self._redis = stack.enter_context(redis_server(folder))
        self._client = stack.enter_context(redis.Redis.from_url(self._redis))
        self._admitted: dict[bytes, float] = {}
        self._runs = [
            stack.enter_context(self._run(folder / model, model, limits).started())
            for model in MODELS
        ]

    def _run(self, folder: Path, model: str, limits: dict[str, int]) -> Run:
        environment = clean_environment(
            folder / "home",
            XDG_CACHE_HOME=str(Path.home() / ".cache"),
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=self.provider.base_url,
            REDIS_URL=self._redis,
        )
        project = folder / "project"
        shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("out"))
        bounds = {"shared": self._redis, **limits}
        settings = [f"limits.{name}={value}" for name, value in bounds.items()]
        usual = ("provider=openai", "outputs=csv", "add_feedback=true")
        models = [f"{role}_model={model}" for role in ("writer", "sota", "search")]
        return Run(project, folder / "out", environment, (*usual, *models, *settings))

    def is_watched(self) -> bool:
        """Whether both have sent requests side by side for longer than a minute."""
        for process in self._runs:
            assert process.poll() is None, end_of(process)
        self._look()
        first = {hit.model: hit.arrived_seconds for hit in reversed(self.provider.ledger())}
        return (
            set(first) >= set(MODELS)
            and time.monotonic() > max(first[model] for model in MODELS) + WATCHED_SECONDS
        )

    def _look(self) -> None:
        """Note when requests were admitted: the window forgets it after a minute."""
        for window in self._client.scan_iter("factbook:limiter:*:window"):
            self._admitted |= dict(self._client.zrange(window, 0, -1, withscores=True))

    def seen(self) -> Seen:
        """What the provider has seen of both so far."""
        hits = self.provider.ledger()
        self._look()  # after the hits: each was admitted before it came
        admitted = sorted(moment_us / SECOND_US for moment_us in self._admitted.values())
        assert len(admitted) >= len(hits)
        lags = [hit.arrived_at - at for hit, at in zip(hits, admitted, strict=False)]
        return Seen(hits, max(lags))


def most_in(hits: Sequence[Hit], seconds: float, amount: Callable[[Hit], int]) -> int:
    """The most that arrived in any window of so many seconds."""
    return max(
        sum(
            amount(hit)
            for hit in hits
            if last.arrived_seconds - seconds < hit.arrived_seconds <= last.arrived_seconds
        )
        for last in hits
    )


def one(_: Hit) -> int:
    """Each request counts one."""
    return 1


def tokens(hit: Hit) -> int:
    """What the provider counts for a request."""
    return hit.prompt_tokens + hit.completion_tokens


@pytest.mark.parametrize("name", LIMITS)
def test_two_runs_together_keep_the_limits(seen: dict[str, Seen], name: str) -> None:
    """Requests and tokens in any 60 s, requests in any second; both runs get on.

    What a busy machine holds a request up for, beyond the margin, moves it into a later window.
    """
    hits, limits = seen[name].hits, LIMITS[name]
    excess = max(0.0, seen[name].lag_seconds - Timing().margin_seconds)
    requests = most_in(hits, MINUTE - excess, one)
    used = most_in(hits, MINUTE - excess, tokens)
    assert requests <= limits["requests_per_minute"]
    assert used <= limits["tokens_per_minute"]
    assert most_in(hits, 1.0, one) <= 5 + (1 + excess) * limits["requests_per_minute"] / 60
    reached = {"requests": requests, "tokens": used}[name]
    assert reached > limits[f"{name}_per_minute"] / 2
    sent = Counter(hit.model for hit in hits)
    assert min(sent[model] for model in MODELS) >= 10
    assert {hit.status for hit in hits} <= {200, None}
