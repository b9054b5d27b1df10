"""The chat-model protocol: requests, answers, and the model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import orjson
from pydantic import BaseModel, ConfigDict, Field

Pass = Literal[
    "draft",
    "repair",
    "summary",
    "polish",
    "sense_check",
    "search",
    "introduction",
    "task_summary",
    "conclusion",
]
"""A treatment of a section; second part of `X-Client-Request-Id`."""


class Model(BaseModel):
    """Base of the models here: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(Model):
    """One message of a chat.

    Attributes:
        role: The speaker.
        content: The text.
    """

    role: Literal["system", "user", "assistant"]
    content: str


class AnswerSchema(Model):
    """The JSON schema of a structured answer.

    Attributes:
        name: Name of the schema, letters, digits and underscores.
        body: The schema.
    """

    name: str
    body: Mapping[str, Any]


MOST_SEARCHES = 5
"""Internet searches that a model may make in one call: the provider charges for each."""


class ChatRequest(Model):
    """Everything that determines an answer, except the provider.

    Attributes:
        model: Name of the model.
        messages: The chat so far.
        max_tokens: Bound on the completion's tokens, those of reasoning included.
        answer_schema: For a structured answer; None for prose.
        temperature: None leaves it to the provider.
        reasoning_effort: Effort of a reasoning model; None leaves it to the provider.
        is_search: Whether the model may search the internet, through ``POST /responses``.
    """

    model: str
    messages: tuple[Message, ...]
    max_tokens: int = Field(ge=1)
    answer_schema: AnswerSchema | None = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    is_search: bool = False

    def key(self, provider: str) -> str:
        """SHA-256 of everything that determines the answer: the key of the call store.

        Args:
            provider: Name of the provider.
        """
        body = {"provider": provider, **self.model_dump(mode="json")}
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Source(Model):
    """A web source of an answer.

    Attributes:
        title: Its title; its address where it has none.
        url: Its address.
    """

    title: str
    url: str


class Usage(Model):
    """Tokens of one call or of several.

    Attributes:
        input_tokens: Tokens of the prompts.
        output_tokens: Tokens of the completions, those of reasoning included.
    """

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)

    def __add__(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class ChatAnswer(Model):
    """An accepted completion: its text is present and complete.

    The caller checks whether a structured answer matches its schema, as not every server enforces
    it. Asking again would not help: the same request gets the same answer.

    Attributes:
        text: What the model wrote; never empty.
        model: The model as the provider names it.
        usage: Tokens as the provider counts them; estimated where it does not.
        sources: Sources of a search, in the order of the text.
        searches: How often the model searched the internet.
    """

    text: str = Field(min_length=1)
    model: str = ""
    usage: Usage = Usage()
    sources: tuple[Source, ...] = ()
    searches: int = 0


class ChatModel(Protocol):
    """Answers requests, one attempt at a time; the caller retries, limits and pays.

    Its methods run in one event loop.
    """

    @property
    def provider(self) -> str:
        """Name of the provider, as it enters the key of the call store."""
        ...

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
            CallError: The attempt gave no valid answer; see its subclasses.
            RefusedError: A content filter refused.
            StoppedError: Every later call would fail as well: key, model, quota, a malformed
                request.
        """
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


class CallCount(Model):
    """Model calls of a section.

    Attributes:
        made: Calls that this run paid for.
        cached: Calls whose answer was in the call store.
        usage: Tokens of all of them.
        cost_usd: What this run paid.
        waited_seconds: Time that they spent in queues, and while the provider asked to wait.
    """

    made: int = 0
    cached: int = 0
    usage: Usage = Usage()
    cost_usd: float = 0.0
    waited_seconds: float = 0.0

    def __add__(self, other: CallCount) -> CallCount:
        """Both together."""
        return CallCount(
            made=self.made + other.made,
            cached=self.cached + other.cached,
            usage=self.usage + other.usage,
            cost_usd=self.cost_usd + other.cost_usd,
            waited_seconds=self.waited_seconds + other.waited_seconds,
        )


class Answered(Model):
    """The answer of a call, with its cost.

    Attributes:
        answer: The accepted completion.
        cost_usd: What this run paid for it; 0 when it was in the store.
        was_cached: Whether it was in the store.
        seconds: Duration of the attempts and the waits between them, without limits that the
            provider announces.
        waited_seconds: The rest of the call's duration: in the queue, at the store, and while the
            provider asked to wait.
    """

    answer: ChatAnswer
    cost_usd: float = 0.0
    was_cached: bool = False
    seconds: float = 0.0
    waited_seconds: float = 0.0


class Calls(Protocol):
    """Makes model calls for sections. Safe to use from many threads."""

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The answer to a request: from the store, else from the model, paid for once.

        Args:
            section_id: The section that it is made for.
            pass_: The pass that it is made for.
            request: The request.

        Raises:
            ModelUnavailableError: No answer is available now: deadline, outage, budget, or a
                completion that is cut off twice.
            ContextTooLongError: The request has more tokens than the model takes.
            NoSchemaError: The server takes no JSON schema.
            RefusedError: A content filter refused.
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        ...
