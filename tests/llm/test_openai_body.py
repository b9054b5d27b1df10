"""Bodies of answers: what counts, and what each other one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from factbook.errors import CutOffError, RefusedError, TransientCallError
from factbook.llm.chat import AnswerSchema, ChatAnswer, ChatRequest, Message, Source, Usage
from factbook.llm.openai_body import read_chat, read_response
from factbook.llm.openai_errors import Asked
from factbook.llm.tokens import count_tokens, tokens_of

VERDICT = AnswerSchema(
    name="verdict",
    body={
        "type": "object",
        "properties": {"verdict": {"enum": ["ok", "revise"]}},
        "required": ["verdict"],
        "additionalProperties": False,
    },
)


def make_asked(schema: AnswerSchema | None = None) -> Asked:
    """An attempt."""
    request = ChatRequest(
        model="gpt-5",
        messages=(Message(role="user", content="Write about wind."),),
        max_tokens=100,
        answer_schema=schema,
    )
    return Asked(request=request, host="host", path="/", key=SecretStr("canary"))


def chat(content: object = "Wind.", finish_reason: object = "stop", **more: Any) -> bytes:
    """A chat completion's body."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    body = {"choices": [{"index": 0, "finish_reason": finish_reason, "message": message}]}
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    return orjson.dumps({"model": "gpt-5-2025", "usage": usage, **body, **more})


def response(content: list[dict[str, Any]], **more: Any) -> bytes:
    """A response's body: the search, reasoning and the message."""
    output = [
        {"type": "web_search_call", "status": "completed", "action": {"query": "wind"}},
        {"type": "reasoning", "summary": [], "content": [{"text": 5}]},
        {"type": "message", "role": "assistant", "content": content},
    ]
    body = {"status": "completed", "model": "gpt-5-2025", "output": output, "error": None}
    return orjson.dumps({**body, "usage": {"input_tokens": 7, "output_tokens": 3}, **more})


def text_part(text: str | None, *notes: dict[str, Any]) -> dict[str, Any]:
    """A part of a message with text and citations."""
    return {"type": "output_text", "text": text, "annotations": list(notes)}


def note(start: int, url: str, title: str | None = None) -> dict[str, Any]:
    """A citation."""
    return {"type": "url_citation", "start_index": start, "url": url, "title": title}


@pytest.mark.parametrize("finish_reason", ["stop", None, "eos", 5])
def test_chat_answer_is_read_whatever_its_end_is_called(finish_reason: object) -> None:
    """Servers have ends of their own; what has text counts."""
    answer = read_chat(chat(finish_reason=finish_reason), make_asked())
    expected = Usage(input_tokens=7, output_tokens=3)
    assert answer == ChatAnswer(text="Wind.", model="gpt-5-2025", usage=expected)


@pytest.mark.parametrize(
    "usage",
    [None, {}, [], {"prompt_tokens": -1, "completion_tokens": "x"}, {"prompt_tokens": 1e12}],
)
def test_usage_that_is_missing_or_nonsense_is_estimated(usage: object) -> None:
    """The answer counts all the same."""
    asked = make_asked()
    answer = read_chat(chat("Wind gave much.", usage=usage), asked)
    estimate = Usage(
        input_tokens=tokens_of(asked.request), output_tokens=count_tokens("Wind gave much.")
    )
    assert answer.usage == estimate


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty body"),
        (b"   ", "an empty body"),
        (b"\n<!doctype html><html></html>", "HTML"),
        (b"{}", "'choices' is missing"),
        (b"[]", "not a completion"),
        (b"null", "not a completion"),
        (chat()[:-20], "incomplete JSON"),
        (b"{'choices': []}", "invalid or incomplete JSON"),
        (b"\xff\xfe{}", "invalid or incomplete JSON"),
        (orjson.dumps({"error": {"message": "overloaded", "code": 502}}), "an error: overloaded"),
        (orjson.dumps({"error": "overloaded"}), "an error: overloaded"),
        (orjson.dumps({"error": {"code": 1}}), "no reason given"),
        (orjson.dumps({"choices": []}), "'choices' is missing or wrong"),
        (orjson.dumps({"choices": None}), "'choices' is missing or wrong"),
        (orjson.dumps({"choices": [{"text": "old"}]}), "'choices.0.message'"),
        (chat(None), "without text"),
        (chat(""), "without text"),
        (chat(" \n"), "without text"),
        (chat({"text": "Wind."}), "content' is missing or wrong"),
        (chat(None, "tool_calls", message={"tool_calls": [{}]}), "without text"),
        (chat("Wi", "error"), "broke off"),
        (chat("Wind. " * 500_000), "a completion of 3,000,000 bytes, far over its bound"),
    ],
)
def test_chat_body_that_is_no_answer_is_transient_and_charged(body: bytes, words: str) -> None:
    """It was made and may be paid for; another try may go better."""
    with pytest.raises(TransientCallError) as caught:
        read_chat(body, make_asked())
    assert caught.value.outcome == "bad_body"
    assert caught.value.was_charged
    assert not caught.value.is_outage
    assert words in str(caught.value)


@pytest.mark.parametrize("content", ["Wind ga", "", None])
def test_chat_cut_off_tells_its_tokens(content: str | None) -> None:
    """Also when reasoning took all the room and there is no text."""
    with pytest.raises(CutOffError) as caught:
        read_chat(chat(content, "length"), make_asked())
    assert caught.value.outcome == "cut_off"
    assert (caught.value.input_tokens, caught.value.output_tokens) == (7, 3)


@pytest.mark.parametrize(
    "body",
    [
        chat("", "content_filter"),
        chat("Wi", "content_filter"),
        chat(None, message={"refusal": "I can't."}),
    ],
)
def test_chat_refusal_differs_from_an_empty_answer(body: bytes) -> None:
    """By the filter, or by the model in so many words."""
    with pytest.raises(RefusedError):
        read_chat(body, make_asked())


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        (chat(None), (7, 3)),
        (chat("Wi", "error"), (7, 3)),
        (chat("", usage=None), (None, None)),
        (chat("", usage={"prompt_tokens": 7}), (None, None)),
        (b"{}", (None, None)),
    ],
)
def test_tokens_of_what_does_not_count_are_reported(
    body: bytes, tokens: tuple[int | None, int | None]
) -> None:
    """They are paid for; where the provider does not count them nobody guesses."""
    with pytest.raises(TransientCallError) as caught:
        read_chat(body, make_asked(VERDICT))
    assert (caught.value.input_tokens, caught.value.output_tokens) == tokens


@pytest.mark.parametrize("text", ['{"verdict": "ok"}', '{"verdict": "maybe"}', "Sure: ok"])
def test_structured_answer_counts_as_it_came(text: str) -> None:
    """Not every server enforces a schema: who asked looks, and asks another question."""
    assert read_chat(chat(text), make_asked(VERDICT)).text == text


def test_response_gives_text_and_sources_in_order() -> None:
    """Each address once, in the order of the text; what leads nowhere on the web is left out."""
    first = text_part(
        "One. Two.",
        note(40, "https://example.org/b", "B"),
        note(4, "https://example.org/a", " A\n title "),
        note(60, "https://example.org/a", "again"),
        note(70, "javascript:alert(1)", "no"),
        {"type": "file_citation", "url": "https://example.org/c"},
    )
    second = text_part("Three.", note(0, "http://example.org/d"))
    answer = read_response(response([first, second]), make_asked())
    assert answer.text == "One. Two.\n\nThree."
    assert answer.usage == Usage(input_tokens=7, output_tokens=3)
    assert answer.sources == (
        Source(title="A title", url="https://example.org/a"),
        Source(title="B", url="https://example.org/b"),
        Source(title="http://example.org/d", url="http://example.org/d"),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"<html>",
        response([]),
        response([text_part("")]),
        response([text_part(None)]),
        response([text_part("Wind.")], output=[]),
        response([text_part("Wind.")], status="failed"),
        response([text_part("Wind.")], status="in_progress"),
    ],
)
def test_response_body_that_is_no_answer_is_transient(body: bytes) -> None:
    """As with chat."""
    with pytest.raises(TransientCallError) as caught:
        read_response(body, make_asked())
    assert caught.value.outcome == "bad_body"


def test_response_cut_off_and_refused() -> None:
    """`incomplete` says why; a refusal is a part of the message."""
    parts = [text_part("Wi")]
    cut = response(parts, status="incomplete", incomplete_details={"reason": "max_output_tokens"})
    with pytest.raises(CutOffError) as caught:
        read_response(cut, make_asked())
    assert caught.value.output_tokens == 3
    filtered = response(parts, status="incomplete", incomplete_details={"reason": "content_filter"})
    refused = response([{"type": "refusal", "refusal": "I can't."}])
    for body in (filtered, refused):
        with pytest.raises(RefusedError):
            read_response(body, make_asked())


@pytest.mark.parametrize("read", [read_chat, read_response])
def test_body_never_puts_key_or_prompt_into_an_error(
    read: Callable[[bytes, Asked], ChatAnswer],
) -> None:
    """A provider that repeats them is not repeated."""
    said = "Bad key canary in: Write about wind. Write about wind. Write about wind."
    asked = make_asked()
    long = Message(role="user", content="Write about wind. " * 9)
    asked = Asked(
        request=asked.request.model_copy(update={"messages": (long,)}),
        host="host",
        path="/",
        key=asked.key,
    )
    with pytest.raises(TransientCallError) as caught:
        read(orjson.dumps({"error": {"message": said}}), asked)
    assert "canary" not in str(caught.value)
    assert "wind" not in str(caught.value)
    assert "Bad key … in:" in str(caught.value)
