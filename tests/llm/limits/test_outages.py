"""A provider in trouble: Retry-After, the breaker, its probes, patience; in both backends."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest

from factbook.config.project_config import Limits
from factbook.errors import ModelUnavailableError
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import (
    JITTER_SHARE,
    LEAST_PROBE_SECONDS,
    MOST_JITTER_SECONDS,
    AttemptResult,
    Timing,
)
from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import POLL_SECONDS, answered, away, fill, now, refused
from tests.llm.limits.virtual_time import run

Open = Callable[..., SharedLimits]
MANY = 1_000_000


def test_no_call_is_admitted_before_the_end_of_retry_after(open_limits_in: Open) -> None:
    """All wait for the moment that a 429 names, and then go on."""

    async def work() -> list[float]:
        limiter = open_limits_in(Limits()).limiter
        permits = await fill(limiter, 3)
        begin = now()
        await refused(limiter, permits[0], 20)
        await refused(limiter, permits[1], 2)  # does not shorten it
        return [
            now() - begin
            for permit in await asyncio.gather(*(limiter.acquire(f"{n}", 10) for n in range(5)))
            if permit
        ]

    moments = run(work())
    assert len(moments) == 5
    assert min(moments) >= 20
    assert max(moments) <= 20 + MOST_JITTER_SECONDS + 5 * POLL_SECONDS


@pytest.mark.parametrize("asked_seconds", [0.001, 2.0, 20.0])
def test_calls_resume_when_they_are_asked_to_and_a_little_later(
    open_limits_in: Open, asked_seconds: float
) -> None:
    """Time and again: never before, not all at the same moment, and no wait grows."""

    async def work() -> list[float]:
        limiter = open_limits_in(Limits(requests_per_minute=MANY)).limiter
        waits: list[float] = []
        permit = await limiter.acquire("first", 10)
        for number in range(10):
            await refused(limiter, permit, asked_seconds)
            begin = now()
            permit = await limiter.acquire(f"{number}", 10)
            waits.append(now() - begin - asked_seconds)
        return waits

    later = run(work())
    most_seconds = min(JITTER_SHARE * asked_seconds, MOST_JITTER_SECONDS)
    assert min(later) >= 0
    assert max(later) <= most_seconds + 0.02  # the shortest interval of polling in Redis
    assert len({round(wait, 9) for wait in later}) > 1 or asked_seconds < 0.01


def test_a_pause_as_long_as_the_patience_is_waited_for(open_limits_in: Open) -> None:
    """Only a longer one is not; the jitter does not decide."""

    async def work() -> float:
        limiter = open_limits_in(Limits(outage_patience_seconds=30)).limiter
        begin = now()
        await refused(limiter, await limiter.acquire("refused", 10), 30)
        await limiter.acquire("next", 10)
        return now() - begin

    assert 30 <= run(work()) <= 30 + MOST_JITTER_SECONDS + POLL_SECONDS


def test_an_answer_that_took_the_last_of_a_limit_is_waited_out(open_limits_in: Open) -> None:
    """What its headers say holds everyone up, though nothing was refused and nothing is halved."""

    async def work() -> float:
        limiter = open_limits_in(Limits(max_in_flight=4)).limiter
        begin = now()
        permit = await limiter.acquire("first", 10)
        await limiter.release(permit, AttemptResult("answered", 10, retry_after_seconds=7))
        await fill(limiter, 1)
        waited = now() - begin
        await fill(limiter, 3)  # four in flight, as before
        return waited

    assert 7 <= run(work()) <= 7 + JITTER_SHARE * 7 + POLL_SECONDS


def test_retry_after_beyond_patience_is_reported_at_once(open_limits_in: Open) -> None:
    """Nobody waits for ten minutes in vain; afterwards calls are admitted again."""

    async def work() -> tuple[str, float, float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=300)).limiter
        begin = now()
        await refused(limiter, await limiter.acquire("refused", 10), 600)
        with pytest.raises(ModelUnavailableError) as error:
            await limiter.acquire("next", 10)
        refused_after = now() - begin
        await asyncio.sleep(601)
        await limiter.acquire("later", 10)
        return str(error.value), refused_after, now() - begin

    sentence, refused_after, later = run(work())
    assert "asks for 600 s without calls" in sentence
    assert "limits.outage_patience_seconds is 300" in sentence
    assert refused_after < POLL_SECONDS
    assert later <= 601 + POLL_SECONDS


def test_pause_that_grows_beyond_patience_is_reported(open_limits_in: Open) -> None:
    """Calls in flight that are refused later lengthen it; it is measured from its begin."""

    async def work() -> tuple[bool, float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=300)).limiter
        first, second = await fill(limiter, 2)
        begin = now()
        await refused(limiter, first, 200)
        waiting = asyncio.create_task(limiter.acquire("waiting", 10))
        await asyncio.sleep(150)
        was_waiting = not waiting.done()
        await refused(limiter, second, 200)
        with pytest.raises(ModelUnavailableError, match="asks for 200 s"):
            await waiting
        return was_waiting, now() - begin

    was_waiting, refused_after = run(work())
    assert was_waiting
    assert refused_after <= 150 + POLL_SECONDS


async def open_breaker(limiter: Limiter) -> None:
    """Three outages in a row."""
    for permit in await fill(limiter, 3):
        await away(limiter, permit)


def test_breaker_lets_one_probe_through_at_a_time(open_limits_in: Open) -> None:
    """One every 15 s, until one is answered."""

    async def work() -> tuple[list[float], float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=300)).limiter
        await open_breaker(limiter)
        begin = now()
        probes: list[float] = []
        for _ in range(3):
            permit = await limiter.acquire("probe", 10)
            probes.append(now() - begin)
            await away(limiter, permit)
        permit = await limiter.acquire("probe", 10)
        waiting = asyncio.create_task(limiter.acquire("waiting", 10))
        await asyncio.sleep(5)
        assert not waiting.done()
        await answered(limiter, permit)
        answered_at = now()
        await waiting
        return probes, now() - answered_at

    probes, after = run(work())
    for number, probe in enumerate(probes, start=1):
        assert 15 * number <= probe <= 15 * number + number * POLL_SECONDS
    assert after <= POLL_SECONDS


@pytest.mark.parametrize("asked_seconds", [0.001, 2.0, 14.0, 40.0])
def test_probe_is_sent_when_the_provider_asks_for_it(
    open_limits_in: Open, asked_seconds: float
) -> None:
    """Sooner than after 15 s, or later; never all the time."""

    async def work() -> tuple[list[float], float]:
        limits = Limits(outage_patience_seconds=600, requests_per_minute=MANY)
        limiter = open_limits_in(limits).limiter
        for permit in await fill(limiter, 3):
            await away(limiter, permit, asked_seconds)
        waits: list[float] = []
        for _ in range(5):
            begin = now()
            permit = await limiter.acquire("probe", 10)
            waits.append(now() - begin)
            await away(limiter, permit, asked_seconds)
        permit = await limiter.acquire("probe", 10)
        await away(limiter, permit)
        begin = now()
        await limiter.acquire("probe", 10)
        return waits, now() - begin

    waits, unasked = run(work())
    wanted = max(asked_seconds, LEAST_PROBE_SECONDS)
    for wait in waits:
        assert wanted <= wait <= wanted + JITTER_SHARE * wanted + POLL_SECONDS
    assert 15 <= unasked <= 15 + POLL_SECONDS


def test_outage_with_retry_after_ends_with_the_patience(open_limits_in: Open) -> None:
    """What a provider asks for again and again is not waited for for ever."""

    async def work() -> tuple[float, int]:
        limiter = open_limits_in(Limits(outage_patience_seconds=40)).limiter
        for permit in await fill(limiter, 3):
            await away(limiter, permit, 2)
        begin = now()
        for probes in itertools.count():
            try:
                await away(limiter, await limiter.acquire("call", 10), 2)
            except ModelUnavailableError:
                return now() - begin, probes
        raise AssertionError("counting does not end")

    lasted, probes = run(work())
    assert 40 <= lasted <= 43
    assert 40 / (2 + 2 * POLL_SECONDS) <= probes <= 40 / 2 + 1


def test_breaker_needs_three_outages_in_a_row(open_limits_in: Open) -> None:
    """An answer between them begins the count anew; a 429 does not."""

    async def work() -> tuple[float, float]:
        limiter = open_limits_in(Limits()).limiter
        for kinds in ((away, away, answered), (away, away, refused)):
            for kind in kinds:
                await kind(limiter, await limiter.acquire("call", 10))
        begin = now()
        permit = await limiter.acquire("still closed", 10)
        closed = now() - begin
        await away(limiter, permit)
        begin = now()
        await limiter.acquire("open", 10)
        return closed, now() - begin

    closed, opened = run(work())
    assert closed < 1
    assert opened >= 15


def test_calls_in_flight_when_the_breaker_opens_are_no_new_hits(open_limits_in: Open) -> None:
    """They neither lengthen the outage nor, answered, end it; nor do they open it again."""

    async def work() -> tuple[float, float]:
        limiter = open_limits_in(Limits(requests_per_minute=MANY)).limiter
        old = await fill(limiter, 10)
        for permit in old[:3]:
            await away(limiter, permit)
        begin = now()
        await answered(limiter, old[3])
        await away(limiter, old[4])
        probe = await limiter.acquire("probe", 10)
        probed = now() - begin
        await answered(limiter, probe)
        for permit in old[5:]:
            await away(limiter, permit)
        begin = now()
        await limiter.acquire("closed", 10)
        return probed, now() - begin

    probed, closed = run(work())
    assert 15 <= probed <= 15 + POLL_SECONDS
    assert closed < 1


def test_outage_shorter_than_patience_degrades_nothing(open_limits_in: Open) -> None:
    """All that wait are admitted once the provider is back."""

    async def work() -> tuple[int, int]:
        limiter = open_limits_in(Limits(outage_patience_seconds=60, max_in_flight=8)).limiter
        back = now() + 55
        hits = answers = 0

        async def call(number: int) -> None:
            nonlocal hits, answers
            while True:
                permit = await limiter.acquire(f"{number}", 10)
                await asyncio.sleep(0.2)
                if now() >= back:
                    answers += 1
                    return await answered(limiter, permit)
                hits += 1
                await away(limiter, permit)

        await asyncio.gather(*(call(number) for number in range(30)))
        return hits, answers

    hits, answers = run(work())
    assert answers == 30
    assert hits <= 8 + 2 + 3  # in flight when it opens, those let in before, probes


def test_outage_longer_than_patience_is_reported_to_all_at_once(open_limits_in: Open) -> None:
    """Waiting calls get the error when patience ends, later ones at once."""

    async def work() -> tuple[list[float], list[str], float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=40)).limiter
        await open_breaker(limiter)
        begin = now()
        refused_after: list[float] = []
        sentences: list[str] = []

        async def call(number: int) -> None:
            try:
                while True:
                    await away(limiter, await limiter.acquire(f"{number}", 10))
            except ModelUnavailableError as error:
                refused_after.append(now() - begin)
                sentences.append(str(error))

        await asyncio.gather(*(call(number) for number in range(20)))
        await asyncio.sleep(100)
        came = now()
        await call(99)
        return refused_after[:-1], sentences, now() - came

    refused_after, sentences, later = run(work())
    assert len(refused_after) == 20
    assert min(refused_after) >= 40
    assert max(refused_after) <= 40 + POLL_SECONDS
    assert later == 0
    assert sentences[0].startswith("The provider has been unavailable for 40 s")
    assert sentences[-1].startswith("The provider has been unavailable for 14")


@pytest.mark.parametrize("outage_seconds", [1, 19, 39])
def test_last_probe_is_sent_when_patience_ends(open_limits_in: Open, outage_seconds: float) -> None:
    """A provider that is back just before that is not missed, however far apart probes are."""

    async def work() -> float:
        limits = Limits(outage_patience_seconds=40)
        limiter = open_limits_in(limits, timing=Timing(probe_seconds=100)).limiter
        await open_breaker(limiter)
        begin = now()
        while True:
            permit = await limiter.acquire("call", 10)
            if now() - begin >= outage_seconds:
                await answered(limiter, permit)
                await limiter.acquire("after", 10)
                return now() - begin
            await away(limiter, permit)

    assert 40 <= run(work()) <= 40 + 2 * POLL_SECONDS


def test_last_probe_that_hangs_is_not_waited_for_longer_than_between_two(
    open_limits_in: Open,
) -> None:
    """Waiting calls get the error without its outcome."""

    async def work() -> float:
        limiter = open_limits_in(Limits(outage_patience_seconds=10)).limiter
        await open_breaker(limiter)
        begin = now()
        await limiter.acquire("hangs", 10)
        with pytest.raises(ModelUnavailableError, match="has been unavailable for 25 s"):
            await limiter.acquire("waits", 10)
        return now() - begin

    assert 25 <= run(work()) <= 25 + POLL_SECONDS
