"""A model provider on loopback, in a process of its own, that answers without a model.

``python -m model_server --port 8765 --scenario FILE.json``
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from model_server.app import make_app
from model_server.scenario import Scenario

KEEP_ALIVE_SECONDS = 3600  # never closes a connection that a client is about to use again
BACKLOG = 2048


class Protocol(H11Protocol):
    """HTTP whose requests know their connection, so that faults can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the connection to the requests that come by it."""
        # asyncio does this only for sockets that name their protocol; without it, head and body
        # of an answer come 40 ms apart.
        accepted = transport.get_extra_info("socket")
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class Server(uvicorn.Server):
    """A server that says when it answers, and ends at once when asked to."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the base URL."""
        await super().startup(sockets)
        host, port = (sockets or [])[0].getsockname()[:2]
        print(f"http://{host}:{port}/v1", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at once."""
        end()


def serve(scenario: Scenario, host: str, port: int, *, with_parent: bool) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        scenario: What is played at first.
        host: Address to listen on.
        port: Port to listen on; 0 for a free one.
        with_parent: Whether to end when standard input ends as well.
    """
    config = uvicorn.Config(
        make_app(scenario),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        backlog=BACKLOG,
    )
    with socket.create_server((host, port), backlog=BACKLOG) as listening:
        if with_parent:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        Server(config).run(sockets=[listening])


def end() -> NoReturn:
    """End the process at once: some requests in flight never end, and nothing is to be saved."""
    os._exit(0)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    parser.add_argument("--scenario", type=Path, help="JSON file with latency, limits, faults")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin ends")
    asked = parser.parse_args()
    text = asked.scenario.read_text(encoding="utf-8") if asked.scenario else "{}"
    scenario = Scenario.model_validate_json(text)
    serve(scenario, asked.host, asked.port, with_parent=asked.with_parent)


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    end()


if __name__ == "__main__":
    main()
