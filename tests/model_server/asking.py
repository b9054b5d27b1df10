"""What the tests of the model server ask it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import orjson

from model_server.ledger import Hit
from tests.servers.running import RunningServer

EVIDENCE = """<evidence>
fact,place,subject,metric,period,value,unit
F1,Austria,Wind,Generation,2021,6.74,TWh
F2,Austria,Wind,Generation relative change,2015–2021,38.2,%
F3,Austria,"Hydro, run of river",Generation share of category,2021,41.5,%
F4,Austria,Hydro,Generation rank,2021,4,rank
F5,Austria,Gas,Generation rank,2021,17,rank
</evidence>"""
KEY = "sk-of-the-tests"
WAIT_SECONDS = 120.0

VERDICT = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["ok", "revise"]},
        "issues": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["verdict", "issues"],
    "additionalProperties": False,
}
SENSE_CHECK: dict[str, Any] = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "sense_check", "strict": True, "schema": VERDICT},
    }
}


def chat_body(prompt: str = EVIDENCE, **fields: Any) -> dict[str, Any]:
    """Body of a chat request."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}]
    return {"model": "gpt-5", "messages": messages, **fields}


def search_body(**fields: Any) -> dict[str, Any]:
    """Body of a search."""
    asked = {"model": "gpt-5-mini", "input": "Wind power in Austria"}
    return {**asked, "tools": [{"type": "web_search"}], **fields}


def ask(
    server: RunningServer,
    body: Mapping[str, Any] | None = None,
    call_id: str = "1.1.2@AT/draft/1",
    *,
    key: str = KEY,
    path: str = "/chat/completions",
    timeout_seconds: float = 10.0,
) -> httpx.Response:
    """Ask once."""
    headers = {"X-Client-Request-Id": call_id} | ({"Authorization": f"Bearer {key}"} if key else {})
    return server.client.post(
        server.base_url + path,
        json=dict(body or chat_body()),
        headers=headers,
        timeout=timeout_seconds,
    )


def text_of(answer: httpx.Response) -> str:
    """The text of a chat completion."""
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["choices"][0]["message"]["content"]
    return text


def send(server: RunningServer, body: Mapping[str, Any] | None = None) -> socket.socket:
    """Send a request on a bare connection, to be read or closed by the caller."""
    content = orjson.dumps(body or chat_body())
    url = httpx.URL(server.base_url)
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {url.host}\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection = socket.create_connection((url.host, url.port or 80), timeout=WAIT_SECONDS)
    connection.sendall(head.encode() + content)
    return connection


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Read from a connection until the bytes so far end with `end`."""
    received = b""
    while not received.endswith(end):
        part = connection.recv(1)
        assert part, received
        received += part
    return received


def wait_for(server: RunningServer, is_there: Callable[[list[Hit]], bool]) -> list[Hit]:
    """The ledger, once it is as asked."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_there(hits := server.ledger()):
        assert time.monotonic() < deadline, hits
        time.sleep(0.01)
    return hits
