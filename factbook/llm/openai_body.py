"""Bodies of an OpenAI-compatible server: validated before they count as an answer.

A 200 may carry anything: HTML of a proxy, an error object, half a JSON text, no choices. What is
not an answer becomes a `TransientCallError` with outcome ``bad_body``, what was cut off a
`CutOffError`, what a content filter stopped a `RefusedError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from factbook.errors import CutOffError, RefusedError, TransientCallError
from factbook.llm.chat import ChatAnswer, ChatRequest, Source, Usage
from factbook.llm.openai_errors import Asked, body_error, provider_message
from factbook.llm.tokens import count_tokens, most_tokens, tokens_of

MAX_BODY_BYTES = 20_000_000
_TOKEN_BYTES = 16
"""Most UTF-8 bytes of a token on average: three times those of any language's prose."""
_TEXT_BYTES = 4_000  # of a text besides: a bound of few tokens is not always kept to the letter
_ESCAPED = 6  # bytes of JSON for a byte of text: ``\u0007``
_AROUND_BYTES = 100_000  # of a body around its text
_FOUND_BYTES = 2_000_000  # of what a search has found, besides

_BROKEN_OFF = {"error", "abort"}  # ends of a completion that some servers give after a failure
_NOT_DONE = {"failed", "cancelled", "in_progress", "queued"}  # of the Responses API


def _or_none(value: object, validate: ValidatorFunctionWrapHandler) -> Any:
    """None for an invalid value that the answer does not need."""
    try:
        return validate(value)
    except ValidationError:
        return None


Count = Annotated[int | None, Field(ge=0, le=10**9), WrapValidator(_or_none)]
Text = Annotated[str | None, WrapValidator(_or_none)]


class _Part(BaseModel):
    """Base of the models here: a provider's additional fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _ChatMessage(_Part):
    content: str | None = None
    refusal: Text = None


class _Choice(_Part):
    message: _ChatMessage
    finish_reason: Text = None


class _ChatUsage(_Part):
    prompt_tokens: Count = None
    completion_tokens: Count = None


class _ChatBody(_Part):
    choices: tuple[_Choice, ...] = Field(min_length=1)
    model: Text = None
    usage: Annotated[_ChatUsage | None, WrapValidator(_or_none)] = None


class _Annotation(_Part):
    type: Text = None
    url: Text = None
    title: Text = None
    start_index: Count = None


class _Content(_Part):
    type: str
    text: str = ""
    refusal: str = ""
    annotations: tuple[_Annotation, ...] = ()


class _Output(_Part):
    type: str
    content: Annotated[tuple[_Content, ...] | None, WrapValidator(_or_none)] = None


class _Incomplete(_Part):
    reason: Text = None


class _ResponseUsage(_Part):
    input_tokens: Count = None
    output_tokens: Count = None


class _ResponseBody(_Part):
    output: tuple[_Output, ...]
    status: Text = None
    incomplete_details: Annotated[_Incomplete | None, WrapValidator(_or_none)] = None
    model: Text = None
    usage: Annotated[_ResponseUsage | None, WrapValidator(_or_none)] = None


@dataclass(frozen=True)
class _Completion:
    """The content of a body of either endpoint; tokens are None where it does not count them."""

    text: str
    model: str
    input_tokens: int | None
    output_tokens: int | None
    sources: tuple[Source, ...] = ()
    searches: int = 0

    @property
    def counted(self) -> tuple[int, int] | tuple[None, None]:
        """Tokens if the body counts both kinds: one kind alone would pass for the whole."""
        if self.input_tokens is None or self.output_tokens is None:
            return None, None
        return self.input_tokens, self.output_tokens

    def usage(self, request: ChatRequest) -> Usage:
        """Tokens as the provider counts them; estimated where it does not."""
        given_in, given_out = self.input_tokens, self.output_tokens
        return Usage(
            input_tokens=tokens_of(request) if given_in is None else given_in,
            output_tokens=count_tokens(self.text) if given_out is None else given_out,
        )


_Body = TypeVar("_Body", bound=_Part)


def most_body_bytes(request: ChatRequest) -> int:
    """The most bytes of a body that can be an answer to a request."""
    around = _AROUND_BYTES + (_FOUND_BYTES if request.is_search else 0)
    return min(_ESCAPED * _most_text_bytes(request) + around, MAX_BODY_BYTES)


def _most_text_bytes(request: ChatRequest) -> int:
    return _TOKEN_BYTES * request.max_tokens + _TEXT_BYTES


def read_chat(body: bytes, asked: Asked) -> ChatAnswer:
    """The answer in a body of ``POST /chat/completions``.

    Raises:
        TransientCallError: It is not an answer.
        CutOffError: The completion reached its bound.
        RefusedError: A content filter or the model refused.
    """
    chat = _read(_ChatBody, body, asked)
    choice = chat.choices[0]
    counted = chat.usage or _ChatUsage()
    completion = _Completion(
        text=choice.message.content or "",
        model=chat.model or "",
        input_tokens=counted.prompt_tokens,
        output_tokens=counted.completion_tokens,
    )
    if choice.finish_reason == "content_filter" or choice.message.refusal:
        raise _refused(asked)
    if choice.finish_reason == "length":
        raise _cut_off(completion, asked)
    if choice.finish_reason in _BROKEN_OFF:
        raise _no_answer("a completion that broke off", completion, asked)
    return _answer(completion, asked)


def read_response(body: bytes, asked: Asked) -> ChatAnswer:
    """The answer in a body of ``POST /responses``, with the sources that it cites.

    Raises:
        TransientCallError: It is not an answer.
        CutOffError: The completion reached its bound.
        RefusedError: A content filter or the model refused.
    """
    response = _read(_ResponseBody, body, asked)
    contents = [c for o in response.output if o.type == "message" for c in o.content or ()]
    counted = response.usage or _ResponseUsage()
    completion = _Completion(
        text="\n\n".join(c.text for c in contents if c.type == "output_text" and c.text),
        model=response.model or "",
        input_tokens=counted.input_tokens,
        output_tokens=counted.output_tokens,
        sources=_sources(contents),
        searches=sum(output.type == "web_search_call" for output in response.output),
    )
    why = response.incomplete_details.reason if response.incomplete_details else None
    if why == "content_filter" or any(c.type == "refusal" and c.refusal for c in contents):
        raise _refused(asked)
    if response.status == "incomplete":
        raise _cut_off(completion, asked)
    if response.status in _NOT_DONE:
        raise _no_answer(f"a response that is {response.status}", completion, asked)
    return _answer(completion, asked)


def _read(kind: type[_Body], body: bytes, asked: Asked) -> _Body:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
    raise body_error(_what_is_it(body, where, asked), asked)


def _what_is_it(body: bytes, where: str, asked: Asked) -> str:
    """Describe a body that is not an answer."""
    if body.lstrip()[:1] == b"<":
        return "HTML"
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "invalid or incomplete JSON" if body.strip() else "an empty body"
    error = value.get("error") if isinstance(value, dict) else None
    if error:
        return f"an error: {asked.quote(provider_message(error)) or 'no reason given'}"
    return f"JSON that is not a completion: '{where}' is missing or wrong"


def _answer(completion: _Completion, asked: Asked) -> ChatAnswer:
    if not completion.text.strip():
        raise _no_answer("a completion without text", completion, asked)
    size = most_tokens(completion.text)
    if size > _most_text_bytes(asked.request):
        bound = f"its bound of {asked.request.max_tokens:,} tokens"
        raise _no_answer(f"a completion of {size:,} bytes, far over {bound}", completion, asked)
    return ChatAnswer(
        text=completion.text,
        model=completion.model,
        usage=completion.usage(asked.request),
        searches=completion.searches,
        sources=completion.sources,
    )


def _no_answer(what: str, completion: _Completion, asked: Asked) -> TransientCallError:
    """The error of a completion that does not count as an answer, though it is paid for."""
    input_tokens, output_tokens = completion.counted
    return body_error(what, asked, input_tokens=input_tokens, output_tokens=output_tokens)


def _cut_off(completion: _Completion, asked: Asked) -> CutOffError:
    input_tokens, output_tokens = completion.counted
    return CutOffError(
        f"The completion of model '{asked.request.model}' was cut off at its bound of "
        f"{asked.request.max_tokens} tokens",
        "cut_off",
        input_tokens=input_tokens,
        output_tokens=output_tokens,
    )


def _refused(asked: Asked) -> RefusedError:
    return RefusedError(f"Model '{asked.request.model}' or its content filter refused the section")


def _sources(contents: list[_Content]) -> tuple[Source, ...]:
    """The sources that a text cites, each address once, in the order of the text."""
    found: dict[str, Source] = {}
    for content in contents:
        for note in sorted(content.annotations, key=lambda note: note.start_index or 0):
            url = note.url or ""
            if note.type == "url_citation" and url.startswith(("https://", "http://")):
                title = " ".join((note.title or "").split())
                found.setdefault(url, Source(title=title or url, url=url))
    return tuple(found.values())
