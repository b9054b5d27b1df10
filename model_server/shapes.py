"""Bodies as an OpenAI-compatible provider sends them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

Body = dict[str, Any]

SOURCES = (
    ("Annual review of the sector", "https://example.org/annual-review"),
    ("Statistics explained", "https://example.org/statistics/explained?edition=2"),
)
"""Title and address of the two sources that every search finds. Both are invented."""


def tokens(characters: int) -> int:
    """Tokens of a text: four characters each, rounded up."""
    return math.ceil(characters / 4)


def cut(text: str, most_tokens: int | None) -> tuple[str, str]:
    """A text within a bound of tokens, and its `finish_reason`."""
    if most_tokens is None or tokens(len(text)) <= most_tokens:
        return text, "stop"
    return text[: most_tokens * 4], "length"


def completion(
    identity: str,
    model: str,
    text: str | None,
    *,
    prompt_tokens: int,
    finish_reason: str = "stop",
    refusal: str | None = None,
) -> Body:
    """A chat completion."""
    completion_tokens = tokens(len(text or refusal or ""))
    message: Body = {"role": "assistant", "content": text, "refusal": refusal, "annotations": []}
    return {
        "id": f"chatcmpl-{identity}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "service_tier": "default",
        "system_fingerprint": None,
    }


def found_text(topic: str) -> tuple[str, list[Body]]:
    """What a search finds on a topic, with the citations of its two sources."""
    text = ""
    citations: list[Body] = []
    subject = " ".join(topic.split())[:80].strip() or "the topic"
    sayings = (
        f"Published reviews of {subject} describe a gradual development without a break",
        "Official statistics are revised once a year and follow the same definitions",
    )
    for saying, (title, url) in zip(sayings, SOURCES, strict=True):
        mark = f"([example.org]({url}))"
        start = len(text) + len(saying) + 1
        text += f"{saying} {mark}. "
        citations.append(
            {
                "type": "url_citation",
                "start_index": start,
                "end_index": start + len(mark),
                "title": title,
                "url": url,
            }
        )
    return text.strip(), citations


def response(
    identity: str,
    model: str,
    content: list[Body],
    *,
    prompt_tokens: int,
    completion_tokens: int,
    query: str | None,
    incomplete_reason: str | None = None,
) -> Body:
    """An answer of ``POST /responses``: the search call if there was one, and the message."""
    status = "incomplete" if incomplete_reason else "completed"
    message: Body = {
        "type": "message",
        "id": f"msg_{identity}",
        "status": status,
        "role": "assistant",
        "content": content,
    }
    search = {
        "type": "web_search_call",
        "id": f"ws_{identity}",
        "status": "completed",
        "action": {"type": "search", "query": query},
    }
    return {
        "id": f"resp_{identity}",
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "error": None,
        "incomplete_details": {"reason": incomplete_reason} if incomplete_reason else None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": [message] if query is None else [search, message],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [] if query is None else [{"type": "web_search"}],
        "top_p": 1.0,
        "usage": {
            "input_tokens": prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": completion_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def output_text(text: str | None, citations: list[Body]) -> Body:
    """The part of a message that holds its text."""
    return {"type": "output_text", "text": text, "annotations": citations, "logprobs": []}


def models(names: tuple[str, ...]) -> Body:
    """The list of models."""
    rows = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in names]
    return {"object": "list", "data": rows}


def error(
    message: str, kind: str, code: str | None, *, param: str | None = None, **more: Any
) -> Body:
    """An error as OpenAI words it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code, **more}}


CONTENT_FILTER_ERROR: Mapping[str, Any] = {
    "error": {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content "
        "management policy. Please modify your prompt and retry.",
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {
            "code": "ResponsibleAIPolicyViolation",
            "content_filter_result": {"violence": {"filtered": True, "severity": "medium"}},
        },
    }
}
"""Body of a 400 by which Azure refuses a prompt."""
