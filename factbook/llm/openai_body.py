"""Bodies of an OpenAI-compatible server: validated before they count as an answer.

A 200 may carry anything: HTML of a proxy, an error object, half a JSON text, no choices. What is
no answer is a `TransientCallError` with outcome ``bad_body``, what was cut off a `CutOffError`,
what a content filter stopped a `RefusedError`.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import jsonschema  # type: ignore[import-untyped]
import orjson
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from factbook.errors import CutOffError, RefusedError
from factbook.llm.chat import AnswerSchema, ChatAnswer, Source, Usage
from factbook.llm.openai_errors import Asked, body_error, provider_message
from factbook.llm.tokens import count_tokens, tokens_of

_BROKEN_OFF = {"error", "abort"}  # ends of a completion that some servers give after a failure
_NOT_DONE = {"failed", "cancelled", "in_progress", "queued"}  # of the Responses API


def _or_none(value: object, validate: ValidatorFunctionWrapHandler) -> Any:
    """None for a value that makes no sense, where the answer counts without it."""
    try:
        return validate(value)
    except ValidationError:
        return None


Count = Annotated[int | None, Field(ge=0, le=10**9), WrapValidator(_or_none)]
Text = Annotated[str | None, WrapValidator(_or_none)]


class _Part(BaseModel):
    """Base of the models here: what a provider adds is passed over."""

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


_Body = TypeVar("_Body", bound=_Part)


def read_chat(body: bytes, asked: Asked) -> ChatAnswer:
    """The answer in a body of ``POST /chat/completions``.

    Raises:
        TransientCallError: It is no answer.
        CutOffError: The completion reached its bound.
        RefusedError: A content filter or the model refused.
    """
    chat = _read(_ChatBody, body, asked)
    choice = chat.choices[0]
    text = choice.message.content or ""
    counted = chat.usage or _ChatUsage()
    usage = _usage(counted.prompt_tokens, counted.completion_tokens, text, asked)
    if choice.finish_reason == "content_filter" or choice.message.refusal:
        raise _refused(asked)
    if choice.finish_reason == "length":
        raise _cut_off(usage, asked)
    if choice.finish_reason in _BROKEN_OFF:
        raise body_error("a completion that broke off", asked)
    return _answer(text, chat.model, usage, (), asked)


def read_response(body: bytes, asked: Asked) -> ChatAnswer:
    """The answer in a body of ``POST /responses``, with the sources that it cites.

    Raises:
        TransientCallError: It is no answer.
        CutOffError: The completion reached its bound.
        RefusedError: A content filter or the model refused.
    """
    response = _read(_ResponseBody, body, asked)
    contents = [c for o in response.output if o.type == "message" for c in o.content or ()]
    text = "\n\n".join(c.text for c in contents if c.type == "output_text" and c.text)
    counted = response.usage or _ResponseUsage()
    usage = _usage(counted.input_tokens, counted.output_tokens, text, asked)
    why = response.incomplete_details.reason if response.incomplete_details else None
    if why == "content_filter" or any(c.type == "refusal" and c.refusal for c in contents):
        raise _refused(asked)
    if response.status == "incomplete":
        raise _cut_off(usage, asked)
    if response.status in _NOT_DONE:
        raise body_error(f"a response that is {response.status}", asked)
    return _answer(text, response.model, usage, _sources(contents), asked)


def _read(kind: type[_Body], body: bytes, asked: Asked) -> _Body:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
    raise body_error(_what_is_it(body, where, asked), asked)


def _what_is_it(body: bytes, where: str, asked: Asked) -> str:
    """A body that is no answer, in words."""
    if body.lstrip()[:1] == b"<":
        return "HTML"
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "no JSON, or half of it" if body.strip() else "nothing"
    error = value.get("error") if isinstance(value, dict) else None
    if error:
        return f"an error: {asked.said(provider_message(error)) or 'it does not say which'}"
    return f"JSON that is no completion: '{where}' is missing or wrong"


def _answer(
    text: str, model: str | None, usage: Usage, sources: tuple[Source, ...], asked: Asked
) -> ChatAnswer:
    if not text.strip():
        raise body_error("a completion without text", asked)
    if asked.request.answer_schema:
        _keep(asked.request.answer_schema, text, asked)
    return ChatAnswer(text=text, model=model or "", usage=usage, sources=sources)


def _keep(schema: AnswerSchema, text: str, asked: Asked) -> None:
    """See that a structured answer keeps its schema, which not every server enforces."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise body_error("text where JSON was asked for", asked) from None
    body = dict(schema.body)
    if not jsonschema.validators.validator_for(body)(body).is_valid(value):
        raise body_error(f"JSON that does not keep the schema '{schema.name}'", asked)


def _usage(given_in: int | None, given_out: int | None, text: str, asked: Asked) -> Usage:
    """Tokens as the provider counts them; estimated where it does not."""
    return Usage(
        input_tokens=tokens_of(asked.request) if given_in is None else given_in,
        output_tokens=count_tokens(text) if given_out is None else given_out,
    )


def _cut_off(usage: Usage, asked: Asked) -> CutOffError:
    return CutOffError(
        f"The completion of model '{asked.request.model}' was cut off at its bound of "
        f"{asked.request.max_tokens} tokens",
        "cut_off",
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )


def _refused(asked: Asked) -> RefusedError:
    return RefusedError(f"Model '{asked.request.model}' or its content filter refused the section")


def _sources(contents: list[_Content]) -> tuple[Source, ...]:
    """What a text cites, each address once, in the order of the text."""
    found: dict[str, Source] = {}
    for content in contents:
        for note in sorted(content.annotations, key=lambda note: note.start_index or 0):
            url = note.url or ""
            if note.type == "url_citation" and url.startswith(("https://", "http://")):
                title = " ".join((note.title or "").split())
                found.setdefault(url, Source(title=title or url, url=url))
    return tuple(found.values())
