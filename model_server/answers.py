"""Good answers and spoiled ones: the bytes of a body, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from model_server import shapes
from model_server.prose import between
from model_server.question import CHAT, Question
from model_server.shapes import Body
from model_server.writer import SPOILED, Asked, write

HTML = b"<!doctype html><html><body><h1>Gateway login</h1></body></html>"
REFUSAL = "I'm sorry, but I can't help with that."
SERVER_ERROR = shapes.error("The server had an error.", "server_error", None)


class Answer(NamedTuple):
    """A body that is sent with status 200.

    Attributes:
        content: The body.
        media_type: Its Content-Type.
        completion_tokens: What the provider counts.
    """

    content: bytes
    media_type: str
    completion_tokens: int


def answer(question: Question, pass_: str, fault: str = "") -> Answer:
    """What answers a question.

    Args:
        question: What is asked.
        pass_: The pass that it is asked for; empty when unknown.
        fault: Kind of a fault in text or body; others leave the answer good.
    """
    text, citations = _written(question, pass_, fault)
    text, finish_reason = shapes.cut(text, question.max_tokens)
    if fault == "cut_off":
        text, finish_reason = text[: len(text) // 2], "length"
    elif fault == "content_filter":
        text, finish_reason = "", "content_filter"
    make = _chat if question.path == CHAT else _response
    body = make(question, text, citations, finish_reason, fault)
    usage = body["usage"]
    raw = orjson.dumps(body)
    spoil = _SPOILED_BODIES.get(fault)
    media_type = "text/html" if fault == "html" else "application/json"
    completion_tokens = usage["total_tokens"] - question.prompt_tokens
    return Answer(spoil(raw) if spoil else raw, media_type, completion_tokens)


def _written(question: Question, pass_: str, fault: str) -> tuple[str, list[Body]]:
    if question.is_search:
        text, citations = shapes.found_text(_topic(question.prompt))
    else:
        asked = Asked(question.prompt, question.system, pass_, question.schema, question.seed)
        text, citations = write(asked, SPOILED.get(fault)), []
    return text, citations


def _topic(prompt: str) -> str:
    """The first line of what is to be found out."""
    lines = (between(prompt, "topic") or prompt).strip().splitlines()
    return lines[0] if lines else ""


def _chat(
    question: Question, text: str, citations: list[Body], finish_reason: str, fault: str
) -> Body:
    content: str | None = "" if fault == "empty_content" else text
    body = shapes.completion(
        question.identity,
        question.model,
        None if fault in ("null_content", "refusal") else content,
        prompt_tokens=question.prompt_tokens,
        finish_reason=finish_reason,
        refusal=REFUSAL if fault == "refusal" else None,
    )
    return {**body, "choices": []} if fault == "no_choices" else body


def _response(
    question: Question, text: str, citations: list[Body], finish_reason: str, fault: str
) -> Body:
    content: str | None = "" if fault == "empty_content" else text
    reached = [citation for citation in citations if citation["end_index"] <= len(text)]
    part = shapes.output_text(None if fault == "null_content" else content, reached)
    if fault == "refusal":
        part = {"type": "refusal", "refusal": REFUSAL}
    reasons = {"length": "max_output_tokens", "content_filter": "content_filter"}
    body = shapes.response(
        question.identity,
        question.model,
        [part],
        prompt_tokens=question.prompt_tokens,
        completion_tokens=shapes.tokens(len(text)),
        query=_topic(question.prompt) if question.is_search else None,
        incomplete_reason=reasons.get(finish_reason),
    )
    return {**body, "output": []} if fault == "no_choices" else body


_SPOILED_BODIES: Mapping[str, Callable[[bytes], bytes]] = {
    "truncated_json": lambda raw: raw[: len(raw) // 2],
    "invalid_json": lambda raw: b"{'id': " + raw[1:],
    "html": lambda raw: HTML,
    "empty_object": lambda raw: b"{}",
    "error_object": lambda raw: orjson.dumps(SERVER_ERROR),
}


def error_body(fault: str, question: Question, status: int = 500) -> tuple[int, Mapping[str, Any]]:
    """Status and body of an answer that is an error.

    Args:
        fault: Kind of the fault.
        question: What is asked.
        status: Code of the fault ``status``.
    """
    model = question.model
    invalid = "invalid_request_error"
    errors: Mapping[str, tuple[int, Mapping[str, Any]]] = {
        "bad_key": (401, wrong_key("")),
        "unknown_model": (404, unknown_model(model)),
        "no_quota": (
            429,
            shapes.error(
                "You exceeded your current quota, please check your plan and billing details.",
                "insufficient_quota",
                "insufficient_quota",
            ),
        ),
        "context_too_long": (400, too_long(question, question.prompt_tokens - 1)),
        "content_filter_error": (400, shapes.CONTENT_FILTER_ERROR),
        "status": (
            status,
            shapes.error(f"Status {status} of the scenario.", _TYPES.get(status, invalid), None),
        ),
    }
    return errors[fault]


_TYPES = {429: "rate_limit_error", **dict.fromkeys(range(500, 600), "server_error")}


def wrong_key(key: str) -> Body:
    """Body of a 401; the key is repeated if it is given."""
    said = f": {key}" if key else ""
    return shapes.error(
        f"Incorrect API key provided{said}.", "invalid_request_error", "invalid_api_key"
    )


def unknown_model(model: str) -> Body:
    """Body of a 404 about a model."""
    return shapes.error(
        f"The model `{model}` does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found",
    )


def too_long(question: Question, context_tokens: int) -> Body:
    """Body of a 400 about a context that is too long."""
    asked = question.prompt_tokens + (question.max_tokens or 0)
    return shapes.error(
        f"This model's maximum context length is {context_tokens} tokens. However, you requested "
        f"{asked} tokens ({question.prompt_tokens} in the messages, {question.max_tokens or 0} in "
        "the completion). Please reduce the length of the messages or completion.",
        "invalid_request_error",
        "context_length_exceeded",
        param="messages",
    )
