"""The chat-model protocol: what is asked, what comes back, and who answers."""

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
        role: Who speaks.
        content: What is said.
    """

    role: Literal["system", "user", "assistant"]
    content: str


class AnswerSchema(Model):
    """The JSON schema that a structured answer must keep.

    Attributes:
        name: Name of the schema, letters, digits and underscores.
        body: The schema.
    """

    name: str
    body: Mapping[str, Any]


MOST_SEARCHES = 5
"""Internet searches that a model may make in one call: the provider charges for each."""


class ChatRequest(Model):
    """All that determines an answer, but for the provider.

    Attributes:
        model: Name of the model.
        messages: The chat so far.
        max_tokens: Bound on the completion's tokens, those of reasoning included.
        answer_schema: For a structured answer; None for prose.
        temperature: None leaves it to the provider.
        reasoning_effort: How much a model that reasons does so; None leaves it to the provider.
        is_search: Whether the model may search the internet; asked by ``POST /responses``.
    """

    model: str
    messages: tuple[Message, ...]
    max_tokens: int = Field(ge=1)
    answer_schema: AnswerSchema | None = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    is_search: bool = False

    def key(self, provider: str) -> str:
        """SHA-256 of all that determines the answer: the key of the call store.

        Args:
            provider: Name of the provider.
        """
        body = {"provider": provider, **self.model_dump(mode="json")}
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Source(Model):
    """Something on the internet that an answer rests on.

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
    """An accepted completion: its text is there, and whole.

    Whether a structured answer keeps its schema is for the one who asked to see, as not every
    server enforces it: the same question asked again would be answered the same way.

    Attributes:
        text: What the model wrote; never empty.
        model: The model as the provider names it.
        usage: Tokens as the provider counts them; estimated where it does not.
        sources: What a search rests on, in the order of the text.
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
            request: What is asked.
            call_id: ``1.1.2@AT/draft/1``, sent as `X-Client-Request-Id`.
            timeout_seconds: Running time after which the attempt ends, whatever has arrived by
                then.

        Raises:
            CallError: The attempt gave no answer that counts; see its kinds.
            RefusedError: A content filter refused.
            StoppedError: No later call would do better: key, model, quota, a malformed request.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


class CallCount(Model):
    """Model calls of a section.

    Attributes:
        made: Calls that this run paid for.
        cached: Calls whose answer was in the call store.
        usage: Tokens of all of them.
        cost_usd: What this run paid.
        waited_seconds: What they spent in queues, and not on being answered.
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
    """What a call has given, with what it has cost.

    Attributes:
        answer: The accepted completion.
        cost_usd: What this run paid for it; 0 when it was in the store.
        was_cached: Whether it was in the store.
        seconds: What attempts and the waits between them took.
        waited_seconds: What the call took beside that: its place in the queue, and the store.
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
            request: What is asked.

        Raises:
            ModelUnavailableError: The answer cannot be had now: deadline, outage, budget, a
                completion that stays cut off.
            ContextTooLongError: The model takes fewer tokens than the request has.
            RefusedError: A content filter refused.
            StoppedError: The run cannot go on.
            CancelledError: The run was interrupted.
        """
        ...
