"""What tests of the server's commands share."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.servers.web import Quiet, web_server


@pytest.fixture
def free() -> Iterator[int]:
    """A port that nothing listens on, and that no other program is given meanwhile.

    Connections are refused; a server can listen there, as it says that it takes the port again.
    """
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield int(keeper.getsockname()[1])


@pytest.fixture
def strict_server() -> Iterator[str]:
    """Address of a server that lets nobody in: it is there, and answers 401."""

    class Handler(Quiet):
        def do_GET(self) -> None:
            body = b"true" if self.path == "/api/health" else b'{"exception_message": ""}'
            self.send_response(200 if self.path == "/api/health" else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with web_server(Handler) as url:
        yield f"{url}/api"
