"""The client against real loopback servers: what is sent, and what each answer becomes."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import socket
import time
import traceback
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from factbook.errors import (
    CallError,
    ContextTooLongError,
    CutOffError,
    FactbookError,
    NoSchemaError,
    RateLimitedError,
    RefusedError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.chat import AnswerSchema, ChatAnswer, ChatRequest, Message, Usage
from factbook.llm.openai_model import OpenAIModel
from model_server.shapes import SOURCES
from tests.llm.canned_server import canned_server
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

CANARY = "sk-canary-0123456789abcdef"
CALL_ID = "1.1.2@AT/draft/1"
PATIENCE_SECONDS = 120.0
"""Far less than what is not to be waited for."""
ANSWER = orjson.dumps(
    {"choices": [{"message": {"role": "assistant", "content": "Wind."}}], "model": "m-1"}
)
SCHEMA = AnswerSchema(
    name="verdict",
    body={
        "type": "object",
        "properties": {"verdict": {"type": "string"}},
        "required": ["verdict"],
        "additionalProperties": False,
    },
)


def make_request(**fields: Any) -> ChatRequest:
    """A request."""
    messages = (
        Message(role="system", content="You write."),
        Message(role="user", content="Write about wind power in Austria."),
    )
    return ChatRequest(**{"model": "gpt-5", "messages": messages, "max_tokens": 400, **fields})


def make_model(base_url: str, **fields: Any) -> OpenAIModel:
    """A client of a server."""
    values = {
        "provider": "openai",
        "api_key": SecretStr(CANARY),
        "token_parameter": "max_completion_tokens",
        "max_connections": 4,
    }
    return OpenAIModel(base_url=base_url, **{**values, **fields})


async def attempt(
    base_url: str, request: ChatRequest | None = None, *, seconds: float = 20, **fields: Any
) -> ChatAnswer:
    """One attempt with a client of its own."""
    model = make_model(base_url, **fields)
    try:
        return await model.attempt(
            request or make_request(), call_id=CALL_ID, timeout_seconds=seconds
        )
    finally:
        await model.close()


def ask(base_url: str, request: ChatRequest | None = None, **options: Any) -> ChatAnswer:
    """The same from outside a loop."""
    return asyncio.run(attempt(base_url, request, **options))


def failure(base_url: str, request: ChatRequest | None = None, **options: Any) -> FactbookError:
    """The error that an attempt ends with."""
    with pytest.raises(FactbookError) as caught:
        ask(base_url, request, **options)
    return caught.value


def fault(kind: str, **fields: Any) -> Mapping[str, Any]:
    """A scenario with one fault."""
    return {"faults": [{"kind": kind, **fields}]}


async def sent(request: ChatRequest, **options: Any) -> Any:
    """What a server is sent."""
    async with canned_server(ANSWER) as canned:
        with suppress(TransientCallError):  # the answer fits plain chat only
            await attempt(canned.base_url, request, **options)
        return canned


def test_chat_is_answered(model_server: Serve) -> None:
    """By one request to the endpoint of chat, with the call's id and the bound."""
    server = model_server({"key": CANARY})
    answer = ask(server.base_url)
    [hit] = server.ledger()
    assert answer.text
    assert answer.model == "gpt-5"
    assert answer.usage.input_tokens == hit.prompt_tokens
    assert answer.usage.output_tokens == hit.completion_tokens
    assert (hit.path, hit.call_id) == ("POST /v1/chat/completions", CALL_ID)
    assert (hit.model, hit.max_tokens) == ("gpt-5", 400)


def test_search_is_answered_with_its_sources(model_server: Serve) -> None:
    """By the endpoint of responses."""
    server = model_server()
    answer = ask(server.base_url, make_request(is_search=True))
    [hit] = server.ledger()
    assert hit.path == "POST /v1/responses"
    assert hit.max_tokens == 400
    assert [(source.title, source.url) for source in answer.sources] == list(SOURCES)
    assert answer.usage.input_tokens == hit.prompt_tokens


def test_structured_answer_keeps_its_schema(model_server: Serve) -> None:
    """Where the server enforces it."""
    server = model_server()
    request = make_request(answer_schema=SCHEMA)
    assert set(orjson.loads(ask(server.base_url, request).text)) == {"verdict"}


def test_chat_request_holds_what_is_asked_and_no_more() -> None:
    """No temperature unless set; the bound has the configured name."""
    older = {"token_parameter": "max_tokens"}
    canned = asyncio.run(sent(make_request(), **older))
    assert canned.path == "/v1/chat/completions"
    assert canned.headers["authorization"] == f"Bearer {CANARY}"
    assert canned.headers["x-client-request-id"] == CALL_ID
    assert canned.body == {
        "model": "gpt-5",
        "messages": [
            {"role": "system", "content": "You write."},
            {"role": "user", "content": "Write about wind power in Austria."},
        ],
        "max_tokens": 400,
    }
    warm = asyncio.run(
        sent(make_request(temperature=0.0, reasoning_effort="low", answer_schema=SCHEMA))
    )
    assert warm.body["reasoning_effort"] == "low"
    assert warm.body["temperature"] == 0.0
    assert warm.body["max_completion_tokens"] == 400
    assert "max_tokens" not in warm.body
    assert warm.body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "schema": SCHEMA.body, "strict": True},
    }


def test_search_request_holds_the_tool_and_keeps_nothing() -> None:
    """The provider is asked not to store the response."""
    request = make_request(is_search=True, reasoning_effort="low", answer_schema=SCHEMA)
    canned = asyncio.run(sent(request))
    assert canned.body["reasoning"] == {"effort": "low"}
    assert canned.path == "/v1/responses"
    assert canned.body["tools"] == [{"type": "web_search"}]
    assert canned.body["max_output_tokens"] == 400
    assert canned.body["store"] is False
    assert canned.body["input"][1]["role"] == "user"
    assert canned.body["text"]["format"]["name"] == "verdict"
    assert "temperature" not in canned.body


def test_usage_is_estimated_where_the_server_gives_none() -> None:
    """Older servers leave it out."""

    async def run() -> ChatAnswer:
        async with canned_server(ANSWER) as canned:
            return await attempt(canned.base_url)

    assert asyncio.run(run()).usage == Usage(input_tokens=19, output_tokens=2)


def outcome(error: FactbookError) -> str:
    """The journal's word for an error."""
    assert isinstance(error, CallError)
    return error.outcome


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
    ],
)
@pytest.mark.parametrize("is_search", [False, True])
def test_body_that_is_no_answer_is_transient(
    model_server: Serve,
    kind: str,
    is_search: bool,
) -> None:
    """With status 200 (faults 12–14)."""
    server = model_server(fault(kind))
    error = failure(server.base_url, make_request(is_search=is_search))
    assert type(error) is TransientCallError
    assert error.outcome == "bad_body"
    assert error.was_charged
    assert len(server.ledger()) == 1


@pytest.mark.parametrize("is_search", [False, True])
def test_completion_that_is_cut_off_is_no_answer(
    model_server: Serve,
    is_search: bool,
) -> None:
    """Its tokens are reported (fault 15)."""
    server = model_server(fault("cut_off"))
    error = failure(server.base_url, make_request(is_search=is_search))
    [hit] = server.ledger()
    assert isinstance(error, CutOffError)
    assert error.input_tokens == hit.prompt_tokens
    assert error.output_tokens == hit.completion_tokens


@pytest.mark.parametrize("kind", ["content_filter", "refusal", "content_filter_error"])
@pytest.mark.parametrize("is_search", [False, True])
def test_refusal_is_reported(
    model_server: Serve,
    kind: str,
    is_search: bool,
) -> None:
    """By the end of the completion, by the model, by a 400 (fault 16)."""
    server = model_server(fault(kind))
    assert isinstance(failure(server.base_url, make_request(is_search=is_search)), RefusedError)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503])
def test_status_that_may_pass_is_not_retried_here(
    model_server: Serve,
    status: int,
) -> None:
    """One hit: the caller retries (fault 8)."""
    server = model_server(fault("status", status=status, retry_after=3))
    error = failure(server.base_url)
    assert type(error) is TransientCallError
    assert error.outcome == str(status)
    assert error.is_outage == (status >= 500)
    assert error.retry_after_seconds == 3
    assert len(server.ledger()) == 1


def test_rate_limit_tells_how_long_to_wait(model_server: Serve) -> None:
    """Faults 6 and 7."""
    server = model_server(fault("status", status=429, retry_after=600))
    error = failure(server.base_url)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_seconds == 600
    assert len(server.ledger()) == 1


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ({"key": "another", "echo_key": True}, "rejects the key for model"),
        ({"models": ["gpt-4"]}, "no model 'gpt-5'"),
        (fault("no_quota"), "The quota of the key at 127.0.0.1"),
        ({"refused_parameters": ["max_completion_tokens"]}, "'max_completion_tokens' is not"),
    ],
)
def test_what_no_retry_fixes_stops_the_run(
    model_server: Serve,
    scenario: Mapping[str, Any],
    words: str,
) -> None:
    """Key, model, quota, a bad request (fault 17)."""
    server = model_server(scenario)
    error = failure(server.base_url)
    assert isinstance(error, StoppedError)
    assert words in str(error)
    assert CANARY not in str(error)


def test_missing_endpoint_stops_the_run(model_server: Serve) -> None:
    """An address without ``/v1`` is the usual mistake."""
    server = model_server()
    error = failure(server.base_url.removesuffix("/v1"))
    assert isinstance(error, StoppedError)
    assert "has no endpoint /chat/completions" in str(error)


def test_context_that_is_too_long_is_reported(model_server: Serve) -> None:
    """It can be shortened."""
    server = model_server({"context_tokens": 100})
    assert isinstance(failure(server.base_url), ContextTooLongError)


def test_schema_that_the_server_does_not_take_is_reported(model_server: Serve) -> None:
    """It can be asked without one; a request that had none is not at fault for it."""
    server = model_server({"refused_parameters": ["response_format"]})
    error = failure(server.base_url, make_request(answer_schema=SCHEMA))
    assert isinstance(error, NoSchemaError)
    assert error.outcome == "no_schema"
    assert ask(server.base_url).text
    server.set_scenario({"refused_parameters": ["max_completion_tokens"]})
    assert isinstance(failure(server.base_url, make_request(answer_schema=SCHEMA)), StoppedError)


@pytest.mark.parametrize("kind", ["hang", "drip_headers", "drip_body"])
def test_attempt_ends_at_its_deadline(model_server: Serve, kind: str) -> None:
    """However the server keeps it waiting (faults 10 and 11)."""
    server = model_server(fault(kind, drip_seconds=0.02))
    started = time.monotonic()
    error = failure(server.base_url, seconds=0.5)
    assert 0.4 < time.monotonic() - started < PATIENCE_SECONDS
    assert isinstance(error, TransientCallError)
    assert error.outcome == "timeout"
    assert error.is_outage
    assert error.was_charged


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "reset_during"])
def test_connection_that_breaks_may_be_charged(
    model_server: Serve,
    kind: str,
) -> None:
    """The request was sent, whatever was made of it."""
    server = model_server(fault(kind))
    error = failure(server.base_url)
    assert isinstance(error, TransientCallError)
    assert error.outcome == "connection"
    assert error.is_outage
    assert error.was_charged


def test_server_that_is_unavailable_charges_nothing() -> None:
    """No connection, nothing sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        error = failure(f"http://127.0.0.1:{port}/v1")
    assert isinstance(error, TransientCallError)
    assert error.outcome == "connection"
    assert error.is_outage
    assert not error.was_charged
    assert f"127.0.0.1:{port}" in str(error)


def test_body_above_the_bound_is_no_answer(model_server: Serve) -> None:
    """The rest is not read."""
    server = model_server(fault("large_body", body_bytes=60_000_000))
    error = failure(server.base_url)
    assert outcome(error) == "bad_body"
    assert re.search(r"more than [\d,]+ bytes", str(error))


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "x-own"])
@pytest.mark.parametrize("status", [200, 400])
def test_body_packed_twice_or_oddly_is_no_answer(packing: str, status: int) -> None:
    """A few kilobytes of a bomb within a bomb unpack to gigabytes at once: it is not begun."""
    bomb = gzip.compress(gzip.compress(bytes(100_000_000)))

    async def run() -> None:
        async with canned_server(bomb, status, {"content-encoding": packing}) as canned:
            await attempt(canned.base_url)

    tracemalloc.start()
    try:
        with pytest.raises(TransientCallError, match="cannot be decompressed"):
            asyncio.run(run())
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 20_000_000


def test_error_body_is_not_read_to_its_end() -> None:
    """Of a bomb of 300 MB no more is unpacked than arrives at once; the status counts."""
    bomb = gzip.compress(b" " * 300_000_000, 1)

    async def run() -> None:
        async with canned_server(bomb, 400, {"content-encoding": "gzip"}) as canned:
            await attempt(canned.base_url)

    tracemalloc.start()
    try:
        with pytest.raises(StoppedError, match="no reason given"):
            asyncio.run(run())
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 200_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_packed_body_is_unpacked_or_no_answer(encoding: str) -> None:
    """Packed by gzip it is read; what is not packed as it says is no answer."""

    async def run() -> ChatAnswer:
        body = gzip.compress(ANSWER) if encoding == "gzip" else b"\x01\x02\x03 no deflate"
        async with canned_server(body, headers={"content-encoding": encoding}) as canned:
            return await attempt(canned.base_url)

    if encoding == "gzip":
        assert asyncio.run(run()).text == "Wind."
    else:
        with pytest.raises(TransientCallError) as caught:
            asyncio.run(run())
        assert caught.value.outcome == "bad_body"


def test_redirect_is_not_followed() -> None:
    """Key and prompt stay here."""

    async def run() -> int:
        async with canned_server(ANSWER) as other:
            target = {"location": f"{other.base_url}/chat/completions"}
            async with canned_server(b"", 307, target) as canned:
                with pytest.raises(StoppedError, match="OPENAI_BASE_URL"):
                    await attempt(canned.base_url)
            return other.requests

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize("status", [200, 429, 500])
def test_headers_about_limits_are_reported(model_server: Serve, status: int) -> None:
    """Those of each answer, errors too; no others."""
    limited = {"headers": True, "requests_per_minute": 500, "tokens_per_minute": 90_000}
    faults = fault("status", status=status, retry_after=2) if status != 200 else {}
    server = model_server({**limited, **faults})
    received: list[Mapping[str, str]] = []
    if status == 200:
        ask(server.base_url, on_headers=received.append)
    else:
        failure(server.base_url, on_headers=received.append)
    [headers] = received
    assert headers["x-ratelimit-limit-requests"] == "500"
    assert all(name.startswith(("x-ratelimit-", "retry-after")) for name in headers)
    assert ("retry-after" in headers) == (status != 200)


def test_proxy_of_the_environment_is_not_asked_for_loopback(
    model_server: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server of this machine's own is reached as it is."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ask(model_server().base_url).text


def test_client_serves_many_attempts_at_once_and_another_loop_later(
    model_server: Serve,
) -> None:
    """Connections are bounded; after `close` it can be used in a new loop."""
    server = model_server({"latency_seconds": 0.05})
    model = make_model(server.base_url, max_connections=2)

    async def run() -> list[ChatAnswer]:
        try:
            return await asyncio.gather(
                *(
                    model.attempt(make_request(), call_id=f"1@A/draft/{n}", timeout_seconds=20)
                    for n in range(6)
                )
            )
        finally:
            await model.close()

    assert len(asyncio.run(run())) == 6
    assert len(asyncio.run(run())) == 6
    assert max(hit.in_flight for hit in server.ledger()) <= 2


def test_cancelled_attempt_leaves_the_server(model_server: Serve) -> None:
    """A stop does not wait for answers."""
    server = model_server(fault("hang"))

    async def run() -> None:
        model = make_model(server.base_url)
        task = asyncio.create_task(
            model.attempt(make_request(), call_id=CALL_ID, timeout_seconds=3600)
        )
        while not server.ledger():
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await model.close()

    asyncio.run(asyncio.wait_for(run(), PATIENCE_SECONDS))


@pytest.mark.parametrize("key", ["", "  ", "sk canary", "sk-cänary", "sk-canary\nX-Other: 1"])
def test_key_that_no_header_carries_is_refused_without_showing_it(key: str) -> None:
    """Before anything is sent."""
    with pytest.raises(StoppedError, match="OPENAI_API_KEY") as caught:
        make_model("http://127.0.0.1/v1", api_key=SecretStr(key))
    assert "nary" not in str(caught.value)


def test_key_from_a_file_loses_its_line_end() -> None:
    """As people put keys into environments."""
    canned = asyncio.run(sent(make_request(), api_key=SecretStr(f" {CANARY}\r\n")))
    assert canned.headers["authorization"] == f"Bearer {CANARY}"


@pytest.mark.parametrize(
    "base_url", ["127.0.0.1:8000", "ftp://host/v1", "http://", "nonsense", "http://u:pw9@host/v1"]
)
def test_address_that_is_none_is_refused(base_url: str) -> None:
    """The message names the setting and repeats no password."""
    with pytest.raises(StoppedError, match="OPENAI_BASE_URL") as caught:
        make_model(base_url)
    assert "pw9" not in str(caught.value)


def test_address_unset_is_openais_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own look into the environment is not asked."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert make_model(None).host == "api.openai.com"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "scenario",
    [
        {"key": "another", "echo_key": True},
        {"models": ["gpt-4"]},
        fault("status", status=500),
        fault("status", status=400),
        fault("error_object"),
        fault("reset_after"),
        fault("hang"),
        {},
    ],
)
def test_key_is_in_no_error_representation_or_log(
    model_server: Serve,
    scenario: Mapping[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With the engine's own logs at their most talkative."""
    caplog.set_level(logging.DEBUG)
    server = model_server(scenario)
    model = make_model(server.base_url)

    async def run() -> str:
        try:
            await model.attempt(make_request(), call_id=CALL_ID, timeout_seconds=1)
        except FactbookError as error:
            return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
        finally:
            await model.close()
        return ""

    shown = asyncio.run(run())
    assert CANARY not in shown
    assert CANARY not in caplog.text
    assert CANARY not in repr(model) + repr(vars(model))
