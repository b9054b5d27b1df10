"""Faults on the wire: answers that never come, never end or break off."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import chain, count, repeat
from typing import Protocol

from starlette.types import Receive, Scope, Send

from model_server.scenario import Fault

CHUNK = b"x" * 1_000_000
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 seconds: closing sends RST


class Reply(Protocol):
    """Something that answers a request."""

    @property
    def status_code(self) -> int | None:
        """The status; None when none is sent."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        ...


def transport_of(scope: Scope) -> asyncio.Transport:
    """The connection that a request came by."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport


class Hang:
    """Takes the request and never answers."""

    status_code: int | None = None

    def __init__(self, fault: Fault, content: bytes) -> None: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until the client leaves."""
        await _gone(receive)


class Reset:
    """Breaks the connection off without an answer."""

    status_code: int | None = None

    def __init__(self, fault: Fault, content: bytes) -> None: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reset the connection."""
        _reset(scope)
        await _gone(receive)


class ResetDuring:
    """Breaks the connection off when half of the body is sent."""

    status_code: int | None = 200

    def __init__(self, fault: Fault, content: bytes) -> None:
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half, then reset the connection."""
        await send(_start(len(self._content)))
        await send(_part(self._content[: len(self._content) // 2]))
        await asyncio.sleep(0.05)  # what is sent must arrive before the reset overtakes it
        _reset(scope)
        await _gone(receive)


class DripBody:
    """Sends a good body byte by byte, then blanks for ever: valid JSON that never ends."""

    status_code: int | None = 200

    def __init__(self, fault: Fault, content: bytes) -> None:
        self._content = content
        self._drip_seconds = fault.drip_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client leaves."""
        await send(_start())
        async for byte in _dripping(scope, self._content, b" ", self._drip_seconds):
            await send(_part(byte))
        await _gone(receive)


class DripHeaders:
    """Sends headers byte by byte, for ever. Goes past the server, which sends heads whole."""

    status_code: int | None = None

    def __init__(self, fault: Fault, content: bytes) -> None:
        self._drip_seconds = fault.drip_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client leaves."""
        transport = transport_of(scope)
        async for byte in _dripping(scope, _HEAD + b"X-Padding: ", b"x", self._drip_seconds):
            transport.write(byte)
        await _gone(receive)


class LargeBody:
    """Sends a chat completion as large as the fault says."""

    status_code: int | None = 200

    def __init__(self, fault: Fault, content: bytes) -> None:
        self._size = fault.body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it, as fast as the client reads."""
        head = b'{"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "'
        tail = b'"}}]}'
        left = max(self._size - len(head) - len(tail), 0)
        await send(_start(len(head) + left + len(tail)))
        await send(_part(head))
        while left and not transport_of(scope).is_closing():
            part = CHUNK[:left]
            await send(_part(part))
            left -= len(part)
        if left:
            await _gone(receive)
        else:
            await send({"type": "http.response.body", "body": tail})


WIRE: Mapping[str, Callable[[Fault, bytes], Reply]] = {
    "hang": Hang,
    "drip_body": DripBody,
    "drip_headers": DripHeaders,
    "reset_before": Reset,
    "reset_after": Reset,
    "reset_during": ResetDuring,
    "large_body": LargeBody,
}
"""Kind of a wire fault → what plays it, given the fault and a good body."""


async def _dripping(
    scope: Scope, content: bytes, padding: bytes, drip_seconds: float
) -> AsyncIterator[bytes]:
    """The bytes of `content`, then `padding` again and again, until the client leaves."""
    for byte in chain((content[i : i + 1] for i in range(len(content))), repeat(padding)):
        if transport_of(scope).is_closing():
            return
        yield byte
        await asyncio.sleep(drip_seconds)


async def _gone(receive: Receive) -> None:
    """Wait until the client has left."""
    for _ in count():
        if (await receive())["type"] == "http.disconnect":
            return


def _reset(scope: Scope) -> None:
    transport = transport_of(scope)
    if transport.is_closing():
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


def _start(length: int | None = None) -> dict[str, object]:
    headers = [(b"content-type", b"application/json")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return {"type": "http.response.start", "status": 200, "headers": headers}


def _part(content: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": content, "more_body": True}
