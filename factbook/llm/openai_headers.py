"""Headers of an OpenAI-compatible server: its limits, and when to ask again."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

MAX_REQUEST_ID = 512
"""Most characters that OpenAI accepts in `X-Client-Request-Id`."""

_OF_LIMITS = ("x-ratelimit-", "retry-after")
_CARRIED = string.punctuation.replace("%", "")  # besides letters and digits; "%" begins an escape
_UNIT_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|[dhms])")
_MOST_SECONDS = 366 * 86400.0  # anything longer is not a waiting time


class RateLimitHeaders(BaseModel):
    """The provider's limits in an answer's headers; None where a header is missing.

    Attributes:
        limit_requests: Requests that the provider accepts in a window.
        limit_tokens: Tokens that it accepts in a window.
        remaining_requests: Requests left now.
        remaining_tokens: Tokens left now.
        reset_requests_seconds: Time until all requests are available again.
        reset_tokens_seconds: Time until all tokens are available again.
        retry_after_seconds: How long the provider asks to wait.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit_requests: int | None = None
    limit_tokens: int | None = None
    remaining_requests: int | None = None
    remaining_tokens: int | None = None
    reset_requests_seconds: float | None = None
    reset_tokens_seconds: float | None = None
    retry_after_seconds: float | None = None

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Self:
        """Read the headers of an answer.

        Args:
            headers: Names in lower case, and values; invalid ones are ignored.
        """
        return cls(
            limit_requests=_count(headers.get("x-ratelimit-limit-requests")),
            limit_tokens=_count(headers.get("x-ratelimit-limit-tokens")),
            remaining_requests=_count(headers.get("x-ratelimit-remaining-requests")),
            remaining_tokens=_count(headers.get("x-ratelimit-remaining-tokens")),
            reset_requests_seconds=_duration(headers.get("x-ratelimit-reset-requests")),
            reset_tokens_seconds=_duration(headers.get("x-ratelimit-reset-tokens")),
            retry_after_seconds=retry_after(headers),
        )

    @property
    def wait_seconds(self) -> float | None:
        """Seconds to wait after a 429: as the provider asks, else until the used-up limit resets.

        A request with too many tokens is refused even with requests left; the reset of requests
        may then be minutes away and means nothing.
        """
        if self.retry_after_seconds is not None:
            return self.retry_after_seconds
        resets = {"requests": self.reset_requests_seconds, "tokens": self.reset_tokens_seconds}
        if self.remaining_requests and self.reset_tokens_seconds is not None:
            del resets["requests"]
        elif self.remaining_tokens and self.reset_requests_seconds is not None:
            del resets["tokens"]
        return max((seconds for seconds in resets.values() if seconds is not None), default=None)


def limit_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """An answer's headers about limits, their names in lower case."""
    lower = ((name.lower(), value) for name, value in headers.items())
    return {name: value for name, value in lower if name.startswith(_OF_LIMITS)}


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds that ``Retry-After`` (seconds or a date) or ``retry-after-ms`` asks to wait.

    Args:
        headers: Names in lower case, and values.
        now: The time from which a date counts; None for the current time.
    """
    found: list[float | None] = []
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        found.append(milliseconds / 1000)
    if (value := headers.get("retry-after")) is not None:
        seconds = _number(value)
        found.append(_until(value, now or datetime.now(UTC)) if seconds is None else seconds)
    return max((seconds for seconds in found if seconds is not None), default=None)


def request_id(call_id: str) -> str:
    """A call's id for `X-Client-Request-Id`.

    Everything but visible ASCII is percent-encoded, as is the percent sign. An id that is too long
    keeps its end, which names pass and attempt.
    """
    return quote(call_id, safe=_CARRIED)[-MAX_REQUEST_ID:]


def _until(value: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return min(max(0.0, (then - now).total_seconds()), _MOST_SECONDS)


def _number(value: str | None) -> float | None:
    """A valid number of seconds or milliseconds to wait; None when it is not one."""
    try:
        number = float(value or "")
    except ValueError:
        return None
    return min(number, _MOST_SECONDS) if math.isfinite(number) and number >= 0 else None


def _count(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"[0-9]{1,15}", value.strip()) else None


def _duration(value: str | None) -> float | None:
    """``6m0s``, ``1s``, ``12ms``, ``1h2m3.5s``, or plain seconds."""
    text = (value or "").strip()
    parts = _DURATION_PART.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        seconds = sum(float(number) * _UNIT_SECONDS[unit] for number, unit in parts)
        return min(seconds, _MOST_SECONDS)
    return _number(text)
