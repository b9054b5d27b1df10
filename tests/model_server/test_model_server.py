"""The model server answers as a provider does, keeps its limits, and writes every hit down."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from model_server.wire import WIRE
from tests.model_server.asking import (
    EVIDENCE,
    KEY,
    SENSE_CHECK,
    ask,
    chat_body,
    search_body,
    send,
    text_of,
    wait_for,
)
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.servers.running import ROOT, RunningServer
from tests.servers.running import model_server as own_server

model_server = fixtures.model_server


def test_chat_is_read_by_the_openai_client(model_server: Serve) -> None:
    """The SDK finds text, reason, model and usage, and the text cites the evidence."""
    server = model_server()
    with openai.OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        answer = client.chat.completions.create(
            model="gpt-5",
            messages=[{"role": "user", "content": EVIDENCE}],
            max_completion_tokens=900,
        )
    (choice,) = answer.choices
    assert choice.finish_reason == "stop"
    assert "{F1}" in (choice.message.content or "")
    assert answer.model == "gpt-5"
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == -(-len(EVIDENCE) // 4)
    assert answer.usage.completion_tokens == -(-len(choice.message.content or "") // 4)
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_search_is_read_by_the_openai_client(model_server: Serve) -> None:
    """The SDK finds the text, its usage, and two citations that stand where they say."""
    server = model_server()
    with openai.OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        answer = client.responses.create(
            model="gpt-5-mini", input="Wind power in Austria", tools=[{"type": "web_search"}]
        )
    text = answer.output_text
    assert "Wind power in Austria" in text
    message = answer.output[-1]
    assert isinstance(message, openai.types.responses.ResponseOutputMessage)
    part = message.content[0]
    assert isinstance(part, openai.types.responses.ResponseOutputText)
    cited = [note for note in part.annotations if note.type == "url_citation"]
    assert len(cited) == 2
    for note in cited:
        assert note.url.startswith("https://example.org/")
        assert text[note.start_index : note.end_index] == f"([example.org]({note.url}))"
    assert answer.status == "completed"
    assert answer.usage is not None
    assert answer.usage.output_tokens == -(-len(text) // 4)


def test_structured_answer_keeps_its_schema(model_server: Serve) -> None:
    """A verdict is `ok` without issues; a scenario makes the first of a section `revise`."""
    again = {"kind": "revise", "pass": "sense_check", "times": 1, "per_call": True}
    server = model_server({"faults": [again]})
    answers = [
        ask(server, chat_body("Judge.", **SENSE_CHECK), f"{section}/sense_check/1").json()
        for section in ("1.1.1@AT", "1.1.2@AT", "1.1.1@AT")
    ]
    verdicts = [answer["choices"][0]["message"]["content"] for answer in answers]
    issue = "The first sentence does not say which period it is about."
    assert verdicts[0] == verdicts[1] == f'{{"verdict":"revise","issues":["{issue}"]}}'
    assert verdicts[2] == '{"verdict":"ok","issues":[]}'


def test_same_request_has_the_same_answer(model_server: Serve) -> None:
    """Text and id depend on the body alone; another model gives another id."""
    server = model_server()
    first, second = (ask(server).json() for _ in range(2))
    other = ask(server, chat_body(model="gpt-5-mini")).json()
    assert first["choices"] == second["choices"]
    assert first["id"] == second["id"] != other["id"]


@pytest.mark.parametrize("name", ["max_completion_tokens", "max_tokens"])
def test_completion_is_bounded(model_server: Serve, name: str) -> None:
    """A bound cuts the text and says so; the ledger keeps it."""
    server = model_server()
    whole = text_of(ask(server, chat_body() | {name: 900}))
    answer = ask(server, chat_body() | {name: 10}).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 10
    assert answer["choices"][0]["message"]["content"] == whole[:40]
    assert [hit.max_tokens for hit in server.ledger()] == [900, 10]


def test_bounded_search_is_incomplete(model_server: Serve) -> None:
    """A search that is cut off says so, and cites nothing beyond its end."""
    server = model_server()
    answer = ask(server, search_body(max_output_tokens=40), path="/responses").json()
    assert answer["status"] == "incomplete"
    assert answer["incomplete_details"] == {"reason": "max_output_tokens"}
    (part,) = answer["output"][-1]["content"]
    assert len(part["text"]) == 160
    assert [note["title"] for note in part["annotations"]] == ["Annual review of the sector"]


@pytest.mark.parametrize(("key", "status"), [("", 401), ("sk-wrong", 401), ("sk-right", 200)])
def test_key_is_checked(model_server: Serve, key: str, status: int) -> None:
    """Without the right key the answer is 401; the ledger says whether it was right, never it."""
    server = model_server({"key": "sk-right"})
    answer = ask(server, key=key)
    assert answer.status_code == status
    (hit,) = server.ledger()
    assert (hit.status, hit.is_key_right) == (status, status == 200)
    assert "sk-" not in repr(hit)
    if status == 401:
        assert answer.json()["error"]["code"] == "invalid_api_key"
        assert "sk-" not in answer.text


def test_careless_server_repeats_the_key(model_server: Serve) -> None:
    """`echo_key` makes the 401 repeat the key, for tests that nothing passes it on."""
    server = model_server({"key": "sk-right", "echo_key": True})
    assert "sk-wrong" in ask(server, key="sk-wrong").json()["error"]["message"]


def test_nothing_is_printed_but_the_address() -> None:
    """Neither output has a key or an error, whatever was asked and however clients left."""
    command = [sys.executable, "-m", "model_server", "--with-parent"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        server = RunningServer(process, process.stdout.readline().strip())
        ask(server, key="")
        for kind in WIRE:
            server.set_scenario({"key": KEY, "faults": [{"kind": kind}]})
            server.clear_ledger()
            ask(server, key="sk-wrong") if kind != "reset_before" else None
            connection = send(server)
            wait_for(server, lambda hits: bool(hits and hits[-1].fault))
            connection.close()
            wait_for(server, lambda hits: all(hit.ended_seconds for hit in hits))
        server.stop_client()
        printed = process.communicate(timeout=400)
    assert printed == ("", "")


def test_models_are_listed_and_others_unknown(model_server: Serve) -> None:
    """The listed models are known; another gets 404 as OpenAI words it."""
    server = model_server({"models": ["gpt-5", "gpt-5-mini"]})
    with openai.OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        assert [model.id for model in client.models.list()] == ["gpt-5", "gpt-5-mini"]
    answer = ask(server, chat_body(model="gpt-9"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert ask(server).status_code == 200


def test_malformed_requests_are_refused(model_server: Serve) -> None:
    """No model, no user message, a bound of 0, a stream: 400 that says which."""
    server = model_server()
    bodies: list[tuple[dict[str, Any], str]] = [
        ({"model": "gpt-5", "messages": []}, "no user message"),
        ({"messages": [{"role": "user", "content": "Write."}]}, "KeyError: 'model'"),
        (chat_body(max_tokens=0), "max_tokens is 0"),
        (chat_body(stream=True), "stream is not served"),
    ]
    for body, said in bodies:
        answer = ask(server, body)
        assert answer.status_code == 400
        assert said in answer.json()["error"]["message"]
    assert [hit.status for hit in server.ledger()] == [400] * 4


def test_refused_parameters_are_named(model_server: Serve) -> None:
    """A parameter that the scenario refuses is answered with 400 and its name."""
    server = model_server({"refused_parameters": ["max_tokens"]})
    error = ask(server, chat_body(max_tokens=9)).json()["error"]
    assert (error["code"], error["param"]) == ("unsupported_parameter", "max_tokens")
    assert ask(server, chat_body(max_completion_tokens=9)).status_code == 200


def test_context_is_bounded(model_server: Serve) -> None:
    """Prompt and bound together beyond the context are 400; a shorter prompt passes."""
    server = model_server({"context_tokens": 300})
    error = ask(server, chat_body("x" * 1200, max_tokens=100)).json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert "maximum context length is 300 tokens" in error["message"]
    assert ask(server, chat_body("x" * 600, max_tokens=100)).status_code == 200


def test_requests_per_minute_are_limited(model_server: Serve) -> None:
    """Beyond the limit the answer is 429, with what is left and how long to wait."""
    server = model_server({"requests_per_minute": 3})
    answers = [ask(server) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 30 <= int(answers[3].headers["Retry-After"]) <= 60
    assert answers[3].headers["x-ratelimit-remaining-requests"] == "0"
    assert answers[3].json()["error"]["code"] == "rate_limit_exceeded"
    assert [hit.fault for hit in server.ledger()] == ["", "", "", "limit"]


def test_tokens_per_minute_are_limited(model_server: Serve) -> None:
    """Tokens of prompt and completion count; what exceeds them is 429 and costs nothing."""
    server = model_server({"tokens_per_minute": 300, "headers": True})
    small = chat_body("x" * 391, max_tokens=1)
    answers = [ask(server, small) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[1].headers["x-ratelimit-limit-tokens"] == "300"
    assert answers[1].headers["x-ratelimit-remaining-tokens"] == "98"
    assert re.fullmatch(r"1m0s|[\d.]+s", answers[1].headers["x-ratelimit-reset-tokens"])
    assert 30 <= int(answers[2].headers["Retry-After"]) <= 60
    hits = server.ledger()
    assert [hit.prompt_tokens + hit.completion_tokens for hit in hits[:2]] == [101, 101]
    assert hits[2].completion_tokens == 0


def test_bursts_are_limited(model_server: Serve) -> None:
    """Of many requests at once only so many a second are let in."""
    server = model_server({"burst_per_second": 1})
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ask(server), range(20)))
    seconds = time.monotonic() - begun
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert 1 <= len(answers) - len(refused) <= 1 + seconds


def test_headers_of_limits_stand_on_errors_too(model_server: Serve) -> None:
    """With `headers` every answer says what is left; without limits it says nothing."""
    server = model_server({"headers": True, "requests_per_minute": 9, "key": KEY})
    assert ask(server).headers["x-ratelimit-remaining-requests"] == "8"
    assert ask(server, key="sk-wrong").headers["x-ratelimit-remaining-requests"] == "8"
    server.set_scenario({"headers": True})
    assert not [name for name in ask(server).headers if name.startswith("x-ratelimit")]


def test_ledger_has_all_hits_while_some_are_open(model_server: Serve) -> None:
    """Open hits stand in the ledger without an end, and have one when the client leaves."""
    server = model_server({"faults": [{"kind": "hang"}]})
    connections = [send(server) for _ in range(3)]
    opened = wait_for(server, lambda hits: len(hits) == 3 and all(hit.fault for hit in hits))
    assert [hit.ended_seconds for hit in opened] == [None] * 3
    assert [hit.in_flight for hit in opened] == [1, 2, 3]
    for connection in connections:
        connection.close()
    wait_for(server, lambda hits: all(hit.ended_seconds for hit in hits))
    server.set_scenario()
    ask(server)
    assert server.ledger()[3].in_flight == 1


def test_hit_holds_what_was_asked_and_when(model_server: Serve) -> None:
    """A hit has call id, path, model, hash, tokens, status, and times that span the latency."""
    server = model_server({"latency_seconds": 0.3})
    usage = ask(server).json()["usage"]
    (hit,) = server.ledger()
    assert (hit.number, hit.call_id) == (1, "1.1.2@AT/draft/1")
    assert (hit.path, hit.model) == ("POST /v1/chat/completions", "gpt-5")
    assert (hit.status, hit.fault, hit.is_key_right) == (200, "", True)
    assert re.fullmatch(r"[0-9a-f]{64}", hit.body_sha256)
    assert hit.prompt_tokens == usage["prompt_tokens"]
    assert hit.completion_tokens == usage["completion_tokens"]
    assert hit.ended_seconds is not None
    assert hit.ended_at is not None
    assert hit.ended_seconds - hit.arrived_seconds >= 0.3
    assert abs(hit.arrived_at - time.time()) < 60


def test_emptied_ledger_begins_anew(model_server: Serve) -> None:
    """Hits in flight when the ledger is emptied do not come back into it."""
    server = model_server({"faults": [{"kind": "hang", "times": 1}]})
    with send(server):
        wait_for(server, lambda hits: len(hits) == 1)
        server.clear_ledger()
        ask(server)
        (hit,) = server.ledger()
        assert (hit.number, hit.in_flight, hit.fault) == (1, 1, "")


def test_client_that_leaves_is_noted(model_server: Serve) -> None:
    """The ledger tells an answer that nobody waited for from one that was sent."""
    server = model_server({"latency_seconds": 0.3})
    send(server).close()
    wait_for(server, lambda hits: len(hits) == 1)
    ask(server)
    hits = wait_for(server, lambda hits: all(hit.ended_seconds for hit in hits))
    assert [hit.has_client_left for hit in hits] == [True, False]


def test_wrong_path_is_a_hit(model_server: Serve) -> None:
    """A path that the provider does not have is 404 and stands in the ledger."""
    server = model_server()
    assert ask(server, path="/completions").status_code == 404
    assert [hit.path for hit in server.ledger()] == ["POST /v1/completions"]


def test_wrong_scenario_is_refused(model_server: Serve) -> None:
    """A scenario with an unknown field is refused by its name; the one before stays."""
    server = model_server({"key": "sk-right"})
    with pytest.raises(ValueError, match="latency_second\n"):
        server.set_scenario({"latency_second": 1})
    assert ask(server, key="sk-wrong").status_code == 401


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_server_starts_with_a_scenario_and_ends_by_signal(
    tmp_path: Path, ended_by: signal.Signals
) -> None:
    """The command line takes a file; a signal ends the process at once, requests open or not."""
    file = tmp_path / "scenario.json"
    file.write_text('{"faults": [{"kind": "hang"}]}', encoding="utf-8")
    command = [sys.executable, "-m", "model_server", "--scenario", str(file)]
    with subprocess.Popen(
        [*command, "--with-parent"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        server = RunningServer(process, process.stdout.readline().strip())
        with send(server) as connection:
            wait_for(server, lambda hits: [hit.fault for hit in hits] == ["hang"])
            server.stop_client()
            process.send_signal(ended_by)
            assert process.wait(10) == 0
            assert connection.recv(1) == b""


def test_server_ends_with_its_parent() -> None:
    """When the process that started it lets go of its stdin, the server ends."""
    command = [sys.executable, "-m", "model_server", "--with-parent"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.stdin.close()
        assert process.wait(10) == 0


def test_stopped_server_is_gone() -> None:
    """After its block nothing answers at its address."""
    with own_server({"latency_seconds": 0.01}) as server:
        assert ask(server).status_code == 200
    address = httpx.URL(server.base_url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port or 80))
