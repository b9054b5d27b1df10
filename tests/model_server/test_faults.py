"""Each fault of a scenario is what a client sees."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from model_server.scenario import CallId, Fault
from tests.model_server.asking import (
    KEY,
    SENSE_CHECK,
    ask,
    chat_body,
    read_until,
    search_body,
    send,
    text_of,
    wait_for,
)
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server


def test_status_comes_as_often_as_said(model_server: Serve) -> None:
    """500 three times, then 200: four hits."""
    server = model_server({"faults": [{"kind": "status", "times": 3}]})
    assert [ask(server).status_code for _ in range(4)] == [500, 500, 500, 200]
    assert [hit.fault for hit in server.ledger()] == ["status", "status", "status", ""]


@pytest.mark.parametrize("status", [408, 409, 429, 502, 503])
def test_status_is_the_one_asked_for(model_server: Serve, status: int) -> None:
    """Any status comes for ever, with an error object."""
    server = model_server({"faults": [{"kind": "status", "status": status}]})
    answers = [ask(server) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, status]
    assert "Retry-After" not in answers[0].headers
    assert answers[0].json()["error"]["message"] == f"Status {status} of the scenario."


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(2, "2"), (0.5, "0.5"), ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT")],
)
def test_retry_after_is_sent(model_server: Serve, retry_after: float | str, header: str) -> None:
    """Retry-After has the seconds or the text of the scenario."""
    fault = {"kind": "status", "status": 429, "retry_after": retry_after}
    answer = ask(model_server({"faults": [fault]}))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, header)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("bad_key", 401, "invalid_api_key"),
        ("unknown_model", 404, "model_not_found"),
        ("no_quota", 429, "insufficient_quota"),
        ("context_too_long", 400, "context_length_exceeded"),
        ("content_filter_error", 400, "content_filter"),
    ],
)
def test_errors_are_worded_as_providers_do(
    model_server: Serve, kind: str, status: int, code: str
) -> None:
    """Each error has its status and its code."""
    answer = ask(model_server({"faults": [{"kind": kind}]}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_faults_meet_what_they_name(model_server: Serve) -> None:
    """Section globs, passes and models select; the first fault that meets a hit is played."""
    faults = [
        {"kind": "status", "status": 502, "section": "1.2.*@AT"},
        {"kind": "status", "status": 503, "pass": "polish"},
        {"kind": "status", "status": 408, "model": "gpt-5-*"},
    ]
    server = model_server({"faults": faults})
    asked = [
        ("1.2.3@AT/draft/1", "gpt-5"),
        ("1.2.3@FR/draft/1", "gpt-5"),
        ("1.2.3@FR/polish/2", "gpt-5-mini"),
        ("1.2.3@FR/summary/1", "gpt-5-mini"),
        ("no such form", "gpt-5"),
    ]
    answers = [ask(server, chat_body(model=model), call_id) for call_id, model in asked]
    assert [answer.status_code for answer in answers] == [502, 200, 503, 408, 200]


def test_faults_meet_the_hits_they_name(model_server: Serve) -> None:
    """`first` and `times` count the hits that a fault fits and that no earlier one took."""
    faults = [
        {"kind": "status", "status": 502, "first": 2, "times": 1},
        {"kind": "status", "status": 503, "first": 2, "times": 2},
    ]
    server = model_server({"faults": faults})
    assert [ask(server).status_code for _ in range(6)] == [200, 502, 503, 503, 200, 200]


def test_hits_are_counted_for_each_call_apart(model_server: Serve) -> None:
    """`per_call` gives every section and pass its own fault."""
    server = model_server({"faults": [{"kind": "status", "times": 1, "per_call": True}]})
    asked = ["1@AT/draft/1", "1@AT/draft/2", "1@FR/draft/1", "1@AT/polish/1", "1@AT/polish/2"]
    answers = [ask(server, call_id=call_id).status_code for call_id in asked]
    assert answers == [500, 200, 500, 500, 200]


def test_fault_passes_over_what_it_cannot_spoil(model_server: Serve) -> None:
    """A fault of structured answers does not meet prose, one of prose no search."""
    faults = [{"kind": "broken_schema", "times": 1}, {"kind": "braces", "times": 1}]
    server = model_server({"faults": faults})
    ask(server, search_body(), path="/responses")
    ask(server)
    ask(server, chat_body(**SENSE_CHECK))
    assert [hit.fault for hit in server.ledger()] == ["", "braces", "broken_schema"]


def test_fault_has_its_time(model_server: Serve) -> None:
    """A fault begins and ends so long after the scenario was set."""
    fault = Fault(kind="status", from_seconds=10, to_seconds=20)
    met = [fault.fits(CallId(), "", seconds) for seconds in (0, 9.9, 10, 19.9, 20, 99)]
    assert met == [False, False, True, True, False, False]
    late = {"kind": "status", "status": 502, "from_seconds": 3600}
    now = {"kind": "status", "status": 503, "to_seconds": 3600}
    assert ask(model_server({"faults": [late, now]})).status_code == 503


def test_no_answer_comes(model_server: Serve) -> None:
    """A client waits in vain; the next request is answered."""
    server = model_server({"faults": [{"kind": "hang", "times": 1}]})
    with pytest.raises(httpx.ReadTimeout):
        ask(server, timeout_seconds=0.2)
    assert ask(server).status_code == 200
    assert [hit.status for hit in server.ledger()] == [None, 200]


def test_headers_drip_without_end(model_server: Serve) -> None:
    """Bytes come one by one and make a head that never ends."""
    server = model_server({"faults": [{"kind": "drip_headers", "drip_seconds": 0.001}]})
    with send(server) as connection:
        received = read_until(connection, b"X-Padding: " + b"x" * 20)
    assert received.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: ")
    assert b"\r\n\r\n" not in received
    wait_for(server, lambda hits: hits[0].ended_seconds is not None)
    assert server.ledger()[0].status is None


def test_body_drips_without_end(model_server: Serve) -> None:
    """A byte comes every so often; when the whole body is there, blanks follow."""
    server = model_server({"faults": [{"kind": "drip_body", "drip_seconds": 0.001}]})
    with send(server, chat_body(max_tokens=20)) as connection:
        received = read_until(connection, b"1\r\n \r\n" * 9)
    head, _, chunks = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    body = b"".join(chunks.split(b"\r\n")[1::2])
    assert json.loads(body)["object"] == "chat.completion"


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "reset_during"])
def test_connection_is_reset(model_server: Serve, kind: str) -> None:
    """The connection breaks; the hit stands in the ledger, its body only when it was read."""
    server = model_server({"faults": [{"kind": kind, "times": 1}]})
    with send(server) as connection:
        if kind == "reset_during":
            read_until(connection, b'"choices"')
        with pytest.raises(ConnectionResetError):
            read_until(connection, b"more than comes")
    assert ask(server).status_code == 200
    (hit, _) = wait_for(server, lambda hits: all(hit.ended_seconds for hit in hits))
    assert hit.fault == kind
    assert bool(hit.body_sha256) == (kind != "reset_before")
    assert hit.status == (200 if kind == "reset_during" else None)


def test_reset_before_reading_knows_no_model(model_server: Serve) -> None:
    """A scenario that would match the model of an unread request is refused."""
    server = model_server()
    with pytest.raises(ValueError, match="before the model is read"):
        server.set_scenario({"faults": [{"kind": "reset_before", "model": "gpt-5"}]})


@pytest.mark.parametrize("size", [100, 3_500_000])
def test_large_body_has_its_size(model_server: Serve, size: int) -> None:
    """The body is a chat completion of exactly so many bytes; by default 100 MB."""
    answer = ask(model_server({"faults": [{"kind": "large_body", "body_bytes": size}]}))
    assert len(answer.content) == size
    assert set(text_of(answer)) <= {"x"}


def test_large_body_is_100_mb_by_default(model_server: Serve) -> None:
    """A client that reads nothing but the head sees how much would come."""
    server = model_server({"faults": [{"kind": "large_body"}]})
    url = f"{server.base_url}/chat/completions"
    headers = {"Authorization": f"Bearer {KEY}"}
    with server.client.stream("POST", url, json=chat_body(), headers=headers) as answer:
        assert answer.headers["Content-Length"] == "100000000"


@pytest.mark.parametrize("kind", ["truncated_json", "invalid_json", "html"])
def test_body_is_no_json(model_server: Serve, kind: str) -> None:
    """A status of 200 with a body that no JSON parser takes."""
    answer = ask(model_server({"faults": [{"kind": kind}]}))
    assert answer.status_code == 200
    assert answer.content
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert answer.headers["Content-Type"].startswith("text/html") == (kind == "html")


@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
@pytest.mark.parametrize("kind", ["empty_object", "error_object", "no_choices"])
def test_body_has_no_answer(model_server: Serve, kind: str, path: str) -> None:
    """A status of 200 with JSON in which there is no message."""
    body = chat_body() if path == "/chat/completions" else search_body()
    answer = ask(model_server({"faults": [{"kind": kind}]}), body, path=path).json()
    assert not answer.get("choices")
    assert not answer.get("output")
    assert ("error" in answer and answer["error"] is not None) == (kind == "error_object")


@pytest.mark.parametrize(
    ("kind", "reason", "content"),
    [
        ("null_content", "stop", None),
        ("empty_content", "stop", ""),
        ("content_filter", "content_filter", ""),
        ("refusal", "stop", None),
    ],
)
def test_message_has_no_text(
    model_server: Serve, kind: str, reason: str, content: str | None
) -> None:
    """The message is there, its text is not."""
    (choice,) = ask(model_server({"faults": [{"kind": kind}]})).json()["choices"]
    assert choice["finish_reason"] == reason
    assert choice["message"]["content"] == content
    assert bool(choice["message"]["refusal"]) == (kind == "refusal")


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("null_content", {"type": "output_text", "text": None}),
        ("empty_content", {"type": "output_text", "text": ""}),
        ("refusal", {"type": "refusal", "refusal": "I'm sorry, but I can't help with that."}),
    ],
)
def test_search_has_no_text(model_server: Serve, kind: str, part: dict[str, Any]) -> None:
    """The same faults in the shape of a search."""
    server = model_server({"faults": [{"kind": kind}]})
    (content,) = ask(server, search_body(), path="/responses").json()["output"][-1]["content"]
    assert part.items() <= content.items()


def test_answer_is_cut_off(model_server: Serve) -> None:
    """Half of the text comes with the reason `length`, once; then all of it."""
    server = model_server({"faults": [{"kind": "cut_off", "times": 1}]})
    half, whole = (ask(server).json()["choices"][0] for _ in range(2))
    assert (half["finish_reason"], whole["finish_reason"]) == ("length", "stop")
    assert whole["message"]["content"].startswith(half["message"]["content"])
    assert half["message"]["content"]


def test_delay_comes_before_a_fault(model_server: Serve) -> None:
    """`delay_seconds` passes before an error is sent."""
    server = model_server({"faults": [{"kind": "status", "delay_seconds": 0.3}]})
    begun = time.monotonic()
    assert ask(server).status_code == 500
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("unknown_reference", "{F999}"),
        ("braces", "{about}"),
        ("markup", "## Overview\n\n**"),
        ("free_digits", "6.74 TWh"),
        ("glued_reference", "9{F"),
        ("links", "]( https://evil.example/b )"),
        ("brackets", "[[[["),
        ("prompt_echo", "Be brief."),
        ("prompt_echo_part", "BE   BRIEF."),
    ],
)
def test_text_is_spoiled(model_server: Serve, kind: str, found: str) -> None:
    """The text has what a writer must not write, and the good one has not."""
    server = model_server({"faults": [{"kind": kind, "times": 1}]})
    spoiled, good = text_of(ask(server)), text_of(ask(server))
    assert found in spoiled
    assert found not in good
    if kind == "free_digits":
        assert "{F" not in spoiled


def test_structured_answer_breaks_its_schema(model_server: Serve) -> None:
    """JSON that parses and still is not what was asked for."""
    server = model_server({"faults": [{"kind": "broken_schema"}]})
    assert json.loads(text_of(ask(server, chat_body(**SENSE_CHECK)))) == {
        "verdict": "perhaps",
        "unexpected": [1],
    }
