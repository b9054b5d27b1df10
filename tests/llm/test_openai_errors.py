"""Error statuses, as OpenAI, Azure, vLLM, llama.cpp, Ollama and gateways word them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from factbook.errors import (
    ContextTooLongError,
    RateLimitedError,
    RefusedError,
    RunError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.chat import ChatRequest, Message
from factbook.llm.openai_errors import MAX_SAID, Asked, status_error

CANARY = "sk-canary-0123456789"
PROMPT = "The evidence says that wind gave a very secret number of terawatt-hours."


def error_of(
    status: int,
    body: object = "",
    headers: dict[str, str] | None = None,
    *,
    is_search: bool = False,
) -> RunError:
    """The error that an answer is."""
    request = ChatRequest(
        model="gpt-5",
        messages=(Message(role="user", content=PROMPT),),
        max_tokens=10,
        is_search=is_search,
    )
    path = "/responses" if is_search else "/chat/completions"
    asked = Asked(request=request, host="api.example.org", path=path, key=SecretStr(CANARY))
    return status_error(status, headers or {}, body, asked)


def openai_error(message: str, code: str | None = None, kind: str | None = None) -> dict[str, Any]:
    """An error object."""
    return {"message": message, "type": kind, "param": None, "code": code}


@pytest.mark.parametrize(
    ("status", "is_outage", "was_charged"),
    [
        (408, False, True),
        (409, False, False),
        (500, True, False),
        (502, True, False),
        (503, True, False),
        (504, True, False),
        (529, True, False),
    ],
)
def test_status_that_may_pass_is_transient(status: int, is_outage: bool, was_charged: bool) -> None:
    """5xx is the provider's own trouble; Retry-After is kept."""
    error = error_of(status, openai_error("Try later."), {"retry-after": "7"})
    assert type(error) is TransientCallError
    assert error.outcome == str(status)
    assert error.is_outage is is_outage
    assert error.was_charged is was_charged
    assert error.retry_after_seconds == 7
    assert str(error) == f"api.example.org answered {status}: Try later."


def test_outage_says_nothing_of_html_bodies() -> None:
    """A gateway's page is no message; without Retry-After there is none."""
    error = error_of(502, "<html><h1>Bad gateway</h1></html>")
    assert isinstance(error, TransientCallError)
    assert error.retry_after_seconds is None
    assert str(error) == "api.example.org answered 502"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ratelimit-reset-requests": "6m0s"}, 360),
        ({"x-ratelimit-reset-tokens": "12ms"}, 0.012),
    ],
)
def test_rate_limit_tells_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    """From Retry-After, else from the resets; nothing is charged, and it is no outage."""
    error = error_of(429, openai_error("Slow down.", "rate_limit_exceeded"), headers)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_seconds == seconds
    assert error.outcome == "429"
    assert not error.was_charged
    assert not error.is_outage


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, openai_error("You exceeded your quota.", "insufficient_quota")),
        (429, openai_error("You exceeded your quota.", None, "insufficient_quota")),
        (429, openai_error("Not active.", "billing_not_active")),
        (402, openai_error("Insufficient Balance")),
    ],
)
def test_quota_that_is_used_up_stops_the_run(status: int, body: object) -> None:
    """Waiting does not help; the message names the quota and the host."""
    error = error_of(status, body)
    assert isinstance(error, StoppedError)
    assert "quota" in str(error)
    assert "api.example.org" in str(error)


@pytest.mark.parametrize("status", [401, 403])
def test_key_that_is_refused_stops_the_run_and_is_not_shown(status: int) -> None:
    """Not even the parts of it that providers repeat."""
    error = error_of(status, openai_error(f"Incorrect API key: {CANARY[:8]}***", "invalid_api_key"))
    assert isinstance(error, StoppedError)
    assert f"({status}). Set OPENAI_API_KEY to a valid key" in str(error)
    assert "OPENAI_API_KEY" in str(error)
    assert "canary" not in str(error)
    assert CANARY[:8] not in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, openai_error("The model `gpt-5` does not exist.", "model_not_found")),
        (403, openai_error("Project has no access to model gpt-5.", "model_not_found")),
        (400, openai_error("No such model.", "model_not_found")),
        (404, {"object": "error", "message": "The model `gpt-5` does not exist.", "code": 404}),
        (404, openai_error('model "gpt-5" not found, try pulling it first', None, "api_error")),
        (404, openai_error("The API deployment does not exist.", "DeploymentNotFound")),
    ],
)
def test_unknown_model_stops_the_run(status: int, body: object) -> None:
    """The message names the model and the host."""
    error = error_of(status, body)
    assert isinstance(error, StoppedError)
    assert "api.example.org has no model 'gpt-5'" in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"code": 404, "message": "File Not Found", "type": "not_found_error"}),
        (404, {"detail": "Not Found"}),
        (404, "<html>nginx</html>"),
        (404, ""),
        (405, {"detail": "Method Not Allowed"}),
    ],
)
def test_missing_endpoint_differs_from_an_unknown_model(status: int, body: object) -> None:
    """The message names the endpoint and the setting."""
    error = error_of(status, body)
    assert isinstance(error, StoppedError)
    assert "has no endpoint /chat/completions" in str(error)
    assert "OPENAI_BASE_URL" in str(error)
    assert "skip_internet_search" not in str(error)
    assert "skip_internet_search = true" in str(error_of(status, body, is_search=True))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, openai_error("Too long.", "context_length_exceeded")),
        (
            400,
            {
                "code": 400,
                "message": "request (6020 tokens) exceeds the available context size",
                "type": "exceed_context_size_error",
            },
        ),
        (400, openai_error("This model's maximum context length is 4096 tokens. However, …")),
        (400, {"object": "error", "message": "maximum context length is 4096", "code": 400}),
        (413, ""),
    ],
)
def test_context_that_is_too_long_is_no_stop(status: int, body: object) -> None:
    """It can be shortened."""
    error = error_of(status, body)
    assert isinstance(error, ContextTooLongError)
    assert error.outcome == "context"
    assert "'gpt-5'" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        openai_error("The response was filtered.", "content_filter"),
        {**openai_error("Filtered."), "innererror": {"code": "ResponsibleAIPolicyViolation"}},
        openai_error("Against the policy.", "content_policy_violation"),
    ],
)
def test_content_filter_refuses(body: object) -> None:
    """As Azure says it by a 400."""
    assert isinstance(error_of(400, body), RefusedError)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, openai_error("Unsupported parameter: 'max_tokens'."), "Unsupported parameter"),
        (400, "plain text", "plain text"),
        (422, {"detail": [{"loc": ["body"], "msg": "Field required"}]}, "Field required"),
        (400, "", "no reason given"),
        (418, {"error": {"message": 5}}, "no reason given"),
    ],
)
def test_bad_request_stops_the_run_with_the_providers_words(
    status: int, body: object, words: str
) -> None:
    """No later call would do better."""
    error = error_of(status, body)
    assert isinstance(error, StoppedError)
    assert str(error).startswith(f"The provider rejected the request: {words}")
    assert str(status) in str(error)


def test_redirect_stops_the_run() -> None:
    """Key and prompt do not go where an answer points."""
    error = error_of(307)
    assert isinstance(error, StoppedError)
    assert "OPENAI_BASE_URL" in str(error)


def test_providers_words_are_one_bounded_line_without_key_and_prompt() -> None:
    """Whatever a server puts into its message."""
    long = str(error_of(400, openai_error("x\n\ty " * 1000)))
    assert "\n" not in long
    assert len(long) < MAX_SAID + 150
    for said in (f"key {CANARY} is odd", f"bad input: {PROMPT}", "bell \x07 \x1b[31m rings"):
        shown = str(error_of(400, openai_error(said)))
        assert CANARY not in shown
        assert "secret number" not in shown
        assert shown.isprintable()


def test_asked_shows_neither_key_nor_prompt() -> None:
    """Its representation may stand in a traceback."""
    request = ChatRequest(model="m", messages=(Message(role="user", content=PROMPT),), max_tokens=1)
    shown = repr(Asked(request=request, host="h", path="/", key=SecretStr(CANARY)))
    assert CANARY not in shown
    assert "secret" not in shown


def test_key_none_stays_in_the_providers_words() -> None:
    """Servers of one's own get a word for a key, which must not be cut out of every message."""
    request = ChatRequest(model="m", messages=(Message(role="user", content=PROMPT),), max_tokens=1)
    asked = Asked(request=request, host="h", path="/", key=SecretStr("none"))
    assert asked.quote("There is none such.") == "There is none such."
