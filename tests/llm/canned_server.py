"""A loopback server that gives one answer to all requests, and keeps what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass
class Canned:
    """A server and what it was sent.

    Attributes:
        base_url: Its address.
        headers: Headers of the last request, names in lower case.
        path: Path of the last request.
        body: JSON values of the last request.
        requests: How many requests it took.
    """

    base_url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    path: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    requests: int = 0


@asynccontextmanager
async def canned_server(
    body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Canned]:
    """Answer every request with the same bytes.

    Args:
        body: The body as it goes over the wire.
        status: The status.
        headers: Further headers.
    """
    canned = Canned()
    named = {"content-type": "application/json", "content-length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in {**named, **(headers or {})}.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} Canned", "connection: close", *lines, "", ""])

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in rest if line)
        canned.headers = {name.lower(): value for name, _, value in pairs}
        canned.path = first.split(" ")[1]
        canned.body = orjson.loads(await reader.readexactly(int(canned.headers["content-length"])))
        canned.requests += 1
        writer.write(head.encode("latin-1") + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    canned.base_url = f"http://127.0.0.1:{port}/v1"
    async with server:
        yield canned
