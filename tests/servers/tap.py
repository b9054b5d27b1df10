"""A port that keeps what clients send, and hands it on to a service or answers nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LOOPBACK = "127.0.0.1"
CHUNK = 65_536


class Tap:
    """Keeps all that is sent to a port of its own.

    Args:
        service: Host and port of the service to hand it on to; None for a server that says nothing.

    Attributes:
        address: ``127.0.0.1:PORT``.
        connections: How many clients have connected.
    """

    def __init__(self, service: tuple[str, int] | None = None) -> None:
        self._service = service
        self._listener = socket.create_server((LOOPBACK, 0))
        self._lock = threading.Lock()
        self._received: list[bytes] = []
        self.address = f"{LOOPBACK}:{self._listener.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def received(self) -> bytes:
        """Everything that clients have sent so far."""
        with self._lock:
            return b"".join(self._received)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            self.connections += 1
            service = socket.create_connection(self._service) if self._service else None
            self._start(client, service, keeps=True)
            if service is not None:
                self._start(service, client, keeps=False)

    def _start(self, source: socket.socket, target: socket.socket | None, *, keeps: bool) -> None:
        threading.Thread(target=self._pump, args=(source, target, keeps), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket | None, keeps: bool) -> None:
        with suppress(OSError):  # one side has left
            while chunk := source.recv(CHUNK):
                if keeps:
                    with self._lock:
                        self._received.append(chunk)
                if target is not None:
                    target.sendall(chunk)
        for end in (source, target):
            if end is not None:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        source.close()


@contextmanager
def tap(address: str = "") -> Iterator[Tap]:
    """A tap inside the block.

    Args:
        address: ``HOST:PORT`` of the service that it hands on to; empty for none.
    """
    host, _, port = address.rpartition(":")
    opened = Tap((host, int(port)) if address else None)
    try:
        yield opened
    finally:
        opened.close()
