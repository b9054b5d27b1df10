"""The client of an OpenAI-compatible server: one attempt at a time, its errors translated."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import anyio
import httpx2
import openai
from pydantic import SecretStr

from factbook.errors import RunError, StoppedError
from factbook.llm.chat import MOST_SEARCHES, AnswerSchema, ChatAnswer, ChatRequest
from factbook.llm.openai_body import most_body_bytes, read_chat, read_response
from factbook.llm.openai_errors import (
    Asked,
    body_error,
    connection_error,
    deadline_error,
    status_error,
)
from factbook.llm.openai_headers import limit_headers, request_id
from factbook.llm.running_time import RunningTime

OPENAI_URL = "https://api.openai.com/v1"
MAX_ERROR_BYTES = 100_000
CONNECT_SECONDS = 10.0
KEEPALIVE_SECONDS = 4.0
"""How long an idle connection is kept: less than the five seconds after which many servers close
theirs. A request that coincides with the closing is lost and may be charged."""

_PACKINGS = ("gzip", "deflate")
"""What a body may be packed by: no more than a thousand times its size, and not twice."""

# What the HTTP client raises while a body arrives; the SDK translates only earlier errors.
_BROKEN = (httpx2.HTTPError, ssl.SSLError, anyio.EndOfStream)
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

OnHeaders = Callable[[Mapping[str, str]], None]


class OpenAIModel:
    """A `ChatModel` that asks an OpenAI-compatible server.

    Chat goes to ``POST /chat/completions``, search to ``POST /responses``. The client is created
    with the first attempt, inside the event loop that it belongs to.

    Args:
        provider: Name of the provider, as it enters the key of the call store.
        api_key: The key; no message, representation or log contains it.
        base_url: Address of the API, usually ending in ``/v1``; None for OpenAI's own.
        token_parameter: Name of the bound on completion tokens in a chat request:
            ``max_completion_tokens``, for older servers ``max_tokens``.
        max_connections: Most connections at once.
        on_headers: Called with the headers about limits of each answer, names in lower case.

    Raises:
        StoppedError: Key or address is invalid.
    """

    def __init__(
        self,
        *,
        provider: str,
        api_key: SecretStr,
        base_url: str | None,
        token_parameter: str,
        max_connections: int,
        on_headers: OnHeaders | None = None,
    ) -> None:
        self._provider = provider
        self._api_key = _sendable_key(api_key)
        self._base_url = _address(base_url or OPENAI_URL)
        self._token_parameter = token_parameter
        self._max_connections = max_connections
        self._on_headers = on_headers
        self._client: openai.AsyncOpenAI | None = None

    @property
    def provider(self) -> str:
        """Name of the provider."""
        return self._provider

    @property
    def host(self) -> str:
        """The server, with its port if it is not the default one."""
        port = f":{self._base_url.port}" if self._base_url.port else ""
        return f"{self._base_url.host}{port}"

    async def attempt(
        self, request: ChatRequest, *, call_id: str, timeout_seconds: float
    ) -> ChatAnswer:
        """Ask once.

        Args:
            request: The request.
            call_id: ``1.1.2@AT/draft/1``, sent as `X-Client-Request-Id`.
            timeout_seconds: Running time after which the attempt ends, whatever has arrived by
                then.

        Raises:
            TransientCallError: No valid answer; it may be tried again.
            CutOffError: The completion reached its bound.
            ContextTooLongError: The prompt is longer than the model takes.
            NoSchemaError: The server takes no JSON schema.
            RefusedError: A content filter or the model refused.
            StoppedError: Key, model, endpoint, quota, a malformed request.
        """
        path = "/responses" if request.is_search else "/chat/completions"
        asked = Asked(request=request, host=self.host, path=path, key=self._api_key)
        try:
            async with RunningTime(timeout_seconds):
                body = await self._post(asked, request_id(call_id), timeout_seconds)
        except TimeoutError:
            raise deadline_error(timeout_seconds, asked) from None
        except (openai.OpenAIError, *_BROKEN) as error:
            raise self._translated(error, asked) from None
        return read_response(body, asked) if request.is_search else read_chat(body, asked)

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _post(self, asked: Asked, call_id: str, timeout_seconds: float) -> bytes:
        """The unparsed body of a 200."""
        client = self._opened()
        options: dict[str, Any] = {
            "extra_headers": {"X-Client-Request-Id": call_id},
            # The HTTP client's own timeouts would count the time while the process is stopped.
            "timeout": httpx2.Timeout(None, connect=min(CONNECT_SECONDS, timeout_seconds)),
        }
        if asked.request.is_search:
            search = client.responses.with_streaming_response
            sent = search.create(**_search_body(asked.request), **options)
        else:
            chat = client.chat.completions.with_streaming_response
            sent = chat.create(**_chat_body(asked.request, self._token_parameter), **options)
        async with sent as response:
            self._tell(response.headers)
            most = most_body_bytes(asked.request)
            body = await _at_most(response.iter_bytes(), most + 1)
        if len(body) > most:
            raise body_error(f"more than {most:,} bytes", asked)
        return body

    def _opened(self) -> openai.AsyncOpenAI:
        if self._client is None:
            limits = httpx2.Limits(
                max_connections=self._max_connections,
                max_keepalive_connections=self._max_connections,
                keepalive_expiry=KEEPALIVE_SECONDS,
            )
            # Servers of this machine are not reached through the environment's proxy.
            trust_env = self._base_url.host not in _LOOPBACK
            self._client = openai.AsyncOpenAI(
                api_key=self._api_key.get_secret_value(),
                base_url=self._base_url,
                max_retries=0,
                http_client=_BoundedClient(
                    limits=limits,
                    trust_env=trust_env,
                    headers={"Accept-Encoding": ", ".join(_PACKINGS)},
                ),
            )
        return self._client

    def _translated(self, error: Exception, asked: Asked) -> RunError:
        if isinstance(error, openai.APIStatusError):
            self._tell(error.response.headers)
            headers = limit_headers(error.response.headers)
            return status_error(error.status_code, headers, error.body, asked)
        cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
        if isinstance(cause, httpx2.DecodingError):
            return body_error("a body that cannot be decompressed", asked)
        return connection_error(cause, asked)

    def _tell(self, headers: Mapping[str, str]) -> None:
        if self._on_headers:
            self._on_headers(limit_headers(headers))


class _BoundedClient(httpx2.AsyncClient):
    """The HTTP client, which reads only as much of an error's body as a message needs.

    The SDK would read all of it. Redirects are not followed: the prompt would go elsewhere.
    """

    async def send(
        self, request: httpx2.Request, *, stream: bool = False, **options: Any
    ) -> httpx2.Response:
        """Send, and read the body of an error.

        Raises:
            httpx2.DecodingError: The body is packed otherwise than was asked for.
        """
        response = await super().send(request, stream=stream, **options)
        packing = response.headers.get("content-encoding", "identity").strip().lower()
        if packing not in (*_PACKINGS, "identity"):
            await response.aclose()
            raise httpx2.DecodingError(f"it is packed by {packing}", request=request)
        if response.is_success or not stream:
            return response
        try:
            body = await _at_most(response.aiter_bytes(), MAX_ERROR_BYTES)
        finally:
            await response.aclose()
        of_body = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in of_body]
        return httpx2.Response(response.status_code, headers=headers, content=body, request=request)


async def _at_most(chunks: AsyncIterator[bytes], size: int) -> bytes:
    """The first bytes of a body, no more than `size` of them."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) >= size:
            break
    return bytes(body[:size])


def _chat_body(request: ChatRequest, token_parameter: str) -> dict[str, Any]:
    """Parameters of ``POST /chat/completions``."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": (),
        # Not as an argument: the SDK would inspect each message, a fifth of a call's CPU time.
        "extra_body": {
            "messages": [message.model_dump() for message in request.messages],
            token_parameter: request.max_tokens,
        },
    }
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.reasoning_effort is not None:
        body["reasoning_effort"] = request.reasoning_effort
    if request.answer_schema:
        schema = _strict(request.answer_schema)
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _search_body(request: ChatRequest) -> dict[str, Any]:
    """Parameters of ``POST /responses``; they ask the provider to store nothing."""
    body: dict[str, Any] = {
        "model": request.model,
        "input": [message.model_dump() for message in request.messages],
        "max_output_tokens": request.max_tokens,
        "tools": [{"type": "web_search"}],
        "max_tool_calls": MOST_SEARCHES,
        "store": False,
    }
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.reasoning_effort is not None:
        body["reasoning"] = {"effort": request.reasoning_effort}
    if request.answer_schema:
        body["text"] = {"format": {"type": "json_schema", **_strict(request.answer_schema)}}
    return body


def _strict(schema: AnswerSchema) -> dict[str, Any]:
    return {"name": schema.name, "schema": dict(schema.body), "strict": True}


def _sendable_key(key: SecretStr) -> SecretStr:
    """A key without surrounding blanks.

    Raises:
        StoppedError: It is empty, or has characters that a header cannot carry.
    """
    text = key.get_secret_value().strip()
    if not text:
        raise StoppedError("There is no API key. Set OPENAI_API_KEY")
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise StoppedError(
            "OPENAI_API_KEY has blanks, control characters or non-ASCII characters, which no key "
            "has. Set it again, without quotes and surrounding text"
        )
    return SecretStr(text)


def _address(text: str) -> httpx2.URL:
    """An address in the HTTP client's form.

    Raises:
        StoppedError: It is not an address of a server.
    """
    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        # It may hold a password, so it is not repeated.
        raise StoppedError(
            "OPENAI_BASE_URL is not an address of a server. Set it to one such as "
            "https://api.openai.com/v1"
        )
    if url.userinfo:
        # It would be sent in place of the key, and appear in the HTTP client's logs.
        raise StoppedError(
            "OPENAI_BASE_URL contains a user name or a password. Remove it; a key belongs in "
            "OPENAI_API_KEY"
        )
    return url
