"""Faults 6 to 17: what a provider can do, against a real server, by its own count of hits."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest

from factbook.errors import ModelUnavailableError, RefusedError, StoppedError
from factbook.llm.chat import Answered, ChatRequest
from factbook.llm.journal import Sent
from factbook.llm.limits.rules import OUTAGES_IN_A_ROW, Timing
from model_server.ledger import Hit
from tests.llm.dependencies import KEY, MODEL, Bench, a_request, bench
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

QUICK_PROBES = Timing(probe_seconds=1.0)
PATIENCE_SECONDS = 120.0
"""Far more than what is waited for needs, far less than what is not to be waited for."""


def requests(count: int) -> list[ChatRequest]:
    """Requests that differ."""
    return [a_request(f"Write section {number}.") for number in range(count)]


def sections(hits: list[Hit]) -> dict[str, list[Hit]]:
    """Hits by section."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.call_id.split("/")[0], []).append(hit)
    return found


def row_bound(one: Bench) -> Decimal | None:
    """The upper bound that the first attempt was sent under."""
    return next(e.bound_usd for e in one.journal.read().events if isinstance(e, Sent))


@pytest.mark.slow
def test_429_with_retry_after_is_waited_for(tmp_path: Path, model_server: Serve) -> None:
    """Fault 6: 50 times 429 with Retry-After 2; none is repeated inside 2 s, all complete."""
    fault = {"kind": "status", "status": 429, "retry_after": 2, "times": 50}
    server = model_server({"faults": [fault], "latency_seconds": 0.05})

    with bench(tmp_path, server, max_in_flight=64) as one:
        outcomes = one.outcomes(requests(40))

    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    hits = server.ledger()
    assert len(hits) == 40 + 50
    for of_section in sections(hits).values():
        for before, after in zip(of_section, of_section[1:], strict=False):
            assert after.arrived_seconds - before.ended_seconds >= 2.0
    assert sum(row.attempts for row in one.rows()) == len(hits)


def waits_between(hits: list[Hit]) -> list[float]:
    """Seconds from the end of each hit to the next one, in a sequential run."""
    ended = [hit.ended_seconds or 0.0 for hit in hits]
    arrived = [hit.arrived_seconds for hit in hits]
    return [then - end for end, then in zip(ended, arrived[1:], strict=False)]


@pytest.mark.parametrize(
    ("times", "asked_seconds", "others"),
    [
        pytest.param(10, 0.5, {"deadline_seconds": 4}, id="scaled"),
        pytest.param(50, 2.0, {}, id="in full", marks=pytest.mark.slow),
    ],
)
def test_a_sequential_run_waits_as_long_as_it_is_asked_to(
    tmp_path: Path,
    model_server: Serve,
    times: int,
    asked_seconds: float,
    others: dict[str, float],
) -> None:
    """Fault 6, one call after another: a limit, not waits that grow, and longer than a deadline.

    Nothing degrades.
    """
    fault = {"kind": "status", "status": 429, "retry_after": asked_seconds, "times": times}
    server = model_server({"faults": [fault]})

    with bench(tmp_path, server, **others) as one:
        outcomes = one.outcomes_in_turn(requests(4))

    assert [type(outcome) for outcome in outcomes] == [Answered] * 4
    assert [hit.status for hit in server.ledger()] == [429] * times + [200] * 4
    waits = waits_between(server.ledger())[:times]
    assert min(waits) >= asked_seconds
    assert median(waits) < 4 * asked_seconds  # doubled waits would be many times that
    assert sum(row.attempts for row in one.rows()) == times + 4


def test_503_with_retry_after_is_waited_for(tmp_path: Path, model_server: Serve) -> None:
    """A probe is sent when the provider asks for it, not 15 s after the one before."""
    asked_seconds = 0.8
    fault = {"kind": "status", "status": 503, "retry_after": asked_seconds, "times": 4}
    server = model_server({"faults": [fault]})

    with bench(tmp_path, server, deadline_seconds=3) as one:
        outcomes = one.outcomes_in_turn(requests(2))

    assert [type(outcome) for outcome in outcomes] == [Answered] * 2
    assert [hit.status for hit in server.ledger()] == [503] * 4 + [200] * 2
    waits = waits_between(server.ledger())[:4]
    assert min(waits) >= asked_seconds
    assert median(waits) < 5 * asked_seconds  # of the 15 s between two probes


def test_a_limit_without_end_degrades_when_patience_is_over(
    tmp_path: Path, model_server: Serve
) -> None:
    """All that wait give up together, though each was asked but a few times."""
    server = model_server({"faults": [{"kind": "status", "status": 429, "retry_after": 0.5}]})
    limits = {"outage_patience_seconds": 1.2, "deadline_seconds": 1, "max_in_flight": 2}

    with bench(tmp_path, server, **limits) as one:
        outcomes = one.outcomes(requests(5))

    assert all(isinstance(outcome, ModelUnavailableError) for outcome in outcomes)
    assert "limits.outage_patience_seconds is 1.2" in str(outcomes[0])
    # Two before the first pause, one for each half second of patience, and one to tell each call.
    assert 5 <= len(server.ledger()) <= 2 + 1.2 / 0.5 + 5
    assert list(one.store.record_paths()) == []


def test_429_with_a_retry_after_beyond_the_deadline_is_not_slept_through(
    tmp_path: Path, model_server: Serve
) -> None:
    """Fault 7: Retry-After 600 ends the call at once."""
    server = model_server({"faults": [{"kind": "status", "status": 429, "retry_after": 600}]})

    with bench(tmp_path, server, deadline_seconds=400, outage_patience_seconds=300) as one:
        started = time.monotonic()
        outcomes = one.outcomes(requests(8))

    assert time.monotonic() - started < PATIENCE_SECONDS
    assert all(isinstance(outcome, ModelUnavailableError) for outcome in outcomes)
    assert len(server.ledger()) <= 8
    assert list(one.store.record_paths()) == []


def test_three_500s_then_an_answer_are_four_hits(tmp_path: Path, model_server: Serve) -> None:
    """Fault 8."""
    server = model_server({"faults": [{"kind": "status", "status": 500, "times": 3}]})

    with bench(tmp_path, server, timing=QUICK_PROBES) as one:
        outcome = one.outcomes(requests(1))[0]

    assert isinstance(outcome, Answered)
    hits = server.ledger()
    assert [hit.status for hit in hits] == [500, 500, 500, 200]
    assert [hit.call_id for hit in hits] == [f"1.1.0@AT/draft/{n}" for n in (1, 2, 3, 4)]
    assert one.rows()[0].attempts == 4


def test_an_outage_without_end_opens_the_breaker(tmp_path: Path, model_server: Serve) -> None:
    """Fault 9: hits at most calls in flight and probes; after the patience all degrade at once."""
    server = model_server({"faults": [{"kind": "status", "status": 503}], "latency_seconds": 0.2})
    limits = {"max_in_flight": 16, "outage_patience_seconds": 4, "deadline_seconds": 400}

    with bench(tmp_path, server, timing=QUICK_PROBES, **limits) as one:
        started = time.monotonic()
        outcomes = one.outcomes(requests(40))
        took = time.monotonic() - started

    assert all(isinstance(outcome, ModelUnavailableError) for outcome in outcomes)
    probes = took / QUICK_PROBES.probe_seconds
    # Outages before the one that opens the breaker let others in.
    assert len(server.ledger()) <= 16 + OUTAGES_IN_A_ROW - 1 + probes + 1
    assert took < PATIENCE_SECONDS


@pytest.mark.slow
def test_an_outage_shorter_than_the_patience_degrades_nothing(
    tmp_path: Path, model_server: Serve
) -> None:
    """Fault 9: though it is longer than a call's deadline."""
    server = model_server({"faults": [{"kind": "status", "status": 503, "to_seconds": 5}]})
    limits = {"outage_patience_seconds": 30, "deadline_seconds": 4, "max_in_flight": 8}

    with bench(tmp_path, server, timing=QUICK_PROBES, **limits) as one:
        outcomes = one.outcomes(requests(20))

    assert [type(outcome) for outcome in outcomes] == [Answered] * 20


@pytest.mark.parametrize("kind", ["hang", "drip_body", "drip_headers"])
def test_what_never_ends_is_ended_at_the_deadline(
    tmp_path: Path, model_server: Serve, kind: str
) -> None:
    """Faults 10 and 11: not before it, and long before the provider would end it."""
    server = model_server({"faults": [{"kind": kind}]})

    with bench(tmp_path, server, deadline_seconds=3) as one:
        started = time.monotonic()
        outcome = one.outcomes(requests(1))[0]
        took = time.monotonic() - started

    assert isinstance(outcome, ModelUnavailableError)
    assert 2.0 <= took < PATIENCE_SECONDS
    row = one.rows()[0]
    assert row.outcome == "timeout"
    assert row.cost_usd == row_bound(one)  # it may have been charged


@pytest.mark.parametrize(
    "kind",
    [
        "truncated_json",
        "invalid_json",
        "html",
        "empty_object",
        "error_object",
        "no_choices",
        "null_content",
        "empty_content",
        "reset_before",
        "reset_after",
        "reset_during",
    ],
)
def test_a_body_that_is_no_answer_is_tried_again(
    tmp_path: Path, model_server: Serve, kind: str
) -> None:
    """Faults 12 to 14 and broken connections: never saved as an answer."""
    server = model_server({"faults": [{"kind": kind, "times": 1}]})

    with bench(tmp_path, server) as one:
        outcome = one.outcomes(requests(1))[0]

    assert isinstance(outcome, Answered)
    assert outcome.answer.text.strip()
    assert len(server.ledger()) == 2
    assert len(list(one.store.record_paths())) == 1


@pytest.mark.parametrize("kind", ["html", "no_choices", "truncated_json"])
def test_a_body_that_is_never_an_answer_degrades(
    tmp_path: Path, model_server: Serve, kind: str
) -> None:
    """Faults 12 to 14: at the deadline, with nothing in the store."""
    server = model_server({"faults": [{"kind": kind}]})

    with bench(tmp_path, server, deadline_seconds=2) as one:
        outcome = one.outcomes(requests(1))[0]

    assert isinstance(outcome, ModelUnavailableError)
    assert list(one.store.record_paths()) == []


def test_a_completion_that_is_cut_off_gets_one_more_try_with_more_room(
    tmp_path: Path, model_server: Serve
) -> None:
    """Fault 15: then it is whole."""
    server = model_server({"faults": [{"kind": "cut_off", "times": 1}]})

    with bench(tmp_path, server) as one:
        outcome = one.outcomes(requests(1))[0]

    assert isinstance(outcome, Answered)
    assert [hit.max_tokens for hit in server.ledger()] == [400, 800]
    assert one.rows()[0].attempts == 2


def test_a_completion_that_stays_cut_off_degrades(tmp_path: Path, model_server: Serve) -> None:
    """Fault 15: two hits, and nothing in the store."""
    server = model_server({"faults": [{"kind": "cut_off"}]})

    with bench(tmp_path, server) as one:
        outcome = one.outcomes(requests(1))[0]

    assert isinstance(outcome, ModelUnavailableError)
    assert "800 tokens" in str(outcome)
    assert len(server.ledger()) == 2
    assert list(one.store.record_paths()) == []


@pytest.mark.parametrize("kind", ["content_filter", "refusal", "content_filter_error"])
def test_a_refusal_is_not_tried_again(tmp_path: Path, model_server: Serve, kind: str) -> None:
    """Fault 16: one hit."""
    server = model_server({"faults": [{"kind": kind}]})

    with bench(tmp_path, server) as one:
        outcome = one.outcomes(requests(1))[0]

    assert isinstance(outcome, RefusedError)
    assert len(server.ledger()) == 1
    assert one.rows()[0].outcome == "refused"


@pytest.mark.parametrize(
    ("kind", "named"),
    [("bad_key", "OPENAI_API_KEY"), ("unknown_model", MODEL), ("no_quota", "quota")],
)
def test_what_no_later_call_would_do_better_stops_the_run(
    tmp_path: Path, model_server: Serve, kind: str, named: str
) -> None:
    """Fault 17: hits at most the workers, and the message names key, model or quota."""
    server = model_server({"faults": [{"kind": kind}], "echo_key": True})

    with bench(tmp_path, server, max_in_flight=8) as one:
        outcomes = one.outcomes(requests(40))

    assert all(isinstance(outcome, StoppedError) for outcome in outcomes)
    assert len(server.ledger()) <= 8
    assert named in str(outcomes[0])
    assert KEY not in str(outcomes)
    assert KEY not in one.journal.path.read_text()
