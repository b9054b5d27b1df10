"""Headers about limits, waiting times, and a call's id as a header carries it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import unquote

import pytest

from factbook.llm.openai_headers import (
    MAX_REQUEST_ID,
    RateLimitHeaders,
    limit_headers,
    request_id,
    retry_after,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
IN_90_S = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
BEFORE = format_datetime(NOW - timedelta(seconds=90), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": IN_90_S}, 90),
        ({"retry-after": BEFORE}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 12:01:30"}, 90),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e300"}, 366 * 86400),
        ({"retry-after": ""}, None),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "1"}, 1),
        ({"retry-after-ms": "x", "retry-after": "1"}, 1),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    """What makes no sense says nothing; of two the longer counts."""
    assert retry_after(headers, now=NOW) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("12ms", 0.012),
        ("1h2m3.5s", 3723.5),
        ("1d", 86400),
        ("7.66s", 7.66),
        ("3", 3),
        ("6 minutes", None),
        ("s", None),
        ("", None),
    ],
)
def test_reset_times_have_units(text: str, seconds: float | None) -> None:
    """As OpenAI and others write them."""
    read = RateLimitHeaders.read({"x-ratelimit-reset-tokens": text})
    assert read.reset_tokens_seconds == (None if seconds is None else pytest.approx(seconds))


def test_limits_are_read_and_nonsense_is_passed_over() -> None:
    """Counts are whole numbers."""
    read = RateLimitHeaders.read(
        {
            "x-ratelimit-limit-requests": "500",
            "x-ratelimit-limit-tokens": "200000",
            "x-ratelimit-remaining-requests": "-1",
            "x-ratelimit-remaining-tokens": "many",
            "x-ratelimit-reset-requests": "120ms",
        }
    )
    assert read == RateLimitHeaders(
        limit_requests=500, limit_tokens=200_000, reset_requests_seconds=0.12
    )


@pytest.mark.parametrize(
    ("left_requests", "left_tokens", "seconds"),
    [(0, 100, 360), (59, 0, 1), (59, 30, 1), (0, 0, 360), (None, None, 360), (None, 30, 360)],
)
def test_wait_is_for_what_is_used_up(
    left_requests: int | None, left_tokens: int | None, seconds: float
) -> None:
    """With requests left it is the tokens that do not fit, and the other reset says nothing."""
    limits = RateLimitHeaders(
        remaining_requests=left_requests,
        remaining_tokens=left_tokens,
        reset_requests_seconds=360,
        reset_tokens_seconds=1,
    )
    assert limits.wait_seconds == seconds


def test_wait_is_what_the_provider_asks_for() -> None:
    """Retry-After goes before the resets; without either there is none."""
    asked = RateLimitHeaders(retry_after_seconds=2, reset_requests_seconds=360)
    assert asked.wait_seconds == 2
    assert RateLimitHeaders().wait_seconds is None
    assert RateLimitHeaders(remaining_requests=0, reset_tokens_seconds=3).wait_seconds == 3


def test_limit_headers_are_those_about_limits_only() -> None:
    """Names in lower case; cookies and ids stay out."""
    headers = {"X-RateLimit-Limit-Requests": "5", "Retry-After": "1", "Set-Cookie": "secret"}
    assert limit_headers(headers) == {"x-ratelimit-limit-requests": "5", "retry-after": "1"}


@pytest.mark.parametrize(
    "call_id", ["1.1.2@AT/draft/1", "1.1#introduction@AT/introduction/2", "conclusion@AT/draft/1"]
)
def test_request_id_of_usual_ids_is_the_id(call_id: str) -> None:
    """A provider's log can be searched for it."""
    assert request_id(call_id) == call_id


@pytest.mark.parametrize("call_id", ["1@Côte d'Ivoire/draft/1", "1@50 %/draft/1", "1@a\r\nb/x/1"])
def test_request_id_carries_what_headers_do_not(call_id: str) -> None:
    """Percent-encoded, so that it can be read back."""
    encoded = request_id(call_id)
    assert encoded.isascii()
    assert encoded.isprintable()
    assert " " not in encoded
    assert unquote(encoded) == call_id


def test_request_id_that_is_too_long_keeps_its_end() -> None:
    """OpenAI refuses longer ones."""
    encoded = request_id("1" * 1000 + "@AT/draft/1")
    assert len(encoded) == MAX_REQUEST_ID
    assert encoded.endswith("1@AT/draft/1")
